//! Loads specifications from the sources that [`SpecSource`] does not know: the committed file, a git revision by its
//! name alone, and the merge base of a branch.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, anyhow};
use openapi_drift::{Document, SpecSource};

use crate::manifest;
use crate::output::Output;

/// The committed specification, relative to the root.
pub(crate) const SPECIFICATION: &str = "openapi.json";

/// Parses a command-line argument: what [`SpecSource`] accepts, or a git revision, which stands for its specification.
fn parse(root: &Path, argument: &str) -> Result<SpecSource> {
    match SpecSource::parse_in(root, argument) {
        // An argument with a colon is not meant as a revision alone.
        Err(_) if !argument.is_empty() && !argument.contains(':') => Ok(revision(root, argument)),
        source => Ok(source?),
    }
}

/// Loads the document that a command-line argument names.
pub(crate) fn load(root: &Path, argument: &str, output: &mut Output) -> Result<Document> {
    let source = parse(root, argument)?;
    Ok(output.with_spinner("reading the specification", || source.load())?)
}

/// Loads the committed specification. If the working directory is the root, the document's name is the relative path,
/// at which GitHub shows annotations. Otherwise it is the full path.
pub(crate) fn load_committed(root: &Path) -> Result<Document> {
    let path = root.join(SPECIFICATION);
    let is_root = matches!(
        (Path::new(".").canonicalize(), root.canonicalize()),
        (Ok(current), Ok(root)) if current == root
    );
    let name = if is_root { SPECIFICATION.to_owned() } else { path.to_string_lossy().into_owned() };
    let text = SpecSource::File(path).read_text()?;
    Ok(Document::parse(name, text)?)
}

/// Loads the specification, and the version of the root package if it has one, from the merge base of a branch and `HEAD`.
pub(crate) fn load_merge_base(root: &Path, branch: &str) -> Result<(Document, Option<String>)> {
    let base = git(root, &["merge-base", "--end-of-options", branch, "HEAD"]);
    let base = base.map_err(|reason| {
        let is_shallow =
            git(root, &["rev-parse", "--is-shallow-repository"]).is_ok_and(|output| output.trim() == "true");
        // `git fetch` expects the name that the branch has at the remote.
        let name = branch.strip_prefix("origin/").unwrap_or(branch);
        let advice = if is_shallow {
            format!("this clone is shallow; fetch the history first: git fetch --unshallow origin {name}")
        } else {
            format!("does the branch exist? fetch it with: git fetch origin {name}")
        };
        anyhow!("git finds no common ancestor of {branch} and HEAD ({reason}); {advice}")
    })?;
    let base = base.trim();
    let specification = revision(root, base).load()?;
    let manifest = file_at(root, base, manifest::PATH).read_text().ok();
    Ok((specification, manifest.and_then(|text| manifest::version(&text))))
}

fn revision(root: &Path, revision: &str) -> SpecSource {
    file_at(root, revision, SPECIFICATION)
}

fn file_at(root: &Path, revision: &str, path: &str) -> SpecSource {
    SpecSource::Revision { revision: revision.to_owned(), path: path.to_owned(), directory: root.to_owned() }
}

/// Runs git. Fails with the first line that it prints to standard error.
fn git(root: &Path, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new("git").arg("-C").arg(root).args(arguments).output();
    let output = output.map_err(|error| format!("cannot run git: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let reason = String::from_utf8_lossy(&output.stderr);
    Err(reason.lines().next().unwrap_or("git gives no reason").to_owned())
}
