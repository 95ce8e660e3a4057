//! Adds notes to a report that describe its impact on this repository: the affected wrappers, the to-dos for a
//! maintainer, and the next version. Notes never change the exit code of `drift`.
//!
//! Generated code is private in this crate; callers see the wrappers. So a changed generated item becomes a note on the
//! finding that causes it and a to-do for a wrapper, but has no verdict: the report has no `rust` part. Otherwise the
//! build of the API's owner would fail because of work in this repository.

mod advice;
mod clients;
mod to_do;

use anyhow::Result;
use openapi_drift::{Document, Finding, Note, Report};

use crate::Repository;
use crate::rust_sources;
use crate::wrappers::{Wrapper, Wrappers};

pub(crate) use clients::{Client, Clients};
pub(crate) use to_do::code_to_dos;

/// The label of notes that are to-dos for a maintainer.
const TO_DO: &str = "to-do";

/// Adds the notes to a report on two documents. `version` is the current version of the crate.
///
/// # Errors
///
/// Fails if the sources of the crate cannot be read.
pub(crate) fn annotate(
    report: &mut Report,
    repository: &Repository,
    old: &Document,
    new: &Document,
    version: Option<&str>,
) -> Result<()> {
    let sources = rust_sources::read_crate(repository.root())?;
    let clients = Clients::generate(old, new, &repository.profile, &repository.secrets);
    let to_do = match &clients {
        Ok(clients) => to_do::list(repository, &report.findings, clients)?,
        Err(cause) => vec![format!("the impact on Rust code is unknown: {cause:#}")],
    };
    if let Ok(clients) = &clients {
        let notes = std::mem::take(&mut report.notes);
        let mut rust = clients.rust.clone();
        // A constructor changes together with its fields, which have notes already.
        rust.changes.retain(|change| !change.item.starts_with("types::") || !change.item.ends_with("::new"));
        rust.annotate(report);
        report.rust = None;
        // Drop the notes on items that no finding causes. Such an item exists in only one client because the tag of the
        // only operation that uses it has changed.
        report.notes = notes;
    }
    let wrappers = Wrappers::find(&sources, &[]);
    for finding in &mut report.findings {
        let notes = affected_wrappers(&wrappers, finding)
            .map(|wrapper| Note::new("wrapper", format!("{} in {}", wrapper.name, wrapper.file)));
        let notes: Vec<Note> = notes.collect();
        finding.notes.extend(notes);
    }
    let rust = clients.as_ref().ok().map(|clients| &clients.rust);
    if let Some(advice) = advice::next_version(&report.findings, rust, version) {
        report.notes.push(Note::new("version", advice));
    }
    report.notes.extend(to_do.into_iter().map(|text| Note::new(TO_DO, text)));
    Ok(())
}

/// Returns the wrappers of the operations that a finding affects, by old or new id.
fn affected_wrappers<'w>(wrappers: &'w Wrappers, finding: &Finding) -> impl Iterator<Item = &'w Wrapper> {
    let operations = finding.operations.iter();
    let ids: Vec<String> = operations
        .flat_map(|operation| [&operation.id, &operation.old_id])
        .filter_map(Clone::clone)
        .collect();
    wrappers.all.iter().filter(move |wrapper| wrapper.ids.iter().any(|id| ids.contains(id)))
}
