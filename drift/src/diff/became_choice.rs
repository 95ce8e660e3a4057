//! Compares a plain schema with a choice.

use serde_json::json;

use super::choices::names;
use super::disjoint::{apart, are_all, disjoint};
use super::{Differ, Mode, Relation};
use crate::document::DocumentView;
use crate::document::schema::{Choice, Node, Schema};
use crate::document::types::Types;
use crate::rules;

impl<'d> Differ<'d, '_> {
    /// Compares the schemas if one is plain and the other is only a choice. Returns whether that was the case; then nothing
    /// else is left to compare.
    pub(crate) fn compare_with_choice(
        &mut self,
        (old, old_node): (&Schema<'d>, &Node<'d>),
        (new, new_node): (&Schema<'d>, &Node<'d>),
        mode: Mode,
    ) -> bool {
        // Types next to a choice constrain it if some alternatives have others.
        let constrains = |document: DocumentView<'d>, schema: &Schema<'d>| {
            let mut alternatives = schema.choices.iter().flat_map(|choice| &choice.alternatives);
            !alternatives.all(|it| schema.types.contains(document.types(it, 1).without(Types::NULL)))
        };
        let is_pure = |document: DocumentView<'d>, schema: &Schema<'d>| {
            schema.choices.len() == 1 && schema.is_only_typed() && !constrains(document, schema)
        };
        let is_plain = |schema: &Schema<'d>| schema.choices.is_empty() && !schema.allows_anything();
        if is_plain(old) && is_pure(self.new, new) {
            self.compare_nullability(old, new, mode);
            self.compare_added_choice((old, old_node), (new, &new.choices[0]), mode);
            true
        } else if is_pure(self.old, old) && is_plain(new) {
            self.compare_nullability(old, new, mode);
            self.compare_removed_choice((old, &old.choices[0]), (new, new_node), mode);
            true
        } else {
            false
        }
    }

    fn compare_added_choice(
        &mut self,
        (old, node): (&Schema<'d>, &Node<'d>),
        (new, choice): (&Schema<'d>, &Choice<'d>),
        mode: Mode,
    ) {
        if let Some(parts) = parts(old, (self.new, choice)) {
            for (types, alternative) in parts {
                self.push(node.clone(), alternative, Mode { only: types, ..mode });
            }
            return;
        }
        let relations: Vec<Relation> =
            choice.alternatives.iter().map(|alternative| self.relation(node, alternative, mode)).collect();
        let fits = |it: &Relation| matches!(it, Relation::Equal | Relation::Wider);
        let is_part = |it: &Relation| matches!(it, Relation::Equal | Relation::Narrower);
        let rule = match relations.iter().position(fits) {
            Some(at) => {
                let others = choice.alternatives.iter().enumerate().filter(|(index, _)| *index != at);
                let overlaps = choice.keyword == "oneOf"
                    && others.clone().any(|(_, other)| !apart((self.old, node), (self.new, other), choice));
                let adds = !relations.iter().all(is_part);
                match (overlaps, adds) {
                    (true, true) => &rules::ALTERNATIVES_OVERLAP,
                    (true, false) => &rules::CHOICE_TIGHTENED,
                    (false, _) => &rules::ALTERNATIVE_ADDED,
                }
            }
            None if covers((self.new, &choice.alternatives), (self.old, node)) => {
                let overlaps = choice.keyword == "oneOf" && !are_all(disjoint, self.new, choice);
                let adds = !relations.iter().all(is_part);
                if overlaps {
                    if adds { &rules::ALTERNATIVES_OVERLAP } else { &rules::CHOICE_TIGHTENED }
                } else if !adds {
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

    fn compare_removed_choice(
        &mut self,
        (old, choice): (&Schema<'d>, &Choice<'d>),
        (new, node): (&Schema<'d>, &Node<'d>),
        mode: Mode,
    ) {
        if let Some(parts) = parts(new, (self.old, choice)) {
            for (types, alternative) in parts {
                self.push(alternative, node.clone(), Mode { only: types, ..mode });
            }
            return;
        }
        let relations: Vec<Relation> =
            choice.alternatives.iter().map(|alternative| self.relation(alternative, node, mode)).collect();
        let is_part = |it: &Relation| matches!(it, Relation::Equal | Relation::Wider);
        let fits = |it: &Relation| matches!(it, Relation::Equal | Relation::Narrower);
        let is_whole = covers((self.old, &choice.alternatives), (self.new, node));
        let overlaps = choice.keyword == "oneOf" && !are_all(disjoint, self.old, choice);
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
}

/// Returns whether alternatives that only list types cover all types of a plain schema.
fn covers<'d>(
    (document, alternatives): (DocumentView<'d>, &[Node<'d>]),
    (of, node): (DocumentView<'d>, &Node<'d>),
) -> bool {
    let bare = alternatives
        .iter()
        .map(|it| document.schema(it))
        .filter(|it| it.is_only_typed() && it.choices.is_empty());
    let types = bare.fold(Types::NONE, |all, it| all | it.types);
    let plain = of.schema(node);
    types.contains(plain.types.without(Types::NULL))
}

/// Returns the alternatives by type, if each type of a plain schema has exactly one: a list of types with a bound for one
/// of them is equivalent to a choice in which only that alternative has the bound.
fn parts<'d>(
    plain: &Schema<'d>,
    (document, choice): (DocumentView<'d>, &Choice<'d>),
) -> Option<Vec<(Types, Node<'d>)>> {
    let mut all = Types::NONE;
    let mut parts = Vec::new();
    for alternative in &choice.alternatives {
        let types = document.types(alternative, 1).without(Types::NULL);
        if all.intersects(types) {
            return None;
        }
        all = all | types;
        parts.push((types, alternative.clone()));
    }
    (all == plain.types.without(Types::NULL)).then_some(parts)
}
