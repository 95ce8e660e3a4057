//! Selects the operations of a subset.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::api_profile::Profile;
use crate::generate::spec::{self, METHODS};

/// Which public operations of a document belong to the subset.
#[derive(Clone, Debug)]
pub struct Selection {
    pub(super) tags: &'static [&'static str],
    /// Operations that belong to it whatever their tags are, as method and path and as id.
    known: BTreeSet<String>,
    is_all: bool,
}

impl Selection {
    /// Selects by tag.
    pub fn tagged(profile: &Profile) -> Self {
        Self { tags: profile.tags, known: BTreeSet::new(), is_all: false }
    }

    /// Selects all public operations. For the committed document, which has no others.
    pub fn all() -> Self {
        Self { tags: &[], known: BTreeSet::new(), is_all: true }
    }

    /// Also selects the operations of a document, by id or by path.
    #[must_use]
    pub fn with_operations_of(mut self, document: &Value) -> Self {
        for (method, path, operation) in spec::operation_objects(document) {
            self.known.insert(format!("{method} {path}"));
            self.known.extend(operation["operationId"].as_str().map(str::to_owned));
        }
        self
    }

    /// Removes the operations that are not selected from a path item.
    pub(super) fn retain(&self, path: &str, item: &mut Map<String, Value>) {
        item.retain(|key, value| !METHODS.contains(&key.as_str()) || self.selects(key, path, value));
    }

    pub(super) fn selects(&self, method: &str, path: &str, operation: &Value) -> bool {
        let has_tag = || {
            let tags = operation["tags"].as_array().into_iter().flatten();
            tags.filter_map(Value::as_str).any(|tag| self.tags.contains(&tag))
        };
        let is_known = || {
            self.known.contains(&format!("{method} {path}"))
                || operation["operationId"].as_str().is_some_and(|id| self.known.contains(id))
        };
        operation["x-internal"] != true && (self.is_all || has_tag() || is_known())
    }
}

/// Describes the tags that operations must have, for a message.
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
