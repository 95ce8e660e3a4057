//! The spellings by which schemas differ that mean the same.

use serde_json::{Value, json};

use super::Differ;
use crate::document::schema::{NUMERIC_BOUNDS, Schema};

/// The keywords whose values are compared as schemas of their own.
const CHILDREN: [&str; 4] = ["additionalProperties", "contains", "items", "properties"];

/// The keywords that have several spellings of the same, by what they are called in reports.
const SPELLINGS: [(&str, &[&str]); 9] = [
    ("references and allOf", &["$ref", "allOf"]),
    ("enumerations", &["enum", "const", "oneOf", "anyOf"]),
    ("null", &["nullable", "type"]),
    ("numeric bounds", &NUMERIC_BOUNDS),
    (
        "defaults spelled out",
        &["minLength", "minItems", "minProperties", "uniqueItems", "readOnly", "writeOnly", "deprecated"],
    ),
    ("order of required properties", &["required"]),
    ("formats and encodings", &["format", "contentEncoding", "contentMediaType"]),
    ("patterns that everything matches", &["pattern"]),
    ("definitions", &["$defs", "$id", "$schema"]),
];

impl<'d> Differ<'d, '_> {
    /// Remembers by what spelling two schemas without a finding differ.
    pub(crate) fn record_rewrites(&mut self, old: &Schema<'d>, new: &Schema<'d>) {
        let spellings = |schema: &Schema<'d>| -> Vec<Value> {
            // Of subschemas, only the names count here: they are compared by themselves.
            let own = |(key, value): (&String, &Value)| match value {
                Value::Object(all) if CHILDREN.contains(&key.as_str()) => {
                    (key.clone(), json!(all.keys().collect::<Vec<_>>()))
                }
                _ => (key.clone(), value.clone()),
            };
            let own = |part: &&'d Value| Some(part.as_object()?.iter().map(own).collect());
            schema.parts.iter().filter_map(own).map(Value::Object).collect()
        };
        let is_boolean = |schema: &Schema<'d>| schema.parts.iter().any(|it| it.is_boolean());
        if is_boolean(old) || is_boolean(new) {
            self.rewrites.insert("boolean schemas");
        }
        let (one, other) = (spellings(old), spellings(new));
        if one == other {
            return;
        }
        let has = |keywords: &[&str]| {
            [old, new]
                .iter()
                .any(|schema| schema.parts.iter().any(|it| keywords.iter().any(|key| it.get(key).is_some())))
        };
        for (name, keywords) in SPELLINGS {
            if has(keywords) {
                self.rewrites.insert(name);
            }
        }
    }
}
