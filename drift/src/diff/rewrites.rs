//! Records equivalent rewrites: schemas that differ in spelling but not in meaning.

use serde_json::{Value, json};

use super::Differ;
use crate::document::schema::{NUMERIC_BOUNDS, Schema};

/// Keywords whose subschemas are compared separately.
const CHILDREN: [&str; 4] = ["additionalProperties", "contains", "items", "properties"];

/// Keywords with several equivalent spellings, by their name in reports.
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
    /// Records which spellings differ between two schemas without findings.
    pub(crate) fn record_rewrites(&mut self, old: &Schema<'d>, new: &Schema<'d>) {
        let spellings = |schema: &Schema<'d>| -> Vec<Value> {
            // Subschemas are compared separately, so only their names matter here.
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
        if spellings(old) == spellings(new) {
            return;
        }
        let uses = |keywords: &[&str]| {
            [old, new]
                .iter()
                .any(|schema| schema.parts.iter().any(|it| keywords.iter().any(|key| it.get(key).is_some())))
        };
        for (name, keywords) in SPELLINGS {
            if uses(keywords) {
                self.rewrites.insert(name);
            }
        }
    }
}
