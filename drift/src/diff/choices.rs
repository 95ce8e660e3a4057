//! Compares choices: the alternatives of `oneOf` and `anyOf`.

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};

use super::disjoint::{apart, are_all, disjoint};
use super::{Differ, Location, Mode, Relation};
use crate::document::number::key;
use crate::document::schema::{Choice, Node, Schema};
use crate::document::types::Types;
use crate::document::{DocumentView, reference};
use crate::rules;

/// How many pairs of alternatives are compared with each other at most.
pub(super) const MAX_COMPARISONS: usize = 400;

/// How many references are followed to find the final name of a schema.
const MAX_ALIASES: usize = 16;

type Alternative<'d> = (usize, Node<'d>);
type Alternatives<'d> = Vec<Alternative<'d>>;

impl<'d> Differ<'d, '_> {
    /// Compares the choices of two schemas.
    pub(crate) fn compare_choices(&mut self, old: &Schema<'d>, new: &Schema<'d>, mode: Mode) {
        for index in 0..old.choices.len().max(new.choices.len()) {
            match (old.choices.get(index), new.choices.get(index)) {
                (Some(old_choice), Some(new_choice)) => {
                    self.compare_choice((old, old_choice), (new, new_choice), mode);
                }
                (None, Some(choice)) => {
                    let values = (Value::Null, names(&choice.alternatives));
                    self.report_at(&rules::CHOICE_ADDED, mode, (old, new), choice.keyword, values);
                }
                (Some(choice), None) => {
                    let values = (names(&choice.alternatives), Value::Null);
                    self.report_at(&rules::CHOICE_REMOVED, mode, (old, new), choice.keyword, values);
                }
                (None, None) => {}
            }
        }
        self.compare_discriminators(old, new, mode);
    }

    fn compare_choice(
        &mut self,
        (old, old_choice): (&Schema<'d>, &Choice<'d>),
        (new, new_choice): (&Schema<'d>, &Choice<'d>),
        mode: Mode,
    ) {
        if old_choice.keyword != new_choice.keyword {
            if are_all(disjoint, self.old, old_choice) && are_all(disjoint, self.new, new_choice) {
                self.rewrites.insert("oneOf and anyOf of alternatives that never overlap");
            } else {
                let rule = if new_choice.keyword == "anyOf" {
                    &rules::CHOICE_LOOSENED
                } else {
                    &rules::CHOICE_TIGHTENED
                };
                let values = (json!(old_choice.keyword), json!(new_choice.keyword));
                self.report_at(rule, mode, (old, new), new_choice.keyword, values);
            }
        }
        let (mut removed, mut added, mut pairs) = self.match_alternatives(old_choice, new_choice, mode);
        self.pair_edited(&mut removed, &mut added, &mut pairs);
        if !old_choice
            .alternatives
            .iter()
            .zip(&new_choice.alternatives)
            .all(|(old, new)| name(old) == name(new) && old == new)
        {
            self.rewrites.insert("order of alternatives");
        }
        self.report_new_overlaps((old, old_choice), (new, new_choice), &pairs, mode);
        for (old_node, new_node) in pairs {
            self.push(old_node, new_node, mode);
        }
        let kept: Vec<Node<'d>> = old_choice
            .alternatives
            .iter()
            .enumerate()
            .filter(|(index, _)| !removed.iter().any(|(at, _)| at == index))
            .map(|(_, node)| node.clone())
            .collect();
        // If alternatives overlapped before, clients cannot decide by which one matches.
        let clients_decide =
            !added.is_empty() && new_choice.keyword == "oneOf" && are_all(apart, self.old, old_choice);
        for (index, node) in added {
            let within = |kept: &Node<'d>| {
                matches!(self.relation(kept, &node, mode), Relation::Equal | Relation::Narrower)
            };
            let is_twin = |it: &Node<'d>| {
                final_name(self.new, &node).is_some_and(|name| final_name(self.old, it) == Some(name))
            };
            let is_known = new_choice.keyword == "anyOf"
                && (old_choice.alternatives.iter().any(is_twin)
                    || (name(&node).is_none() && old_choice.alternatives.iter().any(within)));
            let overlaps =
                clients_decide && kept.iter().any(|it| !apart((self.old, it), (self.new, &node), new_choice));
            let rule = match () {
                () if is_known => &rules::ALTERNATIVE_REDUNDANT,
                () if overlaps => &rules::ALTERNATIVES_OVERLAP,
                () => &rules::ALTERNATIVE_ADDED,
            };
            let locations = (location(old_choice, None), location(new_choice, Some(index)));
            self.report(rule, mode.direction, locations, (Value::Null, shown(&node)));
        }
        for (index, node) in removed {
            let within =
                |new: &Node<'d>| matches!(self.relation(&node, new, mode), Relation::Equal | Relation::Wider);
            let is_covered = name(&node).is_none() && new_choice.alternatives.iter().any(within);
            let rule = if is_covered { &rules::ALTERNATIVE_REDUNDANT } else { &rules::ALTERNATIVE_REMOVED };
            let locations = (location(old_choice, Some(index)), location(new_choice, None));
            self.report(rule, mode.direction, locations, (shown(&node), Value::Null));
        }
    }

    /// Pairs alternatives by name, by text, and by the values that they allow. Returns those without a partner, and the
    /// pairs.
    fn match_alternatives(
        &mut self,
        old: &Choice<'d>,
        new: &Choice<'d>,
        mode: Mode,
    ) -> (Alternatives<'d>, Alternatives<'d>, Vec<(Node<'d>, Node<'d>)>) {
        let numbered = |choice: &Choice<'d>| {
            choice.alternatives.iter().cloned().enumerate().collect::<Alternatives<'d>>()
        };
        let (mut removed, mut added) = (numbered(old), numbered(new));
        let mut pairs = Vec::new();
        self.compare_listed_values((old, &mut removed), (new, &mut added), mode);
        // An alias has the name of its target.
        let same_name = |(_, old): &Alternative<'d>, (_, new): &Alternative<'d>| {
            final_name(self.old, old).is_some_and(|name| final_name(self.new, new) == Some(name))
        };
        pair_off(&mut removed, &mut added, &mut pairs, same_name);
        pair_off(&mut removed, &mut added, &mut pairs, |(_, old), (_, new)| old == new);
        if removed.len() * added.len() <= MAX_COMPARISONS {
            pair_off(&mut removed, &mut added, &mut pairs, |(_, old), (_, new)| {
                self.may_be_renamed(old, new) && self.is_equal(old, new, mode)
            });
        }
        (removed, added, pairs)
    }

    /// Reports alternatives that overlap because one of them changed.
    fn report_new_overlaps(
        &mut self,
        (old, old_choice): (&Schema<'d>, &Choice<'d>),
        (new, new_choice): (&Schema<'d>, &Choice<'d>),
        pairs: &[(Node<'d>, Node<'d>)],
        mode: Mode,
    ) {
        let (before, after): (Vec<Node<'d>>, Vec<Node<'d>>) = pairs.iter().cloned().unzip();
        let before = Choice { alternatives: before, ..old_choice.clone() };
        let after = Choice { alternatives: after, ..new_choice.clone() };
        let is_exclusive = old_choice.keyword == "oneOf" && new_choice.keyword == "oneOf";
        if is_exclusive && are_all(disjoint, self.old, &before) && !are_all(disjoint, self.new, &after) {
            let values = (names(&old_choice.alternatives), names(&new_choice.alternatives));
            self.report_at(&rules::ALTERNATIVES_OVERLAP, mode, (old, new), "oneOf", values);
        }
    }

    /// Compares all alternatives that list values as one enum: how the values are distributed makes no difference.
    fn compare_listed_values(
        &mut self,
        (old, removed): (&Choice<'d>, &mut Alternatives<'d>),
        (new, added): (&Choice<'d>, &mut Alternatives<'d>),
        mode: Mode,
    ) {
        let values = |document: DocumentView<'d>, all: &Alternatives<'d>| -> Vec<(usize, Vec<&'d Value>)> {
            let values = |(index, node): &(usize, Node<'d>)| Some((*index, document.schema(node).values?));
            all.iter().filter_map(values).collect()
        };
        let (before, after) = (values(self.old, removed), values(self.new, added));
        if before.is_empty() || after.is_empty() {
            return;
        }
        removed.retain(|(index, _)| !before.iter().any(|(at, _)| at == index));
        added.retain(|(index, _)| !after.iter().any(|(at, _)| at == index));
        let flat =
            |all: Vec<(usize, Vec<&'d Value>)>| all.into_iter().flat_map(|(_, it)| it).collect::<Vec<_>>();
        let (before, after) = (flat(before), flat(after));
        let keys = |all: &[&Value]| all.iter().map(|value| key(value)).collect::<HashSet<String>>();
        let (old_keys, new_keys) = (keys(&before), keys(&after));
        let locations = |value: &Value| {
            let location = |choice: &Choice<'d>| Some(Location::at(choice.schema, format!("enum {value}")));
            (location(old), location(new))
        };
        for value in after.iter().filter(|value| !old_keys.contains(&key(value))) {
            let values = (Value::Null, (*value).clone());
            self.report(&rules::ENUM_VALUE_ADDED, mode.direction, locations(value), values);
        }
        for value in before.iter().filter(|value| !new_keys.contains(&key(value))) {
            let values = ((*value).clone(), Value::Null);
            self.report(&rules::ENUM_VALUE_REMOVED, mode.direction, locations(value), values);
        }
    }

    /// Pairs alternatives that were most likely edited.
    fn pair_edited(
        &self,
        removed: &mut Alternatives<'d>,
        added: &mut Alternatives<'d>,
        pairs: &mut Vec<(Node<'d>, Node<'d>)>,
    ) {
        let types = |document: DocumentView<'d>, all: &Alternatives<'d>| -> HashMap<usize, Types> {
            all.iter().map(|(index, node)| (*index, document.types(node, 1))).collect()
        };
        let (old_types, new_types) = (types(self.old, removed), types(self.new, added));
        pair_off(removed, added, pairs, |(old_index, old), (new_index, new)| {
            let (old_types, new_types) = (old_types[old_index], new_types[new_index]);
            (old_types.contains(new_types) || new_types.contains(old_types)) && self.may_be_renamed(old, new)
        });
    }

    /// Returns whether an alternative may have been renamed: one whose name is in both documents was not.
    fn may_be_renamed(&self, old: &Node<'d>, new: &Node<'d>) -> bool {
        match (name(old), name(new)) {
            (Some(old), Some(new)) => self.new.target(old).is_none() && self.old.target(new).is_none(),
            _ => true,
        }
    }
}

/// Moves matching pairs out of both lists.
fn pair_off<'d>(
    removed: &mut Alternatives<'d>,
    added: &mut Alternatives<'d>,
    pairs: &mut Vec<(Node<'d>, Node<'d>)>,
    matches: impl Fn(&Alternative<'d>, &Alternative<'d>) -> bool,
) {
    removed.retain(|old| match added.iter().position(|new| matches(old, new)) {
        Some(at) => {
            pairs.push((old.1.clone(), added.remove(at).1));
            false
        }
        None => true,
    });
}

/// Returns the reference of an alternative.
pub(super) fn name<'d>(node: &Node<'d>) -> Option<&'d str> {
    node.first().and_then(|it| reference(it))
}

/// Returns the last reference in the chain of an alternative's references.
fn final_name<'d>(document: DocumentView<'d>, node: &Node<'d>) -> Option<&'d str> {
    let mut name = name(node)?;
    for _ in 0..MAX_ALIASES {
        match document.target(name).and_then(reference) {
            Some(next) => name = next,
            None => break,
        }
    }
    Some(name)
}

fn shown(node: &Node<'_>) -> Value {
    let short = name(node).and_then(|it| it.rsplit('/').next()).map(Value::from);
    short.or_else(|| node.first().map(|it| (*it).clone())).unwrap_or_default()
}

pub(super) fn names(alternatives: &[Node<'_>]) -> Value {
    alternatives.iter().map(shown).collect()
}

fn location<'d>(choice: &Choice<'d>, index: Option<usize>) -> Option<Location<'d>> {
    let list = choice.schema.get(choice.keyword)?;
    match index.and_then(|index| choice.alternatives.get(index)?.first().copied()) {
        Some(value) => Some(Location::of(value)),
        None => Some(Location::of(list)),
    }
}
