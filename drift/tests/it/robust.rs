//! Tests that any two documents can be compared: no panic, no hang, no overflow, and no unreported difference.

use openapi_drift::{Level, Options, compare};
use serde_json::{Map, Value, json};

fn verdict(old: &Value, new: &Value) -> Level {
    compare(old, new, &Options::default()).unwrap().verdict()
}

/// A deterministic random number generator (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit.max(1)).unwrap()).unwrap()
    }
}

/// Applies a random change: removes, replaces or renames a value.
fn mutate(value: &mut Value, random: &mut Random) {
    let depth = random.below(9);
    let mut here = value;
    for _ in 0..depth {
        let is_container = |it: &Value| it.is_object() || it.is_array();
        let next = match here {
            Value::Object(object) if object.values().any(is_container) => {
                let containers: Vec<String> =
                    object.iter().filter(|(_, it)| is_container(it)).map(|(key, _)| key.clone()).collect();
                object.get_mut(&containers[random.below(containers.len())])
            }
            Value::Array(items) if items.iter().any(is_container) => {
                let at = random.below(items.len());
                items.get_mut(at).filter(|it| is_container(it))
            }
            _ => None,
        };
        // The walk ends where there is nothing deeper; the borrow of what was found is new each time.
        let Some(next) = next else { return };
        here = next;
    }
    let odd = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1e300),
        json!(""),
        json!("string"),
        json!([]),
        json!({}),
        json!({"$ref": "#/components/schemas/Tree0"}),
        json!({"$ref": "#/nowhere"}),
        json!({"$ref": "other.json"}),
        json!({"allOf": [{"$ref": "#/components/schemas/Tree1"}, {"$ref": "#/components/schemas/Tree2"}]}),
        json!({"oneOf": [{"type": "string"}, {}]}),
    ];
    let odd = odd[random.below(odd.len())].clone();
    match here {
        Value::Object(object) if !object.is_empty() => {
            let keys: Vec<String> = object.keys().cloned().collect();
            let key = keys[random.below(keys.len())].clone();
            match random.below(4) {
                0 => drop(object.remove(&key)),
                1 => drop(object.insert(key, odd)),
                2 => {
                    let moved = object.remove(&key).unwrap();
                    object.insert(format!("{key}X"), moved);
                }
                _ => {
                    let other = keys[random.below(keys.len())].clone();
                    let copied = object[&other].clone();
                    object.insert(key, copied);
                }
            }
        }
        Value::Array(items) if !items.is_empty() => {
            let at = random.below(items.len());
            if random.below(2) == 0 { drop(items.remove(at)) } else { items[at] = odd }
        }
        other => *other = odd,
    }
}

/// A small document with many kinds of content.
fn document() -> Value {
    let tree = |number: usize| {
        let reference = |number| json!({"$ref": format!("#/components/schemas/Tree{number}")});
        json!({
            "type": "object",
            "required": ["name"],
            "properties": {
                "name": {"type": "string", "maxLength": 20, "pattern": "^a", "default": "a"},
                "children": {"type": "array", "items": reference(number), "minItems": 1},
                "sibling": {"allOf": [reference((number + 1) % 3), {"type": "object"}], "nullable": true},
                "kind": {"type": "string", "enum": ["a", "b"]},
                "one": {"oneOf": [{"type": "integer"}, {"type": "string", "format": "date"}]}
            }
        })
    };
    let body = |number| {
        let schema = json!({"$ref": format!("#/components/schemas/Tree{number}")});
        json!({"application/json": {"schema": schema, "example": {"name": "a"}}})
    };
    json!({
        "openapi": "3.0.3",
        "info": {"title": "Trees", "version": "1"},
        "servers": [{"url": "https://api.example.com/{stage}", "variables": {"stage": {"default": "live"}}}],
        "security": [{"token": []}, {"oauth": ["read"]}],
        "tags": [{"name": "trees"}],
        "paths": {
            "/trees/{id}": {
                "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
                "get": {
                    "operationId": "getTree",
                    "tags": ["trees"],
                    "parameters": [
                        {"name": "fields", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
                        {"$ref": "#/components/parameters/Trace"}
                    ],
                    "responses": {
                        "200": {
                            "description": "A tree",
                            "headers": {"X-Left": {"schema": {"type": "integer"}}},
                            "content": body(0)
                        },
                        "4XX": {"$ref": "#/components/responses/Error"},
                        "default": {"description": "Anything", "content": body(1)}
                    }
                },
                "put": {
                    "operationId": "putTree",
                    "security": [{"oauth": ["write"]}],
                    "requestBody": {"required": true, "content": body(2)},
                    "responses": {"204": {"description": "Stored"}},
                    "callbacks": {"stored": {"{$request.query.url}": {"post": {
                        "requestBody": {"content": body(0)}, "responses": {"204": {"description": "Seen"}}
                    }}}}
                }
            },
            "/trees": {"get": {
                "operationId": "listTrees",
                "deprecated": true,
                "responses": {"200": {"description": "Trees", "content": body(1)}}
            }}
        },
        "components": {
            "schemas": {"Tree0": tree(0), "Tree1": tree(1), "Tree2": tree(2)},
            "parameters": {"Trace": {"name": "X-Trace", "in": "header", "schema": {"type": "string"}}},
            "responses": {"Error": {"description": "No", "content": body(2)}},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "oauth": {"type": "oauth2", "flows": {"clientCredentials": {
                    "tokenUrl": "https://example.com/token", "scopes": {"read": "Read", "write": "Write"}
                }}}
            }
        }
    })
}

#[test]
fn random_changes_are_all_reported() {
    let old = document();
    let selection = Options { tags: vec!["trees".to_owned()], exclude_internal: true };
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut compared = 0;
    for _ in 0..500 {
        let mut new = old.clone();
        for _ in 0..=random.below(4) {
            mutate(&mut new, &mut random);
        }
        // A document with a missing or invalid version is rejected.
        let Ok(report) = compare(&old, &new, &Options::default()) else { continue };
        compared += 1;
        assert_eq!(report.verdict() == Level::None, old == new, "{new}");
        assert_eq!(verdict(&new, &old) == Level::None, old == new, "{new}");
        compare(&old, &new, &selection).unwrap();
    }
    assert!(compared > 400, "{compared}");
}

#[test]
fn the_order_of_keys_makes_no_difference() {
    let old = document();
    let reversed: Map<String, Value> = old.as_object().unwrap().clone().into_iter().rev().collect();
    assert_eq!(verdict(&old, &Value::Object(reversed)), Level::None);
}

/// A document whose one operation responds with a schema.
fn responding(schema: &Value, schemas: &Value) -> Value {
    json!({
        "openapi": "3.0.0",
        "info": {"title": "x", "version": "1"},
        "paths": {"/x": {"get": {"operationId": "x", "responses": {
            "200": {"description": "x", "content": {"application/json": {"schema": schema}}}}}}},
        "components": {"schemas": schemas}
    })
}

#[test]
fn a_chain_of_a_thousand_references_is_followed() {
    let chain = |last: &str| {
        let mut schemas = Map::new();
        for number in 0..1_000 {
            let next = json!({"$ref": format!("#/components/schemas/S{}", number + 1)});
            schemas.insert(format!("S{number}"), next);
        }
        schemas.insert("S1000".to_owned(), json!({ "type": last }));
        responding(&json!({"$ref": "#/components/schemas/S0"}), &Value::Object(schemas))
    };
    assert_eq!(verdict(&chain("string"), &chain("integer")), Level::Breaking);
}

#[test]
fn a_thousand_nested_schemas_are_followed() {
    for wrap in ["properties", "allOf"] {
        let nested = |last: &str| {
            let mut schemas = Map::new();
            for number in 0..1_000 {
                let next = json!({"$ref": format!("#/components/schemas/S{}", number + 1)});
                let field = json!({"type": "object", "properties": {"next": next}});
                let part = json!({"allOf": [next, {"type": "object"}]});
                schemas.insert(format!("S{number}"), if wrap == "allOf" { part } else { field });
            }
            schemas
                .insert("S1000".to_owned(), json!({"type": "object", "properties": {"x": {"type": last}}}));
            responding(&json!({"$ref": "#/components/schemas/S0"}), &Value::Object(schemas))
        };
        assert_eq!(verdict(&nested("string"), &nested("integer")), Level::Breaking, "{wrap}");
    }
}

#[test]
fn cycles_terminate() {
    let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    for (one, other) in [
        (json!({"A": reference("A")}), json!({"A": {"type": "string"}})),
        (json!({"A": reference("B"), "B": reference("A")}), json!({"A": {"type": "string"}, "B": {}})),
        (
            json!({"A": {"allOf": [reference("A"), {"type": "object"}]}}),
            json!({"A": {"allOf": [reference("A"), {"type": "string"}]}}),
        ),
        (
            json!({"A": {"properties": {"a": {"allOf": [reference("A"), reference("B")]}}}, "B": {"type": "object"}}),
            json!({"A": {"properties": {"a": {"allOf": [reference("B"), reference("A"), {"type": "object"}]}}}, "B": {}}),
        ),
        (
            json!({"A": {"oneOf": [reference("A"), {"type": "string"}]}}),
            json!({"A": {"oneOf": [{"type": "integer"}, reference("A")]}}),
        ),
    ] {
        let (old, new) = (responding(&reference("A"), &one), responding(&reference("A"), &other));
        assert_ne!(verdict(&old, &new), Level::None);
        assert_ne!(verdict(&new, &old), Level::None);
        assert_eq!(verdict(&old, &old), Level::None);
    }
}

#[test]
fn malformed_paths_are_compared() {
    for path in ["/x/{", "/x/}", "/{}", "/{a}{b}", "/{a/{b}}", "", "x", "/ä/{ö}"] {
        let mut new = responding(&json!({}), &json!({}));
        let item = new["paths"].as_object_mut().unwrap().remove("/x").unwrap();
        new["paths"][path] = item;
        let old = responding(&json!({}), &json!({}));
        assert_eq!(verdict(&old, &new), Level::Breaking, "{path}");
    }
}
