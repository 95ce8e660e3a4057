//! Moments between the steps of a change, which nothing but this module can stop at.

use std::env;
use std::path::PathBuf;
use std::process::{self, Command};

use super::*;

fn ignore(_: &str) {}

/// A directory with the file, and the file.
fn home(content: &str) -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("credentials.toml");
    fs::write(&path, content).unwrap();
    (directory, path)
}

#[test]
fn b8_a_process_killed_before_the_rename_leaves_the_old_content() {
    let (directory, path) = home("old");
    let mut child = Command::new(env::current_exe().unwrap());
    child.args(["--exact", "store::file::tests::stage_and_die", "--ignored"]).env("STORE", &path);
    assert!(!child.output().unwrap().status.success());
    assert_eq!(fs::read_to_string(&path).unwrap(), "old");
    let files = || fs::read_dir(directory.path()).unwrap().count();
    assert_eq!(files(), 3, "the file, its lock and a whole new file are there");

    // The lock has died with its process, and the next writer cleans up.
    update(&path, &ignore, |old| Ok((Some(format!("{old} and new")), ()))).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "old and new");
    assert_eq!(files(), 2);
}

#[test]
#[ignore = "the child of b8_a_process_killed_before_the_rename_leaves_the_old_content"]
fn stage_and_die() {
    let path = PathBuf::from(env::var_os("STORE").unwrap());
    let _lock = lock(&path).unwrap();
    let _staged = stage(&path, "new").unwrap();
    process::abort();
}

#[test]
fn b8_what_hm_writes_without_the_lock_is_kept() {
    let (_directory, path) = home("old");
    let edit = |old: &str| {
        // `hm` replaces the file after this writer has read it.
        if old == "old" {
            fs::write(&path, "old, hm").unwrap();
        }
        Ok((Some(format!("{old}, new")), ()))
    };
    update(&path, &ignore, edit).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "old, hm, new");
}

#[test]
fn b8_an_edit_that_fails_changes_nothing() {
    let (directory, path) = home("old");
    let refuse = |_: &str| Err::<(Option<String>, ()), _>(StoreError::not_a_file(&path));
    update(&path, &ignore, refuse).unwrap_err();
    assert_eq!(fs::read_to_string(&path).unwrap(), "old");
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 2, "the file and its lock");
}
