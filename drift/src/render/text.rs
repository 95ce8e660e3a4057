//! Renders a report as text, for terminals and logs.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};

use super::sanitize::plain;
use super::values::change;
use super::{Names, by_subject, location, rust_change, summary, title, verdict};
use crate::finding::{Finding, Report};
use crate::rules::Level;

const TITLE: Style = Style::new().bold();

/// Renders a report as text, by operation and component, worst first. It contains ANSI styles; print it through `anstream`
/// to strip them if necessary.
pub fn text(report: &Report, names: &Names<'_>) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail, here and below.
    if let Some(parts) = summary(report) {
        for (order, (counts, more)) in ["by rule", "by operation"].into_iter().zip(parts) {
            let _ = writeln!(out, "{TITLE}{} findings {order}{TITLE:#}", report.findings.len());
            let width = counts.iter().map(|count| count.text.len()).max().unwrap_or(0);
            for count in counts {
                let _ = writeln!(out, "  {:<width$}  {}", count.text, plain(&count.name));
            }
            if more > 0 {
                let _ = writeln!(out, "  and {more} more");
            }
        }
        out.push('\n');
    }
    for group in by_subject(report) {
        let _ = writeln!(out, "{TITLE}{}{TITLE:#}", plain(&title(&group)));
        for finding in group {
            write_finding(&mut out, finding);
        }
    }
    if let Some(rust) = report.rust.as_ref().filter(|rust| !rust.changes.is_empty()) {
        let _ = writeln!(out, "{TITLE}generated Rust code{TITLE:#}");
        let mut changes: Vec<_> = rust.changes.iter().collect();
        changes.sort_by_key(|change| std::cmp::Reverse(change.level));
        for change in changes {
            write_line(&mut out, change.level, &rust_change(change, str::to_owned));
        }
    }
    for (finding, reason) in &report.accepted {
        let line = format!("accepted: {} [{}]: \"{reason}\"", finding.message(), finding.id());
        let _ = writeln!(out, "{}", plain(&line));
    }
    for note in &report.notes {
        let _ = writeln!(out, "{}", plain(&format!("{}: {}", note.label, note.text)));
    }
    let style = style(report.verdict());
    let line = if report.verdict() == Level::None && report.accepted.is_empty() {
        format!("no differences between {} and {}", names.old.name, names.new.name)
    } else {
        verdict(report)
    };
    let _ = writeln!(out, "{style}{}{style:#}", plain(&line));
    out
}

fn write_finding(out: &mut String, finding: &Finding) {
    let message = format!("{}{}: {}", finding.message(), change(finding, str::to_owned), finding.impact());
    write_line(out, finding.level, &message);
    let location = format!("[{}] {}", finding.id(), location::pointers(finding));
    let _ = writeln!(out, "            {}", plain(&location));
    for note in &finding.notes {
        let _ = writeln!(out, "            {}", plain(&format!("{}: {}", note.label, note.text)));
    }
}

fn write_line(out: &mut String, level: Level, line: &str) {
    let style = style(level);
    let _ = writeln!(out, "  {style}{:<8}{style:#}  {}", level.name(), plain(line));
}

fn style(level: Level) -> Style {
    match level {
        Level::Breaking => AnsiColor::Red.on_default(),
        Level::Additive | Level::None => AnsiColor::Green.on_default(),
        Level::Docs => AnsiColor::Cyan.on_default(),
    }
}
