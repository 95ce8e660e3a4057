//! Parses YAML: resolves the events of `saphyr-parser` to values.
//!
//! Events are pulled one at a time. The parser's own `load` recurses, so a hostile text could overflow the stack.

use std::borrow::Cow;
use std::collections::HashMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError};
use serde_json::Value;

use super::builder::Builder;
use super::scalar::{Tag, resolve_plain, resolve_tagged};
use super::{Container, Failure, Mark, Sink, measure};

/// How many bytes aliases may add to a document, in addition to four times its size.
const MIN_ALIAS_BYTES: usize = 64 << 20;

/// Parses a YAML text. Only one of its documents may have content.
pub(super) fn parse(text: &str) -> Result<Value, Failure> {
    let mut composer = Composer {
        builder: Builder::default(),
        open: Vec::new(),
        anchors: HashMap::new(),
        budget: MIN_ALIAS_BYTES.saturating_add(text.len().saturating_mul(4)),
    };
    let mut root = None;
    let mut start = Mark::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| syntax(&error))?;
        let mark = mark(&span.start);
        match event {
            Event::DocumentStart(_) => {
                start = mark;
                composer.anchors.clear();
            }
            Event::DocumentEnd => match composer.builder.take() {
                None | Some(Value::Null) => {}
                Some(_) if root.is_some() => {
                    return Err(Failure::rejected(
                        start,
                        "a second document begins here; only one is supported",
                    ));
                }
                document => root = document,
            },
            event => composer.event(event, mark)?,
        }
    }
    Ok(root.unwrap_or_default())
}

/// Tokenizes a YAML text into a sink, up to the first error. Aliases and merge keys are not resolved, because their values
/// are elsewhere in the text.
pub(crate) fn tokenize(text: &str, sink: &mut impl Sink) -> Result<(), Failure> {
    // For each open object, whether a key comes next; `None` for an array.
    let mut open: Vec<Option<bool>> = Vec::new();
    let mut names = HashMap::new();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| syntax(&error))?;
        let mark = mark(&span.start);
        let is_key = match open.last_mut() {
            Some(Some(is_key)) if !matches!(event, Event::MappingEnd) => std::mem::replace(is_key, !*is_key),
            _ => false,
        };
        match event {
            Event::Scalar(text, style, anchor, _) => {
                if open.is_empty() && text.is_empty() && style == ScalarStyle::Plain {
                    continue; // a document without content
                }
                if anchor > 0 {
                    names.insert(anchor, text.to_string());
                }
                if is_key {
                    sink.key(text.into_owned(), mark)?;
                } else {
                    sink.scalar(Value::Null, mark)?;
                }
            }
            Event::Alias(anchor) if is_key => {
                sink.key(names.get(&anchor).cloned().unwrap_or_default(), mark)?;
            }
            Event::Alias(_) => sink.scalar(Value::Null, mark)?,
            Event::MappingStart(..) | Event::SequenceStart(..) if is_key => {
                return Err(complex_key(mark));
            }
            Event::MappingStart(..) => {
                open.push(Some(true));
                sink.open(Container::Object, mark)?;
            }
            Event::SequenceStart(..) => {
                open.push(None);
                sink.open(Container::Array, mark)?;
            }
            Event::MappingEnd | Event::SequenceEnd => {
                open.pop();
                sink.close()?;
                if open.is_empty() {
                    return Ok(());
                }
            }
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => {}
        }
    }
    Ok(())
}

struct Composer {
    builder: Builder,
    /// The anchors of the open containers; 0 for none.
    open: Vec<usize>,
    anchors: HashMap<usize, Anchor>,
    /// How many bytes anchors and aliases may still copy.
    budget: usize,
}

/// A value with an anchor.
struct Anchor {
    value: Value,
    /// The text of a scalar, for aliases that are keys.
    text: Option<String>,
    bytes: usize,
    depth: usize,
}

impl Composer {
    fn event(&mut self, event: Event<'_>, mark: Mark) -> Result<(), Failure> {
        match event {
            Event::Scalar(text, style, anchor, tag) => self.scalar(text, style, anchor, tag.as_deref(), mark),
            Event::Alias(anchor) => self.alias(anchor, mark),
            Event::MappingStart(anchor, tag) => {
                self.open(Container::Object, Tag::Map, anchor, tag.as_deref(), mark)
            }
            Event::SequenceStart(anchor, tag) => {
                self.open(Container::Array, Tag::Seq, anchor, tag.as_deref(), mark)
            }
            Event::MappingEnd | Event::SequenceEnd => {
                let value = self.builder.close_container();
                if let Some(anchor @ 1..) = self.open.pop() {
                    self.register(anchor, &value, None, mark)?;
                }
                self.builder.add(value)
            }
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => Ok(()),
        }
    }

    fn open(
        &mut self,
        container: Container,
        own: Tag,
        anchor: usize,
        tag: Option<&saphyr_parser::Tag>,
        mark: Mark,
    ) -> Result<(), Failure> {
        if self.builder.expects_key() {
            return Err(complex_key(mark));
        }
        match core_tag(tag, mark)? {
            None => {}
            Some(tag) if tag == own => {}
            Some(_) => return Err(Failure::rejected(mark, "the value does not match its tag")),
        }
        self.open.push(anchor);
        self.builder.open(container, mark)
    }

    fn scalar(
        &mut self,
        text: Cow<'_, str>,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&saphyr_parser::Tag>,
        mark: Mark,
    ) -> Result<(), Failure> {
        // The tag `!` prevents a scalar from being resolved.
        let is_plain = style == ScalarStyle::Plain && !tag.is_some_and(is_non_specific);
        let tag = core_tag(tag, mark)?;
        let is_key = self.builder.expects_key();
        if is_key && is_plain && text == "<<" && matches!(tag, None | Some(Tag::Merge)) {
            self.builder.merge_key(mark);
            return Ok(());
        }
        let value = match tag {
            Some(tag) => resolve_tagged(&text, tag),
            None if is_plain => resolve_plain(&text),
            None => Ok(Value::String(text.to_string())),
        };
        if !is_key && matches!(value, Ok(Value::Number(_))) {
            self.builder.number(&text);
        }
        let value = match value {
            Ok(value) => value,
            // A key is its text, even if it would be invalid as a value.
            Err(_) if is_key && tag.is_none() => Value::String(text.to_string()),
            Err(reason) => return Err(Failure::rejected(mark, reason)),
        };
        if anchor > 0 {
            self.register(anchor, &value, Some(&text), mark)?;
        }
        if !is_key {
            return self.builder.add(value);
        }
        if text.is_empty() && is_plain && tag.is_none() {
            return Err(Failure::rejected(mark, "missing key; write \"\" for an empty one"));
        }
        self.builder.key(text.into_owned(), mark)
    }

    fn alias(&mut self, anchor: usize, mark: Mark) -> Result<(), Failure> {
        let Some(Anchor { value, text, bytes, depth }) = self.anchors.get(&anchor) else {
            return Err(Failure::rejected(mark, "the alias refers to no complete value before it"));
        };
        if self.builder.expects_key() {
            let Some(text) = text else { return Err(complex_key(mark)) };
            let text = text.clone();
            return self.builder.key(text, mark);
        }
        self.builder.check_depth(*depth, mark)?;
        spend(&mut self.budget, *bytes, mark)?;
        let value = value.clone();
        self.builder.add(value)
    }

    fn register(
        &mut self,
        anchor: usize,
        value: &Value,
        text: Option<&str>,
        mark: Mark,
    ) -> Result<(), Failure> {
        let (bytes, depth) = measure(value);
        spend(&mut self.budget, bytes, mark)?;
        let (value, text) = (value.clone(), text.map(str::to_owned));
        self.anchors.insert(anchor, Anchor { value, text, bytes, depth });
        Ok(())
    }
}

fn spend(budget: &mut usize, bytes: usize, mark: Mark) -> Result<(), Failure> {
    *budget = budget
        .checked_sub(bytes)
        .ok_or_else(|| Failure::rejected(mark, "its aliases expand to too much data"))?;
    Ok(())
}

/// Returns the tag of the core schema, or `None` for `!`, which is not a type.
fn core_tag(tag: Option<&saphyr_parser::Tag>, mark: Mark) -> Result<Option<Tag>, Failure> {
    let Some(tag) = tag.filter(|tag| !is_non_specific(tag)) else { return Ok(None) };
    let name = format!("{}{}", tag.handle, tag.suffix);
    match Tag::new(&name) {
        Some(tag) => Ok(Some(tag)),
        None => Err(Failure::rejected(mark, format!("the tag {name:?} is not supported"))),
    }
}

fn is_non_specific(tag: &saphyr_parser::Tag) -> bool {
    tag.handle.is_empty() && tag.suffix == "!"
}

fn complex_key(mark: Mark) -> Failure {
    Failure::rejected(mark, "a list or an object cannot be a key in JSON")
}

fn mark(marker: &Marker) -> Mark {
    Mark { line: marker.line(), column: marker.col() + 1 }
}

fn syntax(error: &ScanError) -> Failure {
    let mark = mark(error.marker());
    match error.info() {
        "recursion limit exceeded" => {
            Failure::rejected(mark, "brackets and braces are nested deeper than 255 levels")
        }
        info => Failure::syntax(mark, info),
    }
}
