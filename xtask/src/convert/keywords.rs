//! Converts the keywords of schemas that differ between the versions and contain no schemas.

use anyhow::Result;
use serde_json::{Value, json};

use super::Converter;
use super::schemas::Draft;

const TYPES: [&str; 7] = ["array", "boolean", "integer", "null", "number", "object", "string"];

/// The encoding of bytes in JSON, and the media type of raw bytes.
const BASE64: &str = "base64";
const BYTES: &str = "application/octet-stream";

impl Converter<'_> {
    /// Converts the types.
    pub(super) fn types(&mut self, draft: &mut Draft<'_>) -> Result<()> {
        let mut types: Vec<&str> = match draft.source.get("type") {
            None => return Ok(()),
            Some(Value::String(name)) => vec![name],
            Some(Value::Array(names)) if names.iter().all(Value::is_string) => {
                names.iter().filter_map(Value::as_str).collect()
            }
            Some(other) => return self.refuse(format_args!("the type {other}")),
        };
        if let Some(unknown) = types.iter().find(|name| !TYPES.contains(name)) {
            return self.refuse(format_args!("the type {unknown}"));
        }
        if types.contains(&"number") {
            types.retain(|name| *name != "integer");
        }
        let count = types.len();
        types.retain(|name| *name != "null");
        draft.dropped_null |= types.len() < count;
        match types.as_slice() {
            [] => return self.refuse("a schema that allows only null"),
            [name] => drop(draft.schema.insert("type".to_owned(), (*name).into())),
            names if names.contains(&"array") => {
                return self.refuse(format_args!("a type list with arrays ({})", names.join(", ")));
            }
            names => {
                let alternatives: Vec<Value> = names.iter().map(|name| json!({ "type": name })).collect();
                self.step(format_args!("the types {} became an anyOf", names.join(", ")));
                if draft.source.contains_key("anyOf") {
                    draft.parts.push(json!({ "anyOf": alternatives }));
                } else {
                    draft.schema.insert("anyOf".to_owned(), alternatives.into());
                }
            }
        }
        Ok(())
    }

    /// Converts `enum` and `const`, which is an enum with one value.
    pub(super) fn values(&mut self, draft: &mut Draft<'_>) -> Result<()> {
        let source = draft.source;
        let constant = source.get("const");
        let mut values = match (source.get("enum").and_then(Value::as_array), constant) {
            (None, None) => return Ok(()),
            (Some(values), Some(constant)) if !values.contains(constant) => {
                return self.refuse("a const that is not in the enum");
            }
            (_, Some(constant)) => vec![constant.clone()],
            (Some(values), None) => values.clone(),
        };
        let names_null = values.iter().any(Value::is_null);
        if names_null && !draft.allows_null {
            self.step("dropped null from the enum, since the type excludes it");
            values.retain(|value| !value.is_null());
        }
        if values.iter().all(Value::is_null) {
            return self.refuse("a schema that allows only null");
        }
        // In 3.0, only a schema with a type can be nullable.
        if (constant.is_some() || names_null)
            && !source.contains_key("type")
            && let Some(name) = common_type(&values)
        {
            draft.schema.insert("type".to_owned(), name.into());
            draft.dropped_null |= names_null;
        }
        draft.schema.insert("enum".to_owned(), Value::Array(values));
        Ok(())
    }

    /// Converts exclusive bounds, which 3.0 represents as flags of the inclusive ones.
    pub(super) fn bounds(&mut self, draft: &mut Draft<'_>) -> Result<()> {
        let Draft { source, schema, .. } = draft;
        for (exclusive, inclusive, sign) in
            [("exclusiveMinimum", "minimum", 1.0), ("exclusiveMaximum", "maximum", -1.0)]
        {
            let Some(value) = source.get(exclusive) else { continue };
            let Some(bound) = value.as_f64() else {
                return self.refuse(format_args!("{exclusive}: {value} (a number in OpenAPI 3.1)"));
            };
            let inclusive_bound = source.get(inclusive).and_then(Value::as_f64);
            // The tighter of the two bounds applies.
            if inclusive_bound.is_none_or(|inclusive_bound| bound * sign >= inclusive_bound * sign) {
                schema.insert(inclusive.to_owned(), value.clone());
                schema.insert(exclusive.to_owned(), true.into());
            }
        }
        if schema.get("type").is_some_and(|name| name == "integer") {
            for keyword in ["maximum", "minimum", "multipleOf"] {
                if let Some(integer) = schema.get(keyword).and_then(integer_value) {
                    schema.insert(keyword.to_owned(), integer.into());
                }
            }
        }
        Ok(())
    }

    /// Converts the keywords of strings that contain bytes.
    pub(super) fn content(&mut self, draft: &mut Draft<'_>) -> Result<()> {
        let Draft { source, schema, .. } = draft;
        let text = |keyword: &str| source.get(keyword).and_then(Value::as_str);
        let (encoding, media_type) = (text("contentEncoding"), text("contentMediaType"));
        let format = match (encoding, media_type) {
            (None, None) => return Ok(()),
            (Some(BASE64), None | Some(BYTES)) => "byte",
            (None, Some(BYTES)) => "binary",
            _ => {
                let keywords = [("contentEncoding", encoding), ("contentMediaType", media_type)];
                let keywords: Vec<String> = keywords
                    .iter()
                    .filter_map(|(keyword, value)| Some(format!("{keyword} {}", (*value)?)))
                    .collect();
                return self.refuse(format_args!("a string with {}", keywords.join(" and ")));
            }
        };
        if schema.get("type").is_none_or(|name| name != "string") {
            return self.refuse("contentEncoding or contentMediaType without the type string");
        }
        if let Some(other) = schema.get("format").filter(|value| *value != format) {
            return self.refuse(format_args!("an encoded string with the format {other}"));
        }
        let names: Vec<&str> = [encoding, media_type].into_iter().flatten().collect();
        self.step(format_args!("{} became the format {format}", names.join(" and ")));
        schema.insert("format".to_owned(), format.into());
        Ok(())
    }

    /// Converts examples. 3.0 has one; the others become an extension.
    pub(super) fn examples(&mut self, draft: &mut Draft<'_>) -> Result<()> {
        let Draft { source, schema, .. } = draft;
        let Some(examples) = source.get("examples") else { return Ok(()) };
        let Value::Array(examples) = examples else {
            return self.refuse("examples of a schema that are not a list");
        };
        let mut rest = examples.as_slice();
        if let (false, [first, others @ ..]) = (source.contains_key("example"), rest) {
            schema.insert("example".to_owned(), first.clone());
            rest = others;
        }
        if !rest.is_empty() {
            if source.contains_key("x-examples") {
                return self.refuse("several examples together with x-examples");
            }
            self.step(format_args!("{} of {} examples became x-examples", rest.len(), examples.len()));
            schema.insert("x-examples".to_owned(), rest.into());
        }
        Ok(())
    }
}

/// Returns the type that all values except null have.
fn common_type(values: &[Value]) -> Option<&'static str> {
    let mut types = values.iter().filter(|value| !value.is_null()).map(|value| match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    });
    let first = types.next()?;
    types.all(|other| other == first).then_some(first)
}

/// Returns the value of a number such as `10.0` as an integer.
fn integer_value(value: &Value) -> Option<i64> {
    /// Above this, a floating-point number cannot represent every integer.
    const MAX: f64 = 9_007_199_254_740_992.0;
    let number =
        value.as_f64().filter(|number| value.is_f64() && number.fract() == 0.0 && number.abs() < MAX)?;
    #[expect(clippy::cast_possible_truncation, reason = "it is an integer below the limit")]
    Some(number as i64)
}
