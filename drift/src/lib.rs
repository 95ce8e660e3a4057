#![doc = include_str!("../README.md")]

mod accept;
mod bundle;
mod diff;
mod document;
mod error;
mod finding;
mod lines;
mod parse;
pub mod render;
mod rules;
mod rust;
mod source;

use serde_json::Value;

pub use accept::Accepted;
pub use error::Error;
pub use finding::{Change, Finding, Note, Operation, Report, Subject};
pub use lines::lines;
pub use parse::parse;
pub use rules::{Direction, Effect, Example, Fragment, Level, Rule, Scope, all as rules, find as rule};
#[cfg(feature = "rust")]
pub use rust::compare_sources;
pub use rust::{RustChange, RustReport, RustStyle};
#[cfg(feature = "progenitor")]
pub use rust::{compare_generated, generate};
pub use source::{Document, Location, SpecSource, SpecUrl};

/// The member of a loaded document that contains the other files it refers to, by path relative to the document's
/// directory. References into them are rewritten to point there, so a document is one value.
pub const FILES: &str = "x-openapi-drift-files";

/// The member of a parsed document that contains the exact text of numbers that a [`Value`] can only round, by JSON
/// pointer.
pub const NUMBERS: &str = "x-openapi-drift-numbers";

/// Selects the operations to report on.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Selects operations with one of these tags; all if empty.
    pub tags: Vec<String>,
    /// Excludes operations that are marked `x-internal: true`.
    pub exclude_internal: bool,
}

/// Compares two documents.
///
/// # Errors
///
/// Fails if one of them is not an OpenAPI 3.0, 3.1 or 3.2 document, or if no operation has one of the selected tags.
pub fn compare(old: &Value, new: &Value, options: &Options) -> Result<Report, Error> {
    diff::compare_documents(old, new, options)
}
