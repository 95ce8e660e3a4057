//! Any two documents get an answer: no panic, no hang, no overflow, and no silence.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use serde_json::{Map, Value, json};
use support::full;
use xtask::drift::{Level, verdict};

/// Small, fast, and the same for ever (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit.max(1)).unwrap()).unwrap()
    }
}

/// Changes something somewhere: takes it away, puts something else there, or gives it another name.
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

/// A document of the vendor's, cut to a dozen paths so that thousands of comparisons take seconds.
fn ours() -> Value {
    let text = std::fs::read_to_string(xtask::Repository::here().root().join("openapi.json")).unwrap();
    let mut full = full(&serde_json::from_str(&text).unwrap());
    let paths = full["paths"].as_object().unwrap().clone();
    let step = paths.len() / 12;
    full["paths"] = paths.into_iter().step_by(step).collect();
    full
}

#[test]
fn thousands_of_random_changes_all_get_an_answer_and_none_passes_unseen() {
    let old = ours();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for _ in 0..4_000 {
        let mut new = old.clone();
        for _ in 0..=random.below(4) {
            mutate(&mut new, &mut random);
        }
        assert_eq!(verdict(&old, &new).is_none(), old == new);
        assert_eq!(verdict(&new, &old).is_none(), old == new);
    }
}

#[test]
fn a_document_does_not_differ_from_itself_in_another_order_of_keys() {
    let old = ours();
    let reversed: Map<String, Value> = old.as_object().unwrap().clone().into_iter().rev().collect();
    assert_eq!(verdict(&old, &Value::Object(reversed)), None);
}

/// A document whose one operation answers with a schema.
fn answering(schema: &Value, schemas: &Value) -> Value {
    json!({
        "openapi": "3.0.0",
        "info": {"title": "x", "version": "1"},
        "paths": {"/x": {"get": {"operationId": "x", "responses": {
            "200": {"description": "x", "content": {"application/json": {"schema": schema}}}}}}},
        "components": {"schemas": schemas}
    })
}

#[test]
fn a_chain_of_a_thousand_references_is_followed_to_its_end() {
    let chain = |last: &str| {
        let mut schemas = Map::new();
        for number in 0..1_000 {
            let next = json!({"$ref": format!("#/components/schemas/S{}", number + 1)});
            schemas.insert(format!("S{number}"), next);
        }
        schemas.insert("S1000".to_owned(), json!({ "type": last }));
        answering(&json!({"$ref": "#/components/schemas/S0"}), &Value::Object(schemas))
    };
    assert_eq!(verdict(&chain("string"), &chain("integer")), Some(Level::Breaking));
}

#[test]
fn a_thousand_schemas_within_each_other_are_followed_to_the_last() {
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
            answering(&json!({"$ref": "#/components/schemas/S0"}), &Value::Object(schemas))
        };
        assert_eq!(verdict(&nested("string"), &nested("integer")), Some(Level::Breaking), "{wrap}");
    }
}

#[test]
fn circles_end() {
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
        let (old, new) = (answering(&reference("A"), &one), answering(&reference("A"), &other));
        assert!(verdict(&old, &new).is_some());
        assert!(verdict(&new, &old).is_some());
        assert_eq!(verdict(&old, &old), None);
    }
}

#[test]
fn odd_paths_are_no_trouble() {
    for path in ["/x/{", "/x/}", "/{}", "/{a}{b}", "/{a/{b}}", "", "x", "/ä/{ö}"] {
        let mut new = answering(&json!({}), &json!({}));
        let item = new["paths"].as_object_mut().unwrap().remove("/x").unwrap();
        new["paths"][path] = item;
        let old = answering(&json!({}), &json!({}));
        assert_eq!(verdict(&old, &new), Some(Level::Breaking), "{path}");
    }
}
