//! The fields of an object.

use serde_json::Value;

use super::compare::{Compare, NONE, get, items, object, union};
use super::place::Place;
use super::rules::{Direction, Rule};
use super::values;

impl Compare<'_> {
    pub(crate) fn properties(&mut self, old: &Value, new: &Value, direction: Direction, place: &Place<'_>) {
        let (had, has) = (get(old, "properties"), get(new, "properties"));
        let requires =
            |schema: &Value, name: &str| items(get(schema, "required")).iter().any(|it| it == name);
        let list = place.at("properties");
        for name in union(had, has) {
            let place = list.at(name);
            let (was_required, is_required) = (requires(old, name), requires(new, name));
            match (had.get(name), has.get(name)) {
                (None, Some(schema)) => {
                    let is_sent = is_required && !values::is_hidden(schema, direction);
                    let rule = if is_sent { Rule::PropertyRequiredAdded } else { Rule::PropertyAdded };
                    self.report(rule, direction, &place, (&NONE, schema));
                }
                (Some(schema), None) => {
                    let is_hidden = values::is_hidden(schema, direction);
                    let rule = if is_hidden { Rule::PropertyHiddenRemoved } else { Rule::PropertyRemoved };
                    self.report(rule, direction, &place, (schema, &NONE));
                }
                (Some(one), Some(other)) => {
                    self.visibility(one, other, direction, &place, was_required);
                    let is_hidden = values::is_hidden(other, direction);
                    let outer = self.is_hidden;
                    self.is_hidden |= is_hidden;
                    self.requirement(was_required, is_required, direction, &place);
                    self.schema(one, other, direction, &place);
                    self.is_hidden = outer;
                }
                (None, None) => {}
            }
        }
        let undescribed = |schema: &Value| -> Vec<Value> {
            let names = items(get(schema, "required")).iter();
            names
                .filter(|name| name.as_str().is_some_and(|it| union(had, has).binary_search(&it).is_err()))
                .cloned()
                .collect()
        };
        let lists = (Value::from(undescribed(old)), Value::from(undescribed(new)));
        self.differ(Rule::UndescribedRequired, direction, &place.at("required"), (&lists.0, &lists.1));
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
            let (was, is) = (get(old, keyword) == true, get(new, keyword) == true);
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
