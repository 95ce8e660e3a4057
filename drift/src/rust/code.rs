//! Pieces of Rust code and the types that they mention.

use quote::ToTokens;

/// A piece of a definition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Code {
    /// The code as it is shown.
    pub(super) text: String,
    /// The code without references, boxes and the names of the source's own types, to find out if only those differ.
    pub(super) shape: String,
    /// The source's own types in the code, in order.
    pub(super) mentions: Vec<String>,
}

impl Code {
    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.shape.push_str(text);
    }

    pub(super) fn mention(&mut self, name: String) {
        self.text.push_str(&name);
        self.shape.push('_');
        self.mentions.push(name);
    }

    pub(super) fn extend(&mut self, other: Self) {
        self.text.push_str(&other.text);
        self.shape.push_str(&other.shape);
        self.mentions.extend(other.mentions);
    }
}

impl From<&str> for Code {
    fn from(text: &str) -> Self {
        Self { text: text.to_owned(), shape: text.to_owned(), mentions: Vec::new() }
    }
}

/// Prints syntax that needs no special treatment as tokens.
pub(super) fn tokens(syntax: &impl ToTokens) -> String {
    let spaced = syntax.to_token_stream().to_string();
    let mut text = String::with_capacity(spaced.len());
    let mut rest = spaced.as_str();
    while let Some(at) = rest.find(' ') {
        let (before, after) = rest.split_at(at);
        let after = after.trim_start();
        text.push_str(before);
        let opens = text.ends_with(['(', '[', '<', '&', '!', '.', '#', '\'']) || text.ends_with("::");
        let closes = after.starts_with([')', ']', '<', '>', ',', ';', '.', ':', '!', '?', '(', '[']);
        if !(opens || closes) {
            text.push(' ');
        }
        rest = after;
    }
    text.push_str(rest);
    text
}
