//! Compares the keywords of objects.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Differ, Mode};
use crate::document::schema::{Additional, Node, Schema};
use crate::rules;

impl<'d> Differ<'d, '_> {
    /// Compares the keywords of objects.
    pub(crate) fn compare_objects(&mut self, old: &Schema<'d>, new: &Schema<'d>, mode: Mode) {
        let names: BTreeSet<&'d str> = old.properties.keys().chain(new.properties.keys()).copied().collect();
        for name in names {
            match (old.properties.get(name), new.properties.get(name)) {
                (None, Some(node)) => self.report_property_added((old, new), name, node, mode),
                (Some(node), None) => self.report_property_removed((old, new), name, node, mode),
                (Some(old_node), Some(new_node)) => {
                    self.compare_property((old, new), name, (old_node, new_node), mode);
                }
                (None, None) => {}
            }
        }
        self.compare_undescribed_properties(old, new, mode);
        self.compare_additional_properties(old, new, mode);
        self.compare_named_schemas(old, new, mode);
        self.compare_dependent_required(old, new, mode);
    }

    fn compare_additional_properties(&mut self, old: &Schema<'d>, new: &Schema<'d>, mode: Mode) {
        use Additional::{Anything, Nothing, Schema as Fixed};
        let rule = match (&old.additional, &new.additional) {
            (Anything, Anything) | (Nothing, Nothing) => return,
            (Fixed(old_node), Fixed(new_node)) => return self.push(old_node.clone(), new_node.clone(), mode),
            (Anything, _) | (Fixed(_), Nothing) => &rules::ADDITIONAL_PROPERTIES_CLOSED,
            (_, Anything) | (Nothing, Fixed(_)) => &rules::ADDITIONAL_PROPERTIES_OPENED,
        };
        let value = |schema: &Schema<'d>| {
            let found = schema
                .parts
                .iter()
                .find_map(|it| it.get("additionalProperties").or_else(|| it.get("unevaluatedProperties")));
            found.cloned().unwrap_or(Value::Bool(true))
        };
        self.report_at(rule, mode, (old, new), "additionalProperties", (value(old), value(new)));
    }

    /// Compares keywords that map names to schemas.
    fn compare_named_schemas(&mut self, old: &Schema<'d>, new: &Schema<'d>, mode: Mode) {
        let keys: BTreeSet<(&'static str, &'d str)> =
            old.named_schemas.keys().chain(new.named_schemas.keys()).copied().collect();
        for key in keys {
            let value = |node: Option<&Node<'d>>| {
                node.and_then(|it| it.first()).map(|it| (*it).clone()).unwrap_or_default()
            };
            let (old_node, new_node) = (old.named_schemas.get(&key), new.named_schemas.get(&key));
            // A property that matches no pattern is an additional property.
            let rest = |schema: &Schema<'d>| match &schema.additional {
                _ if key.0 != "patternProperties" => Additional::Anything,
                additional => additional.clone(),
            };
            let rule = match (old_node, new_node) {
                (Some(old_node), Some(new_node)) => {
                    self.push(old_node.clone(), new_node.clone(), mode);
                    continue;
                }
                (None, Some(new_node)) => match rest(old) {
                    Additional::Schema(rest) => {
                        self.push(rest, new_node.clone(), mode);
                        continue;
                    }
                    Additional::Nothing => &rules::ADDITIONAL_PROPERTIES_OPENED,
                    Additional::Anything => &rules::CONDITION_ADDED,
                },
                (Some(old_node), None) => match rest(new) {
                    Additional::Schema(rest) => {
                        self.push(old_node.clone(), rest, mode);
                        continue;
                    }
                    Additional::Nothing => &rules::ADDITIONAL_PROPERTIES_CLOSED,
                    Additional::Anything => &rules::CONDITION_REMOVED,
                },
                (None, None) => continue,
            };
            self.report_at(rule, mode, (old, new), key.0, (value(old_node), value(new_node)));
        }
    }

    fn compare_dependent_required(&mut self, old: &Schema<'d>, new: &Schema<'d>, mode: Mode) {
        let pairs = |schema: &Schema<'d>| -> BTreeSet<(&'d str, &'d str)> {
            let all = schema.dependent_required.iter();
            all.flat_map(|(name, dependencies)| {
                dependencies.iter().map(move |dependency| (*name, *dependency))
            })
            .collect()
        };
        let (before, after) = (pairs(old), pairs(new));
        let words = |(name, dependency): &(&str, &str)| json!(format!("{name} requires {dependency}"));
        for pair in after.difference(&before) {
            self.report_at(
                &rules::CONDITION_ADDED,
                mode,
                (old, new),
                "dependentRequired",
                (Value::Null, words(pair)),
            );
        }
        for pair in before.difference(&after) {
            self.report_at(
                &rules::CONDITION_REMOVED,
                mode,
                (old, new),
                "dependentRequired",
                (words(pair), Value::Null),
            );
        }
    }
}
