//! Tests of parsing, and of errors with locations.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use openapi_drift::{NUMBERS, parse};
use serde_json::{Value, json};

pub(crate) fn refusal(text: &str) -> String {
    parse(text).unwrap_err().to_string()
}

#[test]
fn json_is_read_exactly() {
    let text = r#" {"a": [1, -2, 3.5, 1e3, 18446744073709551615, -9223372036854775808, true, false, null, {}, []],
        "\u00e9\ud83d\ude00\n\/": "x\"\\", "": {"b": {"c": [[], [1]]}}} "#;
    assert_eq!(parse(text).unwrap(), serde_json::from_str::<Value>(text).unwrap());
    assert_eq!(parse("\u{feff}{\"a\": 1}").unwrap(), json!({"a": 1}));
    // Rounded to the nearest number, as in YAML.
    assert_eq!(parse(r#"{"a": 0.1234567890123456789}"#).unwrap()["a"], json!(0.123_456_789_012_345_68));
}

#[test]
fn json_errors_have_a_location() {
    for (text, location, reason) in [
        ("{\"a\": 1\n  \"b\": 2}", "line 2, column 3", "expected `,` or `}`"),
        ("{\"a\" 1}", "line 1, column 6", "expected `:`"),
        ("{\"a\": [1 2]} ]", "line 1, column 10", "expected `,` or `]`"),
        ("{\"é\": \"ü\", \"a\":} ]", "line 1, column 16", "expected a value"),
        ("{\"a\": tru} ]", "line 1, column 7", "expected a value"),
        ("{\"a\": 01} ]", "line 1, column 7", "invalid number"),
        ("{\"a\": 1.} ]", "line 1, column 7", "invalid number"),
        ("{\"a\": \"\\x\"}", "line 1, column 7", "invalid escape in a string"),
        ("{\"a\": \"\\ud800\"}", "line 1, column 7", "invalid escape in a string"),
        ("{\"a\": \"b", "line 1, column 7", "unterminated string"),
        ("{\"a\": \"b\\", "line 1, column 7", "unterminated string"),
        ("{\"a\": 1", "line 1, column 8", "expected `,` or `}`"),
        ("{\"a\": [", "line 1, column 8", "unexpected end of text"),
        ("{\"a\": {", "line 1, column 8", "expected a key in double quotes"),
        ("{\"a\": 1}}", "line 1, column 9", "unexpected text after the end"),
        ("{\"a\": 1} x", "line 1, column 10", "unexpected text after the end"),
    ] {
        let refusal = refusal(text);
        assert!(
            refusal.starts_with(&format!("it is not valid JSON: {location}: {reason}")),
            "{text}: {refusal}"
        );
    }
}

#[test]
fn yaml_in_flow_style_is_parsed() {
    let expected = json!({"openapi": "3.0.0", "paths": {"/a": []}});
    assert_eq!(parse("{openapi: 3.0.0, paths: {/a: []}}").unwrap(), expected);
    assert_eq!(
        parse("# A comment\n{\n  'openapi': 3.0.0, # too\n  paths: {/a: [ ]},\n}\n").unwrap(),
        expected
    );
    assert_eq!(parse("{\"openapi\": \"3.0.0\", \"paths\": {\"/a\": [],},}").unwrap(), expected);
    // This also accepts text that may have been meant as JSON.
    assert_eq!(parse("{\"a\": True, \"b\": 01}").unwrap(), json!({"a": true, "b": 1}));
    let refusal = refusal("{openapi: 3.0.0, paths: [}");
    assert!(refusal.starts_with("it is neither JSON nor valid YAML: line 1, column "), "{refusal}");
}

#[test]
fn rounded_numbers_keep_their_exact_text() {
    let text = "{\"a\": [1e999, 18446744073709551617, 0.1, 18446744073709551615, 0.1234567890123456789]}";
    let expected = json!({
        "/a/0": "1e999", "/a/1": "18446744073709551617", "/a/4": "0.1234567890123456789",
    });
    assert_eq!(parse(text).unwrap()[NUMBERS], expected);
    let yaml = "a:\n- -1e999\n- 18446744073709551617\n- 0.5\n";
    assert_eq!(parse(yaml).unwrap()[NUMBERS], json!({"/a/0": "-1e999", "/a/1": "18446744073709551617"}));
    assert_eq!(parse("a: 0.1").unwrap().get(NUMBERS), None);
}

#[test]
fn duplicate_keys_are_rejected() {
    for (text, key, location) in [
        ("{\"a\": 1,\n \"a\": 1}", "a", "line 2, column 2"),
        ("{\"b\": {\"\\u0061\": {}, \"a\": {\"x\": [1]}}}", "a", "line 1, column 22"),
        ("a: 1\nb: 2\na: 1\n", "a", "line 3, column 1"),
        ("200: a\n'200': b\n", "200", "line 2, column 1"),
        ("{a: 1, \"a\": 2}", "a", "line 1, column 8"),
        ("x: &x 5\n*x : 1\n'5': 2\n", "5", "line 3, column 1"),
        ("- {a: 1, a: 2}", "a", "line 1, column 10"),
    ] {
        assert_eq!(refusal(text), format!("{location}: the key {key:?} appears twice in one object"));
    }
    // Hostile keys are escaped.
    assert!(refusal("{\"\\u001b[2J\": 1, \"\\u001b[2J\": 1}").contains(r#"the key "\u{1b}[2J" appears"#));
}

#[test]
fn nesting_has_a_limit() {
    let nested = |levels: usize| {
        let pairs = [("{\"a\":", "}"), ("[", "]")];
        let parts = |of: fn(&(&'static str, &'static str)) -> &'static str| {
            (0..levels).map(|level| of(&pairs[level % 2])).collect::<Vec<_>>()
        };
        let ends: String = parts(|pair| pair.1).into_iter().rev().collect();
        format!("{}1{ends}", parts(|pair| pair.0).concat())
    };
    assert!(parse(&nested(1_000)).is_ok());
    assert!(refusal(&nested(1_001)).ends_with("it is nested deeper than 1,000 levels"));
    for hostile in [
        nested(1_000_000),
        "[".repeat(1_000_000),
        "{\"a\":".repeat(1_000_000),
        format!("a: {}", "[".repeat(1_000_000)),
        format!("a: {}", "{a: ".repeat(1_000_000)),
        "- ".repeat(1_000_000),
        "? ".repeat(1_000_000),
        (0..3_000).map(|level| " ".repeat(level) + "a:\n").collect(),
    ] {
        let refusal = refusal(&hostile);
        assert!(
            [
                "it is nested deeper",
                "brackets and braces are nested deeper",
                "a list or an object cannot be a key"
            ]
            .iter()
            .any(|reason| refusal.contains(reason)),
            "{refusal}"
        );
    }
}

#[test]
fn a_document_must_be_an_object() {
    for (text, reason) in [
        ("", "it is empty"),
        ("# nothing\n", "it is empty"),
        ("---\n", "it is empty"),
        ("[1, 2]", "it is a list, but an OpenAPI document must be an object"),
        ("- a\n", "it is a list, but an OpenAPI document must be an object"),
        ("just words", "it is a single value, but an OpenAPI document must be an object"),
        (
            "<html>",
            "it is a single value, but an OpenAPI document must be an object; it looks like HTML or XML",
        ),
        ("<!DOCTYPE html>\n<a href=\"x\">: {\n", "it is neither JSON nor YAML, but HTML or XML"),
    ] {
        assert_eq!(refusal(text), reason, "{text}");
    }
}

#[test]
fn broken_texts_end_in_errors() {
    let good = r#"{"a": [1, -2.5e3, "x\u00e9\ud83d\ude00", true, null], "b": {"c": {}, "d": []}}
a: &a
  - "x\ty"
  - 'it''s'
  - !!str 12 # comment
b: {<<: *a, ? c : [d, e: f]}
g: |+
  text

h: >-
  folded
---
%TAG ! x
"#;
    let characters: Vec<char> = good.chars().collect();
    let mut state = 1_u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    for _ in 0..3_000 {
        let mut text = characters.clone();
        for _ in 0..=random(4) {
            let at = random(text.len());
            match random(5) {
                0 if at > 0 => text.truncate(at),
                1 | 2 if text.len() > 1 => drop(text.remove(at)),
                _ => text.insert(at, characters[random(characters.len())]),
            }
        }
        let text: String = text.into_iter().collect();
        let start = text.find('\n').unwrap_or(0);
        for text in [&text[..], &text[start..], &text[..start]] {
            let parsed = parse(text);
            // The result is equal to that of serde_json, unless keys are duplicate.
            if let Ok(value) = serde_json::from_str::<Value>(text)
                && value.is_object()
            {
                match parsed {
                    Ok(parsed) => assert_eq!(parsed, value, "{text}"),
                    Err(error) => assert!(error.to_string().contains("appears twice"), "{text}: {error}"),
                }
            }
        }
    }
}
