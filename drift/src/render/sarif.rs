//! Renders a report as SARIF 2.1.0, which code scanning and editors read.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::location::{self, Target, local_file};
use super::sanitize::{self, inert};
use super::{Names, message, reference, rust_change};
use crate::finding::{Finding, Report};
use crate::rules::Level;
use crate::rust::RustChange;

/// The id of results about generated code. It is not a rule of the table: the level depends on the item.
const RUST: &str = "rust-item-changed";
const REPOSITORY: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/drift");

/// Characters that need no encoding in a path.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// Characters that are not allowed in a URL.
const URL: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Renders a report as SARIF 2.1.0: a result for each finding. Accepted findings are suppressed results.
pub fn sarif(report: &Report, names: &Names<'_>) -> String {
    let mut run =
        Run { target: Target::choose(names, report), rule_indexes: BTreeMap::new(), rules: Vec::new() };
    let mut results: Vec<Value> = report.findings.iter().map(|finding| run.result(finding)).collect();
    for (finding, reason) in &report.accepted {
        let mut result = run.result(finding);
        result["suppressions"] =
            json!([{"kind": "external", "status": "accepted", "justification": inert(reason)}]);
        results.push(result);
    }
    for change in report.rust.iter().flat_map(|rust| &rust.changes) {
        results.push(run.rust_result(change));
    }
    let notifications = report.notes.iter().map(|note| {
        json!({"level": "note", "message": {"text": inert(&format!("{}: {}", note.label, note.text))}})
    });
    let mut text = sanitize::json(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": env!("CARGO_PKG_NAME"),
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": format!("{REPOSITORY}/README.md"),
                "rules": run.rules,
            }},
            "invocations": [{
                "executionSuccessful": true,
                "toolExecutionNotifications": notifications.collect::<Vec<_>>(),
            }],
            "results": results,
            "properties": {
                "verdict": report.verdict().name(),
                "wire": report.wire().name(),
                "rust": report.rust.as_ref().map(|rust| rust.verdict().name()),
            },
        }],
    }));
    text.push('\n');
    text
}

struct Run<'a> {
    target: Target<'a>,
    /// The index of each rule in the list.
    rule_indexes: BTreeMap<String, usize>,
    rules: Vec<Value>,
}

impl Run<'_> {
    fn result(&mut self, finding: &Finding) -> Value {
        let id = finding.id();
        let index = self.rule_index(&id, || {
            let rule = finding.rule;
            json!({
                "id": id,
                "shortDescription": {"text": format!("{}: {}", rule.name, rule.summary)},
                "fullDescription": {"text": reference::sentence(rule.impact(finding.direction))},
                "help": {"text": reference::rationale(rule, finding.direction)},
                "helpUri": format!("{REPOSITORY}/RULES.md#{}", rule.name),
                "defaultConfiguration": {"level": level(rule.level(finding.direction))},
            })
        });
        json!({
            "ruleId": id,
            "ruleIndex": index,
            "level": level(finding.level),
            "message": {"text": inert(&message(finding))},
            "locations": [self.location(finding)],
            "partialFingerprints": {"openapiDrift/v1": finding.fingerprint()},
        })
    }

    fn rust_result(&mut self, change: &RustChange) -> Value {
        let index = self.rule_index(RUST, || {
            json!({
                "id": RUST,
                "shortDescription": {"text": "A public item of the generated Rust client changes."},
                "fullDescription": {"text": "A public item of the generated Rust client changes."},
                "help": {"text": "Code that uses the item may no longer compile."},
                "defaultConfiguration": {"level": "warning"},
            })
        });
        json!({
            "ruleId": RUST,
            "ruleIndex": index,
            "level": level(change.level),
            "message": {"text": inert(&rust_change(change, str::to_owned))},
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri(self.target.name)}}}],
            "partialFingerprints": {"openapiDrift/v1": format!("{RUST}/{}", inert(&change.item))},
        })
    }

    fn rule_index(&mut self, id: &str, describe: impl FnOnce() -> Value) -> usize {
        if let Some(index) = self.rule_indexes.get(id) {
            return *index;
        }
        let index = self.rules.len();
        self.rules.push(describe());
        self.rule_indexes.insert(id.to_owned(), index);
        index
    }

    fn location(&self, finding: &Finding) -> Value {
        let found = self.target.locate(finding);
        let document = uri(self.target.name);
        let uri = match found.other_file {
            Some(file) => {
                let folder =
                    document.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
                format!("{folder}{}", utf8_percent_encode(&file, PATH))
            }
            None => document,
        };
        let mut physical = json!({"artifactLocation": {"uri": uri}});
        if let Some(line) = found.line {
            physical["region"] = json!({"startLine": line});
        }
        let mut location = json!({"physicalLocation": physical});
        let pointers = [("old", &finding.old), ("new", &finding.new)];
        let pointers = pointers.into_iter().filter_map(|(side, pointer)| {
            let pointer = inert(&location::display(pointer.as_deref()?));
            Some(json!({"fullyQualifiedName": pointer, "kind": side}))
        });
        let pointers: Vec<Value> = pointers.collect();
        if !pointers.is_empty() {
            location["logicalLocations"] = Value::Array(pointers);
        }
        location
    }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Breaking => "error",
        Level::Additive => "warning",
        Level::Docs => "note",
        Level::None => "none",
    }
}

/// Returns the URI of a document, which code scanning requires for each result. For a revision, it is the path in the
/// repository.
fn uri(name: &str) -> String {
    if name.contains("://") {
        return utf8_percent_encode(name, URL).to_string();
    }
    let path = match (local_file(name), name.split_once(':')) {
        _ if name == "-" => "stdin".to_owned(),
        (Some(path), _) | (None, Some((_, path))) => path.replace('\\', "/"),
        (None, None) => name.to_owned(),
    };
    let path = path.strip_prefix("./").unwrap_or(&path);
    let encoded = utf8_percent_encode(path, PATH);
    match (path.starts_with('/'), path.as_bytes()) {
        (true, _) => format!("file://{encoded}"),
        (_, [drive, b':', ..]) if drive.is_ascii_alphabetic() => {
            format!("file:///{}:{}", &path[..1], utf8_percent_encode(&path[2..], PATH))
        }
        _ => encoded.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_document_name_becomes_a_uri() {
        for (name, expected) in [
            ("./api/openapi.yaml", "api/openapi.yaml"),
            ("my api@2.json", "my%20api%402.json"),
            ("/srv/a.json", "file:///srv/a.json"),
            ("C:\\api\\a.json", "file:///C:/api/a.json"),
            ("main:api/a.json", "api/a.json"),
            ("-", "stdin"),
            ("https://example.com/a b?c={d}", "https://example.com/a%20b?c=%7Bd%7D"),
        ] {
            assert_eq!(uri(name), expected);
        }
    }
}
