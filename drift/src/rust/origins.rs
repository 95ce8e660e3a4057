//! Finds the parts of a document that Rust items are generated from.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::keywords::{ANNOTATIONS, COMBINATORS};
use crate::document::operation::METHODS;
use crate::document::unescape;

/// An operation or a component.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    Operation {
        /// In upper case.
        method: String,
        path: String,
    },
    Component {
        /// The section, such as `schemas`.
        kind: String,
        name: String,
    },
}

/// The origins in a document, and how they are merged.
#[derive(Clone, Debug, Default)]
pub(super) struct Origins {
    /// The operations with their ids.
    pub(super) operations: BTreeMap<Origin, String>,
    /// The names of the component schemas.
    pub(super) schemas: BTreeSet<String>,
    /// For each component, the origins that its content is merged into.
    merged_into: BTreeMap<Origin, BTreeSet<(Origin, Link)>>,
}

/// How a component is merged into another origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Link {
    /// Its content becomes part of the other item.
    Merged,
    /// It becomes part of the other item only if that is merged itself.
    Alternative,
}

impl Origins {
    /// Reads the origins of a document.
    pub(super) fn new(document: &Value) -> Self {
        let mut origins = Self::default();
        for (path, item) in object(&document["paths"]) {
            for (method, operation) in object(item) {
                if !METHODS.contains(&method.as_str()) {
                    continue;
                }
                let origin = Origin::Operation { method: method.to_uppercase(), path: path.clone() };
                origins.add_links(&origin, operation);
                origins.add_links(&origin, &item["parameters"]);
                let id = operation["operationId"].as_str().unwrap_or_default();
                origins.operations.insert(origin, id.to_owned());
            }
        }
        for (kind, section) in object(&document["components"]) {
            for (name, component) in object(section) {
                origins.add_links(&Origin::component(kind, name), component);
                if kind == "schemas" {
                    origins.schemas.insert(name.clone());
                }
            }
        }
        origins
    }

    /// Returns a component and all origins that it is merged into.
    pub(super) fn reached_by(&self, origin: &Origin) -> BTreeSet<Origin> {
        let mut reached = BTreeSet::from([origin.clone()]);
        let mut seen = reached.clone();
        let mut open = vec![origin.clone()];
        while let Some(next) = open.pop() {
            for (target, link) in self.merged_into.get(&next).into_iter().flatten() {
                if *link == Link::Merged {
                    reached.insert(target.clone());
                }
                if seen.insert(target.clone()) {
                    open.push(target.clone());
                }
            }
        }
        reached
    }

    /// Returns the operation with an id.
    pub(super) fn operation(&self, id: &str) -> Option<&Origin> {
        self.operations.iter().find(|(_, other)| *other == id).map(|(origin, _)| origin)
    }

    /// Records which components are merged into an origin: schemas only by combinators, others by every reference.
    fn add_links(&mut self, origin: &Origin, value: &Value) {
        let is_schema = matches!(origin, Origin::Component { kind, .. } if kind == "schemas");
        let mut open = vec![(value, is_schema, false)];
        while let Some((value, is_top, is_merged)) = open.pop() {
            match value {
                Value::Array(values) => open.extend(values.iter().map(|value| (value, false, false))),
                Value::Object(fields) => {
                    if let Some(target) =
                        fields.get("$ref").and_then(Value::as_str).and_then(Origin::of_component)
                    {
                        let is_schema =
                            matches!(&target, Origin::Component { kind, .. } if kind == "schemas");
                        let link = match (is_schema, is_merged, is_top) {
                            (false, ..) | (_, true, _) => Some(Link::Merged),
                            (true, false, true) => Some(Link::Alternative),
                            (true, false, false) => None,
                        };
                        if let Some(link) = link {
                            let links = self.merged_into.entry(target).or_default();
                            links.insert((origin.clone(), link));
                        }
                    }
                    let has_more = fields.keys().any(|key| merges(key));
                    for (key, value) in fields {
                        match (key.as_str(), value) {
                            ("allOf" | "anyOf" | "oneOf", Value::Array(parts)) => {
                                let merges = is_merged || has_more || (key == "allOf" && parts.len() > 1);
                                open.extend(parts.iter().map(|part| (part, is_top, merges)));
                            }
                            _ => open.push((value, false, false)),
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

impl Origin {
    pub(super) fn component(kind: &str, name: &str) -> Self {
        Self::Component { kind: kind.to_owned(), name: name.to_owned() }
    }

    /// Returns the component that a reference points to.
    fn of_component(reference: &str) -> Option<Self> {
        match segments(reference).as_slice() {
            [components, kind, name] if components == "components" => Some(Self::component(kind, name)),
            _ => None,
        }
    }
}

/// Splits a JSON pointer such as `#/paths/~1pets/get`.
pub(super) fn segments(pointer: &str) -> Vec<String> {
    let path = pointer.strip_prefix('#').unwrap_or(pointer).strip_prefix('/');
    path.into_iter().flat_map(|path| path.split('/')).map(unescape).collect()
}

/// Returns whether a keyword next to `allOf`, `anyOf` or `oneOf` is merged into them.
fn merges(keyword: &str) -> bool {
    keyword != "type" && !ANNOTATIONS.contains(&keyword) && !COMBINATORS.contains(&keyword)
}

fn object(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}
