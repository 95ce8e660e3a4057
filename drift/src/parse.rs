//! Parses JSON or YAML text into a value.
//!
//! Two tokenizers drive one builder, so nesting and duplicate keys are handled the same way in both formats. Nothing
//! recurses, so deep nesting is rejected instead of overflowing the stack.

mod builder;
pub(crate) mod json;
mod scalar;
pub(crate) mod yaml;

use std::fmt;

use serde_json::Value;

use crate::error::Error;

/// How deep a document may nest. Real documents stay below 100.
pub(crate) const MAX_DEPTH: usize = 1_000;

/// The approximate size of a value, without its text.
const BYTES_PER_VALUE: usize = 64;

/// The largest invalid JSON text that is retried as YAML. The YAML scanner buffers many tokens of a text in braces.
const MAX_BRACES_BYTES: usize = 16 << 20;

/// Parses an OpenAPI document: JSON or YAML text whose root is an object.
///
/// Plain YAML scalars follow the core schema of YAML 1.2. Keys are taken literally, so the status code `200` needs no
/// quotes.
///
/// # Errors
///
/// Fails if the text is neither JSON nor YAML, if an object has duplicate keys, or if a value cannot be expressed in JSON.
/// The error contains the line and column. Also fails if the root is not an object.
pub fn parse(text: &str) -> Result<Value, Error> {
    let value = parse_any(text)?;
    let kind = match value {
        Value::Object(_) => return Ok(value),
        Value::Null => return Err(Error::new("it is empty")),
        Value::Array(_) => "a list",
        _ => "a single value",
    };
    let hint = if is_markup(text) { "; it looks like HTML or XML" } else { "" };
    Err(Error::new(format!("it is {kind}, but an OpenAPI document must be an object{hint}")))
}

/// Parses a text whose root may be anything.
pub(crate) fn parse_any(text: &str) -> Result<Value, Error> {
    let text = without_bom(text);
    let json = if begins_like_json(text) {
        match json::parse(text) {
            Err(Failure { is_syntax: true, mark, message }) => {
                Some(format!("it is not valid JSON: {mark}: {message}"))
            }
            result => return result.map_err(Failure::into_error),
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

/// Strips the byte order mark that some editors add.
pub(crate) fn without_bom(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// Returns whether a text may be JSON. It may also be YAML in flow style.
pub(crate) fn begins_like_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

/// Returns whether the first key is in double quotes, as JSON requires.
fn has_quoted_key(text: &str) -> bool {
    text.trim_start_matches(|it: char| it.is_whitespace() || matches!(it, '{' | '[')).starts_with('"')
}

/// Returns the approximate size of a value in memory, and its depth.
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
    /// The line, counted from 1.
    pub(crate) line: usize,
    /// The column, counted from 1. Within the JSON tokenizer, the byte offset: counting characters for each token would be
    /// too slow for a document on one line.
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
    /// Whether the text violates the grammar. Otherwise, its content is rejected.
    pub(crate) is_syntax: bool,
    pub(crate) mark: Mark,
    pub(crate) message: String,
}

impl Failure {
    fn syntax(mark: Mark, message: impl Into<String>) -> Self {
        Self { is_syntax: true, mark, message: message.into() }
    }

    fn rejected(mark: Mark, message: impl Into<String>) -> Self {
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

/// Receives the tokens of a text in order.
pub(crate) trait Sink {
    /// Handles the start of a container.
    fn open(&mut self, container: Container, mark: Mark) -> Result<(), Failure>;
    /// Handles a key of the innermost object.
    fn key(&mut self, key: String, mark: Mark) -> Result<(), Failure>;
    /// Handles the text of a number, before its value.
    fn number(&mut self, _literal: &str) {}
    /// Handles a scalar.
    fn scalar(&mut self, value: Value, mark: Mark) -> Result<(), Failure>;
    /// Handles the end of the innermost container.
    fn close(&mut self) -> Result<(), Failure>;
}
