//! Builds a value from the tokens of a text.

use std::str::FromStr;

use bigdecimal::BigDecimal;
use serde_json::Value;
use serde_json::map::{Entry, Map};

use crate::NUMBERS;
use crate::document::escape;

use super::{Container, Failure, MAX_DEPTH, Mark, Sink};

/// Builds a value, and rejects duplicate keys and deep nesting.
#[derive(Debug, Default)]
pub(super) struct Builder {
    open: Vec<Frame>,
    root: Option<Value>,
    /// The text of numbers that a value cannot represent exactly, by pointer.
    numbers: Map<String, Value>,
}

/// An open container.
#[derive(Debug)]
enum Frame {
    Object { members: Map<String, Value>, key: Key, merged: Vec<Value> },
    Array(Vec<Value>),
}

/// The key of the next value of an object.
#[derive(Debug)]
enum Key {
    /// The next token must be a key.
    Missing,
    Member(String, Mark),
    /// YAML's `<<`.
    Merge(Mark),
}

impl Builder {
    /// Returns whether a key must come next.
    pub(super) fn expects_key(&self) -> bool {
        matches!(self.open.last(), Some(Frame::Object { key: Key::Missing, .. }))
    }

    /// Handles YAML's merge key: adds the members of the next value to this object, unless it has members of that name.
    pub(super) fn merge_key(&mut self, mark: Mark) {
        if let Some(Frame::Object { key, .. }) = self.open.last_mut() {
            *key = Key::Merge(mark);
        }
    }

    /// Fails if a value of a depth would nest too deep here.
    pub(super) fn check_depth(&self, depth: usize, mark: Mark) -> Result<(), Failure> {
        if self.open.len() + depth > MAX_DEPTH {
            return Err(Failure::rejected(mark, "it is nested deeper than 1,000 levels"));
        }
        Ok(())
    }

    /// Closes the innermost container and returns it.
    pub(super) fn close_container(&mut self) -> Value {
        match self.open.pop() {
            Some(Frame::Array(items)) => Value::Array(items),
            Some(Frame::Object { mut members, merged, .. }) => {
                for source in merged {
                    let Value::Object(source) = source else { continue };
                    for (key, value) in source {
                        members.entry(key).or_insert(value);
                    }
                }
                Value::Object(members)
            }
            None => Value::Null,
        }
    }

    /// Adds a value to the innermost container.
    pub(super) fn add(&mut self, value: Value) -> Result<(), Failure> {
        match self.open.last_mut() {
            None => self.root = Some(value),
            Some(Frame::Array(items)) => items.push(value),
            Some(Frame::Object { members, key, merged }) => match std::mem::replace(key, Key::Missing) {
                Key::Missing => {}
                Key::Member(key, mark) => match members.entry(key) {
                    Entry::Vacant(entry) => {
                        entry.insert(value);
                    }
                    Entry::Occupied(entry) => {
                        let message = format!("the key {:?} appears twice in one object", entry.key());
                        return Err(Failure::rejected(mark, message));
                    }
                },
                Key::Merge(mark) => match value {
                    Value::Object(_) => merged.push(value),
                    Value::Array(items) if items.iter().all(Value::is_object) => merged.extend(items),
                    _ => {
                        return Err(Failure::rejected(
                            mark,
                            "the value of the merge key << must be an object or a list of objects",
                        ));
                    }
                },
            },
        }
        Ok(())
    }

    /// Returns the finished value, if any.
    pub(super) fn take(&mut self) -> Option<Value> {
        let numbers = std::mem::take(&mut self.numbers);
        let mut root = self.root.take();
        if let (false, Some(Value::Object(members))) = (numbers.is_empty(), &mut root) {
            members.insert(NUMBERS.to_owned(), Value::Object(numbers));
        }
        root
    }

    /// Returns the pointer of the next value.
    fn pointer(&self) -> String {
        let step = |frame: &Frame| match frame {
            Frame::Object { key: Key::Member(key, _), .. } => escape(key).into_owned(),
            Frame::Object { .. } => String::new(),
            Frame::Array(items) => items.len().to_string(),
        };
        self.open.iter().flat_map(|frame| ["/".to_owned(), step(frame)]).collect()
    }
}

/// Returns whether a value can represent a number only by rounding.
fn is_rounded(literal: &str) -> bool {
    // 15 digits are always exact.
    let is_short = literal.len() <= 15 && !literal.contains(['e', 'E']);
    if is_short || literal.parse::<u64>().is_ok() || literal.parse::<i64>().is_ok() {
        return false;
    }
    let rounded = literal.parse::<f64>().ok().and_then(|it| BigDecimal::from_str(&it.to_string()).ok());
    BigDecimal::from_str(literal).is_ok_and(|it| Some(it) != rounded)
}

impl Sink for Builder {
    fn number(&mut self, literal: &str) {
        if is_rounded(literal) {
            self.numbers.insert(self.pointer(), Value::from(literal));
        }
    }

    fn open(&mut self, container: Container, mark: Mark) -> Result<(), Failure> {
        self.check_depth(1, mark)?;
        self.open.push(match container {
            Container::Array => Frame::Array(Vec::new()),
            Container::Object => Frame::Object { members: Map::new(), key: Key::Missing, merged: Vec::new() },
        });
        Ok(())
    }

    fn key(&mut self, text: String, mark: Mark) -> Result<(), Failure> {
        if let Some(Frame::Object { key, .. }) = self.open.last_mut() {
            *key = Key::Member(text, mark);
        }
        Ok(())
    }

    fn scalar(&mut self, value: Value, _: Mark) -> Result<(), Failure> {
        self.add(value)
    }

    fn close(&mut self) -> Result<(), Failure> {
        let value = self.close_container();
        self.add(value)
    }
}
