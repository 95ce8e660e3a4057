//! Advises on the next version of the crate.
//!
//! The version follows the public items of the crate, which are its wrappers: generated types are private. So a change
//! on the wire that leaves the wrappers unchanged is a patch, even if it breaks released versions.

use openapi_drift::{Finding, Level, RustReport};

/// Rules that require removing a wrapper, or moving it between the types with and without a token.
const REMOVES_OR_MOVES_WRAPPER: [&str; 5] = [
    "operation-removed",
    "operation-left-subset",
    "operation-became-internal",
    "security-added",
    "security-removed",
];

/// Rules that require a new wrapper.
const ADDS_WRAPPER: [&str; 2] = ["operation-added", "operation-entered-subset"];

/// Advises on the next version from the changes on the wire and, if they are known, in the generated code. Returns
/// `None` if nothing changes.
pub(super) fn next_version(
    findings: &[Finding],
    rust: Option<&RustReport>,
    version: Option<&str>,
) -> Option<String> {
    findings.first()?;
    let is_breaking = |finding: &&Finding| finding.level == Level::Breaking;
    let affects_callers = |finding: &&Finding| {
        let is_in_code = || rust.is_none_or(|rust| rust.items_for(finding).next().is_some());
        REMOVES_OR_MOVES_WRAPPER.contains(&finding.rule.name) || (is_breaking(finding) && is_in_code())
    };
    let breaks = findings.iter().find(affects_callers);
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
            let reason = "released versions fail at run time, but callers need not change their code";
            ("patch", reason.to_owned())
        }
        (None, None) => ("patch", "callers need not change their code".to_owned()),
    };
    // The version comes first and alone, since Markdown shows it as code.
    Some(match version.and_then(|version| bumped(version, bump)) {
        Some(next) => format!("{next} (a {bump} release): {reason}"),
        None => format!("a {bump} release: {reason}"),
    })
}

fn bumped(version: &str, bump: &str) -> Option<String> {
    let numbers: Vec<u64> = version.split('.').map(|number| number.parse().ok()).collect::<Option<_>>()?;
    let [major, minor, patch] = numbers.as_slice() else { return None };
    match bump {
        "major" => Some(format!("{}.0.0", major + 1)),
        "minor" => Some(format!("{major}.{}.0", minor + 1)),
        _ => Some(format!("{major}.{minor}.{}", patch + 1)),
    }
}
