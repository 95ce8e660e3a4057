//! The program as a process: the checkout that it uses, concurrent and interrupted runs, and its errors.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::Checkout;

/// Runs the program. `xtask` is the package directory that cargo sets in the environment.
fn program(xtask: Option<&Path>, directory: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.env_remove("CARGO_MANIFEST_DIR").current_dir(directory).args(arguments);
    xtask.map(|xtask| command.env("CARGO_MANIFEST_DIR", xtask));
    command.output().unwrap()
}

/// Runs the program as cargo does in another checkout.
fn run_in(checkout: &Checkout, arguments: &[&str]) -> Output {
    program(Some(&checkout.path("xtask")), &checkout.path(""), arguments)
}

fn error(output: &Output) -> String {
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Makes the reference page stale, so that `regenerate` has something to write.
fn make_stale(checkout: &Checkout) {
    checkout.write("docs/reference/auth.md", "stale\n");
}

#[test]
fn the_working_directory_chooses_the_checkout_without_cargo() {
    let (first, second) = (Checkout::of_workspace(), Checkout::of_workspace());
    make_stale(&first);
    make_stale(&second);
    let output = program(None, &first.path("src"), &["regenerate"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let printed = String::from_utf8(output.stdout).unwrap();
    let root = fs::canonicalize(first.path("")).unwrap();
    assert!(
        printed.starts_with(&format!("in {}:\nwrote docs/reference/auth.md\n", root.display())),
        "{printed}"
    );
    // A program that used the location of its build would not find this checkout.
    assert_eq!(second.read("docs/reference/auth.md"), "stale\n");
    assert_eq!(program(None, &first.path(""), &["check"]).status.code(), Some(0));
    assert_eq!(program(None, &second.path(""), &["check"]).status.code(), Some(4));
}

#[test]
fn cargo_chooses_the_checkout_whatever_the_working_directory_is() {
    let (first, second) = (Checkout::of_workspace(), Checkout::of_workspace());
    make_stale(&first);
    make_stale(&second);
    let output = program(Some(&first.path("xtask")), &second.path(""), &["regenerate"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_ne!(first.read("docs/reference/auth.md"), "stale\n");
    assert_eq!(second.read("docs/reference/auth.md"), "stale\n");
}

#[test]
fn a_directory_without_a_specification_is_refused() {
    let checkout = Checkout::of_workspace();
    fs::remove_file(checkout.path("openapi.json")).unwrap();
    let text = error(&program(Some(&checkout.path("xtask")), &checkout.path(""), &["check"]));
    assert!(text.contains("has no openapi.json; run this command in a checkout that has one"), "{text}");
    let folder = tempfile::tempdir().unwrap();
    let text = error(&program(None, folder.path(), &["check"]));
    assert!(text.contains("is not in a checkout with an xtask"), "{text}");
}

#[test]
fn a_second_regenerate_at_the_same_time_is_refused() {
    let checkout = Checkout::of_workspace();
    make_stale(&checkout);
    fs::create_dir_all(checkout.path("target")).unwrap();
    let lock = fs::File::create(checkout.path("target/xtask.lock")).unwrap();
    lock.lock().unwrap();
    let text = error(&program(None, &checkout.path(""), &["regenerate"]));
    assert!(text.contains("another cargo xtask regenerate is running in "), "{text}");
    assert_eq!(checkout.read("docs/reference/auth.md"), "stale\n");
    // `check` only reads, so it needs no lock.
    assert_eq!(program(None, &checkout.path(""), &["check"]).status.code(), Some(4));
    drop(lock);
    assert_eq!(program(None, &checkout.path(""), &["regenerate"]).status.code(), Some(0));
}

#[test]
fn an_interrupted_run_leaves_nothing_and_the_next_one_repeats_the_to_dos() {
    let checkout = Checkout::of_workspace();
    let mut spec = checkout.spec();
    let fields = &mut spec["components"]["schemas"]["CliTokenResponse"];
    fields["properties"]["expires_in"] = serde_json::json!({"type": "integer"});
    fields["required"] = serde_json::json!(["token", "expires_in"]);
    let before = checkout.read("openapi.json");
    let (_, first) = checkout.regenerate_from(&spec);
    // Simulates a run that was killed before it wrote the last file, which is the specification.
    checkout.write("openapi.json", &before);
    for name in [".xtask-abc123", "src/generated/.xtask-abc123", "docs/reference/.xtask-abc123"] {
        checkout.write(name, "half");
    }
    let (_, second) = checkout.regenerate_from(&spec);
    let to_dos = |text: &str| {
        text.lines().filter(|line| line.starts_with("to-do: ")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert!(!to_dos(&first).is_empty(), "{first}");
    assert_eq!(to_dos(&first), to_dos(&second));
    for name in [".xtask-abc123", "src/generated/.xtask-abc123", "docs/reference/.xtask-abc123"] {
        assert!(!checkout.path(name).exists(), "{name}");
    }
}

#[test]
fn an_error_goes_to_standard_error_in_every_format() {
    let checkout = Checkout::of_repository();
    checkout.write("new.json", "{\"openapi\": \"\\u001b[31m3\\n::error::x\", \"paths\": {}}");
    let new = checkout.path("new.json").to_string_lossy().into_owned();
    for format in ["text", "json", "markdown", "github", "sarif"] {
        let output = run_in(&checkout, &["drift", "--against", &new, "--format", format]);
        let (out, error) =
            (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        assert_eq!((output.status.code(), out.as_str()), (Some(2), ""), "{error}");
        assert!(error.starts_with("error: cannot compare ") && error.ends_with('\n'), "{error}");
        // Text of the document must not act on a terminal or in a log.
        assert!(error.lines().count() == 1 && !error.contains('\u{1b}'), "{error}");
    }
}

#[test]
fn a_cached_program_uses_the_checkout_it_runs_in() {
    let checkout = Checkout::of_repository();
    assert_eq!(run_in(&checkout, &["check"]).status.code(), Some(0));
    checkout.write("docs/reference/auth.md", "nothing\n");
    assert_eq!(run_in(&checkout, &["check"]).status.code(), Some(4));
}
