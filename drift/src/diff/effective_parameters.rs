//! Reads the effective parameters of an operation, including those of its path item.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::Value;

use crate::document::operation::OperationRef;
use crate::document::schema::Node;
use crate::document::types::Types;
use crate::document::{DocumentView, elements, flag, members, string_field};

/// A parameter as requests send it.
#[derive(Clone, Debug)]
pub(super) struct Parameter<'d> {
    pub(super) value: &'d Value,
    pub(super) name: Cow<'d, str>,
    pub(super) required: bool,
    pub(super) schema: Node<'d>,
    /// The media type of a parameter with `content`.
    pub(super) media_type: Option<&'d str>,
    pub(super) style: &'d str,
    pub(super) explode: bool,
}

/// Identifies a parameter: its location (`in`) and its name.
pub(super) type Key<'d> = (&'d str, String);

/// Headers that OpenAPI describes elsewhere. Parameters with these names are ignored.
const IGNORED: [&str; 3] = ["accept", "authorization", "content-type"];

/// Returns the effective parameters of an operation: its own override those of its path item.
pub(super) fn effective<'d>(
    document: DocumentView<'d>,
    operation: &OperationRef<'d>,
) -> BTreeMap<Key<'d>, Parameter<'d>> {
    let mut found = BTreeMap::new();
    for parent in [operation.item, operation.value] {
        for value in elements(parent.get("parameters")) {
            let Some(value) = document.resolve(value) else { continue };
            let (kind, name) = (
                string_field(value, "in").unwrap_or_default(),
                string_field(value, "name").unwrap_or_default(),
            );
            // A path parameter is identified by its position in the path, and a header by its case-insensitive name.
            let label = match kind {
                "path" => operation
                    .template()
                    .position(|it| it == name)
                    .map_or_else(|| name.to_owned(), |at| format!("{at:04}")),
                "header" => name.to_lowercase(),
                _ => name.to_owned(),
            };
            if kind == "header" && IGNORED.contains(&label.as_str()) {
                continue;
            }
            let parameter = parameter(value, kind, name);
            match properties(document, &parameter, kind) {
                Some(parts) => {
                    found.extend(parts.into_iter().map(|part| ((kind, part.name.to_string()), part)));
                }
                None => drop(found.insert((kind, label), parameter)),
            }
        }
    }
    found
}

fn parameter<'d>(value: &'d Value, kind: &str, name: &'d str) -> Parameter<'d> {
    let content = members(value.get("content")).next();
    let schema = value.get("schema").or_else(|| content?.1.get("schema"));
    let style = string_field(value, "style").unwrap_or(if ["query", "cookie"].contains(&kind) {
        "form"
    } else {
        "simple"
    });
    Parameter {
        value,
        name: Cow::Borrowed(name),
        required: flag(value, "required"),
        schema: schema.into_iter().collect(),
        media_type: content.map(|(name, _)| name.as_str()),
        style,
        explode: value.get("explode").and_then(Value::as_bool).unwrap_or(style == "form"),
    }
}

/// Returns the properties of an object that is sent as `name=value` pairs. On the wire, each looks like a parameter.
fn properties<'d>(
    document: DocumentView<'d>,
    parameter: &Parameter<'d>,
    kind: &str,
) -> Option<Vec<Parameter<'d>>> {
    let is_exploded = parameter.style == "deepObject" || (parameter.style == "form" && parameter.explode);
    if kind != "query" || !is_exploded || parameter.media_type.is_some() {
        return None;
    }
    let schema = document.schema(&parameter.schema);
    if schema.types.without(Types::NULL) != Types::OBJECT
        || schema.properties.is_empty()
        || !schema.choices.is_empty()
    {
        return None;
    }
    let is_deep = parameter.style == "deepObject";
    let part = |(name, node): (&&'d str, &Node<'d>)| Parameter {
        name: if is_deep { format!("{}[{name}]", parameter.name).into() } else { Cow::Borrowed(*name) },
        required: parameter.required && schema.required.contains(name),
        schema: node.clone(),
        style: "form",
        explode: true,
        ..parameter.clone()
    };
    Some(schema.properties.iter().map(part).collect())
}

/// Returns the parameters that are unresolved references.
pub(super) fn unresolved<'d>(document: DocumentView<'d>, operation: &OperationRef<'d>) -> Vec<&'d Value> {
    let all =
        [operation.item, operation.value].into_iter().flat_map(|parent| elements(parent.get("parameters")));
    all.filter(|value| document.resolve(value).is_none()).collect()
}
