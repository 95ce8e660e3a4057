//! Choices: values of an enum, alternatives of a `oneOf` or `anyOf`, and what tells them apart.

use serde_json::Value;

use super::compare::{Compare, NONE, get, union};
use super::place::Place;
use super::rules::{Direction, Rule};
use super::schema::name_of;
use super::values;

impl Compare<'_> {
    pub(crate) fn enumeration(&mut self, old: &Value, new: &Value, direction: Direction, place: &Place<'_>) {
        let place = place.at("enum");
        match (old.as_array(), new.as_array()) {
            (None, Some(_)) => self.report(Rule::EnumAdded, direction, &place, (old, new)),
            (Some(_), None) => self.report(Rule::EnumRemoved, direction, &place, (old, new)),
            (Some(had), Some(has)) => {
                for value in has.iter().filter(|value| !had.contains(value)) {
                    let name = value.to_string();
                    self.report(Rule::EnumValueAdded, direction, &place.at(&name), (&NONE, value));
                }
                for value in had.iter().filter(|value| !has.contains(value)) {
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
                (None, None) => one == *other,
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
        let is_among =
            choice.iter().any(|one| values::means_the_same(one, plain)) || values::covered(plain, choice);
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

    pub(crate) fn discriminator(
        &mut self,
        old: &Value,
        new: &Value,
        direction: Direction,
        place: &Place<'_>,
    ) {
        let place = place.at("discriminator");
        match (old.is_null(), new.is_null()) {
            (true, true) => {}
            (true, false) => self.report(Rule::DiscriminatorAdded, direction, &place, (old, new)),
            (false, true) => self.report(Rule::DiscriminatorRemoved, direction, &place, (old, new)),
            (false, false) => {
                let names = (get(old, "propertyName"), get(new, "propertyName"));
                self.differ(Rule::DiscriminatorChanged, direction, &place.at("propertyName"), names);
                let (had, has) = (get(old, "mapping"), get(new, "mapping"));
                let list = place.at("mapping");
                for value in union(had, has) {
                    let pair = (get(had, value), get(has, value));
                    let rule = if pair.0.is_null() {
                        Rule::DiscriminatorValueAdded
                    } else {
                        Rule::DiscriminatorChanged
                    };
                    self.differ(rule, direction, &list.at(value), pair);
                }
                self.rest(old, new, &["propertyName", "mapping"], direction, &place);
            }
        }
    }
}
