//! Converts OpenAPI 3.1 and 3.2 to 3.0, which progenitor reads.
//!
//! Versions 3.1 and 3.2 use schemas of JSON Schema 2020-12, which can express more than 3.0. Features that only have
//! another spelling in 3.0 are respelled. Any other step, such as moving a text, is reported for the reviewer. Features
//! that 3.0 cannot express are refused, with the operation or component that contains them. Finally, `openapi-drift`
//! verifies the result.

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

/// The version of converted documents. All releases of 3.0 are equivalent. The API's own documents have this one, so
/// converting the same contract changes nothing.
const VERSION: &str = "3.0.0";

/// The default dialects of JSON Schema in OpenAPI 3.1 and 3.2.
const DIALECTS: [&str; 3] = [
    "https://json-schema.org/draft/2020-12/schema",
    "https://spec.openapis.org/oas/3.1/dialect/base",
    "https://spec.openapis.org/oas/3.2/dialect/2025-09-17",
];

/// Returns whether a document has a version that can be converted.
pub(crate) fn is_convertible(document: &Value) -> bool {
    let version = document.get("openapi").and_then(Value::as_str).unwrap_or_default();
    version.starts_with("3.1.") || version.starts_with("3.2.")
}

/// Converts a subset. Adds a line to `steps` for each step that does more than respell.
///
/// # Errors
///
/// Fails if 3.0 cannot express a feature. The error names the operation or component that contains it.
pub(crate) fn convert(document: &Value, steps: &mut Vec<String>) -> Result<Value> {
    let mut reader =
        Converter { root: document, steps: Vec::new(), owner: "the document".to_owned(), path: Vec::new() };
    let mut result = reader.document()?;
    result["openapi"] = VERSION.into();
    steps.append(&mut reader.steps);
    Ok(result)
}

/// Checks that a conversion changed only documentation.
///
/// # Errors
///
/// Fails with the differences if the documents have different meanings.
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
            "its OpenAPI 3.0 form would have another meaning, which may be a bug in the conversion; import a 3.0 document instead, \
             and report these differences: {}",
            differences.join("; ")
        );
    }
    Ok(())
}

/// Returns whether a `$schema` or `jsonSchemaDialect` names a default dialect.
fn is_default_dialect(dialect: &Value) -> bool {
    dialect.as_str().is_some_and(|dialect| DIALECTS.contains(&dialect.trim_end_matches('#')))
}

/// Converts the parts of a 3.1 document.
struct Converter<'d> {
    root: &'d Value,
    steps: Vec<String>,
    /// The current operation or component.
    owner: String,
    /// The keys from the owner to the current value.
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

    /// Records a step that does more than respell.
    fn step(&mut self, text: impl std::fmt::Display) {
        self.steps.push(format!("{}: {text}", self.location()));
    }

    /// Fails because of a feature that 3.0 cannot express.
    fn refuse<T>(&self, feature: impl std::fmt::Display) -> Result<T> {
        bail!(
            "{}: OpenAPI 3.0 cannot express {feature}; ask the API's owner to avoid it, or import a changed copy",
            self.location()
        )
    }

    /// Runs `work` on the value under a key.
    fn at<T>(&mut self, key: &str, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.path.push(key.to_owned());
        let result = work(self);
        self.path.pop();
        result
    }

    /// Runs `work` on an operation or component.
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
