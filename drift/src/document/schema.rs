//! One normal form for the schemas of all versions of OpenAPI.
//!
//! A schema is read together with everything that must hold at the same time: the target of its reference and the
//! parts of its `allOf`. So moving a property into a part, or naming what was written out, makes no difference. The
//! result borrows from the document: its subschemas are lists of values of the document, and nothing is copied.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ptr;

use bigdecimal::BigDecimal;
use serde_json::{Map, Value};

use super::number::{divides, equal, exact, integer_from, integer_to};
use super::types::Types;
use super::{Document, Version, flag, items, members, reference, text};

/// The schemas that must all hold at one place; none at all allows anything.
pub(crate) type Node<'d> = Vec<&'d Value>;

/// A lower or upper bound of numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bound {
    pub(crate) value: BigDecimal,
    pub(crate) is_exclusive: bool,
}

/// What an object may hold besides its named properties.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Additional<'d> {
    Anything,
    Nothing,
    Schema(Node<'d>),
}

/// A `oneOf` or `anyOf`, without alternatives that only allow null.
#[derive(Clone, Debug)]
pub(crate) struct Choice<'d> {
    pub(crate) keyword: &'static str,
    pub(crate) alternatives: Vec<Node<'d>>,
    /// Whether null is one more alternative.
    pub(crate) allows_null: bool,
    /// The schema that has the keyword.
    pub(crate) holder: &'d Value,
}

/// A schema in normal form.
#[derive(Debug)]
pub(crate) struct Schema<'d> {
    /// All values that were merged, outermost first: where keywords are located.
    pub(crate) parts: Vec<&'d Value>,
    /// The references that were followed.
    pub(crate) names: Vec<&'d str>,
    /// A reference that leads nowhere.
    pub(crate) broken: Option<&'d str>,
    pub(crate) types: Types,
    /// The values of a closed enum, null apart.
    pub(crate) values: Option<Vec<&'d Value>>,
    /// The alternatives that were read as the values of an enum, for what they say to readers.
    pub(crate) variants: Vec<&'d Value>,
    /// The values that are known of an enum that may grow.
    pub(crate) known_values: Vec<&'d Value>,
    pub(crate) low: Option<Bound>,
    pub(crate) high: Option<Bound>,
    pub(crate) multiples: Vec<BigDecimal>,
    /// Sizes such as `minLength`; those that allow everything are left out.
    pub(crate) sizes: BTreeMap<&'static str, BigDecimal>,
    pub(crate) unique: bool,
    pub(crate) patterns: BTreeSet<&'d str>,
    pub(crate) formats: BTreeSet<&'d str>,
    pub(crate) properties: BTreeMap<&'d str, Node<'d>>,
    pub(crate) required: BTreeSet<&'d str>,
    pub(crate) additional: Additional<'d>,
    pub(crate) items: Node<'d>,
    pub(crate) prefix: Vec<Node<'d>>,
    /// Keywords that hold one schema, such as `propertyNames`.
    pub(crate) single: BTreeMap<&'static str, Node<'d>>,
    /// Keywords that hold schemas by name, such as `patternProperties`.
    pub(crate) named: BTreeMap<(&'static str, &'d str), Node<'d>>,
    /// Properties that ask for others.
    pub(crate) dependent_required: BTreeMap<&'d str, BTreeSet<&'d str>>,
    pub(crate) choices: Vec<Choice<'d>>,
    pub(crate) discriminator: Option<&'d Value>,
    pub(crate) read_only: bool,
    pub(crate) write_only: bool,
    pub(crate) deprecated: bool,
    pub(crate) default: Option<&'d Value>,
    /// Keywords for readers, the outermost value of each.
    pub(crate) annotations: BTreeMap<&'d str, &'d Value>,
    /// Keywords that the comparison has no rule for.
    pub(crate) others: BTreeMap<&'d str, &'d Value>,
}

pub(crate) const SIZES: [&str; 6] =
    ["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"];

/// The keywords that hold one schema and must hold for some of the values.
pub(crate) const SINGLE: [&str; 6] = ["contains", "else", "if", "not", "propertyNames", "then"];

/// The keywords that hold schemas by name.
pub(crate) const NAMED: [&str; 2] = ["dependentSchemas", "patternProperties"];

/// The keywords that describe and allow nothing and forbid nothing.
pub(crate) const ANNOTATIONS: [&str; 7] =
    ["$comment", "description", "example", "examples", "externalDocs", "title", "xml"];

/// How deep choices within choices are read as one.
const MAX_SPREAD: usize = 8;

/// Formats that say how to show a value, not what it is.
const HINTS: [&str; 4] = ["html", "markdown", "password", "textarea"];

/// Patterns that everything matches.
const TRIVIAL_PATTERNS: [&str; 8] = ["", "^", "$", ".*", "^.*", ".*$", "^.*$", "[\\s\\S]*"];

impl<'d> Document<'d> {
    /// Brings a schema into normal form.
    pub(crate) fn schema(self, node: &[&'d Value]) -> Schema<'d> {
        let mut reader =
            Reader { document: self, seen: HashSet::new(), nullable: false, schema: Schema::new() };
        for value in node {
            reader.add(value, false);
        }
        reader.finish()
    }

    /// Returns the types that a schema may allow: all of them if that takes more than a short look.
    pub(crate) fn types(self, node: &[&'d Value], depth: usize) -> Types {
        let schema = self.schema(node);
        schema.choices.iter().fold(schema.types, |types, choice| {
            if depth == 0 {
                return types;
            }
            let null = if choice.allows_null { Types::NULL } else { Types::NONE };
            let alternatives = choice.alternatives.iter().map(|node| self.types(node, depth - 1));
            types & alternatives.fold(null, |all, types| all | types)
        })
    }
}

impl<'d> Schema<'d> {
    fn new() -> Self {
        Self {
            parts: Vec::new(),
            names: Vec::new(),
            broken: None,
            types: Types::ALL,
            values: None,
            variants: Vec::new(),
            known_values: Vec::new(),
            low: None,
            high: None,
            multiples: Vec::new(),
            sizes: BTreeMap::new(),
            unique: false,
            patterns: BTreeSet::new(),
            formats: BTreeSet::new(),
            properties: BTreeMap::new(),
            required: BTreeSet::new(),
            additional: Additional::Anything,
            items: Vec::new(),
            prefix: Vec::new(),
            single: BTreeMap::new(),
            named: BTreeMap::new(),
            dependent_required: BTreeMap::new(),
            choices: Vec::new(),
            discriminator: None,
            read_only: false,
            write_only: false,
            deprecated: false,
            default: None,
            annotations: BTreeMap::new(),
            others: BTreeMap::new(),
        }
    }

    /// Returns whether any value fits.
    pub(crate) fn allows_anything(&self) -> bool {
        self.types == Types::ALL && self.is_only_typed() && self.choices.is_empty()
    }

    /// Returns whether nothing but types, null among them, and choices bind the values.
    pub(crate) fn is_only_typed(&self) -> bool {
        self.broken.is_none()
            && self.values.is_none()
            && self.known_values.is_empty()
            && self.low.is_none()
            && self.high.is_none()
            && self.multiples.is_empty()
            && self.sizes.is_empty()
            && !self.unique
            && self.patterns.is_empty()
            && self.formats.is_empty()
            && self.properties.is_empty()
            && self.required.is_empty()
            && self.additional == Additional::Anything
            && self.items.is_empty()
            && self.prefix.is_empty()
            && self.single.is_empty()
            && self.named.is_empty()
            && self.dependent_required.is_empty()
            && self.others.keys().all(|key| key.starts_with("x-"))
    }

    /// Returns the value that has a keyword, or else the outermost one: where a difference is located.
    pub(crate) fn holder(&self, keyword: &str) -> Option<&'d Value> {
        self.parts.iter().find(|part| part.get(keyword).is_some()).copied().or_else(|| self.outermost())
    }

    /// Returns the outermost value that is not just a reference: the same one from wherever it is reached.
    pub(crate) fn outermost(&self) -> Option<&'d Value> {
        self.parts.iter().find(|part| reference(part).is_none()).or(self.parts.first()).copied()
    }

    /// Returns the schema of the element at an index of an array.
    pub(crate) fn element(&self, index: usize) -> &Node<'d> {
        self.prefix.get(index).unwrap_or(&self.items)
    }
}

struct Reader<'d> {
    document: Document<'d>,
    seen: HashSet<*const Value>,
    /// Whether some part says that null is allowed.
    nullable: bool,
    schema: Schema<'d>,
}

impl<'d> Reader<'d> {
    /// Adds one more schema that must hold. Null is allowed in spite of it where it is an alternative besides.
    fn add(&mut self, value: &'d Value, allows_null: bool) {
        if !self.seen.insert(ptr::from_ref(value)) {
            return;
        }
        self.schema.parts.push(value);
        let object = match value {
            Value::Object(object) => object,
            Value::Bool(true) => return,
            Value::Bool(false) => {
                self.schema.types = Types::NONE;
                return;
            }
            _ => {
                self.schema.others.insert("", value);
                return;
            }
        };
        if let Some(reference) = reference(value) {
            self.schema.names.push(reference);
            match self.document.target(reference) {
                Some(target) => self.add(target, allows_null),
                None => self.schema.broken = Some(reference),
            }
            // In 3.0, what stands beside a reference is ignored.
            if self.document.version == Version::V30 {
                return;
            }
        }
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
        self.combinations(value, allows_null);
        self.rest(object);
        for part in items(object.get("allOf")) {
            self.add(part, allows_null);
        }
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

    fn enumerate(&mut self, values: Vec<&'d Value>, allows_null: bool) {
        let names_null = values.iter().any(|value| value.is_null());
        // Many documents of version 3.0 leave null out of the enum of a nullable schema.
        if !(names_null || allows_null || (self.nullable && self.document.version == Version::V30)) {
            self.schema.types = self.schema.types.without(Types::NULL);
        }
        let values = values.into_iter().filter(|value| !value.is_null());
        let mut distinct: Vec<&Value> = Vec::new();
        for value in values {
            let is_kept =
                self.schema.values.as_ref().is_none_or(|kept| kept.iter().any(|it| equal(it, value)));
            if is_kept && !distinct.iter().any(|it| equal(it, value)) {
                distinct.push(value);
            }
        }
        self.schema.values = Some(distinct);
    }

    fn numbers(&mut self, object: &'d Map<String, Value>) {
        let number = |keyword: &str| object.get(keyword).and_then(exact);
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
            if is_low && size <= BigDecimal::from(0) {
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
                    (Additional::Nothing, _) | (_, Value::Bool(false)) => Additional::Nothing,
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

    fn combinations(&mut self, holder: &'d Value, allows_null: bool) {
        for keyword in ["oneOf", "anyOf"] {
            if let Some(Value::Array(alternatives)) = holder.get(keyword) {
                self.choice(holder, keyword, alternatives, allows_null);
            }
        }
        for keyword in SINGLE {
            // Alone, these two bind nothing.
            if ["then", "else"].contains(&keyword) && holder.get("if").is_none() {
                continue;
            }
            if let Some(schema) = holder.get(keyword) {
                self.schema.single.entry(keyword).or_default().push(schema);
            }
        }
        if let Some(discriminator) = holder.get("discriminator") {
            self.schema.discriminator.get_or_insert(discriminator);
        }
    }

    fn choice(&mut self, holder: &'d Value, keyword: &'static str, all: &'d [Value], allows_null: bool) {
        let (nulls, others): (Vec<&Value>, Vec<&Value>) =
            self.spread(all.iter().collect(), keyword, 0).into_iter().partition(|it| is_only_null(it));
        let allows_null = allows_null || !nulls.is_empty();
        self.nullable |= allows_null;
        if let Some(values) = self.enumeration(&others, keyword) {
            self.enumerate_choice(values, allows_null);
            self.schema.variants = others;
            return;
        }
        // Alternatives that name nothing but types are a list of types.
        if let Some(types) = listed_types(&others, keyword) {
            let null = if allows_null { Types::NULL } else { Types::NONE };
            self.schema.types = self.schema.types & (types | null);
            return;
        }
        match others.as_slice() {
            [] => self.schema.types = self.schema.types & Types::NULL,
            // A choice of one is no choice.
            [one] => self.add(one, allows_null),
            _ => self.schema.choices.push(Choice {
                keyword,
                alternatives: others.into_iter().map(|one| vec![one]).collect(),
                allows_null,
                holder,
            }),
        }
    }

    /// Replaces alternatives that are nothing but a choice of the same kind by the alternatives of that.
    fn spread(&self, all: Vec<&'d Value>, keyword: &'static str, depth: usize) -> Vec<&'d Value> {
        let inner = |alternative: &'d Value| -> Option<Vec<&'d Value>> {
            let schema = self.document.resolve(alternative)?;
            let is_pure =
                schema.as_object()?.keys().all(|key| key == keyword || ANNOTATIONS.contains(&key.as_str()));
            Some(schema.get(keyword).filter(|_| is_pure)?.as_array()?.iter().collect())
        };
        let each = all.into_iter().map(|one| match inner(one) {
            Some(inner) if depth < MAX_SPREAD => self.spread(inner, keyword, depth + 1),
            _ => vec![one],
        });
        each.flatten().collect()
    }

    fn enumerate_choice(&mut self, values: Values<'d>, allows_null: bool) {
        let null = if allows_null { Types::NULL } else { Types::NONE };
        self.schema.types = self.schema.types & (values.types | null);
        if values.is_open {
            self.schema.known_values.extend(values.all);
        } else {
            self.enumerate(values.all, allows_null);
        }
    }

    /// Reads alternatives that are all values, as some generators write an enum to describe each of its values. One of
    /// any string among them makes an enum that may grow.
    fn enumeration(&self, alternatives: &[&'d Value], keyword: &str) -> Option<Values<'d>> {
        let mut found = Values { all: Vec::new(), types: Types::NONE, is_open: false };
        for alternative in alternatives {
            let schema = self.document.resolve(alternative)?;
            if !schema.as_object()?.keys().all(|key| is_plain_keyword(key)) {
                return None;
            }
            let constant = schema.get("const").filter(|_| self.document.version == Version::V31);
            let values: Option<Vec<&Value>> = constant
                .map(|it| vec![it])
                .or_else(|| Some(schema.get("enum")?.as_array()?.iter().collect()));
            match values {
                Some(values) => {
                    if values.iter().any(|value| value.is_null()) {
                        return None;
                    }
                    // A value that two alternatives of a oneOf have fits none of them.
                    let is_double = |value: &&Value| found.all.iter().any(|it| equal(it, value));
                    if keyword == "oneOf" && values.iter().any(is_double) {
                        return None;
                    }
                    for value in values {
                        found.types = found.types | Types::of(value);
                        found.all.push(value);
                    }
                }
                None if keyword == "anyOf" && text(schema, "type") == Some("string") && !found.is_open => {
                    found.types = found.types | Types::STRING;
                    found.is_open = true;
                }
                None => return None,
            }
        }
        let is_whole = !found.all.is_empty() && (!found.is_open || found.types == Types::STRING);
        is_whole.then_some(found)
    }

    fn rest(&mut self, object: &'d Map<String, Value>) {
        for (keyword, value) in object {
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
    }

    fn finish(mut self) -> Schema<'d> {
        let schema = &mut self.schema;
        // A nullable schema is so if all its parts allow it, and a choice if one of its alternatives does.
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
        if let Some(values) = &schema.values {
            let of_values = values.iter().map(|value| Types::of(value)).fold(Types::NULL, |all, it| all | it);
            schema.types = schema.types & of_values;
            let types = schema.types;
            schema.values =
                Some(values.iter().copied().filter(|it| types.intersects(Types::of(it))).collect());
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
        // A multiple of six is one of two, too.
        let all = schema.multiples.clone();
        schema.multiples.retain(|it| !all.iter().any(|other| other != it && divides(it, other)));
        schema.multiples.sort();
        schema.multiples.dedup();
        self.schema
    }
}

/// An enum that is written as a choice.
struct Values<'d> {
    all: Vec<&'d Value>,
    types: Types,
    is_open: bool,
}

/// The keywords of schemas that are read above, or bind nothing.
const KNOWN: &[&str] = &[
    "$defs",
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

/// Returns whether a schema allows any value.
fn is_anything(schema: &Value) -> bool {
    match schema {
        Value::Bool(any) => *any,
        Value::Object(object) => object.keys().all(|key| ANNOTATIONS.contains(&key.as_str())),
        _ => false,
    }
}

/// Returns the types of alternatives that name nothing else.
fn listed_types(alternatives: &[&Value], keyword: &str) -> Option<Types> {
    let mut all = Types::NONE;
    for alternative in alternatives {
        let object = alternative.as_object()?;
        let is_bare = object.keys().all(|key| key == "type" || ANNOTATIONS.contains(&key.as_str()));
        let types = Types::named(object.get("type").filter(|_| is_bare)?);
        // What fits two alternatives of a oneOf fits none.
        if keyword == "oneOf" && all.intersects(types) {
            return None;
        }
        all = all | types;
    }
    (alternatives.len() > 1).then_some(all)
}

/// Returns whether a schema allows null and nothing else.
fn is_only_null(schema: &Value) -> bool {
    let is_null = |it: &Value| it.is_null();
    text(schema, "type") == Some("null")
        || schema.get("const").is_some_and(is_null)
        || schema
            .get("enum")
            .and_then(Value::as_array)
            .is_some_and(|it| !it.is_empty() && it.iter().all(is_null))
}

fn is_extension(keyword: &str) -> bool {
    keyword.starts_with("x-")
}

/// Returns whether a keyword leaves a schema with an enum nothing but that.
fn is_plain_keyword(keyword: &str) -> bool {
    ["const", "deprecated", "enum", "type"].contains(&keyword)
        || ANNOTATIONS.contains(&keyword)
        || (is_extension(keyword) && keyword != "x-extensible-enum")
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
