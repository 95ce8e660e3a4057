//! The result of a comparison.

use std::fmt;

use serde_json::Value;

use crate::rules::{Direction, Level, Rule};
use crate::rust::RustReport;

/// One difference between two documents, with its verdict.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Finding {
    /// The rule that judges the difference.
    pub rule: &'static Rule,
    /// The direction in which the affected data travels.
    pub direction: Direction,
    /// The verdict: that of the rule, unless a `drift.toml` overrides it.
    pub level: Level,
    /// The operation or component that the difference is in.
    pub subject: Subject,
    /// A description of the part that differs, such as `field user.name`; empty for the subject itself.
    pub part: String,
    /// The location in the old document, if any: a JSON pointer such as `#/paths/~1pets/get`.
    pub old: Option<String>,
    /// The location in the new document, if any.
    pub new: Option<String>,
    /// How the value changed.
    pub change: Change,
    /// The affected operations: the one that the finding is in, and the first few that refer to its location.
    pub operations: Vec<Operation>,
    /// Notes that callers add. Every renderer prints them.
    pub notes: Vec<Note>,
}

/// The part of the document that a finding is in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Subject {
    /// The document as a whole.
    Document,
    /// A component, such as the schema `Pet`.
    Component {
        /// The section of the document, such as `schemas`.
        kind: String,
        /// Its name there.
        name: String,
    },
    /// A path item with all its operations.
    Path {
        /// The path template.
        path: String,
    },
    /// An operation.
    Operation(Operation),
}

/// An operation, as findings name it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Operation {
    /// Its `operationId`, if it has one. For an operation in both documents, that of the new one.
    pub id: Option<String>,
    /// Its `operationId` in the old document, if different.
    pub old_id: Option<String>,
    /// Its HTTP method in upper case.
    pub method: String,
    /// Its path template.
    pub path: String,
}

/// How a value changed.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// It is only in the new document.
    Added(Value),
    /// It is only in the old document.
    Removed(Value),
    /// The first value was replaced by the second.
    Replaced(Value, Value),
}

/// A note on a finding or a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// A word for the kind of note, such as `wrapper`.
    pub label: String,
    /// The note: a sentence or phrase.
    pub text: String,
}

/// The result of a comparison.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Report {
    /// The differences: first those of the document, then by component and operation, with the worst first in each.
    pub findings: Vec<Finding>,
    /// The findings that a `drift.toml` accepts, with the reasons.
    pub accepted: Vec<(Finding, String)>,
    /// The changes to the generated Rust clients, if requested.
    pub rust: Option<RustReport>,
    /// Notes on the whole comparison, such as advice on the next release.
    pub notes: Vec<Note>,
}

impl Finding {
    /// Creates a finding at the level of its rule, without locations and notes. If the subject is an operation, that is the
    /// affected one.
    pub fn new(
        rule: &'static Rule,
        direction: Direction,
        subject: Subject,
        part: impl Into<String>,
        change: Change,
    ) -> Self {
        let operations = match &subject {
            Subject::Operation(operation) => vec![operation.clone()],
            _ => Vec::new(),
        };
        Self {
            rule,
            direction,
            level: rule.level(direction),
            subject,
            part: part.into(),
            old: None,
            new: None,
            change,
            operations,
            notes: Vec::new(),
        }
    }

    /// Returns the id of the rule, with the direction if the rule applies to both.
    pub fn id(&self) -> String {
        self.rule.id(self.direction)
    }

    /// Returns a sentence without the values, such as `field user.name is removed`.
    pub fn message(&self) -> String {
        let subject = if self.part.is_empty() { self.subject.to_string() } else { self.part.clone() };
        format!("{subject} {}", self.rule.summary)
    }

    /// Returns the effect of the change on clients.
    pub fn impact(&self) -> &'static str {
        self.rule.impact(self.direction)
    }

    /// Returns a short identifier for this finding. It depends on the difference but not on its position in the document,
    /// so it survives unrelated edits.
    pub fn fingerprint(&self) -> String {
        let scope = match &self.subject {
            Subject::Document => String::new(),
            Subject::Component { kind, name } => format!("{kind}/{name}"),
            Subject::Path { path } => path.clone(),
            Subject::Operation(operation) => operation.name(),
        };
        let text = format!("{}\n{scope}\n{}\n{:?}", self.id(), self.part, self.change);
        // FNV-1a with 64 bits: small and, unlike the hashers of std, stable across releases.
        let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        format!("{hash:016x}")
    }
}

impl Operation {
    /// Returns the `operationId`, or else method and path.
    pub fn name(&self) -> String {
        self.id.clone().unwrap_or_else(|| format!("{} {}", self.method, self.path))
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document => f.write_str("the document"),
            Self::Component { kind, name } => {
                // `schemas` contains schemas, `requestBodies` request bodies.
                let kind = match kind.as_str() {
                    "requestBodies" => "request body",
                    "securitySchemes" => "security scheme",
                    "pathItems" => "path item",
                    "mediaTypes" => "media type",
                    other => other.strip_suffix('s').unwrap_or(other),
                };
                write!(f, "{kind} {name}")
            }
            Self::Path { path } => write!(f, "path {path}"),
            Self::Operation(operation) => f.write_str(&operation.name()),
        }
    }
}

impl Change {
    /// Returns the old value, if there was one.
    pub fn before(&self) -> Option<&Value> {
        match self {
            Self::Added(_) => None,
            Self::Removed(value) | Self::Replaced(value, _) => Some(value),
        }
    }

    /// Returns the new value, if there is one.
    pub fn after(&self) -> Option<&Value> {
        match self {
            Self::Removed(_) => None,
            Self::Added(value) | Self::Replaced(_, value) => Some(value),
        }
    }
}

impl Note {
    /// Creates a note.
    pub fn new(label: impl Into<String>, text: impl Into<String>) -> Self {
        Self { label: label.into(), text: text.into() }
    }
}

impl Report {
    /// Returns the worst level on the wire and, if compared, in Rust.
    pub fn verdict(&self) -> Level {
        self.wire().max(self.rust.as_ref().map_or(Level::None, RustReport::verdict))
    }

    /// Returns the worst level on the wire, that is, for requests and responses of released clients.
    pub fn wire(&self) -> Level {
        self.findings.iter().map(|finding| finding.level).max().unwrap_or(Level::None)
    }

    /// Returns the number of findings with a level.
    pub fn count(&self, level: Level) -> usize {
        self.findings.iter().filter(|finding| finding.level == level).count()
    }
}
