//! From any document of the vendor's to ours: the public operations with the profile's tags and what they reach, repaired,
//! in one form.

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use serde_json::{Map, Value, json};

use crate::api_profile::Profile;
use crate::convert;
use crate::generate::spec::{self, METHODS};

/// The members of a document that matter to a slice of it. All others are about other operations, or for readers.
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

/// The keywords whose value is a map from names of the document's own, not from keywords.
const NAMED: [&str; 20] = [
    "$defs",
    "callbacks",
    "content",
    "dependentSchemas",
    "encoding",
    "examples",
    "headers",
    "links",
    "mapping",
    "parameters",
    "pathItems",
    "paths",
    "patternProperties",
    "properties",
    "requestBodies",
    "responses",
    "schemas",
    "scopes",
    "securitySchemes",
    "variables",
];

/// The keywords that say nothing when they are empty.
const EMPTY: [&str; 10] = [
    "callbacks",
    "content",
    "encoding",
    "examples",
    "headers",
    "links",
    "parameters",
    "required",
    "servers",
    "variables",
];

/// The keywords that say nothing when they are false.
const FALSE: [&str; 11] = [
    "allowEmptyValue",
    "allowReserved",
    "deprecated",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "nullable",
    "readOnly",
    "required",
    "uniqueItems",
    "writeOnly",
    "x-internal",
];

/// Which operations of a document are ours.
#[derive(Clone, Debug)]
pub struct Selection {
    tags: &'static [&'static str],
    /// Those that were ours before, as method and path and as id. They stay, whatever their tags are now.
    ours: BTreeSet<String>,
    is_all: bool,
}

impl Selection {
    /// Selects by tag.
    pub fn tagged(profile: &Profile) -> Self {
        Self { tags: profile.tags, ours: BTreeSet::new(), is_all: false }
    }

    /// Selects all public operations: those of the committed document are ours.
    pub fn all() -> Self {
        Self { tags: &[], ours: BTreeSet::new(), is_all: true }
    }

    /// Selects also the operations of a document, under their id or their path.
    #[must_use]
    pub fn and_those_of(mut self, document: &Value) -> Self {
        for (method, path, operation) in spec::operation_objects(document) {
            self.ours.insert(format!("{method} {path}"));
            self.ours.extend(operation["operationId"].as_str().map(str::to_owned));
        }
        self
    }

    fn selects(&self, method: &str, path: &str, operation: &Value) -> bool {
        let has_tag = || {
            let tags = operation["tags"].as_array().into_iter().flatten();
            tags.filter_map(Value::as_str).any(|tag| self.tags.contains(&tag))
        };
        let was_ours = || {
            self.ours.contains(&format!("{method} {path}"))
                || operation["operationId"].as_str().is_some_and(|id| self.ours.contains(id))
        };
        operation["x-internal"] != true && (self.is_all || has_tag() || was_ours())
    }
}

/// A document in our form.
#[derive(Debug)]
pub struct Sliced {
    /// The document.
    pub spec: Value,
    /// What was repaired on the way, one line each.
    pub repairs: Vec<String>,
    /// What was done beyond respelling to convert a later version to 3.0, one line each.
    pub conversions: Vec<String>,
}

/// Reduces a document to the selected public operations and what they reach, and brings it into canonical form. Converts
/// `OpenAPI` 3.1 and 3.2 to 3.0.
///
/// # Errors
///
/// Fails with a sentence when the document is not `OpenAPI` 3, has no such operation, has a reference that leads
/// nowhere, outside, or in a circle, or describes an operation by what 3.0 cannot express.
pub fn slice(mut document: Value, selection: &Selection) -> Result<Sliced> {
    if !convert::is_convertible(&document) {
        spec::check_version(&document)?;
        return extract(document, selection);
    }
    convert::inline_path_items(&mut document, |method, path, it| selection.selects(method, path, it))?;
    let mut original = without_noise(&document);
    if let Some(paths) = original["paths"].as_object_mut() {
        paths.retain(|_, item| item["x-internal"] != true);
    }
    for (path, item) in original["paths"].as_object_mut().into_iter().flatten() {
        if let Some(item) = item.as_object_mut() {
            item.retain(|key, value| !METHODS.contains(&key.as_str()) || selection.selects(key, path, value));
        }
    }
    let Sliced { spec, mut repairs, mut conversions } = extract(document, selection)?;
    let converted = convert::convert(&spec, &mut conversions)?;
    // A component that was written out where it was used may not be reached any more.
    let sliced = extract(converted, selection)?;
    repairs.extend(sliced.repairs);
    convert::check_equivalent(&original, &sliced.spec)?;
    Ok(Sliced { spec: sliced.spec, repairs, conversions })
}

/// Reduces a document, whatever its version.
fn extract(mut document: Value, selection: &Selection) -> Result<Sliced> {
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

    let mut sliced = Map::new();
    for key in ["info", "openapi", "servers"] {
        if let Some(mut value) = document.get(key).cloned() {
            tidy(&mut value, false, key, &mut repairs);
            sliced.insert(key.to_owned(), value);
        }
    }
    let components = reach(&document, &paths, &mut repairs)?;
    sliced.insert("components".to_owned(), components);
    sliced.insert("paths".to_owned(), Value::Object(paths));
    let mut spec = Value::Object(sliced);
    sort(&mut spec);
    Ok(Sliced { spec, repairs, conversions: Vec::new() })
}

/// Names the tags that operations must have.
pub(crate) fn with_tags(tags: &[&str]) -> String {
    let tags: Vec<String> = tags.iter().map(|tag| format!("{tag:?}")).collect();
    if tags.is_empty() { String::new() } else { format!(" with the tag {}", tags.join(" or ")) }
}

/// Returns whether a slice of a document would have any operation.
pub(crate) fn has_operations(document: &Value, selection: &Selection) -> bool {
    let mut operations = spec::operation_objects(document);
    operations.any(|(method, path, operation)| {
        selection.selects(method, path, operation) && document["paths"][path]["x-internal"] != true
    })
}

/// Returns a whole document for a comparison with a slice or another document: repaired as a slice is, and without what a
/// slice leaves out of the document itself.
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

/// Writes a document in canonical form: sorted keys, two spaces, a newline at the end.
///
/// # Errors
///
/// Never fails for a document that was parsed.
pub fn to_text(spec: &Value) -> Result<String> {
    Ok(serde_json::to_string_pretty(spec)? + "\n")
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

/// Drops a media type without a schema from an answer that has no body. Elsewhere it is no noise: something is missing.
fn drop_empty_media_types(operation: &mut Value, place: &str, repairs: &mut Vec<String>) {
    for status in ["204", "205"] {
        let content =
            operation.pointer_mut(&format!("/responses/{status}/content")).and_then(Value::as_object_mut);
        let Some(content) = content else { continue };
        content.retain(|media_type, media| {
            let is_empty = media.as_object().is_some_and(Map::is_empty);
            if is_empty {
                repairs.push(format!("{place}: dropped {media_type} without a schema from {status}"));
            }
            !is_empty
        });
    }
}

/// Repairs what the vendor's generator is known to emit: keywords that say nothing.
fn tidy(value: &mut Value, is_named: bool, place: &str, repairs: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object.iter_mut() {
                if is_named || !is_data(key, value) {
                    let is_named = !is_named && is_map_of_names(key, value);
                    tidy(value, is_named, place, repairs);
                }
            }
            if is_named {
                return;
            }
            object.retain(|key, value| {
                let is_empty = match value {
                    Value::Array(items) => items.is_empty(),
                    Value::Object(object) => object.is_empty(),
                    _ => false,
                };
                let (empty, no) = (
                    is_empty && EMPTY.contains(&key.as_str()),
                    value == false && FALSE.contains(&key.as_str()),
                );
                if key == "propertyNames" && *value == json!({"type": "string"}) {
                    repairs.push(format!("{place}: dropped propertyNames, which every name fits"));
                    return false;
                }
                if empty {
                    repairs.push(format!("{place}: dropped an empty {key}"));
                } else if no {
                    repairs.push(format!("{place}: dropped {key}: false, which is the default"));
                }
                !(empty || no)
            });
        }
        Value::Array(items) => items.iter_mut().for_each(|item| tidy(item, false, place, repairs)),
        _ => {}
    }
}

/// Collects the components that the paths reach, through each other.
fn reach(document: &Value, paths: &Map<String, Value>, repairs: &mut Vec<String>) -> Result<Value> {
    let mut components = Map::new();
    let mut seen = BTreeSet::new();
    let mut open = Vec::new();
    for (path, item) in paths {
        references(item, false, &mut |reference| open.push((path.clone(), reference)));
        for (_, operation) in item.as_object().into_iter().flatten() {
            let alternatives = operation["security"].as_array().into_iter().flatten();
            for scheme in alternatives.filter_map(Value::as_object).flat_map(Map::keys) {
                open.push((path.clone(), format!("#/components/securitySchemes/{scheme}")));
            }
        }
    }
    while let Some((from, reference)) = open.pop() {
        let Some(name) = reference.strip_prefix("#/components/") else {
            bail!(
                "{from} refers to {reference}, which is outside the document's components; inline it first"
            );
        };
        let mut parts = name.split('/');
        let (Some(kind), Some(name), None) = (parts.next(), parts.next(), parts.next()) else {
            bail!(
                "{from} refers to {reference}, which is not a component as a whole; give that part a name of its own"
            );
        };
        if !seen.insert(reference.clone()) {
            continue;
        }
        let name = name.replace("~1", "/").replace("~0", "~");
        let Some(component) = document["components"][kind].get(&name) else {
            bail!("{from} refers to {reference}, which does not exist");
        };
        follow(document, &reference)?;
        let mut component = component.clone();
        tidy(&mut component, false, &name, repairs);
        references(&component, false, &mut |next| open.push((reference.clone(), next)));
        let kind = components.entry(kind).or_insert_with(|| Value::Object(Map::new()));
        kind[name.as_str()] = component;
    }
    Ok(Value::Object(components))
}

/// Makes sure that a chain of bare references ends at something.
fn follow(document: &Value, reference: &str) -> Result<()> {
    let mut seen = BTreeSet::new();
    let mut next = reference;
    while let Some(target) =
        next.strip_prefix('#').and_then(|pointer| document.pointer(pointer)?["$ref"].as_str())
    {
        if !seen.insert(next) {
            bail!("{reference} runs in a circle of references and never says what it is");
        }
        next = target;
    }
    Ok(())
}

/// Finds the references below a value, those of discriminators included.
fn references(value: &Value, is_named: bool, found: &mut impl FnMut(String)) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                match (key.as_str(), value) {
                    (_, value) if is_named => references(value, false, found),
                    ("$ref", Value::String(reference)) => found(reference.clone()),
                    ("mapping", Value::Object(mapping)) => {
                        for target in mapping.values().filter_map(Value::as_str) {
                            // A mapping may also name a schema without a pointer.
                            let is_reference = target.contains(['#', '/']);
                            found(if is_reference {
                                target.to_owned()
                            } else {
                                format!("#/components/schemas/{target}")
                            });
                        }
                    }
                    (key, value) if is_data(key, value) => {}
                    (key, value) => references(value, is_map_of_names(key, value), found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, false, found)),
        _ => {}
    }
}

/// Whether the value of a keyword is data, to be left alone.
fn is_data(key: &str, value: &Value) -> bool {
    ["const", "default", "enum", "example", "value"].contains(&key)
        || key.starts_with("x-")
        // Those of a schema are a list of values, while others have names.
        || (key == "examples" && value.is_array())
}

/// Whether the value of a keyword maps names of the document's own, which must not be taken for keywords.
fn is_map_of_names(key: &str, value: &Value) -> bool {
    NAMED.contains(&key) && value.is_object()
}

/// Sorts what has no order: keys, and the lists that are sets.
fn sort(value: &mut Value) {
    value.sort_all_objects();
    sort_sets(value, false);
}

fn sort_sets(value: &mut Value, is_named: bool) {
    match value {
        Value::Object(object) => {
            for (key, value) in object.iter_mut() {
                if !is_named && is_data(key, value) {
                    continue;
                }
                if let (false, "required" | "tags", Value::Array(items)) =
                    (is_named, key.as_str(), &mut *value)
                {
                    items.sort_by_key(ToString::to_string);
                    items.dedup();
                }
                let is_named = !is_named && is_map_of_names(key, value);
                sort_sets(value, is_named);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| sort_sets(item, false)),
        _ => {}
    }
}
