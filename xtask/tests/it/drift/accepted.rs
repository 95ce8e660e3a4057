//! Findings that `drift.toml` accepts, and levels that it overrides.

use serde_json::{Value, json};
use xtask::drift::Format;
use xtask::output::Exit;

use super::published_page::{PAGE, page};
use super::{against, at};
use crate::support::Checkout;

#[test]
fn accepted_findings_do_not_count_and_stale_entries_do() {
    let checkout = Checkout::of_fixture();
    let mut new = checkout.spec();
    new["paths"].as_object_mut().unwrap().retain(|path, _| !path.ends_with("/code"));
    // A component that several operations share: the report names the first of them.
    new["components"]["schemas"]["CliTokenResponse"]["required"] = json!([]);
    let report: Value = serde_json::from_str(&against(&checkout, &new, Format::Json).1).unwrap();
    let breaking = report["findings"].as_array().unwrap().iter().filter(|it| it["level"] == "breaking");
    let mut file = String::new();
    for finding in breaking {
        let operation =
            finding["operation"].as_str().map_or(String::new(), |it| format!("operation = \"{it}\"\n"));
        file += &["[[accepted]]\nid = ", &finding["id"].to_string(), "\nfingerprint = "].concat();
        file += &[&finding["fingerprint"].to_string(), "\nreason = \"We know.\"\n", &operation].concat();
    }
    checkout.write("drift.toml", &file);
    let (exit, printed) = against(&checkout, &new, Format::Text);
    assert_eq!(exit, Ok(Exit::Clean), "{printed}");
    assert!(printed.contains("accepted: cliCode is removed [operation-removed]: \"We know.\""), "{printed}");

    // An entry applies only to its operation.
    let of_an_operation = "operation = \"cli";
    checkout.write("drift.toml", &file.replace(of_an_operation, "operation = \"other"));
    let (exit, printed) = against(&checkout, &new, Format::Text);
    assert_eq!(exit, Ok(Exit::ActionRequired), "{printed}");
    let stale = printed.matches("[stale-acceptance]").count();
    assert_eq!(stale, file.matches(of_an_operation).count(), "{printed}");

    checkout.write("drift.toml", &file);
    let spec = checkout.spec();
    let (_, printed) = against(&checkout, &spec, Format::Text);
    assert!(printed.contains("[stale-acceptance]"), "{printed}");

    // The library reports errors of the file. In this repository, the file may also name rules about the page.
    let entry =
        |id: &str| format!("[[accepted]]\nid = \"{id}\"\nfingerprint = \"0\"\nreason = \"We know.\"\n");
    checkout.write("drift.toml", &entry("page-summary-differs"));
    assert_eq!(against(&checkout, &spec, Format::Text).0, Ok(Exit::Clean));
    let (exit, printed) = page(&checkout, PAGE);
    assert_eq!(exit, Ok(Exit::ActionRequired));
    assert!(printed.contains("[stale-acceptance]"), "{printed}");
    checkout.write("drift.toml", &entry("page-summary"));
    let error = against(&checkout, &spec, Format::Text).0.unwrap_err();
    assert!(
        error.starts_with("cannot use drift.toml: [[accepted]] page-summary 0: unknown rule id"),
        "{error}"
    );
}

#[test]
fn a_level_can_be_overridden() {
    let checkout = Checkout::of_fixture();
    let mut spec = checkout.spec();
    at(&mut spec, "/claim")["summary"] = json!("Claim it");
    checkout.write(
        "drift.toml",
        "[[level]]\nid = \"summary-changed\"\nlevel = \"breaking\"\nreason = \"Shown to users.\"\n",
    );
    let (exit, printed) = against(&checkout, &spec, Format::Text);
    assert_eq!(exit, Ok(Exit::ActionRequired), "{printed}");
    assert!(printed.contains("level: Shown to users."), "{printed}");
}
