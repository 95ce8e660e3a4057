//! Decides whether alternatives overlap.

use std::collections::HashSet;

use super::choices::MAX_COMPARISONS;
use crate::document::DocumentView;
use crate::document::number::key;
use crate::document::schema::{Additional, Choice, Node, Schema};
use crate::document::types::Types;

/// A schema and its document.
type NodeIn<'n, 'd> = (DocumentView<'d>, &'n Node<'d>);

/// Returns whether a condition holds for all pairs of alternatives.
pub(super) fn are_all<'d>(
    holds: impl Fn(NodeIn<'_, 'd>, NodeIn<'_, 'd>, &Choice<'d>) -> bool,
    document: DocumentView<'d>,
    choice: &Choice<'d>,
) -> bool {
    let all = &choice.alternatives;
    all.len() * all.len() <= MAX_COMPARISONS
        && all.iter().enumerate().all(|(index, left)| {
            all[index + 1..].iter().all(|right| {
                holds((document, left), (document, right), choice)
                    && holds((document, right), (document, left), choice)
            })
        })
}

/// Returns whether no value can match both alternatives: because of their types, their values or a discriminator, or
/// because a property that one requires is forbidden by the other or has incompatible values there.
pub(super) fn disjoint<'d>(left: NodeIn<'_, 'd>, right: NodeIn<'_, 'd>, choice: &Choice<'d>) -> bool {
    if choice.schema.get("discriminator").is_some() {
        return true;
    }
    let (left_schema, right_schema) = (left.0.schema(left.1), right.0.schema(right.1));
    let common = left_schema.types & right_schema.types;
    if common.is_none() || differ_in_values(&left_schema, &right_schema) {
        return true;
    }
    if Types::NUMBER.contains(common) {
        return ends_below(&left_schema, &right_schema) || ends_below(&right_schema, &left_schema);
    }
    if common != Types::OBJECT {
        return false;
    }
    let is_refused = |left_schema: &Schema<'d>, right_schema: &Schema<'d>| {
        right_schema.additional == Additional::Nothing
            && left_schema.required.iter().any(|name| !right_schema.properties.contains_key(name))
    };
    is_refused(&left_schema, &right_schema)
        || is_refused(&right_schema, &left_schema)
        || left_schema.required.intersection(&right_schema.required).any(|name| {
            let nodes = left_schema.properties.get(name).zip(right_schema.properties.get(name));
            nodes.is_some_and(|(node, twin)| {
                let (left_schema, right_schema) = (left.0.schema(node), right.0.schema(twin));
                (left_schema.types & right_schema.types).is_none()
                    || differ_in_values(&left_schema, &right_schema)
            })
        })
}

/// Returns whether values meant for the left alternative do not match the right one. Unlike [`disjoint`], this is also the
/// case if the right one requires a property that the left one does not describe: such a value is possible but unlikely.
pub(super) fn apart<'d>(left: NodeIn<'_, 'd>, right: NodeIn<'_, 'd>, choice: &Choice<'d>) -> bool {
    let (left_schema, right_schema) = (left.0.schema(left.1), right.0.schema(right.1));
    let needs_more = |left_schema: &Schema<'d>, right_schema: &Schema<'d>| {
        left_schema
            .required
            .iter()
            .any(|name| !right_schema.properties.contains_key(name) && !right_schema.required.contains(name))
    };
    let are_objects = (left_schema.types & right_schema.types) == Types::OBJECT;
    disjoint(left, right, choice) || (are_objects && needs_more(&right_schema, &left_schema))
}

/// Returns whether all numbers of the left schema are below those of the right one.
fn ends_below(left_schema: &Schema<'_>, right_schema: &Schema<'_>) -> bool {
    left_schema.high.as_ref().zip(right_schema.low.as_ref()).is_some_and(|(high, low)| {
        high.value < low.value || (high.value == low.value && (high.is_exclusive || low.is_exclusive))
    })
}

fn differ_in_values(left_schema: &Schema<'_>, right_schema: &Schema<'_>) -> bool {
    let (Some(values), Some(others)) = (&left_schema.values, &right_schema.values) else { return false };
    let known: HashSet<String> = values.iter().map(|value| key(value)).collect();
    !others.iter().any(|value| known.contains(&key(value)))
}
