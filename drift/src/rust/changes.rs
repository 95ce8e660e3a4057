//! Compares public items, and judges what the changes mean for code that uses them.

use super::RustChange;
use super::items::{Item, Items, Kind, NON_EXHAUSTIVE};
use crate::rules::Level;

/// Returns the changes between the items of two sources.
pub(super) fn item_changes(old: &Items, new: &Items) -> Vec<RustChange> {
    let mut changes = Vec::new();
    for (name, before) in old {
        let (after, level) = match new.get(name) {
            None if is_part_of_missing(before, old, new) => continue,
            None => (None, Level::Breaking),
            Some(after) if is_same(before, after) => continue,
            Some(after) => (Some(after.text.clone()), level_of_changed(before, after)),
        };
        changes.push(RustChange { item: name.clone(), before: Some(before.text.clone()), after, level });
    }
    for (name, after) in new {
        if !old.contains_key(name) && !is_part_of_missing(after, new, old) {
            let level = level_of_added(after, old, new);
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

/// Returns whether an item was added or removed together with its container, which is reported instead.
fn is_part_of_missing(item: &Item, here: &Items, there: &Items) -> bool {
    item.container
        .as_ref()
        .is_some_and(|container| here.contains_key(container) && !there.contains_key(container))
}

fn is_same(before: &Item, after: &Item) -> bool {
    before.text == after.text && before.kind == after.kind
}

fn level_of_added(item: &Item, old: &Items, new: &Items) -> Level {
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

fn level_of_changed(before: &Item, after: &Item) -> Level {
    if before.condition != after.condition {
        return Level::Breaking;
    }
    match (&before.kind, &after.kind) {
        (Kind::Type { form, closed: false, .. }, Kind::Type { form: new_form, closed: new_closed, .. })
            if form == new_form =>
        {
            // A type that is now closed can be constructed and matched in more ways. Otherwise, callers see no difference.
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
            // Callers do not use the names of arguments.
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

/// Returns whether an argument has moved: calls still compile, but pass the wrong values.
fn are_swapped(before: &Item, after: &Item) -> bool {
    let (Kind::Function { arguments: old, .. }, Kind::Function { arguments: new, .. }) =
        (&before.kind, &after.kind)
    else {
        return false;
    };
    old.iter().enumerate().any(|(index, name)| {
        new.get(index).is_some_and(|new_name| new_name != name) && name != "_" && new.contains(name)
    })
}
