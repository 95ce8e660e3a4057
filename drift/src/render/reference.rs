//! Renders the reference of the rules: `RULES.md`, `--list` and `--explain`.

use std::fmt::Write;

mod block;

use crate::rules::{self, Direction, Effect, Fragment, Level, Rule, Scope};

/// How many ids are suggested for an unknown one.
const MAX_SUGGESTIONS: usize = 3;
/// The minimum similarity of a suggestion, between 0 and 1.
const MIN_SIMILARITY: f64 = 0.6;

/// Returns one line per id: the id, its level and the change.
pub fn list() -> String {
    let ids = || rules::all().flat_map(ids);
    let width = ids().map(|(id, _)| id.len()).max().unwrap_or(0);
    let lines = ids().map(|(id, (rule, direction))| {
        format!("{id:<width$}  {:<8}  {}\n", rule.level(direction).name(), rule.summary)
    });
    lines.collect()
}

/// Explains a rule by its id, or returns `None` if there is no such rule.
pub fn explain(id: &str) -> Option<String> {
    let Some((rule, direction)) = rules::find(id) else {
        // A heading in RULES.md is the id without a direction.
        let rule = rules::all().find(|rule| rule.name == id)?;
        let each = rule.directions().iter().filter_map(|direction| explain(&rule.id(*direction)));
        return Some(each.collect::<Vec<_>>().join("\n"));
    };
    let mut text = format!("{id}\n\n");
    let mut line = |title: &str, value: &str| {
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(text, "{title:<9} {value}");
    };
    line("level", rule.level(direction).name());
    line("change", rule.summary);
    match (rule.scope, direction) {
        (Scope::Request, _) => {}
        (_, Direction::Request) => line("applies", "to requests, which the client sends"),
        (_, Direction::Response) => line("applies", "to responses, which the client receives"),
    }
    line("effect", effect(rule.effect));
    line("impact", &sentence(rule.impact(direction)));
    line("reason", &rationale(rule, direction));
    for other in rule.directions().iter().filter(|other| **other != direction) {
        line("see also", &format!("{} ({})", rule.id(*other), rule.level(*other).name()));
    }
    let example = rule.example;
    // Rules that are not about documents have no example.
    if example.before != example.after {
        let _ = write!(text, "\nExample, {}:\n\n", fragment(example.of));
        for (title, yaml) in [("before", example.before), ("after", example.after)] {
            let _ = writeln!(text, "  {title}:");
            for line in block::style(yaml).lines() {
                let _ = writeln!(text, "    {line}");
            }
        }
    }
    Some(text)
}

/// Returns the ids that are most similar to an unknown one, best first.
pub fn nearest(id: &str) -> Vec<String> {
    let similarity = |known: &str| {
        // A part of an id, such as one without its direction.
        let contains = !id.is_empty() && known.contains(id);
        if contains { 1.0 } else { strsim::normalized_damerau_levenshtein(id, known) }
    };
    let mut known: Vec<(f64, String)> =
        rules::all().flat_map(ids).map(|(known, _)| (similarity(&known), known)).collect();
    known.retain(|(similarity, _)| *similarity >= MIN_SIMILARITY);
    known.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    known.into_iter().take(MAX_SUGGESTIONS).map(|(_, known)| known).collect()
}

/// Returns the content of `RULES.md`.
pub fn rules_markdown() -> String {
    let mut page = INTRODUCTION.to_owned();
    for (title, rules) in rules::sections() {
        let _ = write!(
            page,
            "\n## {title}\n\n| rule | change | request | response |\n| --- | --- | --- | --- |\n"
        );
        for rule in rules {
            let level = |direction: Direction| {
                let applies = rule.directions().contains(&direction);
                if applies { emphasized(rule.level(direction)) } else { "" }
            };
            let _ = writeln!(
                page,
                "| [{name}](#{name}) | {} | {} | {} |",
                rule.summary,
                level(Direction::Request),
                level(Direction::Response),
                name = rule.name,
            );
        }
        for rule in rules {
            write_rule(&mut page, rule);
        }
    }
    page
}

fn write_rule(page: &mut String, rule: &Rule) {
    let _ = write!(page, "\n### {}\n\n", rule.name);
    for direction in rule.directions() {
        let (id, level) = (rule.id(*direction), emphasized(rule.level(*direction)));
        let _ = writeln!(page, "- `{id}`, {level}: {}", sentence(rule.impact(*direction)));
    }
    let _ = write!(page, "\nEffect: {}. ", effect(rule.effect));
    let mut reasons: Vec<String> = match rule.deviation {
        Some((.., reason)) => vec![format!("The level does not follow from the effect: {reason}")],
        None => rule.directions().iter().map(|direction| rationale(rule, *direction)).collect(),
    };
    reasons.dedup();
    let _ = writeln!(page, "{}", reasons.join(" "));
    let example = rule.example;
    if example.before != example.after {
        let [before, after] = [example.before, example.after].map(block::style);
        let _ = write!(page, "\n```yaml\n# {}, before\n{before}# after\n{after}```\n", fragment(example.of));
    }
}

/// Returns why a rule has its level in a direction.
pub(super) fn rationale(rule: &Rule, direction: Direction) -> String {
    match rule.deviation {
        Some((.., reason)) => sentence(reason),
        None => follows(rule.effect, direction).to_owned(),
    }
}

/// Capitalizes a text and adds a full stop, if it has none.
pub(super) fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let Some(first) = chars.next() else { return String::new() };
    let end = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{}{}{end}", first.to_uppercase(), chars.as_str())
}

fn ids(rule: &'static Rule) -> impl Iterator<Item = (String, (&'static Rule, Direction))> {
    rule.directions().iter().map(move |direction| (rule.id(*direction), (rule, *direction)))
}

/// Explains the level that follows from an effect.
fn follows(effect: Effect, direction: Direction) -> &'static str {
    match (effect, direction) {
        (Effect::Narrows, Direction::Request) => {
            "Released clients may send values that are no longer allowed."
        }
        (Effect::Narrows, Direction::Response) => "Released clients can read all values that are still sent.",
        (Effect::Widens, Direction::Request) => "All values that released clients send are still allowed.",
        (Effect::Widens, Direction::Response) => {
            "Released clients may receive values that they do not expect."
        }
        (Effect::Replaces, Direction::Request) => {
            "Released clients send values that may no longer be allowed."
        }
        (Effect::Replaces, Direction::Response) => "Released clients receive values that they do not expect.",
        (Effect::Neutral, _) => "Requests and responses do not change.",
    }
}

fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Narrows => "narrows, fewer values are allowed",
        Effect::Widens => "widens, more values are allowed",
        Effect::Replaces => "replaces, other values are allowed",
        Effect::Neutral => "neutral, the same values are allowed",
    }
}

fn fragment(fragment: Fragment) -> &'static str {
    match fragment {
        Fragment::Document => "a document",
        Fragment::PathItem => "a path item",
        Fragment::Operation => "an operation",
        Fragment::Parameter => "a parameter",
        Fragment::Content => "the content of a body",
        Fragment::Schema => "the schema of a JSON body",
    }
}

fn emphasized(level: Level) -> &'static str {
    match level {
        Level::Breaking => "**breaking**",
        other => other.name(),
    }
}

/// The introduction of `RULES.md`.
const INTRODUCTION: &str = "\
# Rules

<!-- Generated from the rule table in src/rules/. To update, run: cargo xtask regenerate -->

`openapi-drift` compares two OpenAPI documents and reports each difference under one of the rules below. The rule determines
its level:

- **breaking**: released clients may fail.
- **additive**: released clients keep working, and new ones can do more.
- **docs**: only documentation differs.

`openapi-drift --list` prints all ids, and `openapi-drift --explain ID` explains one.

## The principle

A released client sends requests that the old document allows and expects responses that the old document describes. So the
impact of a change depends on its direction:

| The change | In a request, which the client sends | In a response, which the client receives |
| --- | --- | --- |
| **narrows**: fewer values are allowed | **breaking**: the client may send a value that is now rejected | additive: the client can read all remaining values |
| **widens**: more values are allowed | additive: all values that the client sends are still accepted | **breaking**: the client may receive a value that it cannot read |
| **replaces**: other values are allowed | **breaking** | **breaking** |
| **neutral**: the same values are allowed | docs | docs |

For example, lowering a maximum from 100 to 50 narrows. This is breaking for a parameter, because a client that sends 80
fails. It is additive for a field of a response, because a client that can read numbers up to 100 can read those up to 50.

In callbacks and webhooks, the roles are swapped: the client receives the request and sends the response.

## How to read a rule

- A rule for both directions has two ids: one begins with `request-` (the client sends the data), the other with `response-`
  (the client receives the data). In callbacks and webhooks, a change of the response therefore has a
  `request-` id.
- Any other rule has one id. The tables show its level under the direction that it applies to. Rules about whole operations
  or documents are listed under requests.
- Each id has a level and an impact on clients.
- The effect refers to the table above. If the level does not follow from the effect, the rule states the reason.
- The example is a change that the rule reports.

To override a level or accept a single finding, use a `drift.toml`.
";
