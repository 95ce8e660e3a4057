//! `cargo xtask regenerate`: imports a specification, and rewrites the files that are generated from it.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use openapi_drift::render::{message, plain};
use serde_json::Value;

use crate::Repository;
use crate::artifacts::{Artifact, generate_all};
use crate::extract::{Selection, Subset};
use crate::generate::Operation;
use crate::impact::{self, Clients};
use crate::mentions;
use crate::output::{Exit, NOTE, Output, SUCCESS};
use crate::renames::{self, Renames};
use crate::spec_source;
use crate::writer::Lock;

/// How many lines of the reference page's diff are shown.
const MAX_DIFF_LINES_PAGE: usize = 400;

/// How many lines that mention a removed part of the paths are listed.
const MAX_MENTIONS: usize = 20;

/// Imports the specification from `from`, or uses the committed one, and rewrites the generated files.
///
/// # Errors
///
/// Fails without having written anything if the specification cannot be used.
pub fn run(repository: &Repository, from: Option<&str>, output: &mut Output) -> Result<Exit> {
    let root = repository.root();
    let lock = Lock::acquire(root)?;
    let (name, subset, changes) = if let Some(source) = from {
        import(repository, source, output)?
    } else {
        let document = spec_source::load_committed(root)?;
        let name = document.name().to_owned();
        let subset = Subset::extract(document.value, &Selection::all())
            .with_context(|| format!("cannot use {name}"))?;
        (name, subset, Changes::default())
    };
    let Subset { spec, repairs, conversions } = subset;
    let artifacts = generate_all(repository, &name, &spec, &changes.renames, output)?;
    let mut to_dos = artifacts.violations;
    to_dos.extend(changes.to_dos);

    for repair in repairs {
        output.line(plain(&format!("repaired {repair}")))?;
    }
    for conversion in conversions {
        output.line(plain(&format!("converted {conversion}")))?;
    }
    for line in changes.lines {
        output.line(plain(&format!("changed {line}")))?;
    }
    let page = repository.profile.page;
    let old_page = std::fs::read_to_string(root.join(page)).unwrap_or_default();
    let written = lock.write(root, &artifacts.files)?;
    if written.is_empty() {
        output.line("all generated files were up to date")?;
    } else {
        output.styled(SUCCESS, format_args!("in {}:", root.display()))?;
    }
    for path in &written {
        output.styled(SUCCESS, format_args!("wrote {path}"))?;
    }
    for Artifact { path, content } in artifacts.files.iter().filter(|file| file.path == page) {
        if old_page != *content {
            output.diff(path, &old_page, content, MAX_DIFF_LINES_PAGE)?;
        }
    }
    for note in changes.notes {
        output.line(format_args!("{NOTE}note:{NOTE:#} {note}"))?;
    }
    for to_do in &to_dos {
        output.print_to_do(to_do)?;
    }
    for skeleton in artifacts.skeletons {
        output.line(format_args!("skeleton of the missing method:\n{skeleton}"))?;
    }
    Ok(if to_dos.is_empty() { Exit::Clean } else { Exit::ActionRequired })
}

/// The effects of an import.
#[derive(Default)]
struct Changes {
    /// One line for each change.
    lines: Vec<String>,
    renames: Renames,
    /// What a maintainer must do because of the changes.
    to_dos: Vec<String>,
    /// What a maintainer should know.
    notes: Vec<String>,
}

impl Changes {
    fn unknown(error: &anyhow::Error) -> Self {
        let to_do = format!("check whether the wrappers still fit, since the changes are unknown: {error:#}");
        Self { to_dos: vec![to_do], ..Self::default() }
    }
}

/// Loads a new specification, and compares it with the committed one.
fn import(repository: &Repository, source: &str, output: &mut Output) -> Result<(String, Subset, Changes)> {
    let root = repository.root();
    let document = spec_source::load(root, source, output)?;
    let name = document.name().to_owned();
    let old = spec_source::load_committed(root).and_then(|old| Subset::extract(old.value, &Selection::all()));
    let mut selection = Selection::tagged(&repository.profile);
    if let Ok(old) = &old {
        selection = selection.with_operations_of(&old.spec);
    }
    let subset = Subset::extract(document.value, &selection).with_context(|| format!("cannot use {name}"))?;
    // The import may be there to replace a broken committed document.
    let changes = old.and_then(|old| find_changes(repository, &old.spec, &subset.spec));
    let changes = changes.unwrap_or_else(|error| Changes::unknown(&error));
    Ok((name, subset, changes))
}

fn find_changes(repository: &Repository, old: &Value, new: &Value) -> Result<Changes> {
    let findings = openapi_drift::compare(old, new, &openapi_drift::Options::default())?.findings;
    let lines = findings.iter().map(|finding| format!("[{}] {}", finding.level.name(), message(finding)));
    let renames = renames::find(&findings);
    let lines = lines.collect();
    let clients = match Clients::of_subsets(old, new, &repository.secrets) {
        Ok(clients) => clients,
        Err(error) => return Ok(Changes { lines, renames, ..Changes::unknown(&error) }),
    };
    let to_dos = impact::code_to_dos(repository, &clients, &renames)?;
    let notes = note_stale_mentions(repository, &clients.old.operations, &clients.new.operations)?;
    Ok(Changes { lines, renames, to_dos, notes: notes.into_iter().collect() })
}

/// Lists the lines that mention a part of the paths, such as a version, that all old operations share and the new ones
/// do not.
fn note_stale_mentions(
    repository: &Repository,
    old: &[Operation],
    new: &[Operation],
) -> Result<Option<String>> {
    let common_parts = |operations: &[Operation]| {
        let parts = operations
            .iter()
            .map(|operation| operation.path.split('/').map(str::to_owned).collect::<BTreeSet<_>>());
        parts.reduce(|common, parts| &common & &parts).unwrap_or_default()
    };
    let removed: Vec<String> = (&common_parts(old) - &common_parts(new)).into_iter().collect();
    if removed.is_empty() {
        return Ok(None);
    }
    let mentions = mentions::lines(repository.root(), &removed, repository.profile.page)?;
    if mentions.is_empty() {
        return Ok(None);
    }
    let more = mentions.len().saturating_sub(MAX_MENTIONS);
    let shown: Vec<&str> = mentions.iter().take(MAX_MENTIONS).map(String::as_str).collect();
    let more = if more > 0 { format!(", and {more} more") } else { String::new() };
    Ok(Some(format!(
        "the paths no longer contain {}, but these lines do: {}{more}",
        removed.join(", "),
        shown.join(", ")
    )))
}
