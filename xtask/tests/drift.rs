//! `cargo xtask drift` as a whole: its reports, its exit codes, the published page, and what only a slice knows.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use serde_json::{Value, json};
use support::{Copy, Outcome, assert_golden, full, operations, to_yaml};
use xtask::drift::{FailOn, Format, Options};
use xtask::screen::Exit;

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
fn a_shape_that_progenitor_refuses_leaves_the_verdict_to_the_wire() {
    let copy = Copy::of_fixture();
    let mut spec = copy.spec();
    spec["components"]["schemas"]["Error"]["properties"]["odd"] = json!({"type": "strin"});
    let (exit, printed) = against(&copy, &spec, Format::Text);
    assert_eq!(exit, Ok(Exit::Clean));
    assert!(printed.contains("[response-property-added]"), "{printed}");
    assert!(
        printed.contains(
            "the verdict stands on the wire alone: no client can be generated from the new one: schema Error: progenitor \
             cannot read this, because: "
        ),
        "{printed}"
    );
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
    assert!(base().contains("version: minor release (0.4.0): "), "{}", base());

    // The advice that was taken is not given again.
    copy.write("Cargo.toml", "[package]\nversion = \"0.4.0\"\n");
    assert!(base().contains("version: minor release (0.4.0): "), "{}", base());

    // What is accepted of the published API need not be in this work.
    copy.write("drift.toml", "[[accepted]]\nid = \"x\"\nfingerprint = \"y\"\nreason = \"We know.\"\n");
    assert!(!base().contains("[accepted-nothing]"), "{}", base());
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
    let paper = support::Paper::default();
    let options = Options { base: Some("release".to_owned()), ..options() };
    let error =
        xtask::drift::run(&xtask::Repository::at(&target), &options, &mut paper.screen()).unwrap_err();
    let text = format!("{error:#}");
    assert!(
        text.contains("this clone is shallow; fetch the history first: git fetch --unshallow origin release"),
        "{text}"
    );
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
    assert!(
        printed.contains("accepted: cliCode is removed [operation-removed], since We know."),
        "{printed}"
    );

    // An entry is of its operation alone.
    let of_an_operation = "operation = \"cli";
    copy.write("drift.toml", &file.replace(of_an_operation, "operation = \"other"));
    let (exit, printed) = against(&copy, &new, Format::Text);
    assert_eq!(exit, Ok(Exit::Person), "{printed}");
    let stale = printed.matches("[accepted-nothing]").count();
    assert_eq!(stale, file.matches(of_an_operation).count(), "{printed}");

    copy.write("drift.toml", &file);
    let spec = copy.spec();
    let (_, printed) = against(&copy, &spec, Format::Text);
    assert!(printed.contains("[accepted-nothing]"), "{printed}");

    for (text, reason) in [
        ("[[accepted]]\nid = \"x\"\nfingerprint = \"y\"\nreason = \" \"\n", "has no reason; give one"),
        ("[[accepted]]\nid = \"x\"\n", "missing field"),
        ("[[accept]]\n", "unknown field"),
        ("accepted = [", "drift.toml is not right"),
    ] {
        copy.write("drift.toml", text);
        let error = against(&copy, &spec, Format::Text).0.unwrap_err();
        assert!(error.contains(reason), "{error}");
    }
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
    assert_eq!(advice(&|_| ()), "");
    assert_eq!(advice(&field), "patch release (0.3.2): callers' code stays as it is");
    let on_the_wire =
        "patch release (0.3.2): released versions break on the wire, but callers' code stays as it is";
    assert_eq!(advice(&promote), on_the_wire);
    assert_eq!(
        advice(&code),
        "minor release (0.4.0): cliCode is removed, which may change what callers write"
    );
    copy.write("Cargo.toml", "[package]\nversion = \"1.4.2\"\n");
    assert_eq!(
        advice(&code),
        "major release (2.0.0): cliCode is removed, which may change what callers write"
    );
}
