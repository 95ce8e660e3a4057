//! Compares two OpenAPI documents and tells which changes break released clients.

mod accept;
mod diff;
mod document;
mod error;
mod finding;
pub mod render;
mod rules;
mod rust;

use std::collections::HashMap;

use serde_json::Value;

pub use accept::Accepted;
pub use error::Error;
pub use finding::{Change, Finding, Note, Operation, Report, Subject};
pub use rules::{Direction, Effect, Example, Fragment, Level, Rule, Scope, all as rules, find as rule};
pub use rust::{RustChange, RustReport};

/// The member of a loaded document that holds the other files it refers to, by their paths relative to the document's
/// directory. References into them are rewritten to point there, so that a document is one value.
pub const FILES: &str = "x-openapi-drift-files";

/// Which operations to report on.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Only operations with one of these tags; all if empty.
    pub tags: Vec<String>,
    /// Only operations that are not marked `x-internal: true`.
    pub exclude_internal: bool,
}

/// Compares two documents.
///
/// # Errors
///
/// Fails if one of them is not an OpenAPI 3.0, 3.1 or 3.2 document.
pub fn compare(old: &Value, new: &Value, options: &Options) -> Result<Report, Error> {
    diff::compare(old, new, options)
}

/// Placeholder of the one that reads the text: returns the lines on which the values at some pointers begin. This one finds
/// the keys of a pointer one after the other, which is right for simple texts alone.
fn lines(text: &str, pointers: &[&str]) -> HashMap<String, usize> {
    let find = |pointer: &&str| {
        let mut lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim_start()));
        let mut found = 1;
        for key in pointer.split('/').skip(1) {
            let key = key.replace("~1", "/").replace("~0", "~");
            let names = [format!("\"{key}\":"), format!("{key}:")];
            found = lines.find(|(_, line)| names.iter().any(|name| line.starts_with(name)))?.0;
        }
        Some(((*pointer).to_owned(), found))
    };
    pointers.iter().filter_map(find).collect()
}
