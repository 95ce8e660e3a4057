//! What becomes of the public items of a source, and what that means for code that uses them.

use super::RustChange;
use super::items::{Item, Items, Kind, NON_EXHAUSTIVE};
use crate::rules::Level;

/// Compares the items of two sources.
pub(super) fn compare(old: &Items, new: &Items) -> Vec<RustChange> {
    let mut changes = Vec::new();
    for (name, before) in old {
        let (after, level) = match new.get(name) {
            None if is_part_of_missing(before, old, new) => continue,
            None => (None, Level::Breaking),
            Some(after) if is_same(before, after) => continue,
            Some(after) => (Some(after.text.clone()), changed(before, after)),
        };
        changes.push(RustChange { item: name.clone(), before: Some(before.text.clone()), after, level });
    }
    for (name, after) in new {
        if !old.contains_key(name) && !is_part_of_missing(after, new, old) {
            let level = added(after, old, new);
            changes.push(RustChange {
                item: name.clone(),
                before: None,
                after: Some(after.text.clone()),
                level,
            });
        }
    }
    changes.sort_by(|a, b| a.item.cmp(&b.item));
    changes
}

/// Whether an item goes or comes with the one that it is a part of, which says it all.
fn is_part_of_missing(item: &Item, here: &Items, there: &Items) -> bool {
    item.container
        .as_ref()
        .is_some_and(|container| here.contains_key(container) && !there.contains_key(container))
}

fn is_same(before: &Item, after: &Item) -> bool {
    before.text == after.text && before.kind == after.kind
}

fn added(item: &Item, old: &Items, new: &Items) -> Level {
    let is_required = match item.kind {
        Kind::Function { required, .. } | Kind::Associated { required } => required,
        Kind::Field | Kind::Variant { .. } => {
            let container = |items: &Items| items.get(item.container.as_ref()?).map(|it| it.kind.clone());
            match (container(old), container(new)) {
                (Some(Kind::Type { form, closed }), Some(Kind::Type { form: new_form, .. })) => {
                    closed && form == new_form
                }
                (Some(Kind::Variant { closed }), _) => closed,
                _ => false,
            }
        }
        _ => false,
    };
    if is_required { Level::Breaking } else { Level::Additive }
}

fn changed(before: &Item, after: &Item) -> Level {
    if before.condition != after.condition {
        return Level::Breaking;
    }
    match (&before.kind, &after.kind) {
        (Kind::Type { form, closed: false, .. }, Kind::Type { form: new_form, closed: new_closed, .. })
            if form == new_form =>
        {
            // It may be built and taken apart in more ways than before, or nobody could do either.
            if *new_closed { Level::Additive } else { Level::Docs }
        }
        (Kind::Variant { closed: false }, Kind::Variant { closed: true })
            if before.text.strip_prefix(NON_EXHAUSTIVE) == Some(&after.text) =>
        {
            Level::Additive
        }
        (
            Kind::Function { frame, required, .. },
            Kind::Function { frame: new_frame, required: new_required, .. },
        ) if frame == new_frame => match (required, new_required) {
            _ if are_swapped(before, after) => Level::Breaking,
            (false, true) => Level::Breaking,
            (true, false) => Level::Additive,
            // Callers do not write the names of arguments.
            _ => Level::Docs,
        },
        (Kind::Associated { required: true }, Kind::Associated { required: false })
            if after.text.strip_suffix(" = ..") == Some(&before.text) =>
        {
            Level::Additive
        }
        _ => Level::Breaking,
    }
}

/// Whether an argument has moved to another place: calls still compile, and give one value for the other.
fn are_swapped(before: &Item, after: &Item) -> bool {
    let (Kind::Function { arguments: old, .. }, Kind::Function { arguments: new, .. }) =
        (&before.kind, &after.kind)
    else {
        return false;
    };
    old.iter().enumerate().any(|(index, name)| {
        new.get(index).is_some_and(|now| now != name) && name != "_" && new.contains(name)
    })
}
