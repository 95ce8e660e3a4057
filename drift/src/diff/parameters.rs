//! Compares the parameters of operations.

use std::collections::BTreeSet;

use bigdecimal::BigDecimal;
use serde_json::{Value, json};

use super::effective_parameters::{Key, Parameter, effective, unresolved};
use super::{Differ, Location, Mode, Wire};
use crate::document::flag;
use crate::document::number::equal;
use crate::document::operation::OperationRef;
use crate::document::schema::{Node, Schema};
use crate::document::types::Types;
use crate::rules::{self, Direction, Direction::Request};

/// The keywords that parameters and headers have in common and that are compared here.
pub(super) const HEADER_KEYWORDS: [&str; 9] =
    ["content", "deprecated", "description", "example", "examples", "explode", "required", "schema", "style"];

/// The keywords that only parameters have.
const PARAMETER_KEYWORDS: [&str; 4] = ["allowEmptyValue", "allowReserved", "in", "name"];

impl<'d> Differ<'d, '_> {
    /// Compares the parameters of two operations, including those of their path items.
    pub(crate) fn compare_parameters(
        &mut self,
        old: &OperationRef<'d>,
        new: &OperationRef<'d>,
        direction: Direction,
    ) {
        let (before, after) = (effective(self.old, old), effective(self.new, new));
        let (unresolved_before, unresolved_after) = (unresolved(self.old, old), unresolved(self.new, new));
        for value in unresolved_after.iter().filter(|it| !unresolved_before.contains(it)) {
            let locations = (None, Some(Location::of(value)));
            self.report(&rules::REFERENCE_BROKEN, Request, locations, (Value::Null, (*value).clone()));
        }
        let listed = |operation: &OperationRef<'d>| {
            (operation.item.get("parameters"), operation.value.get("parameters"))
        };
        if listed(old) != listed(new) {
            self.rewrites.insert("parameters");
        }
        let is_swapped = self.compare_path_order(old, new);
        let keys: BTreeSet<&Key<'d>> = before.keys().chain(after.keys()).collect();
        for key in keys {
            match (before.get(key), after.get(key)) {
                (None, Some(parameter)) => {
                    let rule = if parameter.required {
                        &rules::REQUIRED_PARAMETER_ADDED
                    } else {
                        &rules::PARAMETER_ADDED
                    };
                    let locations =
                        (Some(Location::at(old.value, "parameters")), Some(Location::of(parameter.value)));
                    self.report(rule, direction, locations, (Value::Null, json!(parameter.name)));
                }
                (Some(parameter), None) => {
                    let locations =
                        (Some(Location::of(parameter.value)), Some(Location::at(new.value, "parameters")));
                    self.report(
                        &rules::PARAMETER_REMOVED,
                        direction,
                        locations,
                        (json!(parameter.name), Value::Null),
                    );
                }
                (Some(old_parameter), Some(new_parameter)) => {
                    if key.0 == "path" && old_parameter.name != new_parameter.name && !is_swapped {
                        let pair = (old_parameter.value, new_parameter.value);
                        self.report_keyword(&rules::PATH_PARAMETER_RENAMED, Request, pair, "name");
                    }
                    self.compare_parameter(key.0, old_parameter, new_parameter, direction);
                }
                (None, None) => {}
            }
        }
    }

    /// Reports path parameters in a different order, and returns whether there are any. Their names are never sent.
    fn compare_path_order(&mut self, old: &OperationRef<'d>, new: &OperationRef<'d>) -> bool {
        let names = |operation: &OperationRef<'d>| operation.template().collect::<Vec<_>>();
        let (before, after) = (names(old), names(new));
        let (mut sorted_before, mut sorted_after) = (before.clone(), after.clone());
        sorted_before.sort_unstable();
        sorted_after.sort_unstable();
        let is_swapped = before != after && sorted_before == sorted_after;
        if is_swapped {
            let locations = (Some(Location::of(old.value)), Some(Location::of(new.value)));
            let values = (json!(before.join(", ")), json!(after.join(", ")));
            self.report(&rules::PATH_PARAMETERS_SWAPPED, Request, locations, values);
        }
        is_swapped
    }

    fn compare_parameter(
        &mut self,
        kind: &str,
        old: &Parameter<'d>,
        new: &Parameter<'d>,
        direction: Direction,
    ) {
        let pair = (old.value, new.value);
        let rule = match (old.required, new.required) {
            (false, true) => Some(&rules::PARAMETER_BECAME_REQUIRED),
            (true, false) => Some(&rules::PARAMETER_BECAME_OPTIONAL),
            _ => None,
        };
        if let Some(rule) = rule {
            self.report_keyword(rule, direction, pair, "required");
        }
        let rule = match (flag(old.value, "allowEmptyValue"), flag(new.value, "allowEmptyValue")) {
            (true, false) => Some(&rules::EMPTY_VALUE_REFUSED),
            (false, true) => Some(&rules::EMPTY_VALUE_ALLOWED),
            _ => None,
        };
        if let Some(rule) = rule.filter(|_| kind == "query") {
            self.report_keyword(rule, direction, pair, "allowEmptyValue");
        }
        self.compare_docs(pair);
        self.compare_parameter_defaults(old, new, direction);
        self.compare_parameter_values(kind, old, new, direction);
        let known = [&HEADER_KEYWORDS[..], &PARAMETER_KEYWORDS].concat();
        self.report_unknown_keywords(pair, &known, direction);
    }

    /// Compares the defaults, which matter only for requests without the parameter.
    fn compare_parameter_defaults(&mut self, old: &Parameter<'d>, new: &Parameter<'d>, direction: Direction) {
        let (before, after) = (self.old.schema(&old.schema), self.new.schema(&new.schema));
        let is_same = match (before.default, after.default) {
            (Some(before), Some(after)) => equal(before, after),
            (before, after) => before == after,
        };
        if (old.required && new.required) || is_same {
            return;
        }
        let location = |schema: &Schema<'d>, value| {
            Some(Location::at(schema.part_with("default").unwrap_or(value), "default"))
        };
        let values =
            (before.default.cloned().unwrap_or_default(), after.default.cloned().unwrap_or_default());
        let locations = (location(&before, old.value), location(&after, new.value));
        self.report(&rules::PARAMETER_DEFAULT_CHANGED, direction, locations, values);
    }

    /// Compares the values of two parameters and how they are serialized.
    fn compare_parameter_values(
        &mut self,
        kind: &str,
        old: &Parameter<'d>,
        new: &Parameter<'d>,
        direction: Direction,
    ) {
        let pair = (old.value, new.value);
        if old.media_type.is_some() != new.media_type.is_some() {
            return self.report_keyword(&rules::PARAMETER_STYLE_CHANGED, direction, pair, "content");
        }
        if let (Some(old_type), Some(new_type)) = (old.media_type, new.media_type) {
            if !old_type.eq_ignore_ascii_case(new_type) {
                return self.report_keyword(&rules::PARAMETER_STYLE_CHANGED, direction, pair, "content");
            }
            let wire = if old_type.contains("json") { Wire::Json } else { Wire::Text };
            return self.push(old.schema.clone(), new.schema.clone(), Mode::new(direction, wire));
        }
        let reserved = |it: &Value| kind == "query" && flag(it, "allowReserved");
        if reserved(old.value) != reserved(new.value) {
            self.report_keyword(&rules::PARAMETER_STYLE_CHANGED, direction, pair, "allowReserved");
        }
        let mode = Mode::new(direction, Wire::Text);
        let (from, to) = (self.old.types(&old.schema, 2), self.new.types(&new.schema, 2));
        let is_scalar = |types: Types| Types::SCALAR.contains(types.without(Types::NULL));
        let is_list = |types: Types| types.without(Types::NULL) == Types::ARRAY;
        match (is_scalar(from), is_scalar(to)) {
            // `a,b` is also a string.
            (false, true) if is_list(from) && !old.explode && self.takes_any_text(&new.schema) => {
                return self.report_keyword(&rules::LIST_BECAME_TEXT, direction, pair, "schema");
            }
            // A single value is a list of one element, unless it may contain the separator.
            (true, false)
                if is_list(to)
                    && (new.explode || !from.intersects(Types::STRING))
                    && self.takes_single(&new.schema) =>
            {
                self.report_keyword(&rules::VALUE_BECAME_LIST, direction, pair, "schema");
                let element = self.new.schema(&new.schema).items;
                return self.push(old.schema.clone(), element, mode);
            }
            // Both styles serialize a single value the same way.
            (true, true)
                if ["form", "simple"].contains(&old.style) && ["form", "simple"].contains(&new.style) => {}
            (true, true) if old.style == new.style => {}
            _ if old.style != new.style => {
                self.report_keyword(&rules::PARAMETER_STYLE_CHANGED, direction, pair, "style");
            }
            // A simple list is serialized the same way with and without `explode`.
            _ if old.explode != new.explode && !(old.style == "simple" && is_list(from) && is_list(to)) => {
                self.report_keyword(&rules::PARAMETER_STYLE_CHANGED, direction, pair, "explode");
            }
            _ => {}
        }
        self.push(old.schema.clone(), new.schema.clone(), mode);
    }

    /// Returns whether a list may have exactly one element.
    fn takes_single(&self, node: &Node<'d>) -> bool {
        let schema = self.new.schema(node);
        let one = BigDecimal::from(1);
        schema.prefix.is_empty()
            && schema.sizes.get("minItems").is_none_or(|least| *least <= one)
            && schema.sizes.get("maxItems").is_none_or(|most| *most >= one)
    }

    /// Returns whether a schema allows any string.
    fn takes_any_text(&self, node: &Node<'d>) -> bool {
        let schema = self.new.schema(node);
        schema.types.intersects(Types::STRING) && schema.is_only_typed() && schema.choices.is_empty()
    }
}
