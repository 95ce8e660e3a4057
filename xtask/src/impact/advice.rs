//! Which version to publish after a change.
//!
//! The version follows the public items of this crate, which are its wrappers: generated types are private. So a change on the
//! wire under unchanged wrappers is a patch, however badly it breaks released versions.

use openapi_drift::{Finding, Level, RustReport};

/// Rules that take away what a wrapper wraps.
const TAKES_WRAPPER: [&str; 3] = ["operation-removed", "operation-left-subset", "operation-became-internal"];

/// Rules that ask for another wrapper.
const ADDS_WRAPPER: [&str; 2] = ["operation-added", "operation-entered-subset"];

/// The rule that moves a wrapper to the type that holds a token.
const MOVES_WRAPPER: &str = "security-added";

/// Advises on the next version, from what changes on the wire and in the generated code, if that is known. There is no advice
/// if nothing changes.
pub(super) fn advise(
    findings: &[Finding],
    rust: Option<&RustReport>,
    version: Option<&str>,
) -> Option<String> {
    findings.first()?;
    let is_breaking = |finding: &&Finding| finding.level == Level::Breaking;
    let is_seen_by_callers = |finding: &&Finding| {
        let name = finding.rule.name;
        let is_in_code = || rust.is_none_or(|rust| rust.items_for(finding).next().is_some());
        TAKES_WRAPPER.contains(&name) || (is_breaking(finding) && (name == MOVES_WRAPPER || is_in_code()))
    };
    let breaks = findings.iter().find(is_seen_by_callers);
    let adds = findings.iter().find(|finding| ADDS_WRAPPER.contains(&finding.rule.name));
    let is_zero = version.is_some_and(|version| version.starts_with("0."));
    let (bump, reason) = match (breaks, adds) {
        (Some(finding), _) => {
            let bump = if is_zero { "minor" } else { "major" };
            (bump, format!("callers may have to change their code, because {}", finding.message()))
        }
        (None, Some(finding)) => {
            let bump = if is_zero { "patch" } else { "minor" };
            (bump, format!("{} and gets a wrapper", finding.message()))
        }
        (None, None) if findings.iter().any(|finding| is_breaking(&finding)) => {
            let reason = "released versions break on the wire, but callers' code stays as it is";
            ("patch", reason.to_owned())
        }
        (None, None) => ("patch", "callers' code stays as it is".to_owned()),
    };
    // Markdown shows a version as code, so it stands by itself.
    Some(match version.and_then(|version| next(version, bump)) {
        Some(next) => format!("{next} (a {bump} release): {reason}"),
        None => format!("a {bump} release: {reason}"),
    })
}

fn next(version: &str, bump: &str) -> Option<String> {
    let numbers: Vec<u64> = version.split('.').map(|it| it.parse().ok()).collect::<Option<_>>()?;
    let [major, minor, patch] = numbers.as_slice() else { return None };
    match bump {
        "major" => Some(format!("{}.0.0", major + 1)),
        "minor" => Some(format!("{major}.{}.0", minor + 1)),
        _ => Some(format!("{major}.{minor}.{}", patch + 1)),
    }
}
