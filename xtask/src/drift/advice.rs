//! Which version to publish, once the change is taken in.
//!
//! The version follows the public items of this crate, which are its wrappers: generated types are private. So a wire that
//! changes under unchanged wrappers is a patch, however hard it is on released versions.

use super::finding::Finding;
use super::rules::{Level, Rule};
use super::rust::RustSide;

/// What to publish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Advice {
    /// `none`, `patch`, `minor` or `major`.
    pub(crate) bump: &'static str,
    /// The next version, where the present one is known.
    pub(crate) version: Option<String>,
    pub(crate) reason: String,
}

/// Advises, from what changes on the wire and in the generated code.
pub(crate) fn advise(findings: &[Finding], rust: &RustSide, version: Option<&str>) -> Advice {
    let touches_code = |finding: &&Finding| rust.unreadable.is_some() || rust.of(finding).next().is_some();
    let moves_wrapper = |finding: &&Finding| {
        matches!(finding.rule, Rule::SecurityAdded | Rule::OperationRemoved | Rule::OperationLeft)
    };
    let breaking = findings.iter().filter(|it| it.level() == Level::Breaking);
    let breaks = breaking
        .clone()
        .find(|it| moves_wrapper(it) || (touches_code(it) && it.rule != Rule::SecretUndecided));
    let adds = findings.iter().find(|it| matches!(it.rule, Rule::OperationAdded | Rule::OperationEntered));
    let is_zero = version.is_some_and(|it| it.starts_with("0."));
    let (bump, reason) = match (breaks, adds, findings.first()) {
        (Some(finding), ..) => {
            let bump = if is_zero { "minor" } else { "major" };
            (bump, format!("{}, which may change what callers write", finding.message()))
        }
        (None, Some(finding), _) => {
            let bump = if is_zero { "patch" } else { "minor" };
            (bump, format!("{}, and gets a wrapper", finding.message()))
        }
        (None, None, Some(_)) => {
            let reason = if breaking.count() > 0 {
                "released versions break on the wire, but callers' code stays as it is"
            } else {
                "callers' code stays as it is"
            };
            ("patch", reason.to_owned())
        }
        (None, None, None) => ("none", "nothing changes".to_owned()),
    };
    Advice { bump, version: version.and_then(|it| next(it, bump)), reason }
}

fn next(version: &str, bump: &str) -> Option<String> {
    let numbers: Vec<u64> = version.split('.').map(|it| it.parse().ok()).collect::<Option<_>>()?;
    let [major, minor, patch] = numbers.as_slice() else { return None };
    match bump {
        "major" => Some(format!("{}.0.0", major + 1)),
        "minor" => Some(format!("{major}.{}.0", minor + 1)),
        "patch" => Some(format!("{major}.{minor}.{}", patch + 1)),
        _ => None,
    }
}

impl std::fmt::Display for Advice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.bump, &self.version) {
            ("none", _) => write!(f, "no release is needed: {}", self.reason),
            (bump, Some(version)) => write!(f, "{bump} release ({version}): {}", self.reason),
            (bump, None) => write!(f, "{bump} release: {}", self.reason),
        }
    }
}
