//! What tells the alternatives of a choice, or the subtypes of a schema, apart.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::choices::name;
use super::{Differ, Mode, Place, Relation};
use crate::document::schema::Schema;
use crate::document::{Document, items, members, reference};
use crate::rules;

impl<'d> Differ<'d, '_> {
    pub(crate) fn discriminator(&mut self, old: &Schema<'d>, new: &Schema<'d>, mode: Mode) {
        let (one, other) = match (old.discriminator, new.discriminator) {
            (None, None) => return,
            (None, Some(_)) => {
                return self.report_discriminator(&rules::DISCRIMINATOR_ADDED, (old, new), mode);
            }
            (Some(_), None) => {
                return self.report_discriminator(&rules::DISCRIMINATOR_REMOVED, (old, new), mode);
            }
            (Some(one), Some(other)) => (one, other),
        };
        self.derived(new, mode);
        if one.get("propertyName") != other.get("propertyName") {
            self.report_keyword(&rules::DISCRIMINATOR_CHANGED, mode.direction, (one, other), "propertyName");
        }
        let is_alternative = new.choices.iter().any(|choice| !choice.alternatives.is_empty());
        let mapped = |document: Document<'d>, schema: &Schema<'d>, discriminator: &Value| {
            let derived = if is_alternative { Vec::new() } else { derived(document, schema) };
            mapping(schema, discriminator, &derived)
        };
        let (before, after) = (mapped(self.old, old, one), mapped(self.new, new, other));
        for (value, target) in &after {
            let places = || (Some(Place::at(one, "mapping")), Some(Place::at(other, "mapping")));
            match before.get(value) {
                Some(had) if had == target => {}
                // Another name for the same schema.
                Some(had) if !after.values().any(|it| it == had) && self.new.target(had).is_none() => {}
                Some(had) => {
                    let values = (json!(format!("{value}: {had}")), json!(format!("{value}: {target}")));
                    self.report(&rules::DISCRIMINATOR_CHANGED, mode.direction, places(), values);
                }
                None => {
                    let renamed = before.iter().find(|(_, had)| {
                        self.new.target(had).is_none() && self.is_renamed(had, target, mode)
                    });
                    let (rule, values) = match renamed {
                        // Without a mapping, the name of the schema is what travels.
                        Some((had, _)) => (&rules::DISCRIMINATOR_CHANGED, (json!(had), json!(value))),
                        None if is_alternative => {
                            (&rules::DISCRIMINATOR_VALUE_ADDED, (Value::Null, json!(value)))
                        }
                        None => (&rules::SUBTYPE_ADDED, (Value::Null, json!(value))),
                    };
                    self.report(rule, mode.direction, places(), values);
                }
            }
        }
        for (value, target) in before.iter().filter(|(value, _)| !after.contains_key(*value)) {
            // A schema that stays goes by another value now; one that goes is reported as that.
            let stays = after.values().any(|it| it == target);
            let rule = match (stays, is_alternative) {
                (true, _) => &rules::DISCRIMINATOR_CHANGED,
                (false, true) => continue,
                (false, false) => &rules::DISCRIMINATOR_VALUE_REMOVED,
            };
            let places = (Some(Place::at(one, "mapping")), Some(Place::at(other, "mapping")));
            self.report(rule, mode.direction, places, (json!(value), Value::Null));
        }
        self.report_unknown_keywords(
            (one, other),
            &["mapping", "propertyName", "defaultMapping"],
            mode.direction,
        );
        if one.get("defaultMapping") != other.get("defaultMapping") {
            self.report_keyword(
                &rules::DISCRIMINATOR_CHANGED,
                mode.direction,
                (one, other),
                "defaultMapping",
            );
        }
    }

    fn report_discriminator(
        &mut self,
        rule: &'static rules::Rule,
        (old, new): (&Schema<'d>, &Schema<'d>),
        mode: Mode,
    ) {
        let value = |schema: &Schema<'d>| schema.discriminator.cloned().unwrap_or_default();
        self.report_at(rule, mode, (old, new), "discriminator", (value(old), value(new)));
    }

    /// What a discriminator tells apart may be reached in no other way: the schemas that have the one with the
    /// discriminator as a part.
    fn derived(&mut self, schema: &Schema<'d>, mode: Mode) {
        for (name, value) in derived(self.new, schema) {
            if let Some(old) = self.old.components("schemas").and_then(|all| all.get(name)) {
                self.push(vec![old], vec![value], mode);
            }
        }
    }

    /// Returns whether a schema is another one under a new name.
    fn is_renamed(&self, old: &str, new: &str, mode: Mode) -> bool {
        match (self.old.target(old), self.new.target(new)) {
            (Some(one), Some(other)) => {
                self.old.target(new).is_none()
                    && (one == other || self.relation(&vec![one], &vec![other], mode) == Relation::Equal)
            }
            _ => false,
        }
    }
}

/// Returns the schemas that have another one as a part.
fn derived<'d>(document: Document<'d>, schema: &Schema<'d>) -> Vec<(&'d str, &'d Value)> {
    let is_base = |part: &'d Value| schema.parts.iter().take(2).any(|it| std::ptr::eq(part, *it));
    let has_base = |value: &'d Value| {
        let mut parts = items(value.get("allOf")).iter().filter_map(|part| document.target(reference(part)?));
        parts.any(is_base)
    };
    let all = document.components("schemas").into_iter().flatten();
    all.filter(|(_, value)| has_base(value)).map(|(name, value)| (name.as_str(), value)).collect()
}

/// Returns which value of a discriminator means which schema: what the mapping says, and for the other alternatives
/// their names.
fn mapping(
    schema: &Schema<'_>,
    discriminator: &Value,
    derived: &[(&str, &Value)],
) -> BTreeMap<String, String> {
    let full = |name: &str| {
        if name.contains(['#', '/']) { name.to_owned() } else { format!("#/components/schemas/{name}") }
    };
    let explicit = members(discriminator.get("mapping"));
    let mut mapping: BTreeMap<String, String> =
        explicit.filter_map(|(value, target)| Some((value.clone(), full(target.as_str()?)))).collect();
    let alternatives = schema.choices.iter().flat_map(|choice| &choice.alternatives);
    let mut implicit: Vec<String> = alternatives.filter_map(name).map(str::to_owned).collect();
    implicit.extend(derived.iter().map(|(name, _)| full(name)));
    for name in implicit {
        if !mapping.values().any(|it| *it == name) {
            mapping.insert(name.rsplit('/').next().unwrap_or(&name).to_owned(), name);
        }
    }
    mapping
}
