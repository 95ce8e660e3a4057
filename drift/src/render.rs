//! Renders a report for people, programs and CI services.
//!
//! Names, texts and values come from the documents, whose authors may be hostile. All output passes through `sanitize`.

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

/// Reports with more findings begin with a summary.
const MANY: usize = 100;
/// How many rules and operations a summary lists.
const MAX_SUMMARY: usize = 20;
/// How many users of a component a title lists.
const MAX_USERS: usize = 4;
/// How many characters of a Rust definition are shown.
const MAX_DEFINITION: usize = 200;
/// The levels of findings, worst first.
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
    /// The name that the user gave, without credentials.
    pub name: &'a str,
    /// The text of the document, to look up line numbers.
    pub text: Option<&'a str>,
}

/// Counts the findings by level, such as `2 breaking, 1 additive, 0 docs`.
fn counts(findings: &[Finding]) -> String {
    let count = |level| findings.iter().filter(|finding| finding.level == level).count();
    LEVELS.map(|level| format!("{} {}", count(level), level.name())).join(", ")
}

/// Summarizes the verdict and the counts that led to it.
fn verdict(report: &Report) -> String {
    let mut words = format!("{}: {}", report.verdict().name(), counts(&report.findings));
    if !report.accepted.is_empty() {
        // Writing to a string cannot fail, here and below.
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

/// Returns the findings, worst first.
fn worst_first(report: &Report) -> Vec<&Finding> {
    let mut findings: Vec<&Finding> = report.findings.iter().collect();
    findings.sort_by_key(|finding| Reverse(finding.level));
    findings
}

/// Groups the findings by subject, worst first.
fn by_subject(report: &Report) -> Vec<Vec<&Finding>> {
    let mut indexes = BTreeMap::new();
    let mut groups: Vec<Vec<&Finding>> = Vec::new();
    // Findings are added worst first, so groups and their findings are in that order.
    for finding in worst_first(report) {
        let index = *indexes.entry(&finding.subject).or_insert(groups.len());
        match groups.get_mut(index) {
            Some(group) => group.push(finding),
            None => groups.push(vec![finding]),
        }
    }
    groups
}

/// A line of the summary: the number of findings of a rule or operation.
struct Count {
    text: String,
    name: String,
}

/// Summarizes a long report by rule and by operation: the first lines of each, and how many more there are.
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
        .map(|((level, id), count)| Count { text: format!("{count} {}", level.0.name()), name: id });

    let mut subjects = by_subject(report);
    subjects.sort_by_key(|group| {
        Reverse(LEVELS.map(|level| group.iter().filter(|finding| finding.level == level).count()))
    });
    let subjects = subjects.into_iter().map(|group| {
        let count = |level: &Level| group.iter().filter(|finding| finding.level == *level).count();
        let counts = LEVELS.iter().map(|level| (count(level), level.name())).filter(|(count, _)| *count > 0);
        let text = counts.map(|(count, level)| format!("{count} {level}")).collect::<Vec<_>>().join(", ");
        Count { text, name: title(&group) }
    });
    let first = |mut all: Vec<Count>| {
        let more = all.len().saturating_sub(MAX_SUMMARY);
        all.truncate(MAX_SUMMARY);
        (all, more)
    };
    Some([first(kinds.collect()), first(subjects.collect())])
}

/// Returns the title of findings with a common subject.
fn title(findings: &[&Finding]) -> String {
    let Some(subject) = findings.first().map(|finding| &finding.subject) else { return String::new() };
    let is_itself = |operation: &&Operation| matches!(subject, Subject::Operation(own) if own == *operation);
    let users: BTreeSet<&Operation> = findings
        .iter()
        .flat_map(|finding| &finding.operations)
        .filter(|operation| !is_itself(operation))
        .collect();
    let users: Vec<String> = users.into_iter().map(Operation::name).collect();
    let users = match users.as_slice() {
        few if few.len() <= MAX_USERS => few.join(", "),
        many => format!("{} and others", many[..MAX_USERS].join(", ")),
    };
    let name = match subject {
        Subject::Operation(Operation { id: None, method, path, .. }) => format!("{method} {path}"),
        Subject::Operation(Operation { id: Some(id), old_id, method, path }) => {
            let old = old_id.as_ref().map_or(String::new(), |old| format!(" (was {old})"));
            format!("{id}{old}: {method} {path}")
        }
        other => other.to_string(),
    };
    match subject {
        Subject::Component { .. } if users.is_empty() => format!("{name}, used by no operation"),
        _ if users.is_empty() => name,
        Subject::Component { .. } => format!("{name}, used by {users}"),
        Subject::Document | Subject::Path { .. } => format!("{name}, affects {users}"),
        Subject::Operation(_) => format!("{name}, also used by {users}"),
    }
}

/// Returns a finding as one sentence: location, change and impact. Texts of the documents are not sanitized; see [`plain`].
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

/// Describes the change of a Rust item.
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
