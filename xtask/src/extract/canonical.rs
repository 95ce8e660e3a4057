//! The canonical form of a document.

use anyhow::Result;
use serde_json::Value;

use super::walk::{is_data, is_map_of_names};

/// Writes a document in canonical form: sorted keys, two spaces, a newline at the end.
///
/// # Errors
///
/// Never fails for a document that was parsed.
pub fn to_text(spec: &Value) -> Result<String> {
    Ok(serde_json::to_string_pretty(spec)? + "\n")
}

/// Sorts what has no order: keys, and the lists that are sets.
pub(super) fn sort(value: &mut Value) {
    value.sort_all_objects();
    sort_sets(value, false);
}

fn sort_sets(value: &mut Value, is_named: bool) {
    match value {
        Value::Object(object) => {
            for (key, value) in object.iter_mut() {
                if !is_named && is_data(key, value) {
                    continue;
                }
                if let (false, "required" | "tags", Value::Array(items)) =
                    (is_named, key.as_str(), &mut *value)
                {
                    items.sort_by_key(ToString::to_string);
                    items.dedup();
                }
                let is_named = !is_named && is_map_of_names(key, value);
                sort_sets(value, is_named);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| sort_sets(item, false)),
        _ => {}
    }
}
