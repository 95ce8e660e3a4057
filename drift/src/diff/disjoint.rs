//! Whether alternatives overlap.

use std::collections::HashSet;

use super::choices::MAX_TRIALS;
use crate::document::DocumentView;
use crate::document::number::key;
use crate::document::schema::{Additional, Choice, Node, Schema};
use crate::document::types::Types;

/// A schema and the document that it is in.
type NodeIn<'n, 'd> = (DocumentView<'d>, &'n Node<'d>);

/// Returns whether something holds for each two alternatives of a choice.
pub(super) fn are_all<'d>(
    holds: impl Fn(NodeIn<'_, 'd>, NodeIn<'_, 'd>, &Choice<'d>) -> bool,
    document: DocumentView<'d>,
    choice: &Choice<'d>,
) -> bool {
    let all = &choice.alternatives;
    all.len() * all.len() <= MAX_TRIALS
        && all.iter().enumerate().all(|(index, one)| {
            all[index + 1..].iter().all(|other| {
                holds((document, one), (document, other), choice)
                    && holds((document, other), (document, one), choice)
            })
        })
}

/// Returns whether no value fits two alternatives: by their types, their values or a discriminator, or because a property
/// that one needs is refused or another one in the other.
pub(super) fn disjoint<'d>(one: NodeIn<'_, 'd>, other: NodeIn<'_, 'd>, choice: &Choice<'d>) -> bool {
    if choice.schema.get("discriminator").is_some() {
        return true;
    }
    let (this, that) = (one.0.schema(one.1), other.0.schema(other.1));
    let common = this.types & that.types;
    if common.is_none() || differ_in_values(&this, &that) {
        return true;
    }
    if Types::NUMBER.contains(common) {
        return ends_below(&this, &that) || ends_below(&that, &this);
    }
    if common != Types::OBJECT {
        return false;
    }
    let is_refused = |this: &Schema<'d>, that: &Schema<'d>| {
        that.additional == Additional::Nothing
            && this.required.iter().any(|name| !that.properties.contains_key(name))
    };
    is_refused(&this, &that)
        || is_refused(&that, &this)
        || this.required.intersection(&that.required).any(|name| {
            let nodes = this.properties.get(name).zip(that.properties.get(name));
            nodes.is_some_and(|(node, twin)| {
                let (this, that) = (one.0.schema(node), other.0.schema(twin));
                (this.types & that.types).is_none() || differ_in_values(&this, &that)
            })
        })
}

/// Returns whether values that are meant for one alternative do not fit another: also if the other needs a property that
/// the one does not have. Somebody could add it, but nobody does.
pub(super) fn apart<'d>(one: NodeIn<'_, 'd>, other: NodeIn<'_, 'd>, choice: &Choice<'d>) -> bool {
    let (this, that) = (one.0.schema(one.1), other.0.schema(other.1));
    let needs_more = |this: &Schema<'d>, that: &Schema<'d>| {
        this.required.iter().any(|name| !that.properties.contains_key(name) && !that.required.contains(name))
    };
    let are_objects = (this.types & that.types) == Types::OBJECT;
    disjoint(one, other, choice) || (are_objects && needs_more(&that, &this))
}

/// Returns whether all numbers of one schema are below those of another.
fn ends_below(this: &Schema<'_>, that: &Schema<'_>) -> bool {
    this.high.as_ref().zip(that.low.as_ref()).is_some_and(|(high, low)| {
        high.value < low.value || (high.value == low.value && (high.is_exclusive || low.is_exclusive))
    })
}

fn differ_in_values(this: &Schema<'_>, that: &Schema<'_>) -> bool {
    let (Some(values), Some(others)) = (&this.values, &that.values) else { return false };
    let known: HashSet<String> = values.iter().map(|value| key(value)).collect();
    !others.iter().any(|value| known.contains(&key(value)))
}
