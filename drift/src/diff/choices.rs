//! Choices: the alternatives of a `oneOf` or `anyOf`, and what tells them apart.

use serde_json::{Value, json};

use super::{Differ, Mode, Place, Relation};
use crate::document::schema::{Additional, Choice, Node, Schema};
use crate::document::types::Types;
use crate::document::{Document, reference};
use crate::rules;

/// Alternatives are compared each with each only if there are not too many.
const MAX_TRIALS: usize = 400;

type Alternatives<'d> = Vec<(usize, Node<'d>)>;

impl<'d> Differ<'d, '_> {
    /// Compares the choices of two schemas.
    pub(crate) fn choices(&mut self, old: &Schema<'d>, new: &Schema<'d>, mode: Mode) {
        for index in 0..old.choices.len().max(new.choices.len()) {
            match (old.choices.get(index), new.choices.get(index)) {
                (Some(one), Some(other)) => self.choice((old, one), (new, other), mode),
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
        self.discriminator(old, new, mode);
    }

    fn choice(
        &mut self,
        (old, one): (&Schema<'d>, &Choice<'d>),
        (new, other): (&Schema<'d>, &Choice<'d>),
        mode: Mode,
    ) {
        if one.keyword != other.keyword {
            let is_distinct =
                |document: Document<'d>, choice: &Choice<'d>| are_all_disjoint(document, choice);
            if is_distinct(self.old, one) && is_distinct(self.new, other) {
                self.rewrites.insert("oneOf and anyOf of alternatives that never overlap");
            } else {
                let rule =
                    if other.keyword == "anyOf" { &rules::CHOICE_LOOSENED } else { &rules::CHOICE_TIGHTENED };
                let values = (json!(one.keyword), json!(other.keyword));
                self.report_at(rule, mode, (old, new), other.keyword, values);
            }
        }
        let (mut gone, mut come, mut pairs) = self.matching(one, other, mode);
        self.edited(&mut gone, &mut come, &mut pairs);
        if !one
            .alternatives
            .iter()
            .zip(&other.alternatives)
            .all(|(one, other)| name(one) == name(other) && one == other)
        {
            self.rewrites.insert("order of alternatives");
        }
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
        for (index, node) in come {
            let within = |kept: &Node<'d>| {
                matches!(self.relation(kept, &node, mode), Relation::Equal | Relation::Narrower)
            };
            let is_known =
                name(&node).is_none() && other.keyword == "anyOf" && one.alternatives.iter().any(within);
            // Where alternatives overlapped before, nobody decides by which of them fits.
            let overlaps = other.keyword == "oneOf"
                && are_all_disjoint(self.old, one)
                && kept.iter().any(|it| !are_disjoint((self.old, it), (self.new, &node), other));
            let rule = match () {
                () if is_known => &rules::ALTERNATIVE_REDUNDANT,
                () if overlaps => &rules::ALTERNATIVES_OVERLAP,
                () => &rules::ALTERNATIVE_ADDED,
            };
            let places = (place(one, None), place(other, Some(index)));
            self.report(rule, mode.direction, places, (Value::Null, shown(&node)));
        }
        for (index, node) in gone {
            let within =
                |new: &Node<'d>| matches!(self.relation(&node, new, mode), Relation::Equal | Relation::Wider);
            let is_covered = name(&node).is_none() && other.alternatives.iter().any(within);
            let rule = if is_covered { &rules::ALTERNATIVE_REDUNDANT } else { &rules::ALTERNATIVE_REMOVED };
            let places = (place(one, Some(index)), place(other, None));
            self.report(rule, mode.direction, places, (shown(&node), Value::Null));
        }
    }

    /// Matches alternatives by name, by text, and by what they allow; returns those that have no partner.
    fn matching(
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
        let same_name = |one: &Node<'d>, other: &Node<'d>| name(one).is_some() && name(one) == name(other);
        pair_off(&mut gone, &mut come, &mut pairs, same_name);
        pair_off(&mut gone, &mut come, &mut pairs, |one, other| one == other);
        if gone.len() * come.len() <= MAX_TRIALS {
            pair_off(&mut gone, &mut come, &mut pairs, |one, other| {
                self.may_be_renamed(one, other) && self.relation(one, other, mode) == Relation::Equal
            });
        }
        (gone, come, pairs)
    }

    /// Pairs alternatives that have most likely been edited.
    fn edited(
        &self,
        gone: &mut Alternatives<'d>,
        come: &mut Alternatives<'d>,
        pairs: &mut Vec<(Node<'d>, Node<'d>)>,
    ) {
        let is_edited = |one: &Node<'d>, other: &Node<'d>| {
            let types = (self.old.types(one, 1), self.new.types(other, 1));
            self.may_be_renamed(one, other)
                && (types.0 == types.1 || types.0.contains(types.1) || types.1.contains(types.0))
        };
        pair_off(gone, come, pairs, is_edited);
    }

    /// Returns whether one alternative may be another one: what has a name in both documents is itself.
    fn may_be_renamed(&self, old: &Node<'d>, new: &Node<'d>) -> bool {
        match (name(old), name(new)) {
            (Some(old), Some(new)) => self.new.target(old).is_none() && self.old.target(new).is_none(),
            _ => true,
        }
    }
}

/// Returns whether no value fits two of the alternatives.
pub(super) fn are_all_disjoint<'d>(document: Document<'d>, choice: &Choice<'d>) -> bool {
    let all = &choice.alternatives;
    all.len() * all.len() <= MAX_TRIALS
        && all.iter().enumerate().all(|(index, one)| {
            all[index + 1..].iter().all(|other| are_disjoint((document, one), (document, other), choice))
        })
}

/// Returns whether no value that is meant for one alternative fits another: by its type, its values, a discriminator,
/// or a property that the other needs and the one does not have.
pub(super) fn are_disjoint<'d>(
    (one_document, one): (Document<'d>, &Node<'d>),
    (other_document, other): (Document<'d>, &Node<'d>),
    choice: &Choice<'d>,
) -> bool {
    if choice.holder.get("discriminator").is_some() {
        return true;
    }
    let (one, other) = (one_document.schema(one), other_document.schema(other));
    let common = one.types & other.types;
    if common.is_none() {
        return true;
    }
    if let (Some(these), Some(those)) = (&one.values, &other.values)
        && !these.iter().any(|it| those.iter().any(|that| crate::document::number::equal(it, that)))
    {
        return true;
    }
    if common != Types::OBJECT {
        return false;
    }
    let needs_more = |these: &Schema<'d>, those: &Schema<'d>| {
        these
            .required
            .iter()
            .any(|name| !those.properties.contains_key(name) && !those.required.contains(name))
    };
    let is_refused = |these: &Schema<'d>, those: &Schema<'d>| {
        those.additional == Additional::Nothing
            && these.required.iter().any(|name| !those.properties.contains_key(name))
    };
    if needs_more(&other, &one) || is_refused(&one, &other) || needs_more(&one, &other) {
        return true;
    }
    one.required.intersection(&other.required).any(|name| {
        let schemas = one.properties.get(name).zip(other.properties.get(name));
        schemas.is_some_and(|(this, that)| {
            let (this, that) = (one_document.schema(this), other_document.schema(that));
            let values = this.values.as_ref().zip(that.values.as_ref());
            (this.types & that.types).is_none()
                || values.is_some_and(|(these, those)| {
                    !these.iter().any(|it| those.iter().any(|that| crate::document::number::equal(it, that)))
                })
        })
    })
}

/// Moves the pairs that match out of both lists.
fn pair_off<'d>(
    gone: &mut Alternatives<'d>,
    come: &mut Alternatives<'d>,
    pairs: &mut Vec<(Node<'d>, Node<'d>)>,
    matches: impl Fn(&Node<'d>, &Node<'d>) -> bool,
) {
    gone.retain(|(_, one)| match come.iter().position(|(_, other)| matches(one, other)) {
        Some(at) => {
            pairs.push((one.clone(), come.remove(at).1));
            false
        }
        None => true,
    });
}

/// The name of an alternative.
pub(super) fn name<'d>(node: &Node<'d>) -> Option<&'d str> {
    node.first().and_then(|it| reference(it))
}

fn shown(node: &Node<'_>) -> Value {
    let short = name(node).and_then(|it| it.rsplit('/').next()).map(Value::from);
    short.or_else(|| node.first().map(|it| (*it).clone())).unwrap_or_default()
}

pub(super) fn names(alternatives: &[Node<'_>]) -> Value {
    alternatives.iter().map(shown).collect()
}

fn place<'d>(choice: &Choice<'d>, index: Option<usize>) -> Option<Place<'d>> {
    let list = choice.holder.get(choice.keyword)?;
    match index.and_then(|index| choice.alternatives.get(index)?.first().copied()) {
        Some(value) => Some(Place::of(value)),
        None => Some(Place::of(list)),
    }
}
