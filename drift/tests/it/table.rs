//! Tests that every rule reports its example.

use std::collections::BTreeSet;

use openapi_drift::{Direction, Finding, Fragment, Options, Rule, compare, parse, rule as find_rule, rules};
use serde_json::{Value, json};

/// Returns documents with a fragment in requests and responses, of paths and webhooks.
fn documents(rule: &Rule, fragment: &str) -> Vec<Value> {
    let fragment = parse(fragment).unwrap();
    let operations = match rule.example.of {
        Fragment::Document => return vec![document(json!({}), &fragment)],
        Fragment::PathItem => return vec![document(json!({}), &json!({"paths": path_item(fragment)}))],
        Fragment::Operation => vec![fragment],
        Fragment::Parameter => vec![json!({"parameters": [fragment]})],
        Fragment::Content => bodies(&fragment),
        Fragment::Schema => bodies(&json!({"application/json": {"schema": fragment}})),
    };
    let called = |operation: &Value, section: &str| {
        let mut operation = operation.clone();
        let responses = json!({"204": {"description": "None"}});
        operation.as_object_mut().unwrap().entry("responses").or_insert(responses);
        document(json!({}), &json!({section: {"/pets": {"post": operation}}}))
    };
    operations.iter().flat_map(|it| [called(it, "paths"), called(it, "webhooks")]).collect()
}

fn bodies(content: &Value) -> Vec<Value> {
    vec![
        json!({"requestBody": {"content": content}}),
        json!({"responses": {"200": {"description": "A pet", "content": content}}}),
    ]
}

/// A path item under a path that has its parameters.
fn path_item(mut item: Value) -> Value {
    let names = item["parameters"].as_array().into_iter().flatten().filter_map(|it| it["name"].as_str());
    let path: String = names.flat_map(|name| ["/{", name, "}"]).collect();
    item["get"] = json!({"responses": {"204": {"description": "None"}}});
    json!({path: item})
}

/// A document with the components that examples use.
fn document(mut base: Value, members: &Value) -> Value {
    base["openapi"] = json!("3.0.3");
    base["info"] = json!({"title": "Pets", "version": "1"});
    base["paths"] = json!({});
    base["components"] = json!({"securitySchemes": {
        "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
        "token": {"type": "http", "scheme": "bearer"},
        "oauth": {"type": "oauth2", "flows": {}},
    }});
    for (key, value) in members.as_object().unwrap() {
        base[key.as_str()] = value.clone();
    }
    base
}

fn selection() -> Options {
    Options { tags: vec!["selected".to_owned()], exclude_internal: true }
}

#[test]
fn every_rule_judges_its_example_in_every_direction() {
    let mut silent = Vec::new();
    let mut count = 0;
    // Stale acceptances are not differences of documents.
    for rule in rules().filter(|rule| rule.name != "stale-acceptance") {
        let (old, new) = (documents(rule, rule.example.before), documents(rule, rule.example.after));
        for direction in rule.directions() {
            count += 1;
            let fires = |options: &Options| {
                old.iter().zip(&new).any(|(old, new)| {
                    let report = compare(old, new, options).unwrap();
                    let is_it =
                        |it: &Finding| it.id() == rule.id(*direction) && it.level == rule.level(*direction);
                    report.findings.iter().any(is_it)
                })
            };
            if !fires(&Options::default()) && !fires(&selection()) {
                silent.push(rule.id(*direction));
            }
        }
    }
    assert!(silent.is_empty(), "the examples of these rules do not show them: {silent:?}");
    assert!(count > 150, "{count}");
}

#[test]
fn every_rule_has_a_unique_id_and_an_impact() {
    let mut ids = BTreeSet::new();
    for rule in rules() {
        for direction in rule.directions() {
            let id = rule.id(*direction);
            assert!(id.bytes().all(|it| it.is_ascii_lowercase() || it == b'-'), "{id}");
            assert!(rule.impact(*direction).ends_with('.'), "{id} does not say what it means");
            assert!(ids.insert(id.clone()), "{id} is there twice");
            assert_eq!(find_rule(&id).map(|(found, of)| (found.name, of)), Some((rule.name, *direction)));
        }
    }
}

#[test]
fn a_level_that_does_not_follow_from_the_effect_has_a_reason() {
    for rule in rules() {
        if let Some((request, response, reason)) = rule.deviation {
            assert!(reason.ends_with('.'), "{}", rule.name);
            let plain = Rule { deviation: None, ..*rule };
            let levels = (plain.level(Direction::Request), plain.level(Direction::Response));
            assert_ne!(levels, (request, response), "{} deviates in nothing", rule.name);
        }
    }
}
