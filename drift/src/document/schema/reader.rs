//! Reads a schema into its normal form.

use std::collections::HashSet;
use std::ptr;

use bigdecimal::BigDecimal;
use serde_json::{Map, Value};

use super::super::number::{divides, integer_from, integer_to, key};
use super::super::types::Types;
use super::super::{Document, Version, flag, items, members, reference};
use super::{ANNOTATIONS, Additional, Bound, NAMED, SIZES, Schema};

/// Formats that say how to show a value, not what it is.
const HINTS: [&str; 4] = ["html", "markdown", "password", "textarea"];

/// Patterns that everything matches.
const TRIVIAL_PATTERNS: [&str; 8] = ["", "^", "$", ".*", "^.*", ".*$", "^.*$", "[\\s\\S]*"];

/// What is left to read of a schema. Null may be allowed as an alternative besides it.
pub(super) enum Step<'d> {
    /// A schema that must hold, too.
    Add(&'d Value, bool),
    /// What stands beside a reference that has been followed.
    Keywords(&'d Value, bool),
    /// What describes a schema, and the parts of its `allOf`.
    Rest(&'d Value, bool),
}

/// Merges the schemas that must hold at one place.
pub(super) struct Reader<'d> {
    pub(super) document: Document<'d>,
    seen: HashSet<*const Value>,
    /// The last one comes first.
    pub(super) steps: Vec<Step<'d>>,
    /// Whether some part says that null is allowed.
    pub(super) nullable: bool,
    pub(super) schema: Schema<'d>,
}

impl<'d> Reader<'d> {
    pub(super) fn new(document: Document<'d>) -> Self {
        Self { document, seen: HashSet::new(), steps: Vec::new(), nullable: false, schema: Schema::new() }
    }

    /// Adds the schemas that must hold, and all that they lead to. References may chain as long as they like, so what is
    /// left to do is kept in a list, and nothing here recurses.
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

    /// Adds one more schema that must hold. Null is allowed in spite of it where it is an alternative besides.
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
        // In 3.0, what stands beside a reference is ignored.
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
        let is_typed = object.contains_key("type");
        let allows_null = allows_null || (nullable && !is_typed);
        self.types(object, nullable, allows_null);
        self.values(value, allows_null);
        self.numbers(object);
        self.strings(object);
        self.arrays(object);
        self.objects(object);
        // Before the rest comes what a choice of one adds.
        self.steps.push(Step::Rest(value, allows_null));
        self.combinations(value, allows_null);
    }

    fn types(&mut self, object: &'d Map<String, Value>, nullable: bool, allows_null: bool) {
        let Some(name) = object.get("type") else { return };
        let null = if nullable || allows_null { Types::NULL } else { Types::NONE };
        self.schema.types = self.schema.types & (Types::named(name) | null);
    }

    fn values(&mut self, value: &'d Value, allows_null: bool) {
        // An enum that is marked as extensible names the values known so far, and others may come.
        if let Some(mark) = value.get("x-extensible-enum") {
            let values = mark.as_array().map_or_else(|| items(value.get("enum")), Vec::as_slice);
            self.schema.known_values.extend(values);
            return;
        }
        let constant = value.get("const").filter(|_| self.document.version == Version::V31);
        let values = value.get("enum").and_then(Value::as_array).map(|values| values.iter().collect());
        for values in [values, constant.map(|value| vec![value])].into_iter().flatten() {
            self.enumerate(values, allows_null);
        }
    }

    pub(super) fn enumerate(&mut self, values: Vec<&'d Value>, allows_null: bool) {
        let names_null = values.iter().any(|value| value.is_null());
        // Many documents of version 3.0 leave null out of the enum of a nullable schema.
        if !(names_null || allows_null || (self.nullable && self.document.version == Version::V30)) {
            self.schema.types = self.schema.types.without(Types::NULL);
        }
        let values = values.into_iter().filter(|value| !value.is_null());
        let kept: Option<HashSet<String>> =
            self.schema.values.as_ref().map(|kept| kept.iter().map(|value| key(value)).collect());
        let mut seen = HashSet::new();
        let mut distinct: Vec<&Value> = Vec::new();
        for value in values {
            let key = key(value);
            if kept.as_ref().is_none_or(|kept| kept.contains(&key)) && seen.insert(key) {
                distinct.push(value);
            }
        }
        if distinct.is_empty() && names_null {
            self.schema.types = self.schema.types & Types::NULL;
        } else {
            self.schema.values = Some(distinct);
        }
    }

    fn numbers(&mut self, object: &'d Map<String, Value>) {
        let document = self.document;
        let number = |keyword: &str| object.get(keyword).and_then(|it| document.exact(it));
        let flagged = |keyword: &str| object.get(keyword) == Some(&Value::Bool(true));
        for (bound, exclusive) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
            let plain = number(bound).map(|value| Bound { value, is_exclusive: flagged(exclusive) });
            let open = number(exclusive).map(|value| Bound { value, is_exclusive: true });
            for found in [plain, open].into_iter().flatten() {
                let (slot, is_low) = match bound {
                    "minimum" => (&mut self.schema.low, true),
                    _ => (&mut self.schema.high, false),
                };
                if slot.as_ref().is_none_or(|have| tighter(&found, have, is_low)) {
                    *slot = Some(found);
                }
            }
        }
        self.schema.multiples.extend(number("multipleOf"));
        for keyword in SIZES {
            let Some(size) = number(keyword) else { continue };
            let is_low = keyword.starts_with("min");
            if is_low && size <= 0 {
                continue;
            }
            let is_tighter = |have: &BigDecimal| if is_low { size > *have } else { size < *have };
            if self.schema.sizes.get(keyword).is_none_or(is_tighter) {
                self.schema.sizes.insert(keyword, size);
            }
        }
        self.schema.unique |= flagged("uniqueItems");
    }

    fn strings(&mut self, object: &'d Map<String, Value>) {
        if let Some(Value::String(pattern)) = object.get("pattern")
            && !TRIVIAL_PATTERNS.contains(&pattern.as_str())
        {
            self.schema.patterns.insert(pattern);
        }
        let encoding = object.get("contentEncoding").and_then(Value::as_str);
        let media_type = object.get("contentMediaType").and_then(Value::as_str);
        // 3.1 says with these keywords what 3.0 says with formats.
        let format = match (object.get("format").and_then(Value::as_str), encoding, media_type) {
            (Some(format), ..) => Some(format),
            (None, Some("base64"), _) => Some("byte"),
            (None, None, Some("application/octet-stream")) => Some("binary"),
            _ => None,
        };
        self.schema.formats.extend(format.filter(|format| !HINTS.contains(format)));
        for (keyword, usual) in
            [("contentEncoding", "base64"), ("contentMediaType", "application/octet-stream")]
        {
            if let Some(value) = object.get(keyword).filter(|value| *value != usual) {
                self.schema.others.insert(keyword, value);
            }
        }
        if let Some(format) = object.get("format").filter(|it| !it.is_string()) {
            self.schema.others.insert("format", format);
        }
    }

    fn arrays(&mut self, object: &'d Map<String, Value>) {
        match object.get("items") {
            // Of older drafts, and still met.
            Some(Value::Array(list)) => self.prefix(list),
            Some(schema) if !is_anything(schema) => self.schema.items.push(schema),
            _ => {}
        }
        if let Some(Value::Array(list)) = object.get("prefixItems") {
            self.prefix(list);
        }
        if let Some(rest) = object.get("unevaluatedItems")
            && !is_anything(rest)
        {
            self.schema.items.push(rest);
        }
    }

    fn prefix(&mut self, list: &'d [Value]) {
        for (index, schema) in list.iter().enumerate() {
            if self.schema.prefix.len() <= index {
                self.schema.prefix.push(Vec::new());
            }
            if !is_anything(schema) {
                self.schema.prefix[index].push(schema);
            }
        }
    }

    fn objects(&mut self, object: &'d Map<String, Value>) {
        for (name, schema) in members(object.get("properties")) {
            self.schema.properties.entry(name).or_default().push(schema);
        }
        self.schema.required.extend(
            items(object.get("required")).iter().filter_map(Value::as_str).filter(|it| !it.is_empty()),
        );
        // What `allOf` describes is merged here, so what is not evaluated is what is not named.
        for keyword in ["additionalProperties", "unevaluatedProperties"] {
            let Some(value) = object.get(keyword).filter(|value| !is_anything(value)) else { continue };
            self.schema.additional =
                match (std::mem::replace(&mut self.schema.additional, Additional::Nothing), value) {
                    (Additional::Nothing, _) => Additional::Nothing,
                    (_, nothing) if is_nothing(nothing) => Additional::Nothing,
                    (Additional::Anything, _) => Additional::Schema(vec![value]),
                    (Additional::Schema(mut node), _) => {
                        node.push(value);
                        Additional::Schema(node)
                    }
                };
        }
        for keyword in NAMED {
            for (name, schema) in members(object.get(keyword)) {
                self.schema.named.entry((keyword, name)).or_default().push(schema);
            }
        }
        for (name, list) in members(object.get("dependentRequired")) {
            let names = items(Some(list)).iter().filter_map(Value::as_str);
            self.schema.dependent_required.entry(name).or_default().extend(names);
        }
    }

    fn rest(&mut self, holder: &'d Value, allows_null: bool) {
        for (keyword, value) in members(Some(holder)) {
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
                keyword if KNOWN.contains(&keyword) => {}
                keyword => drop(self.schema.others.entry(keyword).or_insert(value)),
            }
        }
        let parts = items(holder.get("allOf")).iter().rev();
        self.steps.extend(parts.map(|part| Step::Add(part, allows_null)));
    }

    pub(super) fn finish(mut self) -> Schema<'d> {
        let schema = &mut self.schema;
        // A nullable schema is so if all its parts allow it, and a choice if one of its alternatives does.
        if schema.single.get("not").is_some_and(|node| node.iter().any(|it| is_anything(it))) {
            schema.types = Types::NONE;
        }
        let choices_allow_null = schema.choices.iter().all(|choice| {
            choice.allows_null
                || choice.alternatives.iter().any(|node| {
                    let kinds = self.document.shallow_types(node);
                    kinds.intersects(Types::NULL)
                })
        });
        if !choices_allow_null {
            schema.types = schema.types.without(Types::NULL);
        }
        // Types beside a choice leave only the alternatives that have them.
        if schema.types.without(Types::NULL) != Types::ALL.without(Types::NULL) {
            for choice in &schema.choices {
                let each = choice.alternatives.iter().map(|node| self.document.shallow_types(node));
                let null = if choice.allows_null { Types::NULL } else { Types::NONE };
                schema.types = schema.types & each.fold(null, |all, it| all | it);
            }
        }
        if let Some(values) = &schema.values {
            let of_values = values.iter().map(|value| Types::of(value)).fold(Types::NULL, |all, it| all | it);
            schema.types = schema.types & of_values;
            let fits = |value: &&&'d Value| schema.types.intersects(Types::of(value)) && schema.fits(value);
            let values: Vec<&Value> = values.iter().filter(fits).copied().collect();
            // Both values of a boolean are no restriction.
            let is_whole = schema.types.without(Types::NULL) == Types::BOOLEAN && values.len() == 2;
            schema.values = (!is_whole).then_some(values);
        }
        // Multiples of integers are integers.
        if schema.multiples.iter().any(|it| divides(&BigDecimal::from(1), it)) {
            schema.types = schema.types.without(Types::FRACTION);
        }
        if schema.types == Types::ALL {
            schema.types = implied(schema, self.nullable);
        }
        if schema.types.intersects(Types::INTEGER) && !schema.types.intersects(Types::FRACTION) {
            schema.low = schema
                .low
                .take()
                .map(|it| Bound { value: integer_from(&it.value, it.is_exclusive), is_exclusive: false });
            schema.high = schema
                .high
                .take()
                .map(|it| Bound { value: integer_to(&it.value, it.is_exclusive), is_exclusive: false });
            // Every integer is a multiple of one.
            schema.multiples.retain(|it| !divides(it, &BigDecimal::from(1)));
        }
        // After a prefix, no item is one more limit of the length.
        if schema.items.iter().any(|it| is_nothing(it)) {
            schema.items.clear();
            let length = BigDecimal::from(schema.prefix.len() as u64);
            let most = schema.sizes.remove("maxItems").map_or(length.clone(), |it| it.min(length));
            schema.sizes.insert("maxItems", most);
        }
        // A multiple of six is one of two, too.
        let all = schema.multiples.clone();
        schema.multiples.retain(|it| !all.iter().any(|other| other != it && divides(it, other)));
        schema.multiples.sort();
        schema.multiples.dedup();
        self.schema
    }
}

/// The keywords of schemas that are read above, or bind nothing.
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
    "dependentSchemas",
    "discriminator",
    "else",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "if",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "contains",
    "oneOf",
    "pattern",
    "patternProperties",
    "prefixItems",
    "properties",
    "propertyNames",
    "required",
    "then",
    "type",
    "unevaluatedItems",
    "unevaluatedProperties",
    "uniqueItems",
    "x-extensible-enum",
];

/// Returns the types of a schema whose keywords for them are left out: objects and arrays are known by their keywords.
fn implied(schema: &Schema<'_>, nullable: bool) -> Types {
    let has_object = !schema.properties.is_empty()
        || !schema.required.is_empty()
        || schema.additional != Additional::Anything;
    let null = if nullable { Types::NULL } else { Types::NONE };
    match (has_object, schema.items.is_empty() && schema.prefix.is_empty(), schema.choices.is_empty()) {
        (true, true, true) => Types::OBJECT | null,
        (false, false, true) => Types::ARRAY | null,
        _ => Types::ALL,
    }
}

fn tighter(found: &Bound, have: &Bound, is_low: bool) -> bool {
    if found.value == have.value {
        return found.is_exclusive && !have.is_exclusive;
    }
    (found.value > have.value) == is_low
}

/// Returns whether a schema allows no value.
fn is_nothing(schema: &Value) -> bool {
    schema == &Value::Bool(false) || schema.get("not").is_some_and(is_anything)
}

/// Returns whether a schema allows any value.
pub(super) fn is_anything(schema: &Value) -> bool {
    match schema {
        Value::Bool(any) => *any,
        Value::Object(object) => object.keys().all(|key| ANNOTATIONS.contains(&key.as_str())),
        _ => false,
    }
}

impl<'d> Document<'d> {
    /// Returns the types of a schema without looking into its choices.
    fn shallow_types(self, node: &[&'d Value]) -> Types {
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
            if let Some(name) = value.get("type") {
                let nullable = self.version == Version::V30 && flag(value, "nullable");
                types = types & (Types::named(name) | if nullable { Types::NULL } else { Types::NONE });
            } else if value.get("enum").is_some() || value.get("const").is_some() {
                let listed = items(value.get("enum")).iter().chain(value.get("const"));
                types = types & listed.map(Types::of).fold(Types::NONE, |all, it| all | it);
            }
            open.extend(items(value.get("allOf")));
        }
        types
    }
}
