//! `cargo xtask check`: whatever is stale or broken is found, and named.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use support::{Copy, assert_golden};
use xtask::screen::Exit;

/// Changes one byte in the middle of a line of text.
fn flip(text: &str) -> String {
    let at = text.find("The ").map_or(text.len() - 1, |at| at + 1);
    format!("{}X{}", &text[..at], &text[at + 1..])
}

#[test]
fn a_one_byte_change_of_any_derived_file_makes_it_stale() {
    for path in ["src/generated/client.rs", "docs/reference/auth.md", "openapi.json"] {
        let copy = Copy::of_ours();
        let fresh = copy.read(path);
        copy.write(path, &flip(&fresh));
        let (exit, printed) = copy.check();
        assert_eq!(exit, Ok(Exit::Stale), "{path}");
        // What is stale beside a changed specification is what derives from it.
        if path != "openapi.json" {
            assert!(printed.starts_with(&format!("stale: {path}\n--- {path}\n")), "{printed}");
        }
        assert!(printed.ends_with("to update, run: cargo xtask regenerate\n"), "{printed}");
        assert_eq!(copy.regenerate(None).0, Ok(Exit::Clean));
        assert_eq!(copy.check().0, Ok(Exit::Clean));
        assert_eq!(copy.read(path) == fresh, path != "openapi.json");
    }
}

#[test]
fn a_specification_that_is_not_in_canonical_form_is_stale() {
    let copy = Copy::of_fixture();
    let canonical = copy.read("openapi.json");
    copy.write("openapi.json", &format!("{canonical}\n"));
    let (exit, printed) = copy.check();
    assert_eq!(exit, Ok(Exit::Stale));
    assert!(printed.starts_with("stale: openapi.json\n"), "{printed}");
    copy.regenerate(None).0.unwrap();
    assert_eq!(copy.read("openapi.json"), canonical);
}

#[test]
fn all_stale_files_are_reported_and_missing_ones_too() {
    let copy = Copy::of_fixture();
    std::fs::remove_file(copy.path("src/generated/client.rs")).unwrap();
    let page = copy.read("docs/reference/auth.md");
    copy.write("docs/reference/auth.md", &page.replace("Park a token", "Park it"));
    let (exit, printed) = copy.check();
    assert_eq!(exit, Ok(Exit::Stale));
    let (_, printed) = printed.split_once(" more lines)\n").unwrap();
    assert_golden("stale.txt", printed);
}

#[test]
fn a_broken_rule_wins_over_a_stale_file() {
    let copy = Copy::of_fixture();
    copy.write("docs/reference/auth.md", "nothing\n");
    let client = copy.read("src/client.rs").replace("#[doc(alias = \"cliClaim\")]", "");
    copy.write("src/client.rs", &client);
    assert_eq!(copy.check().0, Ok(Exit::Person));
}

#[test]
fn a_broken_rule_is_said_with_what_to_do() {
    let session = |from: &str, to: &str| {
        let copy = Copy::of_fixture();
        let text = copy.read("src/session.rs");
        assert!(text.contains(from));
        copy.write("src/session.rs", &text.replace(from, to));
        let (exit, printed) = copy.check();
        assert_eq!(exit, Ok(Exit::Person), "{printed}");
        let broken = printed.lines().find_map(|line| line.strip_prefix("broken: ")).unwrap();
        broken.to_owned()
    };
    assert_eq!(
        session("#[doc(alias = \"cliCode\")]", ""),
        "operation cliCode has no wrapper; add a method to Session in src/session.rs that has its name or \
         #[doc(alias = \"cliCode\")], and names its retry class, a route to test-server/src/routes.rs, and a call with \
         planted secrets to tests/it/support.rs; see \"Add an operation\" in CONTRIBUTING.md"
    );
    assert_eq!(
        session(
            "#[doc(alias = \"cliCode\")]",
            "#[doc(alias = \"cliTransfer\")]\n    #[doc(alias = \"cliCode\")]"
        ),
        "operation cliTransfer is wrapped 2 times (Session::transfer_token, Session::mint_code); keep one"
    );
    assert_eq!(
        session("call(&api, Retry::Idempotent, || api.logout())", "call(&api, class(), || api.logout())"),
        "Session::logout in src/session.rs names no retry class; pass one of Retry to transport::call"
    );
    assert_eq!(
        session("call(&api, Retry::Mint, || api.cli_code())", "call(&api, class(), || api.cli_code())"),
        "Session::mint_code in src/session.rs names no retry class; pass one of Retry to transport::call"
    );
    assert_eq!(
        session(
            "call(&api, Retry::Mint, || api.cli_code())",
            "call(&api, if x { Retry::Mint } else { Retry::Never }, || api.cli_code())"
        ),
        "Session::mint_code in src/session.rs names 2 retry classes (Mint, Never); an operation has one"
    );
}

#[test]
fn an_operation_that_the_test_server_or_the_tests_do_not_know_breaks_a_rule() {
    for (file, what) in
        [("test-server/src/routes.rs", "a route"), ("tests/it/support.rs", "a call with planted secrets")]
    {
        let copy = Copy::of_workspace();
        let text = copy.read(file).replace("\"logout\"", "\"log_out\"");
        copy.write(file, &text);
        let (exit, printed) = copy.check();
        assert_eq!(exit, Ok(Exit::Person), "{printed}");
        assert_eq!(printed, format!("broken: {file} does not name operation logout; add {what}\n"));
    }
}

#[test]
fn sources_that_are_not_rust_cannot_be_checked() {
    let copy = Copy::of_fixture();
    copy.write("src/session.rs", "fn x( {}\n");
    let (exit, _) = copy.check();
    assert!(exit.unwrap_err().starts_with("src/session.rs is not Rust: line 1, column "));
}
