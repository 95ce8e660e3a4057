//! Extracts the subset of a specification that this crate is for: the selected public operations and the components
//! that they refer to, repaired and in canonical form.

mod canonical;
mod components;
mod noise;
mod selection;
mod walk;

use anyhow::{Result, bail};
use serde_json::{Map, Value};

use crate::convert;
use crate::generate::spec::{self, METHODS};

use canonical::sort;
pub use canonical::to_text;
use components::reachable_components;
pub(crate) use components::resolve;
use noise::{drop_empty_media_types, strip_noise};
pub use selection::Selection;
pub(crate) use selection::{has_operations, with_tags};

/// The fields of a document that affect its subset. All others concern other operations, or only readers.
const RELEVANT_FIELDS: [&str; 9] = [
    "components",
    "info",
    "jsonSchemaDialect",
    "openapi",
    "paths",
    "security",
    "servers",
    "swagger", // the version of Swagger 2 documents, which are refused
    openapi_drift::FILES,
];

/// The subset of a document, as OpenAPI 3.0 in canonical form.
#[derive(Debug)]
pub struct Subset {
    /// The document.
    pub spec: Value,
    /// What was repaired, one line each.
    pub repairs: Vec<String>,
    /// Which conversions from a later version to 3.0 did more than respell, one line each.
    pub conversions: Vec<String>,
}

impl Subset {
    /// Extracts the selected public operations and the components that they refer to. Converts `OpenAPI` 3.1 and 3.2 to
    /// 3.0.
    ///
    /// # Errors
    ///
    /// Fails if the document is not `OpenAPI` 3, has no selected operation, has a reference that does not resolve,
    /// leads out of the document or is part of a cycle, or uses a feature that 3.0 cannot express.
    pub fn extract(mut document: Value, selection: &Selection) -> Result<Self> {
        if !convert::is_convertible(&document) {
            spec::check_version(&document)?;
            return extract_unconverted(document, selection);
        }
        convert::inline_path_items(&mut document, |method, path, operation| {
            selection.selects(method, path, operation)
        })?;
        let mut original = without_noise(&document);
        if let Some(paths) = original["paths"].as_object_mut() {
            paths.retain(|_, item| item["x-internal"] != true);
        }
        for (path, item) in original["paths"].as_object_mut().into_iter().flatten() {
            if let Some(item) = item.as_object_mut() {
                selection.retain(path, item);
            }
        }
        let Self { spec, mut repairs, mut conversions } = extract_unconverted(document, selection)?;
        let converted = convert::convert(&spec, &mut conversions)?;
        // The conversion inlines some components, which nothing may refer to any longer.
        let subset = extract_unconverted(converted, selection)?;
        repairs.extend(subset.repairs);
        convert::check_equivalent(&original, &subset.spec)?;
        Ok(Self { spec: subset.spec, repairs, conversions })
    }
}

/// Extracts the subset of a document in the document's own version.
fn extract_unconverted(mut document: Value, selection: &Selection) -> Result<Subset> {
    let mut repairs = Vec::new();
    let inherited = document["security"].take();
    if inherited.as_array().is_some_and(Vec::is_empty) {
        repairs.push("the document: dropped empty `security`".to_owned());
    }

    let mut paths = Map::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        if path.starts_with("x-") {
            continue;
        }
        let Some(item) = item.as_object() else { bail!("path {path} is not an object") };
        if let Some(reference) = item.get("$ref") {
            bail!("path {path} is a reference to {reference}; inline its operations first");
        }
        let mut item = item.clone();
        selection.retain(path, &mut item);
        let is_internal = item.get("x-internal").is_some_and(|value| value == true);
        if is_internal || !METHODS.iter().any(|method| item.contains_key(*method)) {
            continue;
        }
        for (method, operation) in item.iter_mut().filter(|(key, _)| METHODS.contains(&key.as_str())) {
            inherit_security(operation, &inherited);
            let name = operation["operationId"].as_str().map_or(format!("{method} {path}"), str::to_owned);
            drop_empty_media_types(operation, &name, &mut repairs);
            strip_noise(operation, &name, &mut repairs);
        }
        let mut item = Value::Object(item);
        strip_noise(&mut item, path, &mut repairs);
        paths.insert(path.clone(), item);
    }
    if paths.is_empty() {
        bail!("it has no public operation{}; is it the right document?", with_tags(selection.tags));
    }

    let mut subset = Map::new();
    for key in ["info", "openapi", "servers"] {
        if let Some(mut value) = document.get(key).cloned() {
            strip_noise(&mut value, key, &mut repairs);
            subset.insert(key.to_owned(), value);
        }
    }
    let components = reachable_components(&document, &paths, &mut repairs)?;
    subset.insert("components".to_owned(), components);
    subset.insert("paths".to_owned(), Value::Object(paths));
    let mut spec = Value::Object(subset);
    sort(&mut spec);
    Ok(Subset { spec, repairs, conversions: Vec::new() })
}

/// Repairs a whole document as a subset is repaired, and removes the fields that do not affect it, so that the two can be
/// compared.
pub(crate) fn without_noise(document: &Value) -> Value {
    let mut document = document.clone();
    if let Some(document) = document.as_object_mut() {
        document.retain(|key, _| RELEVANT_FIELDS.contains(&key.as_str()));
    }
    let mut repairs = Vec::new();
    for (_, _, operation) in spec::operation_objects_mut(&mut document) {
        drop_empty_media_types(operation, "", &mut repairs);
    }
    strip_noise(&mut document, "", &mut repairs);
    document
}

/// Copies the document's security requirement to an operation that has none, so that each operation states its own.
fn inherit_security(operation: &mut Value, inherited: &Value) {
    let Some(operation) = operation.as_object_mut() else { return };
    let security = operation.remove("security").unwrap_or_else(|| inherited.clone());
    // An empty alternative alone requires nothing.
    let is_required =
        |alternative: &Value| alternative.as_object().is_some_and(|schemes| !schemes.is_empty());
    if security.as_array().is_some_and(|alternatives| alternatives.iter().any(is_required)) {
        operation.insert("security".to_owned(), security);
    }
}
