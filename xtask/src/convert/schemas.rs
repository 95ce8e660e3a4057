//! Converts schemas: JSON Schema 2020-12 to the dialect of OpenAPI 3.0.

use anyhow::Result;
use serde_json::{Map, Value, json};

use super::fields::Kind;
use super::null::{self, is_null_only};
use super::{Converter, is_default_dialect};

/// The keywords that are the same in both versions and hold no schemas.
const PLAIN: [&str; 20] = [
    "default",
    "deprecated",
    "description",
    "example",
    "externalDocs",
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
    "readOnly",
    "required",
    "title",
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

/// The keywords that bind no values.
const ANNOTATIONS: [&str; 11] = [
    "$comment",
    "default",
    "deprecated",
    "description",
    "example",
    "examples",
    "externalDocs",
    "readOnly",
    "title",
    "writeOnly",
    "xml",
];

/// A schema of 3.0 while it is built.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) schema: Map<String, Value>,
    /// Schemas that must hold, too.
    pub(super) parts: Vec<Value>,
    /// Whether the schema named null in a way that 3.0 does not have.
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
        let allows_null = null::allows_null(self.root, value);
        let mut draft = Draft::default();
        for (keyword, value) in source {
            self.keyword(keyword, value, source, &mut draft)?;
        }
        self.types(source, &mut draft)?;
        self.values(source, allows_null, &mut draft)?;
        self.bounds(source, &mut draft.schema)?;
        self.content(source, &mut draft.schema)?;
        self.examples(source, &mut draft.schema)?;
        for keyword in ["anyOf", "oneOf"] {
            self.choice(keyword, source, allows_null, &mut draft)?;
        }
        if let Some(reference) = source.get("$ref") {
            if draft.schema.is_empty() && draft.parts.is_empty() && !source.contains_key("allOf") {
                return Ok(json!({ "$ref": reference }));
            }
            // In 3.0, what stands beside a reference is ignored.
            draft.parts.insert(0, json!({ "$ref": reference }));
            self.step(format_args!("moved {reference} into an allOf, which keeps what is beside it"));
        }
        if let Some(parts) = source.get("allOf") {
            let parts = self.at("allOf", |this| this.list(parts))?;
            draft.parts.extend(parts);
        }
        let Draft { mut schema, parts, dropped_null } = draft;
        if !parts.is_empty() {
            schema.insert("allOf".to_owned(), Value::Array(parts));
        }
        if dropped_null && allows_null {
            schema.insert("nullable".to_owned(), true.into());
        }
        if schema.get("type").is_some_and(|it| it == "array") {
            schema.entry("items").or_insert_with(|| json!({}));
        }
        Ok(Value::Object(schema))
    }

    fn list(&mut self, value: &Value) -> Result<Vec<Value>> {
        let items = value.as_array().into_iter().flatten().enumerate();
        items.map(|(index, item)| self.at(&index.to_string(), |this| this.schema(item))).collect()
    }

    /// Converts a keyword that stands for itself; the others follow.
    fn keyword(
        &mut self,
        keyword: &str,
        value: &Value,
        source: &Map<String, Value>,
        draft: &mut Draft,
    ) -> Result<()> {
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
            ("maxItems", _) if source.get("items") == Some(&Value::Bool(false)) => return Ok(()),
            ("$schema", dialect) if !is_default_dialect(dialect) => {
                return self.refuse(format_args!("the dialect {dialect} of a schema"));
            }
            ("allOf" | "enum", value) if !value.is_array() => {
                return self.refuse(format_args!("{keyword} that is not a list"));
            }
            ("$ref" | "contentEncoding" | "contentMediaType", value) if !value.is_string() => {
                return self.refuse(format_args!("{keyword} that is not text"));
            }
            (keyword, _) if COMBINED.contains(&keyword) => return Ok(()),
            (keyword, _)
                if keyword == "writeOnly" || PLAIN.contains(&keyword) || keyword.starts_with("x-") =>
            {
                value.clone()
            }
            ("nullable", _) => {
                return self.refuse("nullable, which OpenAPI 3.1 ignores (it says null in the type)");
            }
            _ => return self.refuse(format_args!("the keyword {keyword} of a schema")),
        };
        draft.schema.insert(keyword.to_owned(), converted);
        Ok(())
    }

    /// Converts alternatives. One that only allows null makes the others nullable.
    fn choice(
        &mut self,
        keyword: &str,
        source: &Map<String, Value>,
        allows_null: bool,
        draft: &mut Draft,
    ) -> Result<()> {
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
            alternatives.iter().partition(|it| is_null_only(it));
        if others.is_empty() {
            return self.refuse("a schema that allows nothing but null");
        }
        let is_twice = keyword == "oneOf" && others.iter().any(|other| null::allows_null(self.root, other));
        if is_twice && !allows_null && !source.contains_key("type") {
            return self.refuse("a null that oneOf excludes by allowing it twice");
        }
        for null in nulls {
            let texts = null.as_object().into_iter().flatten();
            let texts: Map<_, _> = texts
                .filter(|(key, _)| !["type", "const", "enum"].contains(&key.as_str()))
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect();
            if !texts.is_empty() {
                self.step("what describes the alternative null became x-null");
                draft.schema.insert("x-null".to_owned(), Value::Object(texts));
            }
        }
        draft.dropped_null = true;
        let [Value::Object(one)] = converted.as_slice() else {
            draft.schema.insert(keyword.to_owned(), Value::Array(converted));
            return Ok(());
        };
        let binds =
            |key: &String| !(key == keyword || ANNOTATIONS.contains(&key.as_str()) || key.starts_with("x-"));
        let can_merge = !source.keys().any(binds)
            && !one.contains_key("$ref")
            && !one.keys().any(|key| draft.schema.contains_key(key));
        if can_merge {
            draft.schema.extend(one.clone());
        } else {
            self.step(format_args!(
                "the one alternative beside null of {keyword} became an allOf that is nullable"
            ));
            draft.parts.push(Value::Object(one.clone()));
        }
        Ok(())
    }
}
