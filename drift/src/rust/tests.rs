//! Which findings explain which items, with what progenitor really generates.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::{Value, json};

use super::identifiers::{operation_method, schema_type};
use super::public_items::read;
use super::{RustReport, RustStyle, compare_generated, compare_sources, generate};
use crate::finding::{Change, Finding, Operation, Report, Subject};
use crate::rules::{Direction, Effect, Example, Fragment, Rule, Scope};

static CHANGED: Rule = rule("type-changed", Effect::Replaces);
static RENAMED: Rule = rule("schema-renamed", Effect::Neutral);
static DESCRIBED: Rule = rule("description-changed", Effect::Neutral);

const fn rule(name: &'static str, effect: Effect) -> Rule {
    let example = Example { of: Fragment::Schema, before: "", after: "" };
    Rule {
        name,
        scope: Scope::Both,
        effect,
        deviation: None,
        summary: "changes",
        sends: "",
        receives: "",
        example,
    }
}

fn finding(rule: &'static Rule, subject: Subject, old: Option<&str>, new: Option<&str>) -> Finding {
    Finding {
        rule,
        direction: Direction::Request,
        level: rule.level(Direction::Request),
        subject,
        part: String::new(),
        old: old.map(str::to_owned),
        new: new.map(str::to_owned),
        change: Change::Replaced(Value::Null, Value::Null),
        operations: Vec::new(),
        notes: Vec::new(),
    }
}

/// A finding at a place below a component of both documents.
fn in_component(kind: &str, name: &str, place: &str) -> Finding {
    let pointer = format!("#/components/{kind}/{name}{place}");
    let subject = Subject::Component { kind: kind.to_owned(), name: name.to_owned() };
    finding(&CHANGED, subject, Some(&pointer), Some(&pointer))
}

fn in_schema(name: &str, place: &str) -> Finding {
    in_component("schemas", name, place)
}

fn in_operation(id: &str, method: &str, path: &str) -> Finding {
    let (id, old_id) = (Some(id.to_owned()), None);
    let operation = Operation { id, old_id, method: method.to_owned(), path: path.to_owned() };
    let pointer = format!("#/paths/{}/{}", path.replace('/', "~1"), method.to_lowercase());
    finding(&CHANGED, Subject::Operation(operation), Some(&pointer), Some(&pointer))
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

fn answer(schema: &Value) -> Value {
    json!({"200": {"description": "", "content": {"application/json": {"schema": schema}}}})
}

/// A document with names that are parts of each other.
fn document() -> Value {
    json!({
        "openapi": "3.0.3",
        "info": {"title": "Pets", "version": "1"},
        "paths": {
            "/users": {"get": {
                "operationId": "user",
                "description": "Like this one:\n\nSends a `GET` request to `/users/{id}`\n",
                "parameters": [{"name": "sort", "in": "query", "schema": {"type": "string", "enum": ["up", "down"]}}],
                "responses": answer(&reference("UserList")),
            }},
            "/users/{id}": {"get": {
                "operationId": "user-list",
                "parameters": [
                    {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}},
                    {"$ref": "#/components/parameters/Limit"},
                ],
                "responses": answer(&json!({"type": "object", "properties": {
                    "user": reference("User"),
                    "more": {"type": "object", "properties": {"a": {"type": "string"}}},
                }})),
            }},
            "/dogs": {"post": {
                "operationId": "createDog",
                "requestBody": {"required": true, "content": {"application/json": {"schema": reference("Dog")}}},
                "responses": {"default": {"$ref": "#/components/responses/Failure"}},
            }},
        },
        "components": {
            "parameters": {"Limit": {"name": "limit", "in": "query", "schema": {"type": "integer", "format": "int32"}}},
            "responses": {"Failure": {"description": "", "content": {"application/json": {"schema": {
                "type": "object", "required": ["code"], "properties": {"code": {"type": "integer", "format": "int32"}},
            }}}}},
            "schemas": {
                "User": {"type": "object", "properties": {
                    "name": {"type": "string"},
                    "kind": reference("Kind"),
                    "address": {"type": "object", "properties": {
                        "city": {"type": "string"},
                        "zip": {"type": "string"},
                    }},
                }},
                "UserList": {"type": "object", "properties": {
                    "items": {"type": "array", "items": reference("User")},
                    "total": {"type": "integer"},
                }},
                "Kind": {"type": "string", "enum": ["user", "user-list"]},
                "Animal": {"type": "object", "properties": {"legs": {"type": "integer"}}},
                "Dog": {"allOf": [reference("Animal"), {"type": "object", "properties": {"name": {"type": "string"}}}]},
                "Name": {"type": "string", "maxLength": 9},
                "Number": {"type": "integer", "format": "int64"},
                "Either": {"anyOf": [reference("Name"), reference("Number")]},
            },
        },
    })
}

/// Applies changes to the document: a pointer with the new value, or with null for what goes.
fn changed(changes: &[(&str, Value)]) -> Value {
    let mut document = document();
    for (pointer, value) in changes {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let key = key.replace("~1", "/");
        match document.pointer_mut(parent).unwrap() {
            Value::Array(items) => items[key.parse::<usize>().unwrap()] = value.clone(),
            parent if value.is_null() => drop(parent.as_object_mut().unwrap().remove(&key)),
            parent => parent[&key] = value.clone(),
        }
    }
    document
}

fn compare(new: &Value, style: RustStyle) -> RustReport {
    compare_generated(&document(), new, style).unwrap()
}

fn positional(changes: &[(&str, Value)]) -> RustReport {
    compare(&changed(changes), RustStyle::Positional)
}

fn builder(changes: &[(&str, Value)]) -> RustReport {
    compare(&changed(changes), RustStyle::Builder)
}

fn items(report: &RustReport, finding: &Finding) -> Vec<String> {
    report.items_for(finding).map(|change| change.item.clone()).collect()
}

fn unattributed(report: &RustReport, findings: &[Finding]) -> Vec<String> {
    report.unattributed(findings).map(|change| change.item.clone()).collect()
}

const NONE: [&str; 0] = [];

#[test]
fn a_field_is_explained_by_its_finding_only() {
    let report = positional(&[
        ("/components/schemas/User/properties/name/type", json!("integer")),
        ("/components/schemas/User/properties/kind", Value::Null),
        ("/components/schemas/User/properties/address/properties/city", Value::Null),
    ]);
    assert_eq!(items(&report, &in_schema("User", "/properties/name/type")), ["types::User.name"]);
    assert_eq!(items(&report, &in_schema("User", "/properties/kind")), ["types::User.kind"]);
    let city = "/properties/address/properties/city";
    assert_eq!(items(&report, &in_schema("User", city)), ["types::UserAddress.city"]);
    assert_eq!(items(&report, &in_schema("User", "/properties/address/properties/zip")), NONE);
    let whole = ["types::User.kind", "types::User.name", "types::UserAddress.city"];
    assert_eq!(items(&report, &in_schema("User", "")), whole);
    for name in ["UserList", "Kind", "Animal", "Us", "UserAddress"] {
        assert_eq!(items(&report, &in_schema(name, "")), NONE, "{name}");
    }
    assert_eq!(items(&report, &in_operation("user", "GET", "/users")), NONE);
    assert_eq!(items(&report, &in_operation("user-list", "GET", "/users/{id}")), NONE);
    assert_eq!(unattributed(&report, &[in_schema("User", "/properties/name")]), [whole[0], whole[2]]);
    // What is gone has no place in the new document.
    let removed = Finding { new: None, ..in_schema("User", "/properties/kind") };
    assert_eq!(items(&report, &removed), ["types::User.kind"]);
}

#[test]
fn a_schema_is_not_blamed_for_one_whose_name_starts_with_its_own() {
    let report = positional(&[("/components/schemas/UserList/properties/total", Value::Null)]);
    assert_eq!(items(&report, &in_schema("UserList", "/properties/total")), ["types::UserList.total"]);
    assert_eq!(items(&report, &in_schema("User", "")), NONE);
    assert_eq!(items(&report, &in_operation("user", "GET", "/users")), NONE);
}

#[test]
fn an_operation_is_explained_with_its_own_types() {
    for (report, items_of_sort) in [
        (
            positional as fn(&[(&str, Value)]) -> RustReport,
            vec!["types::UserSort::Down", "types::UserSort::Old"],
        ),
        (builder, vec!["types::UserSort::Down", "types::UserSort::Old"]),
    ] {
        let report = report(&[
            ("/paths/~1users/get/parameters/0/schema/enum/1", json!("old")),
            (
                "/paths/~1users~1{id}/get/responses/200/content/application~1json/schema/properties/more/properties/a/type",
                json!("integer"),
            ),
        ]);
        assert_eq!(items(&report, &in_operation("user", "GET", "/users")), items_of_sort);
        let of_list = items(&report, &in_operation("user-list", "GET", "/users/{id}"));
        assert!(of_list.contains(&"types::UserListResponseMore.a".to_owned()), "{of_list:?}");
        assert!(!of_list.iter().any(|item| items_of_sort.contains(&item.as_str())), "{of_list:?}");
        assert_eq!(items(&report, &in_operation("nobody", "POST", "/users")), NONE);
        for name in ["User", "UserList", "Kind"] {
            assert_eq!(items(&report, &in_schema(name, "")), NONE, "{name}");
        }
    }
}

#[test]
fn methods_are_found_by_what_they_send_and_by_their_name() {
    let new = changed(&[
        ("/paths/~1users/get/parameters", json!([])),
        (
            "/paths/~1users~1{id}/get/parameters/1",
            json!({"name": "x", "in": "query", "schema": {"type": "string"}}),
        ),
    ]);
    for style in [RustStyle::Positional, RustStyle::Builder] {
        let sources = [document(), new.clone()].map(|document| generate(&document, style).unwrap());
        let bare = sources.clone().map(|source| without_documentation(&source));
        assert_eq!(
            bare[0].matches("/users").count(),
            sources[0].matches("/users").count() - 3 - usize::from(style == RustStyle::Builder) * 2
        );
        for [before, after] in [sources, bare] {
            let report = compare_sources(&before, &after).unwrap().with_documents(&document(), &new);
            let (user, list) = match style {
                RustStyle::Positional => (vec!["Client::user", "types::UserSort"], vec!["Client::user_list"]),
                RustStyle::Builder => (
                    vec!["builder::User::sort", "types::UserSort"],
                    vec!["builder::UserList::limit", "builder::UserList::x"],
                ),
            };
            assert_eq!(items(&report, &in_operation("user", "GET", "/users")), user);
            assert_eq!(items(&report, &in_operation("user-list", "GET", "/users/{id}")), list);
            assert_eq!(items(&report, &in_schema("User", "")), NONE);
            assert_eq!(items(&report, &in_schema("UserList", "")), NONE);
        }
    }
}

fn without_documentation(source: &str) -> String {
    let mut lines = Vec::new();
    let mut is_comment = false;
    for line in source.lines() {
        is_comment |= line.trim_start().starts_with("/**");
        if !is_comment && !line.trim_start().starts_with("///") {
            lines.push(line);
        }
        is_comment &= !line.contains("*/");
    }
    lines.join("\n")
}

#[test]
fn a_value_that_is_spelled_like_an_operation_is_not_its() {
    let report = positional(&[("/components/schemas/Kind/enum", json!(["user"]))]);
    assert_eq!(items(&report, &in_schema("Kind", "/enum")), ["types::Kind::UserList"]);
    for (id, path) in [("user", "/users"), ("user-list", "/users/{id}")] {
        assert_eq!(items(&report, &in_operation(id, "GET", path)), NONE);
    }
    assert_eq!(items(&report, &in_schema("UserList", "")), NONE);
}

#[test]
fn a_renamed_schema_explains_what_mentions_it() {
    let mut new = document();
    let schemas = new["components"]["schemas"].as_object_mut().unwrap();
    let user = schemas.remove("User").unwrap();
    schemas.insert("Person".to_owned(), user);
    let text = new.to_string().replace("#/components/schemas/User\"", "#/components/schemas/Person\"");
    let new: Value = serde_json::from_str(&text).unwrap();
    let subject = Subject::Component { kind: "schemas".to_owned(), name: "Person".to_owned() };
    let renamed =
        finding(&RENAMED, subject, Some("#/components/schemas/User"), Some("#/components/schemas/Person"));
    for style in [RustStyle::Positional, RustStyle::Builder] {
        let report = compare(&new, style);
        let changed = items(&report, &renamed);
        for item in ["types::Person", "types::User", "types::UserAddress", "types::UserList.items"] {
            assert!(changed.contains(&item.to_owned()), "{item} is not in {changed:?}");
        }
        assert_eq!(unattributed(&report, std::slice::from_ref(&renamed)), NONE);
        assert_eq!(items(&report, &in_schema("Kind", "")), NONE);
        assert_eq!(items(&report, &in_schema("UserList", "/properties/total")), NONE);
    }
}

#[test]
fn a_schema_that_changes_its_form_explains_how_it_is_passed() {
    let new = [("/components/schemas/Dog", json!({"type": "string", "enum": ["a"]}))];
    for report in [positional(&new), builder(&new)] {
        assert!(report.changes.iter().any(|change| change.item.ends_with("reate_dog") || change.item.contains("::CreateDog::body")));
        assert_eq!(unattributed(&report, &[in_schema("Dog", "")]), NONE);
    }
}

#[test]
fn a_renamed_operation_explains_both_methods() {
    let report = positional(&[("/paths/~1users/get/operationId", json!("everybody"))]);
    let mut renamed = in_operation("everybody", "GET", "/users");
    renamed.rule = &RENAMED;
    let expected = ["Client::everybody", "Client::user", "types::EverybodySort", "types::UserSort"];
    assert_eq!(items(&report, &renamed), expected);
    // Without a place, too.
    (renamed.old, renamed.new) = (None, None);
    assert_eq!(items(&report, &renamed), expected);
}

#[test]
fn a_moved_operation_is_found_in_both_documents() {
    let operation = document()["paths"]["/users"].clone();
    let new = [
        ("/paths/~1users", Value::Null),
        ("/paths/~1people", operation),
        ("/paths/~1people/get/parameters", json!([])),
    ];
    let report = positional(&new);
    let mut moved = in_operation("user", "GET", "/people");
    moved.old = Some("#/paths/~1users/get".to_owned());
    assert_eq!(items(&report, &moved), ["Client::user", "types::UserSort"]);
    moved.old = None;
    assert_eq!(items(&report, &moved), ["Client::user", "types::UserSort"]);
}

#[test]
fn a_schema_is_explained_where_it_is_merged_too() {
    let report = positional(&[("/components/schemas/Animal/properties/legs/type", json!("string"))]);
    let legs = in_schema("Animal", "/properties/legs/type");
    assert_eq!(items(&report, &legs), ["types::Animal.legs", "types::Dog.legs"]);
    assert_eq!(items(&report, &in_schema("Dog", "/allOf/1/properties/name")), NONE);
}

#[test]
fn shared_parameters_and_responses_explain_the_operations_that_use_them() {
    let report = positional(&[
        ("/components/parameters/Limit/schema/format", json!("int64")),
        (
            "/components/responses/Failure/content/application~1json/schema/properties/code/type",
            json!("string"),
        ),
    ]);
    assert_eq!(items(&report, &in_component("parameters", "Limit", "/schema")), ["Client::user_list"]);
    assert_eq!(items(&report, &in_component("responses", "Failure", "")), ["types::CreateDogResponse.code"]);
}

#[test]
fn traits_that_go_with_those_of_another_type_are_explained() {
    let either = |document: &mut Value| {
        document["components"]["schemas"]["Either"] =
            json!({"oneOf": [reference("Name"), reference("Number")]});
    };
    let (mut old, mut new) = (document(), document());
    either(&mut old);
    either(&mut new);
    new["components"]["schemas"]["Number"] =
        json!({"type": "object", "properties": {"a": {"type": "string"}}});
    let report = compare_generated(&old, &new, RustStyle::Positional).unwrap();
    let number = items(&report, &in_schema("Number", ""));
    assert!(number.iter().any(|item| item.ends_with("for types::Either")), "{number:?}");
    assert_eq!(unattributed(&report, &[in_schema("Number", "")]), NONE);
    assert_eq!(items(&report, &in_schema("Name", "")), NONE);
}

#[test]
fn texts_explain_nothing() {
    let report = positional(&[("/components/schemas/User/properties/name/type", json!("integer"))]);
    let described = Finding { rule: &DESCRIBED, ..in_schema("User", "/properties/name/description") };
    assert_eq!(items(&report, &described), NONE);
    assert_eq!(items(&report, &finding(&CHANGED, Subject::Document, None, None)), NONE);
}

#[test]
fn builders_of_types_follow_their_fields() {
    let report = builder(&[
        ("/components/schemas/User/properties/name/type", json!("integer")),
        ("/components/schemas/User/properties/kind", Value::Null),
    ]);
    let name = ["types::User.name", "types::builder::User::name"];
    assert_eq!(items(&report, &in_schema("User", "/properties/name")), name);
    let kind = ["types::User.kind", "types::builder::User::kind"];
    assert_eq!(items(&report, &in_schema("User", "/properties/kind")), kind);
    assert_eq!(items(&report, &in_operation("user", "GET", "/users")), NONE);
}

#[test]
fn notes_name_the_worst_items_and_those_that_nothing_explains() {
    let report = positional(&[
        ("/components/schemas/User/properties", json!({"a": {"type": "string"}})),
        ("/components/schemas/Kind/enum", json!(["user"])),
    ]);
    let mut whole =
        Report { findings: vec![in_schema("User", ""), in_schema("Animal", "")], ..Report::default() };
    let count = report.changes.len();
    report.annotate(&mut whole);
    let texts: Vec<&str> =
        whole.findings.iter().flat_map(|it| &it.notes).map(|note| note.text.as_str()).collect();
    let expected =
        "types::User.a is added; types::User.address is removed; types::User.kind is removed; and 2 more";
    assert_eq!(texts, [expected]);
    let texts: Vec<&str> = whole.notes.iter().map(|note| note.text.as_str()).collect();
    assert_eq!(texts, ["types::Kind::UserList is removed, which no finding explains"]);
    assert_eq!(whole.rust.unwrap().changes.len(), count);
}

/// Names in all forms that a document may give them.
const NAMES: &[&str] = &[
    "+1",
    "-1",
    "1st",
    "9",
    "A_B",
    "HTTPServer",
    "Self",
    "UserList",
    "XMLHttpRequest2",
    "_",
    "__",
    "a.b",
    "a'b",
    "async",
    "crate",
    "created_at",
    "fooBAR",
    "gen",
    "list-pets",
    "match",
    "pets/{id}",
    "r#type",
    "self",
    "type",
    "user",
    "v1.Pod",
    "x$y",
    "x",
    "straße",
    "ünï",
    "日本",
    "💥",
    "a💥b",
    "ǅ",
    "a1b2C3",
    "IPv4Address",
    "pet_",
    "_pet",
    "Pet.v2+json",
];

#[test]
fn names_become_the_identifiers_that_progenitor_makes_of_them() {
    for name in NAMES {
        let mut paths = json!({});
        paths["/x"] = json!({"get": {"operationId": name, "responses": {"200": {"description": ""}}}});
        let schemas = json!({*name: {"type": "object", "properties": {"a": {"type": "string"}}}});
        let info = json!({"title": "", "version": ""});
        let document =
            json!({"openapi": "3.0.0", "info": info, "paths": paths, "components": {"schemas": schemas}});
        let source = generate(&document, RustStyle::Positional).unwrap();
        let items = read(&source).unwrap();
        let schema = format!("types::{}", schema_type(name));
        assert!(items.contains_key(&schema), "{name}: {schema} is not in {:?}", items.keys());
        let method = format!("Client::{}", operation_method(name));
        assert!(items.contains_key(&method), "{name}: {method} is not in {:?}", items.keys());
    }
}
