//! The reports in each format, as golden files.

use serde_json::{Value, json};
use xtask::drift::Format;
use xtask::output::Exit;

use super::against;
use crate::support::{Checkout, assert_golden, operations};

/// Changes a document in many ways at once.
fn changed(spec: &Value) -> Value {
    let mut spec = spec.clone();
    for (path, operation) in operations(&mut spec) {
        match path.rsplit('/').next().unwrap() {
            "claim" => {
                operation["summary"] = json!("Claim it");
                operation["responses"]["429"] = json!({"description": "Slow down"});
            }
            "redeem" => operation["operationId"] = json!("cliExchange"),
            "code" => operation["tags"] = json!(["builds"]),
            "transfer" => drop(operation.as_object_mut().unwrap().remove("security")),
            _ => operation["deprecated"] = json!(true),
        }
    }
    let schemas = &mut spec["components"]["schemas"];
    schemas["CliTokenResponse"]["properties"]["token"] = json!({"type": "integer"});
    schemas["CliTokenResponse"]["properties"]["refresh_token"] = json!({"type": "string"});
    schemas["CliClaimRequest"]["properties"]["device"] = json!({"type": "string"});
    schemas["CliClaimRequest"]["required"] = json!(["device", "nonce"]);
    spec
}

#[test]
fn the_report_for_people_reads_well() {
    let checkout = Checkout::of_fixture();
    let (exit, printed) = against(&checkout, &changed(&checkout.spec()), Format::Text);
    assert_eq!(exit, Ok(Exit::ActionRequired));
    assert_golden("drift.txt", &printed);
}

#[test]
fn the_report_for_programs_is_stable() {
    let checkout = Checkout::of_fixture();
    let (_, printed) = against(&checkout, &changed(&checkout.spec()), Format::Json);
    assert_golden("drift.json", &printed);
}

#[test]
fn the_reports_of_the_five_most_common_changes_read_well_in_every_format() {
    let checkout = Checkout::of_fixture();
    let spec = checkout.spec();
    let promotion: Value = serde_json::from_str(&spec.to_string().replace("/v7/", "/v8/")).unwrap();
    let mut sixth = spec.clone();
    sixth["paths"]["/v7/auth/whoami"] = json!({"get": {
        "operationId": "whoami", "summary": "Tell who is signed in", "tags": ["auth"], "security": [{"bearer": []}],
        "responses": {"200": {"description": "The user", "content": {"application/json": {"schema": {
            "$ref": "#/components/schemas/User"}}}}}
    }});
    sixth["components"]["schemas"]["User"] =
        json!({"type": "object", "properties": {"name": {"type": "string"}}});
    let mut removed = spec.clone();
    let error = &mut removed["components"]["schemas"]["Error"]["properties"]["error"]["properties"];
    error.as_object_mut().unwrap().remove("doc_url");
    let mut renamed = spec.clone();
    let mut summary = spec.clone();
    for (path, operation) in operations(&mut renamed) {
        if path.ends_with("/redeem") {
            operation["operationId"] = json!("cliExchange");
        }
    }
    operations(&mut summary)[0].1["summary"] = json!("Claim it");
    for (name, new) in [
        ("promotion", promotion),
        ("sixth-operation", sixth),
        ("removed-field", removed),
        ("renamed-operation", renamed),
        ("changed-summary", summary),
    ] {
        for (format, ending) in [
            (Format::Text, "txt"),
            (Format::Json, "json"),
            (Format::Markdown, "md"),
            (Format::Github, "github"),
        ] {
            assert_golden(&format!("drift/{name}.{ending}"), &against(&checkout, &new, format).1);
        }
    }
}
