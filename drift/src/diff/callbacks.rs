//! Compares callbacks, which the server sends to the client.

use std::collections::{BTreeMap, BTreeSet};
use std::ptr;

use serde_json::{Value, json};

use super::{Differ, Location};
use crate::document::operation::{OperationRef, Section, of_item};
use crate::document::{DocumentView, members};
use crate::rules::{self, Direction, Direction::Request};

impl<'d> Differ<'d, '_> {
    /// Compares callbacks. The server sends them to the client, so the roles are swapped. Their names are never sent.
    /// Callbacks in both documents are queued.
    pub(crate) fn compare_callbacks(&mut self, (old, new): (&'d Value, &'d Value), direction: Direction) {
        if old.get("callbacks") == new.get("callbacks") && self.unchanged.contains(old, new) {
            return;
        }
        let (before, after) = (callbacks(self.old, old), callbacks(self.new, new));
        if old.get("callbacks") != new.get("callbacks") {
            self.rewrites.insert("callbacks");
        }
        let keys: BTreeSet<&(&'d str, String)> = before.keys().chain(after.keys()).collect();
        for key in keys {
            let name = || json!(format!("{} {}", key.1.to_uppercase(), key.0));
            match (before.get(key), after.get(key)) {
                (Some(old), Some(new)) => {
                    let addresses = (ptr::from_ref(old.value), ptr::from_ref(new.value), direction);
                    // Callbacks may be recursive.
                    if self.visited_callbacks.insert(addresses) {
                        self.callbacks.push((*old, *new, direction));
                    }
                }
                (Some(operation), None) => {
                    let locations =
                        (Some(Location::of(operation.value)), Some(Location::at(new, "callbacks")));
                    self.report(&rules::CALLBACK_REMOVED, Request, locations, (name(), Value::Null));
                }
                (None, Some(operation)) => {
                    let locations =
                        (Some(Location::at(old, "callbacks")), Some(Location::of(operation.value)));
                    self.report(&rules::CALLBACK_ADDED, Request, locations, (Value::Null, name()));
                }
                (None, None) => {}
            }
        }
    }
}

/// Returns the callbacks of an operation by URL and method.
fn callbacks<'d>(
    document: DocumentView<'d>,
    operation: &'d Value,
) -> BTreeMap<(&'d str, String), OperationRef<'d>> {
    let all = members(operation.get("callbacks")).filter_map(|(_, callback)| document.resolve(callback));
    let items =
        all.flat_map(|callback| members(Some(callback))).filter(|(address, _)| !address.starts_with("x-"));
    let operations = items
        .filter_map(|(address, item)| Some(of_item(Section::Webhooks, address, document.resolve(item)?)));
    operations
        .flatten()
        .map(|operation| ((operation.path, operation.method.to_lowercase()), operation))
        .collect()
}
