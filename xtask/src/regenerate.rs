//! `cargo xtask regenerate`: a new specification in, everything that derives from it out.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use openapi_drift::render::{message, plain};
use serde_json::Value;

use crate::Repository;
use crate::artifacts::{Artifact, derive};
use crate::extract::{Selection, Subset};
use crate::generate::Operation;
use crate::impact::{self, Clients};
use crate::mentions;
use crate::output::{ERROR, Exit, NOTE, Output, SUCCESS};
use crate::renames::{self, Renames};
use crate::spec_source;
use crate::writer::Lock;

/// How many lines of the reference page's diff are shown.
const WHOLE: usize = 400;

/// How many lines are named that mention what is gone.
const MAX_PLACES: usize = 20;

/// Takes the specification from `from`, or the committed one, and rewrites what derives from it.
///
/// # Errors
///
/// Fails with a sentence, and without having written anything, when the source is of no use.
pub fn run(repository: &Repository, from: Option<&str>, output: &mut Output) -> Result<Exit> {
    let root = repository.root();
    let lock = Lock::take(root)?;
    let (name, subset, changes) = if let Some(source) = from {
        import(repository, source, output)?
    } else {
        let document = spec_source::committed(root)?;
        let name = document.name().to_owned();
        let subset = Subset::extract(document.value, &Selection::all())
            .with_context(|| format!("cannot use {name}"))?;
        (name, subset, Changes::default())
    };
    let Subset { spec, repairs, conversions } = subset;
    let derived = derive(repository, &name, &spec, &changes.renames, output)?;
    let mut to_do = derived.broken;
    to_do.extend(changes.to_do);

    for repair in repairs {
        output.line(plain(&format!("repaired {repair}")))?;
    }
    for conversion in conversions {
        output.line(plain(&format!("converted {conversion}")))?;
    }
    for line in changes.lines {
        output.line(plain(&format!("changes {line}")))?;
    }
    let page = repository.profile.page;
    let old_page = std::fs::read_to_string(root.join(page)).unwrap_or_default();
    let written = lock.write(root, &derived.artifacts)?;
    if written.is_empty() {
        output.line("everything was fresh")?;
    } else {
        output.styled(SUCCESS, format_args!("in {}:", root.display()))?;
    }
    for path in &written {
        output.styled(SUCCESS, format_args!("wrote {path}"))?;
    }
    for Artifact { path, content } in derived.artifacts.iter().filter(|it| it.path == page) {
        if old_page != *content {
            output.diff(path, &old_page, content, WHOLE)?;
        }
    }
    for note in changes.notes {
        output.line(format_args!("{NOTE}note:{NOTE:#} {note}"))?;
    }
    for problem in &to_do {
        output.line(format_args!("{ERROR}to do:{ERROR:#} {problem}"))?;
    }
    for skeleton in derived.skeletons {
        output.line(format_args!("a skeleton of the missing method:\n{skeleton}"))?;
    }
    Ok(if to_do.is_empty() { Exit::Clean } else { Exit::ActionRequired })
}

/// What an import changes.
#[derive(Default)]
struct Changes {
    /// Each change in words.
    lines: Vec<String>,
    renames: Renames,
    /// What a person must do because of them.
    to_do: Vec<String>,
    /// What a person should know.
    notes: Vec<String>,
}

impl Changes {
    fn unknown(error: &anyhow::Error) -> Self {
        let to_do = format!("check whether the wrappers still fit; what has changed is unknown: {error:#}");
        Self { to_do: vec![to_do], ..Self::default() }
    }
}

/// Reads a new specification, and compares it with the committed one.
fn import(repository: &Repository, source: &str, output: &mut Output) -> Result<(String, Subset, Changes)> {
    let root = repository.root();
    let document = spec_source::read(root, source, output)?;
    let name = document.name().to_owned();
    let old = spec_source::committed(root).and_then(|old| Subset::extract(old.value, &Selection::all()));
    let mut selection = Selection::tagged(&repository.profile);
    if let Ok(old) = &old {
        selection = selection.with_operations_of(&old.spec);
    }
    let subset = Subset::extract(document.value, &selection).with_context(|| format!("cannot use {name}"))?;
    // The committed document may be the broken one that is to be replaced.
    let changes = old.and_then(|old| compare(repository, &old.spec, &subset.spec));
    let changes = changes.unwrap_or_else(|error| Changes::unknown(&error));
    Ok((name, subset, changes))
}

fn compare(repository: &Repository, old: &Value, new: &Value) -> Result<Changes> {
    let findings = openapi_drift::compare(old, new, &openapi_drift::Options::default())?.findings;
    let lines = findings.iter().map(|finding| format!("[{}] {}", finding.level.name(), message(finding)));
    let renames = renames::find(&findings);
    let lines = lines.collect();
    let clients = match Clients::of_subsets(old, new, &repository.secrets) {
        Ok(clients) => clients,
        Err(error) => return Ok(Changes { lines, renames, ..Changes::unknown(&error) }),
    };
    let to_do = impact::code(repository, &clients, &renames)?;
    let notes =
        stale_mentions(repository, &clients.old.operations, &clients.new.operations)?.into_iter().collect();
    Ok(Changes { lines, renames, to_do, notes })
}

/// Names the lines that mention a part of a path that all operations had, such as a version, and that none has any more.
fn stale_mentions(repository: &Repository, old: &[Operation], new: &[Operation]) -> Result<Option<String>> {
    let parts = |operations: &[Operation]| {
        let parts =
            operations.iter().map(|it| it.path.split('/').map(str::to_owned).collect::<BTreeSet<_>>());
        parts.reduce(|all, some| &all & &some).unwrap_or_default()
    };
    let gone: Vec<String> = (&parts(old) - &parts(new)).into_iter().collect();
    if gone.is_empty() {
        return Ok(None);
    }
    let places = mentions::lines(repository.root(), &gone, repository.profile.page)?;
    if places.is_empty() {
        return Ok(None);
    }
    let more = places.len().saturating_sub(MAX_PLACES);
    let shown: Vec<&str> = places.iter().take(MAX_PLACES).map(String::as_str).collect();
    let more = if more > 0 { format!(", and {more} more") } else { String::new() };
    Ok(Some(format!(
        "{} is gone from the paths, but mentioned in {}{more}",
        gone.join(", "),
        shown.join(", ")
    )))
}
