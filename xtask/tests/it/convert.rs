//! Conversion of OpenAPI 3.1: features with another spelling are respelled, and features that 3.0 cannot express are
//! refused.

#![allow(clippy::needless_pass_by_value, reason = "documents are written where they are passed")]

mod documents;
mod schemas;

use serde_json::{Value, json};
use xtask::api_profile::HARMONT;
use xtask::extract::{Selection, Subset};

fn document(operation: Value) -> Value {
    json!({
        "openapi": "3.1.0", "info": {"title": "x", "version": "0"},
        "servers": [{"url": "https://api.example.com"}],
        "paths": {"/x": {"post": operation}}, "components": {},
    })
}

/// Converts a document, and returns the result and the lines about the steps.
fn convert(document: Value) -> Result<(Value, Vec<String>), String> {
    let subset =
        Subset::extract(document, &Selection::tagged(&HARMONT)).map_err(|error| format!("{error:#}"))?;
    assert_eq!(subset.spec["openapi"], "3.0.0");
    Ok((subset.spec, subset.conversions))
}

#[track_caller]
fn refusal(document: Value) -> String {
    convert(document).unwrap_err()
}
