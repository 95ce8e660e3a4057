//! The fields of an object.

use std::collections::{BTreeSet, HashSet};

use serde_json::{Value, json};

use super::compare::{Compare, NONE, get, items, object, union};
use super::place::Place;
use super::rules::{Direction, Rule};

impl Compare<'_> {
    pub(crate) fn properties(&mut self, old: &Value, new: &Value, direction: Direction, place: &Place<'_>) {
        let (had, has) = (get(old, "properties"), get(new, "properties"));
        let required = |schema: &Value| -> HashSet<String> {
            items(get(schema, "required")).iter().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let (before, after) = (required(old), required(new));
        let list = place.at("properties");
        for name in union(had, has) {
            let place = list.at(name);
            let (was_required, is_required) = (before.contains(name), after.contains(name));
            match (had.get(name), has.get(name)) {
                (None, Some(schema)) => {
                    let is_sent = is_required && !self.is_hidden_here(schema, direction);
                    let rule = if is_sent { Rule::PropertyRequiredAdded } else { Rule::PropertyAdded };
                    self.report(rule, direction, &place, (&NONE, schema));
                }
                (Some(schema), None) => {
                    let is_hidden = self.is_hidden_here(schema, direction);
                    let rule = if is_hidden { Rule::PropertyHiddenRemoved } else { Rule::PropertyRemoved };
                    self.report(rule, direction, &place, (schema, &NONE));
                }
                (Some(one), Some(other)) => {
                    self.visibility(one, other, direction, &place, was_required);
                    let is_hidden = self.is_hidden_here(other, direction);
                    let outer = self.is_hidden;
                    self.is_hidden |= is_hidden;
                    self.requirement(was_required, is_required, direction, &place);
                    self.schema(one, other, direction, &place);
                    self.is_hidden = outer;
                }
                (None, None) => {}
            }
        }
        let is_described =
            |name: &&String| had.get(name.as_str()).is_some() || has.get(name.as_str()).is_some();
        let undescribed = |names: &HashSet<String>| -> BTreeSet<String> {
            names.iter().filter(|name| !is_described(name)).cloned().collect()
        };
        let lists = (json!(undescribed(&before)), json!(undescribed(&after)));
        self.differ(Rule::UndescribedRequired, direction, &place.at("required"), (&lists.0, &lists.1));
    }

    /// Whether a property goes the other way only, by itself or by what it is named after.
    fn is_hidden_here(&mut self, schema: &Value, direction: Direction) -> bool {
        let keyword = match direction {
            Direction::Request => "readOnly",
            Direction::Response => "writeOnly",
        };
        self.says(self.new, schema, keyword)
    }

    fn requirement(&mut self, was: bool, is: bool, direction: Direction, place: &Place<'_>) {
        let rule = match (was, is) {
            (false, true) => Rule::BecameRequired,
            (true, false) => Rule::BecameOptional,
            _ => return,
        };
        self.report(rule, direction, place, (&Value::from(was), &Value::from(is)));
    }

    /// Properties that are only sent or only received.
    fn visibility(
        &mut self,
        old: &Value,
        new: &Value,
        direction: Direction,
        place: &Place<'_>,
        required: bool,
    ) {
        for (keyword, on, off) in [
            ("readOnly", Rule::BecameReadOnly, Rule::BecameNotReadOnly),
            ("writeOnly", Rule::BecameWriteOnly, Rule::BecameNotWriteOnly),
        ] {
            let (was, is) = (self.says(self.old, old, keyword), self.says(self.new, new, keyword));
            let rule = match (was, is) {
                // What was optional may have been missing before.
                (false, true) if keyword == "writeOnly" && !required => Rule::HiddenChanged,
                (false, true) => on,
                (true, false) => off,
                _ => continue,
            };
            self.report(rule, direction, &place.at(keyword), (get(old, keyword), get(new, keyword)));
        }
    }

    pub(crate) fn additional(&mut self, old: &Value, new: &Value, direction: Direction, place: &Place<'_>) {
        let place = place.at("additionalProperties");
        let is_open =
            |it: &Value| it.is_null() || it == true || object(it).is_some_and(serde_json::Map::is_empty);
        match (is_open(old), is_open(new)) {
            (true, true) => {}
            (true, false) => self.report(Rule::AdditionalClosed, direction, &place, (old, new)),
            (false, true) => self.report(Rule::AdditionalOpened, direction, &place, (old, new)),
            (false, false) => match (old == false, new == false) {
                (true, true) => {}
                (true, false) => self.report(Rule::AdditionalOpened, direction, &place, (old, new)),
                (false, true) => self.report(Rule::AdditionalClosed, direction, &place, (old, new)),
                (false, false) => self.schema(old, new, direction, &place),
            },
        }
    }
}
