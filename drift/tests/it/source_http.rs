//! Documents are read from URLs, and credentials are never shown.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::io::Write;

use crate::fixture::{DOCUMENT, Directory, command};
use crate::server::{Server, respond};
use crate::source::document;

#[test]
fn urls_are_fetched() {
    let server = Server::new(|path, stream| match path {
        "/a.json" => respond(stream, "200 OK", "", &document("A")),
        "/there" => respond(stream, "302 Found", "Location: /a.json\r\n", ""),
        "/missing" => respond(stream, "404 Not Found", "", DOCUMENT),
        "/circle" => respond(stream, "302 Found", "Location: /circle\r\n", ""),
        "/page" => respond(stream, "200 OK", "", "<!DOCTYPE html>\n<html lang=\"en\">: {"),
        "/file" => respond(stream, "302 Found", "Location: file:///etc/passwd\r\n", ""),
        "/refers" => respond(stream, "200 OK", "", r#"{"paths": {"/a": {"$ref": "a.json"}}}"#),
        "/cut" => drop(stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")),
        "/noise" => drop(stream.write_all(b"what?\r\n\r\n")),
        "/long" => drop(stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n{")),
        _ => {}
    });
    let directory = Directory::of(&[("a.json", &document("A"))]);
    let run = |url: &str| directory.run(&[url, "a.json"]);
    for path in ["/a.json", "/there"] {
        assert_eq!(run(&server.url(path)).code, Some(0), "{path}");
    }
    let upper = server.url("/a.json").replace("http", "HTTP");
    assert_eq!(run(&upper).code, Some(0));
    for (path, reason) in [
        ("/missing", "cannot read URL: the server responded with 404 Not Found"),
        ("/circle", "cannot read URL: the server redirected more than 10 times"),
        ("/page", "cannot use URL: it is neither JSON nor YAML, but HTML or XML"),
        (
            "/refers",
            "cannot use URL: line 1, #/paths/~1a: cannot follow the reference \"a.json\": only a document from a \
             file or from git may refer to other files; bundle it into one document first",
        ),
        ("/noise", "cannot read URL: the server sent an invalid HTTP response"),
        ("/long", "cannot read URL: it is larger than 512 MiB; is it the right document?"),
    ] {
        let url = server.url(path);
        assert_eq!(run(&url).error(), reason.replace("URL", &url), "{path}");
    }
    for path in ["/file", "/cut", "/nothing"] {
        let error = run(&server.url(path)).error();
        assert!(error.starts_with("cannot read http://127.0.0.1:"), "{error}");
    }
    assert!(server.requests()[0].contains("user-agent: openapi-drift/"), "{:?}", server.requests()[0]);
}

#[test]
fn credentials_are_sent_but_never_printed() {
    let server = Server::new(|path, stream| match path {
        "/a.json" => respond(stream, "200 OK", "", DOCUMENT),
        "/slash" => respond(stream, "301 Moved Permanently", "Location: /a.json\r\n", ""),
        _ => respond(stream, "401 Unauthorized", "", ""),
    });
    let directory = Directory::of(&[("a.json", DOCUMENT)]);
    let url = |path: &str| server.url(path).replace("://", "://user:p%40ss@");
    assert_eq!(directory.run(&[&url("/a.json"), "a.json"]).code, Some(0));
    assert_eq!(directory.run(&[&url("/slash"), "a.json"]).code, Some(0));
    assert_eq!(
        directory.run(&[&url("/no"), "a.json"]).error(),
        format!("cannot read {}: the server responded with 401 Unauthorized", server.url("/no"))
    );
    for request in server.requests() {
        // user:p@ss
        assert!(request.to_lowercase().contains("authorization: basic dxnlcjpwqhnz\r\n"), "{request}");
    }
    for bad in [
        "http://user:s3cret@",
        "http://user:s3/cret@127.0.0.1:1/",
        "http://user:s3cret@127.0.0.1:99999/",
        "http://user:s3cret@127.0.0.1:1/",
    ] {
        let error = directory.run(&[bad, "a.json"]).error();
        assert!(!error.contains("cret") && error.starts_with("cannot read http://"), "{error}");
    }
    // The credentials of a proxy are hidden, too.
    for proxy in
        ["http://user:s3cret@127.0.0.1:1", "http://user:s3cret@127.0.0.1:99999", "socks9://user:s3cret@x"]
    {
        let run = command(&directory.path(""), &["http://example.invalid/", "a.json"])
            .env_remove("NO_PROXY")
            .env_remove("no_proxy")
            .env("ALL_PROXY", proxy)
            .output()
            .unwrap();
        let error = String::from_utf8(run.stderr).unwrap();
        assert_eq!(run.status.code(), Some(2));
        assert!(!error.contains("s3cret"), "{error}");
    }
}
