//! Compares two generated Rust sources.

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

/// What happens to the public items of a generated client.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct RustReport {
    /// The items that differ, sorted by name.
    pub changes: Vec<RustChange>,
    #[cfg(feature = "rust")]
    attribution: attribution::Attribution,
}

/// One public item that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RustChange {
    /// The item, such as `types::Pet.name` or `Client::list_pets`.
    pub item: String,
    /// Its old definition, if it was there.
    pub before: Option<String>,
    /// Its new definition, if it is there.
    pub after: Option<String>,
    /// What the change means for code that uses the item.
    pub level: Level,
}

/// The style of client that progenitor generates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum RustStyle {
    /// Methods that take the parameters as arguments.
    #[default]
    Positional,
    /// Methods that return builders, which take the parameters one by one.
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

/// How long definitions may be to be shown in a sentence.
const MAX_SHOWN: usize = 100;

/// Returns the arguments, or other parts of definitions, that differ.
fn difference<'a>(before: &'a str, after: &'a str) -> (&'a str, &'a str) {
    let parts = |text: &'a str| text.split_inclusive([',', '(', ')']).collect::<Vec<_>>();
    let (old, new) = (parts(before), parts(after));
    let is_same = |(a, b): &(&&str, &&str)| a.trim() == b.trim();
    let start = old.iter().zip(&new).take_while(is_same).count();
    let rest = old.len().min(new.len()) - start;
    let end = old.iter().rev().zip(new.iter().rev()).take_while(is_same).count().min(rest);
    let middle = |text: &'a str, parts: &[&str]| {
        let length = |parts: &[&str]| parts.iter().map(|part| part.len()).sum::<usize>();
        let (from, behind) = (length(&parts[..start]), length(&parts[parts.len() - end..]));
        let text = text.get(from..text.len() - behind).unwrap_or_default().trim().trim_end_matches(',');
        // The bracket that ends all arguments is no part of the last one.
        let is_whole = text.matches('(').count() == text.matches(')').count();
        if is_whole { text } else { text.trim_end_matches(')') }
    };
    (middle(before, &old), middle(after, &new))
}

/// Compares the public items of two Rust sources, whatever generated them.
///
/// What is called by a name that starts with a module, such as `types::Pet`, is named from the root of the source.
/// Documentation and the bodies of functions are no part of an item.
///
/// # Errors
///
/// Fails if one of them is not Rust.
#[cfg(feature = "rust")]
pub fn compare_sources(old: &str, new: &str) -> Result<RustReport, crate::Error> {
    let old = public_items::read(old).map_err(|error| error.context("the old source"))?;
    let new = public_items::read(new).map_err(|error| error.context("the new source"))?;
    Ok(RustReport {
        changes: changes::compare(&old, &new),
        attribution: attribution::Attribution::new(old, new),
    })
}
