//! Where documents come from, beyond what [`SpecSource`] knows: the committed specification, revisions of this repository by
//! their name alone, and the point where a branch parted.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, anyhow};
use openapi_drift::{Document, SpecSource};

use crate::manifest;
use crate::output::Output;

/// The file that holds the specification.
pub(crate) const SPECIFICATION: &str = "openapi.json";

/// Reads an argument of a command line: what [`SpecSource`] takes, or a git revision, which stands for its specification.
pub(crate) fn parse(root: &Path, argument: &str) -> Result<SpecSource> {
    match SpecSource::parse_in(root, argument) {
        // A name with a colon was meant as something else.
        Err(_) if !argument.is_empty() && !argument.contains(':') => Ok(revision(root, argument)),
        source => Ok(source?),
    }
}

/// Reads and parses the document that an argument names.
pub(crate) fn read(root: &Path, argument: &str, output: &mut Output) -> Result<Document> {
    let source = parse(root, argument)?;
    Ok(output.with_spinner("reading the specification", || source.load())?)
}

/// Reads the committed specification. Its name is the path from the working directory if that is the root, since annotations
/// of a workflow are shown at that path, and the full path otherwise.
pub(crate) fn committed(root: &Path) -> Result<Document> {
    let path = root.join(SPECIFICATION);
    let is_here =
        matches!((Path::new(".").canonicalize(), root.canonicalize()), (Ok(here), Ok(root)) if here == root);
    let name = if is_here { SPECIFICATION.to_owned() } else { path.to_string_lossy().into_owned() };
    let text = SpecSource::File(path).read_text()?;
    Ok(Document::parse(name, text)?)
}

/// Reads the specification, and the version of the root package if there is one, as they were where this work and a branch
/// parted.
pub(crate) fn at_merge_base(root: &Path, branch: &str) -> Result<(Document, Option<String>)> {
    let base = git(root, &["merge-base", "--end-of-options", branch, "HEAD"]);
    let base = base.map_err(|reason| {
        let shallow =
            git(root, &["rev-parse", "--is-shallow-repository"]).is_ok_and(|it| it.trim() == "true");
        // As git takes it: the name of the branch at the remote.
        let name = branch.strip_prefix("origin/").unwrap_or(branch);
        let advice = if shallow {
            format!("this clone is shallow; fetch the history first: git fetch --unshallow origin {name}")
        } else {
            format!("is it there? fetch it with: git fetch origin {name}")
        };
        anyhow!("git knows no common ancestor of {branch} and this work ({reason}); {advice}")
    })?;
    let base = base.trim();
    let specification = revision(root, base).load()?;
    let manifest = file_of(root, base, manifest::PATH).read_text().ok();
    Ok((specification, manifest.and_then(|text| manifest::version(&text))))
}

fn revision(root: &Path, revision: &str) -> SpecSource {
    file_of(root, revision, SPECIFICATION)
}

fn file_of(root: &Path, revision: &str, path: &str) -> SpecSource {
    SpecSource::Revision { revision: revision.to_owned(), path: path.to_owned(), directory: root.to_owned() }
}

/// Runs git; fails with the first line of what it says.
fn git(root: &Path, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new("git").arg("-C").arg(root).args(arguments).output();
    let output = output.map_err(|error| format!("git cannot be run: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let reason = String::from_utf8_lossy(&output.stderr);
    Err(reason.lines().next().unwrap_or("it gives no reason").to_owned())
}
