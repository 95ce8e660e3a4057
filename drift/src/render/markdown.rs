//! The report as Markdown: a comment on a pull request, an issue, or the summary of a job.

use std::cmp::Reverse;
use std::fmt::Write;

use super::sanitize::{clip, code, prose};
use super::values::change;
use super::{Count, LEVELS, Names, counts, location, rust_change, subject, summary, worst_first};
use crate::finding::{Finding, Note, Report};
use crate::rules::Level;
use crate::rust::RustChange;

/// How many characters of a name or a sentence are printed.
const MAX_TEXT: usize = 300;
/// How many notes on a finding or a report are printed.
const MAX_NOTES: usize = 10;
const END: &str = "\n</details>\n";

/// How many bytes the page may have after each of its sections, so that the later ones have room, too. GitHub takes
/// 65,536 characters, and whoever puts a report into a comment adds some.
mod until {
    pub(super) const NOTES: usize = 10_000;
    pub(super) const SUMMARY: usize = 16_000;
    pub(super) const TABLE: usize = 32_000;
    pub(super) const RUST: usize = 38_000;
    pub(super) const DETAILS: usize = 54_000;
    pub(super) const ACCEPTED: usize = 58_500;
}

/// Renders a report as Markdown for GitHub: the verdict, a table with the worst findings first, the rest folded.
///
/// It stays below 60,000 bytes. If something is cut, the last paragraph says how much.
pub fn markdown(report: &Report, names: &Names<'_>) -> String {
    let mut page = Page(head(report, names));
    let mut cut = Vec::new();

    let left = page.section(until::NOTES, "", &report.notes, |note| format!("\n{}\n", remark(note)), "");
    cut.extend(missing(left, "notes"));
    for (title, (counts, more)) in
        ["kind", "operation"].into_iter().zip(summary(report).into_iter().flatten())
    {
        let row = |count: &Count| cells(&[count.text.clone(), prose(&clip(&count.what, MAX_TEXT / 4))]);
        let end = if more > 0 { format!("\nAnd {more} more.\n") } else { String::new() };
        page.section(until::SUMMARY, &table(&["findings", title]), &counts, row, &end);
    }

    let findings = worst_first(report);
    let head = table(&["level", "where", "what", "impact"]);
    let left = page.section(until::TABLE, &head, &findings, |finding| row(finding), "");
    if left > 0 {
        let left = &findings[findings.len() - left..];
        let count = |level| left.iter().filter(|finding| finding.level == level).count();
        let counts = LEVELS.map(|level| format!("{} {}", count(level), level.name())).join(", ");
        cut.push(format!("{} of {} findings ({counts})", left.len(), findings.len()));
    }

    let mut changes: Vec<_> = report.rust.iter().flat_map(|rust| &rust.changes).collect();
    changes.sort_by_key(|change| Reverse(change.level));
    let item = |change: &&RustChange| {
        let text = rust_change(change, |text| code(&clip(text, MAX_TEXT)));
        format!("- {}: {text}\n", emphasized(change.level))
    };
    let left = page.section(until::RUST, &folded("Generated Rust code"), &changes, item, END);
    cut.extend(missing(left, "changes of generated Rust code"));

    let head = folded("Rules, fingerprints and locations");
    let left = page.section(until::DETAILS, &head, &findings, |finding| details(finding), END);
    cut.extend(missing(left, "rules and locations"));

    let item = |(finding, reason): &(Finding, String)| {
        let reason = prose(&clip(reason, MAX_TEXT));
        format!("- {}, {}: {reason}\n", place(finding), message(finding))
    };
    let left = page.section(until::ACCEPTED, &folded("Accepted"), &report.accepted, item, END);
    cut.extend(missing(left, "accepted findings"));

    if !cut.is_empty() {
        let cut = cut.join(", ");
        let _ =
            write!(page.0, "\n**Cut to fit here**: {cut}. The formats `text` and `json` have all of it.\n");
    }
    page.0
}

struct Page(String);

impl Page {
    /// Adds a section with as many of the first items as fit, and returns how many do not. Without items there is no
    /// section.
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
        let _ = write!(impact, "<br>{}", remark(note));
    }
    cells(&[emphasized(finding.level), place(finding), message(finding), impact])
}

fn details(finding: &Finding) -> String {
    let mut item = format!("- {} {}, {}", code(&finding.id()), code(&finding.fingerprint()), place(finding));
    for (name, pointer) in [("old", &finding.old), ("new", &finding.new)] {
        if let Some(pointer) = pointer {
            let _ = write!(item, "\n  - {name} {}", code(&clip(&location::display(pointer), MAX_TEXT)));
        }
    }
    item + "\n"
}

fn place(finding: &Finding) -> String {
    prose(&clip(&subject(&[finding]), MAX_TEXT))
}

fn message(finding: &Finding) -> String {
    prose(&clip(&finding.message(), MAX_TEXT)) + &change(finding, code)
}

fn remark(note: &Note) -> String {
    prose(&clip(&format!("{}: {}", note.label, note.text), MAX_TEXT))
}

fn emphasized(level: Level) -> String {
    match level {
        Level::Breaking => "**breaking**".to_owned(),
        other => other.name().to_owned(),
    }
}

fn missing(count: usize, what: &str) -> Option<String> {
    (count > 0).then(|| format!("{count} {what}"))
}

fn folded(summary: &str) -> String {
    format!("\n<details><summary>{summary}</summary>\n\n")
}

fn table(titles: &[&str]) -> String {
    let rule = titles.iter().map(|_| "---".to_owned()).collect::<Vec<_>>();
    format!("\n{}{}", cells(&titles.iter().map(|&title| title.to_owned()).collect::<Vec<_>>()), cells(&rule))
}

/// A row of a table. A bar ends a cell even in code.
fn cells(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    format!("| {} |\n", cells.join(" | "))
}
