//! Reads a schema into its normal form.

use std::collections::HashSet;
use std::ptr;

use serde_json::Value;

use super::super::types::Types;
use super::super::{DocumentView, Version, elements, flag, members, reference};
use super::{ANNOTATIONS, CONDITION_KEYWORDS, MAP_KEYWORDS, Schema, is_bound};

/// A remaining step of reading a schema. With `true`, null is allowed as an alternative to it.
pub(super) enum Step<'d> {
    /// Another schema that must match.
    Add(&'d Value, bool),
    /// The keywords next to a reference that has been followed.
    Keywords(&'d Value, bool),
    /// The annotations of a schema, and the parts of its `allOf`.
    Rest(&'d Value, bool),
}

/// Merges schemas that must all match at the same location.
pub(super) struct Reader<'d> {
    pub(super) document: DocumentView<'d>,
    seen: HashSet<*const Value>,
    /// A stack: the last step comes first.
    pub(super) steps: Vec<Step<'d>>,
    /// Whether some part allows null.
    pub(super) nullable: bool,
    pub(super) schema: Schema<'d>,
}

impl<'d> Reader<'d> {
    pub(super) fn new(document: DocumentView<'d>) -> Self {
        Self { document, seen: HashSet::new(), steps: Vec::new(), nullable: false, schema: Schema::new() }
    }

    /// Adds schemas and everything that they refer to. Chains of references may be long, so this does not recurse.
    pub(super) fn add_all(&mut self, node: &[&'d Value]) {
        self.steps = node.iter().rev().map(|value| Step::Add(value, false)).collect();
        while let Some(step) = self.steps.pop() {
            match step {
                Step::Add(value, allows_null) => self.add(value, allows_null),
                Step::Keywords(value, allows_null) => self.keywords(value, allows_null),
                Step::Rest(value, allows_null) => self.rest(value, allows_null),
            }
        }
    }

    /// Adds a schema that must match. If null is an alternative to it, null stays allowed.
    fn add(&mut self, value: &'d Value, allows_null: bool) {
        if !self.seen.insert(ptr::from_ref(value)) {
            return;
        }
        self.schema.parts.push(value);
        match value {
            Value::Object(_) => {}
            Value::Bool(true) => return,
            Value::Bool(false) => {
                self.schema.types = Types::NONE;
                return;
            }
            _ => {
                self.schema.others.insert("", value);
                return;
            }
        }
        let Some(reference) = reference(value) else { return self.keywords(value, allows_null) };
        // In 3.0, the siblings of a reference are ignored.
        if self.document.version == Version::V31 {
            self.steps.push(Step::Keywords(value, allows_null));
        }
        match self.document.target(reference) {
            Some(target) => self.steps.push(Step::Add(target, allows_null)),
            None => self.schema.broken = Some(reference),
        }
    }

    fn keywords(&mut self, value: &'d Value, allows_null: bool) {
        let Value::Object(object) = value else { return };
        let nullable = self.document.version == Version::V30 && flag(value, "nullable");
        self.nullable |= nullable;
        // Most documents do not repeat `nullable` in the parts.
        let allows_null = allows_null || nullable;
        self.types(object, nullable, allows_null);
        self.values(value, allows_null);
        self.numbers(object);
        self.strings(object);
        self.arrays(object);
        self.objects(object);
        // A choice with one alternative adds steps, which come before the rest.
        self.steps.push(Step::Rest(value, allows_null));
        self.combinations(value, allows_null);
    }

    fn rest(&mut self, parent: &'d Value, allows_null: bool) {
        for (keyword, value) in members(Some(parent)) {
            match keyword.as_str() {
                "readOnly" => self.schema.read_only |= value == &Value::Bool(true),
                "writeOnly" => self.schema.write_only |= value == &Value::Bool(true),
                "deprecated" => self.schema.deprecated |= value == &Value::Bool(true),
                "default" => drop(self.schema.default.get_or_insert(value)),
                "nullable" if self.document.version == Version::V30 => {}
                "const" | "examples" if self.document.version == Version::V30 => {
                    self.schema.others.entry(keyword).or_insert(value);
                }
                keyword if ANNOTATIONS.contains(&keyword) => {
                    self.schema.annotations.entry(keyword).or_insert(value);
                }
                keyword if is_known(keyword) => {}
                keyword => drop(self.schema.others.entry(keyword).or_insert(value)),
            }
        }
        let parts = elements(parent.get("allOf")).iter().rev();
        self.steps.extend(parts.map(|part| Step::Add(part, allows_null)));
    }
}

/// Returns whether a keyword is handled above, or constrains nothing.
fn is_known(keyword: &str) -> bool {
    is_bound(keyword)
        || CONDITION_KEYWORDS.contains(&keyword)
        || MAP_KEYWORDS.contains(&keyword)
        || KNOWN.contains(&keyword)
}

/// The known keywords that no other list contains.
const KNOWN: &[&str] = &[
    "$anchor",
    "$defs",
    "$dynamicAnchor",
    "$dynamicRef",
    "$id",
    "$ref",
    "$schema",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "contentEncoding",
    "contentMediaType",
    "dependentRequired",
    "discriminator",
    "enum",
    "format",
    "items",
    "oneOf",
    "pattern",
    "prefixItems",
    "properties",
    "required",
    "type",
    "unevaluatedItems",
    "unevaluatedProperties",
    "x-extensible-enum",
];

impl<'d> DocumentView<'d> {
    /// Returns the types of a schema without looking into its choices.
    pub(super) fn shallow_types(self, node: &[&'d Value]) -> Types {
        let mut types = Types::ALL;
        let mut seen = HashSet::new();
        let mut open: Vec<&Value> = node.to_vec();
        while let Some(value) = open.pop() {
            if !seen.insert(ptr::from_ref(value)) {
                continue;
            }
            if let Some(target) = reference(value).and_then(|it| self.target(it)) {
                open.push(target);
                if self.version == Version::V30 {
                    continue;
                }
            }
            let nullable = self.version == Version::V30 && flag(value, "nullable");
            if let Some(name) = value.get("type") {
                types =
                    types & (Types::from_keyword(name) | if nullable { Types::NULL } else { Types::NONE });
                // Many documents of version 3.0 leave null out of the enum of a nullable schema.
                let values = value.get("enum").and_then(Value::as_array);
                if self.version == Version::V31 && values.is_some_and(|it| !it.contains(&Value::Null)) {
                    types = types.without(Types::NULL);
                }
            } else if value.get("enum").is_some() || value.get("const").is_some() {
                let listed = elements(value.get("enum")).iter().chain(value.get("const"));
                types = types & listed.map(Types::of).fold(Types::NONE, |all, it| all | it);
            }
            for keyword in ["anyOf", "oneOf"] {
                if let Some(Value::Array(alternatives)) = value.get(keyword) {
                    let own = if nullable { Types::NULL } else { Types::NONE };
                    types = types & alternatives.iter().fold(own, |all, it| all | self.declared_types(it));
                }
            }
            open.extend(elements(value.get("allOf")));
        }
        types
    }

    /// Returns the types that a schema lists, or all types if it lists none.
    fn declared_types(self, value: &Value) -> Types {
        let null = self.version == Version::V30 && flag(value, "nullable");
        value.get("type").map_or(Types::ALL, |name| {
            Types::from_keyword(name) | if null { Types::NULL } else { Types::NONE }
        })
    }
}
