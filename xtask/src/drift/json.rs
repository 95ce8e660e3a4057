//! The report for programs. Its form is described in the README; `version` rises when that changes.

use anyhow::Result;
use serde_json::{Value, json};

use super::finding::{Finding, Report};
use super::rules::Level;

/// The version of the form.
const VERSION: u32 = 1;

pub(crate) fn render(report: &Report) -> Result<String> {
    let report = json!({
        "version": VERSION,
        "verdict": report.verdict().map_or("none", Level::name),
        "counts": {
            "breaking": report.count(Level::Breaking),
            "additive": report.count(Level::Additive),
            "docs": report.count(Level::Docs),
        },
        "findings": report.findings.iter().map(finding).collect::<Vec<Value>>(),
    });
    Ok(serde_json::to_string_pretty(&report)?)
}

fn finding(finding: &Finding) -> Value {
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
    })
}
