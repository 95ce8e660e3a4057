//! Choices: the alternatives of a `oneOf` or `anyOf`, and what tells them apart.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Differ, Mode, Place, Relation};
use crate::document::schema::{Additional, Choice, Node, Schema};
use crate::document::types::Types;
use crate::document::{Document, items, members, reference};
use crate::rules;

/// Alternatives are compared each with each only if there are not too many.
const MAX_TRIALS: usize = 400;

type Alternatives<'d> = Vec<(usize, Node<'d>)>;

impl<'d> Differ<'d, '_> {
    /// Compares a plain schema with a choice, the one of them with nothing beside it. Returns whether that was the case,
    /// so that nothing else is left to compare.
    pub(crate) fn became_choice(
        &mut self,
        (old, old_node): (&Schema<'d>, &Node<'d>),
        (new, new_node): (&Schema<'d>, &Node<'d>),
        mode: Mode,
    ) -> bool {
        let is_pure = |schema: &Schema<'d>| schema.choices.len() == 1 && schema.is_only_typed();
        let is_plain = |schema: &Schema<'d>| schema.choices.is_empty() && !schema.allows_anything();
        if is_plain(old) && is_pure(new) {
            self.appeared((old, old_node), (new, &new.choices[0]), mode);
            true
        } else if is_pure(old) && is_plain(new) {
            self.vanished((old, &old.choices[0]), (new, new_node), mode);
            true
        } else {
            false
        }
    }

    fn appeared(
        &mut self,
        (old, node): (&Schema<'d>, &Node<'d>),
        (new, choice): (&Schema<'d>, &Choice<'d>),
        mode: Mode,
    ) {
        let relations: Vec<Relation> =
            choice.alternatives.iter().map(|one| self.relation(node, one, mode)).collect();
        let fits = |it: &Relation| matches!(it, Relation::Equal | Relation::Wider);
        let is_part = |it: &Relation| matches!(it, Relation::Equal | Relation::Narrower);
        let rule = match relations.iter().position(fits) {
            Some(at) => {
                let others = choice.alternatives.iter().enumerate().filter(|(index, _)| *index != at);
                let overlaps = choice.keyword == "oneOf"
                    && others
                        .clone()
                        .any(|(_, other)| !self.are_disjoint((self.old, node), (self.new, other), choice));
                let adds = !relations.iter().all(is_part);
                match (overlaps, adds) {
                    (true, true) => &rules::ALTERNATIVES_OVERLAP,
                    (true, false) => &rules::CHOICE_TIGHTENED,
                    (false, _) => &rules::ALTERNATIVE_ADDED,
                }
            }
            None if self.covers((self.new, &choice.alternatives), (self.old, node)) => {
                let overlaps = choice.keyword == "oneOf" && !self.are_all_disjoint(self.new, choice);
                if overlaps {
                    &rules::CHOICE_TIGHTENED
                } else if relations.iter().all(is_part) {
                    self.rewrites.insert("types as alternatives");
                    return;
                } else {
                    &rules::ALTERNATIVE_ADDED
                }
            }
            None if relations.iter().all(is_part) => &rules::ALTERNATIVE_REMOVED,
            None => &rules::BECAME_CHOICE,
        };
        let values = (json!(old.types.to_string()), names(&choice.alternatives));
        self.report_at(rule, mode, (old, new), choice.keyword, values);
    }

    fn vanished(
        &mut self,
        (old, choice): (&Schema<'d>, &Choice<'d>),
        (new, node): (&Schema<'d>, &Node<'d>),
        mode: Mode,
    ) {
        let relations: Vec<Relation> =
            choice.alternatives.iter().map(|one| self.relation(one, node, mode)).collect();
        let is_part = |it: &Relation| matches!(it, Relation::Equal | Relation::Wider);
        let fits = |it: &Relation| matches!(it, Relation::Equal | Relation::Narrower);
        let is_whole = self.covers((self.old, &choice.alternatives), (self.new, node));
        let overlaps = choice.keyword == "oneOf" && !self.are_all_disjoint(self.old, choice);
        let rule = match () {
            () if overlaps && relations.iter().all(is_part) => &rules::CHOICE_LOOSENED,
            () if is_whole && relations.iter().all(is_part) => {
                self.rewrites.insert("types as alternatives");
                return;
            }
            () if relations.iter().all(is_part) => &rules::ALTERNATIVE_ADDED,
            () if is_whole || relations.iter().any(fits) => &rules::ALTERNATIVE_REMOVED,
            () => &rules::NO_LONGER_CHOICE,
        };
        let values = (names(&choice.alternatives), json!(new.types.to_string()));
        self.report_at(rule, mode, (old, new), choice.keyword, values);
    }

    /// Returns whether the types of a plain schema are all among those of alternatives that only name types.
    fn covers(
        &self,
        (document, alternatives): (Document<'d>, &[Node<'d>]),
        (of, node): (Document<'d>, &Node<'d>),
    ) -> bool {
        let bare = alternatives
            .iter()
            .map(|it| document.schema(it))
            .filter(|it| it.is_only_typed() && it.choices.is_empty());
        let types = bare.fold(Types::NONE, |all, it| all | it.types);
        let plain = of.schema(node);
        types.contains(plain.types.without(Types::NULL))
    }

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
                |document: Document<'d>, choice: &Choice<'d>| self.are_all_disjoint(document, choice);
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
                && self.are_all_disjoint(self.old, one)
                && kept.iter().any(|it| !self.are_disjoint((self.old, it), (self.new, &node), other));
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

    /// Returns whether no value fits two of the alternatives.
    fn are_all_disjoint(&self, document: Document<'d>, choice: &Choice<'d>) -> bool {
        let all = &choice.alternatives;
        all.len() * all.len() <= MAX_TRIALS
            && all.iter().enumerate().all(|(index, one)| {
                all[index + 1..]
                    .iter()
                    .all(|other| self.are_disjoint((document, one), (document, other), choice))
            })
    }

    /// Returns whether no value that is meant for one alternative fits another: by its type, its values, a discriminator,
    /// or a property that the other needs and the one does not have.
    fn are_disjoint(
        &self,
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
                        !these
                            .iter()
                            .any(|it| those.iter().any(|that| crate::document::number::equal(it, that)))
                    })
            })
        })
    }

    fn discriminator(&mut self, old: &Schema<'d>, new: &Schema<'d>, mode: Mode) {
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
fn name<'d>(node: &Node<'d>) -> Option<&'d str> {
    node.first().and_then(|it| reference(it))
}

fn shown(node: &Node<'_>) -> Value {
    let short = name(node).and_then(|it| it.rsplit('/').next()).map(Value::from);
    short.or_else(|| node.first().map(|it| (*it).clone())).unwrap_or_default()
}

fn names(alternatives: &[Node<'_>]) -> Value {
    alternatives.iter().map(shown).collect()
}

fn place<'d>(choice: &Choice<'d>, index: Option<usize>) -> Option<Place<'d>> {
    let list = choice.holder.get(choice.keyword)?;
    match index.and_then(|index| choice.alternatives.get(index)?.first().copied()) {
        Some(value) => Some(Place::of(value)),
        None => Some(Place::of(list)),
    }
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
