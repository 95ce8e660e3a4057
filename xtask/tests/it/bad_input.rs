//! Sources that cannot be imported: each is refused with one sentence, and no file changes.

use std::io::{Read, Write};
use std::net::TcpListener;

use crate::support::{Checkout, Outcome, assert_golden, operations};
use serde_json::{Value, json};

/// Imports a changed specification, which must be refused without a change of any file, and returns the error.
fn refusal(change: impl FnOnce(&mut Value)) -> String {
    let checkout = Checkout::of_fixture();
    let mut spec = checkout.spec();
    change(&mut spec);
    refused(&checkout, |checkout| checkout.regenerate_from(&spec))
}

fn refused(checkout: &Checkout, run: impl FnOnce(&Checkout) -> Outcome) -> String {
    let before = checkout.snapshot();
    let (exit, printed) = run(checkout);
    assert_eq!(printed, "");
    assert_eq!(checkout.snapshot(), before);
    exit.unwrap_err()
}

fn refused_text(text: &str) -> String {
    let checkout = Checkout::of_fixture();
    refused(&checkout, |checkout| {
        let source = checkout.write("new.json", text);
        checkout.regenerate(Some(&source))
    })
}

/// Returns the operation that the tests make invalid.
fn claim(spec: &mut Value) -> &mut Value {
    operations(spec).into_iter().find(|(path, _)| path.ends_with("/claim")).unwrap().1
}

#[test]
#[expect(clippy::too_many_lines, reason = "it is one list for one golden file")]
fn each_refusal_reads_well() {
    let reference = |to: &str| json!({"200": {"description": "x", "content": {"application/json": {"schema": {"$ref": to}}}}});
    let response = |content: Value| json!({"200": {"description": "x", "content": content}});
    let mut all = Vec::new();
    for (name, text) in [
        ("not JSON", refused_text("{\"openapi\": \"3.0.0\",\n  paths")),
        ("not YAML", refused_text("openapi: 3.0.0\npaths: [a\n")),
        ("not an object", refused_text("[1, 2]")),
        ("a scalar", refused_text("just words")),
        ("an empty document", refused_text("")),
        ("no version", refused_text("{\"paths\": {}}")),
        ("Swagger 2", refused_text("{\"swagger\": \"2.0\", \"paths\": {}}")),
        ("OpenAPI 4", refusal(|spec| spec["openapi"] = json!("4.0.0"))),
        (
            "OpenAPI 3.1 with a condition",
            refusal(|spec| {
                spec["openapi"] = json!("3.1.0");
                spec["components"]["schemas"]["CliTokenResponse"]["if"] = json!({"required": ["token"]});
            }),
        ),
        ("no operation", refused_text("{\"openapi\": \"3.0.3\", \"paths\": {}}")),
        (
            "a dangling reference",
            refusal(|spec| claim(spec)["responses"] = reference("#/components/schemas/Nope")),
        ),
        (
            "a reference to a URL",
            refusal(|spec| claim(spec)["responses"] = reference("https://example.com/a.json#/X")),
        ),
        (
            "a reference to a missing file",
            refusal(|spec| claim(spec)["responses"] = reference("common.json#/X")),
        ),
        (
            "a reference to a part of a component",
            refusal(|spec| {
                claim(spec)["responses"] = reference("#/components/schemas/Error/properties/error");
            }),
        ),
        (
            "a reference cycle",
            refusal(|spec| {
                claim(spec)["responses"] = reference("#/components/schemas/A");
                spec["components"]["schemas"]["A"] = json!({"$ref": "#/components/schemas/B"});
                spec["components"]["schemas"]["B"] = json!({"$ref": "#/components/schemas/A"});
            }),
        ),
        (
            "an infinite allOf",
            refusal(|spec| {
                claim(spec)["responses"] = reference("#/components/schemas/Pet");
                spec["components"]["schemas"]["Pet"] =
                    json!({"oneOf": [{"$ref": "#/components/schemas/Cat"}]});
                spec["components"]["schemas"]["Cat"] =
                    json!({"allOf": [{"$ref": "#/components/schemas/Pet"}, {"type": "object"}]});
            }),
        ),
        (
            "an infinite allOf in a property",
            refusal(|spec| {
                claim(spec)["responses"] = reference("#/components/schemas/Tree");
                let merged = json!({"allOf": [{"$ref": "#/components/schemas/Tree"}, {"required": ["x"]}]});
                spec["components"]["schemas"]["Tree"] =
                    json!({"type": "object", "properties": {"next": merged}});
            }),
        ),
        (
            "overridden servers",
            refusal(|spec| claim(spec)["servers"] = json!([{"url": "https://other.example.com"}])),
        ),
        (
            "a body without a schema",
            refusal(|spec| claim(spec)["requestBody"]["content"] = json!({"application/json": {}})),
        ),
        (
            "a path item by reference",
            refusal(|spec| spec["paths"]["/x"] = json!({"$ref": "#/components/pathItems/X"})),
        ),
        ("a duplicate operationId", refusal(|spec| claim(spec)["operationId"] = json!("logout"))),
        ("no operationId", refusal(|spec| drop(claim(spec).as_object_mut().unwrap().remove("operationId")))),
        ("no responses", refusal(|spec| drop(claim(spec).as_object_mut().unwrap().remove("responses")))),
        ("no 2xx response", refusal(|spec| claim(spec)["responses"] = json!({"400": {"description": "x"}}))),
        (
            "2xx responses of different types",
            refusal(|spec| claim(spec)["responses"]["202"] = json!({"description": "x"})),
        ),
        (
            "an unknown security scheme",
            refusal(|spec| claim(spec)["security"] = json!([{"bearer": []}, {"cookie": []}])),
        ),
        (
            "a cookie parameter",
            refusal(|spec| {
                claim(spec)["parameters"] =
                    json!([{"in": "cookie", "name": "a", "schema": {"type": "string"}}]);
            }),
        ),
        (
            "two media types",
            refusal(|spec| {
                claim(spec)["requestBody"]["content"]["text/plain"] = json!({"schema": {"type": "string"}});
            }),
        ),
        (
            "an unsupported media type",
            refusal(|spec| {
                claim(spec)["requestBody"]["content"] = json!({"image/png": {"schema": {"type": "string"}}});
            }),
        ),
        (
            "an unknown type",
            refusal(|spec| {
                spec["components"]["schemas"]["CliTokenResponse"]["properties"]["x"] =
                    json!({"type": "strin"});
            }),
        ),
        ("content that is not an object", refusal(|spec| claim(spec)["responses"] = response(json!(7)))),
        ("a path item that is not an object", refusal(|spec| spec["paths"]["/x"] = json!(7))),
        ("no server", refusal(|spec| spec["servers"] = json!([]))),
        (
            "a missing file",
            refused(&Checkout::of_fixture(), |checkout| checkout.regenerate(Some("no-such-thing"))),
        ),
        (
            "an option for git",
            refused(&Checkout::of_fixture(), |checkout| checkout.regenerate(Some("--output=x"))),
        ),
    ] {
        all.push(format!("{name}:\n    {text}\n"));
    }
    assert_golden(
        "refusals.txt",
        &all.concat()
            .replace("fatal: not a git repository (or any of the parent directories): .git", "git's reason"),
    );
}

/// Serves the responses in order, and then repeats the last one.
fn serve(responses: Vec<String>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let mut responses = responses.into_iter().peekable();
        while let Ok((mut stream, _)) = listener.accept() {
            let Some(response) = responses.peek().cloned() else { return };
            if responses.len() > 1 {
                responses.next();
            }
            let mut request = [0; 4096];
            let _ = stream.read(&mut request);
            let _ = stream.write_all(response.as_bytes());
        }
    });
    url
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
}

fn redirect(to: &str) -> String {
    format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
}

#[test]
fn redirects_of_a_url_are_followed() {
    let checkout = Checkout::of_fixture();
    let url = serve(vec![redirect("/elsewhere"), ok(&checkout.read("openapi.json"))]);
    let (exit, printed) = checkout.regenerate(Some(&url));
    assert_eq!((exit.is_ok(), printed.as_str()), (true, "all generated files were up to date\n"));
}

#[test]
fn a_failed_fetch_states_the_cause() {
    let fetch = |response: String| {
        let url = serve(vec![response]);
        let text = refused(&Checkout::of_fixture(), |checkout| checkout.regenerate(Some(&url)));
        text.replace(&url, "URL")
    };
    let not_found = "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned();
    assert_eq!(fetch(not_found), "cannot read URL: the server responded with 404 Not Found");
    let garbage = fetch("not http at all".to_owned());
    assert!(garbage.starts_with("cannot read URL: "), "{garbage}");
    let page = fetch(ok("<html>"));
    assert_eq!(
        page,
        "cannot use URL: it is a single value, but an OpenAPI document must be an object; it looks like HTML or XML"
    );
}

#[test]
fn a_connection_error_does_not_repeat_a_password() {
    let text = refused(&Checkout::of_fixture(), |checkout| {
        checkout.regenerate(Some("HTTP://user:hunter2@127.0.0.1:1/openapi.json"))
    });
    assert!(text.starts_with("cannot read HTTP://127.0.0.1:1/openapi.json: "), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
}

#[test]
fn a_git_revision_is_a_source() {
    let checkout = Checkout::of_fixture();
    for arguments in [
        vec!["init", "-q"],
        vec!["add", "openapi.json"],
        vec!["-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "x"],
    ] {
        let status = std::process::Command::new("git")
            .arg("-C")
            .arg(checkout.path(""))
            .args(arguments)
            .status()
            .unwrap();
        assert!(status.success());
    }
    let committed = checkout.read("openapi.json");
    for source in ["HEAD", "HEAD:openapi.json"] {
        checkout.write("openapi.json", "broken");
        assert!(checkout.regenerate(Some(source)).0.is_ok());
        assert_eq!(checkout.read("openapi.json"), committed);
    }
}
