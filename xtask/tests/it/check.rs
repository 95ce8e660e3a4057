//! `cargo xtask check`: it reports every stale file and every violated rule.

use crate::support::{Checkout, assert_golden};
use xtask::output::{Color, Exit, Output};

#[test]
fn the_generated_files_of_this_repository_are_up_to_date() {
    let exit =
        xtask::check::run(&xtask::Repository::find().unwrap(), &mut Output::stdout(Color::Never)).unwrap();
    assert_eq!(exit, Exit::Clean, "run `cargo xtask check` to see why");
}

/// Changes one byte in the middle of a line of text.
fn flip(text: &str) -> String {
    let at = text.find("The ").map_or(text.len() - 1, |at| at + 1);
    format!("{}X{}", &text[..at], &text[at + 1..])
}

#[test]
fn a_one_byte_change_of_any_generated_file_makes_it_stale() {
    for path in ["src/generated/client.rs", "docs/reference/auth.md", "openapi.json"] {
        let checkout = Checkout::of_repository();
        let fresh = checkout.read(path);
        checkout.write(path, &flip(&fresh));
        let (exit, printed) = checkout.check();
        assert_eq!(exit, Ok(Exit::Stale), "{path}");
        // If the specification changes, the files that are generated from it are stale.
        if path != "openapi.json" {
            assert!(printed.starts_with(&format!("stale: {path}\n--- {path}\n")), "{printed}");
        }
        assert!(printed.ends_with("to update, run: cargo xtask regenerate\n"), "{printed}");
        assert_eq!(checkout.regenerate(None).0, Ok(Exit::Clean));
        assert_eq!(checkout.check().0, Ok(Exit::Clean));
        assert_eq!(checkout.read(path) == fresh, path != "openapi.json");
    }
}

#[test]
fn a_specification_that_is_not_in_canonical_form_is_stale() {
    let checkout = Checkout::of_fixture();
    let canonical = checkout.read("openapi.json");
    checkout.write("openapi.json", &format!("{canonical}\n"));
    let (exit, printed) = checkout.check();
    assert_eq!(exit, Ok(Exit::Stale));
    assert!(printed.starts_with("stale: openapi.json\n"), "{printed}");
    checkout.regenerate(None).0.unwrap();
    assert_eq!(checkout.read("openapi.json"), canonical);
}

#[test]
fn all_stale_files_are_reported_and_missing_ones_too() {
    let checkout = Checkout::of_fixture();
    std::fs::remove_file(checkout.path("src/generated/client.rs")).unwrap();
    let page = checkout.read("docs/reference/auth.md");
    checkout.write("docs/reference/auth.md", &page.replace("Park a token", "Park it"));
    let (exit, printed) = checkout.check();
    assert_eq!(exit, Ok(Exit::Stale));
    let (_, printed) = printed.split_once(" more lines)\n").unwrap();
    assert_golden("stale.txt", printed);
}

#[test]
fn a_violated_rule_takes_precedence_over_a_stale_file() {
    let checkout = Checkout::of_fixture();
    checkout.write("docs/reference/auth.md", "nothing\n");
    let client = checkout.read("src/client.rs").replace("#[doc(alias = \"cliClaim\")]", "");
    checkout.write("src/client.rs", &client);
    assert_eq!(checkout.check().0, Ok(Exit::ActionRequired));
}

#[test]
fn a_violated_rule_is_reported_with_advice() {
    let session = |from: &str, to: &str| {
        let checkout = Checkout::of_fixture();
        let text = checkout.read("src/session.rs");
        assert!(text.contains(from));
        checkout.write("src/session.rs", &text.replace(from, to));
        let (exit, printed) = checkout.check();
        assert_eq!(exit, Ok(Exit::ActionRequired), "{printed}");
        let to_do = printed.lines().find_map(|line| line.strip_prefix("to-do: ")).unwrap();
        to_do.to_owned()
    };
    assert_eq!(
        session("#[doc(alias = \"cliCode\")]", ""),
        "operation cliCode has no wrapper; add a method to Session in src/session.rs that has its name or \
         #[doc(alias = \"cliCode\")] and names its retry class; also add a route to test-server/src/routes.rs and a call \
         with planted secrets to tests/it/support.rs; see \"Add an operation\" in CONTRIBUTING.md"
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
fn an_operation_missing_from_the_test_server_or_the_tests_violates_a_rule() {
    for (file, addition) in
        [("test-server/src/routes.rs", "a route"), ("tests/it/support.rs", "a call with planted secrets")]
    {
        let checkout = Checkout::of_workspace();
        let text = checkout.read(file).replace("\"logout\"", "\"log_out\"");
        checkout.write(file, &text);
        let (exit, printed) = checkout.check();
        assert_eq!(exit, Ok(Exit::ActionRequired), "{printed}");
        assert_eq!(printed, format!("to-do: {file} does not name operation logout; add {addition}\n"));
    }
}

#[test]
fn sources_that_are_not_rust_cannot_be_checked() {
    let checkout = Checkout::of_fixture();
    checkout.write("src/session.rs", "fn x( {}\n");
    let (exit, _) = checkout.check();
    assert!(exit.unwrap_err().starts_with("src/session.rs is not Rust: line 1, column "));
}
