//! Which operations of a document belong to the subset.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::api_profile::Profile;
use crate::generate::spec;

/// Which operations of a document are ours.
#[derive(Clone, Debug)]
pub struct Selection {
    pub(super) tags: &'static [&'static str],
    /// Those that were ours before, as method and path and as id. They stay, whatever their tags are now.
    ours: BTreeSet<String>,
    is_all: bool,
}

impl Selection {
    /// Selects by tag.
    pub fn tagged(profile: &Profile) -> Self {
        Self { tags: profile.tags, ours: BTreeSet::new(), is_all: false }
    }

    /// Selects all public operations: those of the committed document are ours.
    pub fn all() -> Self {
        Self { tags: &[], ours: BTreeSet::new(), is_all: true }
    }

    /// Selects also the operations of a document, under their id or their path.
    #[must_use]
    pub fn and_those_of(mut self, document: &Value) -> Self {
        for (method, path, operation) in spec::operation_objects(document) {
            self.ours.insert(format!("{method} {path}"));
            self.ours.extend(operation["operationId"].as_str().map(str::to_owned));
        }
        self
    }

    pub(super) fn selects(&self, method: &str, path: &str, operation: &Value) -> bool {
        let has_tag = || {
            let tags = operation["tags"].as_array().into_iter().flatten();
            tags.filter_map(Value::as_str).any(|tag| self.tags.contains(&tag))
        };
        let was_ours = || {
            self.ours.contains(&format!("{method} {path}"))
                || operation["operationId"].as_str().is_some_and(|id| self.ours.contains(id))
        };
        operation["x-internal"] != true && (self.is_all || has_tag() || was_ours())
    }
}

/// Names the tags that operations must have.
pub(crate) fn with_tags(tags: &[&str]) -> String {
    let tags: Vec<String> = tags.iter().map(|tag| format!("{tag:?}")).collect();
    if tags.is_empty() { String::new() } else { format!(" with the tag {}", tags.join(" or ")) }
}

/// Returns whether the subset of a document would have any operation.
pub(crate) fn has_operations(document: &Value, selection: &Selection) -> bool {
    let mut operations = spec::operation_objects(document);
    operations.any(|(method, path, operation)| {
        selection.selects(method, path, operation) && document["paths"][path]["x-internal"] != true
    })
}
