//! Keywords whose two values alone decide: types, formats, patterns, bounds.

use serde_json::Value;

use super::compare::{get, items, object, reference, target};
use super::rules::{Direction, Rule};

/// What a pair of values comes to: the keyword, and the rule.
type Verdict = Option<(&'static str, Rule)>;

/// The types that a schema allows; nothing if it allows any.
fn allowed(schema: &Value) -> Option<Vec<&str>> {
    match get(schema, "type") {
        Value::String(name) => Some(vec![name]),
        Value::Array(names) => {
            Some(names.iter().filter_map(Value::as_str).filter(|it| *it != "null").collect())
        }
        _ if ["properties", "additionalProperties", "required"].iter().any(|it| schema.get(it).is_some()) => {
            Some(vec!["object"])
        }
        _ if schema.get("items").is_some() => Some(vec!["array"]),
        _ if schema.get("enum").is_some() => {
            let kind = |value: &Value| match value {
                Value::String(_) => "string",
                Value::Bool(_) => "boolean",
                Value::Number(number) if number.is_f64() => "number",
                Value::Number(_) => "integer",
                Value::Array(_) => "array",
                _ => "object",
            };
            let mut kinds: Vec<&str> = items(get(schema, "enum")).iter().map(kind).collect();
            kinds.sort_unstable();
            kinds.dedup();
            Some(kinds)
        }
        _ => None,
    }
}

/// Compares the types. The values of a parameter are text on the wire, so that there a string takes all scalars.
pub(crate) fn types(old: &Value, new: &Value, is_text: bool) -> Verdict {
    let covers = |wide: &[&str], narrow: &[&str]| {
        narrow.iter().all(|one| {
            wide.contains(one)
                || (*one == "integer" && wide.contains(&"number"))
                || (is_text && wide.contains(&"string") && ["boolean", "integer", "number"].contains(one))
        })
    };
    let rule = match (allowed(old), allowed(new)) {
        (None, None) => return None,
        (Some(_), None) => Rule::TypeWidened,
        (None, Some(_)) => Rule::TypeNarrowed,
        (Some(had), Some(has)) => match (covers(&has, &had), covers(&had, &has)) {
            (true, true) => return None,
            (true, false) => Rule::TypeWidened,
            (false, true) => Rule::TypeNarrowed,
            (false, false) => Rule::TypeChanged,
        },
    };
    Some(("type", rule))
}

/// Compares the formats.
pub(crate) fn format(old: &Value, new: &Value) -> Verdict {
    const WIDER: [(&str, &str); 2] = [("int32", "int64"), ("float", "double")];
    if (get(old, "format").is_array() || get(new, "format").is_array())
        && get(old, "format") != get(new, "format")
    {
        return Some(("format", Rule::FormatChanged));
    }
    let rule = match (get(old, "format").as_str(), get(new, "format").as_str()) {
        (had, has) if had == has => return None,
        (None, _) => Rule::FormatAdded,
        (_, None) => Rule::FormatRemoved,
        (Some(had), Some(has)) if WIDER.contains(&(had, has)) => Rule::FormatRemoved,
        (Some(had), Some(has)) if WIDER.contains(&(has, had)) => Rule::FormatAdded,
        _ => Rule::FormatChanged,
    };
    Some(("format", rule))
}

/// Compares whether null is allowed, in the way of 3.0 and in that of a list of types.
pub(crate) fn nullable(old: &Value, new: &Value) -> Verdict {
    let is =
        |it: &Value| get(it, "nullable") == true || items(get(it, "type")).iter().any(|name| name == "null");
    match (is(old), is(new)) {
        (false, true) => Some(("nullable", Rule::BecameNullable)),
        (true, false) => Some(("nullable", Rule::BecameNotNullable)),
        _ => None,
    }
}

/// Compares the patterns. Which of two is the wider one is not decided here, but for those that take everything.
pub(crate) fn pattern(old: &Value, new: &Value) -> Verdict {
    let says = |it| match get(it, "pattern") {
        Value::String(text) if !["", ".*", "^.*$", "^", "$", ".*?"].contains(&text.as_str()) => {
            Some(text.clone())
        }
        Value::Null | Value::String(_) => None,
        // Several patterns at once, from the parts of an allOf.
        several => Some(several.to_string()),
    };
    let rule = match (says(old), says(new)) {
        (had, has) if had == has => return None,
        (None, _) => Rule::PatternAdded,
        (_, None) => Rule::PatternLoosened,
        _ => Rule::PatternChanged,
    };
    Some(("pattern", rule))
}

/// Compares the bounds.
pub(crate) fn bounds(old: &Value, new: &Value, direction: Direction) -> Vec<(&'static str, Rule)> {
    let mut verdicts = Vec::new();
    let mut add = |keyword, before: f64, after: f64| {
        if before < after {
            verdicts.push((keyword, Rule::BoundTightened));
        } else if before > after {
            verdicts.push((keyword, Rule::BoundLoosened));
        }
    };
    let number = |it: &Value, keyword: &str| get(it, keyword).as_f64();
    let is = |it: &Value, keyword: &str| f64::from(u8::from(get(it, keyword) == true));
    for keyword in ["minLength", "minItems", "minProperties"] {
        add(keyword, number(old, keyword).unwrap_or(0.0), number(new, keyword).unwrap_or(0.0));
    }
    let low = |it: &Value| number(it, "minimum").unwrap_or(f64::NEG_INFINITY);
    add("minimum", low(old), low(new));
    for keyword in ["maxLength", "maxItems", "maxProperties", "maximum"] {
        let high = |it: &Value| number(it, keyword).unwrap_or(f64::INFINITY);
        // The other way round: less is tighter.
        add(keyword, -high(old), -high(new));
    }
    for keyword in ["exclusiveMinimum", "exclusiveMaximum", "uniqueItems"] {
        match (number(old, keyword), number(new, keyword)) {
            (None, None) => add(keyword, is(old, keyword), is(new, keyword)),
            (before, after) if keyword == "exclusiveMaximum" => {
                add(keyword, -before.unwrap_or(f64::INFINITY), -after.unwrap_or(f64::INFINITY));
            }
            (before, after) => {
                add(keyword, before.unwrap_or(f64::NEG_INFINITY), after.unwrap_or(f64::NEG_INFINITY));
            }
        }
    }
    let breaking = match direction {
        Direction::Request => Rule::BoundTightened,
        Direction::Response => Rule::BoundLoosened,
    };
    let divides = |small: f64, large: f64| small > 0.0 && (large / small).fract() == 0.0;
    match (number(old, "multipleOf"), number(new, "multipleOf")) {
        (None, Some(_)) => verdicts.push(("multipleOf", Rule::BoundTightened)),
        (Some(_), None) => verdicts.push(("multipleOf", Rule::BoundLoosened)),
        (Some(before), Some(after)) if divides(after, before) && !divides(before, after) => {
            verdicts.push(("multipleOf", Rule::BoundLoosened));
        }
        (Some(before), Some(after)) if divides(before, after) && !divides(after, before) => {
            verdicts.push(("multipleOf", Rule::BoundTightened));
        }
        (Some(before), Some(after)) if before.to_bits() != after.to_bits() => {
            verdicts.push(("multipleOf", breaking));
        }
        _ => {}
    }
    verdicts
}

/// Whether a schema only describes, and excludes nothing.
pub(crate) fn only_describes(schema: &Value) -> bool {
    object(schema).is_some_and(|it| it.keys().all(|key| is_word(key)))
}

/// Whether a keyword only describes.
fn is_word(key: &str) -> bool {
    const WORDS: [&str; 7] =
        ["default", "deprecated", "description", "example", "examples", "externalDocs", "title"];
    WORDS.contains(&key) || key.starts_with("x-")
}

/// Whether there is a reference anywhere below.
pub(crate) fn refers(value: &Value) -> bool {
    match value {
        Value::Object(object) => object.contains_key("$ref") || object.values().any(refers),
        Value::Array(items) => items.iter().any(refers),
        _ => false,
    }
}

/// Whether one is the other under a name.
pub(crate) fn same_behind_name(old_document: &Value, old: &Value, new_document: &Value, new: &Value) -> bool {
    let behind =
        |document: &Value, it: &Value| reference(it).and_then(|name| target(document, name).cloned());
    match (reference(old), reference(new)) {
        (Some(_), None) => behind(old_document, old).is_some_and(|it| means_the_same(&it, new)),
        (None, Some(_)) => behind(new_document, new).is_some_and(|it| means_the_same(old, &it)),
        _ => false,
    }
}

/// Whether two schemas differ in nothing but words.
pub(crate) fn means_the_same(one: &Value, other: &Value) -> bool {
    let bare = |schema: &Value| {
        let mut schema = schema.clone();
        if let Some(object) = schema.as_object_mut() {
            object.retain(|key, _| !is_word(key) && key != "oneOf" && key != "anyOf");
        }
        schema
    };
    bare(one) == bare(other)
}

/// The alternatives of a schema that is nothing but a choice.
pub(crate) fn pure_choice(schema: &Value) -> Option<&[Value]> {
    let keys = object(schema)?;
    let choices: Vec<&String> = keys.keys().filter(|key| !is_word(key) && *key != "discriminator").collect();
    match choices.as_slice() {
        [one] if ["oneOf", "anyOf"].contains(&one.as_str()) => {
            keys[one.as_str()].as_array().map(Vec::as_slice)
        }
        _ => None,
    }
}

/// Whether all types of a plain schema are among those of unadorned alternatives.
pub(crate) fn covered(plain: &Value, choice: &[Value]) -> bool {
    let is_bare =
        |schema: &Value| object(schema).is_some_and(|it| it.keys().all(|key| key == "type" || is_word(key)));
    let types = |schema: &Value| {
        allowed(schema).unwrap_or_default().into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let all: Vec<String> = choice.iter().filter(|it| is_bare(it)).flat_map(types).collect();
    let plain = types(plain);
    !plain.is_empty() && plain.iter().all(|it| all.contains(it))
}

/// The value without what only describes, at any depth, and with what its references lead to, down to a limit.
pub(crate) fn essence(document: &Value, value: &Value, depth: usize) -> Value {
    let value = match reference(value).and_then(|name| target(document, name)).filter(|_| depth > 0) {
        Some(target) => return essence(document, target, depth - 1),
        None => value,
    };
    match value {
        Value::Object(object) => object
            .iter()
            .filter(|(key, _)| {
                !is_word(key) && !["links", "operationId", "summary", "tags"].contains(&key.as_str())
            })
            .map(|(key, value)| match (key.as_str(), value) {
                ("properties", Value::Object(properties)) => {
                    let fields =
                        properties.iter().map(|(name, it)| (name.clone(), essence(document, it, depth)));
                    (key.clone(), fields.collect())
                }
                _ => (key.clone(), essence(document, value, depth)),
            })
            .collect(),
        Value::Array(items) => items.iter().map(|it| essence(document, it, depth)).collect(),
        other => other.clone(),
    }
}
