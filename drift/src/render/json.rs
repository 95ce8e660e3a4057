//! Renders a report as JSON.

use serde_json::{Value, json};

use super::{LEVELS, Names, location, sanitize};
use crate::finding::{Finding, Note, Operation, Report, Subject};
use crate::rust::{RustChange, RustReport};

/// The version of the format. It is raised if a field is removed or changes its meaning.
const VERSION: u32 = 2;
/// How many of the operations that use a component are listed.
const MAX_OPERATIONS: usize = 10;

/// Renders a report as JSON, for programs.
///
/// Texts and values of the documents are exact. Characters that a terminal or log would interpret are escaped.
pub fn json(report: &Report, _names: &Names<'_>) -> String {
    let counts = LEVELS.map(|level| (level.name().to_owned(), json!(report.count(level))));
    let accepted = report.accepted.iter().map(|(accepted, reason)| {
        let mut value = finding_json(accepted);
        value["reason"] = json!(reason);
        value
    });
    let mut text = sanitize::json(&json!({
        "version": VERSION,
        "verdict": report.verdict().name(),
        "wire": report.wire().name(),
        "rust": report.rust.as_ref().map(|rust| rust.verdict().name()),
        "counts": Value::Object(counts.into_iter().collect()),
        "findings": report.findings.iter().map(finding_json).collect::<Vec<_>>(),
        "accepted": accepted.collect::<Vec<_>>(),
        "rust_changes": report.rust.as_ref().map(rust_changes),
        "notes": notes(&report.notes),
    }));
    text.push('\n');
    text
}

fn finding_json(finding: &Finding) -> Value {
    let (operation, component) = match &finding.subject {
        Subject::Document | Subject::Path { .. } => (None, None),
        Subject::Component { kind, name } => (None, Some(format!("{kind}/{name}"))),
        Subject::Operation(operation) => (Some(operation), None),
    };
    let operations = finding.operations.iter().take(MAX_OPERATIONS);
    json!({
        "id": finding.id(),
        "fingerprint": finding.fingerprint(),
        "level": finding.level.name(),
        "effect": finding.rule.effect.name(),
        "direction": finding.direction.name(),
        "operation": operation.and_then(|operation| operation.id.as_deref()),
        "old_operation": operation.and_then(|operation| operation.old_id.as_deref()),
        "method": operation.map(|operation| operation.method.as_str()),
        "path": match &finding.subject {
            Subject::Path { path } => Some(path.as_str()),
            _ => operation.map(|operation| operation.path.as_str()),
        },
        "component": component,
        "operations": operations.map(Operation::name).collect::<Vec<_>>(),
        "part": finding.part,
        "old": finding.old.as_deref().map(location::display),
        "new": finding.new.as_deref().map(location::display),
        "before": finding.change.before(),
        "after": finding.change.after(),
        "message": finding.message(),
        "impact": finding.impact(),
        "notes": notes(&finding.notes),
    })
}

fn notes(notes: &[Note]) -> Value {
    notes.iter().map(|note| json!({"label": note.label, "text": note.text})).collect()
}

fn rust_changes(rust: &RustReport) -> Value {
    let change = |change: &RustChange| {
        json!({
            "item": change.item,
            "before": change.before,
            "after": change.after,
            "level": change.level.name(),
        })
    };
    rust.changes.iter().map(change).collect()
}
