//! Tests of the reference of the rules.

use std::fs;
use std::path::Path;

use openapi_drift::render::reference;
use openapi_drift::{rule, rules};

/// `RULES.md` is generated.
#[test]
fn the_rules_page_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("RULES.md");
    let committed = fs::read_to_string(&path).unwrap_or_default();
    let is_fresh = committed == reference::rules_markdown();
    assert!(is_fresh, "drift/RULES.md is stale; to update, run: cargo xtask regenerate");
}

#[test]
fn the_list_has_a_line_for_each_id() {
    let list = reference::list();
    let ids: Vec<&str> = list.lines().map(|line| line.split_whitespace().next().unwrap()).collect();
    let expected: Vec<String> =
        rules().flat_map(|rule| rule.directions().iter().map(|direction| rule.id(*direction))).collect();
    assert_eq!(ids, expected);
    for line in list.lines() {
        let level = line.split_whitespace().nth(1).unwrap();
        assert!(["breaking", "additive", "docs"].contains(&level), "{line}");
    }
}

#[test]
fn explanations_match_the_page() {
    let page = reference::rules_markdown();
    for id in reference::list().lines().map(|line| line.split_whitespace().next().unwrap()) {
        let text = reference::explain(id).unwrap();
        let (rule, direction) = rule(id).unwrap();
        assert!(text.starts_with(id), "{text}");
        assert!(text.contains(&format!("level     {}\n", rule.level(direction).name())), "{text}");
        assert!(text.contains(rule.impact(direction).trim_end_matches('.')), "{text}");
        let has_example = text.contains("  before:\n") && text.contains("  after:\n");
        assert_eq!(has_example, rule.example.before != rule.example.after, "{text}");
        if let Some((.., reason)) = rule.deviation {
            assert!(text.contains(reason), "{text}");
            assert!(page.contains(reason), "{id}");
        }
        assert!(page.contains(&format!("- `{id}`, ")), "{id}");
        assert!(page.contains(&format!("\n### {}\n", rule.name)), "{id}");
    }
    assert!(reference::explain("no-such-rule").is_none());
}

#[test]
fn similar_ids_are_suggested_for_an_unknown_one() {
    let id = reference::list().split_whitespace().next().unwrap().to_owned();
    assert_eq!(reference::nearest(&format!("{id}x")).first(), Some(&id));
    assert_eq!(reference::nearest(&id[1..]).first(), Some(&id));
    assert!(reference::nearest("zzzzzzzzzzzzzzzzzzzzzzzz").is_empty());
}
