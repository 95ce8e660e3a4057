//! Choices: the alternatives of a `oneOf` or `anyOf`, and what tells them apart.

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};

use super::disjoint::{apart, are_all, disjoint};
use super::{Differ, Location, Mode, Relation};
use crate::document::number::key;
use crate::document::schema::{Choice, Node, Schema};
use crate::document::types::Types;
use crate::document::{DocumentView, reference};
use crate::rules;

/// Alternatives are compared each with each only if there are not too many.
pub(super) const MAX_TRIALS: usize = 400;

/// How many names a schema may have one after the other.
const MAX_ALIASES: usize = 16;

type Alternative<'d> = (usize, Node<'d>);
type Alternatives<'d> = Vec<Alternative<'d>>;

impl<'d> Differ<'d, '_> {
    /// Compares the choices of two schemas.
    pub(crate) fn compare_choices(&mut self, old: &Schema<'d>, new: &Schema<'d>, mode: Mode) {
        for index in 0..old.choices.len().max(new.choices.len()) {
            match (old.choices.get(index), new.choices.get(index)) {
                (Some(one), Some(other)) => self.compare_choice((old, one), (new, other), mode),
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
        (old, one): (&Schema<'d>, &Choice<'d>),
        (new, other): (&Schema<'d>, &Choice<'d>),
        mode: Mode,
    ) {
        if one.keyword != other.keyword {
            if are_all(disjoint, self.old, one) && are_all(disjoint, self.new, other) {
                self.rewrites.insert("oneOf and anyOf of alternatives that never overlap");
            } else {
                let rule =
                    if other.keyword == "anyOf" { &rules::CHOICE_LOOSENED } else { &rules::CHOICE_TIGHTENED };
                let values = (json!(one.keyword), json!(other.keyword));
                self.report_at(rule, mode, (old, new), other.keyword, values);
            }
        }
        let (mut gone, mut come, mut pairs) = self.match_alternatives(one, other, mode);
        self.pair_edited(&mut gone, &mut come, &mut pairs);
        if !one
            .alternatives
            .iter()
            .zip(&other.alternatives)
            .all(|(one, other)| name(one) == name(other) && one == other)
        {
            self.rewrites.insert("order of alternatives");
        }
        self.report_new_overlaps((old, one), (new, other), &pairs, mode);
        for (one, other) in pairs {
            self.push(one, other, mode);
        }
        let kept: Vec<Node<'d>> = one
            .alternatives
            .iter()
            .enumerate()
            .filter(|(index, _)| !gone.iter().any(|(at, _)| at == index))
            .map(|(_, node)| node.clone())
            .collect();
        // Where alternatives overlapped before, nobody decides by which of them fits.
        let decides = !come.is_empty() && other.keyword == "oneOf" && are_all(apart, self.old, one);
        for (index, node) in come {
            let within = |kept: &Node<'d>| {
                matches!(self.relation(kept, &node, mode), Relation::Equal | Relation::Narrower)
            };
            let is_twin = |it: &Node<'d>| {
                final_name(self.new, &node).is_some_and(|name| final_name(self.old, it) == Some(name))
            };
            let is_known = other.keyword == "anyOf"
                && (one.alternatives.iter().any(is_twin)
                    || (name(&node).is_none() && one.alternatives.iter().any(within)));
            let overlaps = decides && kept.iter().any(|it| !apart((self.old, it), (self.new, &node), other));
            let rule = match () {
                () if is_known => &rules::ALTERNATIVE_REDUNDANT,
                () if overlaps => &rules::ALTERNATIVES_OVERLAP,
                () => &rules::ALTERNATIVE_ADDED,
            };
            let locations = (location(one, None), location(other, Some(index)));
            self.report(rule, mode.direction, locations, (Value::Null, shown(&node)));
        }
        for (index, node) in gone {
            let within =
                |new: &Node<'d>| matches!(self.relation(&node, new, mode), Relation::Equal | Relation::Wider);
            let is_covered = name(&node).is_none() && other.alternatives.iter().any(within);
            let rule = if is_covered { &rules::ALTERNATIVE_REDUNDANT } else { &rules::ALTERNATIVE_REMOVED };
            let locations = (location(one, Some(index)), location(other, None));
            self.report(rule, mode.direction, locations, (shown(&node), Value::Null));
        }
    }

    /// Matches alternatives by name, by text, and by what they allow; returns those that have no partner.
    fn match_alternatives(
        &mut self,
        old: &Choice<'d>,
        new: &Choice<'d>,
        mode: Mode,
    ) -> (Alternatives<'d>, Alternatives<'d>, Vec<(Node<'d>, Node<'d>)>) {
        let numbered = |choice: &Choice<'d>| {
            choice.alternatives.iter().cloned().enumerate().collect::<Alternatives<'d>>()
        };
        let (mut gone, mut come) = (numbered(old), numbered(new));
        let mut pairs = Vec::new();
        self.compare_listed_values((old, &mut gone), (new, &mut come), mode);
        // The name of a schema that is but another name for one is the name of that.
        let same_name = |(_, one): &Alternative<'d>, (_, other): &Alternative<'d>| {
            final_name(self.old, one).is_some_and(|one| final_name(self.new, other) == Some(one))
        };
        pair_off(&mut gone, &mut come, &mut pairs, same_name);
        pair_off(&mut gone, &mut come, &mut pairs, |(_, one), (_, other)| one == other);
        if gone.len() * come.len() <= MAX_TRIALS {
            pair_off(&mut gone, &mut come, &mut pairs, |(_, one), (_, other)| {
                self.may_be_renamed(one, other) && self.is_equal(one, other, mode)
            });
        }
        (gone, come, pairs)
    }

    /// Reports alternatives that overlap since one of them was changed.
    fn report_new_overlaps(
        &mut self,
        (old, one): (&Schema<'d>, &Choice<'d>),
        (new, other): (&Schema<'d>, &Choice<'d>),
        pairs: &[(Node<'d>, Node<'d>)],
        mode: Mode,
    ) {
        let (before, after): (Vec<Node<'d>>, Vec<Node<'d>>) = pairs.iter().cloned().unzip();
        let before = Choice { alternatives: before, ..one.clone() };
        let after = Choice { alternatives: after, ..other.clone() };
        let is_exclusive = one.keyword == "oneOf" && other.keyword == "oneOf";
        if is_exclusive && are_all(disjoint, self.old, &before) && !are_all(disjoint, self.new, &after) {
            let values = (names(&one.alternatives), names(&other.alternatives));
            self.report_at(&rules::ALTERNATIVES_OVERLAP, mode, (old, new), "oneOf", values);
        }
    }

    /// Compares alternatives that are values as one enum: how they are spread over alternatives makes no difference.
    fn compare_listed_values(
        &mut self,
        (old, gone): (&Choice<'d>, &mut Alternatives<'d>),
        (new, come): (&Choice<'d>, &mut Alternatives<'d>),
        mode: Mode,
    ) {
        let values = |document: DocumentView<'d>, all: &Alternatives<'d>| -> Vec<(usize, Vec<&'d Value>)> {
            let values = |(index, node): &(usize, Node<'d>)| Some((*index, document.schema(node).values?));
            all.iter().filter_map(values).collect()
        };
        let (before, after) = (values(self.old, gone), values(self.new, come));
        if before.is_empty() || after.is_empty() {
            return;
        }
        gone.retain(|(index, _)| !before.iter().any(|(at, _)| at == index));
        come.retain(|(index, _)| !after.iter().any(|(at, _)| at == index));
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

    /// Pairs alternatives that have most likely been edited.
    fn pair_edited(
        &self,
        gone: &mut Alternatives<'d>,
        come: &mut Alternatives<'d>,
        pairs: &mut Vec<(Node<'d>, Node<'d>)>,
    ) {
        let types = |document: DocumentView<'d>, all: &Alternatives<'d>| -> HashMap<usize, Types> {
            all.iter().map(|(index, node)| (*index, document.types(node, 1))).collect()
        };
        let (old_types, new_types) = (types(self.old, gone), types(self.new, come));
        pair_off(gone, come, pairs, |(old, one), (new, other)| {
            let (old, new) = (old_types[old], new_types[new]);
            (old.contains(new) || new.contains(old)) && self.may_be_renamed(one, other)
        });
    }

    /// Returns whether one alternative may be another one: what has a name in both documents is itself.
    fn may_be_renamed(&self, old: &Node<'d>, new: &Node<'d>) -> bool {
        match (name(old), name(new)) {
            (Some(old), Some(new)) => self.new.target(old).is_none() && self.old.target(new).is_none(),
            _ => true,
        }
    }
}

/// Moves the pairs that match out of both lists.
fn pair_off<'d>(
    gone: &mut Alternatives<'d>,
    come: &mut Alternatives<'d>,
    pairs: &mut Vec<(Node<'d>, Node<'d>)>,
    matches: impl Fn(&Alternative<'d>, &Alternative<'d>) -> bool,
) {
    gone.retain(|one| match come.iter().position(|other| matches(one, other)) {
        Some(at) => {
            pairs.push((one.1.clone(), come.remove(at).1));
            false
        }
        None => true,
    });
}

/// The name of an alternative.
pub(super) fn name<'d>(node: &Node<'d>) -> Option<&'d str> {
    node.first().and_then(|it| reference(it))
}

/// The name that an alternative goes by in the end.
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
