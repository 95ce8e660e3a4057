//! What was found, and what it comes to.

use serde_json::Value;

use super::advice::Advice;
use super::rules::{Direction, Level, Rule};
use super::rust::RustSide;
use crate::wrappers::{Wrapper, Wrappers};

/// One difference, judged.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    pub(crate) rule: Rule,
    pub(crate) direction: Direction,
    /// The operation, where the difference is in one.
    pub(crate) operation: Option<Operation>,
    /// The shared schema or other component, where the difference is in one.
    pub(crate) component: Option<String>,
    /// The operations that reach that component, the first few.
    pub(crate) reached_by: Vec<Operation>,
    /// What it is about, in words.
    pub(crate) subject: String,
    /// JSON pointers; empty where that side has none.
    pub(crate) old: Option<String>,
    pub(crate) new: Option<String>,
    pub(crate) before: Value,
    pub(crate) after: Value,
}

/// An operation as findings name it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) path: String,
}

impl Finding {
    pub(crate) fn id(&self) -> String {
        self.rule.id(self.direction)
    }

    pub(crate) fn level(&self) -> Level {
        self.rule.level(self.direction)
    }

    /// The operations that it concerns.
    pub(crate) fn operations(&self) -> &[Operation] {
        self.operation.as_ref().map_or(&self.reached_by, std::slice::from_ref)
    }

    /// The sentence without the values.
    pub(crate) fn message(&self) -> String {
        format!("{} {}", self.subject, self.rule.says())
    }

    /// A short name for this very finding that other changes of the documents leave as it is: neither paths nor pointers
    /// are in it, but what it is about and the values.
    pub(crate) fn fingerprint(&self) -> String {
        let scope = self.operation.as_ref().map(|it| it.id.as_str()).or(self.component.as_deref());
        let text = format!(
            "{}\n{}\n{}\n{}\n{}",
            self.id(),
            scope.unwrap_or_default(),
            self.subject,
            self.before,
            self.after
        );
        // FNV-1a with 64 bits: small, and the same for ever, which the hashers of std do not promise.
        let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        format!("{hash:016x}")
    }
}

/// Everything that was found, and what follows from it.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) findings: Vec<Finding>,
    /// What somebody has accepted, with the reasons.
    pub(crate) accepted: Vec<(Finding, String)>,
    /// What becomes of the generated code; nothing where no code was compared.
    pub(crate) rust: Option<RustSide>,
    pub(crate) wrappers: Wrappers,
    pub(crate) advice: Option<Advice>,
}

impl Report {
    /// The worst level, if there is any finding.
    pub(crate) fn verdict(&self) -> Option<Level> {
        self.findings.iter().map(Finding::level).max()
    }

    pub(crate) fn verdict_name(&self) -> &'static str {
        self.verdict().map_or("none", Level::name)
    }

    pub(crate) fn count(&self, level: Level) -> usize {
        self.findings.iter().filter(|it| it.level() == level).count()
    }

    /// The counts, in words.
    pub(crate) fn counts(&self) -> String {
        let levels = [Level::Breaking, Level::Additive, Level::Docs];
        levels.map(|level| format!("{} {}", self.count(level), level.name())).join(", ")
    }

    /// The wrappers that a finding concerns: those of the operations that it is about, under their old names or new ones.
    pub(crate) fn wrappers(&self, finding: &Finding) -> Vec<&Wrapper> {
        let mut ids: Vec<&str> = finding.operations().iter().map(|it| it.id.as_str()).collect();
        ids.extend(finding.operation.as_ref().and(finding.before.as_str()));
        let concerns = |wrapper: &&Wrapper| wrapper.ids.iter().any(|id| ids.contains(&id.as_str()));
        self.wrappers.all.iter().filter(concerns).collect()
    }

    /// The generated items that change with a finding, with what happens to them.
    pub(crate) fn items(&self, finding: &Finding) -> Vec<String> {
        let changes = self.rust.iter().flat_map(|rust| rust.of(finding));
        changes.map(ToString::to_string).collect()
    }

    /// The Rust side of a finding in a sentence; nothing where no code was compared.
    pub(crate) fn in_rust(&self, finding: &Finding) -> Option<String> {
        self.rust.as_ref().filter(|rust| rust.unreadable.is_none())?;
        // What is not from the documents themselves has nothing to say here.
        finding.old.as_ref()?;
        let items = self.items(finding);
        let words = match items.as_slice() {
            [] => "no generated item changes".to_owned(),
            [one, two, three, rest @ ..] if !rest.is_empty() => {
                format!("{one}, {two}, {three} and {} more", rest.len())
            }
            few => few.join(", "),
        };
        let wrappers = self.wrappers(finding);
        let see =
            wrappers.iter().map(|it| format!("{} in {}", it.name, it.file)).collect::<Vec<_>>().join(", ");
        Some(if see.is_empty() { words } else { format!("{words}; see {see}") })
    }
}
