//! Renders a report as Markdown for comments, issues and job summaries.

use std::cmp::Reverse;
use std::fmt::Write;

use super::sanitize::{clip, code, prose};
use super::values::change;
use super::{Count, LEVELS, Names, counts, location, rust_change, summary, title, worst_first};
use crate::finding::{Finding, Note, Report};
use crate::rules::Level;
use crate::rust::RustChange;

/// How many characters of a name or a sentence are printed.
const MAX_TEXT: usize = 300;
/// How many notes on a finding or a report are printed.
const MAX_NOTES: usize = 10;
const END: &str = "\n</details>\n";

/// The maximum size of the page in bytes at the end of each section, so later sections have space. GitHub accepts 65,536
/// characters, and callers may add some to the report.
mod until {
    pub(super) const NOTES: usize = 10_000;
    pub(super) const SUMMARY: usize = 16_000;
    pub(super) const TABLE: usize = 32_000;
    pub(super) const RUST: usize = 38_000;
    pub(super) const DETAILS: usize = 54_000;
    pub(super) const ACCEPTED: usize = 58_500;
}

/// Renders a report as Markdown for GitHub: the verdict, a table with the worst findings first, and folded details.
///
/// The result is shorter than 60,000 bytes. If something is omitted, the last paragraph states how much.
pub fn markdown(report: &Report, names: &Names<'_>) -> String {
    let mut page = Page(head(report, names));
    let mut omitted = Vec::new();

    let left = page.section(until::NOTES, "", &report.notes, |note| format!("\n{}\n", note_text(note)), "");
    omitted.extend(omission(left, "notes"));
    for (title, (counts, more)) in
        ["rule", "operation"].into_iter().zip(summary(report).into_iter().flatten())
    {
        let row = |count: &Count| cells(&[count.text.clone(), prose(&clip(&count.name, MAX_TEXT / 4))]);
        let end = if more > 0 { format!("\nAnd {more} more.\n") } else { String::new() };
        page.section(until::SUMMARY, &table(&["findings", title]), &counts, row, &end);
    }

    let findings = worst_first(report);
    let head = table(&["level", "location", "change", "impact"]);
    let left = page.section(until::TABLE, &head, &findings, |finding| row(finding), "");
    if left > 0 {
        let left = &findings[findings.len() - left..];
        let count = |level| left.iter().filter(|finding| finding.level == level).count();
        let counts = LEVELS.map(|level| format!("{} {}", count(level), level.name())).join(", ");
        omitted.push(format!("{} of {} findings ({counts})", left.len(), findings.len()));
    }

    let mut changes: Vec<_> = report.rust.iter().flat_map(|rust| &rust.changes).collect();
    changes.sort_by_key(|change| Reverse(change.level));
    let item = |change: &&RustChange| {
        let text = rust_change(change, |text| code(&clip(text, MAX_TEXT)));
        format!("- {}: {text}\n", emphasized(change.level))
    };
    let left = page.section(until::RUST, &folded("Generated Rust code"), &changes, item, END);
    omitted.extend(omission(left, "changes of generated Rust code"));

    let head = folded("Rules, fingerprints and locations");
    let left = page.section(until::DETAILS, &head, &findings, |finding| details(finding), END);
    omitted.extend(omission(left, "rules and locations"));

    let item = |(finding, reason): &(Finding, String)| {
        let reason = prose(&clip(reason, MAX_TEXT));
        format!("- {}, {}: {reason}\n", location_cell(finding), message_cell(finding))
    };
    let left = page.section(until::ACCEPTED, &folded("Accepted"), &report.accepted, item, END);
    omitted.extend(omission(left, "accepted findings"));

    if !omitted.is_empty() {
        let omitted = omitted.join(", ");
        let _ = write!(
            page.0,
            "\n**Omitted to fit here**: {omitted}. The formats `text` and `json` are complete.\n"
        );
    }
    page.0
}

struct Page(String);

impl Page {
    /// Adds a section with the items that fit, and returns how many do not. If there are none, adds no section.
    fn section<T>(
        &mut self,
        until: usize,
        head: &str,
        items: &[T],
        show: impl Fn(&T) -> String,
        end: &str,
    ) -> usize {
        let start = self.0.len();
        self.0 += head;
        let mut shown = 0;
        for item in items.iter().map(show) {
            if self.0.len() + item.len() + end.len() > until {
                break;
            }
            self.0 += &item;
            shown += 1;
        }
        if shown == 0 {
            self.0.truncate(start);
        } else {
            self.0 += end;
        }
        items.len() - shown
    }
}

fn head(report: &Report, names: &Names<'_>) -> String {
    let [old, new] = [names.old.name, names.new.name].map(|name| code(&clip(name, MAX_TEXT)));
    let counts =
        if report.findings.is_empty() { "no differences".to_owned() } else { counts(&report.findings) };
    let rust = report.rust.as_ref().map_or(String::new(), |rust| {
        format!("; on the wire {}, in Rust {}", report.wire().name(), rust.verdict().name())
    });
    let verdict = report.verdict().name();
    format!("## API drift: {verdict}\n\nCompared {old} with {new}: {counts}{rust}.\n")
}

fn row(finding: &Finding) -> String {
    let mut impact = finding.impact().to_owned();
    for note in finding.notes.iter().take(MAX_NOTES) {
        let _ = write!(impact, "<br>{}", note_text(note));
    }
    cells(&[emphasized(finding.level), location_cell(finding), message_cell(finding), impact])
}

fn details(finding: &Finding) -> String {
    let mut item =
        format!("- {} {}, {}", code(&finding.id()), code(&finding.fingerprint()), location_cell(finding));
    for (name, pointer) in [("old", &finding.old), ("new", &finding.new)] {
        if let Some(pointer) = pointer {
            let _ = write!(item, "\n  - {name} {}", code(&clip(&location::display(pointer), MAX_TEXT)));
        }
    }
    item + "\n"
}

fn location_cell(finding: &Finding) -> String {
    prose(&clip(&title(&[finding]), MAX_TEXT))
}

fn message_cell(finding: &Finding) -> String {
    prose(&clip(&finding.message(), MAX_TEXT)) + &change(finding, code)
}

fn note_text(note: &Note) -> String {
    prose(&clip(&format!("{}: {}", note.label, note.text), MAX_TEXT))
}

fn emphasized(level: Level) -> String {
    match level {
        Level::Breaking => "**breaking**".to_owned(),
        other => other.name().to_owned(),
    }
}

fn omission(count: usize, name: &str) -> Option<String> {
    (count > 0).then(|| format!("{count} {name}"))
}

fn folded(summary: &str) -> String {
    format!("\n<details><summary>{summary}</summary>\n\n")
}

fn table(titles: &[&str]) -> String {
    let rule = titles.iter().map(|_| "---".to_owned()).collect::<Vec<_>>();
    format!("\n{}{}", cells(&titles.iter().map(|&title| title.to_owned()).collect::<Vec<_>>()), cells(&rule))
}

/// Formats a row of a table. An unescaped bar ends a cell even in code.
fn cells(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    format!("| {} |\n", cells.join(" | "))
}
