//! Reads `drift.toml`: accepted findings, and overridden levels of rules.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use toml::Table;

use crate::error::Error;
use crate::finding::{Change, Finding, Note, Operation, Report, Subject};
use crate::render::plain;
use crate::render::reference::nearest;
use crate::rules::{self, Direction, Level, Rule};

/// The content of a `drift.toml`: accepted findings and overridden levels, each with a reason.
///
/// ```toml
/// [[accepted]]
/// id = "response-property-removed"
/// operation = "listPets"             # optional
/// fingerprint = "45aace6f0df9645a"
/// reason = "No released client reads it."
///
/// [[level]]
/// id = "request-property-added"
/// level = "breaking"
/// reason = "Our server refuses unknown fields."
/// ```
#[derive(Clone, Debug)]
pub struct Accepted {
    entries: Vec<Entry>,
    overrides: Vec<Override>,
    reports_stale: bool,
}

/// An accepted finding.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    operation: Option<String>,
    fingerprint: String,
    reason: String,
}

/// An overridden level of a rule.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Override {
    id: String,
    level: OverriddenLevel,
    reason: String,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum OverriddenLevel {
    Docs,
    Additive,
    Breaking,
}

impl Accepted {
    /// Reads a `drift.toml`.
    ///
    /// # Errors
    ///
    /// Fails if the file is missing or unreadable, or as [`Accepted::parse`] does.
    pub fn read(path: &Path) -> Result<Self, Error> {
        Self::read_with(path, &[])
    }

    /// Reads a `drift.toml` that may also name rules of the caller.
    ///
    /// # Errors
    ///
    /// Fails as [`Accepted::read`] does.
    pub fn read_with(path: &Path, own_rules: &[&'static Rule]) -> Result<Self, Error> {
        let name = path.display().to_string();
        let text = fs::read_to_string(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Error::new(format!("no file {name} exists")),
            _ => Error::new(format!("cannot read {name}: {error}")),
        })?;
        Self::parse_with(&text, &name, own_rules)
    }

    /// Parses the text of a `drift.toml`. Errors contain the name.
    ///
    /// # Errors
    ///
    /// Fails if the text is not TOML, or if an entry has an unknown id, an unknown or missing field, or no reason.
    pub fn parse(text: &str, name: &str) -> Result<Self, Error> {
        Self::parse_with(text, name, &[])
    }

    /// Parses the text of a `drift.toml` that may also name rules of the caller.
    ///
    /// # Errors
    ///
    /// Fails as [`Accepted::parse`] does.
    pub fn parse_with(text: &str, name: &str, own_rules: &[&'static Rule]) -> Result<Self, Error> {
        let parse = || {
            let file: Table = toml::from_str(text).map_err(|error| {
                let line =
                    error.span().map_or(1, |span| text[..span.start.min(text.len())].lines().count().max(1));
                Error::new(format!("line {line}: {}", plain(error.message())))
            })?;
            let (mut entries, mut overrides) = (Vec::new(), Vec::new());
            for (key, value) in file {
                match key.as_str() {
                    "accepted" => entries = tables(&key, value)?,
                    "level" => overrides = tables(&key, value)?,
                    other => {
                        return Err(Error::new(format!(
                            "unknown table `{other}`; use `accepted` or `level`"
                        )));
                    }
                }
            }
            let entries =
                entries.into_iter().map(|table| entry(table, own_rules)).collect::<Result<_, _>>()?;
            let overrides: Vec<Override> =
                overrides.into_iter().map(|table| level(table, own_rules)).collect::<Result<_, _>>()?;
            let mut ids = BTreeSet::new();
            if let Some(duplicate) = overrides.iter().find(|level| !ids.insert(&level.id)) {
                return Err(Error::new(format!("[[level]] {} appears twice; remove one", duplicate.id)));
            }
            Ok(Self { entries, overrides, reports_stale: true })
        };
        parse().map_err(|error: Error| error.context(format_args!("cannot use {name}")))
    }

    /// Keeps only entries whose ids the caller's comparison can report.
    #[must_use]
    pub fn filter(mut self, keep: impl Fn(&str) -> bool) -> Self {
        self.entries.retain(|entry| keep(&entry.id));
        self
    }

    /// Turns off findings about stale entries, for a comparison of other documents or of a selection.
    #[must_use]
    pub fn ignore_stale(mut self) -> Self {
        self.reports_stale = false;
        self
    }

    /// Moves accepted findings of a report to [`Report::accepted`], and overrides levels. A stale entry becomes a finding
    /// itself.
    pub fn apply(&self, report: &mut Report) {
        let mut stale = Vec::new();
        for entry in &self.entries {
            let matched: Vec<Finding> =
                report.findings.extract_if(.., |finding| entry.matches(finding)).collect();
            if matched.is_empty() && self.reports_stale {
                stale.push(entry.stale());
            }
            report.accepted.extend(matched.into_iter().map(|finding| (finding, entry.reason.clone())));
        }
        // Findings about the document come first.
        report.findings.splice(..0, stale);
        let accepted = report.accepted.iter_mut().map(|(finding, _)| finding);
        for finding in report.findings.iter_mut().chain(accepted) {
            let id = finding.id();
            if let Some(level) = self.overrides.iter().find(|level| level.id == id) {
                finding.level = level.level.into();
                finding.notes.push(Note::new("level", &level.reason));
            }
        }
    }
}

impl Entry {
    fn matches(&self, finding: &Finding) -> bool {
        let has_name = |operation: &Operation, name: &String| {
            operation.name() == *name || operation.old_id.as_ref() == Some(name)
        };
        self.id == finding.id()
            && self.fingerprint == finding.fingerprint()
            && self
                .operation
                .as_ref()
                .is_none_or(|name| finding.operations.iter().any(|operation| has_name(operation, name)))
    }

    fn stale(&self) -> Finding {
        let part = format!("accepted entry {} with fingerprint {}", self.id, self.fingerprint);
        let reason = Change::Removed(Value::from(self.reason.as_str()));
        Finding::new(&rules::STALE_ACCEPTANCE, Direction::Request, Subject::Document, part, reason)
    }
}

impl From<OverriddenLevel> for Level {
    fn from(level: OverriddenLevel) -> Self {
        match level {
            OverriddenLevel::Docs => Self::Docs,
            OverriddenLevel::Additive => Self::Additive,
            OverriddenLevel::Breaking => Self::Breaking,
        }
    }
}

fn tables(key: &str, value: toml::Value) -> Result<Vec<Table>, Error> {
    value.try_into().map_err(|_| {
        Error::new(format!("`{key}` must be an array of tables; write `[[{key}]]` above each entry"))
    })
}

fn entry(table: Table, own_rules: &[&'static Rule]) -> Result<Entry, Error> {
    let name = ["id", "operation", "fingerprint"].map(|key| table.get(key).and_then(toml::Value::as_str));
    let name = name.into_iter().flatten().collect::<Vec<_>>().join(" ");
    convert(&format!("[[accepted]] {name}"), table, |entry: &Entry| (&entry.id, &entry.reason), own_rules)
}

fn level(table: Table, own_rules: &[&'static Rule]) -> Result<Override, Error> {
    let id = table.get("id").and_then(toml::Value::as_str).unwrap_or_default();
    convert(&format!("[[level]] {id}"), table, |level: &Override| (&level.id, &level.reason), own_rules)
}

fn convert<T: DeserializeOwned>(
    name: &str,
    table: Table,
    fields: impl Fn(&T) -> (&String, &String),
    own_rules: &[&'static Rule],
) -> Result<T, Error> {
    let name = plain(name);
    let value: T = table.try_into().map_err(|error: toml::de::Error| {
        Error::new(format!("{}: {}", name.trim_end(), plain(error.message())))
    })?;
    let (id, reason) = fields(&value);
    let is_own = |rule: &&Rule| rule.directions().iter().any(|direction| rule.id(*direction) == *id);
    if rules::find(id).is_none() && !own_rules.iter().any(is_own) {
        let nearest = nearest(id);
        let advice = if nearest.is_empty() {
            "run `openapi-drift --list` for all ids".to_owned()
        } else {
            format!("did you mean {}?", nearest.join(" or "))
        };
        return Err(Error::new(format!("{name}: unknown rule id; {advice}")));
    }
    if reason.trim().is_empty() {
        return Err(Error::new(format!("{name}: the reason is empty; explain why")));
    }
    Ok(value)
}
