//! The report for programs. Its form is described in the README; `version` rises when that changes.

use anyhow::Result;
use serde_json::{Value, json};

use super::finding::{Finding, Report};
use super::rules::Level;
use super::rust::{Change, RustSide};

/// The version of the form.
const VERSION: u32 = 1;

pub(crate) fn render(report: &Report) -> Result<String> {
    let report = json!({
        "version": VERSION,
        "verdict": report.verdict_name(),
        "counts": {
            "breaking": report.count(Level::Breaking),
            "additive": report.count(Level::Additive),
            "docs": report.count(Level::Docs),
        },
        "advice": report.advice.as_ref().map(|it| json!({"bump": it.bump, "version": it.version, "reason": it.reason})),
        "rust": report.rust.as_ref().map(rust),
        "findings": report.findings.iter().map(|it| finding(report, it)).collect::<Vec<Value>>(),
        "accepted": report.accepted.iter().map(|(it, reason)| {
            let mut accepted = finding(report, it);
            accepted["reason"] = json!(reason);
            accepted
        }).collect::<Vec<Value>>(),
    });
    Ok(serde_json::to_string_pretty(&report)?)
}

fn rust(rust: &RustSide) -> Value {
    let change = |it: &Change| json!({"item": it.item, "before": it.before, "after": it.after});
    json!({"unreadable": rust.unreadable, "changes": rust.changes.iter().map(change).collect::<Vec<Value>>()})
}

fn finding(report: &Report, finding: &Finding) -> Value {
    let operations = finding.operations();
    let operation = operations.first();
    json!({
        "id": finding.id(),
        "level": finding.level().name(),
        "operation": operation.map(|it| &it.id),
        "method": operation.map(|it| &it.method),
        "path": operation.map(|it| &it.path),
        "component": finding.component,
        "operations": operations.iter().map(|it| &it.id).collect::<Vec<_>>(),
        "old": finding.old,
        "new": finding.new,
        "before": finding.before,
        "after": finding.after,
        "message": finding.message(),
        "means": finding.rule.means(),
        "fingerprint": finding.fingerprint(),
        "items": report.rust.iter().flat_map(|rust| rust.of(finding)).map(|it| &it.item).collect::<Vec<_>>(),
        "wrappers": report.wrappers(finding).iter().map(|it| json!({"name": it.name, "file": it.file})).collect::<Vec<_>>(),
    })
}
