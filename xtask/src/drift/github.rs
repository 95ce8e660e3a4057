//! The report as annotations of a GitHub workflow, at the lines of `openapi.json`.

use std::fmt::Write;

use serde_json::Value;

use super::finding::Report;
use super::place::keys;
use super::rules::Level;
use super::text::change;
use crate::source::SPECIFICATION;

/// Which of the two documents is the committed file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Committed {
    Old,
    New,
}

pub(crate) fn render(report: &Report, spec: &Value, committed: Committed) -> String {
    let mut out = String::new();
    for finding in &report.findings {
        let command = match finding.level() {
            Level::Breaking => "error",
            Level::Additive => "warning",
            Level::Docs => "notice",
        };
        let pointer = if committed == Committed::Old { &finding.old } else { &finding.new };
        let line = pointer.as_ref().map_or(1, |it| line(spec, it.trim_start_matches('#')));
        let title = property(&format!("API drift, {}: {}", finding.level().name(), finding.id()));
        let scope = finding.operation.as_ref().map_or(String::new(), |it| format!("{}: ", it.id));
        let rust = report.in_rust(finding).map_or(String::new(), |it| format!(". In Rust: {it}"));
        let message =
            format!("{scope}{}{}: {}{rust}", finding.message(), change(finding), finding.rule.means());
        // Writing into a string cannot fail.
        let _ =
            writeln!(out, "::{command} file={SPECIFICATION},line={line},title={title}::{}", data(&message));
    }
    let advice = report.advice.as_ref().map_or(String::new(), |it| format!("; {it}"));
    let summary = format!("{}: {}{advice}", report.verdict_name(), report.counts());
    let _ = writeln!(out, "::notice title=API drift::{}", data(&summary));
    out
}

/// The line at which a value begins in the canonical form of a document.
fn line(document: &Value, pointer: &str) -> usize {
    let mut line = 1;
    let mut here = document;
    for key in keys(pointer) {
        // The bracket has a line of its own, and then come the elements before.
        let next = match here {
            Value::Object(object) => {
                line += 1 + object
                    .iter()
                    .take_while(|(name, _)| **name != key)
                    .map(|(_, it)| lines(it))
                    .sum::<usize>();
                object.get(&key)
            }
            Value::Array(items) => {
                let at = key.parse().unwrap_or(0);
                line += 1 + items.iter().take(at).map(lines).sum::<usize>();
                items.get(at)
            }
            _ => None,
        };
        let Some(next) = next else { break };
        here = next;
    }
    line
}

/// How many lines a value takes.
fn lines(value: &Value) -> usize {
    match value {
        Value::Object(object) if !object.is_empty() => 2 + object.values().map(lines).sum::<usize>(),
        Value::Array(items) if !items.is_empty() => 2 + items.iter().map(lines).sum::<usize>(),
        _ => 1,
    }
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_pointer_leads_to_the_line_of_its_value() {
        let document = json!({"a": [], "b": {"c": [1, {"d": true}], "e~/": "x"}, "f": null});
        let text = serde_json::to_string_pretty(&document).unwrap();
        for (pointer, content) in [
            ("/a", "\"a\""),
            ("/b/c", "\"c\""),
            ("/b/c/1/d", "\"d\""),
            ("/b/e~0~1", "\"e~/\""),
            ("/f", "\"f\""),
        ] {
            let found = text.lines().nth(line(&document, pointer) - 1).unwrap();
            assert!(found.trim_start().starts_with(content), "{pointer}: {found}");
        }
        assert_eq!(line(&document, ""), 1);
    }
}
