//! From any document of the vendor's to ours: the public operations with the profile's tags and what they reach, repaired,
//! in one form.

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
use components::reach;
use noise::{drop_empty_media_types, tidy};
pub use selection::Selection;
pub(crate) use selection::{has_operations, with_tags};

/// The members of a document that matter to its subset. All others are about other operations, or for readers.
const KEPT: [&str; 9] = [
    "components",
    "info",
    "jsonSchemaDialect",
    "openapi",
    "paths",
    "security",
    "servers",
    "swagger", // the version of a document that is refused for it
    openapi_drift::FILES,
];

/// A document in our form.
#[derive(Debug)]
pub struct Subset {
    /// The document.
    pub spec: Value,
    /// What was repaired on the way, one line each.
    pub repairs: Vec<String>,
    /// What was done beyond respelling to convert a later version to 3.0, one line each.
    pub conversions: Vec<String>,
}

impl Subset {
    /// Reduces a document to the selected public operations and what they reach, and brings it into canonical form. Converts
    /// `OpenAPI` 3.1 and 3.2 to 3.0.
    ///
    /// # Errors
    ///
    /// Fails with a sentence when the document is not `OpenAPI` 3, has no such operation, has a reference that leads
    /// nowhere, outside, or in a circle, or describes an operation by what 3.0 cannot express.
    pub fn extract(mut document: Value, selection: &Selection) -> Result<Subset> {
        if !convert::is_convertible(&document) {
            spec::check_version(&document)?;
            return reduce(document, selection);
        }
        convert::inline_path_items(&mut document, |method, path, it| selection.selects(method, path, it))?;
        let mut original = without_noise(&document);
        if let Some(paths) = original["paths"].as_object_mut() {
            paths.retain(|_, item| item["x-internal"] != true);
        }
        for (path, item) in original["paths"].as_object_mut().into_iter().flatten() {
            if let Some(item) = item.as_object_mut() {
                item.retain(|key, value| {
                    !METHODS.contains(&key.as_str()) || selection.selects(key, path, value)
                });
            }
        }
        let Subset { spec, mut repairs, mut conversions } = reduce(document, selection)?;
        let converted = convert::convert(&spec, &mut conversions)?;
        // A component that was written out where it was used may not be reached any more.
        let subset = reduce(converted, selection)?;
        repairs.extend(subset.repairs);
        convert::check_equivalent(&original, &subset.spec)?;
        Ok(Subset { spec: subset.spec, repairs, conversions })
    }
}

/// Reduces a document, whatever its version.
fn reduce(mut document: Value, selection: &Selection) -> Result<Subset> {
    let mut repairs = Vec::new();
    let inherited = document["security"].take();
    if inherited.as_array().is_some_and(Vec::is_empty) {
        repairs.push("the document: dropped an empty security".to_owned());
    }

    let mut paths = Map::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        if path.starts_with("x-") {
            continue;
        }
        let Some(item) = item.as_object() else { bail!("path {path} is not an object") };
        if let Some(reference) = item.get("$ref") {
            bail!("path {path} is a reference to {reference}; write its operations out");
        }
        let mut ours = item.clone();
        ours.retain(|key, value| !METHODS.contains(&key.as_str()) || selection.selects(key, path, value));
        if ours.get("x-internal").is_some_and(|it| it == true)
            || !METHODS.iter().any(|it| ours.contains_key(*it))
        {
            continue;
        }
        for (method, operation) in ours.iter_mut().filter(|(key, _)| METHODS.contains(&key.as_str())) {
            inherit_security(operation, &inherited);
            let place = operation["operationId"].as_str().map_or(format!("{method} {path}"), str::to_owned);
            drop_empty_media_types(operation, &place, &mut repairs);
            tidy(operation, false, &place, &mut repairs);
        }
        let mut ours = Value::Object(ours);
        tidy(&mut ours, false, path, &mut repairs);
        paths.insert(path.clone(), ours);
    }
    if paths.is_empty() {
        bail!("it has no public operation{}; is it the right document?", with_tags(selection.tags));
    }

    let mut subset = Map::new();
    for key in ["info", "openapi", "servers"] {
        if let Some(mut value) = document.get(key).cloned() {
            tidy(&mut value, false, key, &mut repairs);
            subset.insert(key.to_owned(), value);
        }
    }
    let components = reach(&document, &paths, &mut repairs)?;
    subset.insert("components".to_owned(), components);
    subset.insert("paths".to_owned(), Value::Object(paths));
    let mut spec = Value::Object(subset);
    sort(&mut spec);
    Ok(Subset { spec, repairs, conversions: Vec::new() })
}

/// Returns a whole document for a comparison with a subset or another document: repaired as a subset is, and without what a
/// subset leaves out of the document itself.
pub(crate) fn without_noise(document: &Value) -> Value {
    let mut document = document.clone();
    if let Some(document) = document.as_object_mut() {
        document.retain(|key, _| KEPT.contains(&key.as_str()));
    }
    let mut repairs = Vec::new();
    for (_, _, operation) in spec::operation_objects_mut(&mut document) {
        drop_empty_media_types(operation, "", &mut repairs);
    }
    tidy(&mut document, false, "", &mut repairs);
    document
}

/// Writes the document's security out at an operation that has none of its own, so that each says what it needs.
fn inherit_security(operation: &mut Value, inherited: &Value) {
    let Some(operation) = operation.as_object_mut() else { return };
    let security = operation.remove("security").unwrap_or_else(|| inherited.clone());
    // An empty alternative alone asks for nothing.
    let asks = |it: &Value| it.as_object().is_some_and(|it| !it.is_empty());
    if security.as_array().is_some_and(|it| it.iter().any(asks)) {
        operation.insert("security".to_owned(), security);
    }
}
