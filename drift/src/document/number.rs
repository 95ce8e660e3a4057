//! Exact arithmetic with the numbers of a document.

use std::collections::BTreeMap;
use std::str::FromStr;

use bigdecimal::{BigDecimal, RoundingMode, Zero};
use serde_json::Value;

/// Numbers with larger exponents are compared but not divided, because their digits would exhaust the memory.
const MAX_SCALE: i64 = 1_000;

/// Returns a number without rounding: `0.1` is exactly one tenth, and consecutive integers above 2^53 differ.
pub(crate) fn exact(value: &Value) -> Option<BigDecimal> {
    BigDecimal::from_str(&value.as_number()?.to_string()).ok()
}

/// Returns whether `whole` is a multiple of `part`.
pub(crate) fn divides(part: &BigDecimal, whole: &BigDecimal) -> bool {
    let is_small = |it: &BigDecimal| it.as_bigint_and_exponent().1.abs() < MAX_SCALE;
    !part.is_zero() && is_small(part) && is_small(whole) && (whole % part).is_zero()
}

/// Returns the smallest integer within a lower bound.
pub(crate) fn integer_from(bound: &BigDecimal, is_exclusive: bool) -> BigDecimal {
    let rounded = bound.with_scale_round(0, RoundingMode::Ceiling);
    if is_exclusive && rounded == *bound { rounded + 1 } else { rounded }
}

/// Returns the largest integer within an upper bound.
pub(crate) fn integer_to(bound: &BigDecimal, is_exclusive: bool) -> BigDecimal {
    let rounded = bound.with_scale_round(0, RoundingMode::Floor);
    if is_exclusive && rounded == *bound { rounded - 1 } else { rounded }
}

/// Returns whether two values are equal. `1` and `1.0` are.
pub(crate) fn equal(old: &Value, new: &Value) -> bool {
    match (old, new) {
        (Value::Number(_), Value::Number(_)) => old == new || exact(old) == exact(new),
        (Value::Array(old), Value::Array(new)) => {
            old.len() == new.len() && old.iter().zip(new).all(|(old, new)| equal(old, new))
        }
        (Value::Object(old), Value::Object(new)) => {
            old.len() == new.len()
                && old.iter().all(|(key, value)| new.get(key).is_some_and(|other| equal(value, other)))
        }
        _ => old == new,
    }
}

/// Returns a lookup key: equal values have the same key, and different values have different keys.
pub(crate) fn key(value: &Value) -> String {
    match value {
        Value::Number(number) => match exact(value) {
            Some(exact) => {
                let (digits, exponent) = exact.normalized().into_bigint_and_exponent();
                format!("{digits}e{}", -exponent)
            }
            None => number.to_string(),
        },
        Value::Array(items) => format!("[{}]", items.iter().map(key).collect::<Vec<_>>().join(",")),
        Value::Object(object) => {
            let members: BTreeMap<&String, String> =
                object.iter().map(|(name, value)| (name, key(value))).collect();
            format!("{members:?}")
        }
        _ => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_compared_exactly() {
        assert!(equal(&json!([1, {"a": 2.0}]), &json!([1.0, {"a": 2}])));
        assert!(!equal(&json!(9_007_199_254_740_993_u64), &json!(9_007_199_254_740_992_u64)));
        assert!(
            exact(&json!(18_446_744_073_709_551_615_u64)) > exact(&json!(18_446_744_073_709_551_614_u64))
        );
        assert!(exact(&json!(1e308)) > exact(&json!(1e307)));
    }

    #[test]
    fn equal_values_have_the_same_key() {
        let all = [
            json!(null),
            json!(true),
            json!(1),
            json!(1.0),
            json!(10),
            json!(0),
            json!(0.0),
            json!(-1),
            json!(9_007_199_254_740_993_u64),
            json!(9_007_199_254_740_992_u64),
            json!("1"),
            json!("true"),
            json!([1, {"a": 2.0}]),
            json!([1.0, {"a": 2}]),
            json!([1, "a"]),
            json!(["1", "a"]),
            json!({"a": 1}),
            json!({"a": "1"}),
        ];
        for old in &all {
            for new in &all {
                assert_eq!(key(old) == key(new), equal(old, new), "{old} and {new}");
            }
        }
    }

    #[test]
    fn a_tenth_is_a_multiple_of_a_hundredth() {
        let number = |value: Value| exact(&value).unwrap();
        assert!(divides(&number(json!(0.01)), &number(json!(0.1))));
        assert!(!divides(&number(json!(0.1)), &number(json!(0.01))));
        assert!(!divides(&number(json!(0)), &number(json!(1))));
    }

    #[test]
    fn bounds_of_integers_are_integers() {
        let number = |value: Value| exact(&value).unwrap();
        assert_eq!(integer_from(&number(json!(0)), true), number(json!(1)));
        assert_eq!(integer_from(&number(json!(0.5)), true), number(json!(1)));
        assert_eq!(integer_to(&number(json!(-0.5)), false), number(json!(-1)));
        assert_eq!(integer_to(&number(json!(3)), true), number(json!(2)));
    }
}
