//! What the differences between two specifications mean for this repository: which wrappers they concern, what a maintainer
//! has to do, and which version to publish. All of it is added as notes, so it never decides whether `drift` fails.
//!
//! The generated code is private in this crate; callers see the wrappers. So a change of generated items is a note on the
//! finding that causes it and a to-do for a wrapper, and no verdict of its own: the report has no `rust` part. Otherwise
//! the build of the API's owner would fail because of work that only this repository has to do.

mod advice;
mod clients;
mod to_do;

use anyhow::Result;
use openapi_drift::{Document, Finding, Note, Report};

use crate::Repository;
use crate::rust_sources;
use crate::wrappers::{Wrapper, Wrappers};

pub(crate) use clients::{Client, Clients};
pub(crate) use to_do::code;

/// The label of notes about a maintainer's work.
const TO_DO: &str = "to-do";

/// Adds to a report on two documents what it means for this repository, whose version is `version`.
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
    let sources = rust_sources::read(repository.root())?;
    let clients = Clients::generate(old, new, &repository.profile, &repository.secrets);
    let to_do = match &clients {
        Ok(clients) => to_do::list(repository, &report.findings, clients)?,
        Err(cause) => vec![format!("the effect on Rust code is unknown: {cause:#}")],
    };
    if let Ok(clients) = &clients {
        let notes = std::mem::take(&mut report.notes);
        let mut rust = clients.rust.clone();
        // A constructor changes with its fields, which are named already.
        rust.changes.retain(|change| !change.item.starts_with("types::") || !change.item.ends_with("::new"));
        rust.annotate(report);
        report.rust = None;
        // The notes on items that no finding explains are dropped. Those items are in one client alone because only an
        // operation uses them whose tag has changed.
        report.notes = notes;
    }
    let wrappers = Wrappers::read(&sources, &[]);
    for finding in &mut report.findings {
        let notes = concerned(&wrappers, finding)
            .map(|wrapper| Note::new("wrapper", format!("{} in {}", wrapper.name, wrapper.file)));
        let notes: Vec<Note> = notes.collect();
        finding.notes.extend(notes);
    }
    let rust = clients.as_ref().ok().map(|clients| &clients.rust);
    if let Some(advice) = advice::advise(&report.findings, rust, version) {
        report.notes.push(Note::new("version", advice));
    }
    report.notes.extend(to_do.into_iter().map(|text| Note::new(TO_DO, text)));
    Ok(())
}

/// Returns the wrappers of the operations that a finding concerns, under their old ids or their new ones.
fn concerned<'w>(wrappers: &'w Wrappers, finding: &Finding) -> impl Iterator<Item = &'w Wrapper> {
    let operations = finding.operations.iter();
    let ids: Vec<String> = operations.flat_map(|it| [&it.id, &it.old_id]).filter_map(Clone::clone).collect();
    wrappers.all.iter().filter(move |wrapper| wrapper.ids.iter().any(|id| ids.contains(id)))
}
