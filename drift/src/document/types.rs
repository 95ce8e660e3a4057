//! The types of JSON values as a set.

use std::fmt;
use std::ops::{BitAnd, BitOr};

use serde_json::Value;

/// A set of types. Integers and fractions are separate, so `integer` is a subset of `number`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Types(u8);

impl Types {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const NULL: Self = Self(1);
    pub(crate) const BOOLEAN: Self = Self(2);
    pub(crate) const INTEGER: Self = Self(4);
    pub(crate) const FRACTION: Self = Self(8);
    pub(crate) const NUMBER: Self = Self(4 | 8);
    pub(crate) const STRING: Self = Self(16);
    pub(crate) const ARRAY: Self = Self(32);
    pub(crate) const OBJECT: Self = Self(64);
    pub(crate) const ALL: Self = Self(127);
    pub(crate) const SCALAR: Self = Self(2 | 4 | 8 | 16);

    /// Returns the types that the keyword `type` lists. An unknown type allows no values.
    pub(crate) fn from_keyword(value: &Value) -> Self {
        match value {
            Value::String(name) => match name.as_str() {
                "null" => Self::NULL,
                "boolean" => Self::BOOLEAN,
                "integer" => Self::INTEGER,
                "number" => Self::NUMBER,
                "string" => Self::STRING,
                "array" => Self::ARRAY,
                "object" => Self::OBJECT,
                _ => Self::NONE,
            },
            Value::Array(names) => names.iter().map(Self::from_keyword).fold(Self::NONE, BitOr::bitor),
            _ => Self::ALL,
        }
    }

    /// Returns the type of a value.
    pub(crate) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::NULL,
            Value::Bool(_) => Self::BOOLEAN,
            Value::Number(number) => {
                let is_integer = !number.is_f64() || number.as_f64().is_some_and(|it| it.fract() == 0.0);
                if is_integer { Self::INTEGER } else { Self::FRACTION }
            }
            Value::String(_) => Self::STRING,
            Value::Array(_) => Self::ARRAY,
            Value::Object(_) => Self::OBJECT,
        }
    }

    pub(crate) fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub(crate) fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(crate) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(crate) fn is_none(self) -> bool {
        self.0 == 0
    }
}

impl BitOr for Types {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitAnd for Types {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl fmt::Display for Types {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.without(Self::NULL) == Self::ALL.without(Self::NULL) {
            return f.write_str("any");
        }
        let number = if self.contains(Self::FRACTION) { "number" } else { "integer" };
        let names = [
            (Self::STRING, "string"),
            (Self::NUMBER, number),
            (Self::BOOLEAN, "boolean"),
            (Self::ARRAY, "array"),
            (Self::OBJECT, "object"),
            (Self::NULL, "null"),
        ];
        let names: Vec<&str> =
            names.iter().filter(|(kind, _)| self.intersects(*kind)).map(|(_, name)| *name).collect();
        f.write_str(if names.is_empty() { "nothing" } else { "" })?;
        f.write_str(&names.join(" or "))
    }
}
