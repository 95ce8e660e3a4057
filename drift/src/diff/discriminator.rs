//! Compares discriminators, which tell the alternatives of a choice or the subtypes of a schema apart.

use std::collections::{BTreeMap, HashSet};

use serde_json::{Value, json};

use super::choices::name;
use super::uses::Uses;
use super::{Differ, Location, Mode};
use crate::document::members;
use crate::document::schema::Schema;
use crate::rules;

impl<'d> Differ<'d, '_> {
    pub(crate) fn compare_discriminators(&mut self, old: &Schema<'d>, new: &Schema<'d>, mode: Mode) {
        let (old_discriminator, new_discriminator) = match (old.discriminator, new.discriminator) {
            (None, None) => return,
            (None, Some(_)) => {
                return self.report_discriminator(&rules::DISCRIMINATOR_ADDED, (old, new), mode);
            }
            (Some(_), None) => {
                return self.report_discriminator(&rules::DISCRIMINATOR_REMOVED, (old, new), mode);
            }
            (Some(old_discriminator), Some(new_discriminator)) => (old_discriminator, new_discriminator),
        };
        self.compare_subtypes(new, mode);
        if old_discriminator.get("propertyName") != new_discriminator.get("propertyName") {
            self.report_keyword(
                &rules::DISCRIMINATOR_CHANGED,
                mode.direction,
                (old_discriminator, new_discriminator),
                "propertyName",
            );
        }
        let is_alternative = new.choices.iter().any(|choice| !choice.alternatives.is_empty());
        let mapped = |uses: &Uses<'d>, schema: &Schema<'d>, discriminator: &Value| {
            let subtypes = if is_alternative { BTreeMap::new() } else { uses.subtypes(schema) };
            mapping(schema, discriminator, subtypes.into_keys())
        };
        let [old_uses, new_uses] = self.uses;
        let (before, after) =
            (mapped(old_uses, old, old_discriminator), mapped(new_uses, new, new_discriminator));
        let new_targets: HashSet<&String> = after.values().collect();
        // The values whose schemas were removed.
        let removed: Vec<_> =
            before.iter().filter(|(_, old_target)| self.new.target(old_target).is_none()).collect();
        for (value, target) in &after {
            let locations = || {
                (
                    Some(Location::at(old_discriminator, "mapping")),
                    Some(Location::at(new_discriminator, "mapping")),
                )
            };
            match before.get(value) {
                Some(old_target) if old_target == target => {}
                // The schema was renamed.
                Some(old_target)
                    if !new_targets.contains(old_target) && self.new.target(old_target).is_none() => {}
                Some(old_target) => {
                    let values =
                        (json!(format!("{value}: {old_target}")), json!(format!("{value}: {target}")));
                    self.report(&rules::DISCRIMINATOR_CHANGED, mode.direction, locations(), values);
                }
                None => {
                    let renamed =
                        removed.iter().find(|(_, old_target)| self.is_renamed(old_target, target, mode));
                    let (rule, values) = match renamed {
                        // Without a mapping, the name of the schema is sent.
                        Some((old_target, _)) => {
                            (&rules::DISCRIMINATOR_CHANGED, (json!(old_target), json!(value)))
                        }
                        None if is_alternative => {
                            (&rules::DISCRIMINATOR_VALUE_ADDED, (Value::Null, json!(value)))
                        }
                        None => (&rules::SUBTYPE_ADDED, (Value::Null, json!(value))),
                    };
                    self.report(rule, mode.direction, locations(), values);
                }
            }
        }
        for (value, target) in before.iter().filter(|(value, _)| !after.contains_key(*value)) {
            // If the schema is still there, it has another value. A removed alternative is reported elsewhere.
            let is_kept = new_targets.contains(target);
            let rule = match (is_kept, is_alternative) {
                (true, _) => &rules::DISCRIMINATOR_CHANGED,
                (false, true) => continue,
                (false, false) => &rules::DISCRIMINATOR_VALUE_REMOVED,
            };
            let locations = (
                Some(Location::at(old_discriminator, "mapping")),
                Some(Location::at(new_discriminator, "mapping")),
            );
            self.report(rule, mode.direction, locations, (json!(value), Value::Null));
        }
        self.report_unknown_keywords(
            (old_discriminator, new_discriminator),
            &["mapping", "propertyName", "defaultMapping"],
            mode.direction,
        );
        if old_discriminator.get("defaultMapping") != new_discriminator.get("defaultMapping") {
            self.report_keyword(
                &rules::DISCRIMINATOR_CHANGED,
                mode.direction,
                (old_discriminator, new_discriminator),
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

    /// Queues the subtypes of a schema with a discriminator: those that include it by `allOf`. There may be no other
    /// reference to them.
    fn compare_subtypes(&mut self, schema: &Schema<'d>, mode: Mode) {
        for (name, value) in self.uses[1].subtypes(schema) {
            if let Some(old) = self.old.components("schemas").and_then(|all| all.get(name)) {
                self.push(vec![old], vec![value], mode);
            }
        }
    }

    /// Returns whether a schema was renamed.
    fn is_renamed(&self, old: &str, new: &str, mode: Mode) -> bool {
        match (self.old.target(old), self.new.target(new)) {
            (Some(old_schema), Some(new_schema)) => {
                self.old.target(new).is_none()
                    && (old_schema == new_schema || self.is_equal(&vec![old_schema], &vec![new_schema], mode))
            }
            _ => false,
        }
    }
}

/// Returns the schema of each value of a discriminator: those of the mapping, and the names of all other alternatives.
fn mapping<'n>(
    schema: &Schema<'_>,
    discriminator: &Value,
    subtypes: impl Iterator<Item = &'n str>,
) -> BTreeMap<String, String> {
    let full = |name: &str| {
        if name.contains(['#', '/']) { name.to_owned() } else { format!("#/components/schemas/{name}") }
    };
    let explicit = members(discriminator.get("mapping"));
    let mut mapping: BTreeMap<String, String> =
        explicit.filter_map(|(value, target)| Some((value.clone(), full(target.as_str()?)))).collect();
    let alternatives = schema.choices.iter().flat_map(|choice| &choice.alternatives);
    let mut implicit: Vec<String> = alternatives.filter_map(name).map(str::to_owned).collect();
    implicit.extend(subtypes.map(full));
    let mut mapped: HashSet<String> = mapping.values().cloned().collect();
    for name in implicit {
        if mapped.insert(name.clone()) {
            mapping.insert(name.rsplit('/').next().unwrap_or(&name).to_owned(), name);
        }
    }
    mapping
}
