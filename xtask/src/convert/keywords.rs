//! Converts the keywords of schemas that bind values, and examples.

use anyhow::Result;
use serde_json::{Map, Value, json};

use super::Converter;
use super::schemas::Draft;

const TYPES: [&str; 7] = ["array", "boolean", "integer", "null", "number", "object", "string"];

/// The form of bytes in JSON, and of bytes alone.
const BASE64: &str = "base64";
const BYTES: &str = "application/octet-stream";

impl Converter<'_> {
    /// Converts the types.
    pub(super) fn types(&mut self, source: &Map<String, Value>, draft: &mut Draft) -> Result<()> {
        let mut types: Vec<&str> = match source.get("type") {
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
        let all = types.len();
        types.retain(|name| *name != "null");
        draft.dropped_null |= types.len() < all;
        match types.as_slice() {
            [] => return self.refuse("a schema that allows nothing but null"),
            [one] => drop(draft.schema.insert("type".to_owned(), (*one).into())),
            several if several.contains(&"array") => {
                return self.refuse(format_args!("a type list with arrays ({})", several.join(", ")));
            }
            several => {
                let alternatives: Vec<Value> = several.iter().map(|name| json!({ "type": name })).collect();
                self.step(format_args!("the types {} became an anyOf", several.join(", ")));
                if source.contains_key("anyOf") {
                    draft.parts.push(json!({ "anyOf": alternatives }));
                } else {
                    draft.schema.insert("anyOf".to_owned(), alternatives.into());
                }
            }
        }
        Ok(())
    }

    /// Converts the values that are allowed: a constant is an enum of one.
    pub(super) fn values(
        &mut self,
        source: &Map<String, Value>,
        allows_null: bool,
        draft: &mut Draft,
    ) -> Result<()> {
        let constant = source.get("const");
        let mut values = match (source.get("enum").and_then(Value::as_array), constant) {
            (None, None) => return Ok(()),
            (Some(values), Some(constant)) if !values.contains(constant) => {
                return self.refuse("a constant that is not in the enum beside it");
            }
            (_, Some(constant)) => vec![constant.clone()],
            (Some(values), None) => values.clone(),
        };
        let names_null = values.iter().any(Value::is_null);
        if names_null && !allows_null {
            self.step("dropped null from the values, since the type beside them excludes it");
            values.retain(|value| !value.is_null());
        }
        if values.iter().all(Value::is_null) {
            return self.refuse("a schema that allows nothing but null");
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

    /// Converts exclusive bounds, which are flags of the others in 3.0.
    pub(super) fn bounds(
        &mut self,
        source: &Map<String, Value>,
        schema: &mut Map<String, Value>,
    ) -> Result<()> {
        for (exclusive, inclusive, sign) in
            [("exclusiveMinimum", "minimum", 1.0), ("exclusiveMaximum", "maximum", -1.0)]
        {
            let Some(open) = source.get(exclusive) else { continue };
            let Some(bound) = open.as_f64() else {
                return self.refuse(format_args!("{exclusive}: {open} (a number in OpenAPI 3.1)"));
            };
            let closed = source.get(inclusive).and_then(Value::as_f64);
            // Of two bounds, the tighter one binds.
            if closed.is_none_or(|closed| bound * sign >= closed * sign) {
                schema.insert(inclusive.to_owned(), open.clone());
                schema.insert(exclusive.to_owned(), true.into());
            }
        }
        if schema.get("type").is_some_and(|it| it == "integer") {
            for keyword in ["maximum", "minimum", "multipleOf"] {
                if let Some(whole) = schema.get(keyword).and_then(whole_number) {
                    schema.insert(keyword.to_owned(), whole.into());
                }
            }
        }
        Ok(())
    }

    /// Converts the description of text that holds bytes.
    pub(super) fn content(
        &mut self,
        source: &Map<String, Value>,
        schema: &mut Map<String, Value>,
    ) -> Result<()> {
        let text = |keyword: &str| source.get(keyword).and_then(Value::as_str);
        let (encoding, media_type) = (text("contentEncoding"), text("contentMediaType"));
        let format = match (encoding, media_type) {
            (None, None) => return Ok(()),
            (Some(BASE64), None | Some(BYTES)) => "byte",
            (None, Some(BYTES)) => "binary",
            _ => {
                let all = [("contentEncoding", encoding), ("contentMediaType", media_type)];
                let all: Vec<String> =
                    all.iter().filter_map(|(keyword, it)| Some(format!("{keyword} {}", (*it)?))).collect();
                return self.refuse(format_args!("text with {}", all.join(" and ")));
            }
        };
        if schema.get("type").is_none_or(|it| it != "string") {
            return self.refuse("contentEncoding or contentMediaType of what need not be text");
        }
        if let Some(other) = schema.get("format").filter(|it| *it != format) {
            return self.refuse(format_args!("encoded text with the format {other}"));
        }
        let said: Vec<&str> = [encoding, media_type].into_iter().flatten().collect();
        self.step(format_args!("{} became the format {format}", said.join(" and ")));
        schema.insert("format".to_owned(), format.into());
        Ok(())
    }

    /// Converts examples: 3.0 has one, and the others are kept as an extension.
    pub(super) fn examples(
        &mut self,
        source: &Map<String, Value>,
        schema: &mut Map<String, Value>,
    ) -> Result<()> {
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
                return self.refuse("several examples beside x-examples");
            }
            self.step(format_args!("{} of {} examples became x-examples", rest.len(), examples.len()));
            schema.insert("x-examples".to_owned(), rest.into());
        }
        Ok(())
    }
}

/// Returns the type that all values but null have.
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

/// Returns the integer that a number such as `10.0` is.
fn whole_number(value: &Value) -> Option<i64> {
    /// Beyond, not every integer has a floating-point number.
    const MAX: f64 = 9_007_199_254_740_992.0;
    let number = value.as_f64().filter(|it| value.is_f64() && it.fract() == 0.0 && it.abs() < MAX)?;
    #[expect(clippy::cast_possible_truncation, reason = "it is whole and small enough")]
    Some(number as i64)
}
