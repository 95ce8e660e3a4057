//! Tests that JSON pointers are mapped to lines.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::HashMap;

use openapi_drift::{Document, lines};

/// The lines of pointers, in their order; 0 for none.
fn of(text: &str, pointers: &[&str]) -> Vec<usize> {
    let found = lines(text, pointers);
    assert!(found.keys().all(|pointer| pointers.contains(&pointer.as_str())));
    pointers.iter().map(|pointer| found.get(*pointer).copied().unwrap_or_default()).collect()
}

#[test]
fn lines_are_found_in_json() {
    let text = "\u{feff}{\n \"a\": {\n  \"b/c\": [\n   1,\n   {\"d~\": 2}], \"\": 3},\n \"e\\u00e9\\ud83d\\ude00\":\n  4\n}\n";
    let pointers = ["", "#", "#/a", "/a", "#/a/b~1c", "#/a/b~1c/0", "#/a/b~1c/1/d~0", "#/a/", "#/eé😀"];
    assert_eq!(of(text, &pointers), [1, 1, 2, 2, 3, 4, 5, 5, 6]);
    // A document on one line.
    assert_eq!(of(r#"{"a": {"b": 1}}"#, &["#/a/b"]), [1]);
}

#[test]
fn lines_are_found_in_yaml() {
    let text = "# comment\r\n---\r\na:\r\n  b/c:\r\n    - 1\r\n    - d~: |\r\n        text\r\n      'x': {y: [1,\r\n        2]}\r\n200:\r\n  z: 1\r\n";
    let pointers = ["#", "#/a", "#/a/b~1c/0", "#/a/b~1c/1", "#/a/b~1c/1/d~0", "#/a/b~1c/1/x/y/1", "#/200/z"];
    assert_eq!(of(text, &pointers), [3, 3, 5, 6, 6, 9, 11]);
    assert_eq!(of("{openapi: 3.0.0,\n paths: {}}", &["#/paths"]), [2]);
    // A comment in braces.
    assert_eq!(of("{\"a\": 1, # one\n \"b\": 2}", &["#/b"]), [2]);
    // The first document is empty.
    assert_eq!(of("---\n---\na: 1\n", &["#/a"]), [3]);
}

#[test]
fn missing_values_have_the_nearest_line() {
    let text = "{\n\"a\": {\n\"b\": [\n1]}}";
    assert_eq!(of(text, &["#/a/x/y", "#/a/b/1", "#/a/b/0/x", "#/x", "#/aa"]), [2, 3, 4, 1, 1]);
    // The values of aliases and merge keys are elsewhere in the text.
    let text = "x: &x\n  y: {z: 1}\na: *x\nb:\n  <<: *x\n  c: 1\n";
    assert_eq!(of(text, &["#/a/y/z", "#/b/y/z", "#/b/c", "#/x/y/z"]), [3, 4, 6, 2]);
}

#[test]
fn unknown_pointers_are_left_out() {
    assert_eq!(of("", &["#/a"]), [0]);
    assert_eq!(of("{\"a\": 1}", &["#/x-openapi-drift-files/b.yaml/c", "#/a"]), [0, 1]);
    assert!(lines("{\"a\": 1}", &[]).is_empty());
    // Values before a syntax error are found.
    assert_eq!(of("a: 1\nb: 2\nc: [\n", &["#/b"]), [2]);
}

#[test]
fn hostile_texts_are_handled() {
    for text in ["[".repeat(200_000), "{\"a\":".repeat(200_000), "- ".repeat(20_000), "? ".repeat(20_000)] {
        lines(&text, &["#/a/a/0/0"]);
    }
    let deep = format!("{}1{}", "{\"a\":\n".repeat(2_000), "}".repeat(2_000));
    assert_eq!(of(&deep, &[&"/a".repeat(1_500)]), [1_500]);
}

#[test]
fn lines_of_many_pointers_are_found_in_one_pass() {
    let members: Vec<String> = (0..5_000).map(|it| format!("\"k{it}\": {{\"x\": {it}}}")).collect();
    let text = format!("{{\n{}}}", members.join(",\n"));
    let pointers: Vec<String> = (0..5_000).map(|it| format!("#/k{it}/x")).collect();
    let pointers: Vec<&str> = pointers.iter().map(String::as_str).collect();
    let expected: HashMap<String, usize> =
        pointers.iter().enumerate().map(|(it, pointer)| ((*pointer).to_owned(), it + 2)).collect();
    assert_eq!(lines(&text, &pointers), expected);
}

#[test]
fn a_parsed_text_has_lines_but_no_path() {
    let document = Document::parse("a name", "a: 1\nb: 2\n").unwrap();
    assert_eq!((document.name(), document.path(), document.text()), ("a name", None, "a: 1\nb: 2\n"));
    let found = document.locate(&["#/b", "#/x-openapi-drift-files/b.yaml"]);
    assert_eq!(found.len(), 1);
    assert_eq!((&found["#/b"].path, found["#/b"].line), (&None, 2));
    assert_eq!(
        Document::parse("a name", "[]").unwrap_err().to_string(),
        "cannot use a name: it is a list, but an OpenAPI document must be an object"
    );
}
