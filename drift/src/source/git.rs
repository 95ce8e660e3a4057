//! Files in revisions of a git repository.

mod objects;
mod tree;

use std::collections::HashMap;
use std::path::Path;
use std::process::{Command, Stdio};

use self::tree::{NotFound, Tree};
use super::{MAX_BYTES, reason};
use crate::bundle::{DocumentFiles, FileLoader};
use crate::error::Error;

/// Splits `REV:PATH`. A colon in braces belongs to the revision, as in `HEAD^{/fix: typo}:openapi.yaml`.
pub(super) fn split(argument: &str) -> Option<(&str, &str)> {
    let mut depth = 0_usize;
    let colon = argument.find(|it| {
        match it {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        it == ':' && depth == 0
    })?;
    let (revision, path) = (&argument[..colon], &argument[colon + 1..]);
    (!revision.is_empty() && !path.is_empty()).then_some((revision, path))
}

/// Reads a file of a revision, and gives access to the files that it may refer to.
pub(super) fn open(
    directory: &Path,
    revision: &str,
    path: &str,
) -> Result<(String, Option<DocumentFiles>), Error> {
    let mut tree = Tree::open(directory, revision, MAX_BYTES)?;
    let path = if path.starts_with("./") || path.starts_with("../") {
        let prefix = run(directory, &["rev-parse", "--show-prefix"])?;
        format!("{}{path}", prefix.trim_end_matches(['\r', '\n']))
    } else {
        path.to_owned()
    };
    let (path, file) = tree.find(&path).map_err(|error| match error {
        NotFound::Missing => Error::new(format!(
            "no such file in {revision:?}; the path is relative to the root of the repository, unless it begins with ./"
        )),
        NotFound::Because(error) => error,
    })?;
    let text = tree.text(&file)?;
    let (directory, name) =
        path.rsplit_once('/').map_or(("", path.as_str()), |(directory, name)| (directory, name));
    let files = Directory { tree, path: directory.to_owned(), files: HashMap::new() };
    Ok((text, Some(DocumentFiles { name: name.to_owned(), path: path.clone(), loader: Box::new(files) })))
}

/// The directory of a document in a revision.
struct Directory {
    tree: Tree,
    path: String,
    /// The object ids of the files that were found.
    files: HashMap<String, String>,
}

impl FileLoader for Directory {
    fn find(&mut self, from: &str, path: &str) -> Result<String, Error> {
        let parent = from.rsplit_once('/').map_or("", |(parent, _)| parent);
        let (path, file) =
            self.tree.find(&format!("{}/{parent}/{path}", self.path)).map_err(|error| match error {
                NotFound::Missing => Error::new("no such file in the revision"),
                NotFound::Because(error) => error,
            })?;
        let name = if self.path.is_empty() {
            Some(path.as_str())
        } else {
            path.strip_prefix(&self.path).and_then(|path| path.strip_prefix('/'))
        };
        let name = name.ok_or_else(|| {
            Error::new("it is outside the document's directory, and only files below that are read")
        })?;
        self.files.insert(name.to_owned(), file);
        Ok(name.to_owned())
    }

    fn read(&mut self, name: &str) -> Result<String, Error> {
        match self.files.get(name) {
            Some(file) => self.tree.text(&file.clone()),
            None => Err(Error::new("no such file in the revision")),
        }
    }
}

fn git(directory: &Path) -> Command {
    let mut git = Command::new("git");
    git.arg("-C").arg(directory).env("LC_ALL", "C").stdin(Stdio::null());
    git
}

/// Runs git and returns its standard output.
fn run(directory: &Path, arguments: &[&str]) -> Result<String, Error> {
    let output = git(directory).args(arguments).output().map_err(|error| cannot_run(&error))?;
    if !output.status.success() {
        return Err(git_error(&String::from_utf8_lossy(&output.stderr)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Explains how to fetch an unknown revision. Clones in CI often lack it.
fn advice(directory: &Path, revision: &str) -> String {
    let is_shallow = run(directory, &["rev-parse", "--is-shallow-repository"]);
    let is_shallow = is_shallow.is_ok_and(|output| output.trim() == "true");
    let branch = revision.strip_prefix("origin/").filter(|it| !it.contains(['~', '^', '@', ':']));
    match (branch, is_shallow) {
        (Some(branch), true) => {
            format!("this clone is shallow, so fetch the branch first: git fetch --depth=1 origin {branch}")
        }
        (Some(branch), false) => format!("fetch the branch first: git fetch origin {branch}"),
        (None, true) => "this clone is shallow, so fetch its history first: git fetch --unshallow".to_owned(),
        (None, false) => "check the spelling".to_owned(),
    }
}

fn cannot_run(error: &std::io::Error) -> Error {
    Error::new(format!("no file of that name exists, and git cannot be run: {}", reason(error)))
}

fn git_error(stderr: &str) -> Error {
    let line = stderr.lines().next().unwrap_or("it exited without a message");
    let line = line.strip_prefix("fatal: ").unwrap_or(line);
    Error::new(format!("no file of that name exists, and git reports: {line}"))
}
