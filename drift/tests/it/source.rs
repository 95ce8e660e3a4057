//! Documents are read from files, git, the web and standard input, and nothing reads without a limit.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs::{self, File};
use std::path::Path;
use std::process::Stdio;

use openapi_drift::{Error, SpecSource};

use crate::fixture::{DOCUMENT, Directory, command};
#[cfg(feature = "http")]
use crate::server::{Server, respond};

fn title(source: &SpecSource) -> String {
    source.load().unwrap().value["info"]["title"].as_str().unwrap().to_owned()
}

fn document(title: &str) -> String {
    DOCUMENT.replace("\"T\"", &format!("{title:?}"))
}

fn refusal<T>(result: Result<T, Error>) -> String {
    result.err().unwrap().to_string()
}

/// Reads an argument in a directory, which git but not files is relative to.
fn load_in(directory: &Path, argument: &str) -> Result<String, Error> {
    Ok(SpecSource::parse_in(directory, argument)?.load()?.value["info"]["title"].to_string())
}

#[test]
fn arguments_are_told_apart() {
    let directory = Directory::of(&[("main:openapi.json", DOCUMENT), ("plain.json", DOCUMENT)]);
    assert_eq!(SpecSource::parse("-").unwrap(), SpecSource::Stdin);
    // What exists is a file, whatever it looks like.
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
                "there is no file {argument:?}, and it is neither a URL nor REV:PATH, such as main:openapi.yaml"
            )
        );
    }
}

#[test]
fn credentials_of_a_url_are_never_shown() {
    for (url, shown) in [
        ("https://user:s3cret@example.com/a?b=c", "https://example.com/a?b=c"),
        ("HTTPS://User:S3CRET@Example.com", "HTTPS://Example.com"),
        ("http://s3cret@example.com/", "http://example.com/"),
        ("http://user:s3@cret@example.com/", "http://example.com/"),
        ("http://user:s3cret/s3cret@example.com/", "http://example.com/"),
        ("http://user:s3cret#s3cret@example.com/", "http://example.com/"),
        ("http://user:s3cret\\@example.com/", "http://example.com/"),
        ("http://user:s3%40cret@[::1]:80/a@b", "http://[::1]:80/a@b"),
        // These have none.
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
    // Not only documents.
    directory.write("page.md", "# A page\n");
    assert_eq!(SpecSource::File(directory.path("page.md")).read_text().unwrap(), "# A page\n");
}

#[test]
fn what_is_no_document_is_refused_by_name() {
    let directory = Directory::of(&[("broken.json", "{\"a\": 1,\n\"a\": 2}"), ("empty.yaml", "")]);
    fs::write(directory.path("latin.json"), b"{\n\"a\": \"\xe9\"}").unwrap();
    fs::write(directory.path("utf16.json"), b"\xff\xfe{\0}\0").unwrap();
    for (name, reason) in [
        ("broken.json", "cannot use NAME: line 2, column 1: the key \"a\" appears twice in one object"),
        ("empty.yaml", "cannot use NAME: it is empty, not an OpenAPI document"),
        ("latin.json", "cannot read NAME: it is not UTF-8 text: line 2 has an invalid byte"),
        ("utf16.json", "cannot read NAME: it is UTF-16 text; save it as UTF-8"),
        ("missing.json", "cannot read NAME: No such file or directory"),
        ("", "cannot read NAME: it is a directory, not a file"),
    ] {
        let path = directory.path(name);
        let expected = reason.replace("NAME", path.to_str().unwrap());
        assert_eq!(refusal(SpecSource::File(path).load()), expected);
    }
}

#[test]
fn a_file_without_an_end_is_refused() {
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
fn devices_are_refused() {
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
    assert!(error.contains("only a document in a file or in git may refer to other files"), "{error}");
}

#[test]
fn standard_input_is_read_up_to_the_limit() {
    let directory = Directory::of(&[("a.json", &document("A"))]);
    let run = |stdin: Stdio| directory.run_with(&["-", "a.json"], stdin);
    assert_eq!(run(File::open(directory.path("a.json")).unwrap().into()).code, Some(0));
    assert_eq!(run(Stdio::null()).error(), "cannot use standard input: it is empty, not an OpenAPI document");
    if cfg!(unix) {
        assert_eq!(
            run(File::open("/dev/zero").unwrap().into()).error(),
            "cannot read standard input: it is larger than 512 MiB; is it the right document?"
        );
    }
}

#[test]
fn revisions_are_read() {
    let repository =
        Directory::git(&[("api.json", &document("old")), ("sub/dir/api.json", &document("deep"))]);
    repository.run_git(&["-c", "tag.gpgSign=false", "tag", "--annotate", "--message=x", "v1"]);
    repository.write("api.json", &document("new"));
    repository.write("with: colon", &document("colon"));
    repository.commit();
    repository.write("api.json", &document("worktree"));
    let top = repository.path("");
    let sub = repository.path("sub/dir");
    for (directory, argument, expected) in [
        (&top, "HEAD:api.json", "new"),
        (&top, "HEAD~1:api.json", "old"),
        (&top, "v1:api.json", "old"),
        (&top, "main:sub/dir/api.json", "deep"),
        (&top, "main^{/x}:api.json", "new"),
        (&top, "main@{0}:api.json", "new"),
        (&top, "main:./api.json", "new"),
        (&top, "main:with: colon", "colon"),
        (&top, "main:sub/../api.json", "new"),
        // From anywhere in the repository, paths are from its root.
        (&sub, "main:api.json", "new"),
        (&sub, "main:./api.json", "deep"),
        (&sub, "main:../dir/api.json", "deep"),
        (&sub, "main:../../api.json", "new"),
        (&repository.path(".git"), "main:api.json", "new"),
    ] {
        assert_eq!(load_in(directory, argument).unwrap(), format!("{expected:?}"), "{argument}");
    }
    for (argument, path) in [("main:api.json", "api.json"), ("main:./api.json", "sub/dir/api.json")] {
        let document = SpecSource::parse_in(&sub, argument).unwrap().load().unwrap();
        assert_eq!((document.name(), document.path()), (argument, Some(path)));
    }
    // As a command does it.
    let run = command(&sub, &["main:./api.json", "HEAD:api.json"]).output().unwrap();
    assert_eq!((run.status.code(), String::from_utf8(run.stderr).unwrap().as_str()), (Some(0), ""));
}

#[test]
fn what_git_does_not_have_is_refused() {
    let repository = Directory::git(&[("api.json", DOCUMENT), ("sub/other.json", DOCUMENT)]);
    let top = repository.path("");
    let missing = "there is no such file in \"main\"; the path is from the root of the repository, unless it begins with ./";
    let unknown = "there is no file of that name, and git does not know the revision";
    let misspelled = format!("{unknown} \"nope\"; is it spelled right?");
    let unfetched = format!("{unknown} \"origin/nope\"; fetch the branch first: git fetch origin nope");
    for (argument, reason) in [
        ("nope:api.json", misspelled.as_str()),
        ("origin/nope:api.json", &unfetched),
        ("main:nope.json", missing),
        ("main:api.json/x", missing),
        ("main:other.json", missing),
        ("main:sub", "it is a directory, not a file"),
        ("main:.", "it is a directory, not a file"),
        ("main:../api.json", "it leads out of the repository"),
        ("main:sub/../../api.json", "it leads out of the repository"),
    ] {
        assert_eq!(refusal(load_in(&top, argument)), format!("cannot read {argument}: {reason}"));
    }
    for revision in ["--output=pwned", "-h", "a\nb", "a b", "main^{tree}\nmain", "main missing"] {
        let refusal = refusal(load_in(&top, &format!("{revision}:api.json")));
        assert!(refusal.contains("git does not know the revision"), "{refusal}");
    }
    assert!(!repository.path("pwned").exists());

    let elsewhere = Directory::new();
    // Not even in a parent directory.
    let run = command(&elsewhere.path(""), &["main:api.json", "main:api.json"])
        .env("GIT_CEILING_DIRECTORIES", elsewhere.path("").parent().unwrap())
        .output()
        .unwrap();
    let error = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(2));
    assert!(
        error.starts_with(
            "error: cannot read main:api.json: there is no file of that name, and git says: not a git repository"
        ),
        "{error}"
    );
    let run =
        command(&elsewhere.path(""), &["main:api.json", "main:api.json"]).env("PATH", "").output().unwrap();
    let error = String::from_utf8(run.stderr).unwrap();
    assert!(error.contains("there is no file of that name, and git cannot be run: "), "{error}");
}

#[test]
fn a_shallow_clone_is_told_from_a_wrong_name() {
    let origin = Directory::git(&[("api.json", DOCUMENT)]);
    origin.commit();
    let clone = Directory::new();
    clone.run_git(&["clone", "--quiet", "--depth=1", &format!("file://{}", origin.text("")), "."]);
    for (revision, advice) in [
        ("HEAD~1", "fetch its history first: git fetch --unshallow"),
        ("origin/v2", "fetch the branch first: git fetch --depth=1 origin v2"),
    ] {
        let refusal = refusal(load_in(&clone.path(""), &format!("{revision}:api.json")));
        assert!(refusal.ends_with(&format!("; this clone is shallow, so {advice}")), "{refusal}");
    }
}

#[cfg(unix)]
#[test]
fn symbolic_links_of_a_revision_are_followed() {
    let repository = Directory::git(&[("v1/api.json", &document("target"))]);
    let link = |to: &str, name: &str| std::os::unix::fs::symlink(to, repository.path(name)).unwrap();
    link("v1/api.json", "file.json");
    link("v1", "current");
    link("../file.json", "v1/back.json");
    link("loop", "loop");
    link("/etc/passwd", "outside.json");
    link("../../x", "above.json");
    repository.commit();
    let top = repository.path("");
    for argument in ["main:file.json", "main:current/api.json", "main:v1/back.json", "main:current/back.json"]
    {
        assert_eq!(load_in(&top, argument).unwrap(), "\"target\"", "{argument}");
    }
    assert!(refusal(load_in(&top, "main:loop")).ends_with("its symbolic links lead in a circle"));
    assert!(
        refusal(load_in(&top, "main:outside.json")).ends_with("a symbolic link leads out of the repository")
    );
    assert!(refusal(load_in(&top, "main:above.json")).ends_with("it leads out of the repository"));
}

#[cfg(not(feature = "http"))]
#[test]
fn urls_need_a_feature() {
    let refusal = refusal(SpecSource::parse("http://user:s3cret@127.0.0.1:1/").unwrap().load());
    assert!(refusal.starts_with("cannot read http://127.0.0.1:1/: this build reads no URLs"), "{refusal}");
}

#[cfg(feature = "http")]
#[test]
fn urls_are_fetched() {
    use std::io::Write;

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
            "cannot use URL: line 1, #/paths/~1a: the reference \"a.json\" cannot be followed: only a document in a file \
             or in git may refer to other files; bundle it into one document first",
        ),
        ("/noise", "cannot read URL: the server does not speak HTTP as it should"),
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

#[cfg(feature = "http")]
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
    // Nor are those of a proxy.
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
