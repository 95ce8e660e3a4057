//! `drift.toml`: findings that somebody has looked at and accepted, each with a reason.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::Value;

use super::With;
use super::finding::Finding;
use super::rules::{Direction, Rule};

/// The file, in the root of the repository.
const FILE: &str = "drift.toml";

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    accepted: Vec<Entry>,
}

/// One accepted finding.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    /// The operation, where the finding is in one.
    operation: Option<String>,
    fingerprint: String,
    reason: String,
}

impl Entry {
    fn matches(&self, finding: &Finding) -> bool {
        // As the JSON names it: for what is shared, an operation that reaches it.
        let concerns = |id: &String| finding.operations().iter().any(|it| it.id == *id);
        self.id == finding.id()
            && self.fingerprint == finding.fingerprint()
            && self.operation.as_ref().map_or(finding.operation.is_none(), concerns)
    }

    /// Whether it can match at all: what a page says is compared by itself.
    fn is_of(&self, with: &With) -> bool {
        self.id.starts_with("page-") == matches!(with, With::Page)
    }
}

/// Takes the accepted findings out, and hands them back with their reasons. An entry that matches nothing is a finding,
/// unless this work is compared with where it began: what is accepted of the published API is seldom in that.
pub(crate) fn apply(root: &Path, findings: &mut Vec<Finding>, with: &With) -> Result<Vec<(Finding, String)>> {
    let text = match fs::read_to_string(root.join(FILE)) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).with_context(|| format!("{FILE} cannot be read")),
    };
    let file: File = toml::from_str(&text)
        .map_err(|error| anyhow::anyhow!("{FILE} is not right: {}", error.to_string().trim()))?;
    let mut accepted = Vec::new();
    for entry in file.accepted.iter().filter(|it| it.is_of(with)) {
        if entry.reason.trim().is_empty() {
            bail!(
                "{FILE}: the entry of {} with fingerprint {} has no reason; give one",
                entry.id,
                entry.fingerprint
            );
        }
        let matched: Vec<Finding> = findings.extract_if(.., |finding| entry.matches(finding)).collect();
        if matched.is_empty() && !matches!(with, With::Base(_)) {
            findings.push(stale(entry));
        }
        accepted.extend(matched.into_iter().map(|it| (it, entry.reason.clone())));
    }
    Ok(accepted)
}

fn stale(entry: &Entry) -> Finding {
    Finding {
        rule: Rule::AcceptedNothing,
        direction: Direction::Request,
        operation: None,
        component: None,
        reached_by: Vec::new(),
        subject: format!("the entry of {} with fingerprint {} in {FILE}", entry.id, entry.fingerprint),
        old: None,
        new: None,
        before: Value::from(entry.reason.as_str()),
        after: Value::Null,
    }
}
