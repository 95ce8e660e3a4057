//! Tests which findings explain which items, with code that progenitor generates.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod fixture;
mod identifiers;

use serde_json::{Value, json};

use self::fixture::{
    CHANGED, DESCRIBED, RENAMED, builder, changed, compare, document, finding, in_component, in_operation,
    in_schema, items, positional, reference, unattributed,
};
use super::{RustReport, RustStyle, compare_generated, compare_sources, generate};
use crate::finding::{Finding, Report, Subject};

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
    // A removed field has no location in the new document.
    let removed = Finding { new: None, ..in_schema("User", "/properties/kind") };
    assert_eq!(items(&report, &removed), ["types::User.kind"]);
}

#[test]
fn a_schema_does_not_explain_one_with_a_longer_name() {
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
fn methods_are_found_by_request_and_by_name() {
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
fn a_value_named_like_an_operation_does_not_belong_to_it() {
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
    // Locations are not required.
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
fn a_merged_schema_explains_the_merge() {
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
fn traits_that_depend_on_another_type_are_explained() {
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
fn documentation_explains_nothing() {
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
fn notes_list_the_worst_and_the_unexplained_items() {
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
