//! `cargo xtask drift` as a whole: its reports, its exit codes, the published page, and what only this repository knows.

use crate::support::{Copy, Outcome, assert_golden, full, operations, to_yaml};
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
        assert_eq!(printed, "no differences between openapi.json and new.json\n");
    }
}

/// The operation at the end of a path.
fn at<'s>(spec: &'s mut Value, end: &str) -> &'s mut Value {
    operations(spec).into_iter().find(|(path, _)| path.ends_with(end)).unwrap().1
}

/// The notes on a report, as `label: text`.
fn notes(report: &Value) -> Vec<String> {
    let note =
        |note: &Value| format!("{}: {}", note["label"].as_str().unwrap(), note["text"].as_str().unwrap());
    report["notes"].as_array().unwrap().iter().map(note).collect()
}

fn json_report(copy: &Copy, new: &Value) -> Value {
    serde_json::from_str(&against(copy, new, Format::Json).1).unwrap()
}

#[test]
fn an_operation_that_leaves_the_selection_is_reported_as_moved() {
    for (change, id, level, after) in [
        (json!({"tags": ["builds"]}), "operation-left-subset", "docs", "tag builds"),
        (json!({"x-internal": true}), "operation-became-internal", "breaking", "tag auth, internal"),
    ] {
        let copy = Copy::of_fixture();
        let mut spec = copy.spec();
        at(&mut spec, "/code").as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let report = json_report(&copy, &spec);
        let findings = report["findings"].as_array().unwrap();
        let moved = findings.iter().find(|it| it["id"] == id).unwrap();
        assert_eq!((&moved["operation"], &moved["level"]), (&json!("cliCode"), &json!(level)));
        assert_eq!((&moved["before"], &moved["after"]), (&json!("tag auth"), &json!(after)));
        assert!(findings.iter().all(|it| it["id"] != "operation-removed"), "{report:#}");
        // Callers of this crate lose the wrapper, which is a release of its own and work for a maintainer.
        let notes = notes(&report);
        assert!(notes.iter().any(|it| it.starts_with("version: 0.4.0 (a minor release): ")), "{notes:?}");
        assert!(notes.iter().any(|it| it.starts_with("to-do: Session::mint_code in src/session.rs ")));

        // And back again.
        let source = copy.write("old.json", &spec.to_string());
        let new = copy.write("new.json", &copy.spec().to_string());
        let (exit, printed) = copy.drift(&Options { spec: Some(source), against: Some(new), ..options() });
        assert_eq!(exit, Ok(Exit::Clean));
        assert!(printed.contains("[operation-entered-subset]"), "{printed}");
    }
}

#[test]
fn a_promotion_is_one_finding_that_names_the_operations() {
    let copy = Copy::of_fixture();
    let full = full(&copy.spec());
    // Another operation moves elsewhere at the same time.
    let mut new: Value = serde_json::from_str(&full.to_string().replace("/v7/", "/v8/")).unwrap();
    let other = new["paths"].as_object_mut().unwrap().remove("/v8/auth/cli/other/0").unwrap();
    new["paths"]["/v8/others"] = other;
    for old in [copy.spec(), full] {
        let source = copy.write("old.json", &old.to_string());
        let new = copy.write("new.json", &new.to_string());
        let options = Options { spec: Some(source), against: Some(new), format: Format::Json, ..options() };
        let (exit, printed) = copy.drift(&options);
        assert_eq!(exit, Ok(Exit::Person));
        let report: Value = serde_json::from_str(&printed).unwrap();
        let findings = report["findings"].as_array().unwrap();
        assert_eq!(findings.len(), 1, "{printed}");
        assert_eq!(findings[0]["id"], "path-prefix-changed");
        assert_eq!(
            findings[0]["operations"],
            json!(["cliClaim", "cliCode", "cliRedeem", "cliTransfer", "logout"])
        );
        assert_eq!((&findings[0]["before"], &findings[0]["after"]), (&json!("/v7/"), &json!("/v8/")));
        // Regenerating is all that has to be done.
        assert_eq!(
            notes(&report),
            [
                "version: 0.3.2 (a patch release): released versions break on the wire, but callers' code stays as it is"
            ]
        );
    }
}

#[test]
fn what_a_maintainer_has_to_do_fails_nobody() {
    let copy = Copy::of_fixture();
    let mut spec = copy.spec();
    let token = &mut spec["components"]["schemas"]["CliTokenResponse"]["properties"];
    token["refresh_token"] = json!({"type": "string"});
    let source = copy.write("new.json", &spec.to_string());
    for format in [Format::Text, Format::Json, Format::Markdown, Format::Github, Format::Sarif] {
        let (exit, printed) = copy.drift(&Options { against: Some(source.clone()), format, ..options() });
        assert_eq!(exit, Ok(Exit::Clean), "{printed}");
        assert!(printed.contains("to-do"), "{printed}");
        assert!(printed.contains("CliTokenResponse.refresh_token"), "{printed}");
    }
    let report = json_report(&copy, &spec);
    assert_eq!((&report["verdict"], &report["rust"]), (&json!("additive"), &Value::Null));
    let undecided = "to-do: field CliTokenResponse.refresh_token: this field looks secret; add \
                     \"CliTokenResponse.refresh_token\" to `secret` in build/secrets.rs";
    assert!(notes(&report).iter().any(|it| it.starts_with(undecided)), "{report:#}");

    // A secret that is gone is one to-do, whatever the change is for callers.
    let mut spec = copy.spec();
    let properties = &mut spec["components"]["schemas"]["CliTokenResponse"]["properties"];
    properties.as_object_mut().unwrap().remove("token");
    let lost =
        notes(&json_report(&copy, &spec)).into_iter().filter(|it| it.contains("CliTokenResponse.token:"));
    assert_eq!(
        lost.collect::<Vec<_>>(),
        [
            "to-do: schema CliTokenResponse.token: this secret is gone from the document; remove or rename its row of \
             SECRETS in build/secrets.rs [mark-secrets]"
        ]
    );
}

#[test]
fn a_component_that_others_use_too_names_our_wrappers() {
    let copy = Copy::of_fixture();
    let mut old = copy.spec();
    for number in 0..20 {
        let mut other = at(&mut old, "/claim").clone();
        other["operationId"] = json!(format!("build{number}"));
        other["tags"] = json!(["builds"]);
        old["paths"][format!("/v7/builds/{number}")] = json!({ "post": other });
    }
    let mut new = old.clone();
    new["components"]["schemas"]["Error"]["properties"]["error"]["required"] = json!([]);
    let source = copy.write("old.json", &old.to_string());
    let new = copy.write("new.json", &new.to_string());
    let (_, printed) = copy.drift(&Options { spec: Some(source), against: Some(new), ..options() });
    assert!(printed.starts_with("schema Error, used by cliClaim, cliRedeem\n"), "{printed}");
    assert!(printed.contains("wrapper: Client::claim_token in src/client.rs"), "{printed}");
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
        for (text, message) in [
            (
                "{\"openapi\": \"4.0.0\", \"paths\": {}}",
                "cannot compare openapi.json with new.json: the new document: OpenAPI 4.0.0 is not supported",
            ),
            (
                "{\"swagger\": \"2.0\"}",
                "cannot compare openapi.json with new.json: the new document: this is a Swagger 2.0 document",
            ),
            ("{", "cannot use new.json: "),
            ("[]", "cannot use new.json: it is a list"),
        ] {
            let source = copy.write("new.json", text);
            let options = Options { against: Some(source), whole, fail_on: Some(FailOn::Never), ..options() };
            let error = copy.drift(&options).0.unwrap_err();
            assert!(error.starts_with(message), "{error}");
        }
    }
    for (argument, message) in [
        ("", "an argument is empty"),
        ("no-such-thing", "cannot read no-such-thing:openapi.json: "),
        ("no/such/file.json", "cannot read no/such/file.json:openapi.json: "),
    ] {
        let error = copy.drift(&Options { against: Some(argument.to_owned()), ..options() }).0.unwrap_err();
        assert!(error.starts_with(message), "{error}");
    }
    let both = Options { spec: Some("-".to_owned()), against: Some("-".to_owned()), ..options() };
    assert_eq!(copy.drift(&both).0.unwrap_err(), "standard input can be only one of the two documents");
}

#[test]
fn the_document_of_another_api_is_not_compared() {
    let copy = Copy::of_fixture();
    let other = copy.write("other.json", "{\"openapi\": \"3.0.3\", \"paths\": {}}");
    let ours = copy.path("openapi.json").to_string_lossy().into_owned();
    let one = "other.json has no public operation with the tag \"auth\"; is it the right document?";
    let both = "no operation of either document has the tag \"auth\"";
    for (old, new, cause) in [(&ours, &other, one), (&other, &ours, one), (&other, &other, both)] {
        let options = Options { spec: Some(old.clone()), against: Some(new.clone()), ..options() };
        let error = copy.drift(&options).0.unwrap_err();
        assert!(error.starts_with("cannot compare ") && error.ends_with(cause), "{error}");
    }
    // Operations that are all somewhere else now are still those of the right one.
    let moved: Value =
        serde_json::from_str(&copy.spec().to_string().replace("[\"auth\"]", "[\"login\"]")).unwrap();
    let (exit, printed) = against(&copy, &moved, Format::Text);
    assert_eq!(exit, Ok(Exit::Clean));
    assert_eq!(printed.matches("[operation-left-subset]").count(), 5, "{printed}");
    let moved = copy.write("old.json", &moved.to_string());
    let (exit, printed) = copy.drift(&Options { spec: Some(moved), against: Some(ours), ..options() });
    assert_eq!(exit, Ok(Exit::Clean));
    assert_eq!(printed.matches("[operation-entered-subset]").count(), 5, "{printed}");
    assert!(printed.contains("is now among the selected operations and gets a wrapper\n"), "{printed}");
}

/// Runs the program as cargo does in another checkout.
fn program(checkout: &Copy, arguments: &[&str]) -> std::process::Output {
    std::process::Command::new(env!("CARGO_BIN_EXE_xtask"))
        .env("CARGO_MANIFEST_DIR", checkout.path("xtask"))
        .args(arguments)
        .output()
        .unwrap()
}

#[test]
fn an_error_goes_to_standard_error_in_every_format() {
    let copy = Copy::of_ours();
    copy.write("new.json", "{\"openapi\": \"\\u001b[31m3\\n::error::x\", \"paths\": {}}");
    let new = copy.path("new.json").to_string_lossy().into_owned();
    for format in ["text", "json", "markdown", "github", "sarif"] {
        let output = program(&copy, &["drift", "--against", &new, "--format", format]);
        let (out, error) =
            (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        assert_eq!((output.status.code(), out.as_str()), (Some(2), ""), "{error}");
        assert!(error.starts_with("error: cannot compare ") && error.ends_with('\n'), "{error}");
        // What the document says cannot act on a terminal or in a log.
        assert!(error.lines().count() == 1 && !error.contains('\u{1b}'), "{error}");
    }
}

#[test]
fn a_program_from_a_cache_works_on_the_checkout_it_runs_in() {
    let copy = Copy::of_ours();
    assert_eq!(program(&copy, &["check"]).status.code(), Some(0));
    copy.write("docs/reference/auth.md", "nothing\n");
    assert_eq!(program(&copy, &["check"]).status.code(), Some(4));
}

fn page(copy: &Copy, text: &str) -> Outcome {
    let source = copy.write("page.md", text);
    copy.drift(&Options { docs: Some(source), ..options() })
}

const PAGE: &str = include_str!("../fixtures/page.md");

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
fn of_long_texts_the_words_that_differ_are_shown() {
    let copy = Copy::of_fixture();
    let differing = |from: &str, to: &str| {
        let mut spec = copy.spec();
        operations(&mut spec)[0].1["description"] = json!(from);
        let spec = copy.write("spec.json", &spec.to_string());
        let page = copy.write("page.md", &PAGE.replacen("Once.", to, 1));
        copy.drift(&Options { spec: Some(spec), docs: Some(page), ..options() }).1
    };
    let long =
        "The token is parked under the nonce for 60 seconds, and whoever knows the nonce can take it, once.";
    for (to, shown) in [
        (long.replace("60", "90"), "(.. for 60 seconds, .. -> .. for 90 seconds, ..)"),
        (long.replace("The token", "It"), "(The token is .. -> It is ..)"),
        (long.replace(" it, once.", " it."), "(.. take it, once. -> .. take it.)"),
        (long.replace("60 seconds", &"9 ".repeat(60)), "(.. for 60 seconds, and .. -> .. for 9 9"),
    ] {
        let printed = differing(long, &to);
        assert!(printed.contains(shown), "{shown} not in {printed}");
        assert!(printed.lines().all(|line| line.len() < 250), "{printed}");
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

/// The five changes that maintainers meet, each in every format.
#[test]
fn the_reports_of_the_usual_changes_read_well_in_every_format() {
    let copy = Copy::of_fixture();
    let spec = copy.spec();
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
            assert_golden(&format!("drift/{name}.{ending}"), &against(&copy, &new, format).1);
        }
    }
}

#[test]
fn a_document_that_gives_no_client_is_a_to_do() {
    let copy = Copy::of_fixture();
    let mut odd = copy.spec();
    odd["components"]["schemas"]["Error"]["properties"]["odd"] = json!({"type": "strin"});
    let mut newer = copy.spec();
    newer["openapi"] = json!("3.1.0");
    newer["components"]["schemas"]["Error"]["$anchor"] = json!("error");
    for (spec, cause) in [
        (odd, "schema Error: progenitor cannot read this, because: "),
        (newer, "schema Error: OpenAPI 3.0 cannot express the keyword $anchor of a schema"),
    ] {
        let (exit, printed) = against(&copy, &spec, Format::Text);
        assert_eq!(exit, Ok(Exit::Clean), "{printed}");
        let to_do = format!(
            "\nto-do: the effect on Rust code is unknown: no client can be generated from new.json: {cause}"
        );
        assert!(printed.contains(&to_do), "{printed}");
    }
}

fn git(folder: &std::path::Path, arguments: &[&str]) {
    let name = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "protocol.file.allow=always"];
    let status =
        std::process::Command::new("git").current_dir(folder).args(name).args(arguments).status().unwrap();
    assert!(status.success(), "{arguments:?}");
}

#[test]
fn a_pull_request_is_compared_with_where_it_parted() {
    let copy = Copy::of_fixture();
    let root = copy.path("");
    git(&root, &["init", "-q", "-b", "main"]);
    git(&root, &["add", "openapi.json"]);
    git(&root, &["commit", "-qm", "one"]);
    git(&root, &["checkout", "-qb", "work"]);
    let base =
        || copy.drift(&Options { base: Some("main".to_owned()), fail_on: Some(FailOn::Docs), ..options() });
    assert_eq!(base().0, Ok(Exit::Clean));

    // What happens on main meanwhile is not this work's.
    git(&root, &["checkout", "-q", "main"]);
    let fresh = copy.read("openapi.json");
    copy.write("openapi.json", &fresh.replace("Log out", "Sign off"));
    git(&root, &["commit", "-qam", "two"]);
    git(&root, &["checkout", "-q", "work"]);
    assert_eq!(base().0, Ok(Exit::Clean));

    copy.write("openapi.json", &fresh.replace("Park a token", "Park it"));
    let (exit, printed) = base();
    assert_eq!(exit, Ok(Exit::Person));
    assert!(printed.contains("summary changes (Park a token -> Park it)"), "{printed}");
    let options = Options {
        base: Some("main".to_owned()),
        format: Format::Github,
        fail_on: Some(FailOn::Never),
        ..options()
    };
    let (_, printed) = copy.drift(&options);
    let line = copy.read("openapi.json").lines().position(|line| line.contains("Park it")).unwrap() + 1;
    assert!(printed.starts_with(&format!("::notice file=openapi.json,line={line},title=")), "{printed}");
}

#[test]
fn a_pull_request_is_advised_and_judged_by_what_it_began_with() {
    let copy = Copy::of_fixture();
    let root = copy.path("");
    git(&root, &["init", "-q", "-b", "main"]);
    git(&root, &["add", "Cargo.toml", "openapi.json"]);
    git(&root, &["commit", "-qm", "one"]);
    let mut new = copy.spec();
    new["paths"].as_object_mut().unwrap().retain(|path, _| !path.ends_with("/code"));
    copy.write("openapi.json", &new.to_string());
    let base = || copy.drift(&Options { base: Some("main".to_owned()), ..options() }).1;
    assert!(base().contains("version: 0.4.0 (a minor release): "), "{}", base());

    // The advice that was taken is not given again.
    copy.write("Cargo.toml", "[package]\nversion = \"0.4.0\"\n");
    assert!(base().contains("version: 0.4.0 (a minor release): "), "{}", base());

    // What is accepted of the published API need not be in this work.
    copy.write("drift.toml", "[[accepted]]\nid = \"x\"\nfingerprint = \"y\"\nreason = \"We know.\"\n");
    assert!(!base().contains("[stale-acceptance]"), "{}", base());
}

#[test]
fn a_shallow_clone_says_what_to_fetch() {
    let origin = Copy::of_fixture();
    let root = origin.path("");
    git(&root, &["init", "-q", "-b", "main"]);
    git(&root, &["add", "."]);
    git(&root, &["commit", "-qm", "one"]);
    let clone = Copy::of_fixture();
    let target = clone.path("clone");
    let url = format!("file://{}", root.display());
    git(&clone.path(""), &["clone", "-q", "--depth", "1", &url, &target.to_string_lossy()]);
    // The advice can be pasted, whatever the branch was called.
    for base in ["release", "origin/release"] {
        let paper = crate::support::Paper::default();
        let options = Options { base: Some(base.to_owned()), ..options() };
        let error =
            xtask::drift::run(&xtask::Repository::at(&target), &options, &mut paper.screen()).unwrap_err();
        let text = format!("{error:#}");
        let advice = "this clone is shallow; fetch the history first: git fetch --unshallow origin release";
        assert!(text.ends_with(advice), "{text}");
    }
}

#[test]
fn accepted_findings_do_not_count_and_stale_entries_do() {
    let copy = Copy::of_fixture();
    let mut new = copy.spec();
    new["paths"].as_object_mut().unwrap().retain(|path, _| !path.ends_with("/code"));
    // In what several operations share: the report names the first of them.
    new["components"]["schemas"]["CliTokenResponse"]["required"] = json!([]);
    let report: Value = serde_json::from_str(&against(&copy, &new, Format::Json).1).unwrap();
    let breaking = report["findings"].as_array().unwrap().iter().filter(|it| it["level"] == "breaking");
    let mut file = String::new();
    for finding in breaking {
        let operation =
            finding["operation"].as_str().map_or(String::new(), |it| format!("operation = \"{it}\"\n"));
        file += &["[[accepted]]\nid = ", &finding["id"].to_string(), "\nfingerprint = "].concat();
        file += &[&finding["fingerprint"].to_string(), "\nreason = \"We know.\"\n", &operation].concat();
    }
    copy.write("drift.toml", &file);
    let (exit, printed) = against(&copy, &new, Format::Text);
    assert_eq!(exit, Ok(Exit::Clean), "{printed}");
    assert!(printed.contains("accepted: cliCode is removed [operation-removed]: \"We know.\""), "{printed}");

    // An entry is of its operation alone.
    let of_an_operation = "operation = \"cli";
    copy.write("drift.toml", &file.replace(of_an_operation, "operation = \"other"));
    let (exit, printed) = against(&copy, &new, Format::Text);
    assert_eq!(exit, Ok(Exit::Person), "{printed}");
    let stale = printed.matches("[stale-acceptance]").count();
    assert_eq!(stale, file.matches(of_an_operation).count(), "{printed}");

    copy.write("drift.toml", &file);
    let spec = copy.spec();
    let (_, printed) = against(&copy, &spec, Format::Text);
    assert!(printed.contains("[stale-acceptance]"), "{printed}");

    // What the file can say wrong is the library's to tell; here it may also name rules about the page.
    let entry =
        |id: &str| format!("[[accepted]]\nid = \"{id}\"\nfingerprint = \"0\"\nreason = \"We know.\"\n");
    copy.write("drift.toml", &entry("page-summary-differs"));
    assert_eq!(against(&copy, &spec, Format::Text).0, Ok(Exit::Clean));
    let (exit, printed) = page(&copy, PAGE);
    assert_eq!(exit, Ok(Exit::Person));
    assert!(printed.contains("[stale-acceptance]"), "{printed}");
    copy.write("drift.toml", &entry("page-summary"));
    let error = against(&copy, &spec, Format::Text).0.unwrap_err();
    assert!(
        error.starts_with("cannot use drift.toml: [[accepted]] page-summary 0: there is no rule"),
        "{error}"
    );
}

#[test]
fn a_level_can_be_overridden() {
    let copy = Copy::of_fixture();
    let mut spec = copy.spec();
    at(&mut spec, "/claim")["summary"] = json!("Claim it");
    copy.write(
        "drift.toml",
        "[[level]]\nid = \"summary-changed\"\nlevel = \"breaking\"\nreason = \"Shown to users.\"\n",
    );
    let (exit, printed) = against(&copy, &spec, Format::Text);
    assert_eq!(exit, Ok(Exit::Person), "{printed}");
    assert!(printed.contains("level: Shown to users."), "{printed}");
}

#[test]
fn the_version_follows_what_callers_write() {
    let copy = Copy::of_fixture();
    let advice = |change: &dyn Fn(&mut Value)| -> String {
        let mut spec = copy.spec();
        change(&mut spec);
        let (_, printed) = against(&copy, &spec, Format::Text);
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
    assert_eq!(advice(&|_| ()), "");
    assert_eq!(advice(&field), "0.3.2 (a patch release): callers' code stays as it is");
    assert_eq!(
        advice(&promote),
        "0.3.2 (a patch release): released versions break on the wire, but callers' code stays as it is"
    );
    // Its wrapper moves to the type that holds a token.
    assert_eq!(
        advice(&bearer),
        "0.4.0 (a minor release): callers may have to change their code, because cliClaim now needs credentials"
    );
    let removed = "callers may have to change their code, because cliCode is removed";
    assert_eq!(advice(&code), format!("0.4.0 (a minor release): {removed}"));
    copy.write("Cargo.toml", "[package]\nversion = \"1.4.2\"\n");
    assert_eq!(advice(&code), format!("2.0.0 (a major release): {removed}"));
}
