//! Bundles a document and the files that it refers to into one value.
//!
//! The other files become members of [`FILES`], and references to them are rewritten to point there. The walk starts at the
//! document and visits only the targets of references, each as the kind of object that OpenAPI expects there. So neither
//! data nor names are mistaken for references.

mod files;
mod inline;
mod resolve;
mod structure;
mod walk;

use std::collections::HashMap;

use serde_json::Value;

use self::walk::Walk;
use crate::FILES;
use crate::error::Error;

/// Finds and reads the files below a document's directory. Their names are paths relative to it, separated by `/`.
pub(crate) trait FileLoader {
    /// Returns the name of the file that a path in another file refers to.
    fn find(&mut self, from: &str, path: &str) -> Result<String, Error>;

    /// Reads a file by a name that [`find`](Self::find) returned.
    fn read(&mut self, name: &str) -> Result<String, Error>;
}

/// A document's file, and access to those that it refers to.
pub(crate) struct DocumentFiles {
    /// The name of the document's file, relative to its directory.
    pub(crate) name: String,
    /// The path to show in reports: relative if possible.
    pub(crate) path: String,
    pub(crate) loader: Box<dyn FileLoader>,
}

/// A document with the files that it refers to.
#[derive(Debug)]
pub(crate) struct Bundle {
    pub(crate) value: Value,
    /// The texts of the other files by name.
    pub(crate) texts: HashMap<String, String>,
}

/// Resolves the references of a document to other files.
pub(crate) fn bundle(value: Value, text: &str, files: Option<DocumentFiles>) -> Result<Bundle, Error> {
    if !has_external_references(&value) {
        return Ok(Bundle { value, texts: HashMap::new() });
    }
    if value.get(FILES).is_some() {
        return Err(Error::new(format!(
            "it refers to other files, but already has a member {FILES}, which is reserved for them"
        )));
    }
    Walk::new(value, text, files).run()
}

/// Returns whether a value may contain a reference to another file.
fn has_external_references(value: &Value) -> bool {
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(members) => {
                let mapping = members.get("mapping").and_then(Value::as_object);
                if reference(value).is_some_and(is_external)
                    || mapping.is_some_and(|targets| targets.values().filter_map(Value::as_str).any(is_file))
                {
                    return true;
                }
                open.extend(members.values());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    false
}

/// Returns the text of a reference.
fn reference(value: &Value) -> Option<&str> {
    value.get("$ref")?.as_str()
}

fn is_external(reference: &str) -> bool {
    !reference.is_empty() && !reference.starts_with('#')
}

/// Returns whether a value of a discriminator's `mapping` refers to a file. Most are names of schemas.
fn is_file(mapped: &str) -> bool {
    let path = mapped.split('#').next().unwrap_or_default();
    !path.is_empty()
        && (path.len() < mapped.len()
            || path.contains('/')
            || [".json", ".yaml", ".yml"].iter().any(|end| path.ends_with(end)))
}
