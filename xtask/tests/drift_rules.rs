//! One test for each rule of `cargo xtask drift`: a small document, one change, and what it is called.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use serde_json::{Value, json};
use support::drift_whole;

const OPERATION: &str = "/paths/~1things~1{id}/post";
const BODY: &str = "/paths/~1things~1{id}/post/requestBody/content/application~1json/schema";
const ANSWER: &str = "/paths/~1things~1{id}/post/responses/200/content/application~1json/schema";

/// One operation with all that an operation can have.
fn base() -> Value {
    let fields = json!({
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": "string", "minLength": 2, "maxLength": 20, "pattern": "^[a-z]+$"},
            "kind": {"type": "string", "enum": ["big", "small"]},
            "size": {"type": "integer", "format": "int32", "minimum": 1, "maximum": 9, "multipleOf": 2},
            "note": {"type": "string", "nullable": true},
            "made": {"type": "string", "readOnly": true},
            "word": {"type": "string", "writeOnly": true},
            "list": {"type": "array", "items": {"type": "string"}, "maxItems": 3},
            "pet": {"$ref": "#/components/schemas/Cat"},
            "pick": {"oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
                     "discriminator": {"propertyName": "kind", "mapping": {"cat": "#/components/schemas/Cat"}}},
            "both": {"allOf": [{"$ref": "#/components/schemas/Cat"},
                               {"type": "object", "properties": {"age": {"type": "integer"}}}]},
            "less": {"not": {"type": "integer"}},
            "free": {"type": "object", "additionalProperties": {"type": "string"}},
            "tied": {"type": "object", "additionalProperties": false}
        }
    });
    let animal = json!({"type": "object", "properties": {"kind": {"type": "string"}}});
    json!({
        "openapi": "3.0.0",
        "info": {"title": "Things", "version": "1"},
        "servers": [{"url": "https://api.example.com"}, {"url": "https://old.example.com"}],
        "paths": {
            "/things/{id}": {"post": {
                "operationId": "makeThing", "summary": "Make it", "tags": ["things"], "security": [{"key": ["make"]}],
                "parameters": [
                    {"in": "path", "name": "id", "required": true, "schema": {"type": "string"}},
                    {"in": "query", "name": "limit", "schema": {"type": "integer", "default": 10, "maximum": 100}},
                    {"in": "header", "name": "X-Trace", "required": true, "schema": {"type": "string"}}
                ],
                "requestBody": {"required": true, "content": {
                    "application/json": {"schema": fields}, "text/plain": {"schema": {"type": "string"}}}},
                "responses": {
                    "200": {"description": "Made",
                        "headers": {"X-Left": {"required": true, "schema": {"type": "integer"}}},
                        "content": {"application/json": {"schema": fields}, "text/plain": {"schema": {"type": "string"}}}},
                    "400": {"description": "Not made"}
                }
            }},
            "/other": {"get": {"operationId": "other", "responses": {"204": {"description": "None"}}}}
        },
        "components": {
            "schemas": {"Cat": animal, "Dog": animal, "Unused": {"type": "string"}},
            "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}
        }
    })
}

/// Puts a value at a pointer, or takes away what is there.
fn put(document: &mut Value, pointer: &str, value: Value) {
    let (up, key) = pointer.rsplit_once('/').unwrap();
    let key = key.replace("~1", "/");
    match document.pointer_mut(up).unwrap_or_else(|| panic!("{up} is not there")) {
        Value::Object(object) if value.is_null() => {
            drop(object.remove(&key).unwrap_or_else(|| panic!("{pointer}")));
        }
        Value::Object(object) => drop(object.insert(key, value)),
        Value::Array(items) if key == "-" => items.push(value),
        Value::Array(items) if value.is_null() => drop(items.remove(key.parse().unwrap())),
        Value::Array(items) => items[key.parse::<usize>().unwrap()] = value,
        _ => panic!("{up} holds nothing"),
    }
}

/// Makes the changes, and expects exactly these findings, `level id` each.
fn changed(changes: &[(&str, &str, Value)], expected: &[&str]) {
    let (old, mut new) = (base(), base());
    for (place, below, value) in changes {
        put(&mut new, &format!("{place}{below}"), value.clone());
    }
    let report = drift_whole(&old, &new);
    let findings = report["findings"].as_array().unwrap().iter();
    let mut found: Vec<String> = findings
        .map(|it| format!("{} {}", it["level"].as_str().unwrap(), it["id"].as_str().unwrap()))
        .collect();
    found.sort();
    found.dedup();
    let mut expected: Vec<&str> = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(found, expected, "{report:#}");
}

/// A test a row: its name, what is changed, and what is found.
macro_rules! rules {
    ($($name:ident: [$($place:expr, $below:literal => $value:tt);+] finds [$($expected:literal),+];)*) => {$(
        #[test]
        fn $name() {
            changed(&[$(($place, $below, json!($value))),+], &[$($expected),+]);
        }
    )*};
}

rules! {
    a_title_is_for_readers: ["", "/info/title" => "Other"] finds ["docs info-changed"];
    an_extension_is_for_the_vendor: ["", "/x-vendor" => 1] finds ["docs extension-changed"];
    an_unknown_keyword_is_never_passed_over: [OPERATION, "/surprise" => 1] finds ["breaking unexamined"];
    an_unknown_schema_keyword_is_never_passed_over: [BODY, "/properties/name/const" => 1] finds ["breaking unexamined"];
    the_first_server_is_the_default: ["", "/servers/0/url" => "https://new.example.com"] finds ["breaking default-server-changed"];
    another_server_is_no_matter: ["", "/servers/1" => null] finds ["additive servers-changed"];
    tags_are_for_readers: [OPERATION, "/tags" => ["other"]] finds ["docs tags-changed"];
    a_schema_that_nothing_uses_may_go: ["", "/components/schemas/Unused" => null] finds ["additive schema-removed"];
    a_schema_that_nothing_uses_may_change: ["", "/components/schemas/Unused/type" => "integer"] finds ["additive component-changed"];
    a_new_schema_is_additive: ["", "/components/schemas/New" => {}] finds ["additive schema-added"];
    another_name_is_another_type: [ANSWER, "/properties/pet/$ref" => "#/components/schemas/Dog"] finds ["additive schema-renamed"];
    another_name_for_an_equal_part_is_the_same_contract:
        [BODY, "/properties/both/allOf/0" => {"$ref": "#/components/schemas/Dog"}] finds ["docs notation"];
    a_reference_to_nothing_breaks: [ANSWER, "/properties/name" => {"$ref": "#/components/schemas/Nope"}] finds ["breaking reference-broken"];

    a_removed_operation_breaks: ["", "/paths/~1other" => null] finds ["breaking operation-removed"];
    a_new_operation_is_additive:
        ["", "/paths/~1more" => {"get": {"operationId": "more", "responses": {}}}] finds ["additive operation-added"];
    a_moved_operation_breaks:
        ["", "/paths/~1other" => null; "", "/paths/~1moved" => {"get": {"operationId": "other", "responses": {"204": {"description": "None"}}}}]
        finds ["breaking operation-moved"];
    another_method_is_a_move:
        ["", "/paths/~1other" => {"put": {"operationId": "other", "responses": {"204": {"description": "None"}}}}]
        finds ["breaking operation-moved"];
    a_renamed_operation_breaks_the_method: ["", "/paths/~1other/get/operationId" => "another"] finds ["breaking operation-renamed"];
    a_lost_operation_id_breaks: ["", "/paths/~1other/get/operationId" => null] finds ["breaking operation-id-removed"];
    a_summary_is_for_readers: [OPERATION, "/summary" => "Make one"] finds ["docs summary-changed"];
    a_description_is_for_readers: [OPERATION, "/description" => "More"] finds ["docs description-changed"];
    a_deprecation_is_for_readers: [OPERATION, "/deprecated" => true] finds ["docs deprecated"];
    a_callback_breaks: [OPERATION, "/callbacks" => {"done": {}}] finds ["breaking callbacks-changed"];

    security_added_breaks: ["", "/paths/~1other/get/security" => [{"key": []}]] finds ["breaking security-added"];
    security_dropped_is_additive: [OPERATION, "/security" => []] finds ["additive security-removed"];
    another_scheme_breaks: [OPERATION, "/security" => [{"other": []}]] finds ["breaking security-changed"];
    another_way_in_is_additive: [OPERATION, "/security/-" => {"other": []}] finds ["additive security-option-added"];
    another_scope_is_named: [OPERATION, "/security/0/key" => ["make", "keep"]] finds ["additive security-scope-added"];
    a_scope_less_is_named: [OPERATION, "/security/0/key" => []] finds ["additive security-scope-removed"];
    inherited_security_counts: ["", "/security" => [{"key": []}]] finds ["breaking security-added"];
    a_scheme_that_works_otherwise_breaks: ["", "/components/securitySchemes/key/in" => "query"] finds ["breaking security-scheme-changed"];

    an_optional_parameter_breaks_the_method:
        [OPERATION, "/parameters/-" => {"in": "query", "name": "x", "schema": {"type": "string"}}] finds ["breaking parameter-added"];
    a_required_parameter_breaks:
        [OPERATION, "/parameters/-" => {"in": "query", "name": "x", "required": true, "schema": {}}] finds ["breaking required-parameter-added"];
    a_removed_parameter_breaks: [OPERATION, "/parameters/1" => null] finds ["breaking parameter-removed"];
    a_parameter_that_becomes_required_breaks: [OPERATION, "/parameters/1/required" => true] finds ["breaking parameter-became-required"];
    a_parameter_that_becomes_optional_breaks: [OPERATION, "/parameters/2/required" => false] finds ["breaking parameter-became-optional"];
    another_default_breaks: [OPERATION, "/parameters/1/schema/default" => 20]
        finds ["breaking parameter-default-changed", "additive request-default-changed"];
    another_style_breaks: [OPERATION, "/parameters/1/style" => "pipeDelimited"] finds ["breaking parameter-style-changed"];
    a_header_in_another_case_breaks: [OPERATION, "/parameters/2/name" => "x-trace"] finds ["breaking header-parameter-case-changed"];
    a_number_in_a_parameter_is_text: [OPERATION, "/parameters/1/schema" => {"type": "string", "default": 10, "maximum": 100}]
        finds ["additive request-type-widened"];

    a_new_body_breaks_the_method: ["", "/paths/~1other/get/requestBody" => {"content": {}}] finds ["breaking request-body-added"];
    a_removed_body_breaks_the_method: [OPERATION, "/requestBody" => null] finds ["breaking request-body-removed"];
    a_body_that_becomes_optional_is_additive: [OPERATION, "/requestBody/required" => false] finds ["additive request-body-became-optional"];
    a_removed_media_type_breaks: [OPERATION, "/requestBody/content/text~1plain" => null] finds ["breaking request-media-type-removed"];
    a_new_media_type_is_additive: [OPERATION, "/requestBody/content/text~1html" => {}] finds ["additive request-media-type-added"];
    a_narrower_answer_is_additive:
        [OPERATION, "/responses/200/content/text~1plain" => null; OPERATION, "/responses/200/content/text~1plain;v=1" => {"schema": {"type": "string"}}]
        finds ["additive response-media-type-narrowed"];
    a_new_success_breaks: [OPERATION, "/responses/202" => {"description": "Later"}] finds ["breaking success-status-added"];
    a_removed_success_breaks: ["", "/paths/~1other/get/responses/204" => null] finds ["breaking success-status-removed"];
    a_default_response_breaks: [OPERATION, "/responses/default" => {"description": "x"}] finds ["breaking default-response-changed"];
    a_new_failure_is_additive: [OPERATION, "/responses/429" => {"description": "Slow"}] finds ["additive failure-status-added"];
    a_removed_failure_is_additive: [OPERATION, "/responses/400" => null] finds ["additive failure-status-removed"];
    a_new_header_is_additive: [OPERATION, "/responses/200/headers/X-New" => {}] finds ["additive response-header-added"];
    a_removed_header_breaks: [OPERATION, "/responses/200/headers/X-Left" => null] finds ["breaking response-header-removed"];
    a_header_that_may_be_missing_breaks: [OPERATION, "/responses/200/headers/X-Left/required" => false] finds ["breaking response-header-became-optional"];

    another_type_breaks_a_request: [BODY, "/properties/list" => {"type": "boolean"}]
        finds ["breaking request-type-changed", "additive request-type-widened", "additive request-bound-loosened"];
    a_wider_type_breaks_an_answer: [ANSWER, "/properties/size/type" => "number"] finds ["breaking response-type-widened"];
    a_wider_type_is_additive_in_a_request: [BODY, "/properties/size/type" => "number"] finds ["additive request-type-widened"];
    a_wider_format_is_additive_in_a_request: [BODY, "/properties/size/format" => "int64"] finds ["additive request-format-removed"];
    another_format_breaks: [ANSWER, "/properties/size/format" => "custom"] finds ["breaking response-format-changed"];
    a_new_format_breaks_a_request: [BODY, "/properties/name/format" => "uuid"] finds ["breaking request-format-added"];
    null_breaks_an_answer: [ANSWER, "/properties/name/nullable" => true] finds ["breaking response-became-nullable"];
    no_null_breaks_a_request: [BODY, "/properties/note/nullable" => false] finds ["breaking request-became-not-nullable"];
    a_new_enum_breaks_a_request: [BODY, "/properties/note/enum" => ["a"]] finds ["breaking request-became-enum"];
    a_lifted_enum_breaks_an_answer: [ANSWER, "/properties/kind/enum" => null] finds ["breaking response-enum-lifted"];
    a_new_value_in_an_answer_is_additive: [ANSWER, "/properties/kind/enum/-" => "huge"] finds ["additive response-enum-value-added"];
    a_lost_value_breaks_a_request: [BODY, "/properties/kind/enum/0" => null] finds ["breaking request-enum-value-removed"];
    another_pattern_breaks: [BODY, "/properties/name/pattern" => "^[A-Z]+$"] finds ["breaking request-pattern-changed"];
    no_pattern_is_additive_in_a_request: [BODY, "/properties/name/pattern" => ".*"] finds ["additive request-pattern-loosened"];
    a_new_pattern_breaks_a_request: [BODY, "/properties/note/pattern" => "x"] finds ["breaking request-pattern-added"];
    a_tighter_bound_breaks_a_request: [BODY, "/properties/name/maxLength" => 10] finds ["breaking request-bound-tightened"];
    a_looser_bound_breaks_an_answer: [ANSWER, "/properties/size/minimum" => 0] finds ["breaking response-bound-loosened"];
    a_divisor_is_looser: [BODY, "/properties/size/multipleOf" => 1] finds ["additive request-bound-loosened"];
    a_new_field_is_additive: [ANSWER, "/properties/more" => {"type": "string"}] finds ["additive response-property-added"];
    a_new_required_field_breaks_a_request:
        [BODY, "/properties/more" => {"type": "string"}; BODY, "/required/-" => "more"] finds ["breaking request-required-property-added"];
    a_lost_field_breaks: [ANSWER, "/properties/note" => null] finds ["breaking response-property-removed"];
    a_lost_field_that_never_came_is_additive: [ANSWER, "/properties/word" => null] finds ["additive response-hidden-property-removed"];
    a_field_that_becomes_required_breaks_a_request: [BODY, "/required/-" => "note"] finds ["breaking request-property-became-required"];
    a_field_that_may_be_missing_breaks_an_answer: [ANSWER, "/required" => []] finds ["breaking response-property-became-optional"];
    a_field_that_is_only_sent_breaks_an_answer: [ANSWER, "/properties/name/writeOnly" => true] finds ["breaking response-property-became-write-only"];
    a_field_that_is_only_received_is_additive: [BODY, "/properties/name/readOnly" => true] finds ["additive request-property-became-read-only"];
    what_is_only_received_is_not_bound: [BODY, "/properties/made/maxLength" => 3] finds ["additive request-hidden-property-changed"];
    closed_fields_break_a_request: [BODY, "/properties/free/additionalProperties" => false] finds ["breaking request-additional-properties-closed"];
    open_fields_break_a_strict_receiver: [ANSWER, "/properties/tied/additionalProperties" => true] finds ["breaking response-additional-properties-opened"];
    a_new_alternative_breaks_an_answer: [ANSWER, "/properties/pick/oneOf/-" => {"type": "string"}] finds ["breaking response-alternative-added"];
    a_lost_alternative_breaks_a_request: [BODY, "/properties/pick/oneOf/1" => null] finds ["breaking request-alternative-removed"];
    a_choice_around_what_was_is_wider: [BODY, "/properties/note" => {"nullable": true, "oneOf": [{"type": "string"}, {"type": "integer"}]}]
        finds ["additive request-alternative-added", "additive request-type-widened"];
    another_discriminator_breaks: [BODY, "/properties/pick/discriminator/propertyName" => "type"] finds ["breaking request-discriminator-changed"];
    another_part_breaks_a_request: [BODY, "/properties/both/allOf/-" => {"required": ["age"]}]
        finds ["breaking request-all-of-added", "breaking request-property-became-required"];
    a_change_within_a_part_is_seen: [BODY, "/properties/both/allOf/1/properties/age/type" => "number"] finds ["additive request-type-widened"];
    an_exclusion_breaks: [BODY, "/properties/less/not/type" => "string"] finds ["breaking response-type-changed"];
    words_in_a_schema_are_for_readers: [BODY, "/properties/name/description" => "It"] finds ["docs description-changed"];
    another_default_of_a_field_changes_requests: [BODY, "/properties/name/default" => "it"] finds ["additive request-default-changed"];
    another_default_in_an_answer_is_for_readers: [ANSWER, "/properties/name/default" => "it"] finds ["docs response-default-changed"];
    items_are_looked_into: [ANSWER, "/properties/list/items/type" => "integer"] finds ["breaking response-type-changed"];
    what_both_sides_reach_is_judged_for_both: ["", "/components/schemas/Cat/properties/kind/nullable" => true]
        finds ["additive request-became-nullable", "breaking response-became-nullable"];
}

#[test]
fn a_renamed_path_parameter_keeps_its_operation() {
    let old = base();
    let new: Value = serde_json::from_str(
        &old.to_string()
            .replace("/things/{id}", "/things/{key}")
            .replace("\"name\":\"id\"", "\"name\":\"key\""),
    )
    .unwrap();
    let report = drift_whole(&old, &new);
    assert_eq!(report["verdict"], "docs", "{report:#}");
    assert_eq!(report["findings"][0]["id"], "path-parameter-renamed");
}

#[test]
fn a_common_prefix_is_one_finding_and_what_changes_besides_is_still_found() {
    let old = base();
    let mut new = base();
    let paths = new["paths"].as_object().unwrap().clone();
    new["paths"] = paths.into_iter().map(|(path, item)| (format!("/v2{path}"), item)).collect();
    new["paths"]["/v2/other"]["get"]["summary"] = json!("More");
    let report = drift_whole(&old, &new);
    let ids: Vec<&str> =
        report["findings"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["path-prefix-moved", "summary-changed"]);
}

#[test]
fn operations_that_change_places_are_one_finding() {
    let old = base();
    let mut new = base();
    new["paths"]["/other"]["get"]["operationId"] = json!("makeThing");
    new["paths"]["/things/{id}"]["post"]["operationId"] = json!("other");
    let report = drift_whole(&old, &new);
    let ids: Vec<&str> =
        report["findings"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect();
    assert_eq!(ids.iter().filter(|id| **id == "operations-swapped").count(), 1, "{ids:?}");
    assert!(!ids.contains(&"operation-moved"), "{ids:?}");
}

#[test]
fn the_same_contract_in_other_words_is_for_readers_only() {
    let old = base();
    let mut new = base();
    // A schema written out where it had a name.
    let cat = new["components"]["schemas"]["Cat"].clone();
    put(&mut new, &format!("{BODY}/properties/pick/oneOf/0"), cat);
    let report = drift_whole(&old, &new);
    assert_eq!(report["verdict"], "docs", "{report:#}");
    // A property moved into a part.
    let mut new = base();
    put(
        &mut new,
        &format!("{BODY}/properties/note"),
        json!({"allOf": [{"type": "string"}, {"nullable": true}]}),
    );
    let report = drift_whole(&old, &new);
    assert_eq!(report["findings"][0]["id"], "notation", "{report:#}");
}

/// A document whose one operation takes and gives a schema.
fn both_ways(schema: &Value, schemas: &Value) -> Value {
    let content = json!({"application/json": {"schema": schema}});
    json!({
        "openapi": "3.0.0",
        "info": {"title": "x", "version": "1"},
        "paths": {"/x": {"post": {"operationId": "x", "requestBody": {"content": content},
            "responses": {"200": {"description": "x", "content": content}}}}},
        "components": {"schemas": schemas}
    })
}

/// The findings of a change of the named schemas, `level id` each.
fn found(schema: &Value, old: &Value, new: &Value) -> Vec<String> {
    let report = drift_whole(&both_ways(schema, old), &both_ways(schema, new));
    let findings = report["findings"].as_array().unwrap().iter();
    findings.map(|it| format!("{} {}", it["level"].as_str().unwrap(), it["id"].as_str().unwrap())).collect()
}

#[test]
fn what_one_part_requires_of_another_is_seen() {
    let schema = json!({"$ref": "#/components/schemas/Whole"});
    let base = json!({"type": "object", "properties": {"name": {"type": "string"}}});
    let whole = |required: Value| json!({"allOf": [{"$ref": "#/components/schemas/Base"}, {"type": "object", "required": required}]});
    let (old, new) = (
        json!({"Base": base, "Whole": whole(json!([]))}),
        json!({"Base": base, "Whole": whole(json!(["name"]))}),
    );
    let expected =
        ["breaking request-property-became-required", "additive response-property-became-required"];
    assert_eq!(found(&schema, &old, &new), expected);
    assert!(found(&schema, &new, &old).contains(&"breaking response-property-became-optional".to_owned()));
}

#[test]
fn null_beside_named_parts_is_seen() {
    let parts = json!([{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}]);
    let named = json!({"type": "object", "properties": {"x": {"type": "string"}}});
    let whole = |nullable: bool| json!({"A": named, "B": named, "W": {"allOf": parts, "nullable": nullable}});
    let schema = json!({"$ref": "#/components/schemas/W"});
    let expected = ["breaking response-became-nullable", "additive request-became-nullable"];
    assert_eq!(found(&schema, &whole(false), &whole(true)), expected);
}

#[test]
fn a_reference_that_leads_nowhere_any_more_breaks() {
    let old = json!({"A": {"type": "object", "properties": {"b": {"$ref": "#/components/schemas/B"}}}, "B": {"type": "string"}});
    let new = json!({"A": {"type": "object", "properties": {"b": {"$ref": "#/components/schemas/B"}}}});
    let found = found(&json!({"$ref": "#/components/schemas/A"}), &old, &new);
    assert!(found.contains(&"breaking reference-broken".to_owned()), "{found:?}");
}

#[test]
fn a_percent_encoded_reference_is_followed() {
    let schema = json!({"$ref": "#/components/schemas/My%5BT%5D"});
    let of = |kind: &str| json!({"My[T]": {"type": "object", "properties": {"x": {"type": kind}}}});
    assert!(
        found(&schema, &of("string"), &of("integer")).contains(&"breaking request-type-changed".to_owned())
    );
}

#[test]
fn what_a_named_property_says_of_its_direction_counts() {
    let schema =
        json!({"type": "object", "required": ["p"], "properties": {"p": {"$ref": "#/components/schemas/P"}}});
    let (old, new) = (json!({"P": {"type": "string"}}), json!({"P": {"type": "string", "writeOnly": true}}));
    assert!(found(&schema, &old, &new).contains(&"breaking response-property-became-write-only".to_owned()));
}

#[test]
fn an_exclusion_works_the_other_way_round_behind_a_name_too() {
    let schema = json!({"not": {"$ref": "#/components/schemas/B"}});
    let of = |length: u32| json!({"B": {"type": "string", "minLength": length}});
    let found = found(&schema, &of(3), &of(2));
    // What a request may not be is judged as what an answer may be, and the reverse.
    assert_eq!(found, ["breaking response-bound-loosened", "additive request-bound-loosened"]);
}

#[test]
fn what_only_a_discriminator_tells_apart_is_compared() {
    let schema = json!({"$ref": "#/components/schemas/Pet"});
    let pet = json!({"type": "object", "discriminator": {"propertyName": "kind"}, "properties": {"kind": {"type": "string"}}});
    let cat = |fields: Value| json!({"allOf": [{"$ref": "#/components/schemas/Pet"}, {"type": "object", "properties": fields}]});
    let old = json!({"Pet": pet, "Cat": cat(json!({"claws": {"type": "integer"}}))});
    let new = json!({"Pet": pet, "Cat": cat(json!({}))});
    assert!(found(&schema, &old, &new).contains(&"breaking response-property-removed".to_owned()));
}

#[test]
fn a_choice_of_one_is_no_choice_and_a_choice_around_a_name_is_wider() {
    let schemas =
        json!({"A": {"type": "object", "properties": {"x": {"type": "string"}}}, "B": {"type": "integer"}});
    let plain = both_ways(&json!({"$ref": "#/components/schemas/A"}), &schemas);
    let one = both_ways(&json!({"oneOf": [{"$ref": "#/components/schemas/A"}]}), &schemas);
    assert_eq!(drift_whole(&plain, &one)["verdict"], "docs");
    let two = json!({"oneOf": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}]});
    let report = drift_whole(&plain, &both_ways(&two, &schemas));
    let findings = report["findings"].as_array().unwrap().iter();
    let ids: Vec<&str> = findings.map(|it| it["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["response-alternative-added", "request-alternative-added"]);
}

#[test]
fn a_parameter_of_many_operations_changes_once() {
    let document = |limit: u32| {
        let call = |id: &str| {
            json!({"get": {"operationId": id, "parameters": [{"$ref": "#/components/parameters/L"}],
            "responses": {"204": {"description": "x"}}}})
        };
        json!({"openapi": "3.0.0", "info": {"title": "x", "version": "1"}, "paths": {"/a": call("a"), "/b": call("b")},
            "components": {"parameters": {"L": {"in": "query", "name": "l", "schema": {"type": "integer", "maximum": limit}}}}})
    };
    let report = drift_whole(&document(10), &document(5));
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1, "{report:#}");
    assert_eq!(findings[0]["operations"], json!(["a", "b"]));
    assert_eq!(findings[0]["new"], "#/components/parameters/L/schema/maximum");
}

rules! {
    content_in_place_of_a_schema_breaks:
        [OPERATION, "/parameters/1" => {"in": "query", "name": "limit", "content": {"application/json": {"schema": {"type": "integer"}}}}]
        finds ["breaking parameter-style-changed", "breaking parameter-default-changed"];
    a_slash_at_the_end_of_a_server_says_nothing:
        ["", "/servers/0/url" => "https://api.example.com/"] finds ["additive servers-changed"];
}
