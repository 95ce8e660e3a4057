//! Items of whatever kind, as far as they can be exported.

use proc_macro2::Ident;
use syn::{Attribute, Item, Meta, Visibility};

pub(super) fn name_of(item: &Item) -> Option<&Ident> {
    parts(item)?.0
}

/// Whether users can see it, where they can see what holds it.
pub(super) fn is_public(item: &Item) -> bool {
    parts(item).is_some_and(|(_, visibility, attributes)| is_shown(visibility, attributes))
}

pub(super) fn is_shown(visibility: &Visibility, attributes: &[Attribute]) -> bool {
    let is_hidden = |attribute: &Attribute| match &attribute.meta {
        Meta::List(list) => list.path.is_ident("doc") && list.tokens.to_string() == "hidden",
        _ => false,
    };
    matches!(visibility, Visibility::Public(_)) && !attributes.iter().any(is_hidden)
}

/// The conditions on an item, a line each.
pub(super) fn conditions(attributes: &[Attribute]) -> String {
    let condition = |attribute: &Attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") => Some(format!("#[cfg({})]\n", list.tokens)),
        _ => None,
    };
    attributes.iter().filter_map(condition).collect()
}

/// The name of an item, if it has one, its visibility and its attributes.
fn parts(item: &Item) -> Option<(Option<&Ident>, &Visibility, &[Attribute])> {
    Some(match item {
        Item::Const(item) => (Some(&item.ident), &item.vis, &item.attrs),
        Item::Enum(item) => (Some(&item.ident), &item.vis, &item.attrs),
        Item::Fn(item) => (Some(&item.sig.ident), &item.vis, &item.attrs),
        Item::Mod(item) => (Some(&item.ident), &item.vis, &item.attrs),
        Item::Static(item) => (Some(&item.ident), &item.vis, &item.attrs),
        Item::Struct(item) => (Some(&item.ident), &item.vis, &item.attrs),
        Item::Trait(item) => (Some(&item.ident), &item.vis, &item.attrs),
        Item::Type(item) => (Some(&item.ident), &item.vis, &item.attrs),
        Item::Use(item) => (None, &item.vis, &item.attrs),
        _ => return None,
    })
}
