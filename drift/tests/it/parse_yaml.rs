//! Tests of parsing YAML 1.2.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use openapi_drift::parse;
use serde_json::{Value, json};

use crate::parse::refusal;

/// Returns the value of a plain YAML scalar.
fn scalar(text: &str) -> Value {
    parse(&format!("v: {text}\n")).unwrap()["v"].take()
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
fn numbers_that_json_lacks_are_rejected() {
    for text in [".inf", "-.inf", "+.INF", ".Inf", ".nan", ".NaN", ".NAN"] {
        let reason = "line 2, column 4: JSON has no such number; quote it if it is a string";
        assert_eq!(refusal(&format!("a: 1\nb: {text}\n")), reason, "{text}");
    }
}

#[test]
fn keys_are_taken_literally() {
    let text =
        "200: a\ntrue: b\nnull: c\n1.0: d\n0x1F: e\n.inf: f\n~: g\nyes: h\n'': i\n\"on\": j\n? 5\n: k\n";
    let expected = json!({
        "200": "a", "true": "b", "null": "c", "1.0": "d", "0x1F": "e", ".inf": "f", "~": "g", "yes": "h",
        "": "i", "on": "j", "5": "k",
    });
    assert_eq!(parse(text).unwrap(), expected);
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
            "line 1, column 4: the value does not match its tag",
            "{text}"
        );
    }
    assert_eq!(
        refusal("a: 1\nv: !include other.yaml\n"),
        "line 2, column 4: the tag \"!include\" is not supported"
    );
    assert!(refusal("v: !!binary aGk=").contains("the tag \"tag:yaml.org,2002:binary\" is not supported"));
    assert!(refusal("v: !!set {a, b}").contains("tag:yaml.org,2002:set"));
}

#[test]
fn aliases_are_copies() {
    let text = "a: &a {b: [1, &c x]}\nd: *a\ne: *c\n&k f: *k\n*c : y\n";
    let expected = json!({"a": {"b": [1, "x"]}, "d": {"b": [1, "x"]}, "e": "x", "f": "f", "x": "y"});
    assert_eq!(parse(text).unwrap(), expected);
    // The last anchor of a name wins.
    assert_eq!(parse("a: &a 1\nb: &a 2\nc: *a\n").unwrap()["c"], json!(2));
    assert!(
        refusal("a: &a [*a]").ends_with("line 1, column 8: the alias refers to no complete value before it")
    );
    assert!(refusal("a: *b").contains("line 1, column 4: "));
    assert!(refusal("a: &a [1]\n*a : 2\n").contains("a list or an object cannot be a key"));
    // Anchors are limited to their document.
    assert!(
        refusal("--- &a\n--- {y: *a}\n").contains("line 2, column 9: the alias refers to no complete value")
    );
}

#[test]
fn aliases_are_limited_in_size() {
    let mut bomb = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        bomb += &["a", &level.to_string(), ": &a", &level.to_string(), " [", &aliases, "]\n"].concat();
    }
    assert!(refusal(&bomb).ends_with("its aliases expand to too much data"));
    // Aliases cannot exceed the nesting limit.
    let levels = (1..10).map(|level| {
        let (begin, end) = ("[".repeat(200), "]".repeat(200));
        format!("a{level}: &a{level} {begin}*a{}{end}\n", level - 1)
    });
    let tower = format!("a0: &a0 1\n{}", levels.collect::<Vec<_>>().concat());
    assert!(refusal(&tower).ends_with("it is nested deeper than 1,000 levels"));
    // Each nested anchor copies the text.
    let text = "x".repeat(1 << 20);
    let begin: Vec<String> = (0..200).map(|it| format!("&n{it} [")).collect();
    let nested = format!("{}{text}{}", begin.concat(), "]".repeat(200));
    assert!(refusal(&format!("a: {nested}")).ends_with("its aliases expand to too much data"));
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
    let reason = "line 1, column 1: the value of the merge key << must be an object or a list of objects";
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
        "line 2, column 1: a second document begins here; only one is supported"
    );
}

#[test]
fn values_that_json_cannot_express_are_rejected() {
    assert_eq!(refusal("? [a]\n: 1\n"), "line 1, column 3: a list or an object cannot be a key in JSON");
    assert_eq!(refusal("{{a: 1}: 2}"), "line 1, column 2: a list or an object cannot be a key in JSON");
    assert_eq!(refusal(": 1"), "line 1, column 1: missing key; write \"\" for an empty one");
}

#[test]
fn yaml_errors_have_a_location() {
    for (text, location) in [
        ("a: 1\nb: [1\nc: 2\n", "line 3"),
        ("a: \"x\n", "line 1, column 4"),
        ("a:\n\tb: 1\n", "line 2"),
        ("a: b: c\n", "line 1, column 5"),
        ("a: \0\n", "line 1, column 4"),
        ("a: @b\n", "line 1, column 4"),
    ] {
        let refusal = refusal(text);
        assert!(
            refusal.starts_with(&format!("it is neither JSON nor valid YAML: {location}")),
            "{text:?}: {refusal}"
        );
    }
}
