//! Choices: values of an enum, alternatives of a `oneOf` or `anyOf`, and what tells them apart.

use std::collections::{BTreeMap, HashSet};

use serde_json::{Value, json};

use super::compare::{Compare, NONE, get, items, reference, target};
use super::names::name_of;
use super::place::Place;
use super::rules::{Direction, Rule};
use super::values;

impl Compare<'_> {
    pub(crate) fn enumeration(&mut self, old: &Value, new: &Value, direction: Direction, place: &Place<'_>) {
        let place = place.at("enum");
        match (old.as_array(), new.as_array()) {
            (None, Some(_)) => self.report(Rule::EnumAdded, direction, &place, (old, new)),
            (Some(_), None) => self.report(Rule::EnumRemoved, direction, &place, (old, new)),
            (Some(had), Some(has)) => {
                let texts =
                    |values: &[Value]| -> HashSet<String> { values.iter().map(Value::to_string).collect() };
                let (before, after) = (texts(had), texts(has));
                for value in has.iter().filter(|value| !before.contains(&value.to_string())) {
                    let name = value.to_string();
                    self.report(Rule::EnumValueAdded, direction, &place.at(&name), (&NONE, value));
                }
                for value in had.iter().filter(|value| !after.contains(&value.to_string())) {
                    let name = value.to_string();
                    self.report(Rule::EnumValueRemoved, direction, &place.at(&name), (value, &NONE));
                }
            }
            (None, None) => {}
        }
    }

    /// The alternatives of a `oneOf` or `anyOf`: matched by name, by being equal, then the unnamed ones in their order.
    pub(crate) fn alternatives(
        &mut self,
        old: &Value,
        new: &Value,
        keyword: &str,
        direction: Direction,
        place: &Place<'_>,
    ) {
        let (had, has) = (get(old, keyword).as_array(), get(new, keyword).as_array());
        let place = place.at(keyword);
        let (had, has) = match (had, has) {
            (None, None) => return,
            (None, Some(has)) => return self.appeared(old, has, direction, &place, true),
            (Some(had), None) => return self.appeared(new, had, direction, &place, false),
            (Some(had), Some(has)) => (had, has),
        };
        let mut left: Vec<(usize, &Value)> = has.iter().enumerate().collect();
        let mut gone: Vec<(usize, &Value)> = Vec::new();
        for (index, one) in had.iter().enumerate() {
            let same = |(_, other): &(usize, &Value)| match (name_of(one), name_of(other)) {
                (Some(one), Some(other)) => one == other,
                (None, None) => values::means_the_same(one, other),
                _ => false,
            };
            match left.iter().position(same) {
                Some(found) => {
                    let (at, other) = left.remove(found);
                    let (from, to) = (index.to_string(), at.to_string());
                    self.schema(one, other, direction, &place.at_each(&from, &to));
                }
                None => gone.push((index, one)),
            }
        }
        // One that was written out and now has a name, or the reverse, is the same if it fits.
        gone.retain(|(index, one)| {
            let (old, new) = (self.old, self.new);
            let fits = |(_, other): &(usize, &Value)| values::same_behind_name(old, one, new, other);
            let Some(found) = left.iter().position(fits) else { return true };
            let (at, other) = left.remove(found);
            let (from, to) = (index.to_string(), at.to_string());
            self.schema(one, other, direction, &place.at_each(&from, &to));
            false
        });
        // Unnamed ones of the same kind have most likely been edited.
        gone.retain(|(index, one)| {
            let alike = |(_, other): &(usize, &Value)| {
                name_of(one).is_none() && name_of(other).is_none() && get(one, "type") == get(other, "type")
            };
            let Some(found) = left.iter().position(alike) else { return true };
            let (at, other) = left.remove(found);
            let (from, to) = (index.to_string(), at.to_string());
            self.schema(one, other, direction, &place.at_each(&from, &to));
            false
        });
        if let ([(index, one)], [(at, other)]) = (gone.as_slice(), left.as_slice())
            && name_of(one).is_none()
            && name_of(other).is_none()
        {
            let (from, to) = (index.to_string(), at.to_string());
            return self.schema(one, other, direction, &place.at_each(&from, &to));
        }
        for (index, one) in gone {
            self.report(Rule::AlternativeRemoved, direction, &place.at(&index.to_string()), (one, &NONE));
        }
        for (index, one) in left {
            self.report(Rule::AlternativeAdded, direction, &place.at(&index.to_string()), (&NONE, one));
        }
    }

    /// A plain schema that became a choice, or a choice that became plain: if the plain one is among the alternatives, or
    /// all its types are, the choice is the wider one.
    fn appeared(
        &mut self,
        plain: &Value,
        choice: &[Value],
        direction: Direction,
        place: &Place<'_>,
        is_new: bool,
    ) {
        let is_among = self.is_among(plain, choice, !is_new) || values::covered(plain, choice);
        let rule = match (is_among, is_new) {
            (true, true) => Rule::AlternativeAdded,
            (true, false) => Rule::AlternativeRemoved,
            (false, true) => Rule::AlternativesAppeared,
            (false, false) => Rule::AlternativesVanished,
        };
        let choice = Value::from(choice.to_vec());
        let pair = if is_new { (&NONE, &choice) } else { (&choice, &NONE) };
        self.report(rule, direction, place, pair);
    }

    /// Whether a plain schema is one of the alternatives, written out or by its name.
    fn is_among(&self, plain: &Value, choice: &[Value], choice_is_old: bool) -> bool {
        let document = if choice_is_old { self.old } else { self.new };
        choice.iter().any(|one| {
            let one = reference(one).and_then(|name| target(document, name)).unwrap_or(one);
            values::means_the_same(one, plain)
        })
    }

    /// Reports a plain schema that became nothing but a choice with itself in it, or the reverse, and says so: then there
    /// is nothing more to compare.
    pub(crate) fn became_choice(
        &mut self,
        old: &Value,
        new: &Value,
        direction: Direction,
        place: &Place<'_>,
    ) -> bool {
        match (values::pure_choice(old), values::pure_choice(new)) {
            (None, Some(choice)) if self.is_among(old, choice, false) => {
                self.report(Rule::AlternativeAdded, direction, place, (&NONE, new));
                true
            }
            (Some(choice), None) if self.is_among(new, choice, true) => {
                self.report(Rule::AlternativeRemoved, direction, place, (old, &NONE));
                true
            }
            _ => false,
        }
    }

    pub(crate) fn discriminator(
        &mut self,
        old: &Value,
        new: &Value,
        direction: Direction,
        place: &Place<'_>,
    ) {
        let (one, other) = (get(old, "discriminator"), get(new, "discriminator"));
        let here = place.at("discriminator");
        match (one.is_null(), other.is_null()) {
            (true, true) => {}
            (true, false) => self.report(Rule::DiscriminatorAdded, direction, &here, (one, other)),
            (false, true) => self.report(Rule::DiscriminatorRemoved, direction, &here, (one, other)),
            (false, false) => {
                let names = (get(one, "propertyName"), get(other, "propertyName"));
                self.differ(Rule::DiscriminatorChanged, direction, &here.at("propertyName"), names);
                let (had, has) = (mapping(old), mapping(new));
                let list = here.at("mapping");
                for (value, target) in &has {
                    match had.get(value) {
                        None => self.report(
                            Rule::DiscriminatorValueAdded,
                            direction,
                            &list.at(value),
                            (&NONE, &json!(target)),
                        ),
                        Some(before) if before == target => self.note(before, target, direction),
                        Some(before) => {
                            let pair = (json!(before), json!(target));
                            self.report(
                                Rule::DiscriminatorChanged,
                                direction,
                                &list.at(value),
                                (&pair.0, &pair.1),
                            );
                        }
                    }
                }
                let names_them = get(new, "oneOf").is_array() || get(new, "anyOf").is_array();
                for (value, target) in had.iter().filter(|(value, _)| !has.contains_key(*value)) {
                    let stays = has.values().any(|it| it == target);
                    // An alternative that is gone is a finding already; one that stays goes by another value now.
                    let rule = match (stays, names_them) {
                        (true, _) => Rule::DiscriminatorChanged,
                        (false, true) => continue,
                        (false, false) => Rule::DiscriminatorValueRemoved,
                    };
                    self.report(rule, direction, &list.at(value), (&json!(target), &NONE));
                }
                self.rest(one, other, &["propertyName", "mapping"], direction, &here);
            }
        }
    }
}

/// Which value of a discriminator means which schema: what the mapping says, and for the other alternatives their names.
fn mapping(schema: &Value) -> BTreeMap<String, String> {
    let full = |name: &str| {
        if name.contains(['#', '/']) { name.to_owned() } else { format!("#/components/schemas/{name}") }
    };
    let explicit = schema["discriminator"]["mapping"].as_object().into_iter().flatten();
    let mut mapping: BTreeMap<String, String> =
        explicit.filter_map(|(value, target)| Some((value.clone(), full(target.as_str()?)))).collect();
    for keyword in ["oneOf", "anyOf"] {
        for name in items(get(schema, keyword)).iter().filter_map(reference) {
            if !mapping.values().any(|it| it == name) {
                mapping.insert(name.rsplit('/').next().unwrap_or(name).to_owned(), name.to_owned());
            }
        }
    }
    mapping
}
