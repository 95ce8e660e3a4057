//! References that are rejected: those that leave the document's directory, and those that cannot be followed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::path::Path;

use openapi_drift::FILES;
use serde_json::{Value, json};

use crate::bundle::{load, reference};
use crate::fixture::Directory;

/// Returns why a document with a reference in a path item is rejected.
fn refusal(reference: &str, others: &[(&str, &str)]) -> String {
    let root = json!({"paths": {"/a": {"$ref": reference}}}).to_string();
    let mut files = vec![("api/root.json", root.as_str())];
    files.extend(others);
    let directory = Directory::of(&files);
    let error = load(&directory, "api/root.json").unwrap_err().to_string();
    let start = format!("cannot use {}: ", directory.text("api/root.json"));
    error.strip_prefix(&start).unwrap_or_else(|| panic!("{error}")).to_owned()
}

#[test]
fn references_that_cannot_be_inlined_are_rejected() {
    let refusal = |root: Value, others: &[(&str, &str)]| {
        let root = root.to_string();
        let directory = Directory::of(&[&[("a.json", root.as_str())], others].concat());
        load(&directory, "a.json").unwrap_err().to_string()
    };
    let error = refusal(json!({"paths": {"$ref": "b.json", "/a": {}}}), &[("b.json", "{}")]);
    assert!(
        error.ends_with("the object has other members, which OpenAPI does not allow next to $ref here"),
        "{error}"
    );
    let error = refusal(json!({"paths": {"$ref": "b.json"}}), &[("b.json", r#"{"$ref": "b.json"}"#)]);
    assert!(error.ends_with("it is circular"), "{error}");
    let node = r#"{"properties": {"a": {"properties": {"$ref": "b.json#/properties"}}}}"#;
    let schemas = json!({"components": {"schemas": {"A": {"$ref": "b.json"}}}});
    let error = refusal(schemas.clone(), &[("b.json", node)]);
    assert!(error.contains("its target contains the reference itself"), "{error}");
    // Nested copies, and many copies.
    let forks: Vec<(String, String)> = (0..14)
        .map(|level| {
            let next = json!({"properties": {"$ref": format!("{}.json", level + 1)}});
            (format!("{level}.json"), json!({"a": next, "b": next}).to_string())
        })
        .collect();
    let mut forks: Vec<(&str, &str)> =
        forks.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    forks.push(("14.json", "{}"));
    let large = json!({"a": "x".repeat(1_000_000)}).to_string();
    for (count, others) in [(1, forks), (300, vec![("0.json", large.as_str())])] {
        let schemas: serde_json::Map<String, Value> =
            (0..count).map(|it| (it.to_string(), json!({"properties": {"$ref": "0.json"}}))).collect();
        let error = refusal(json!({"components": {"schemas": schemas}}), &others);
        assert!(error.ends_with("its target is too large to copy into the document"), "{error}");
    }
}

#[test]
fn only_files_below_the_directory_are_read() {
    let outside = "it is outside the document's directory, and only files below that are read";
    let inside = [("secret.json", "{}"), ("api2/x.json", "{}"), ("api/sub/x.json", "{}")];
    for path in [
        "../secret.json",
        "sub/../../secret.json",
        "../api2/x.json",
        "..",
        "%2e%2e/secret.json",
        "sub/..%2F../secret.json",
    ] {
        assert_eq!(
            refusal(path, &inside),
            format!("line 1, #/paths/~1a: cannot follow the reference {path:?}: {outside}")
        );
    }
    let relative = "only relative paths are supported; copy the target to a file next to the document";
    for path in [
        "/etc/passwd",
        "//host/x",
        "\\\\host\\x",
        "file:///etc/passwd",
        "http://127.0.0.1:1/a.json",
        "HTTPS://user:x@127.0.0.1:1/a.json#/A",
        "C:\\x.json",
        "urn:x",
    ] {
        let refusal = refusal(path, &[]);
        assert!(refusal.ends_with(relative), "{refusal}");
    }
    // A path may leave the directory and return.
    let root = json!({"paths": {"/a": {"$ref": "../api/sub/x.json"}}}).to_string();
    let directory = Directory::of(&[("api/root.json", &root), ("api/sub/x.json", "{}")]);
    assert!(load(&directory, "api/root.json").unwrap().value[FILES]["sub/x.json"].is_object());
}

#[cfg(unix)]
#[test]
fn symbolic_links_are_resolved_first() {
    use std::os::unix::fs::symlink;

    let root = |path: &str| json!({"paths": {"/a": {"$ref": path}}}).to_string();
    let directory = Directory::of(&[
        ("v1/root.json", &root("link.json")),
        ("v1/out.json", &root("secret.json")),
        ("v1/dir.json", &root("up/secret.json")),
        ("v1/real.json", "{}"),
        ("secret.json", "{}"),
    ]);
    let link = |to: &Path, name: &str| symlink(to, directory.path(name)).unwrap();
    link(Path::new("real.json"), "v1/link.json");
    link(&directory.path("secret.json"), "v1/secret.json");
    link(Path::new(".."), "v1/up");
    link(Path::new("v1/root.json"), "current.json");
    link(Path::new("v1"), "latest");
    // The target of a link counts, and the document's directory is that of its real path.
    for name in ["v1/root.json", "current.json", "latest/root.json"] {
        let document = load(&directory, name).unwrap();
        let real = format!("#/{FILES}/real.json");
        assert_eq!(document.value["paths"]["/a"], reference(&real), "{name}");
        let path = document.locate(&[&real])[&real].path.clone().unwrap();
        let expected = directory.path("v1/real.json").canonicalize().unwrap();
        assert_eq!(Path::new(&path).canonicalize().unwrap(), expected, "{name}");
    }
    for name in ["v1/out.json", "v1/dir.json"] {
        let error = load(&directory, name).unwrap_err().to_string();
        assert!(
            error.ends_with("it is outside the document's directory, and only files below that are read"),
            "{error}"
        );
    }
}

#[test]
fn unresolved_references_are_rejected_with_their_location() {
    let forks: serde_json::Map<String, Value> =
        (0..200).map(|it| (it.to_string(), reference(&format!("#/{}/x/x", it + 1)))).collect();
    let forks = Value::Object(forks).to_string();
    for (path, others, reason) in [
        ("nope.json", &[][..], "no such file"),
        ("b.json/c.json", &[("api/b.json", "{}")], "no such file"),
        ("b.json#/x", &[("api/b.json", "{}")], "the file has no value at that location"),
        ("b.json#/1", &[("api/b.json", "[1]")], "the file has no value at that location"),
        ("b.json#anchor", &[("api/b.json", "{}")], "the fragment after # is not a JSON pointer"),
        ("sub", &[("api/sub/b.json", "{}")], "it is a directory, not a file"),
        (
            "b.json",
            &[("api/b.json", "{\"a\": 1,\n\"a\": 2}")],
            "cannot use \"b.json\": line 2, column 1: the key \"a\" appears twice in one object",
        ),
        ("b.json", &[("api/b.json", r#"{"$ref": "b.json"}"#)], "it is circular"),
        (
            "b.json",
            &[("api/b.json", r#"{"$ref": "c.json#/x"}"#), ("api/c.json", r#"{"x": {"$ref": "b.json"}}"#)],
            "it is circular",
        ),
        ("root.json#/paths/~1a", &[], "it is circular"),
        // Every reference forks.
        ("b.json#/0/x/x", &[("api/b.json", &forks)], "it is circular"),
        ("b.json#/x/y", &[("api/b.json", r##"{"x": {"$ref": "#/x/z"}}"##)], "it is circular"),
    ] {
        assert_eq!(
            refusal(path, others),
            format!("line 1, #/paths/~1a: cannot follow the reference {path:?}: {reason}")
        );
    }
    // Errors in another file contain its name.
    let pets = "x: 1\nget:\n  requestBody:\n    $ref: nope.yaml\n";
    assert_eq!(
        refusal("sub/pets.yaml", &[("api/sub/pets.yaml", pets)]),
        "\"sub/pets.yaml\", line 4, #/get/requestBody: cannot follow the reference \"nope.yaml\": no such file"
    );
    let directory =
        Directory::of(&[("a.json", &json!({FILES: {}, "paths": {"/a": {"$ref": "b.json"}}}).to_string())]);
    let error = load(&directory, "a.json").unwrap_err().to_string();
    assert!(
        error.ends_with(&format!(
            "it refers to other files, but already has a member {FILES}, which is reserved for them"
        )),
        "{error}"
    );
}

#[test]
fn invalid_percent_encoding_is_rejected() {
    for path in ["b%ff.json", "b%00.json"] {
        assert!(refusal(path, &[]).ends_with("its percent-encoding is not valid text"));
    }
}
