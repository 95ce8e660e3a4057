//! Everything that derives from the specification and the sources, and the rules that hold between them. Writing and
//! checking are one walk over one list.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tempfile::NamedTempFile;

use crate::Repository;
use crate::generate::{self, Operation};
use crate::reference_page::{self, PAGE};
use crate::screen::Screen;
use crate::slice::to_text;
use crate::source::SPECIFICATION;
use crate::sources;
use crate::wrappers::Wrappers;

/// The committed client, relative to the root.
const CLIENT: &str = "src/generated/client.rs";
const RULES: &str = "drift/RULES.md";

/// How many lines of a stale file's diff are shown.
const SHORT: usize = 12;

/// A file that derives from others.
#[derive(Debug)]
pub struct Artefact {
    /// Relative to the root.
    pub path: &'static str,
    /// What should be in it.
    pub content: String,
}

/// All that derives from a specification.
#[derive(Debug)]
pub struct Derived {
    /// The files, the specification itself in canonical form included.
    pub artefacts: Vec<Artefact>,
    /// What a person must add or decide, a sentence each.
    pub broken: Vec<String>,
}

/// Derives everything from a specification, which goes by `name`, and checks the rules. Nothing is written.
///
/// # Errors
///
/// Fails with all reasons when no client can be generated, or when a source of the crate is of no use.
pub fn derive(repository: &Repository, name: &str, spec: &Value, screen: &mut Screen) -> Result<Derived> {
    let document = to_text(spec)?;
    let generated =
        screen.during("generating the client", || generate::generate(&document, &repository.secrets));
    let mut broken: Vec<String> = generated.complaints.iter().map(ToString::to_string).collect();
    let Some(client) = generated.source else {
        bail!("cannot use {name}: no client can be generated: {}", broken.join("; "));
    };
    let operations = generate::spec::operations(spec).with_context(|| format!("cannot use {name}"))?;
    let sources = sources::read(&repository.root)?;
    let wrappers = Wrappers::read(&sources, &operations);
    broken.extend(check_wrappers(&operations, &wrappers));
    let page = reference_page::render(spec, &repository.secrets, &operations, &wrappers);
    let artefacts = vec![
        Artefact { path: SPECIFICATION, content: document },
        Artefact { path: CLIENT, content: client },
        Artefact { path: PAGE, content: page },
        Artefact { path: RULES, content: openapi_drift::render::reference::rules_markdown() },
    ];
    Ok(Derived { artefacts, broken })
}

/// Checks the rules about wrappers: one per operation, one operation per wrapper, one retry class each. Returns what breaks
/// them, a sentence each.
pub(crate) fn check_wrappers(operations: &[Operation], wrappers: &Wrappers) -> Vec<String> {
    let mut broken = Vec::new();
    for Operation { id, bearer, .. } in operations {
        let found: Vec<_> = wrappers.of(id).collect();
        match found.as_slice() {
            [] => {
                let (file, owner) =
                    if *bearer { ("src/session.rs", "Session") } else { ("src/client.rs", "Client") };
                broken.push(format!(
                    "operation {id} has no wrapper; add a method to {owner} in {file} with #[doc(alias = \"{id}\")] that \
                     names its retry class, and a route to test-server/src/routes.rs"
                ));
            }
            [one] => match one.retries.as_slice() {
                [_] => {}
                [] => broken.push(format!(
                    "{} in {} names no retry class; pass one of Retry to transport::call",
                    one.name, one.file
                )),
                several => broken.push(format!(
                    "{} in {} names {} retry classes ({}); an operation has one",
                    one.name,
                    one.file,
                    several.len(),
                    several.join(", ")
                )),
            },
            several => {
                let names: Vec<&str> = several.iter().map(|it| it.name.as_str()).collect();
                broken.push(format!(
                    "operation {id} is wrapped {} times ({}); keep one",
                    names.len(),
                    names.join(", ")
                ));
            }
        }
    }
    for wrapper in &wrappers.all {
        if !operations.iter().any(|operation| wrapper.ids.contains(&operation.id)) {
            broken.push(format!(
                "{} in {} wraps {}, which is not a public auth operation any more; remove it, or correct its alias",
                wrapper.name,
                wrapper.file,
                wrapper.ids.first().map_or("an operation", String::as_str)
            ));
        }
    }
    broken
}

/// Compares the files with what they should be, and shows the difference of each that is not; returns how many.
///
/// # Errors
///
/// Fails when a file cannot be read.
pub fn compare(root: &Path, artefacts: &[Artefact], screen: &mut Screen) -> Result<usize> {
    let mut stale = 0;
    for Artefact { path, content } in artefacts {
        let old = read(root, path)?;
        if old != *content {
            stale += 1;
            screen.say(format_args!("stale: {path}"))?;
            screen.diff(path, &old, content, SHORT)?;
        }
    }
    Ok(stale)
}

/// Writes the files that differ, all or none, and returns their paths.
///
/// # Errors
///
/// Fails when a file cannot be read or written; what was replaced by then is put back.
pub fn write(root: &Path, artefacts: &[Artefact]) -> Result<Vec<&'static str>> {
    let mut prepared = Vec::new();
    for Artefact { path, content } in artefacts {
        let (target, old) = (root.join(path), read(root, path)?);
        if old != *content {
            let new = beside(&target, content)?;
            prepared.push((*path, beside(&target, &old)?, new, target));
        }
    }
    let mut written: Vec<(&str, NamedTempFile, PathBuf)> = Vec::new();
    for (path, old, new, target) in prepared {
        if let Err(error) = new.persist(&target) {
            for (_, old, target) in written {
                // The first error is the one to report.
                let _ = old.persist(target);
            }
            return Err(error).with_context(|| format!("{path} cannot be written"));
        }
        written.push((path, old, target));
    }
    Ok(written.into_iter().map(|(path, ..)| path).collect())
}

/// A file that is not there yet is an empty one.
fn read(root: &Path, path: &str) -> Result<String> {
    match fs::read_to_string(root.join(path)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        text => text.with_context(|| format!("{path} cannot be read")),
    }
}

/// Writes a temporary file beside its target, to be moved there in one step.
fn beside(target: &Path, content: &str) -> Result<NamedTempFile> {
    let folder = target.parent().unwrap_or(target);
    fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let mut builder = tempfile::Builder::new();
    // As any new file has them: the umask takes away from these.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file =
        builder.tempfile_in(folder).with_context(|| format!("{} is not writable", folder.display()))?;
    file.write_all(content.as_bytes())?;
    Ok(file)
}
