//! `cargo xtask drift`: reports, exit codes, and the parts that are specific to this repository.

mod accepted;
mod base;
mod impact;
mod published_page;
mod reports;

use crate::support::{Checkout, Outcome, full, operations, to_yaml};
use serde_json::{Value, json};
use xtask::drift::{FailOn, Format, Options};
use xtask::output::Exit;

fn options() -> Options {
    Options {
        against: None,
        base: None,
        docs: None,
        spec: None,
        format: Format::Text,
        fail_on: None,
        whole: false,
    }
}

fn against(checkout: &Checkout, new: &Value, format: Format) -> Outcome {
    let source = checkout.write("new.json", &new.to_string());
    checkout.drift(&Options { against: Some(source), format, ..options() })
}

fn json_report(checkout: &Checkout, new: &Value) -> Value {
    serde_json::from_str(&against(checkout, new, Format::Json).1).unwrap()
}

/// Returns the operation whose path has a suffix.
fn at<'s>(spec: &'s mut Value, suffix: &str) -> &'s mut Value {
    operations(spec).into_iter().find(|(path, _)| path.ends_with(suffix)).unwrap().1
}

/// Returns the notes on a report, as `label: text`.
fn notes(report: &Value) -> Vec<String> {
    let note =
        |note: &Value| format!("{}: {}", note["label"].as_str().unwrap(), note["text"].as_str().unwrap());
    report["notes"].as_array().unwrap().iter().map(note).collect()
}

#[test]
fn the_exit_code_follows_the_threshold() {
    let checkout = Checkout::of_fixture();
    let mut docs = checkout.spec();
    let mut additive = checkout.spec();
    let mut breaking = checkout.spec();
    operations(&mut docs)[0].1["summary"] = json!("Other");
    operations(&mut additive)[0].1["responses"]["429"] = json!({"description": "Slow down"});
    breaking["paths"].as_object_mut().unwrap().retain(|path, _| !path.ends_with("/code"));
    for (new, expected) in [
        (checkout.spec(), [false, false, false, false]),
        (docs, [false, false, true, false]),
        (additive, [false, true, true, false]),
        (breaking, [true, true, true, false]),
    ] {
        let source = checkout.write("new.json", &new.to_string());
        let levels = [FailOn::Breaking, FailOn::Additive, FailOn::Docs, FailOn::Never];
        for (fail_on, fails) in levels.into_iter().zip(expected) {
            let options = Options { against: Some(source.clone()), fail_on: Some(fail_on), ..options() };
            let (exit, printed) = checkout.drift(&options);
            assert_eq!(exit == Ok(Exit::ActionRequired), fails, "{fail_on:?}: {printed}");
        }
    }
}

#[test]
fn a_document_does_not_differ_from_itself_in_any_form() {
    let checkout = Checkout::of_repository();
    let spec = checkout.spec();
    let full = full(&spec);
    let yaml = format!("# from another tool\n{}\n", to_yaml(&full, 0).trim_start());
    for text in [spec.to_string(), full.to_string(), yaml] {
        let source = checkout.write("new.json", &text);
        let options = Options { against: Some(source), fail_on: Some(FailOn::Docs), ..options() };
        let (exit, printed) = checkout.drift(&options);
        assert_eq!(exit, Ok(Exit::Clean), "{printed}");
        assert_eq!(printed, "no differences between openapi.json and new.json\n");
    }
}

#[test]
fn an_operation_that_leaves_the_selection_is_reported_as_moved() {
    for (change, id, level, after) in [
        (json!({"tags": ["builds"]}), "operation-left-subset", "docs", "tag builds"),
        (json!({"x-internal": true}), "operation-became-internal", "breaking", "tag auth, internal"),
    ] {
        let checkout = Checkout::of_fixture();
        let mut spec = checkout.spec();
        at(&mut spec, "/code").as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let report = json_report(&checkout, &spec);
        let findings = report["findings"].as_array().unwrap();
        let moved = findings.iter().find(|it| it["id"] == id).unwrap();
        assert_eq!((&moved["operation"], &moved["level"]), (&json!("cliCode"), &json!(level)));
        assert_eq!((&moved["before"], &moved["after"]), (&json!("tag auth"), &json!(after)));
        assert!(findings.iter().all(|it| it["id"] != "operation-removed"), "{report:#}");
        // Callers lose the wrapper, so the version and the to-dos change.
        let notes = notes(&report);
        assert!(notes.iter().any(|it| it.starts_with("version: 0.4.0 (a minor release): ")), "{notes:?}");
        assert!(notes.iter().any(|it| it.starts_with("to-do: Session::mint_code in src/session.rs ")));

        // The reverse change.
        let source = checkout.write("old.json", &spec.to_string());
        let new = checkout.write("new.json", &checkout.spec().to_string());
        let (exit, printed) =
            checkout.drift(&Options { spec: Some(source), against: Some(new), ..options() });
        assert_eq!(exit, Ok(Exit::Clean));
        assert!(printed.contains("[operation-entered-subset]"), "{printed}");
    }
}

#[test]
fn a_promotion_is_one_finding_that_names_the_operations() {
    let checkout = Checkout::of_fixture();
    let full = full(&checkout.spec());
    // An operation of another tag moves at the same time.
    let mut new: Value = serde_json::from_str(&full.to_string().replace("/v7/", "/v8/")).unwrap();
    let other = new["paths"].as_object_mut().unwrap().remove("/v8/auth/cli/other/0").unwrap();
    new["paths"]["/v8/others"] = other;
    for old in [checkout.spec(), full] {
        let source = checkout.write("old.json", &old.to_string());
        let new = checkout.write("new.json", &new.to_string());
        let options = Options { spec: Some(source), against: Some(new), format: Format::Json, ..options() };
        let (exit, printed) = checkout.drift(&options);
        assert_eq!(exit, Ok(Exit::ActionRequired));
        let report: Value = serde_json::from_str(&printed).unwrap();
        let findings = report["findings"].as_array().unwrap();
        assert_eq!(findings.len(), 1, "{printed}");
        assert_eq!(findings[0]["id"], "path-prefix-changed");
        assert_eq!(
            findings[0]["operations"],
            json!(["cliClaim", "cliCode", "cliRedeem", "cliTransfer", "logout"])
        );
        assert_eq!((&findings[0]["before"], &findings[0]["after"]), (&json!("/v7/"), &json!("/v8/")));
        // A maintainer only needs to run `regenerate`.
        assert_eq!(
            notes(&report),
            [
                "version: 0.3.2 (a patch release): released versions fail at run time, but callers need not change their code"
            ]
        );
    }
}

#[test]
fn a_fingerprint_survives_unrelated_edits() {
    let checkout = Checkout::of_fixture();
    let fingerprint = |new: &Value| -> String {
        let report: Value = serde_json::from_str(&against(&checkout, new, Format::Json).1).unwrap();
        let findings = report["findings"].as_array().unwrap();
        let finding =
            findings.iter().find(|it| it["id"] == "summary-changed" && it["operation"] == "logout").unwrap();
        finding["fingerprint"].as_str().unwrap().to_owned()
    };
    let mut renamed = checkout.spec();
    let logout = operations(&mut renamed).into_iter().find(|(path, _)| path.ends_with("/logout")).unwrap().1;
    logout["summary"] = json!("Sign off");
    let mut edited: Value = serde_json::from_str(&renamed.to_string().replace("/v7/", "/v9/")).unwrap();
    operations(&mut edited)[0].1["description"] = json!("Something else");
    assert_eq!(fingerprint(&renamed), fingerprint(&edited));
    let logout = operations(&mut edited).into_iter().find(|(path, _)| path.ends_with("/logout")).unwrap().1;
    logout["summary"] = json!("Sign out");
    assert_ne!(fingerprint(&renamed), fingerprint(&edited));
}

#[test]
fn a_failed_comparison_is_never_clean() {
    let checkout = Checkout::of_fixture();
    for whole in [false, true] {
        for (text, message) in [
            (
                "{\"openapi\": \"4.0.0\", \"paths\": {}}",
                "cannot compare openapi.json with new.json: the new document: OpenAPI 4.0.0 is not supported",
            ),
            (
                "{\"swagger\": \"2.0\"}",
                "cannot compare openapi.json with new.json: the new document: Swagger 2.0 is not supported",
            ),
            ("{", "cannot use new.json: "),
            ("[]", "cannot use new.json: it is a list"),
        ] {
            let source = checkout.write("new.json", text);
            let options = Options { against: Some(source), whole, fail_on: Some(FailOn::Never), ..options() };
            let error = checkout.drift(&options).0.unwrap_err();
            assert!(error.starts_with(message), "{error}");
        }
    }
    for (argument, message) in [
        ("", "an argument is empty"),
        ("no-such-thing", "cannot read no-such-thing:openapi.json: "),
        ("no/such/file.json", "cannot read no/such/file.json:openapi.json: "),
    ] {
        let error =
            checkout.drift(&Options { against: Some(argument.to_owned()), ..options() }).0.unwrap_err();
        assert!(error.starts_with(message), "{error}");
    }
    let both = Options { spec: Some("-".to_owned()), against: Some("-".to_owned()), ..options() };
    assert_eq!(checkout.drift(&both).0.unwrap_err(), "standard input can be only one of the two documents");
}

#[test]
fn the_document_of_another_api_is_not_compared() {
    let checkout = Checkout::of_fixture();
    let other = checkout.write("other.json", "{\"openapi\": \"3.0.3\", \"paths\": {}}");
    let ours = checkout.path("openapi.json").to_string_lossy().into_owned();
    let no_operation = "other.json has no public operation with the tag \"auth\"; is it the right document?";
    let neither = "no operation of either document has the tag \"auth\"";
    for (old, new, cause) in
        [(&ours, &other, no_operation), (&other, &ours, no_operation), (&other, &other, neither)]
    {
        let options = Options { spec: Some(old.clone()), against: Some(new.clone()), ..options() };
        let error = checkout.drift(&options).0.unwrap_err();
        assert!(error.starts_with("cannot compare ") && error.ends_with(cause), "{error}");
    }
    // If all operations have another tag, it is still the right document.
    let moved: Value =
        serde_json::from_str(&checkout.spec().to_string().replace("[\"auth\"]", "[\"login\"]")).unwrap();
    let (exit, printed) = against(&checkout, &moved, Format::Text);
    assert_eq!(exit, Ok(Exit::Clean));
    assert_eq!(printed.matches("[operation-left-subset]").count(), 5, "{printed}");
    let moved = checkout.write("old.json", &moved.to_string());
    let (exit, printed) = checkout.drift(&Options { spec: Some(moved), against: Some(ours), ..options() });
    assert_eq!(exit, Ok(Exit::Clean));
    assert_eq!(printed.matches("[operation-entered-subset]").count(), 5, "{printed}");
    assert!(printed.contains("is now selected and gets a wrapper\n"), "{printed}");
}
