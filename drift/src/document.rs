//! A document as the comparison reads it: its version, its references, the locations of its values.

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

/// The version of OpenAPI, as far as it changes what a document means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    /// 3.0: schemas in OpenAPI's own dialect.
    V30,
    /// 3.1 and 3.2: schemas in JSON Schema 2020-12.
    V31,
}

/// One of the two documents.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DocumentView<'d> {
    pub(crate) root: &'d Value,
    pub(crate) version: Version,
    index: &'d Index<'d>,
}

/// What is looked up in a document otherwise than by a pointer.
#[derive(Debug, Default)]
pub(crate) struct Index<'d> {
    /// Exact numbers by the addresses of their rounded values.
    numbers: HashMap<*const Value, BigDecimal>,
    /// Schemas by their own names for themselves: `$anchor`, `$dynamicAnchor` and `$id`.
    anchors: HashMap<&'d str, &'d Value>,
}

impl<'d> DocumentView<'d> {
    /// Reads the version.
    pub(crate) fn new(root: &'d Value, index: &'d Index<'d>) -> Result<Self, Error> {
        if !root.is_object() {
            return Err(Error::new("this is not an OpenAPI document: it is not an object"));
        }
        if let Some(version) = root.get("swagger") {
            return Err(Error::new(format!(
                "this is a Swagger {} document, and only OpenAPI 3 is supported; convert it first, for example with \
                 https://converter.swagger.io",
                scalar_text(version)
            )));
        }
        let Some(version) = root.get("openapi") else {
            return Err(Error::new("this is not an OpenAPI document: the field `openapi` is missing"));
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
            if let Some(other) = root.get(section).filter(|it| !it.is_object() && !it.is_null()) {
                return Err(Error::new(format!(
                    "`{section}` is {}, but must be an object",
                    type_name(other)
                )));
            }
        }
        Ok(Self { root, version, index })
    }

    /// Reads a number without rounding.
    pub(crate) fn exact(self, value: &Value) -> Option<BigDecimal> {
        self.index.numbers.get(&std::ptr::from_ref(value)).cloned().or_else(|| number::exact(value))
    }

    /// Returns whether numbers are rounded, so that equal values need not be equal numbers.
    pub(crate) fn is_rounded(self) -> bool {
        !self.index.numbers.is_empty()
    }

    /// Returns the target of a reference, which may be another reference.
    pub(crate) fn target(self, reference: &str) -> Option<&'d Value> {
        let anchor = |name: &str| self.index.anchors.get(name).copied();
        let Some(pointer) = reference.strip_prefix('#') else { return anchor(reference) };
        // Most pointers have nothing escaped, and no key of theirs has to be copied.
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

    /// Returns the target of a schema that is nothing but a reference.
    pub(crate) fn target_of(self, node: &[&'d Value]) -> Option<&'d Value> {
        let [value] = node else { return None };
        // In 3.0, the siblings of a reference are ignored.
        let is_bare = self.version == Version::V30 || value.as_object().is_some_and(|it| it.len() == 1);
        self.target(reference(value).filter(|_| is_bare)?)
    }

    /// Follows references until there is a value of another kind; nothing if they lead nowhere or in a circle.
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

    /// Returns the JSON pointers of values of this document, found by their addresses in one pass.
    pub(crate) fn pointers(self, wanted: &HashSet<*const Value>) -> HashMap<*const Value, String> {
        let mut found = HashMap::new();
        locate(self.root, wanted, &mut Vec::new(), &mut found);
        found
    }
}

impl<'d> Index<'d> {
    /// Makes the index of a document and the other files with it.
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

/// A step of a JSON pointer. Few paths are ever written out.
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

/// Returns a reference's text.
pub(crate) fn reference(value: &Value) -> Option<&str> {
    value.get("$ref").or_else(|| value.get("$dynamicRef"))?.as_str()
}

/// Returns the values of an array.
pub(crate) fn elements(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// Returns the members of an object.
pub(crate) fn members(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}

/// Returns whether a flag is set.
pub(crate) fn flag(value: &Value, keyword: &str) -> bool {
    value.get(keyword) == Some(&Value::Bool(true))
}

/// Returns the text of a keyword.
pub(crate) fn string_field<'v>(value: &'v Value, keyword: &str) -> Option<&'v str> {
    value.get(keyword)?.as_str()
}

/// Returns a key as a step of a JSON pointer (RFC 6901).
pub(crate) fn escape(key: &str) -> Cow<'_, str> {
    if key.contains(['~', '/']) { key.replace('~', "~0").replace('/', "~1").into() } else { key.into() }
}

/// Returns the keys of a JSON pointer.
pub(crate) fn keys(pointer: &str) -> impl Iterator<Item = String> {
    pointer.split('/').skip(1).map(|key| key.replace("~1", "/").replace("~0", "~"))
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
