//! Renders a report for people, programs and CI services.
//!
//! Names, texts and values come from the documents, whose authors may be hostile. Whatever is printed goes through
//! `sanitize` first.

mod github;
mod json;
mod location;
mod markdown;
pub mod reference;
mod sanitize;
mod sarif;
mod text;
mod values;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

pub use github::github;
pub use json::json;
pub use markdown::markdown;
pub use sanitize::plain;
pub use sarif::sarif;
pub use text::text;

use crate::finding::{Finding, Note, Operation, Report, Subject};
use crate::rules::Level;
use crate::rust::RustChange;
use sanitize::clip;

/// A report with more findings begins with a summary.
const MANY: usize = 100;
/// How many kinds and operations a summary names.
const MAX_SUMMARY: usize = 20;
/// How many operations are named as users of a component.
const MAX_USERS: usize = 4;
/// How many characters of a definition in Rust are shown.
const MAX_DEFINITION: usize = 200;
/// The levels that a finding can have, the worst first.
const LEVELS: [Level; 3] = [Level::Breaking, Level::Additive, Level::Docs];

/// The names of the two documents.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    /// The old document.
    pub old: Name<'a>,
    /// The new document.
    pub new: Name<'a>,
}

/// The name of a document.
#[derive(Clone, Copy, Debug)]
pub struct Name<'a> {
    /// What the user called it, without a password.
    pub name: &'a str,
    /// Its text, in which the lines of findings are looked up.
    pub text: Option<&'a str>,
}

/// How many findings there are of each level, in words.
fn counts(findings: &[Finding]) -> String {
    let count = |level| findings.iter().filter(|finding| finding.level == level).count();
    LEVELS.map(|level| format!("{} {}", count(level), level.name())).join(", ")
}

/// The verdict with everything that led to it, in words.
fn verdict(report: &Report) -> String {
    let mut words = format!("{}: {}", report.verdict().name(), counts(&report.findings));
    if !report.accepted.is_empty() {
        // Writing into a string cannot fail, here and below.
        let _ = write!(words, ", {} accepted", report.accepted.len());
    }
    if let Some(rust) = &report.rust {
        let items = rust.changes.len();
        let (items, verdict) =
            (if items == 1 { "1 item".into() } else { format!("{items} items") }, rust.verdict());
        let _ = write!(words, "; on the wire {}, in Rust {} ({items})", report.wire().name(), verdict.name());
    }
    words
}

/// The findings, the worst first.
fn worst_first(report: &Report) -> Vec<&Finding> {
    let mut findings: Vec<&Finding> = report.findings.iter().collect();
    findings.sort_by_key(|finding| Reverse(finding.level));
    findings
}

/// The findings by their subject, the worst first.
fn by_subject(report: &Report) -> Vec<Vec<&Finding>> {
    let mut indexes = BTreeMap::new();
    let mut groups: Vec<Vec<&Finding>> = Vec::new();
    // The worst finding of a group is its first, and the worst group comes first.
    for finding in worst_first(report) {
        let index = *indexes.entry(&finding.subject).or_insert(groups.len());
        match groups.get_mut(index) {
            Some(group) => group.push(finding),
            None => groups.push(vec![finding]),
        }
    }
    groups
}

/// A line of the summary: how many findings, of which level, of what.
struct Count {
    text: String,
    what: String,
}

/// How often each rule applied, and how much happened to each operation, if there is too much to read: the first few of
/// each, and how many more there are.
fn summary(report: &Report) -> Option<[(Vec<Count>, usize); 2]> {
    if report.findings.len() <= MANY {
        return None;
    }
    let mut kinds = BTreeMap::new();
    for finding in &report.findings {
        *kinds.entry((Reverse(finding.level), finding.id())).or_insert(0_usize) += 1;
    }
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_by_key(|((level, _), count)| (*level, Reverse(*count)));
    let kinds = kinds
        .into_iter()
        .map(|((level, id), count)| Count { text: format!("{count} {}", level.0.name()), what: id });

    let mut subjects = by_subject(report);
    subjects.sort_by_key(|group| {
        Reverse(LEVELS.map(|level| group.iter().filter(|finding| finding.level == level).count()))
    });
    let subjects = subjects.into_iter().map(|group| {
        let count = |level: &Level| group.iter().filter(|finding| finding.level == *level).count();
        let counts = LEVELS.iter().map(|level| (count(level), level.name())).filter(|(count, _)| *count > 0);
        let text = counts.map(|(count, level)| format!("{count} {level}")).collect::<Vec<_>>().join(", ");
        Count { text, what: subject(&group) }
    });
    let first = |mut all: Vec<Count>| {
        let more = all.len().saturating_sub(MAX_SUMMARY);
        all.truncate(MAX_SUMMARY);
        (all, more)
    };
    Some([first(kinds.collect()), first(subjects.collect())])
}

/// The subject that some findings have in common, for a title.
fn subject(findings: &[&Finding]) -> String {
    let Some(subject) = findings.first().map(|finding| &finding.subject) else { return String::new() };
    let is_itself = |it: &&Operation| matches!(subject, Subject::Operation(own) if own == *it);
    let users: BTreeSet<&Operation> =
        findings.iter().flat_map(|finding| &finding.operations).filter(|it| !is_itself(it)).collect();
    let users: Vec<String> = users.into_iter().map(Operation::name).collect();
    let users = match users.as_slice() {
        few if few.len() <= MAX_USERS => few.join(", "),
        many => format!("{} and others", many[..MAX_USERS].join(", ")),
    };
    let title = match subject {
        Subject::Operation(Operation { id: None, method, path, .. }) => format!("{method} {path}"),
        Subject::Operation(Operation { id: Some(id), old_id, method, path }) => {
            let old = old_id.as_ref().map_or(String::new(), |old| format!(" (was {old})"));
            format!("{id}{old}: {method} {path}")
        }
        other => other.to_string(),
    };
    match subject {
        Subject::Component { .. } if users.is_empty() => format!("{title}, used by no operation"),
        _ if users.is_empty() => title,
        Subject::Component { .. } => format!("{title}, used by {users}"),
        Subject::Document | Subject::Path { .. } => format!("{title}, concerns {users}"),
        Subject::Operation(_) => format!("{title}, also used by {users}"),
    }
}

/// Returns all that there is to say about a finding in one sentence: where it is, what changes, what that means. It quotes the
/// documents as they are; see [`plain`].
pub fn message(finding: &Finding) -> String {
    // Without a part, the subject begins the message itself.
    let scope = match &finding.subject {
        Subject::Document => String::new(),
        _ if finding.part.is_empty() => String::new(),
        subject => format!("{subject}: "),
    };
    let values = values::change(finding, str::to_owned);
    let impact = finding.impact().trim_end_matches('.');
    let mut message = format!("{scope}{}{values}: {impact}", finding.message());
    for Note { label, text } in &finding.notes {
        let _ = write!(message, "; {label}: {text}");
    }
    message
}

/// What happens to an item in Rust, in words.
fn rust_change(change: &RustChange, quote: impl Fn(&str) -> String) -> String {
    let item = quote(&change.item);
    let definition = |text: &str| quote(&clip(text, MAX_DEFINITION));
    match (&change.before, &change.after) {
        (Some(before), Some(after)) => {
            format!("{item} changes ({} -> {})", definition(before), definition(after))
        }
        (Some(before), None) => format!("{item} is removed ({})", definition(before)),
        (None, Some(after)) => format!("{item} is added ({})", definition(after)),
        (None, None) => format!("{item} changes"),
    }
}
