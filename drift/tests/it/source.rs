//! Documents are read from files, pipes and standard input, up to a limit.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs::{self, File};
use std::process::Stdio;

use openapi_drift::{Error, SpecSource};

use crate::fixture::{DOCUMENT, Directory};

fn title(source: &SpecSource) -> String {
    source.load().unwrap().value["info"]["title"].as_str().unwrap().to_owned()
}

pub(crate) fn document(title: &str) -> String {
    DOCUMENT.replace("\"T\"", &format!("{title:?}"))
}

pub(crate) fn refusal<T>(result: Result<T, Error>) -> String {
    result.err().unwrap().to_string()
}

#[test]
fn arguments_are_distinguished() {
    let directory = Directory::of(&[("main:openapi.json", DOCUMENT), ("plain.json", DOCUMENT)]);
    assert_eq!(SpecSource::parse("-").unwrap(), SpecSource::Stdin);
    // An existing path is a file, even if it looks like a revision.
    for name in ["main:openapi.json", "plain.json", ""] {
        let path = directory.text(name);
        assert_eq!(SpecSource::parse(&path).unwrap(), SpecSource::File(path.into()));
    }
    let revision = |argument: &str| match SpecSource::parse(argument).unwrap() {
        SpecSource::Revision { revision, path, .. } => (revision, path),
        other => panic!("{other:?}"),
    };
    let pair = |revision: &str, path: &str| (revision.to_owned(), path.to_owned());
    assert_eq!(revision("HEAD~1:a/b.json"), pair("HEAD~1", "a/b.json"));
    assert_eq!(revision("HEAD^{/fix: it}:a:b"), pair("HEAD^{/fix: it}", "a:b"));
    assert_eq!(revision("--output=x:y"), pair("--output=x", "y"));
    for url in ["http://x/a", "https://x/a", "HTTPS://x/a", "hTTp://x"] {
        assert!(matches!(SpecSource::parse(url).unwrap(), SpecSource::Url(_)), "{url}");
    }
    assert_eq!(
        refusal(SpecSource::parse("")),
        "an argument is empty; name a file, a URL, REV:PATH in git, or - for standard input"
    );
    for argument in ["missing.json", ":missing.json", "main:", "a b"] {
        assert_eq!(
            refusal(SpecSource::parse(argument)),
            format!(
                "no file {argument:?} exists, and it is neither a URL nor REV:PATH, such as main:openapi.yaml"
            )
        );
    }
}

#[test]
fn credentials_of_a_url_are_hidden() {
    for (url, shown) in [
        ("https://user:s3cret@example.com/a?b=c", "https://example.com/a?b=c"),
        ("HTTPS://User:S3CRET@Example.com", "HTTPS://Example.com"),
        ("http://s3cret@example.com/", "http://example.com/"),
        ("http://user:s3@cret@example.com/", "http://example.com/"),
        ("http://user:s3cret/s3cret@example.com/", "http://example.com/"),
        ("http://user:s3cret#s3cret@example.com/", "http://example.com/"),
        ("http://user:s3cret\\@example.com/", "http://example.com/"),
        ("http://user:s3%40cret@[::1]:80/a@b", "http://[::1]:80/a@b"),
        // These contain no credentials.
        ("http://[::1]/@scope/a", "http://[::1]/@scope/a"),
        ("https://unpkg.com:443/@scope/a@1.0/b.json", "https://unpkg.com:443/@scope/a@1.0/b.json"),
    ] {
        let source = SpecSource::parse(url).unwrap();
        assert_eq!(source.to_string(), shown);
        assert!(!format!("{source:?}").to_lowercase().contains("cret"), "{source:?}");
    }
    for argument in
        ["ftp://user:s3cret@example.com/", "https:user:s3cret@example.com", "HTTP:/user:s3cret@example.com"]
    {
        let refusal = refusal(SpecSource::parse(argument));
        assert!(!refusal.contains("s3cret"), "{refusal}");
    }
    assert_eq!(
        refusal(SpecSource::parse("ftp://user:s3cret@example.com/a")),
        "cannot read ftp://example.com/a: only http and https URLs are supported"
    );
}

#[test]
fn files_are_read() {
    let directory = Directory::of(&[
        ("a.json", &document("A")),
        ("b.yaml", "openapi: 3.0.3\ninfo: {title: B}\npaths: {}\n"),
    ]);
    let source = SpecSource::parse(&directory.text("a.json")).unwrap();
    let read = source.load().unwrap();
    assert_eq!(read.name(), directory.text("a.json"));
    assert_eq!(read.path(), Some(directory.text("a.json").as_str()));
    assert_eq!(read.text(), document("A"));
    assert_eq!(title(&SpecSource::parse(&directory.text("b.yaml")).unwrap()), "B");
    // Other texts can be read, too.
    directory.write("page.md", "# A page\n");
    assert_eq!(SpecSource::File(directory.path("page.md")).read_text().unwrap(), "# A page\n");
}

#[test]
fn invalid_documents_are_rejected_by_name() {
    let directory = Directory::of(&[("broken.json", "{\"a\": 1,\n\"a\": 2}"), ("empty.yaml", "")]);
    fs::write(directory.path("latin.json"), b"{\n\"a\": \"\xe9\"}").unwrap();
    fs::write(directory.path("utf16.json"), b"\xff\xfe{\0}\0").unwrap();
    for (name, reason) in [
        ("broken.json", "cannot use NAME: line 2, column 1: the key \"a\" appears twice in one object"),
        ("empty.yaml", "cannot use NAME: it is empty"),
        ("latin.json", "cannot read NAME: it is not UTF-8: line 2 has an invalid byte"),
        ("utf16.json", "cannot read NAME: it is UTF-16; save it as UTF-8"),
        ("missing.json", "cannot read NAME: No such file or directory"),
        ("", "cannot read NAME: it is a directory, not a file"),
    ] {
        let path = directory.path(name);
        let expected = reason.replace("NAME", path.to_str().unwrap());
        assert_eq!(refusal(SpecSource::File(path).load()), expected);
    }
}

#[test]
fn a_file_above_the_limit_is_rejected() {
    let directory = Directory::new();
    let huge = File::create(directory.path("huge.json")).unwrap();
    huge.set_len((512 << 20) + 1).unwrap();
    let refusal = refusal(SpecSource::File(directory.path("huge.json")).load());
    assert!(
        refusal.ends_with("huge.json: it is larger than 512 MiB; is it the right document?"),
        "{refusal}"
    );
}

#[cfg(unix)]
#[test]
fn devices_are_rejected() {
    for device in ["/dev/zero", "/dev/urandom", "/dev/null"] {
        let refusal = refusal(SpecSource::parse(device).unwrap().load());
        assert_eq!(refusal, format!("cannot read {device}: it is a device, not a file"));
    }
    let directory = Directory::new();
    let socket = std::os::unix::net::UnixListener::bind(directory.path("socket")).unwrap();
    assert!(
        refusal(SpecSource::File(directory.path("socket")).load()).ends_with("it is a socket, not a file")
    );
    drop(socket);
}

#[cfg(unix)]
#[test]
fn pipes_are_read_up_to_the_limit() {
    let directory = Directory::of(&[("a.json", &document("A")), ("b.json", &document("B"))]);
    let bash = |script: &str| {
        let tool = env!("CARGO_BIN_EXE_openapi-drift");
        let output = std::process::Command::new("bash")
            .current_dir(directory.path(""))
            .args(["-c", script, "bash", tool])
            .output()
            .unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(bash("\"$1\" <(cat a.json) <(cat b.json)"), (Some(0), String::new()));
    assert_eq!(bash("mkfifo p; cat a.json >p & \"$1\" p b.json"), (Some(0), String::new()));
    let (code, error) = bash("\"$1\" <(cat /dev/zero) b.json");
    assert_eq!(code, Some(2));
    assert!(error.ends_with(": it is larger than 512 MiB; is it the right document?\n"), "{error}");
    let (code, error) = bash(
        "\"$1\" <(echo '{\"a\": {\"$ref\": \"b.json\"}, \"paths\": {\"/a\": {\"$ref\": \"b.json\"}}}') b.json",
    );
    assert_eq!(code, Some(2));
    assert!(error.contains("only a document from a file or from git may refer to other files"), "{error}");
}

#[test]
fn standard_input_is_read_up_to_the_limit() {
    let directory = Directory::of(&[("a.json", &document("A"))]);
    let run = |stdin: Stdio| directory.run_with(&["-", "a.json"], stdin);
    assert_eq!(run(File::open(directory.path("a.json")).unwrap().into()).code, Some(0));
    assert_eq!(run(Stdio::null()).error(), "cannot use standard input: it is empty");
    if cfg!(unix) {
        assert_eq!(
            run(File::open("/dev/zero").unwrap().into()).error(),
            "cannot read standard input: it is larger than 512 MiB; is it the right document?"
        );
    }
}

#[cfg(not(feature = "http"))]
#[test]
fn urls_need_a_feature() {
    let refusal = refusal(SpecSource::parse("http://user:s3cret@127.0.0.1:1/").unwrap().load());
    assert!(refusal.starts_with("cannot read http://127.0.0.1:1/: this build cannot read URLs"), "{refusal}");
}
