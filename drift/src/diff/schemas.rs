//! Compares a pair of schemas in normal form.

use serde_json::{Value, json};

use super::draft::unknown_keyword;
use super::{Differ, Location, Mode, Wire};
use crate::document::number::equal;
use crate::document::schema::{CONDITION_KEYWORDS, Node, Schema};
use crate::document::types::Types;
use crate::document::{DocumentView, Version, reference};
use crate::rules::{self, Direction, Direction::Request};

/// The common types of two schemas, whose keywords are compared.
pub(crate) struct Common {
    pub(crate) types: Types,
    /// Whether both schemas have the same types.
    pub(crate) is_equal: bool,
}

impl<'d> Differ<'d, '_> {
    /// Compares two schemas, and queues their subschemas.
    pub(crate) fn compare_schemas(
        &mut self,
        old_node: &Node<'d>,
        new_node: &Node<'d>,
        mode: Mode,
        property: Option<&'d str>,
    ) {
        let (mut old, mut new) = (self.old.schema(old_node), self.new.schema(new_node));
        for schema in [&mut old, &mut new] {
            schema.restrict(mode.only);
        }
        let mode = Mode { only: Types::ALL, ..mode };
        let before = self.drafts.len();
        self.compare_annotations(&old, &new, property, mode);
        if old.broken.is_some() || new.broken.is_some() {
            let is_same = old.broken == new.broken;
            let rule = if is_same { &rules::REFERENCE_UNRESOLVED } else { &rules::REFERENCE_BROKEN };
            let mode = Mode { direction: Request, ..mode };
            self.report_at(rule, mode, (&old, &new), "$ref", (json!(old.broken), json!(new.broken)));
            return;
        }
        if self.compare_with_choice((&old, old_node), (&new, new_node), mode) {
            return;
        }
        let common = self.compare_types(&old, &new, mode);
        if let Some(common) = common {
            self.compare_scalars(&old, &new, &common, mode);
            if common.types.intersects(Types::ARRAY) {
                self.compare_arrays(&old, &new, mode);
            }
            if common.types.intersects(Types::OBJECT) {
                self.compare_objects(&old, &new, mode);
            }
            self.compare_choices(&old, &new, mode);
            self.compare_conditions(&old, &new, mode);
        }
        self.report_unknown_schema_keywords(&old, &new, mode);
        if self.depth == 0 && self.drafts.len() == before {
            self.record_rewrites(&old, &new);
        }
    }

    /// Reports a difference at the location of a keyword in each schema.
    pub(crate) fn report_at(
        &mut self,
        rule: &'static rules::Rule,
        mode: Mode,
        (old, new): (&Schema<'d>, &Schema<'d>),
        keyword: &'d str,
        values: (Value, Value),
    ) {
        let location =
            |schema: &Schema<'d>| schema.part_with(keyword).map(|parent| Location::at(parent, keyword));
        self.report(rule, mode.direction, (location(old), location(new)), values);
    }

    /// Reports that a reference has another name, if the old name was removed.
    pub(crate) fn report_if_renamed(&mut self, old: &'d Value, new: &'d Value) {
        let (Some(from), Some(to)) = (reference(old), reference(new)) else { return };
        // If the old name still exists, another schema is used.
        if from != to && self.new.target(from).is_none() {
            self.report_keyword(&rules::SCHEMA_RENAMED, Request, (old, new), "$ref");
        }
    }

    /// Compares the types, and returns the common ones, if any.
    fn compare_types(&mut self, old: &Schema<'d>, new: &Schema<'d>, mode: Mode) -> Option<Common> {
        if old.allows_anything() != new.allows_anything() {
            let rule = if new.allows_anything() { &rules::TYPE_WIDENED } else { &rules::TYPE_NARROWED };
            let values = (json!(described(old)), json!(described(new)));
            self.report_at(rule, mode, (old, new), "type", values);
            return None;
        }
        // The alternatives of a choice have their own types.
        let is_choice = !old.choices.is_empty() && !new.choices.is_empty();
        let (old_types, new_types) = (old.types.without(Types::NULL), new.types.without(Types::NULL));
        if !(old_types.is_none() || new_types.is_none()) {
            self.compare_nullability(old, new, mode);
        }
        if is_choice && old_types == new_types {
            return Some(Common { types: old_types & self.choice_types(old, new), is_equal: true });
        }
        // A schema that allows only null is compared by that type.
        let (old_types, new_types) = if old_types.is_none() || new_types.is_none() {
            (old.types, new.types)
        } else {
            (old_types, new_types)
        };
        let is_text = mode.wire == Wire::Text;
        let covers = |wide: &Schema<'d>, wide_types: Types, narrow: Types| {
            // In text, every scalar is a string.
            let takes_text = is_text && wide_types.intersects(Types::STRING) && is_free_text(wide);
            let extra = if takes_text { Types::SCALAR } else { Types::NONE };
            (wide_types | extra).contains(narrow)
        };
        let rule = match (covers(new, new_types, old_types), covers(old, old_types, new_types)) {
            (true, true) => None,
            (true, false) => Some(&rules::TYPE_WIDENED),
            (false, true) => Some(&rules::TYPE_NARROWED),
            (false, false) => Some(&rules::TYPE_CHANGED),
        };
        if let Some(rule) = rule {
            let values = (json!(old_types.to_string()), json!(new_types.to_string()));
            self.report_at(rule, mode, (old, new), "type", values);
        }
        let types = old_types & new_types & self.choice_types(old, new);
        // Integers and other numbers have the same keywords.
        let types = if old_types.intersects(Types::NUMBER) && new_types.intersects(Types::NUMBER) {
            types | Types::INTEGER
        } else {
            types
        };
        (!types.is_none()).then_some(Common { types, is_equal: old_types == new_types })
    }

    /// Returns the types that the choices of both schemas allow.
    fn choice_types(&self, old: &Schema<'d>, new: &Schema<'d>) -> Types {
        let of = |document: DocumentView<'d>, schema: &Schema<'d>| {
            schema.choices.iter().fold(Types::ALL, |types, choice| {
                let each = choice.alternatives.iter().map(|it| document.types(it, 1));
                types & each.fold(Types::NULL, |all, it| all | it)
            })
        };
        of(self.old, old) & of(self.new, new)
    }

    /// Compares whether null is allowed.
    pub(crate) fn compare_nullability(&mut self, old: &Schema<'d>, new: &Schema<'d>, mode: Mode) {
        let (was_null, is_null) = (old.types.intersects(Types::NULL), new.types.intersects(Types::NULL));
        // The text of a request cannot express null.
        if was_null != is_null && mode.wire == Wire::Text && mode.direction == Direction::Request {
            self.rewrites.insert("null in parameters");
        } else if was_null != is_null {
            let rule = if is_null { &rules::BECAME_NULLABLE } else { &rules::BECAME_NOT_NULLABLE };
            let keyword = self.null_keyword(if is_null { new } else { old }, is_null);
            let values = (json!(old.types.to_string()), json!(new.types.to_string()));
            self.report_at(rule, mode, (old, new), keyword, values);
        }
    }

    /// Returns the keyword that allows null.
    fn null_keyword(&self, schema: &Schema<'d>, is_new: bool) -> &'static str {
        let document: DocumentView<'d> = if is_new { self.new } else { self.old };
        let has_flag = schema.parts.iter().any(|part| part.get("nullable").is_some());
        if document.version == Version::V30 && has_flag { "nullable" } else { "type" }
    }

    fn compare_arrays(&mut self, old: &Schema<'d>, new: &Schema<'d>, mode: Mode) {
        let length = old.prefix.len().max(new.prefix.len());
        for index in 0..length {
            self.push(old.element(index).clone(), new.element(index).clone(), mode);
        }
        if !(old.items.is_empty() && new.items.is_empty()) {
            self.compare_subschemas(&old.items, &new.items, (old, new), "items", mode);
        }
    }

    /// Compares subschemas; an empty one allows any value.
    pub(crate) fn compare_subschemas(
        &mut self,
        old_node: &Node<'d>,
        new_node: &Node<'d>,
        (old, new): (&Schema<'d>, &Schema<'d>),
        keyword: &'d str,
        mode: Mode,
    ) {
        let is_free = |document: DocumentView<'d>, node: &Node<'d>| document.schema(node).allows_anything();
        if is_free(self.old, old_node) == is_free(self.new, new_node) {
            return self.push(old_node.clone(), new_node.clone(), mode);
        }
        let types = |document: DocumentView<'d>, node: &Node<'d>| json!(document.types(node, 1).to_string());
        let (rule, values) = if is_free(self.old, old_node) {
            (&rules::TYPE_NARROWED, (json!("any"), types(self.new, new_node)))
        } else {
            (&rules::TYPE_WIDENED, (types(self.old, old_node), json!("any")))
        };
        self.report_at(rule, mode, (old, new), keyword, values);
    }

    /// Compares keywords whose schemas are conditions.
    fn compare_conditions(&mut self, old: &Schema<'d>, new: &Schema<'d>, mode: Mode) {
        use super::Relation;
        for keyword in CONDITION_KEYWORDS {
            let (old_node, new_node) = (old.conditions.get(keyword), new.conditions.get(keyword));
            let rule = match (old_node, new_node) {
                (None, None) => continue,
                (None, Some(_)) => &rules::CONDITION_ADDED,
                (Some(_), None) => &rules::CONDITION_REMOVED,
                (Some(old_node), Some(new_node)) => {
                    match (keyword, self.relation(old_node, new_node, mode)) {
                        (_, Relation::Equal) => {
                            if old_node != new_node {
                                self.rewrites.insert("conditions");
                            }
                            continue;
                        }
                        // `not` inverts the relation.
                        ("not", Relation::Wider) => &rules::CONDITION_ADDED,
                        ("not", Relation::Narrower) => &rules::CONDITION_REMOVED,
                        ("contains" | "else" | "propertyNames" | "then", Relation::Narrower) => {
                            &rules::CONDITION_ADDED
                        }
                        ("contains" | "else" | "propertyNames" | "then", Relation::Wider) => {
                            &rules::CONDITION_REMOVED
                        }
                        _ => &rules::CONDITION_CHANGED,
                    }
                }
            };
            // Without `if`, the branches have no effect.
            if ["then", "else"].contains(&keyword)
                && old.conditions.contains_key("if") != new.conditions.contains_key("if")
            {
                continue;
            }
            let value = |schema: &Schema<'d>| {
                schema.part_with(keyword).and_then(|it| it.get(keyword)).cloned().unwrap_or_default()
            };
            self.report_at(rule, mode, (old, new), keyword, (value(old), value(new)));
        }
    }

    /// Reports differences of keywords that no comparison handles.
    fn report_unknown_schema_keywords(&mut self, old: &Schema<'d>, new: &Schema<'d>, mode: Mode) {
        let keys: std::collections::BTreeSet<&'d str> =
            old.others.keys().chain(new.others.keys()).copied().collect();
        for keyword in keys {
            let (before, after) = (old.others.get(keyword), new.others.get(keyword));
            if before == after {
                continue;
            }
            if before.zip(after).is_some_and(|(before, after)| equal(before, after)) {
                self.rewrites.insert("numbers");
                continue;
            }
            let value = |it: Option<&&'d Value>| it.map(|it| (*it).clone()).unwrap_or_default();
            self.report_at(
                unknown_keyword(keyword),
                mode,
                (old, new),
                keyword,
                (value(before), value(after)),
            );
        }
    }
}

/// Describes the values that a schema allows.
fn described(schema: &Schema<'_>) -> String {
    match (schema.allows_anything(), schema.types) {
        (true, _) => "any value".to_owned(),
        (false, Types::ALL) => "some values".to_owned(),
        (false, types) => types.to_string(),
    }
}

/// Returns whether a schema does not restrict strings.
fn is_free_text(schema: &Schema<'_>) -> bool {
    schema.values.is_none()
        && schema.patterns.is_empty()
        && schema.formats.is_empty()
        && schema.sizes.is_empty()
        && schema.choices.is_empty()
}
