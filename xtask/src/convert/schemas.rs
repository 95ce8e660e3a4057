//! Converts schemas: JSON Schema 2020-12 to the dialect of OpenAPI 3.0.

use anyhow::Result;
use serde_json::{Map, Value, json};

use super::fields::Kind;
use super::null::{self, is_null_only};
use super::{Converter, is_default_dialect};

/// The annotations of both versions. They restrict no value.
const SHARED_ANNOTATIONS: [&str; 8] =
    ["default", "deprecated", "description", "example", "externalDocs", "readOnly", "title", "writeOnly"];

/// The assertions of both versions that contain no schemas.
const SHARED_ASSERTIONS: [&str; 13] = [
    "format",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "pattern",
    "required",
    "uniqueItems",
];

/// The keywords that are converted together with others.
const COMBINED: [&str; 11] = [
    "$ref",
    "$schema",
    "allOf",
    "const",
    "contentEncoding",
    "contentMediaType",
    "enum",
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "type",
];

/// Returns whether a keyword restricts no value.
fn is_annotation(keyword: &str) -> bool {
    SHARED_ANNOTATIONS.contains(&keyword)
        || ["$comment", "examples", "xml"].contains(&keyword)
        || keyword.starts_with("x-")
}

/// A schema during its conversion.
pub(super) struct Draft<'s> {
    /// The keywords of 3.1.
    pub(super) source: &'s Map<String, Value>,
    pub(super) allows_null: bool,
    /// The keywords of 3.0.
    pub(super) schema: Map<String, Value>,
    /// The schemas of `allOf`.
    pub(super) parts: Vec<Value>,
    /// Whether the source names null in a way that 3.0 does not have.
    pub(super) dropped_null: bool,
}

impl Converter<'_> {
    pub(super) fn schema(&mut self, value: &Value) -> Result<Value> {
        let source = match value {
            Value::Bool(true) => return Ok(json!({})),
            Value::Bool(false) => return Ok(json!({"not": {}})),
            Value::Object(source) => source,
            other => return self.refuse(format_args!("{other} as a schema")),
        };
        let mut draft = Draft {
            source,
            allows_null: null::allows_null(self.root, value),
            schema: Map::new(),
            parts: Vec::new(),
            dropped_null: false,
        };
        for (keyword, value) in source {
            self.keyword(keyword, value, &mut draft)?;
        }
        for convert in [Self::types, Self::values, Self::bounds, Self::content, Self::examples] {
            convert(self, &mut draft)?;
        }
        for keyword in ["anyOf", "oneOf"] {
            self.choice(keyword, &mut draft)?;
        }
        if let Some(reference) = source.get("$ref") {
            if draft.schema.is_empty() && draft.parts.is_empty() && !source.contains_key("allOf") {
                return Ok(json!({ "$ref": reference }));
            }
            // 3.0 ignores the siblings of a reference.
            draft.parts.insert(0, json!({ "$ref": reference }));
            self.step(format_args!("moved {reference} into an allOf to keep its siblings"));
        }
        if let Some(parts) = source.get("allOf") {
            let parts = self.at("allOf", |this| this.list(parts))?;
            draft.parts.extend(parts);
        }
        let Draft { mut schema, parts, dropped_null, allows_null, .. } = draft;
        if !parts.is_empty() {
            schema.insert("allOf".to_owned(), Value::Array(parts));
        }
        if dropped_null && allows_null {
            schema.insert("nullable".to_owned(), true.into());
        }
        if schema.get("type").is_some_and(|name| name == "array") {
            schema.entry("items").or_insert_with(|| json!({}));
        }
        Ok(Value::Object(schema))
    }

    fn list(&mut self, value: &Value) -> Result<Vec<Value>> {
        let items = value.as_array().into_iter().flatten().enumerate();
        items.map(|(index, item)| self.at(&index.to_string(), |this| this.schema(item))).collect()
    }

    /// Converts a keyword by itself, or leaves it for later if it is converted together with others.
    fn keyword(&mut self, keyword: &str, value: &Value, draft: &mut Draft<'_>) -> Result<()> {
        let converted = match (keyword, value) {
            ("additionalProperties", Value::Bool(_)) => value.clone(),
            ("items", Value::Bool(false)) => {
                draft.schema.insert("maxItems".to_owned(), 0.into());
                json!({})
            }
            ("additionalProperties" | "items" | "not", _) => self.at(keyword, |this| this.schema(value))?,
            ("properties", Value::Object(properties)) => {
                let property = |(name, value): (&String, &Value)| {
                    let path = format!("properties/{name}");
                    Ok((name.clone(), self.at(&path, |this| this.schema(value))?))
                };
                Value::Object(properties.iter().map(property).collect::<Result<_>>()?)
            }
            ("discriminator", _) => self.at(keyword, |this| this.object(Kind::Discriminator, value))?,
            ("xml", _) => self.at(keyword, |this| this.object(Kind::Xml, value))?,
            ("anyOf" | "oneOf", Value::Array(_)) => return Ok(()),
            ("$comment", _) => {
                self.step("$comment became x-comment");
                draft.schema.insert("x-comment".to_owned(), value.clone());
                return Ok(());
            }
            ("maxItems", _) if draft.source.get("items") == Some(&Value::Bool(false)) => return Ok(()),
            ("$schema", dialect) if !is_default_dialect(dialect) => {
                return self.refuse(format_args!("the dialect {dialect} of a schema"));
            }
            ("allOf" | "enum", value) if !value.is_array() => {
                return self.refuse(format_args!("{keyword} that is not a list"));
            }
            ("$ref" | "contentEncoding" | "contentMediaType", value) if !value.is_string() => {
                return self.refuse(format_args!("{keyword} that is not a string"));
            }
            (keyword, _) if COMBINED.contains(&keyword) => return Ok(()),
            (keyword, _)
                if SHARED_ANNOTATIONS.contains(&keyword)
                    || SHARED_ASSERTIONS.contains(&keyword)
                    || keyword.starts_with("x-") =>
            {
                value.clone()
            }
            ("nullable", _) => {
                return self.refuse("nullable, which OpenAPI 3.1 ignores (its types include null instead)");
            }
            _ => return self.refuse(format_args!("the keyword {keyword} of a schema")),
        };
        draft.schema.insert(keyword.to_owned(), converted);
        Ok(())
    }

    /// Converts the alternatives of `anyOf` or `oneOf`. One that allows only null makes the others nullable.
    fn choice(&mut self, keyword: &str, draft: &mut Draft<'_>) -> Result<()> {
        let source = draft.source;
        let Some(Value::Array(alternatives)) = source.get(keyword) else { return Ok(()) };
        let converted = self.at(keyword, |this| {
            let mut converted = Vec::new();
            for (index, alternative) in alternatives.iter().enumerate() {
                if !is_null_only(alternative) {
                    converted.push(this.at(&index.to_string(), |this| this.schema(alternative))?);
                }
            }
            Ok(converted)
        })?;
        if converted.len() == alternatives.len() {
            draft.schema.insert(keyword.to_owned(), Value::Array(converted));
            return Ok(());
        }
        let (nulls, others): (Vec<&Value>, Vec<&Value>) =
            alternatives.iter().partition(|alternative| is_null_only(alternative));
        if others.is_empty() {
            return self.refuse("a schema that allows only null");
        }
        let matches_twice =
            keyword == "oneOf" && others.iter().any(|other| null::allows_null(self.root, other));
        if matches_twice && !draft.allows_null && !source.contains_key("type") {
            return self.refuse("a null that oneOf excludes because it matches two alternatives");
        }
        for null in nulls {
            let keywords = null.as_object().into_iter().flatten();
            let annotations: Map<_, _> = keywords
                .filter(|(keyword, _)| !["type", "const", "enum"].contains(&keyword.as_str()))
                .map(|(keyword, value)| (keyword.clone(), value.clone()))
                .collect();
            if !annotations.is_empty() {
                self.step("the annotations of the alternative null became x-null");
                draft.schema.insert("x-null".to_owned(), Value::Object(annotations));
            }
        }
        draft.dropped_null = true;
        let [Value::Object(other)] = converted.as_slice() else {
            draft.schema.insert(keyword.to_owned(), Value::Array(converted));
            return Ok(());
        };
        let is_assertion = |key: &String| key != keyword && !is_annotation(key);
        let can_merge = !source.keys().any(is_assertion)
            && !other.contains_key("$ref")
            && !other.keys().any(|key| draft.schema.contains_key(key));
        if can_merge {
            draft.schema.extend(other.clone());
        } else {
            self.step(format_args!("the only alternative of {keyword} besides null became a nullable allOf"));
            draft.parts.push(Value::Object(other.clone()));
        }
        Ok(())
    }
}
