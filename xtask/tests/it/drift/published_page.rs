//! `cargo xtask drift --docs`: the specification is compared with the API's published page.

use serde_json::{Value, json};
use xtask::drift::Options;
use xtask::output::Exit;

use super::options;
use crate::support::{Checkout, Outcome, operations};

pub(super) fn page(checkout: &Checkout, text: &str) -> Outcome {
    let source = checkout.write("page.md", text);
    checkout.drift(&Options { docs: Some(source), ..options() })
}

pub(super) const PAGE: &str = include_str!("../../fixtures/page.md");

#[test]
fn a_page_that_agrees_is_clean() {
    let checkout = Checkout::of_fixture();
    let (exit, printed) = page(&checkout, PAGE);
    assert_eq!(exit, Ok(Exit::Clean), "{printed}");
}

#[test]
fn each_disagreement_of_the_page_is_found_and_named() {
    let checkout = Checkout::of_fixture();
    for (from, to, id, operation) in [
        ("### `cliCode` [#clicode]", "### `cliKode` [#clicode]", "page-operation-missing", "cliCode"),
        ("### `cliCode` [#clicode]", "### `cliKode` [#clicode]", "page-operation-unknown", "cliKode"),
        ("\n`POST /v7/auth/logout`", "\n`POST /v8/auth/logout`", "page-endpoint-differs", "logout"),
        ("\n`POST /v7/auth/logout`", "\n`GET /v7/auth/logout`", "page-endpoint-differs", "logout"),
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
        let (exit, printed) = page(&checkout, &PAGE.replacen(from, to, 1));
        assert_eq!(exit, Ok(Exit::ActionRequired), "{to}");
        assert!(printed.contains(&format!("[{id}]")), "{to}: {printed}");
        assert!(printed.contains(&format!("{operation}: ")), "{to}: {printed}");
    }
}

#[test]
fn the_differing_words_of_long_texts_are_shown() {
    let checkout = Checkout::of_fixture();
    let differing = |from: &str, to: &str| {
        let mut spec = checkout.spec();
        operations(&mut spec)[0].1["description"] = json!(from);
        let spec = checkout.write("spec.json", &spec.to_string());
        let page = checkout.write("page.md", &PAGE.replacen("Once.", to, 1));
        checkout.drift(&Options { spec: Some(spec), docs: Some(page), ..options() }).1
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
    let checkout = Checkout::of_fixture();
    let claim = |change: &dyn Fn(&mut Value)| {
        let mut spec = checkout.spec();
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
        let source = checkout.write("old.json", &spec.to_string());
        let page = checkout.write("page.md", PAGE);
        let (_, printed) = checkout.drift(&Options { spec: Some(source), docs: Some(page), ..options() });
        assert!(printed.contains(&format!("[{id}]")), "{id}: {printed}");
    }
}

#[test]
fn a_page_without_operations_cannot_be_compared() {
    let checkout = Checkout::of_fixture();
    let error = page(&checkout, "# Nothing here\n").0.unwrap_err();
    assert!(error.contains("no section of an operation"), "{error}");
}
