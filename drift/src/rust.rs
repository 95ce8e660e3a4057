//! Compares two generated Rust sources.

use crate::rules::Level;

/// What happens to the public items of a generated client.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct RustReport {
    /// The items that differ, sorted by name.
    pub changes: Vec<RustChange>,
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

impl RustReport {
    /// Returns the worst level.
    pub fn verdict(&self) -> Level {
        self.changes.iter().map(|change| change.level).max().unwrap_or(Level::None)
    }
}
