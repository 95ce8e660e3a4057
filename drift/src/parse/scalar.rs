//! Resolves YAML scalars by the core schema of YAML 1.2, chapter 10.3.

use serde_json::{Number, Value};

/// The tags of the core schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    Str,
    Int,
    Float,
    Bool,
    Null,
    Map,
    Seq,
    Merge,
}

impl Tag {
    /// Returns the tag with a full name.
    pub(super) fn new(name: &str) -> Option<Self> {
        Some(match name.strip_prefix("tag:yaml.org,2002:")? {
            "str" => Self::Str,
            "int" => Self::Int,
            "float" => Self::Float,
            "bool" => Self::Bool,
            "null" => Self::Null,
            "map" => Self::Map,
            "seq" => Self::Seq,
            "merge" => Self::Merge,
            _ => return None,
        })
    }
}

/// Resolves a scalar with a tag, or returns why it does not match the tag.
pub(super) fn resolve_tagged(text: &str, tag: Tag) -> Result<Value, &'static str> {
    let value = match tag {
        Tag::Str => return Ok(Value::String(text.to_owned())),
        Tag::Map | Tag::Seq | Tag::Merge => return Err("the tag is not allowed on a scalar"),
        Tag::Int | Tag::Float | Tag::Bool | Tag::Null => resolve_plain(text)?,
    };
    match (tag, &value) {
        (Tag::Int, Value::Number(_)) if integer(text).is_some() => Ok(value),
        (Tag::Float, Value::Number(number)) => {
            Ok(number.as_f64().and_then(Number::from_f64).map_or(value, Value::Number))
        }
        (Tag::Bool, Value::Bool(_)) | (Tag::Null, Value::Null) => Ok(value),
        _ => Err("the value does not match its tag"),
    }
}

/// Resolves a plain scalar, or returns why JSON cannot express it.
pub(super) fn resolve_plain(text: &str) -> Result<Value, &'static str> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Value::Null),
        "true" | "True" | "TRUE" => return Ok(Value::Bool(true)),
        "false" | "False" | "FALSE" => return Ok(Value::Bool(false)),
        ".nan" | ".NaN" | ".NAN" => return Err("JSON has no such number; quote it if it is a string"),
        _ => {}
    }
    // Most scalars are strings.
    if !text.starts_with(|it: char| it.is_ascii_digit() || matches!(it, '-' | '+' | '.')) {
        return Ok(Value::String(text.to_owned()));
    }
    if matches!(text.trim_start_matches(['-', '+']), ".inf" | ".Inf" | ".INF") {
        return Err("JSON has no such number; quote it if it is a string");
    }
    if let Some(number) = integer(text) {
        return number.map(Value::Number);
    }
    if is_float(text) {
        return float(text.parse().unwrap_or(f64::INFINITY)).map(Value::Number);
    }
    Ok(Value::String(text.to_owned()))
}

/// Parses an integer, if the text is one.
fn integer(text: &str) -> Option<Result<Number, &'static str>> {
    for (prefix, radix) in [("0o", 8), ("0x", 16)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            if digits.is_empty() || !digits.chars().all(|it| it.is_digit(radix)) {
                return None;
            }
            return Some(match u64::from_str_radix(digits, radix) {
                Ok(number) => Ok(number.into()),
                Err(_) => float(digits.chars().fold(0.0, |sum, digit| {
                    sum * f64::from(radix) + f64::from(digit.to_digit(radix).unwrap_or_default())
                })),
            });
        }
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    Some(match (text.parse::<u64>(), text.parse::<i64>()) {
        (Ok(number), _) => Ok(number.into()),
        (_, Ok(number)) => Ok(number.into()),
        // As in JSON, a larger integer becomes the nearest float.
        _ => float(text.parse().unwrap_or(f64::INFINITY)),
    })
}

fn float(number: f64) -> Result<Number, &'static str> {
    // The builder records the exact text of a number that is too large.
    let nearest = if number.is_infinite() { f64::MAX.copysign(number) } else { number };
    Number::from_f64(nearest).ok_or("not a number")
}

/// Returns whether a text is `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`.
fn is_float(text: &str) -> bool {
    let are_digits = |text: &str| text.bytes().all(|it| it.is_ascii_digit());
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.strip_prefix(['-', '+']).unwrap_or(exponent)),
        None => (text, "0"),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let has_digits = !whole.is_empty() || !fraction.is_empty();
    has_digits && are_digits(whole) && are_digits(fraction) && !exponent.is_empty() && are_digits(exponent)
}
