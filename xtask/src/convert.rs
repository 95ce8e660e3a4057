//! Converts OpenAPI 3.1 to 3.0, which progenitor reads.
//!
//! Versions 3.1 and 3.2 describe schemas in JSON Schema 2020-12, which can say more than 3.0. What 3.0 says in other
//! words is respelled. A step that is more than that, such as a text that moves, becomes a line for the reviewer. What
//! 3.0 cannot express is refused with the operation or component and the shape. At the end, the comparison of
//! `openapi-drift` proves the result.

mod fields;
mod keywords;
mod null;
mod objects;
mod path_items;
mod schemas;

use anyhow::{Result, bail};
use openapi_drift::render::message;
use openapi_drift::{Level, Options};
use serde_json::Value;

pub(crate) use path_items::inline_path_items;

/// The version of converted documents. All releases of 3.0 mean the same. This is the one that the API's documents
/// name, so that converting the same contract leaves no trace.
const VERSION: &str = "3.0.0";

/// The dialects of JSON Schema that OpenAPI 3.1 and 3.2 have unless they name another.
const DIALECTS: [&str; 3] = [
    "https://json-schema.org/draft/2020-12/schema",
    "https://spec.openapis.org/oas/3.1/dialect/base",
    "https://spec.openapis.org/oas/3.2/dialect/2025-09-17",
];

/// Returns whether a document is of a version that is converted.
pub(crate) fn is_convertible(document: &Value) -> bool {
    let version = document.get("openapi").and_then(Value::as_str).unwrap_or_default();
    version.starts_with("3.1.") || version.starts_with("3.2.")
}

/// Converts a document that holds the selected operations and what they reach. Each step that is more than respelling
/// is added to `steps`.
///
/// # Errors
///
/// Fails with the operation or component and the shape if 3.0 cannot express something.
pub(crate) fn convert(document: &Value, steps: &mut Vec<String>) -> Result<Value> {
    let mut reader =
        Converter { root: document, steps: Vec::new(), owner: "the document".to_owned(), path: Vec::new() };
    let mut result = reader.document()?;
    result["openapi"] = VERSION.into();
    steps.append(&mut reader.steps);
    Ok(result)
}

/// Makes sure that a conversion changed nothing but documentation.
///
/// # Errors
///
/// Fails with the differences if the two documents mean different things.
pub(crate) fn check_equivalent(old: &Value, new: &Value) -> Result<()> {
    let report = openapi_drift::compare(old, new, &Options::default())?;
    let differences: Vec<String> = report
        .findings
        .iter()
        .filter(|finding| finding.level > Level::Docs)
        .map(|finding| format!("[{}] {}", finding.level.name(), message(finding)))
        .collect();
    if !differences.is_empty() {
        bail!(
            "its OpenAPI 3.0 form would not mean the same, which may be a fault of the conversion; import a 3.0 document \
             instead, and report these differences: {}",
            differences.join("; ")
        );
    }
    Ok(())
}

/// Returns whether a `$schema` or `jsonSchemaDialect` names the dialect that holds anyway.
fn is_default_dialect(dialect: &Value) -> bool {
    dialect.as_str().is_some_and(|it| DIALECTS.contains(&it.trim_end_matches('#')))
}

/// Reads a 3.1 document and builds the 3.0 form of its parts.
struct Converter<'d> {
    root: &'d Value,
    steps: Vec<String>,
    /// The operation or component that is being converted.
    owner: String,
    /// The keys from there to the current value.
    path: Vec<String>,
}

impl Converter<'_> {
    /// Describes the current location.
    fn location(&self) -> String {
        match self.path.as_slice() {
            [] => self.owner.clone(),
            path => format!("{} at {}", self.owner, path.join("/")),
        }
    }

    /// Records a step that is more than respelling.
    fn step(&mut self, what: impl std::fmt::Display) {
        self.steps.push(format!("{}: {what}", self.location()));
    }

    /// Fails because of a shape that 3.0 cannot express.
    fn refuse<T>(&self, shape: impl std::fmt::Display) -> Result<T> {
        bail!(
            "{}: OpenAPI 3.0 cannot express {shape}; ask for a form without it, or import a copy that you have changed",
            self.location()
        )
    }

    /// Runs some work on the value under a key.
    fn at<T>(&mut self, key: &str, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.path.push(key.to_owned());
        let result = work(self);
        self.path.pop();
        result
    }

    /// Runs some work on an operation or component.
    fn within<T>(&mut self, owner: String, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let outer = (std::mem::replace(&mut self.owner, owner), std::mem::take(&mut self.path));
        let result = work(self);
        (self.owner, self.path) = outer;
        result
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_conversion_that_loses_something_is_refused() {
        let document = |version: &str, schema: Value| {
            json!({
                "openapi": version, "info": {"title": "x", "version": "0"},
                "paths": {"/x": {"get": {"operationId": "read", "tags": ["auth"], "responses": {"200": {
                    "description": "x", "content": {"application/json": {"schema": schema}}}}}}},
            })
        };
        let old = document("3.1.0", json!({"type": ["string", "null"], "maxLength": 3}));
        let same = document("3.0.0", json!({"type": "string", "nullable": true, "maxLength": 3}));
        check_equivalent(&old, &same).unwrap();
        let other = document("3.0.0", json!({"type": "string", "nullable": true}));
        let error = check_equivalent(&old, &other).unwrap_err().to_string();
        assert!(
            error.contains("; import a 3.0 document instead, and report these differences: [breaking] read"),
            "{error}"
        );
    }
}
