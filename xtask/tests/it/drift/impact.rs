//! The notes on wrappers, to-dos and the next version.

use serde_json::{Value, json};
use xtask::drift::{Format, Options};
use xtask::output::Exit;

use super::{against, at, json_report, notes, options};
use crate::support::Checkout;

#[test]
fn a_finding_on_a_shared_component_names_our_wrappers() {
    let checkout = Checkout::of_fixture();
    let mut old = checkout.spec();
    for number in 0..20 {
        let mut other = at(&mut old, "/claim").clone();
        other["operationId"] = json!(format!("build{number}"));
        other["tags"] = json!(["builds"]);
        old["paths"][format!("/v7/builds/{number}")] = json!({ "post": other });
    }
    let mut new = old.clone();
    new["components"]["schemas"]["Error"]["properties"]["error"]["required"] = json!([]);
    let source = checkout.write("old.json", &old.to_string());
    let new = checkout.write("new.json", &new.to_string());
    let (_, printed) = checkout.drift(&Options { spec: Some(source), against: Some(new), ..options() });
    assert!(printed.starts_with("schema Error, used by cliClaim, cliRedeem\n"), "{printed}");
    assert!(printed.contains("wrapper: Client::claim_token in src/client.rs"), "{printed}");
}

#[test]
fn a_to_do_does_not_change_the_exit_code() {
    let checkout = Checkout::of_fixture();
    let mut spec = checkout.spec();
    let token = &mut spec["components"]["schemas"]["CliTokenResponse"]["properties"];
    token["refresh_token"] = json!({"type": "string"});
    let source = checkout.write("new.json", &spec.to_string());
    for format in [Format::Text, Format::Json, Format::Markdown, Format::Github, Format::Sarif] {
        let (exit, printed) = checkout.drift(&Options { against: Some(source.clone()), format, ..options() });
        assert_eq!(exit, Ok(Exit::Clean), "{printed}");
        assert!(printed.contains("to-do"), "{printed}");
        assert!(printed.contains("CliTokenResponse.refresh_token"), "{printed}");
    }
    let report = json_report(&checkout, &spec);
    assert_eq!((&report["verdict"], &report["rust"]), (&json!("additive"), &Value::Null));
    let undecided = "to-do: field CliTokenResponse.refresh_token: this field looks secret; add \
                     \"CliTokenResponse.refresh_token\" to `secret` in build/secrets.rs";
    assert!(notes(&report).iter().any(|it| it.starts_with(undecided)), "{report:#}");

    // A removed secret is one to-do.
    let mut spec = checkout.spec();
    let properties = &mut spec["components"]["schemas"]["CliTokenResponse"]["properties"];
    properties.as_object_mut().unwrap().remove("token");
    let lost =
        notes(&json_report(&checkout, &spec)).into_iter().filter(|it| it.contains("CliTokenResponse.token:"));
    assert_eq!(
        lost.collect::<Vec<_>>(),
        [
            "to-do: field CliTokenResponse.token: the document no longer has this field; remove or rename its entry in \
             `secret` in build/secrets.rs [mark-secrets]"
        ]
    );
}

#[test]
fn a_document_without_a_client_is_a_to_do() {
    let checkout = Checkout::of_fixture();
    let mut odd = checkout.spec();
    odd["components"]["schemas"]["Error"]["properties"]["odd"] = json!({"type": "strin"});
    let mut newer = checkout.spec();
    newer["openapi"] = json!("3.1.0");
    newer["components"]["schemas"]["Error"]["$anchor"] = json!("error");
    for (spec, cause) in [
        (odd, "schema Error: progenitor cannot read this, because: "),
        (newer, "schema Error: OpenAPI 3.0 cannot express the keyword $anchor of a schema"),
    ] {
        let (exit, printed) = against(&checkout, &spec, Format::Text);
        assert_eq!(exit, Ok(Exit::Clean), "{printed}");
        let to_do = format!(
            "\nto-do: the impact on Rust code is unknown: no client can be generated from new.json: {cause}"
        );
        assert!(printed.contains(&to_do), "{printed}");
    }
}

#[test]
fn the_version_follows_the_impact_on_callers() {
    let checkout = Checkout::of_fixture();
    let advice = |change: &dyn Fn(&mut Value)| -> String {
        let mut spec = checkout.spec();
        change(&mut spec);
        let (_, printed) = against(&checkout, &spec, Format::Text);
        printed.lines().find_map(|line| line.strip_prefix("version: ")).unwrap_or_default().to_owned()
    };
    let code =
        |spec: &mut Value| spec["paths"].as_object_mut().unwrap().retain(|path, _| !path.ends_with("/code"));
    let promote =
        |spec: &mut Value| *spec = serde_json::from_str(&spec.to_string().replace("/v7/", "/v8/")).unwrap();
    let field = |spec: &mut Value| {
        spec["components"]["schemas"]["Error"]["properties"]["more"] = json!({"type": "integer"});
    };
    let bearer = |spec: &mut Value| at(spec, "/claim")["security"] = json!([{"bearer": []}]);
    let open = |spec: &mut Value| at(spec, "/code")["security"] = json!([]);
    assert_eq!(advice(&|_| ()), "");
    assert_eq!(advice(&field), "0.3.2 (a patch release): callers need not change their code");
    assert_eq!(
        advice(&promote),
        "0.3.2 (a patch release): released versions fail at run time, but callers need not change their code"
    );
    // The wrapper moves to the type with a token, or to the one without.
    assert_eq!(
        advice(&bearer),
        "0.4.0 (a minor release): callers may have to change their code, because cliClaim now requires credentials"
    );
    assert_eq!(
        advice(&open),
        "0.4.0 (a minor release): callers may have to change their code, because cliCode no longer requires credentials"
    );
    let removed = "callers may have to change their code, because cliCode is removed";
    assert_eq!(advice(&code), format!("0.4.0 (a minor release): {removed}"));
    checkout.write("Cargo.toml", "[package]\nversion = \"1.4.2\"\n");
    assert_eq!(advice(&code), format!("2.0.0 (a major release): {removed}"));
}
