//! Hand-written reports.

use openapi_drift::render::{Name, Names};
use openapi_drift::{
    Change, Direction, Effect, Example, Finding, Fragment, Level, Operation, Report, Rule, Scope, Subject,
};
use serde_json::json;

const EXAMPLE: Example = Example { of: Fragment::Schema, before: "{}", after: "{}" };

/// Rules for tests, independent of the table.
pub(crate) static REMOVED: Rule = Rule {
    name: "thing-removed",
    scope: Scope::Both,
    effect: Effect::Replaces,
    deviation: None,
    summary: "is removed",
    sends: "The server ignores it",
    receives: "The client misses it",
    example: EXAMPLE,
};
pub(crate) static CHANGED: Rule = Rule {
    name: "thing-widened",
    scope: Scope::Both,
    effect: Effect::Widens,
    deviation: None,
    summary: "changes",
    sends: "Old values are still accepted",
    receives: "The client may not know the new value",
    example: EXAMPLE,
};
pub(crate) static REWORDED: Rule = Rule {
    name: "thing-reworded",
    scope: Scope::Request,
    effect: Effect::Neutral,
    deviation: None,
    summary: "has other words",
    sends: "Nobody is affected",
    receives: "",
    example: EXAMPLE,
};

pub(crate) const NAMES: Names<'_> =
    Names { old: Name { name: "old.json", text: None }, new: Name { name: "new.json", text: None } };

pub(crate) fn operation(id: &str) -> Operation {
    Operation { id: Some(id.to_owned()), old_id: None, method: "GET".to_owned(), path: format!("/{id}") }
}

/// A finding in an operation, with locations in both documents.
pub(crate) fn finding(level: Level, id: &str, part: &str, change: Change) -> Finding {
    let rule = match level {
        Level::Breaking => &REMOVED,
        Level::Additive => &CHANGED,
        Level::None | Level::Docs => &REWORDED,
    };
    let subject = Subject::Operation(operation(id));
    let mut finding = Finding::new(rule, Direction::Request, subject, part, change);
    finding.old = Some(format!("#/paths/~1{id}/get"));
    finding.new = Some(format!("#/paths/~1{id}/get"));
    finding
}

pub(crate) fn report(findings: Vec<Finding>) -> Report {
    let mut report = Report::default();
    report.findings = findings;
    report
}

/// Returns a number of findings, one third of each level, docs first.
pub(crate) fn many(count: usize) -> Report {
    let levels = [Level::Docs, Level::Additive, Level::Breaking];
    let one = |index: usize| {
        let level = levels[index * levels.len() / count];
        finding(
            level,
            &format!("op{}", index % 30),
            &format!("field number{index}"),
            Change::Removed(json!("x")),
        )
    };
    report((0..count).map(one).collect())
}

/// Removes our ANSI styles but no others.
pub(crate) fn without_styles(text: &str) -> String {
    ["\u{1b}[0m", "\u{1b}[1m", "\u{1b}[31m", "\u{1b}[32m", "\u{1b}[36m"]
        .iter()
        .fold(text.to_owned(), |text, style| text.replace(style, ""))
}
