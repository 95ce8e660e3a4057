//! The report as a comment on a pull request or a job's summary: the verdict, a table, the rest folded.

use std::fmt::Write;

use super::finding::{Finding, Report};
use super::rules::Level;
use super::text::change;

pub(crate) fn render(report: &Report) -> String {
    let mut page = String::new();
    // Writing into a string cannot fail, here and below.
    let _ = writeln!(page, "## API drift: {}\n\n{}.", report.verdict_name(), report.counts());
    if let Some(advice) = &report.advice {
        let _ = writeln!(page, "\n**Version**: {}.", cell(&advice.to_string()));
    }
    if let Some(unreadable) = report.rust.as_ref().and_then(|it| it.unreadable.as_ref()) {
        let _ = writeln!(page, "\n> The verdict stands on the wire alone: {}.", cell(unreadable));
    }
    if !report.findings.is_empty() {
        let _ = writeln!(
            page,
            "\n| level | where | what | for callers | wrapper |\n| --- | --- | --- | --- | --- |"
        );
    }
    for finding in &report.findings {
        let wrappers: Vec<String> =
            report.wrappers(finding).iter().map(|it| format!("`{}` in {}", it.name, it.file)).collect();
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} | {} |",
            marked(finding.level()),
            cell(&place(finding)),
            cell(&(finding.message() + &change(finding))),
            cell(finding.rule.means()),
            wrappers.join(", ")
        );
    }
    if !report.findings.is_empty() {
        let _ =
            writeln!(page, "\n<details><summary>Where, and what it does to the generated code</summary>\n");
        for finding in &report.findings {
            details(&mut page, report, finding);
        }
        let _ = writeln!(page, "\n</details>");
    }
    if !report.accepted.is_empty() {
        let _ = writeln!(page, "\n<details><summary>Accepted</summary>\n");
        for (finding, reason) in &report.accepted {
            let _ =
                writeln!(page, "- {}, {}: {}", cell(&place(finding)), cell(&finding.message()), cell(reason));
        }
        let _ = writeln!(page, "\n</details>");
    }
    page
}

fn details(page: &mut String, report: &Report, finding: &Finding) {
    let _ = writeln!(page, "- `{}` `{}`, {}", finding.id(), finding.fingerprint(), cell(&place(finding)));
    if let (Some(old), Some(new)) = (&finding.old, &finding.new) {
        let _ = writeln!(page, "  - old `{old}`, new `{new}`");
    }
    if let Some(words) = report.in_rust(finding) {
        let _ = writeln!(page, "  - {}", cell(&words));
    }
}

fn place(finding: &Finding) -> String {
    match (&finding.operation, &finding.component) {
        (Some(operation), _) => operation.id.clone(),
        (None, Some(component)) => super::compare::named(component),
        (None, None) => "the document".to_owned(),
    }
}

fn marked(level: Level) -> String {
    match level {
        Level::Breaking => "**breaking**".to_owned(),
        other => other.name().to_owned(),
    }
}

/// A text that stays in its cell.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|").replace('<', "&lt;")
}
