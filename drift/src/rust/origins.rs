//! The parts of a document that Rust items are generated from.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::keywords::{ANNOTATIONS, COMBINATORS};
use crate::document::operation::METHODS;

/// An operation or a component.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    Operation {
        /// In capital letters.
        method: String,
        path: String,
    },
    Component {
        /// The section, such as `schemas`.
        kind: String,
        name: String,
    },
}

/// What a document generates items from.
#[derive(Clone, Debug, Default)]
pub(super) struct Origins {
    /// The operations with their ids.
    pub(super) operations: BTreeMap<Origin, String>,
    /// The names of the component schemas.
    pub(super) schemas: BTreeSet<String>,
    /// For each component, where its content is written out instead of being named.
    written_into: BTreeMap<Origin, BTreeSet<(Origin, Link)>>,
}

/// How the content of a component gets elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Link {
    /// It is merged into what is generated there.
    Merged,
    /// It would be, if what stands there were merged itself.
    Alternative,
}

impl Origins {
    /// Reads them from a document.
    pub(super) fn of(document: &Value) -> Self {
        let mut origins = Self::default();
        for (path, item) in object(&document["paths"]) {
            for (method, operation) in object(item) {
                if !METHODS.contains(&method.as_str()) {
                    continue;
                }
                let origin = Origin::Operation { method: method.to_uppercase(), path: path.clone() };
                origins.link(&origin, operation);
                origins.link(&origin, &item["parameters"]);
                let id = operation["operationId"].as_str().unwrap_or_default();
                origins.operations.insert(origin, id.to_owned());
            }
        }
        for (kind, section) in object(&document["components"]) {
            for (name, component) in object(section) {
                origins.link(&Origin::component(kind, name), component);
                if kind == "schemas" {
                    origins.schemas.insert(name.clone());
                }
            }
        }
        origins
    }

    /// Returns a component with all that its content is written into.
    pub(super) fn reached_by(&self, origin: &Origin) -> BTreeSet<Origin> {
        let mut reached = BTreeSet::from([origin.clone()]);
        let mut seen = reached.clone();
        let mut open = vec![origin.clone()];
        while let Some(next) = open.pop() {
            for (target, link) in self.written_into.get(&next).into_iter().flatten() {
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

    /// Finds an operation by its id.
    pub(super) fn operation(&self, id: &str) -> Option<&Origin> {
        self.operations.iter().find(|(_, other)| *other == id).map(|(origin, _)| origin)
    }

    /// Notes which components are written into an origin: parameters and the like always, schemas where they are merged.
    fn link(&mut self, origin: &Origin, value: &Value) {
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
                            let links = self.written_into.entry(target).or_default();
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

    /// Reads the component that a reference leads to.
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
    path.into_iter()
        .flat_map(|path| path.split('/'))
        .map(|segment| segment.replace("~1", "/").replace("~0", "~"))
        .collect()
}

/// Returns whether a keyword next to `allOf`, `anyOf` or `oneOf` is merged into them.
fn merges(keyword: &str) -> bool {
    keyword != "type" && !ANNOTATIONS.contains(&keyword) && !COMBINATORS.contains(&keyword)
}

fn object(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}
