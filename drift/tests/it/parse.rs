//! Texts become values, or are refused with a place.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use openapi_drift::{NUMBERS, parse};
use serde_json::{Value, json};

fn refusal(text: &str) -> String {
    parse(text).unwrap_err().to_string()
}

/// What a plain scalar of YAML means.
fn scalar(text: &str) -> Value {
    parse(&format!("v: {text}\n")).unwrap()["v"].take()
}

#[test]
fn json_is_read_exactly() {
    let text = r#" {"a": [1, -2, 3.5, 1e3, 18446744073709551615, -9223372036854775808, true, false, null, {}, []],
        "\u00e9\ud83d\ude00\n\/": "x\"\\", "": {"b": {"c": [[], [1]]}}} "#;
    assert_eq!(parse(text).unwrap(), serde_json::from_str::<Value>(text).unwrap());
    assert_eq!(parse("\u{feff}{\"a\": 1}").unwrap(), json!({"a": 1}));
    // The nearest number, as in YAML.
    assert_eq!(parse(r#"{"a": 0.1234567890123456789}"#).unwrap()["a"], json!(0.123_456_789_012_345_68));
}

#[test]
fn mistakes_in_json_are_named_with_their_place() {
    for (text, place, reason) in [
        ("{\"a\": 1\n  \"b\": 2}", "line 2, column 3", "expected `,` or `}`"),
        ("{\"a\" 1}", "line 1, column 6", "expected `:`"),
        ("{\"a\": [1 2]} ]", "line 1, column 10", "expected `,` or `]`"),
        ("{\"é\": \"ü\", \"a\":} ]", "line 1, column 16", "expected a value"),
        ("{\"a\": tru} ]", "line 1, column 7", "expected a value"),
        ("{\"a\": 01} ]", "line 1, column 7", "an invalid number"),
        ("{\"a\": 1.} ]", "line 1, column 7", "an invalid number"),
        ("{\"a\": \"\\x\"}", "line 1, column 7", "a string with an invalid escape"),
        ("{\"a\": \"\\ud800\"}", "line 1, column 7", "a string with an invalid escape"),
        ("{\"a\": \"b", "line 1, column 7", "a string that does not end"),
        ("{\"a\": \"b\\", "line 1, column 7", "a string that does not end"),
        ("{\"a\": 1", "line 1, column 8", "expected `,` or `}`"),
        ("{\"a\": [", "line 1, column 8", "the text ends too early"),
        ("{\"a\": {", "line 1, column 8", "expected a key in double quotes"),
        ("{\"a\": 1}}", "line 1, column 9", "the text goes on after the end"),
        ("{\"a\": 1} x", "line 1, column 10", "the text goes on after the end"),
    ] {
        let refusal = refusal(text);
        assert!(
            refusal.starts_with(&format!("it is not valid JSON: {place}: {reason}")),
            "{text}: {refusal}"
        );
    }
}

#[test]
fn braces_may_hold_yaml() {
    let expected = json!({"openapi": "3.0.0", "paths": {"/a": []}});
    assert_eq!(parse("{openapi: 3.0.0, paths: {/a: []}}").unwrap(), expected);
    assert_eq!(
        parse("# A comment\n{\n  'openapi': 3.0.0, # too\n  paths: {/a: [ ]},\n}\n").unwrap(),
        expected
    );
    assert_eq!(parse("{\"openapi\": \"3.0.0\", \"paths\": {\"/a\": [],},}").unwrap(), expected);
    // Also what was meant to be JSON, perhaps.
    assert_eq!(parse("{\"a\": True, \"b\": 01}").unwrap(), json!({"a": true, "b": 1}));
    let refusal = refusal("{openapi: 3.0.0, paths: [}");
    assert!(refusal.starts_with("it is neither JSON nor valid YAML: line 1, column "), "{refusal}");
}

#[test]
fn plain_scalars_follow_the_core_schema() {
    for (text, value) in [
        ("null", json!(null)),
        ("Null", json!(null)),
        ("NULL", json!(null)),
        ("~", json!(null)),
        ("", json!(null)),
        ("nULL", json!("nULL")),
        ("true", json!(true)),
        ("True", json!(true)),
        ("TRUE", json!(true)),
        ("false", json!(false)),
        ("tRUE", json!("tRUE")),
        ("y", json!("y")),
        ("n", json!("n")),
        ("yes", json!("yes")),
        ("No", json!("No")),
        ("on", json!("on")),
        ("OFF", json!("OFF")),
        ("12", json!(12)),
        ("+12", json!(12)),
        ("-12", json!(-12)),
        ("012", json!(12)),
        ("0o14", json!(12)),
        ("0x1F", json!(31)),
        ("0O14", json!("0O14")),
        ("-0x1F", json!("-0x1F")),
        ("0o8", json!("0o8")),
        ("0x", json!("0x")),
        ("0b11", json!("0b11")),
        ("1_000", json!("1_000")),
        ("1,000", json!("1,000")),
        ("190:20:30", json!("190:20:30")),
        ("2001-12-14", json!("2001-12-14")),
        ("18446744073709551615", json!(u64::MAX)),
        ("-9223372036854775808", json!(i64::MIN)),
        ("18446744073709551616", json!(18_446_744_073_709_551_616.0)),
        ("0xFFFFFFFFFFFFFFFFF", json!(295_147_905_179_352_825_855.0)),
        ("1.5", json!(1.5)),
        ("1.", json!(1.0)),
        (".5", json!(0.5)),
        ("-.5", json!(-0.5)),
        ("+1.5e-3", json!(0.0015)),
        ("1e3", json!(1000.0)),
        ("1.e3", json!(1000.0)),
        ("1E+3", json!(1000.0)),
        ("e3", json!("e3")),
        (".e3", json!(".e3")),
        ("1e", json!("1e")),
        ("1e+", json!("1e+")),
        (".", json!(".")),
        ("-", json!("-")),
        ("+", json!("+")),
        ("--1", json!("--1")),
        ("1.2.3", json!("1.2.3")),
        ("3.0.0", json!("3.0.0")),
        ("inf", json!("inf")),
        ("nan", json!("nan")),
        (".infinity", json!(".infinity")),
        ("'12'", json!("12")),
        ("\"true\"", json!("true")),
        ("|\n  12", json!("12\n")),
        ("a\n  b", json!("a b")),
    ] {
        if text == "-" {
            continue; // an entry of a list
        }
        assert_eq!(scalar(text), value, "{text}");
        assert_eq!(scalar(text).is_f64(), value.is_f64(), "{text}");
    }
}

#[test]
fn numbers_that_json_lacks_are_refused() {
    for text in [".inf", "-.inf", "+.INF", ".Inf", ".nan", ".NaN", ".NAN"] {
        let reason = "line 2, column 4: JSON has no such number; put it in quotes if it is a text";
        assert_eq!(refusal(&format!("a: 1\nb: {text}\n")), reason, "{text}");
    }
}

#[test]
fn a_number_that_a_value_rounds_is_noted_as_it_is_written() {
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
fn keys_are_the_text_as_it_is_written() {
    let text =
        "200: a\ntrue: b\nnull: c\n1.0: d\n0x1F: e\n.inf: f\n~: g\nyes: h\n'': i\n\"on\": j\n? 5\n: k\n";
    let expected = json!({
        "200": "a", "true": "b", "null": "c", "1.0": "d", "0x1F": "e", ".inf": "f", "~": "g", "yes": "h",
        "": "i", "on": "j", "5": "k",
    });
    assert_eq!(parse(text).unwrap(), expected);
}

#[test]
fn duplicate_keys_are_refused() {
    for (text, key, place) in [
        ("{\"a\": 1,\n \"a\": 1}", "a", "line 2, column 2"),
        ("{\"b\": {\"\\u0061\": {}, \"a\": {\"x\": [1]}}}", "a", "line 1, column 22"),
        ("a: 1\nb: 2\na: 1\n", "a", "line 3, column 1"),
        ("200: a\n'200': b\n", "200", "line 2, column 1"),
        ("{a: 1, \"a\": 2}", "a", "line 1, column 8"),
        ("x: &x 5\n*x : 1\n'5': 2\n", "5", "line 3, column 1"),
        ("- {a: 1, a: 2}", "a", "line 1, column 10"),
    ] {
        assert_eq!(refusal(text), format!("{place}: the key {key:?} appears twice in one object"));
    }
    // What is hostile about a key stays in quotes.
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
    assert!(refusal(&nested(1_001)).ends_with("it nests deeper than 1,000 levels"));
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
            ["it nests deeper", "brackets and braces nest deeper", "a list or an object is a key"]
                .iter()
                .any(|reason| refusal.contains(reason)),
            "{refusal}"
        );
    }
}

#[test]
fn tags_of_the_core_schema_are_respected() {
    for (text, value) in [
        ("!!str 123", json!("123")),
        ("!!str", json!("")),
        ("!!str null", json!("null")),
        ("! 123", json!("123")),
        ("!<tag:yaml.org,2002:str> 123", json!("123")),
        ("!!int \"1\"", json!(1)),
        ("!!int '0x1F'", json!(31)),
        ("!!float 1", json!(1.0)),
        ("!!float \"1.5\"", json!(1.5)),
        ("!!bool 'true'", json!(true)),
        ("!!null ''", json!(null)),
        ("!!map {a: 1}", json!({"a": 1})),
        ("!!seq [1]", json!([1])),
        ("&x !!str 5", json!("5")),
    ] {
        assert_eq!(scalar(text), value, "{text}");
    }
    for text in [
        "!!int 1.5",
        "!!int a",
        "!!bool 1",
        "!!null a",
        "!!float a",
        "!!map [1]",
        "!!seq {a: 1}",
        "!!str {a: 1}",
    ] {
        assert_eq!(
            refusal(&format!("v: {text}")),
            "line 1, column 4: the value does not fit its tag",
            "{text}"
        );
    }
    assert_eq!(
        refusal("a: 1\nv: !include other.yaml\n"),
        "line 2, column 4: the tag \"!include\" has no meaning in an OpenAPI document"
    );
    assert!(refusal("v: !!binary aGk=").contains("the tag \"tag:yaml.org,2002:binary\" has no meaning"));
    assert!(refusal("v: !!set {a, b}").contains("tag:yaml.org,2002:set"));
}

#[test]
fn aliases_are_copies() {
    let text = "a: &a {b: [1, &c x]}\nd: *a\ne: *c\n&k f: *k\n*c : y\n";
    let expected = json!({"a": {"b": [1, "x"]}, "d": {"b": [1, "x"]}, "e": "x", "f": "f", "x": "y"});
    assert_eq!(parse(text).unwrap(), expected);
    // The last anchor of a name counts.
    assert_eq!(parse("a: &a 1\nb: &a 2\nc: *a\n").unwrap()["c"], json!(2));
    assert!(
        refusal("a: &a [*a]")
            .ends_with("line 1, column 8: an alias to what is not a complete value before it")
    );
    assert!(refusal("a: *b").contains("line 1, column 4: "));
    assert!(refusal("a: &a [1]\n*a : 2\n").contains("a list or an object is a key"));
    // Anchors end with their document, even if that has no content.
    assert!(
        refusal("--- &a\n--- {y: *a}\n")
            .contains("line 2, column 9: an alias to what is not a complete value")
    );
}

#[test]
fn aliases_cannot_explode() {
    let mut bomb = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        bomb += &["a", &level.to_string(), ": &a", &level.to_string(), " [", &aliases, "]\n"].concat();
    }
    assert!(refusal(&bomb).ends_with("its aliases multiply it beyond any use"));
    // Nor can they nest deeper than what is written out.
    let levels = (1..10).map(|level| {
        let (begin, end) = ("[".repeat(200), "]".repeat(200));
        format!("a{level}: &a{level} {begin}*a{}{end}\n", level - 1)
    });
    let tower = format!("a0: &a0 1\n{}", levels.collect::<Vec<_>>().concat());
    assert!(refusal(&tower).ends_with("it nests deeper than 1,000 levels"));
    // A text on each of many levels is copied for each anchor.
    let text = "x".repeat(1 << 20);
    let begin: Vec<String> = (0..200).map(|it| format!("&n{it} [")).collect();
    let nested = format!("{}{text}{}", begin.concat(), "]".repeat(200));
    assert!(refusal(&format!("a: {nested}")).ends_with("its aliases multiply it beyond any use"));
}

#[test]
fn merge_keys_add_what_an_object_lacks() {
    let base = "x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\n";
    for (text, expected) in [
        ("<<: *x\n  a: 0", json!({"a": 0, "b": 1})),
        ("a: 0\n  <<: *x", json!({"a": 0, "b": 1})),
        ("<<: [*x, *y]", json!({"a": 1, "b": 1, "c": 2})),
        ("<<: *x\n  <<: *y", json!({"a": 1, "b": 1, "c": 2})),
        ("<<: {d: 4}", json!({"d": 4})),
        ("!!merge <<: *x", json!({"a": 1, "b": 1})),
        ("<<: []", json!({})),
        ("'<<': *x", json!({"<<": {"a": 1, "b": 1}})),
        ("!!str <<: *x", json!({"<<": {"a": 1, "b": 1}})),
    ] {
        assert_eq!(parse(&format!("{base}z:\n  {text}\n")).unwrap()["z"], expected, "{text}");
    }
    let reason = "line 1, column 1: the merge key << takes an object or a list of objects";
    for text in ["<<: 1", "<<:", "<<: [1]", "<<: ~"] {
        assert_eq!(refusal(text), reason, "{text}");
    }
}

#[test]
fn only_one_document_may_have_content() {
    let expected = json!({"a": 1});
    for text in [
        "---\na: 1\n",
        "%YAML 1.2\n---\na: 1\n...\n",
        "---\n---\na: 1\n---\n",
        "a: 1\n---\n# nothing\n",
        "\u{feff}a: 1",
    ] {
        assert_eq!(parse(text).unwrap(), expected, "{text}");
    }
    assert_eq!(
        refusal("a: 1\n---\nb: 2\n"),
        "line 2, column 1: a second document begins here; only one can be compared"
    );
}

#[test]
fn what_json_cannot_say_is_refused() {
    assert_eq!(
        refusal("? [a]\n: 1\n"),
        "line 1, column 3: a list or an object is a key, which JSON does not allow"
    );
    assert_eq!(
        refusal("{{a: 1}: 2}"),
        "line 1, column 2: a list or an object is a key, which JSON does not allow"
    );
    assert_eq!(refusal(": 1"), "line 1, column 1: a key is missing; write \"\" for an empty one");
}

#[test]
fn a_document_is_an_object() {
    for (text, reason) in [
        ("", "it is empty, not an OpenAPI document"),
        ("# nothing\n", "it is empty, not an OpenAPI document"),
        ("---\n", "it is empty, not an OpenAPI document"),
        ("[1, 2]", "it is a list, but an OpenAPI document is an object"),
        ("- a\n", "it is a list, but an OpenAPI document is an object"),
        ("just words", "it is a single value, but an OpenAPI document is an object"),
        ("<html>", "it is a single value, but an OpenAPI document is an object; it looks like HTML or XML"),
        ("<!DOCTYPE html>\n<a href=\"x\">: {\n", "it is neither JSON nor YAML, but HTML or XML"),
    ] {
        assert_eq!(refusal(text), reason, "{text}");
    }
}

#[test]
fn mistakes_in_yaml_are_named_with_their_place() {
    for (text, place) in [
        ("a: 1\nb: [1\nc: 2\n", "line 3"),
        ("a: \"x\n", "line 1, column 4"),
        ("a:\n\tb: 1\n", "line 2"),
        ("a: b: c\n", "line 1, column 5"),
        ("a: \0\n", "line 1, column 4"),
        ("a: @b\n", "line 1, column 4"),
    ] {
        let refusal = refusal(text);
        assert!(
            refusal.starts_with(&format!("it is neither JSON nor valid YAML: {place}")),
            "{text:?}: {refusal}"
        );
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
            let place = random(text.len());
            match random(5) {
                0 if place > 0 => text.truncate(place),
                1 | 2 if text.len() > 1 => drop(text.remove(place)),
                _ => text.insert(place, characters[random(characters.len())]),
            }
        }
        let text: String = text.into_iter().collect();
        let start = text.find('\n').unwrap_or(0);
        for text in [&text[..], &text[start..], &text[..start]] {
            let parsed = parse(text);
            // What serde_json reads is the same here, unless keys are duplicate.
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
