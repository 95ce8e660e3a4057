//! The canonical form of a document, which is the same for the same contract.

use anyhow::Result;
use serde_json::Value;

use super::walk::for_each_object_mut;

/// Prints a document in canonical form: two spaces of indentation, and a newline at the end.
///
/// # Errors
///
/// Never fails for a document that was parsed.
pub fn to_text(spec: &Value) -> Result<String> {
    Ok(serde_json::to_string_pretty(spec)? + "\n")
}

/// Sorts whatever has no order: the keys of objects, and lists that are sets.
pub(super) fn sort(value: &mut Value) {
    value.sort_all_objects();
    for_each_object_mut(value, &mut |object| {
        for keyword in ["required", "tags"] {
            if let Some(Value::Array(items)) = object.get_mut(keyword) {
                items.sort_by_key(ToString::to_string);
                items.dedup();
            }
        }
    });
}
