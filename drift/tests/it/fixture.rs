//! Directories, git repositories and runs of the command.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A document without operations.
pub(crate) const DOCUMENT: &str =
    r#"{"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": {}}"#;

/// A temporary directory.
pub(crate) struct Directory(TempDir);

impl Directory {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// A directory with files, by path.
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let directory = Self::new();
        for (name, text) in files {
            directory.write(name, text);
        }
        directory
    }

    /// A git repository with one commit of files.
    pub(crate) fn git(files: &[(&str, &str)]) -> Self {
        let directory = Self::of(files);
        directory.run_git(&["init", "--quiet", "--initial-branch=main"]);
        directory.commit();
        directory
    }

    pub(crate) fn commit(&self) {
        self.run_git(&["add", "--all"]);
        self.run_git(&["commit", "--quiet", "--allow-empty", "--message=x"]);
    }

    pub(crate) fn run_git(&self, arguments: &[&str]) {
        let mut git = Command::new("git");
        git.arg("-C").arg(self.0.path());
        // Override the user's settings.
        for setting in
            ["user.name=T", "user.email=t@example.com", "commit.gpgSign=false", "core.hooksPath=none"]
        {
            git.args(["-c", setting]);
        }
        assert!(git.args(arguments).status().unwrap().success());
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn text(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Runs the command here.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        self.run_with(arguments, Stdio::null())
    }

    pub(crate) fn run_with(&self, arguments: &[&str], stdin: impl Into<Stdio>) -> Run {
        command(self.0.path(), arguments).stdin(stdin).output().unwrap().into()
    }
}

/// The command, to be run in a directory.
pub(crate) fn command(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_openapi-drift"));
    // Bypass the machine's proxy.
    command.current_dir(directory).args(arguments).env("NO_PROXY", "*").env_remove("NO_COLOR");
    command
}

/// The result of a run.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// Returns the error. Panics if there is other output or another exit code.
    pub(crate) fn error(self) -> String {
        assert_eq!((self.code, self.stdout.as_str()), (Some(2), ""), "{}", self.stderr);
        let error = self.stderr.strip_prefix("error: ").and_then(|error| error.strip_suffix('\n'));
        error.unwrap_or_else(|| panic!("not one error: {}", self.stderr)).to_owned()
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}
