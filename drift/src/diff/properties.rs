//! Compares the properties of objects.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::annotations::same_default;
use super::relation::Traits;
use super::{Differ, Location, Mode, Relation};
use crate::document::schema::{Additional, Node, Schema};
use crate::rules::{self, Direction, Rule};

impl<'d> Differ<'d, '_> {
    pub(super) fn report_property_added(
        &mut self,
        pair: (&Schema<'d>, &Schema<'d>),
        name: &'d str,
        node: &Node<'d>,
        mode: Mode,
    ) {
        let (old, new) = pair;
        let is_required = new.required.contains(name);
        let rule = match () {
            () if self.traits(self.new, node).is_hidden(mode) => &rules::HIDDEN_PROPERTY_CHANGED,
            // Clients that allow no other properties reject it.
            () if mode.direction == Direction::Response && !self.fits_additional(old, node, mode) => {
                &rules::PROPERTY_ADDED_TO_CLOSED
            }
            () if is_required => &rules::REQUIRED_PROPERTY_ADDED,
            () if old.additional == Additional::Nothing => &rules::PROPERTY_ADDED_TO_CLOSED,
            () => &rules::PROPERTY_ADDED,
        };
        let value = node.first().map(|it| (*it).clone()).unwrap_or_default();
        self.report_property(rule, pair, name, (Value::Null, value), mode);
    }

    /// Returns whether the old schema allows a property that it does not describe.
    fn fits_additional(&self, old: &Schema<'d>, node: &Node<'d>, mode: Mode) -> bool {
        match &old.additional {
            Additional::Anything => true,
            Additional::Nothing => false,
            Additional::Schema(rest) => {
                matches!(self.relation(rest, node, mode), Relation::Equal | Relation::Narrower)
            }
        }
    }

    pub(super) fn report_property_removed(
        &mut self,
        pair: (&Schema<'d>, &Schema<'d>),
        name: &'d str,
        node: &Node<'d>,
        mode: Mode,
    ) {
        let rule = if self.traits(self.old, node).is_hidden(mode) {
            &rules::HIDDEN_PROPERTY_CHANGED
        } else {
            &rules::PROPERTY_REMOVED
        };
        let value = node.first().map(|it| (*it).clone()).unwrap_or_default();
        self.report_property(rule, pair, name, (value, Value::Null), mode);
    }

    pub(super) fn compare_property(
        &mut self,
        pair: (&Schema<'d>, &Schema<'d>),
        name: &'d str,
        (old_node, new_node): (&Node<'d>, &Node<'d>),
        mode: Mode,
    ) {
        let (old, new) = pair;
        let (was_required, is_required) = (old.required.contains(name), new.required.contains(name));
        let (before, after) = (self.traits(self.old, old_node), self.traits(self.new, new_node));
        self.compare_visibility((before, after), pair, name, mode);
        if !same_default(before.default, after.default) {
            self.compare_property_defaults((old_node, new_node), was_required && is_required, mode);
        }
        match (before.is_hidden(mode), after.is_hidden(mode)) {
            (false, false) => {}
            // It was never sent in this direction before, so all of it is new.
            (true, false) if is_required => {
                let values = (Value::Null, new_node.first().map(|it| (*it).clone()).unwrap_or_default());
                return self.report_property(&rules::REQUIRED_PROPERTY_ADDED, pair, name, values, mode);
            }
            // It is never sent in this direction.
            (true, true) => {
                let is_same = old_node.len() == new_node.len()
                    && old_node
                        .iter()
                        .zip(new_node)
                        .all(|(old_node, new_node)| self.unchanged.contains(old_node, new_node));
                if was_required != is_required || !is_same {
                    let value = |node: &Node<'d>| node.first().map(|it| (*it).clone()).unwrap_or_default();
                    let values = (value(old_node), value(new_node));
                    self.report_property(&rules::HIDDEN_PROPERTY_CHANGED, pair, name, values, mode);
                }
                return;
            }
            _ => return,
        }
        let rule = match (was_required, is_required) {
            (false, true) => Some(&rules::PROPERTY_BECAME_REQUIRED),
            (true, false) => Some(&rules::PROPERTY_BECAME_OPTIONAL),
            _ => None,
        };
        if let Some(rule) = rule {
            let word = |is: bool| json!(if is { "required" } else { "optional" });
            self.report_property(rule, pair, name, (word(was_required), word(is_required)), mode);
        }
        self.push_property(name, old_node.clone(), new_node.clone(), mode);
    }

    /// Compares the defaults, which matter only for requests without the property.
    fn compare_property_defaults(
        &mut self,
        (old_node, new_node): (&Node<'d>, &Node<'d>),
        is_required: bool,
        mode: Mode,
    ) {
        let (old, new) = (self.old.schema(old_node), self.new.schema(new_node));
        let is_other = old.default.is_some() && new.default.is_some() && !is_required;
        let rule = if is_other { &rules::PROPERTY_DEFAULT_CHANGED } else { &rules::DEFAULT_CHANGED };
        self.report_default(rule, &old, &new, mode);
    }

    /// Compares `readOnly` and `writeOnly`.
    fn compare_visibility(
        &mut self,
        (before, after): (Traits<'d>, Traits<'d>),
        pair: (&Schema<'d>, &Schema<'d>),
        name: &'d str,
        mode: Mode,
    ) {
        for (was, is, on, off) in [
            (before.read_only, after.read_only, &rules::BECAME_READ_ONLY, &rules::BECAME_READ_WRITE),
            (before.write_only, after.write_only, &rules::BECAME_WRITE_ONLY, &rules::BECAME_READABLE),
        ] {
            let rule = match (was, is) {
                (false, true) => on,
                (true, false) => off,
                _ => continue,
            };
            self.report_property(rule, pair, name, (json!(was), json!(is)), mode);
        }
    }

    fn report_property(
        &mut self,
        rule: &'static Rule,
        (old, new): (&Schema<'d>, &Schema<'d>),
        name: &'d str,
        values: (Value, Value),
        mode: Mode,
    ) {
        let location = |schema: &Schema<'d>| match schema.properties.get(name).and_then(|node| node.first()) {
            Some(value) => Some(Location::of(value)),
            None => schema.outermost().map(Location::of),
        };
        self.report(rule, mode.direction, (location(old), location(new)), values);
    }

    /// Compares required properties without a schema.
    pub(super) fn compare_undescribed_properties(&mut self, old: &Schema<'d>, new: &Schema<'d>, mode: Mode) {
        let names: BTreeSet<&'d str> = old.required.symmetric_difference(&new.required).copied().collect();
        for name in names {
            if old.properties.contains_key(name) && new.properties.contains_key(name) {
                continue;
            }
            let is_described = old.properties.contains_key(name) || new.properties.contains_key(name);
            // An added or removed property is reported elsewhere.
            if is_described {
                continue;
            }
            let is_added = new.required.contains(name);
            let word = |is: bool| json!(if is { "required" } else { "optional" });
            let rule =
                if is_added { &rules::PROPERTY_BECAME_REQUIRED } else { &rules::PROPERTY_BECAME_OPTIONAL };
            let location = |schema: &Schema<'d>| {
                let parent = schema.part_with("required")?;
                Some(
                    parent
                        .get("required")
                        .map_or_else(|| Location::at(parent, "required"), |it| Location::at(it, name)),
                )
            };
            self.report(
                rule,
                mode.direction,
                (location(old), location(new)),
                (word(!is_added), word(is_added)),
            );
        }
    }
}

impl Traits<'_> {
    /// Returns whether the property is never sent in a direction.
    fn is_hidden(self, mode: Mode) -> bool {
        match mode.direction {
            Direction::Request => self.read_only,
            Direction::Response => self.write_only,
        }
    }
}
