//! Adds the changes of generated items to a report.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{RustChange, RustReport};
use crate::finding::{Finding, Note, Report};

/// The label of the notes.
const NOTE: &str = "rust";

/// How many items a note lists.
const MAX_NAMED: usize = 3;

/// How many unexplained changes are noted.
const MAX_UNATTRIBUTED: usize = 20;

impl RustReport {
    /// Adds the documents that the sources were generated from. They are required to relate findings to items.
    #[must_use]
    pub fn with_documents(mut self, old: &Value, new: &Value) -> Self {
        self.attribution.describe(old, new, &self.changes);
        self
    }

    /// Returns the changed items that a finding affects: those that are generated from its operation or component.
    ///
    /// Requires [`with_documents`](Self::with_documents); otherwise there are none.
    pub fn items_for(&self, finding: &Finding) -> impl Iterator<Item = &RustChange> {
        let explained = self.attribution.explained(finding);
        explained.into_iter().filter_map(|name| {
            let at = self.changes.binary_search_by(|change| change.item.cmp(&name)).ok()?;
            self.changes.get(at)
        })
    }

    /// Returns the changed items that no finding explains.
    pub fn unattributed(&self, findings: &[Finding]) -> impl Iterator<Item = &RustChange> {
        self.without(findings.iter().flat_map(|finding| self.items_for(finding)))
    }

    fn without<'c>(
        &'c self,
        explained: impl Iterator<Item = &'c RustChange>,
    ) -> impl Iterator<Item = &'c RustChange> {
        let explained: BTreeSet<&str> = explained.map(|change| change.item.as_str()).collect();
        self.changes.iter().filter(move |change| !explained.contains(change.item.as_str()))
    }

    /// Adds the changes to a report: as notes on the findings that affect them, and as notes on the report if no finding
    /// explains them.
    pub fn annotate(self, report: &mut Report) {
        let mut explained = Vec::new();
        let accepted = report.accepted.iter_mut().map(|(finding, _)| finding);
        for finding in report.findings.iter_mut().chain(accepted) {
            let mut changes: Vec<&RustChange> = self.items_for(finding).collect();
            explained.extend(changes.iter().copied());
            changes.sort_by_key(|change| std::cmp::Reverse(change.level));
            let named: Vec<String> = changes.iter().take(MAX_NAMED).map(ToString::to_string).collect();
            if named.is_empty() {
                continue;
            }
            let mut text = named.join("; ");
            if changes.len() > MAX_NAMED {
                text = format!("{text}; and {} more", changes.len() - MAX_NAMED);
            }
            finding.notes.push(Note::new(NOTE, text));
        }
        let unattributed: Vec<&RustChange> = self.without(explained.into_iter()).collect();
        for change in unattributed.iter().take(MAX_UNATTRIBUTED) {
            report.notes.push(Note::new(NOTE, format!("{change}, which no finding explains")));
        }
        if unattributed.len() > MAX_UNATTRIBUTED {
            let more = unattributed.len() - MAX_UNATTRIBUTED;
            report
                .notes
                .push(Note::new(NOTE, format!("{more} more items change, which no finding explains")));
        }
        report.rust = Some(self);
    }
}
