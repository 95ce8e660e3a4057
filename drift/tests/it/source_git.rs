//! Documents are read from revisions of a git repository.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::path::Path;

use openapi_drift::{Error, SpecSource};

use crate::fixture::{DOCUMENT, Directory, command};
use crate::source::{document, refusal};

/// Reads an argument in a directory, which git but not files is relative to.
fn load_in(directory: &Path, argument: &str) -> Result<String, Error> {
    Ok(SpecSource::parse_in(directory, argument)?.load()?.value["info"]["title"].to_string())
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
        // In subdirectories, paths are still relative to the root.
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
    // The command behaves the same way.
    let run = command(&sub, &["main:./api.json", "HEAD:api.json"]).output().unwrap();
    assert_eq!((run.status.code(), String::from_utf8(run.stderr).unwrap().as_str()), (Some(0), ""));
}

#[test]
fn missing_revisions_and_files_are_rejected() {
    let repository = Directory::git(&[("api.json", DOCUMENT), ("sub/other.json", DOCUMENT)]);
    let top = repository.path("");
    let missing = "no such file in \"main\"; the path is relative to the root of the repository, unless it begins with ./";
    let unknown = "no file of that name exists, and git does not know the revision";
    let misspelled = format!("{unknown} \"nope\"; check the spelling");
    let unfetched = format!("{unknown} \"origin/nope\"; fetch the branch first: git fetch origin nope");
    for (argument, reason) in [
        ("nope:api.json", misspelled.as_str()),
        ("origin/nope:api.json", &unfetched),
        ("main:nope.json", missing),
        ("main:api.json/x", missing),
        ("main:other.json", missing),
        ("main:sub", "it is a directory, not a file"),
        ("main:.", "it is a directory, not a file"),
        ("main:../api.json", "it is outside the repository"),
        ("main:sub/../../api.json", "it is outside the repository"),
    ] {
        assert_eq!(refusal(load_in(&top, argument)), format!("cannot read {argument}: {reason}"));
    }
    for revision in ["--output=pwned", "-h", "a\nb", "a b", "main^{tree}\nmain", "main missing"] {
        let refusal = refusal(load_in(&top, &format!("{revision}:api.json")));
        assert!(refusal.contains("git does not know the revision"), "{refusal}");
    }
    assert!(!repository.path("pwned").exists());

    let elsewhere = Directory::new();
    // There is no repository in any parent directory.
    let run = command(&elsewhere.path(""), &["main:api.json", "main:api.json"])
        .env("GIT_CEILING_DIRECTORIES", elsewhere.path("").parent().unwrap())
        .output()
        .unwrap();
    let error = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(2));
    assert!(
        error.starts_with(
            "error: cannot read main:api.json: no file of that name exists, and git reports: not a git repository"
        ),
        "{error}"
    );
    let run =
        command(&elsewhere.path(""), &["main:api.json", "main:api.json"]).env("PATH", "").output().unwrap();
    let error = String::from_utf8(run.stderr).unwrap();
    assert!(error.contains("no file of that name exists, and git cannot be run: "), "{error}");
}

#[test]
fn errors_in_a_shallow_clone_advise_to_fetch() {
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
    assert!(refusal(load_in(&top, "main:loop")).ends_with("its symbolic links form a cycle"));
    assert!(
        refusal(load_in(&top, "main:outside.json"))
            .ends_with("a symbolic link points outside the repository")
    );
    assert!(refusal(load_in(&top, "main:above.json")).ends_with("it is outside the repository"));
}
