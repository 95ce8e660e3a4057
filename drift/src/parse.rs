//! Parses documents: JSON or YAML text to a value.
//!
//! JSON and YAML are read by two tokenizers that drive one builder, so that nesting and duplicate keys are judged the
//! same way. Nothing here recurses: however deep a text nests, it is refused and does not exhaust the stack.

mod builder;
pub(crate) mod json;
mod scalar;
pub(crate) mod yaml;

use std::fmt;

use serde_json::Value;

use crate::error::Error;

/// How deep a document may nest. Real ones stay below 100.
pub(crate) const MAX_DEPTH: usize = 1_000;

/// What a value takes beside its text, roughly.
const BYTES_PER_VALUE: usize = 64;

/// The largest broken JSON text that is tried as YAML too: a text in braces is one token after the other, and the YAML
/// scanner holds many of them at a time.
const MAX_BRACES_BYTES: usize = 16 << 20;

/// Parses an OpenAPI document: JSON or YAML text whose root is an object.
///
/// Plain scalars of YAML mean what the core schema of YAML 1.2 says, and keys are the text as it is written, so that
/// the status code `200` needs no quotes.
///
/// # Errors
///
/// Fails, with the line and column, if the text is neither JSON nor YAML, if a key appears twice in an object, or if it
/// says something that JSON cannot express. Fails too if the root is not an object.
pub fn parse(text: &str) -> Result<Value, Error> {
    let value = parse_any(text)?;
    let kind = match value {
        Value::Object(_) => return Ok(value),
        Value::Null => return Err(Error::new("it is empty, not an OpenAPI document")),
        Value::Array(_) => "a list",
        _ => "a single value",
    };
    let hint = if is_markup(text) { "; it looks like HTML or XML" } else { "" };
    Err(Error::new(format!("it is {kind}, but an OpenAPI document is an object{hint}")))
}

/// Parses a text whose root may be anything.
pub(crate) fn parse_any(text: &str) -> Result<Value, Error> {
    let text = without_bom(text);
    let json = if begins_like_json(text) {
        match json::parse(text) {
            Err(Failure { is_syntax: true, mark, message }) => {
                Some(format!("it is not valid JSON: {mark}: {message}"))
            }
            refused_or_parsed => return refused_or_parsed.map_err(Failure::into_error),
        }
    } else {
        None
    };
    let json = match json {
        Some(error) if has_quoted_key(text) && text.len() > MAX_BRACES_BYTES => {
            return Err(Error::new(error));
        }
        json => json,
    };
    yaml::parse(text).map_err(|failure| match json {
        Some(error) if has_quoted_key(text) => Error::new(error),
        _ if failure.is_syntax && is_markup(text) => {
            Error::new("it is neither JSON nor YAML, but HTML or XML")
        }
        Some(_) | None => failure.into_error(),
    })
}

/// Returns the text without a byte order mark, which Windows editors put in front.
pub(crate) fn without_bom(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// Returns whether a text begins as JSON does. It may still be YAML in braces.
pub(crate) fn begins_like_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

/// Returns whether the first key is in double quotes, as all keys of JSON are.
fn has_quoted_key(text: &str) -> bool {
    text.trim_start_matches(|it: char| it.is_whitespace() || matches!(it, '{' | '[')).starts_with('"')
}

/// Returns the size of a value in memory, roughly, and how deep it nests.
pub(crate) fn measure(value: &Value) -> (usize, usize) {
    let mut bytes = 0;
    let mut deepest = 0;
    let mut open = vec![(value, 0)];
    while let Some((value, depth)) = open.pop() {
        bytes += BYTES_PER_VALUE;
        match value {
            Value::Array(items) => open.extend(items.iter().map(|item| (item, depth + 1))),
            Value::Object(members) => {
                bytes += members.keys().map(String::len).sum::<usize>();
                open.extend(members.values().map(|member| (member, depth + 1)));
            }
            Value::String(text) => bytes += text.len(),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
        if value.is_array() || value.is_object() {
            deepest = deepest.max(depth + 1);
        }
    }
    (bytes, deepest)
}

fn is_markup(text: &str) -> bool {
    text.trim_start().starts_with('<')
}

/// A location in a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mark {
    /// The line, from 1.
    pub(crate) line: usize,
    /// The column, from 1. Within the JSON tokenizer the byte offset: counting characters for each token would take
    /// too long on a document that is one line.
    pub(crate) column: usize,
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// Why a text cannot be parsed.
#[derive(Debug)]
pub(crate) struct Failure {
    /// Whether the text does not follow the grammar. Otherwise it does, and is refused for what it says.
    pub(crate) is_syntax: bool,
    pub(crate) mark: Mark,
    pub(crate) message: String,
}

impl Failure {
    fn syntax(mark: Mark, message: impl Into<String>) -> Self {
        Self { is_syntax: true, mark, message: message.into() }
    }

    fn refused(mark: Mark, message: impl Into<String>) -> Self {
        Self { is_syntax: false, mark, message: message.into() }
    }

    fn into_error(self) -> Error {
        let kind = if self.is_syntax { "it is neither JSON nor valid YAML: " } else { "" };
        Error::new(format!("{kind}{}: {}", self.mark, self.message))
    }
}

/// The two kinds of containers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Container {
    Object,
    Array,
}

/// Takes in the parts of a text, in their order.
pub(crate) trait Sink {
    /// A container begins.
    fn open(&mut self, container: Container, mark: Mark) -> Result<(), Failure>;
    /// A key of the object that began last.
    fn key(&mut self, key: String, mark: Mark) -> Result<(), Failure>;
    /// A number as it is written, before its value.
    fn number(&mut self, _literal: &str) {}
    /// A value that is no container.
    fn scalar(&mut self, value: Value, mark: Mark) -> Result<(), Failure>;
    /// The container that began last ends.
    fn close(&mut self) -> Result<(), Failure>;
}
