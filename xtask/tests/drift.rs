//! `cargo xtask drift` as a whole: its reports, its exit codes, the published page, and what only a slice knows.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use serde_json::{Value, json};
use support::{Copy, Outcome, assert_golden, full, operations, to_yaml};
use xtask::drift::{FailOn, Format, Options};
use xtask::screen::Exit;

fn options() -> Options {
    Options { against: None, docs: None, spec: None, format: Format::Text, fail_on: None, whole: false }
}

fn against(copy: &Copy, new: &Value, format: Format) -> Outcome {
    let source = copy.write("new.json", &new.to_string());
    copy.drift(&Options { against: Some(source), format, ..options() })
}

/// Most of what can happen at once, in the slice.
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
    let copy = Copy::of_fixture();
    let (exit, printed) = against(&copy, &changed(&copy.spec()), Format::Text);
    assert_eq!(exit, Ok(Exit::Person));
    assert_golden("drift.txt", &printed);
}

#[test]
fn the_report_for_programs_is_stable() {
    let copy = Copy::of_fixture();
    let (_, printed) = against(&copy, &changed(&copy.spec()), Format::Json);
    assert_golden("drift.json", &printed);
}

#[test]
fn a_promotion_is_one_finding_in_both_formats() {
    let copy = Copy::of_fixture();
    let new: Value = serde_json::from_str(&copy.spec().to_string().replace("/v7/", "/v8/")).unwrap();
    assert_golden("drift-promotion.txt", &against(&copy, &new, Format::Text).1);
    assert_golden("drift-promotion.json", &against(&copy, &new, Format::Json).1);
}

#[test]
fn the_exit_code_follows_the_threshold() {
    let copy = Copy::of_fixture();
    let mut docs = copy.spec();
    let mut additive = copy.spec();
    let mut breaking = copy.spec();
    operations(&mut docs)[0].1["summary"] = json!("Other");
    operations(&mut additive)[0].1["responses"]["429"] = json!({"description": "Slow down"});
    breaking["paths"].as_object_mut().unwrap().retain(|path, _| !path.ends_with("/code"));
    for (new, expected) in [
        (copy.spec(), [false, false, false, false]),
        (docs, [false, false, true, false]),
        (additive, [false, true, true, false]),
        (breaking, [true, true, true, false]),
    ] {
        let source = copy.write("new.json", &new.to_string());
        let levels = [FailOn::Breaking, FailOn::Additive, FailOn::Docs, FailOn::Never];
        for (fail_on, fails) in levels.into_iter().zip(expected) {
            let options = Options { against: Some(source.clone()), fail_on: Some(fail_on), ..options() };
            let (exit, printed) = copy.drift(&options);
            assert_eq!(exit == Ok(Exit::Person), fails, "{fail_on:?}: {printed}");
        }
    }
}

#[test]
fn a_document_does_not_differ_from_itself_in_any_form() {
    let copy = Copy::of_ours();
    let spec = copy.spec();
    let full = full(&spec);
    let yaml = format!("# from another tool\n{}\n", to_yaml(&full, 0).trim_start());
    for text in [spec.to_string(), full.to_string(), yaml] {
        let source = copy.write("new.json", &text);
        let options = Options { against: Some(source), fail_on: Some(FailOn::Docs), ..options() };
        let (exit, printed) = copy.drift(&options);
        assert_eq!(exit, Ok(Exit::Clean), "{printed}");
        assert_eq!(printed, "no drift: nothing changes for callers, and nothing for readers\n");
    }
}

#[test]
fn an_operation_that_leaves_the_slice_is_not_called_gone() {
    for change in [json!({"tags": ["builds"]}), json!({"x-internal": true})] {
        let copy = Copy::of_fixture();
        let mut spec = copy.spec();
        let code = operations(&mut spec).into_iter().find(|(path, _)| path.ends_with("/code")).unwrap().1;
        for (key, value) in change.as_object().unwrap() {
            code[key] = value.clone();
        }
        let (_, printed) = against(&copy, &spec, Format::Text);
        assert!(printed.contains("[operation-left-slice]"), "{printed}");
        // And back again.
        let source = copy.write("old.json", &spec.to_string());
        let new = copy.write("new.json", &copy.spec().to_string());
        let (_, printed) = copy.drift(&Options { spec: Some(source), against: Some(new), ..options() });
        assert!(printed.contains("[operation-entered-slice]"), "{printed}");
    }
}

#[test]
fn a_fingerprint_survives_unrelated_edits() {
    let copy = Copy::of_fixture();
    let fingerprint = |new: &Value| -> String {
        let report: Value = serde_json::from_str(&against(&copy, new, Format::Json).1).unwrap();
        let findings = report["findings"].as_array().unwrap();
        let finding =
            findings.iter().find(|it| it["id"] == "summary-changed" && it["operation"] == "logout").unwrap();
        finding["fingerprint"].as_str().unwrap().to_owned()
    };
    let mut one = copy.spec();
    let logout = operations(&mut one).into_iter().find(|(path, _)| path.ends_with("/logout")).unwrap().1;
    logout["summary"] = json!("Sign off");
    let mut other: Value = serde_json::from_str(&one.to_string().replace("/v7/", "/v9/")).unwrap();
    operations(&mut other)[0].1["description"] = json!("Something else");
    assert_eq!(fingerprint(&one), fingerprint(&other));
    let logout = operations(&mut other).into_iter().find(|(path, _)| path.ends_with("/logout")).unwrap().1;
    logout["summary"] = json!("Sign out");
    assert_ne!(fingerprint(&one), fingerprint(&other));
}

#[test]
fn what_cannot_be_compared_is_never_clean() {
    let copy = Copy::of_fixture();
    for whole in [false, true] {
        for (text, reason) in [
            ("{\"openapi\": \"3.1.0\", \"paths\": {}}", "OpenAPI 3.1.0"),
            ("{\"swagger\": \"2.0\"}", "Swagger 2"),
            ("{", "not JSON"),
            ("[]", "not an object"),
        ] {
            let source = copy.write("new.json", text);
            let options = Options { against: Some(source), whole, fail_on: Some(FailOn::Never), ..options() };
            let error = copy.drift(&options).0.unwrap_err();
            assert!(error.starts_with("new.json cannot be used: ") && error.contains(reason), "{error}");
        }
    }
}

fn page(copy: &Copy, text: &str) -> Outcome {
    let source = copy.write("page.md", text);
    copy.drift(&Options { docs: Some(source), ..options() })
}

const PAGE: &str = include_str!("fixtures/page.md");

#[test]
fn a_page_that_agrees_is_clean() {
    let copy = Copy::of_fixture();
    let (exit, printed) = page(&copy, PAGE);
    assert_eq!(exit, Ok(Exit::Clean), "{printed}");
}

#[test]
fn each_disagreement_of_the_page_is_found_and_named() {
    let copy = Copy::of_fixture();
    for (from, to, id, operation) in [
        ("### `cliCode` [#clicode]", "### `cliKode` [#clicode]", "page-operation-missing", "cliCode"),
        ("### `cliCode` [#clicode]", "### `cliKode` [#clicode]", "page-operation-unknown", "cliKode"),
        ("\n`POST /v7/auth/logout`", "\n`POST /v8/auth/logout`", "page-place-differs", "logout"),
        ("\n`POST /v7/auth/logout`", "\n`GET /v7/auth/logout`", "page-place-differs", "logout"),
        ("Claim a token", "Claim the token", "page-summary-differs", "cliClaim"),
        ("For 60 seconds.", "For 90 seconds.", "page-description-differs", "cliTransfer"),
        ("For 60 seconds.", "For 60 seconds.\n\nAnd more.", "page-description-differs", "cliTransfer"),
        ("`CliRedeemRequest` (optional)", "`CliRedeemRequest`", "page-body-differs", "cliRedeem"),
        ("`CliRedeemRequest` (optional)", "`CliRequest` (optional)", "page-body-differs", "cliRedeem"),
        ("**Returns** `LogoutResponse`", "**Returns** `Response`", "page-returns-differs", "logout"),
        ("import { logout }", "import { signOut }", "page-import-differs", "logout"),
        ("logout(options): R", "logout(): R", "page-signature-differs", "logout"),
    ] {
        assert!(PAGE.contains(from), "{from}");
        let (exit, printed) = page(&copy, &PAGE.replacen(from, to, 1));
        assert_eq!(exit, Ok(Exit::Person), "{to}");
        assert!(printed.contains(&format!("[{id}]")), "{to}: {printed}");
        assert!(printed.contains(&format!("{operation}: ")), "{to}: {printed}");
    }
}

#[test]
fn each_change_of_the_specification_disagrees_with_the_page() {
    let copy = Copy::of_fixture();
    let claim = |change: &dyn Fn(&mut Value)| {
        let mut spec = copy.spec();
        change(operations(&mut spec).into_iter().find(|(path, _)| path.ends_with("/claim")).unwrap().1);
        spec
    };
    for (spec, id) in [
        (claim(&|it| it["summary"] = json!("Other")), "page-summary-differs"),
        (claim(&|it| it["description"] = json!("Other")), "page-description-differs"),
        (claim(&|it| it["requestBody"]["required"] = json!(true)), "page-body-differs"),
        (claim(&|it| drop(it.as_object_mut().unwrap().remove("requestBody"))), "page-body-differs"),
        (claim(&|it| it["operationId"] = json!("claim")), "page-operation-missing"),
    ] {
        let source = copy.write("old.json", &spec.to_string());
        let page = copy.write("page.md", PAGE);
        let (_, printed) = copy.drift(&Options { spec: Some(source), docs: Some(page), ..options() });
        assert!(printed.contains(&format!("[{id}]")), "{id}: {printed}");
    }
}

#[test]
fn a_page_that_is_none_cannot_be_compared() {
    let copy = Copy::of_fixture();
    let error = page(&copy, "# Nothing here\n").0.unwrap_err();
    assert!(error.contains("no section of an operation"), "{error}");
}
