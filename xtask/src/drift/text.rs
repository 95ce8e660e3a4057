//! The report for people: grouped by operation, the worst first, one line a finding and one that says where.

use anyhow::Result;
use serde_json::Value;

use super::compare::named;
use super::finding::{Finding, Report};
use super::rules::Level;
use crate::screen::{BAD, GOOD, HINT, STRONG, Screen};

/// How much of a value is shown.
const MAX_VALUE: usize = 60;

pub(crate) fn write(report: &Report, screen: &mut Screen) -> Result<()> {
    let mut group = None;
    for finding in &report.findings {
        let title = title(finding);
        if group.as_ref() != Some(&title) {
            screen.styled(STRONG, &title)?;
            group = Some(title);
        }
        let style = match finding.level() {
            Level::Breaking => BAD,
            Level::Additive => GOOD,
            Level::Docs => HINT,
        };
        screen.say(format_args!(
            "  {style}{:<8}{style:#} {}{}: {}",
            finding.level().name(),
            finding.message(),
            change(finding),
            finding.rule.means()
        ))?;
        let pointers = match (&finding.old, &finding.new) {
            (Some(old), Some(new)) if old == new => format!("at {old}"),
            (Some(old), Some(new)) => format!("old {old}, new {new}"),
            _ => String::new(),
        };
        let place = format!("[{}] {pointers}", finding.id());
        screen.say(format_args!("           {}", place.trim_end()))?;
        if let Some(words) = report.in_rust(finding) {
            screen.say(format_args!("           in Rust: {words}"))?;
        }
    }
    for (finding, reason) in &report.accepted {
        screen.say(format_args!("accepted: {} [{}], since {reason}", finding.message(), finding.id()))?;
    }
    if let Some(unreadable) = report.rust.as_ref().and_then(|it| it.unreadable.as_ref()) {
        screen.say(format_args!("the verdict stands on the wire alone: {unreadable}"))?;
    }
    if let Some(advice) = report.advice.as_ref().filter(|_| !report.findings.is_empty()) {
        screen.say(format_args!("version: {advice}"))?;
    }
    match report.verdict() {
        None => screen.styled(GOOD, "no drift: nothing changes for callers, and nothing for readers"),
        Some(Level::Breaking) => screen.styled(BAD, format_args!("breaking: {}", report.counts())),
        Some(level) => screen.styled(GOOD, format_args!("{}: {}", level.name(), report.counts())),
    }
}

fn title(finding: &Finding) -> String {
    match (&finding.operation, &finding.component) {
        (Some(operation), _) => format!("{}: {} {}", operation.id, operation.method, operation.path),
        (None, Some(component)) => {
            let ids: Vec<&str> = finding.reached_by.iter().map(|it| it.id.as_str()).collect();
            let users = match ids.as_slice() {
                [] => "used by no operation".to_owned(),
                few if few.len() <= 4 => format!("used by {}", few.join(", ")),
                [one, two, three, rest @ ..] => {
                    format!("used by {one}, {two}, {three} and {} more", rest.len())
                }
                _ => String::new(),
            };
            format!("{}, {users}", named(component))
        }
        (None, None) => "the document".to_owned(),
    }
}

/// The values, where they are short enough to help, or what differs of two longer texts.
pub(crate) fn change(finding: &Finding) -> String {
    let short = |value: &Value| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        (text.chars().count() <= MAX_VALUE && !text.contains('\n')).then_some(text)
    };
    // A value that is the subject itself says nothing new.
    let alone = |value: &Value| {
        let text = short(value).filter(|text| !value.is_object() && !finding.subject.contains(text));
        text.map_or(String::new(), |it| format!(" ({it})"))
    };
    let (before, after) = (&finding.before, &finding.after);
    match (before.is_null(), after.is_null()) {
        (true, true) => String::new(),
        (false, false) => match (short(before), short(after)) {
            (Some(before), Some(after)) => format!(" ({before} -> {after})"),
            _ => match (before, after) {
                (Value::String(before), Value::String(after)) => difference(before, after),
                _ => String::new(),
            },
        },
        (true, false) => alone(after),
        (false, true) => alone(before),
    }
}

/// The words in which two texts differ, with one before and one after them for the place.
fn difference(before: &str, after: &str) -> String {
    let [before, after] = [before, after].map(|text| text.split_whitespace().collect::<Vec<_>>());
    let same = |(one, other): &(&&str, &&str)| one == other;
    let head = before.iter().zip(&after).take_while(same).count();
    if head == before.len() && head == after.len() {
        return String::new();
    }
    let tail = before[head..].iter().rev().zip(after[head..].iter().rev()).take_while(same).count();
    let excerpt = |words: &[&str]| {
        let (start, end) = (head.saturating_sub(1), words.len().min(words.len() - tail + 1));
        let text = words[start..end].join(" ");
        let shown: String = text.chars().take(MAX_VALUE).collect();
        let before = if start > 0 { ".. " } else { "" };
        let after = if end < words.len() || shown.len() < text.len() { " .." } else { "" };
        format!("{before}{shown}{after}")
    };
    format!(" ({} -> {})", excerpt(&before), excerpt(&after))
}
