//! Tests of selecting operations.

use openapi_drift::{FILES, Finding, Level, Operation, Options, Report, Subject, compare, parse};
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
fn findings_in_other_operations_are_left_out() {
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
    assert_eq!(finding.message(), "listPets is no longer selected");
    assert_eq!(finding.change.before(), Some(&json!("tag pets")));
    assert_eq!(finding.change.after(), Some(&json!("tag animals")));
    assert!(ids(&report).iter().all(|(id, _)| id != "operation-removed"));
    let back = pets(&new, &old);
    assert!(ids(&back).contains(&("operation-entered-subset".to_owned(), Level::Additive)));
}

#[test]
fn an_operation_that_became_internal_is_breaking() {
    let old = document(&json!({"tags": ["pets"]}), "string");
    let new = document(&json!({"tags": ["pets"], "x-internal": true}), "string");
    assert!(ids(&pets(&old, &new)).contains(&("operation-became-internal".to_owned(), Level::Breaking)));
}

/// A document with some operations that have the tag `auth`, many others, and an error that all of them return.
fn builds() -> Value {
    let operation = |id: &str, tag: &str| {
        json!({"get": {"operationId": id, "tags": [tag], "responses": {
            "400": {"$ref": "#/components/responses/Error"}, "204": {"description": "Done"}
        }}})
    };
    let mut paths =
        json!({"/v0/login": operation("login", "auth"), "/v0/logout": operation("logout", "auth")});
    for number in 0..20 {
        paths[format!("/v0/builds/{number}")] = operation(&format!("build{number}"), "builds");
    }
    json!({
        "openapi": "3.0.3",
        "info": {"title": "Builds", "version": "1"},
        "paths": paths,
        "components": {"responses": {"Error": {"description": "No"}}}
    })
}

fn differences(old: &Value, new: &Value) -> Vec<Finding> {
    let options = Options { tags: vec!["auth".to_owned()], exclude_internal: true };
    compare(old, new, &options).unwrap().findings
}

fn operations(finding: &Finding) -> Vec<String> {
    finding.operations.iter().map(Operation::name).collect()
}

#[test]
fn a_shared_component_names_the_selected_operations() {
    let old = builds();
    let mut new = old.clone();
    new["components"]["responses"]["Error"]["description"] = json!("Not this time");
    let findings = differences(&old, &new);
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!(operations(&findings[0]), ["login", "logout"]);
}

#[test]
fn a_new_prefix_is_one_finding() {
    let old = builds();
    let mut new: Value = serde_json::from_str(&old.to_string().replace("/v0/", "/v1/")).unwrap();
    let moved = new["paths"].as_object_mut().unwrap().remove("/v1/builds/7").unwrap();
    new["paths"]["/v1/jobs"] = moved;
    let findings = differences(&old, &new);
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!((findings[0].id().as_str(), findings[0].level), ("path-prefix-changed", Level::Breaking));
    assert_eq!(operations(&findings[0]), ["login", "logout"]);
}

#[test]
fn a_new_prefix_of_other_operations_is_left_out() {
    let old = builds();
    let new = serde_json::from_str(&old.to_string().replace("/v0/builds/", "/v1/builds/")).unwrap();
    assert!(differences(&old, &new).is_empty());
}

/// An operation with the tag `auth` and one with the tag `builds`, each of which responds with a schema.
fn responding(version: &str, auth: &Value, builds: &Value) -> Value {
    let operation = |id: &str, tag: &str, schema: &Value| {
        json!({"get": {"operationId": id, "tags": [tag], "responses": {"200": {
            "description": "Done", "content": {"application/json": {"schema": schema}}
        }}}})
    };
    json!({
        "openapi": version,
        "info": {"title": "Builds", "version": "1"},
        "paths": {"/login": operation("login", "auth", auth), "/build": operation("build", "builds", builds)},
    })
}

fn reference(to: &str) -> Value {
    json!({"$ref": to})
}

#[test]
fn operations_are_found_through_all_kinds_of_references() {
    let plain = json!({"type": "boolean"});
    let build = "#/paths/~1build/get/responses/200/content/application~1json/schema";
    let file = |rest: &str| format!("#/{FILES}/all.yaml/{rest}");
    let with = |mut document: Value, section: &str, value: Value| {
        document[section] = value;
        document
    };
    // The difference is in the only string of each document.
    let text = json!({"type": "string"});
    let schema = |name: &str| json!({"schemas": {name: text}});
    let in_file = |schemas: Value| json!({"all.yaml": schemas});
    for (case, old, users) in [
        ("another operation", responding("3.0.3", &reference(build), &text), ["login"].as_slice()),
        (
            "an anchor",
            with(
                responding("3.1.0", &reference("#name"), &plain),
                "components",
                json!({"schemas": {"Name": {"$anchor": "name", "type": "string"}}}),
            ),
            &["login"],
        ),
        (
            "a part of a component",
            with(
                responding(
                    "3.0.3",
                    &reference("#/components/schemas/User/properties/name"),
                    &reference("#/components/schemas/User/properties/age"),
                ),
                "components",
                json!({"schemas": {"User": {"properties": {"name": text, "age": plain}}}}),
            ),
            &["login"],
        ),
        (
            "another part of the component",
            with(
                responding(
                    "3.0.3",
                    &reference("#/components/schemas/User/properties/age"),
                    &reference("#/components/schemas/User/properties/name"),
                ),
                "components",
                json!({"schemas": {"User": {"properties": {"name": text, "age": plain}}}}),
            ),
            &[],
        ),
        (
            "a component through another file",
            with(
                with(responding("3.0.3", &reference(&file("User")), &plain), "components", schema("Name")),
                FILES,
                in_file(json!({"User": {"properties": {"name": reference("#/components/schemas/Name")}}})),
            ),
            &["login"],
        ),
        (
            "another schema of the same file",
            with(
                responding("3.0.3", &reference(&file("Kept")), &reference(&file("Name"))),
                FILES,
                in_file(json!({"Kept": plain, "Name": text})),
            ),
            &[],
        ),
    ] {
        let new = serde_json::from_str(&old.to_string().replace("\"string\"", "\"integer\"")).unwrap();
        let found: Vec<_> = differences(&old, &new).iter().map(|it| (it.level, operations(it))).collect();
        let users: Vec<String> = users.iter().map(ToString::to_string).collect();
        let expected = if users.is_empty() { Vec::new() } else { vec![(Level::Breaking, users)] };
        assert_eq!(found, expected, "{case}");
        let all = compare(&old, &new, &Options::default()).unwrap();
        let unused = all.findings.iter().filter(|it| it.id() == "unused-component-changed");
        assert_eq!(unused.count(), 0, "{case}");
    }
}

#[test]
fn operations_in_another_file_are_selected() {
    let mut old = responding("3.0.3", &json!({"type": "string"}), &json!({"type": "string"}));
    let items = std::mem::take(&mut old["paths"]);
    old[FILES] = json!({"login.yaml": items["/login"], "build.yaml": items["/build"]});
    old["paths"] = json!({
        "/login": reference(&format!("#/{FILES}/login.yaml")),
        "/build": reference(&format!("#/{FILES}/build.yaml")),
    });
    let new = serde_json::from_str(&old.to_string().replace("\"string\"", "\"integer\"")).unwrap();
    let findings = differences(&old, &new);
    assert_eq!(findings.len(), 1, "{findings:?}");
    let Subject::Operation(operation) = &findings[0].subject else { panic!("{findings:?}") };
    assert_eq!((operation.name().as_str(), findings[0].level), ("login", Level::Breaking));
}

#[test]
fn a_tag_that_no_operation_has_is_an_error_even_without_differences() {
    let document = builds();
    let options = Options { tags: vec!["auth".to_owned(), "biulds".to_owned()], exclude_internal: false };
    let error = compare(&document, &document, &options).unwrap_err().to_string();
    assert_eq!(error, "no operation of either document has the tag \"biulds\"");
}
