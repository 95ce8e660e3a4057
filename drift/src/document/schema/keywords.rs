//! Reads the keywords that constrain values, and merges each with what has been read before.

use std::collections::HashSet;

use bigdecimal::BigDecimal;
use serde_json::{Map, Value};

use super::super::number::key;
use super::super::types::Types;
use super::super::{Version, elements, members};
use super::reader::Reader;
use super::{ANNOTATIONS, Additional, Bound, MAP_KEYWORDS, SIZES};

/// Formats that describe how to display a value.
const HINTS: [&str; 4] = ["html", "markdown", "password", "textarea"];

/// Patterns that match every string.
const TRIVIAL_PATTERNS: [&str; 8] = ["", "^", "$", ".*", "^.*", ".*$", "^.*$", "[\\s\\S]*"];

impl<'d> Reader<'d> {
    pub(super) fn types(&mut self, object: &'d Map<String, Value>, nullable: bool, allows_null: bool) {
        let Some(name) = object.get("type") else { return };
        let null = if nullable || allows_null { Types::NULL } else { Types::NONE };
        self.schema.types = self.schema.types & (Types::from_keyword(name) | null);
    }

    pub(super) fn values(&mut self, value: &'d Value, allows_null: bool) {
        // An extensible enum lists the known values and allows others.
        if let Some(mark) = value.get("x-extensible-enum") {
            let values = mark.as_array().map_or_else(|| elements(value.get("enum")), Vec::as_slice);
            self.schema.known_values.extend(values);
            return;
        }
        let constant = value.get("const").filter(|_| self.document.version == Version::V31);
        let values = value.get("enum").and_then(Value::as_array).map(|values| values.iter().collect());
        for values in [values, constant.map(|value| vec![value])].into_iter().flatten() {
            self.enumerate(values, allows_null);
        }
    }

    pub(super) fn enumerate(&mut self, values: Vec<&'d Value>, allows_null: bool) {
        let names_null = values.iter().any(|value| value.is_null());
        // Many documents of version 3.0 leave null out of the enum of a nullable schema.
        if !(names_null || allows_null || (self.nullable && self.document.version == Version::V30)) {
            self.schema.types = self.schema.types.without(Types::NULL);
        }
        let values = values.into_iter().filter(|value| !value.is_null());
        let kept: Option<HashSet<String>> =
            self.schema.values.as_ref().map(|kept| kept.iter().map(|value| key(value)).collect());
        let mut seen = HashSet::new();
        let mut distinct: Vec<&Value> = Vec::new();
        for value in values {
            let key = key(value);
            if kept.as_ref().is_none_or(|kept| kept.contains(&key)) && seen.insert(key) {
                distinct.push(value);
            }
        }
        if distinct.is_empty() && names_null {
            self.schema.types = self.schema.types & Types::NULL;
        } else {
            self.schema.values = Some(distinct);
        }
    }

    pub(super) fn numbers(&mut self, object: &'d Map<String, Value>) {
        let document = self.document;
        let number = |keyword: &str| object.get(keyword).and_then(|it| document.exact(it));
        let is_set = |keyword: &str| object.get(keyword) == Some(&Value::Bool(true));
        for (bound, exclusive) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
            let plain = number(bound).map(|value| Bound { value, is_exclusive: is_set(exclusive) });
            let open = number(exclusive).map(|value| Bound { value, is_exclusive: true });
            for found in [plain, open].into_iter().flatten() {
                let (slot, is_low) = match bound {
                    "minimum" => (&mut self.schema.low, true),
                    _ => (&mut self.schema.high, false),
                };
                if slot.as_ref().is_none_or(|current| is_tighter(&found, current, is_low)) {
                    *slot = Some(found);
                }
            }
        }
        self.schema.multiples.extend(number("multipleOf"));
        for keyword in SIZES {
            let Some(size) = number(keyword) else { continue };
            let is_low = keyword.starts_with("min");
            if is_low && size <= 0 {
                continue;
            }
            let is_tighter = |current: &BigDecimal| if is_low { size > *current } else { size < *current };
            if self.schema.sizes.get(keyword).is_none_or(is_tighter) {
                self.schema.sizes.insert(keyword, size);
            }
        }
        self.schema.unique |= is_set("uniqueItems");
    }

    pub(super) fn strings(&mut self, object: &'d Map<String, Value>) {
        if let Some(Value::String(pattern)) = object.get("pattern")
            && !TRIVIAL_PATTERNS.contains(&pattern.as_str())
        {
            self.schema.patterns.insert(pattern);
        }
        let encoding = object.get("contentEncoding").and_then(Value::as_str);
        let media_type = object.get("contentMediaType").and_then(Value::as_str);
        // 3.1 uses these keywords for what 3.0 expresses with formats.
        let format = match (object.get("format").and_then(Value::as_str), encoding, media_type) {
            (Some(format), ..) => Some(format),
            (None, Some("base64"), _) => Some("byte"),
            (None, None, Some("application/octet-stream")) => Some("binary"),
            _ => None,
        };
        self.schema.formats.extend(format.filter(|format| !HINTS.contains(format)));
        for (keyword, usual) in
            [("contentEncoding", "base64"), ("contentMediaType", "application/octet-stream")]
        {
            if let Some(value) = object.get(keyword).filter(|value| *value != usual) {
                self.schema.others.insert(keyword, value);
            }
        }
        if let Some(format) = object.get("format").filter(|it| !it.is_string()) {
            self.schema.others.insert("format", format);
        }
    }

    pub(super) fn arrays(&mut self, object: &'d Map<String, Value>) {
        match object.get("items") {
            // The list form is from older drafts but still in use.
            Some(Value::Array(list)) => self.prefix(list),
            Some(schema) if !is_anything(schema) => self.schema.items.push(schema),
            _ => {}
        }
        if let Some(Value::Array(list)) = object.get("prefixItems") {
            self.prefix(list);
        }
        if let Some(rest) = object.get("unevaluatedItems")
            && !is_anything(rest)
        {
            self.schema.items.push(rest);
        }
    }

    fn prefix(&mut self, list: &'d [Value]) {
        for (index, schema) in list.iter().enumerate() {
            if self.schema.prefix.len() <= index {
                self.schema.prefix.push(Vec::new());
            }
            if !is_anything(schema) {
                self.schema.prefix[index].push(schema);
            }
        }
    }

    pub(super) fn objects(&mut self, object: &'d Map<String, Value>) {
        for (name, schema) in members(object.get("properties")) {
            self.schema.properties.entry(name).or_default().push(schema);
        }
        self.schema.required.extend(
            elements(object.get("required")).iter().filter_map(Value::as_str).filter(|it| !it.is_empty()),
        );
        // `allOf` is merged already, so unevaluated properties are those that are not described.
        for keyword in ["additionalProperties", "unevaluatedProperties"] {
            let Some(value) = object.get(keyword).filter(|value| !is_anything(value)) else { continue };
            self.schema.additional =
                match (std::mem::replace(&mut self.schema.additional, Additional::Nothing), value) {
                    (Additional::Nothing, _) => Additional::Nothing,
                    (_, nothing) if is_nothing(nothing) => Additional::Nothing,
                    (Additional::Anything, _) => Additional::Schema(vec![value]),
                    (Additional::Schema(mut node), _) => {
                        node.push(value);
                        Additional::Schema(node)
                    }
                };
        }
        for keyword in MAP_KEYWORDS {
            for (name, schema) in members(object.get(keyword)) {
                self.schema.named_schemas.entry((keyword, name)).or_default().push(schema);
            }
        }
        for (name, list) in members(object.get("dependentRequired")) {
            let names = elements(Some(list)).iter().filter_map(Value::as_str);
            self.schema.dependent_required.entry(name).or_default().extend(names);
        }
    }
}

fn is_tighter(found: &Bound, current: &Bound, is_low: bool) -> bool {
    if found.value == current.value {
        return found.is_exclusive && !current.is_exclusive;
    }
    (found.value > current.value) == is_low
}

/// Returns whether a schema allows no value.
pub(super) fn is_nothing(schema: &Value) -> bool {
    schema == &Value::Bool(false) || schema.get("not").is_some_and(is_anything)
}

/// Returns whether a schema allows any value.
pub(super) fn is_anything(schema: &Value) -> bool {
    match schema {
        Value::Bool(any) => *any,
        Value::Object(object) => object.keys().all(|key| ANNOTATIONS.contains(&key.as_str())),
        _ => false,
    }
}
