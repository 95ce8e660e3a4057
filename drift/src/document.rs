//! A document as the comparison reads it: its version, its references and the locations of its values.

pub(crate) mod number;
pub(crate) mod operation;
pub(crate) mod schema;
pub(crate) mod types;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::str::FromStr;

use bigdecimal::BigDecimal;
use serde_json::{Map, Value};

use crate::error::Error;
use crate::{FILES, NUMBERS};

/// The version of OpenAPI, as far as it affects the meaning of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    /// 3.0, whose schemas have their own dialect.
    V30,
    /// 3.1 and 3.2, whose schemas are JSON Schema 2020-12.
    V31,
}

/// One of the two documents.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DocumentView<'d> {
    pub(crate) root: &'d Value,
    pub(crate) version: Version,
    index: &'d Index<'d>,
}

/// Lookup tables for a document.
#[derive(Debug, Default)]
pub(crate) struct Index<'d> {
    /// Exact numbers, by address of the rounded value.
    numbers: HashMap<*const Value, BigDecimal>,
    /// Schemas by their `$anchor`, `$dynamicAnchor` or `$id`.
    anchors: HashMap<&'d str, &'d Value>,
}

impl<'d> DocumentView<'d> {
    /// Checks the version and the main sections of a document.
    pub(crate) fn new(root: &'d Value, index: &'d Index<'d>) -> Result<Self, Error> {
        if !root.is_object() {
            return Err(Error::new("not an OpenAPI document: the root is not an object"));
        }
        if let Some(version) = root.get("swagger") {
            return Err(Error::new(format!(
                "Swagger {} is not supported; convert the document to OpenAPI 3 first, for example with \
                 https://converter.swagger.io",
                scalar_text(version)
            )));
        }
        let Some(version) = root.get("openapi") else {
            return Err(Error::new("not an OpenAPI document: the field `openapi` is missing"));
        };
        let text = scalar_text(version);
        let version = match text.split('.').collect::<Vec<_>>().as_slice() {
            ["3", "0", ..] => Version::V30,
            ["3", "1" | "2", ..] => Version::V31,
            _ => {
                return Err(Error::new(format!(
                    "OpenAPI {text} is not supported; use a document of version 3.0, 3.1 or 3.2"
                )));
            }
        };
        for section in ["paths", "webhooks", "components"] {
            if let Some(other) = root.get(section).filter(|value| !value.is_object() && !value.is_null()) {
                return Err(Error::new(format!(
                    "`{section}` is {}, but must be an object",
                    type_name(other)
                )));
            }
        }
        Ok(Self { root, version, index })
    }

    /// Returns a number without rounding.
    pub(crate) fn exact(self, value: &Value) -> Option<BigDecimal> {
        self.index.numbers.get(&std::ptr::from_ref(value)).cloned().or_else(|| number::exact(value))
    }

    /// Returns whether the document has rounded numbers, so equal values may stand for different numbers.
    pub(crate) fn is_rounded(self) -> bool {
        !self.index.numbers.is_empty()
    }

    /// Returns the direct target of a reference, which may be another reference.
    pub(crate) fn target(self, reference: &str) -> Option<&'d Value> {
        let anchor = |name: &str| self.index.anchors.get(name).copied();
        let Some(pointer) = reference.strip_prefix('#') else { return anchor(reference) };
        // Most pointers contain no escapes, so their keys need not be copied.
        if let Some(plain) = pointer.strip_prefix('/').filter(|it| !it.contains(['~', '%']))
            && let Some(found) = plain.split('/').try_fold(self.root, |value, key| match value {
                Value::Object(object) => object.get(key),
                _ => value.pointer(&format!("/{key}")),
            })
        {
            return Some(found);
        }
        // A fragment of a URL may be percent-encoded.
        let found = self.root.pointer(pointer).or_else(|| self.root.pointer(&decode(pointer)));
        found.or_else(|| anchor(pointer))
    }

    /// Returns the target of a schema that is only a reference.
    pub(crate) fn target_of(self, node: &[&'d Value]) -> Option<&'d Value> {
        let [value] = node else { return None };
        // In 3.0, the siblings of a reference are ignored.
        let is_bare = self.version == Version::V30 || value.as_object().is_some_and(|it| it.len() == 1);
        self.target(reference(value).filter(|_| is_bare)?)
    }

    /// Follows references to a value that is not one. Returns `None` if a target is missing or the references form a cycle.
    pub(crate) fn resolve(self, value: &'d Value) -> Option<&'d Value> {
        let mut value = value;
        let mut seen = HashSet::new();
        while let Some(reference) = reference(value) {
            if !seen.insert(reference) {
                return None;
            }
            value = self.target(reference)?;
        }
        Some(value)
    }

    /// Returns a section of the components.
    pub(crate) fn components(self, kind: &str) -> Option<&'d Map<String, Value>> {
        self.root.get("components")?.get(kind)?.as_object()
    }

    /// Returns the JSON pointers of values by address, in one pass over the document.
    pub(crate) fn pointers(self, wanted: &HashSet<*const Value>) -> HashMap<*const Value, String> {
        let mut found = HashMap::new();
        locate(self.root, wanted, &mut Vec::new(), &mut found);
        found
    }
}

impl<'d> Index<'d> {
    /// Builds the index of a document and its other files.
    pub(crate) fn new(root: &'d Value) -> Self {
        let mut index = Self::default();
        let files = members(root.get(FILES)).map(|(_, file)| file);
        for file in files.chain([root]) {
            for (pointer, literal) in members(file.get(NUMBERS)) {
                let exact = literal.as_str().and_then(|it| BigDecimal::from_str(it).ok());
                if let Some((value, exact)) = file.pointer(pointer).zip(exact) {
                    index.numbers.insert(std::ptr::from_ref(value), exact);
                }
            }
        }
        index.add_anchors(root);
        index
    }

    fn add_anchors(&mut self, value: &'d Value) {
        match value {
            Value::Object(object) => {
                for keyword in ["$anchor", "$dynamicAnchor", "$id"] {
                    if let Some(Value::String(name)) = object.get(keyword) {
                        self.anchors.entry(name).or_insert(value);
                    }
                }
                object.values().for_each(|it| self.add_anchors(it));
            }
            Value::Array(items) => items.iter().for_each(|it| self.add_anchors(it)),
            _ => {}
        }
    }
}

/// A step of a JSON pointer. Most paths are never formatted.
#[derive(Clone, Copy)]
enum Step<'d> {
    Key(&'d str),
    Index(usize),
}

fn locate<'d>(
    value: &'d Value,
    wanted: &HashSet<*const Value>,
    path: &mut Vec<Step<'d>>,
    found: &mut HashMap<*const Value, String>,
) {
    let address = std::ptr::from_ref(value);
    if wanted.contains(&address) {
        let text = |step: &Step<'_>| match step {
            Step::Key(key) => format!("/{}", escape(key)),
            Step::Index(index) => format!("/{index}"),
        };
        found.insert(address, path.iter().map(text).collect());
    }
    let mut step = |step: Step<'d>, value: &'d Value| {
        path.push(step);
        locate(value, wanted, path, found);
        path.pop();
    };
    match value {
        Value::Object(object) => object.iter().for_each(|(key, value)| step(Step::Key(key), value)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, value)| step(Step::Index(index), value));
        }
        _ => {}
    }
}

/// Returns the text of a reference.
pub(crate) fn reference(value: &Value) -> Option<&str> {
    value.get("$ref").or_else(|| value.get("$dynamicRef"))?.as_str()
}

/// Returns the elements of an array, or nothing for another value.
pub(crate) fn elements(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// Returns the members of an object, or nothing for another value.
pub(crate) fn members(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}

/// Returns whether a keyword is `true`.
pub(crate) fn flag(value: &Value, keyword: &str) -> bool {
    value.get(keyword) == Some(&Value::Bool(true))
}

/// Returns the value of a keyword if it is a string.
pub(crate) fn string_field<'v>(value: &'v Value, keyword: &str) -> Option<&'v str> {
    value.get(keyword)?.as_str()
}

/// Escapes a key for a JSON pointer (RFC 6901).
pub(crate) fn escape(key: &str) -> Cow<'_, str> {
    if key.contains(['~', '/']) { key.replace('~', "~0").replace('/', "~1").into() } else { key.into() }
}

/// Unescapes a key of a JSON pointer.
pub(crate) fn unescape(key: &str) -> String {
    key.replace("~1", "/").replace("~0", "~")
}

/// Returns the unescaped keys of a JSON pointer.
pub(crate) fn keys(pointer: &str) -> impl Iterator<Item = String> {
    pointer.split('/').skip(1).map(unescape)
}

pub(crate) fn decode(text: &str) -> Cow<'_, str> {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy()
}

/// Returns a scalar without quotes.
pub(crate) fn scalar_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
