//! Tests of `drift.toml`.

use std::path::Path;

use openapi_drift::{Accepted, Change, Finding, Level, Report, Rule};
use serde_json::json;

use crate::support::{CHANGED, REMOVED, REWORDED, finding, report};

const OWN: &[&Rule] = &[&REMOVED, &CHANGED, &REWORDED];

fn parse(text: &str) -> Result<Accepted, String> {
    Accepted::parse_with(text, "drift.toml", OWN).map_err(|error| error.to_string())
}

fn sample() -> (Report, Finding) {
    let first = finding(Level::Breaking, "listPets", "field a", Change::Removed(json!(1)));
    let second = finding(Level::Breaking, "listPets", "field b", Change::Removed(json!(1)));
    (report(vec![first.clone(), second]), first)
}

fn entry(finding: &Finding, more: &str) -> String {
    format!(
        "[[accepted]]\nid = '{}'\nfingerprint = '{}'\nreason = 'Known.'\n{more}\n",
        finding.id(),
        finding.fingerprint()
    )
}

#[test]
fn an_accepted_finding_is_moved_with_its_reason() {
    for more in ["", "operation = 'listPets'"] {
        let (mut report, first) = sample();
        parse(&entry(&first, more)).unwrap().apply(&mut report);
        assert_eq!(report.findings.len(), 1);
        assert_eq!(report.findings[0].part, "field b");
        assert_eq!(report.accepted.len(), 1);
        assert_eq!(report.accepted[0].0.part, "field a");
        assert_eq!(report.accepted[0].1, "Known.");
    }
}

#[test]
fn a_stale_entry_is_a_finding() {
    let (report, first) = sample();
    let other = entry(&first, "operation = 'getPets'");
    let accepted = parse(&other).unwrap();
    let mut stale = report.clone();
    accepted.apply(&mut stale);
    assert_eq!(stale.findings.len(), 3);
    assert_eq!(stale.findings[0].id(), "stale-acceptance");
    assert_eq!(stale.findings[0].level, Level::Docs);
    assert_eq!(
        stale.findings[0].message(),
        format!(
            "accepted entry request-thing-removed with fingerprint {} matches nothing",
            first.fingerprint()
        )
    );
    let mut ignored = report.clone();
    parse(&other).unwrap().ignore_stale().apply(&mut ignored);
    assert_eq!(ignored.findings.len(), 2);
    let mut filtered = report;
    parse(&other).unwrap().filter(|id| id != "request-thing-removed").apply(&mut filtered);
    assert_eq!(filtered.findings.len(), 2);
}

#[test]
fn a_level_is_overridden_with_a_note() {
    let (mut report, first) = sample();
    let level = "[[level]]\nid = 'request-thing-removed'\nlevel = 'docs'\nreason = 'Nobody uses it.'\n";
    parse(&(entry(&first, "") + level)).unwrap().apply(&mut report);
    assert_eq!(report.wire(), Level::Docs);
    assert_eq!(report.accepted[0].0.level, Level::Docs);
    let note = &report.findings[0].notes[0];
    assert_eq!((note.label.as_str(), note.text.as_str()), ("level", "Nobody uses it."));
    // The fingerprint does not depend on the level.
    assert_eq!(report.accepted[0].0.fingerprint(), first.fingerprint());
}

#[test]
fn errors_name_the_file_and_the_entry() {
    let accepted = |more: &str| format!("[[accepted]]\nfingerprint = 'f00'\n{more}\n");
    let level = |more: &str| format!("[[level]]\nid = 'request-thing-removed'\n{more}\n");
    let twice = level("level = 'docs'\nreason = 'x'").repeat(2);
    for (text, parts) in [
        ("[[accepted\n", &["line 1"][..]),
        ("\n\nx = \n", &["line 3"]),
        ("[[acepted]]\n", &["unknown table `acepted`", "`accepted`"]),
        ("accepted = 1\n", &["[[accepted]]"]),
        (&accepted("reason = 'x'"), &["[[accepted]] f00: ", "`id`"]),
        (
            &accepted("id = 'request-thing-removed'\nreason = ' '"),
            &["[[accepted]] request-thing-removed f00: ", "reason"],
        ),
        (
            &accepted("id = 'request-thing-removed'\nreason = 'x'\nreasons = 'y'"),
            &["[[accepted]] request-thing-removed f00: ", "`reasons`"],
        ),
        (
            &accepted("id = 'stale-aceptance'\nreason = 'x'"),
            &["unknown rule id", "did you mean stale-acceptance"],
        ),
        // The id must include the direction.
        (
            &accepted("id = 'thing-removed'\nreason = 'x'"),
            &["[[accepted]] thing-removed f00", "unknown rule id"],
        ),
        (&level("level = 'none'\nreason = 'x'"), &["[[level]] request-thing-removed: ", "`none`", "`docs`"]),
        (&level("level = 'docs'\nreason = ''"), &["[[level]] request-thing-removed: ", "reason"]),
        (&level("level = 'docs'"), &["[[level]] request-thing-removed: ", "`reason`"]),
        (&twice, &["[[level]] request-thing-removed", "twice"]),
    ] {
        let error = parse(text).unwrap_err();
        assert!(error.starts_with("cannot use drift.toml: "), "{error}");
        assert!(!error.contains('\n'), "{error}");
        for part in parts {
            assert!(error.contains(part), "{part}: {error}");
        }
    }
    // Rules of a caller are unknown elsewhere.
    let own = accepted("id = 'request-thing-removed'\nreason = 'x'");
    assert!(Accepted::parse(&own, "drift.toml").unwrap_err().to_string().contains("unknown rule id"));
}

#[test]
fn a_missing_file_is_an_error() {
    let error = Accepted::read(Path::new("no/such/drift.toml")).unwrap_err().to_string();
    assert_eq!(error, "no file no/such/drift.toml exists");
}
