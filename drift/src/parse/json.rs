//! Tokenizes JSON.
//!
//! `serde_json` decodes strings and numbers. Its deserializer does not fit the structure: it recurses, accepts duplicate
//! keys, and does not report the locations of values.

use std::str::FromStr;

use serde_json::{Number, Value};

use super::builder::Builder;
use super::{Container, Failure, Mark, Sink};

/// Parses a JSON text.
pub(super) fn parse(text: &str) -> Result<Value, Failure> {
    let mut builder = Builder::default();
    tokenize(text, &mut builder)?;
    Ok(builder.take().unwrap_or_default())
}

/// Tokenizes a JSON text into a sink.
pub(crate) fn tokenize(text: &str, sink: &mut impl Sink) -> Result<(), Failure> {
    let mut tokenizer = Tokenizer { text, offset: 0, line: 1, open: Vec::new(), sink };
    tokenizer.document().map_err(|failure| {
        let end = failure.mark.column;
        let start = text[..end].rfind('\n').map_or(0, |newline| newline + 1);
        let column = text[start..end].chars().count() + 1;
        Failure { mark: Mark { column, ..failure.mark }, ..failure }
    })
}

struct Tokenizer<'t, 's, S> {
    text: &'t str,
    offset: usize,
    line: usize,
    /// The open containers.
    open: Vec<Container>,
    sink: &'s mut S,
}

impl<S: Sink> Tokenizer<'_, '_, S> {
    fn document(&mut self) -> Result<(), Failure> {
        loop {
            // Read the starts of containers up to a value.
            while let Some(container) = self.value()? {
                self.open.push(container);
                let end = if container == Container::Object { b'}' } else { b']' };
                if self.peek() == Some(end) {
                    self.close()?;
                    break;
                }
                if container == Container::Object {
                    self.key()?;
                }
            }
            // Then read the ends of the containers after it.
            loop {
                match (self.peek(), self.open.last()) {
                    (None, None) => return Ok(()),
                    (Some(_), None) => {
                        return Err(self.syntax("unexpected text after the end of the document"));
                    }
                    (Some(b'}'), Some(Container::Object)) | (Some(b']'), Some(Container::Array)) => {
                        self.close()?;
                    }
                    (Some(b','), Some(container)) => {
                        let container = *container;
                        self.offset += 1;
                        if container == Container::Object {
                            self.key()?;
                        }
                        break;
                    }
                    (_, Some(Container::Object)) => return Err(self.syntax("expected `,` or `}`")),
                    (_, Some(Container::Array)) => return Err(self.syntax("expected `,` or `]`")),
                }
            }
        }
    }

    /// Reads a scalar, or the start of a container and returns which.
    fn value(&mut self) -> Result<Option<Container>, Failure> {
        let container = match self.peek() {
            Some(b'{') => Container::Object,
            Some(b'[') => Container::Array,
            other => {
                let mark = self.mark();
                let value = match other {
                    Some(b'"') => Value::String(self.string()?),
                    Some(b'-' | b'0'..=b'9') => self.number()?,
                    _ => self.literal()?,
                };
                self.sink.scalar(value, mark)?;
                return Ok(None);
            }
        };
        self.sink.open(container, self.mark())?;
        self.offset += 1;
        Ok(Some(container))
    }

    fn close(&mut self) -> Result<(), Failure> {
        self.offset += 1;
        self.open.pop();
        self.sink.close()
    }

    /// Reads a key and the colon.
    fn key(&mut self) -> Result<(), Failure> {
        if self.peek() != Some(b'"') {
            return Err(self.syntax("expected a key in double quotes"));
        }
        let mark = self.mark();
        let key = self.string()?;
        self.sink.key(key, mark)?;
        if self.peek() != Some(b':') {
            return Err(self.syntax("expected `:`"));
        }
        self.offset += 1;
        Ok(())
    }

    fn string(&mut self) -> Result<String, Failure> {
        let start = self.mark();
        let bytes = self.text.as_bytes();
        let mut has_escapes = false;
        let mut end = self.offset + 1;
        loop {
            match bytes.get(end) {
                Some(b'"') => break,
                Some(b'\\') => {
                    has_escapes = true;
                    end += 2;
                }
                Some(..b' ') => {
                    self.offset = end;
                    return Err(self.syntax("unescaped control character in a string"));
                }
                Some(_) => end += 1,
                None => return Err(Failure::syntax(start, "unterminated string")),
            }
        }
        let literal = &self.text[self.offset..=end];
        self.offset = end + 1;
        if !has_escapes {
            return Ok(literal[1..literal.len() - 1].to_owned());
        }
        serde_json::from_str(literal).map_err(|_| Failure::syntax(start, "invalid escape in a string"))
    }

    fn number(&mut self) -> Result<Value, Failure> {
        let start = self.mark();
        let rest = &self.text[self.offset..];
        let is_part = |it: char| matches!(it, '0'..='9' | '-' | '+' | '.' | 'e' | 'E');
        let literal = &rest[..rest.find(|it| !is_part(it)).unwrap_or(rest.len())];
        self.offset += literal.len();
        self.sink.number(literal);
        match (Number::from_str(literal), literal.parse::<f64>()) {
            (Ok(number), _) => Ok(Value::Number(number)),
            // A valid number fails to parse only if it is out of range.
            (Err(_), Ok(number)) if number.is_infinite() => Ok(Value::from(f64::MAX.copysign(number))),
            _ => Err(Failure::syntax(start, "invalid number")),
        }
    }

    fn literal(&mut self) -> Result<Value, Failure> {
        let rest = &self.text[self.offset..];
        for (word, value) in
            [("true", Value::Bool(true)), ("false", Value::Bool(false)), ("null", Value::Null)]
        {
            if rest.starts_with(word) {
                self.offset += word.len();
                return Ok(value);
            }
        }
        Err(self.syntax(if rest.is_empty() { "unexpected end of text" } else { "expected a value" }))
    }

    /// Skips whitespace and returns the next byte.
    fn peek(&mut self) -> Option<u8> {
        loop {
            let byte = self.text.as_bytes().get(self.offset).copied()?;
            match byte {
                b'\n' => self.line += 1,
                b' ' | b'\t' | b'\r' => {}
                _ => return Some(byte),
            }
            self.offset += 1;
        }
    }

    fn mark(&self) -> Mark {
        Mark { line: self.line, column: self.offset }
    }

    fn syntax(&self, message: &str) -> Failure {
        Failure::syntax(self.mark(), message)
    }
}
