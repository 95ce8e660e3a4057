//! Renders a report as annotations of a GitHub workflow.

use std::fmt::Write;

use super::location::{Target, local_file};
use super::sanitize::{clip, command_data, command_property, inert, plain};
use super::{LEVELS, Names, message, rust_change, verdict, worst_first};
use crate::finding::{Finding, Note, Report};
use crate::rules::Level;

/// How many annotations of each kind GitHub shows per step.
const MAX_ANNOTATIONS: usize = 10;
/// How many characters of a message are printed.
const MAX_MESSAGE: usize = 2000;

/// Renders a report as annotations of a GitHub workflow: errors for breaking findings, warnings for additive ones, and
/// notices for the rest and for the verdict.
///
/// GitHub shows ten annotations of each kind per step, so no more are printed. The verdict counts the findings without an
/// annotation.
pub fn github(report: &Report, names: &Names<'_>) -> String {
    let mut out = String::new();
    let target = Target::choose(names, report);
    let findings = worst_first(report);
    let mut left_out = Vec::new();
    for level in LEVELS {
        // The verdict is also a notice.
        let most = if level == Level::Docs { MAX_ANNOTATIONS - 1 } else { MAX_ANNOTATIONS };
        let mut lines: Vec<String> = Vec::new();
        let mut count = 0;
        for finding in findings.iter().filter(|finding| finding.level == level) {
            count += 1;
            if count <= most {
                lines.push(annotation(finding, &target));
            }
        }
        for change in report.rust.iter().flat_map(|rust| &rust.changes).filter(|change| change.level == level)
        {
            count += 1;
            if count <= most {
                let title = format!("API drift in Rust, {}", level.name());
                lines.push(command(level, "", &title, &rust_change(change, str::to_owned)));
            }
        }
        if count > most {
            left_out.push(format!("{} {}", count - most, level.name()));
        }
        out.extend(lines);
    }
    let mut summary = verdict(report);
    if !left_out.is_empty() {
        let _ = write!(summary, "; not annotated: {}", left_out.join(", "));
    }
    for Note { label, text } in &report.notes {
        let _ = write!(summary, "; {label}: {text}");
    }
    out += &command(Level::None, "", "API drift", &summary);
    out
}

fn annotation(finding: &Finding, target: &Target<'_>) -> String {
    let location = target.locate(finding);
    let mut properties = String::new();
    if let Some(document) = local_file(target.name) {
        let file =
            location.other_file.map_or_else(|| document.to_owned(), |other| sibling_path(document, &other));
        let _ = write!(properties, "file={},", command_property(&plain(&file)));
        if let Some(line) = location.line {
            let _ = write!(properties, "line={line},");
        }
    }
    let title = format!("API drift, {}: {}", finding.level.name(), finding.id());
    command(finding.level, &properties, &title, &message(finding))
}

fn command(level: Level, properties: &str, title: &str, message: &str) -> String {
    let command = match level {
        Level::Breaking => "error",
        Level::Additive => "warning",
        Level::Docs | Level::None => "notice",
    };
    let message = command_data(&clip(&inert(message), MAX_MESSAGE));
    format!("::{command} {properties}title={}::{message}\n", command_property(title))
}

/// Returns the path of a file relative to a document's directory.
fn sibling_path(document: &str, other: &str) -> String {
    match document.rsplit_once(['/', '\\']) {
        Some((folder, _)) => format!("{folder}/{other}"),
        None => other.to_owned(),
    }
}
