//! Reports on a part of the operations.

use openapi_drift::{Level, Options, Report, compare, parse};
use serde_json::{Value, json};

/// A document with one operation that uses a schema, and another one.
fn document(operation: &Value, kind: &str) -> Value {
    let mut document = parse(
        "{openapi: 3.0.3, info: {title: Pets, version: '1'}, paths: {/pets: {get: {operationId: listPets}},
          /logs: {get: {operationId: listLogs, tags: [logs], responses: {'200': {description: Logs, content: {
            application/json: {schema: {$ref: '#/components/schemas/Log'}}}}}}}},
          components: {schemas: {Log: {type: string}}}}",
    )
    .unwrap();
    let pets = &mut document["paths"]["/pets"]["get"];
    pets["responses"] = json!({"204": {"description": "None"}});
    for (key, value) in operation.as_object().unwrap() {
        pets[key.as_str()] = value.clone();
    }
    document["components"]["schemas"]["Log"]["type"] = json!(kind);
    document
}

fn pets(old: &Value, new: &Value) -> Report {
    let options = Options { tags: vec!["pets".to_owned()], exclude_internal: true };
    compare(old, new, &options).unwrap()
}

fn ids(report: &Report) -> Vec<(String, Level)> {
    report.findings.iter().map(|finding| (finding.id(), finding.level)).collect()
}

#[test]
fn what_other_operations_use_is_left_out() {
    let old = document(&json!({"tags": ["pets"]}), "string");
    let new = document(&json!({"tags": ["pets"], "summary": "All"}), "integer");
    assert_eq!(ids(&pets(&old, &new)), [("summary-changed".to_owned(), Level::Docs)]);
    let all = compare(&old, &new, &Options::default()).unwrap();
    assert_eq!(all.wire(), Level::Breaking);
}

#[test]
fn an_operation_that_lost_its_tag_is_not_removed() {
    let old = document(&json!({"tags": ["pets"]}), "string");
    let new = document(&json!({"tags": ["animals"]}), "string");
    let report = pets(&old, &new);
    let finding = report.findings.iter().find(|finding| finding.id() == "operation-left-subset").unwrap();
    assert_eq!(finding.message(), "listPets has none of the selected tags");
    assert_eq!(finding.change.before(), Some(&json!("tag pets")));
    assert_eq!(finding.change.after(), Some(&json!("tag animals")));
    assert!(ids(&report).iter().all(|(id, _)| id != "operation-removed"));
    let back = pets(&new, &old);
    assert!(ids(&back).contains(&("operation-entered-subset".to_owned(), Level::Additive)));
}

#[test]
fn an_operation_that_became_internal_breaks_those_who_rely_on_it() {
    let old = document(&json!({"tags": ["pets"]}), "string");
    let new = document(&json!({"tags": ["pets"], "x-internal": true}), "string");
    assert!(ids(&pets(&old, &new)).contains(&("operation-became-internal".to_owned(), Level::Breaking)));
}
