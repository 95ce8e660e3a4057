//! Formats the values of a finding, shortened to the part that changed.

use serde_json::Value;

use super::sanitize::clip;
use crate::finding::{Change, Finding, Subject};

/// How many characters of a value are shown.
const MAX_VALUE: usize = 60;
/// How many equal characters are shown before the first difference.
const LEAD: usize = 20;

/// Returns the values in parentheses, with a leading space: ` (before -> after)`. Returns an empty text if the message
/// already contains the value. `quote` sanitizes a value.
pub(super) fn change(finding: &Finding, quote: impl Fn(&str) -> String) -> String {
    match &finding.change {
        Change::Added(value) | Change::Removed(value) => {
            let text = single(value).filter(|text| !is_last_name(finding, text));
            text.map_or(String::new(), |text| format!(" ({})", quote(&text)))
        }
        Change::Replaced(before, after) => {
            let (before, after) = pair(before, after);
            format!(" ({} -> {})", quote(&before), quote(&after))
        }
    }
}

/// Formats a value that was added or removed, unless it is a long object or array.
fn single(value: &Value) -> Option<String> {
    let text = unquoted(value);
    match value {
        Value::Null => None,
        Value::Object(_) | Value::Array(_) => (text.chars().count() <= MAX_VALUE).then_some(text),
        _ => Some(clip(&text, MAX_VALUE)),
    }
}

fn pair(before: &Value, after: &Value) -> (String, String) {
    let (old, new) = (unquoted(before), unquoted(after));
    if old == new {
        // A string and a number that look the same.
        return (before.to_string(), after.to_string());
    }
    if [&old, &new].iter().all(|text| text.chars().count() <= MAX_VALUE) {
        return (old, new);
    }
    // Find the words that differ.
    let spaced = |value: &Value| value.as_str().map_or_else(|| format!("{value:#}"), str::to_owned);
    let (old, new) = (spaced(before), spaced(after));
    let [old, new] = [&old, &new].map(|text| text.split_whitespace().collect::<Vec<_>>());
    let equal = |(old, new): &(&&str, &&str)| old == new;
    let head = old.iter().zip(&new).take_while(equal).count();
    if head == old.len() && head == new.len() {
        return ("..".to_owned(), ".. with different whitespace".to_owned());
    }
    let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(equal).count();
    // Include one equal word before and after, for context.
    let start = head.saturating_sub(1);
    let [old, new] = [old, new].map(|words| {
        let end = words.len().min(words.len() - tail + 1);
        (words[start..end].join(" "), end < words.len())
    });
    // The word that differs may be long.
    let same = old.0.chars().zip(new.0.chars()).take_while(|(old, new)| old == new).count();
    let skip = if [&old, &new].iter().any(|(text, _)| text.chars().count() > MAX_VALUE) {
        same.saturating_sub(LEAD)
    } else {
        0
    };
    let excerpt = |(text, has_more): &(String, bool)| {
        let rest: String = text.chars().skip(skip).collect();
        let shown = clip(&rest, MAX_VALUE);
        let before = if start > 0 || skip > 0 { ".. " } else { "" };
        let after = if *has_more && shown.len() == rest.len() { " .." } else { "" };
        format!("{before}{shown}{after}")
    };
    (excerpt(&old), excerpt(&new))
}

/// Formats a value, without quotes unless they are needed.
fn unquoted(value: &Value) -> String {
    match value {
        Value::String(text) if !text.is_empty() && text.trim() == text => text.clone(),
        other => other.to_string(),
    }
}

/// Returns whether the subject of the message ends with the value, as in `enum value cat is added`.
fn is_last_name(finding: &Finding, text: &str) -> bool {
    let ends = |subject: &str| {
        subject
            .strip_suffix(text)
            .is_some_and(|before| before.is_empty() || before.ends_with([' ', '.', '/']))
    };
    match &finding.subject {
        _ if !finding.part.is_empty() => ends(&finding.part),
        Subject::Document => false,
        Subject::Component { name, .. } | Subject::Path { path: name } => name == text,
        Subject::Operation(operation) => ends(&operation.name()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shown(before: &Value, after: &Value) -> String {
        let (before, after) = pair(before, after);
        format!("{before} -> {after}")
    }

    #[test]
    fn short_values_are_shown_in_full() {
        assert_eq!(shown(&json!("int32"), &json!("int64")), "int32 -> int64");
        assert_eq!(shown(&json!("1"), &json!(1)), "\"1\" -> 1");
        assert_eq!(shown(&json!(""), &json!(" a")), "\"\" -> \" a\"");
        assert_eq!(shown(&Value::Null, &json!({"a": [1]})), "null -> {\"a\":[1]}");
    }

    #[test]
    fn long_texts_are_shortened_to_the_words_that_differ() {
        let text = |word: &str| {
            json!(format!(
                "The quick brown fox jumps over the {word} dog, and then it goes home to sleep until noon"
            ))
        };
        assert_eq!(shown(&text("lazy"), &text("sleepy")), ".. the lazy dog, .. -> .. the sleepy dog, ..");
        let word = |end: &str| json!(format!("{}{end}", "x".repeat(100)));
        let equal = "x".repeat(LEAD);
        assert_eq!(shown(&word("a"), &word("b")), format!(".. {equal}a -> .. {equal}b"));
        let object =
            |format: &str| json!({"description": "x".repeat(60), "format": format, "type": "integer"});
        assert!(shown(&object("int32"), &object("int64")).contains("\"int32\", \"type\": .. -> "));
    }

    #[test]
    fn texts_that_differ_only_in_whitespace_are_marked() {
        let text = "word ".repeat(20);
        assert_eq!(
            shown(&json!(format!("{text}a b")), &json!(format!("{text}a  b"))),
            ".. -> .. with different whitespace"
        );
    }
}
