//! One normal form for the schemas of all versions of OpenAPI.
//!
//! A schema is merged with all schemas that must match at the same time: the target of its reference and the parts of its
//! `allOf`. So moving a property into a part, or an inline schema into a component, makes no difference. The result
//! borrows from the document: its subschemas are lists of values of the document.

mod choice;
mod keywords;
mod normalize;
mod reader;

use std::collections::{BTreeMap, BTreeSet};

use bigdecimal::BigDecimal;
use serde_json::Value;

use super::number::{divides, exact};
use super::types::Types;
use super::{DocumentView, reference};
use reader::Reader;

/// Schemas that must all match at the same location. An empty list allows any value.
pub(crate) type Node<'d> = Vec<&'d Value>;

/// A lower or upper bound of numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bound {
    pub(crate) value: BigDecimal,
    pub(crate) is_exclusive: bool,
}

/// The additional properties that an object allows.
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
    /// The schema with the keyword.
    pub(crate) schema: &'d Value,
}

/// A schema in normal form.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a separate keyword")]
pub(crate) struct Schema<'d> {
    /// All values that were merged, outermost first. Keywords are located in these.
    pub(crate) parts: Vec<&'d Value>,
    /// An unresolved reference.
    pub(crate) broken: Option<&'d str>,
    pub(crate) types: Types,
    /// The values of a closed enum, without null.
    pub(crate) values: Option<Vec<&'d Value>>,
    /// The alternatives that were read as enum values, for their annotations.
    pub(crate) variants: Vec<&'d Value>,
    /// The known values of an extensible enum.
    pub(crate) known_values: Vec<&'d Value>,
    pub(crate) low: Option<Bound>,
    pub(crate) high: Option<Bound>,
    pub(crate) multiples: Vec<BigDecimal>,
    /// Sizes such as `minLength`, without those that have no effect.
    pub(crate) sizes: BTreeMap<&'static str, BigDecimal>,
    pub(crate) unique: bool,
    pub(crate) patterns: BTreeSet<&'d str>,
    pub(crate) formats: BTreeSet<&'d str>,
    pub(crate) properties: BTreeMap<&'d str, Node<'d>>,
    pub(crate) required: BTreeSet<&'d str>,
    pub(crate) additional: Additional<'d>,
    pub(crate) items: Node<'d>,
    pub(crate) prefix: Vec<Node<'d>>,
    /// Keywords with one schema, such as `propertyNames`.
    pub(crate) conditions: BTreeMap<&'static str, Node<'d>>,
    /// Keywords that map names to schemas, such as `patternProperties`.
    pub(crate) named_schemas: BTreeMap<(&'static str, &'d str), Node<'d>>,
    /// Properties that require others.
    pub(crate) dependent_required: BTreeMap<&'d str, BTreeSet<&'d str>>,
    pub(crate) choices: Vec<Choice<'d>>,
    pub(crate) discriminator: Option<&'d Value>,
    pub(crate) read_only: bool,
    pub(crate) write_only: bool,
    pub(crate) deprecated: bool,
    pub(crate) default: Option<&'d Value>,
    /// Annotations, with the outermost value of each.
    pub(crate) annotations: BTreeMap<&'d str, &'d Value>,
    /// Keywords that no rule covers.
    pub(crate) others: BTreeMap<&'d str, &'d Value>,
}

/// The keywords that limit the size of strings, arrays and objects.
pub(crate) const SIZES: [&str; 6] =
    ["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"];

/// The keywords that limit numbers.
pub(crate) const NUMERIC_BOUNDS: [&str; 5] =
    ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];

/// Returns whether a keyword limits values: their size, their magnitude or their uniqueness.
pub(crate) fn is_bound(keyword: &str) -> bool {
    SIZES.contains(&keyword) || NUMERIC_BOUNDS.contains(&keyword) || keyword == "uniqueItems"
}

/// The keywords whose one schema is a condition on some of the values.
pub(crate) const CONDITION_KEYWORDS: [&str; 6] = ["contains", "else", "if", "not", "propertyNames", "then"];

/// The keywords that map names to schemas.
pub(crate) const MAP_KEYWORDS: [&str; 2] = ["dependentSchemas", "patternProperties"];

/// The keywords that document a schema and constrain nothing.
pub(crate) const ANNOTATIONS: [&str; 7] =
    ["$comment", "description", "example", "examples", "externalDocs", "title", "xml"];

impl<'d> DocumentView<'d> {
    /// Returns the normal form of a schema.
    pub(crate) fn schema(self, node: &[&'d Value]) -> Schema<'d> {
        let mut reader = Reader::new(self);
        reader.add_all(node);
        reader.normalize()
    }

    /// Returns the types that a schema allows, looking into choices up to a depth. Beyond it, choices allow all types.
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
            conditions: BTreeMap::new(),
            named_schemas: BTreeMap::new(),
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

    /// Restricts the schema to some types.
    pub(crate) fn restrict(&mut self, only: Types) {
        self.types = self.types & only;
        if let Some(values) = &mut self.values {
            values.retain(|value| only.intersects(Types::of(value)));
        }
    }

    /// Returns whether a scalar satisfies the bounds.
    fn fits(&self, value: &Value) -> bool {
        if let Some(text) = value.as_str() {
            let length = BigDecimal::from(text.chars().count() as u64);
            return self.sizes.get("minLength").is_none_or(|it| length >= *it)
                && self.sizes.get("maxLength").is_none_or(|it| length <= *it);
        }
        let Some(number) = exact(value) else { return true };
        let above = |it: &Bound| number > it.value || (number == it.value && !it.is_exclusive);
        let below = |it: &Bound| number < it.value || (number == it.value && !it.is_exclusive);
        self.low.as_ref().is_none_or(above)
            && self.high.as_ref().is_none_or(below)
            && self.multiples.iter().all(|it| divides(it, &number))
    }

    /// Returns whether the schema allows any value.
    pub(crate) fn allows_anything(&self) -> bool {
        self.types == Types::ALL && self.is_only_typed() && self.choices.is_empty()
    }

    /// Returns whether only types and choices constrain the values.
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
            && self.conditions.is_empty()
            && self.named_schemas.is_empty()
            && self.dependent_required.is_empty()
            && self.others.keys().all(|key| key.starts_with("x-"))
    }

    /// Returns the merged value with a keyword, or else the outermost one, to locate a difference.
    pub(crate) fn part_with(&self, keyword: &str) -> Option<&'d Value> {
        self.parts.iter().find(|part| part.get(keyword).is_some()).copied().or_else(|| self.outermost())
    }

    /// Returns the outermost value that is not a reference. It does not depend on how the schema was referred to.
    pub(crate) fn outermost(&self) -> Option<&'d Value> {
        self.parts.iter().find(|part| reference(part).is_none()).or(self.parts.first()).copied()
    }

    /// Returns the schema of the element at an index of an array.
    pub(crate) fn element(&self, index: usize) -> &Node<'d> {
        self.prefix.get(index).unwrap_or(&self.items)
    }
}
