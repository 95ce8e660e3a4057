//! Compares generated Rust sources.

use std::fmt;

use crate::rules::Level;

#[cfg(feature = "rust")]
mod affected;
#[cfg(feature = "rust")]
mod annotate;
#[cfg(feature = "rust")]
mod attributes;
#[cfg(feature = "rust")]
mod attribution;
#[cfg(feature = "rust")]
mod bounds;
#[cfg(feature = "rust")]
mod changes;
#[cfg(feature = "rust")]
mod code;
#[cfg(feature = "rust")]
mod definitions;
#[cfg(feature = "rust")]
mod functions;
#[cfg(feature = "progenitor")]
mod generate;
#[cfg(feature = "rust")]
mod identifiers;
#[cfg(feature = "progenitor")]
mod infinite_merge;
#[cfg(feature = "rust")]
mod items;
#[cfg(feature = "rust")]
mod keywords;
#[cfg(feature = "rust")]
mod origins;
#[cfg(feature = "rust")]
mod print;
#[cfg(feature = "rust")]
mod public_items;
#[cfg(feature = "rust")]
mod scopes;
#[cfg(feature = "rust")]
mod source_items;
#[cfg(feature = "progenitor")]
mod termination;
#[cfg(all(test, feature = "progenitor"))]
mod tests;

#[cfg(feature = "progenitor")]
pub use generate::{compare_generated, generate};

/// The changes to the public items of a generated client.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct RustReport {
    /// The changed items, sorted by name.
    pub changes: Vec<RustChange>,
    #[cfg(feature = "rust")]
    attribution: attribution::Attribution,
}

/// A public item that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RustChange {
    /// The item, such as `types::Pet.name` or `Client::list_pets`.
    pub item: String,
    /// Its old definition, if it existed.
    pub before: Option<String>,
    /// Its new definition, if it still exists.
    pub after: Option<String>,
    /// The impact on code that uses the item.
    pub level: Level,
}

/// The style of client that progenitor generates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum RustStyle {
    /// Methods with the parameters as arguments.
    #[default]
    Positional,
    /// Methods that return builders with a method for each parameter.
    Builder,
}

impl RustReport {
    /// Returns the worst level.
    pub fn verdict(&self) -> Level {
        self.changes.iter().map(|change| change.level).max().unwrap_or(Level::None)
    }
}

impl fmt::Display for RustChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, after) = match (&self.before, &self.after) {
            (None, _) => return write!(f, "{} is added", self.item),
            (_, None) => return write!(f, "{} is removed", self.item),
            (Some(before), Some(after)) if before.len() + after.len() < MAX_SHOWN => (&**before, &**after),
            (Some(before), Some(after)) => difference(before, after),
        };
        match (before, after) {
            _ if before.len() + after.len() >= MAX_SHOWN => write!(f, "{} changes", self.item),
            ("", "") => write!(f, "{} changes", self.item),
            ("", after) => write!(f, "{} changes: {after} is added", self.item),
            (before, "") => write!(f, "{} changes: {before} is removed", self.item),
            (before, after) => write!(f, "{} changes from {before} to {after}", self.item),
        }
    }
}

/// The maximum length of definitions in a sentence.
const MAX_SHOWN: usize = 100;

/// Returns the arguments, or other parts of definitions, that differ.
fn difference<'a>(before: &'a str, after: &'a str) -> (&'a str, &'a str) {
    let parts = |text: &'a str| text.split_inclusive([',', '(', ')']).collect::<Vec<_>>();
    let (old, new) = (parts(before), parts(after));
    let is_same = |(old, new): &(&&str, &&str)| old.trim() == new.trim();
    let start = old.iter().zip(&new).take_while(is_same).count();
    let rest = old.len().min(new.len()) - start;
    let end = old.iter().rev().zip(new.iter().rev()).take_while(is_same).count().min(rest);
    let middle = |text: &'a str, parts: &[&str]| {
        let length = |parts: &[&str]| parts.iter().map(|part| part.len()).sum::<usize>();
        let (start, end) = (length(&parts[..start]), length(&parts[parts.len() - end..]));
        let text = text.get(start..text.len() - end).unwrap_or_default().trim().trim_end_matches(',');
        // The parenthesis after the last argument is not part of it.
        let is_whole = text.matches('(').count() == text.matches(')').count();
        if is_whole { text } else { text.trim_end_matches(')') }
    };
    (middle(before, &old), middle(after, &new))
}

/// Compares the public items of two Rust sources from any generator.
///
/// Names such as `types::Pet` are relative to the root of the source. Documentation and function bodies are not compared.
///
/// # Errors
///
/// Fails if one of them is not valid Rust.
#[cfg(feature = "rust")]
pub fn compare_sources(old: &str, new: &str) -> Result<RustReport, crate::Error> {
    let old = public_items::public_items(old).map_err(|error| error.context("the old source"))?;
    let new = public_items::public_items(new).map_err(|error| error.context("the new source"))?;
    Ok(RustReport {
        changes: changes::item_changes(&old, &new),
        attribution: attribution::Attribution::new(old, new),
    })
}
