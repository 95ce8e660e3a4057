//! The command: its options, its exit codes and its errors.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::fixture::{DOCUMENT, Directory, command};

#[test]
fn equal_documents_exit_with_0() {
    let directory = Directory::of(&[("a.json", DOCUMENT)]);
    for format in ["text", "json", "markdown", "github", "sarif"] {
        let run = directory.run(&["a.json", "a.json", "--format", format]);
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{format}");
    }
    for level in ["breaking", "additive", "docs", "never"] {
        assert_eq!(directory.run(&["a.json", "a.json", "--fail-on", level]).code, Some(0), "{level}");
    }
}

#[test]
fn errors_go_to_standard_error_in_every_format() {
    let directory = Directory::of(&[("a.json", DOCUMENT)]);
    for format in ["text", "json", "markdown", "github", "sarif"] {
        assert_eq!(
            directory.run(&["a.json", "b.json", "--format", format]).error(),
            "no file \"b.json\" exists, and it is neither a URL nor REV:PATH, such as main:openapi.yaml"
        );
    }
    assert_eq!(
        directory.run(&["a.json", ""]).error(),
        "an argument is empty; name a file, a URL, REV:PATH in git, or - for standard input"
    );
    assert_eq!(directory.run(&["-", "-"]).error(), "only one of the two documents can be standard input");
    assert_eq!(
        directory.run(&["--explain", "nope"]).error(),
        "unknown rule \"nope\"; --list prints all rules"
    );
    let error = directory.run(&["a.json", "a.json", "--accept", "missing.toml"]).error();
    assert!(error.contains("missing.toml"), "{error}");
}

#[test]
fn usage_errors_exit_with_2() {
    let directory = Directory::of(&[("a.json", DOCUMENT)]);
    for arguments in [
        &[][..],
        &["a.json"],
        &["a.json", "a.json", "a.json"],
        &["a.json", "a.json", "--format", "xml"],
        &["a.json", "a.json", "--fail-on", "some"],
        &["a.json", "a.json", "--nope"],
        &["a.json", "a.json", "--tag", ""],
        &["a.json", "a.json", "--rust=other"],
        &["a.json", "a.json", "--list"],
        &["a.json", "a.json", "--explain", "x"],
    ] {
        let run = directory.run(arguments);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(run.stderr.starts_with("error: "), "{}", run.stderr);
    }
}

#[test]
fn a_report_names_the_selection() {
    let document =
        r#"{"openapi": "3.0.3", "paths": {"/pets": {"get": {"tags": ["pets"], "responses": {}}}}}"#;
    let directory = Directory::of(&[("a.json", document)]);
    let note = "selection: only operations with the tag pets and that are not internal are reported";
    for format in ["text", "json", "markdown", "github", "sarif"] {
        let arguments = ["a.json", "a.json", "--tag", "pets", "--exclude-internal", "--format", format];
        let run = directory.run(&arguments);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        let text = if format == "json" { note.trim_start_matches("selection: ") } else { note };
        assert!(run.stdout.contains(text), "{}", run.stdout);
        assert!(!directory.run(&["a.json", "a.json", "--format", format]).stdout.contains("selection"));
    }
}

#[test]
fn help_lists_the_exit_codes() {
    let run = Directory::new().run(&["--help"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    assert!(run.stdout.contains("2  the documents could not be compared"), "{}", run.stdout);
    assert!(run.stdout.contains("Usage: openapi-drift [OPTIONS] <OLD> <NEW>"), "{}", run.stdout);
}

#[cfg(not(feature = "progenitor"))]
#[test]
fn rust_clients_need_a_feature() {
    let directory = Directory::of(&[("a.json", DOCUMENT)]);
    for option in ["--rust", "--rust=positional", "--rust=builder"] {
        let error = directory.run(&["a.json", "a.json", option]).error();
        assert!(error.ends_with("cargo install openapi-drift --features progenitor"), "{error}");
        // The following documents are not its value.
        assert_eq!(directory.run(&[option, "a.json", "a.json"]).error(), error);
    }
}

#[test]
fn a_closed_pipe_is_not_an_error() {
    let directory = Directory::of(&[("a.json", DOCUMENT)]);
    for arguments in [&["--list"][..], &["--help"], &["a.json", "a.json"]] {
        let mut child = command(&directory.path(""), arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{arguments:?}");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let directory = Directory::of(&[("a.json", DOCUMENT)]);
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output = command(&directory.path(""), &["a.json", "a.json"]).stdout(full).output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(error.starts_with("error: cannot write the report: No space left on device"), "{error}");
}

#[test]
fn quoted_text_in_errors_is_sanitized() {
    let hostile = "\u{1b}[2J\u{202e}\r\n::error::x ##[error]x ##vso[x]";
    let key = serde_json::to_string(hostile).unwrap();
    let reference =
        serde_json::json!({"openapi": "3.0.3", "paths": {hostile: {"$ref": format!("{hostile}.json")}}});
    let directory = Directory::of(&[
        ("a.json", DOCUMENT),
        ("key.json", &format!("{{{key}: 1, {key}: 2}}")),
        ("reference.json", &reference.to_string()),
        ("tag.yaml", "a: !\u{202e}x 1\n"),
    ]);
    let mut errors = vec![directory.run(&[hostile, "a.json"]).error()];
    for name in ["key.json", "reference.json", "tag.yaml"] {
        errors.push(directory.run(&["a.json", name]).error());
    }
    for error in errors {
        assert!(error.chars().all(|it| !it.is_control() && it != '\u{202e}'), "{error:?}");
        assert!(!error.contains("##") && !error.starts_with("::"), "{error:?}");
    }
}

#[test]
fn deep_documents_are_compared() {
    let schema = format!("{}{{}}{}", "{\"not\":".repeat(900), "}".repeat(900));
    let deep = DOCUMENT
        .replace("\"paths\"", &format!("\"components\": {{\"schemas\": {{\"A\": {schema}}}}}, \"paths\""));
    let directory = Directory::of(&[("deep.json", &deep), ("a.json", DOCUMENT)]);
    let mut child = command(&directory.path(""), &["deep.json", "a.json", "--fail-on", "never"])
        .stdout(Stdio::piped())
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().count();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(lines > 0);
}
