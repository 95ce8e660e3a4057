//! Reads `oneOf`, `anyOf` and conditions. A choice that is equivalent to a single schema, a list of types or an enum is
//! normalized to that.

use std::collections::HashSet;

use serde_json::Value;

use super::super::number::key;
use super::super::types::Types;
use super::super::{Version, string_field};
use super::keywords::is_anything;
use super::reader::{Reader, Step};
use super::{ANNOTATIONS, CONDITION_KEYWORDS, Choice};

/// How deep nested choices are flattened.
const MAX_FLATTENED_DEPTH: usize = 8;

impl<'d> Reader<'d> {
    pub(super) fn combinations(&mut self, parent: &'d Value, allows_null: bool) {
        for keyword in ["oneOf", "anyOf"] {
            let is_known = |choice: &Choice<'d>| {
                choice.keyword == keyword && choice.schema.get(keyword) == parent.get(keyword)
            };
            if let Some(Value::Array(alternatives)) = parent.get(keyword)
                && !self.schema.choices.iter().any(is_known)
            {
                self.choice(parent, keyword, alternatives, allows_null);
            }
        }
        for keyword in CONDITION_KEYWORDS {
            // Without `if`, these have no effect.
            if ["then", "else"].contains(&keyword) && parent.get("if").is_none() {
                continue;
            }
            if let Some(schema) = parent.get(keyword) {
                self.schema.conditions.entry(keyword).or_default().push(schema);
            }
        }
        if let Some(discriminator) = parent.get("discriminator") {
            self.schema.discriminator.get_or_insert(discriminator);
        }
    }

    fn choice(&mut self, parent: &'d Value, keyword: &'static str, all: &'d [Value], allows_null: bool) {
        let (nulls, others): (Vec<&Value>, Vec<&Value>) =
            self.flatten(all.iter().collect(), keyword, 0).into_iter().partition(|it| is_only_null(it));
        let allows_null = allows_null || !nulls.is_empty();
        self.nullable |= allows_null;
        let others = if keyword == "anyOf" { distinct(others) } else { others };
        // An alternative that allows any value makes the choice irrelevant.
        if keyword == "anyOf" && others.iter().any(|it| is_anything(it)) {
            return;
        }
        if let Some(values) = self.enumeration(&others, keyword) {
            self.enumerate_choice(values, allows_null);
            self.schema.variants = others;
            return;
        }
        // Alternatives that only list types are a list of types.
        if let Some(types) = listed_types(&others, keyword) {
            let null = if allows_null { Types::NULL } else { Types::NONE };
            self.schema.types = self.schema.types & (types | null);
            return;
        }
        match others.as_slice() {
            [] => self.schema.types = self.schema.types & Types::NULL,
            // A choice with one alternative is that alternative.
            [only] => self.steps.push(Step::Add(only, allows_null)),
            _ => self.schema.choices.push(Choice {
                keyword,
                alternatives: others.into_iter().map(|alternative| vec![alternative]).collect(),
                allows_null,
                schema: parent,
            }),
        }
    }

    /// Flattens alternatives that are only a choice with the same keyword.
    fn flatten(&self, all: Vec<&'d Value>, keyword: &'static str, depth: usize) -> Vec<&'d Value> {
        let inner = |alternative: &'d Value| -> Option<Vec<&'d Value>> {
            let schema = self.document.resolve(alternative)?;
            let mut own = schema.as_object()?.keys().filter(|key| !ANNOTATIONS.contains(&key.as_str()));
            let (own, None) = (own.next()?, own.next()) else { return None };
            let inner = schema.get(own).filter(|_| ["oneOf", "anyOf"].contains(&own.as_str()))?.as_array()?;
            // A choice with one alternative is that alternative.
            (own == keyword || inner.len() == 1).then(|| inner.iter().collect())
        };
        let each = all.into_iter().map(|alternative| match inner(alternative) {
            Some(inner) if depth < MAX_FLATTENED_DEPTH => self.flatten(inner, keyword, depth + 1),
            _ => vec![alternative],
        });
        each.flatten().collect()
    }

    fn enumerate_choice(&mut self, values: Values<'d>, allows_null: bool) {
        let null = if allows_null { Types::NULL } else { Types::NONE };
        self.schema.types = self.schema.types & (values.types | null);
        if values.is_open {
            self.schema.known_values.extend(values.all);
        } else {
            self.enumerate(values.all, allows_null);
        }
    }

    /// Reads a choice whose alternatives all list values: some generators write enums like that to describe each value. An
    /// alternative that allows any string makes the enum extensible.
    fn enumeration(&self, alternatives: &[&'d Value], keyword: &str) -> Option<Values<'d>> {
        let mut found = Values { all: Vec::new(), types: Types::NONE, is_open: false };
        let mut seen = HashSet::new();
        for alternative in alternatives {
            let schema = self.document.resolve(alternative)?;
            let is_plain =
                |(key, value): (&String, &Value)| is_plain_keyword(key) || value == &Value::Bool(false);
            if !schema.as_object()?.iter().all(is_plain) {
                return None;
            }
            let constant = schema.get("const").filter(|_| self.document.version == Version::V31);
            let values: Option<Vec<&Value>> = constant
                .map(|it| vec![it])
                .or_else(|| Some(schema.get("enum")?.as_array()?.iter().collect()));
            match values {
                Some(values) => {
                    // A value in two alternatives of `oneOf` matches neither.
                    let keys: Vec<String> = values.iter().map(|value| key(value)).collect();
                    if keyword == "oneOf" && keys.iter().any(|key| seen.contains(key)) {
                        return None;
                    }
                    seen.extend(keys);
                    for value in values {
                        found.types = found.types | Types::of(value);
                        found.all.push(value);
                    }
                }
                None if keyword == "anyOf"
                    && string_field(schema, "type") == Some("string")
                    && !found.is_open =>
                {
                    found.types = found.types | Types::STRING;
                    found.is_open = true;
                }
                None => return None,
            }
        }
        let is_whole = !found.all.is_empty() && (!found.is_open || found.types == Types::STRING);
        is_whole.then_some(found)
    }
}

/// An enum that is written as a choice.
struct Values<'d> {
    all: Vec<&'d Value>,
    types: Types,
    is_open: bool,
}

/// Returns the alternatives of an `anyOf` without duplicates, which have no effect.
fn distinct(alternatives: Vec<&Value>) -> Vec<&Value> {
    let mut all: Vec<&Value> = Vec::new();
    for alternative in alternatives {
        if !all.contains(&alternative) {
            all.push(alternative);
        }
    }
    all
}

/// Returns the types of alternatives that only list types.
fn listed_types(alternatives: &[&Value], keyword: &str) -> Option<Types> {
    let mut all = Types::NONE;
    for alternative in alternatives {
        let object = alternative.as_object()?;
        let is_bare = object.keys().all(|key| key == "type" || ANNOTATIONS.contains(&key.as_str()));
        let types = Types::from_keyword(object.get("type").filter(|_| is_bare)?);
        // A value that matches two alternatives of `oneOf` is not allowed.
        if keyword == "oneOf" && all.intersects(types) {
            return None;
        }
        all = all | types;
    }
    (alternatives.len() > 1).then_some(all)
}

/// Returns whether a schema allows only null.
fn is_only_null(schema: &Value) -> bool {
    let is_null = |it: &Value| it.is_null();
    string_field(schema, "type") == Some("null")
        || schema.get("const").is_some_and(is_null)
        || schema
            .get("enum")
            .and_then(Value::as_array)
            .is_some_and(|it| !it.is_empty() && it.iter().all(is_null))
}

/// Returns whether a schema with an enum and this keyword is still only an enum.
fn is_plain_keyword(keyword: &str) -> bool {
    ["const", "deprecated", "enum", "type"].contains(&keyword)
        || ANNOTATIONS.contains(&keyword)
        || (keyword.starts_with("x-") && keyword != "x-extensible-enum")
}
