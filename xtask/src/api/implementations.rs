//! What a type can do: the traits that it implements, by hand or by `derive`, and its methods.

use std::collections::BTreeMap;

use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::visit_mut::VisitMut;
use syn::{Attribute, ImplItem, Item, ItemImpl, Meta, Path, Token, Type, parse_quote};

use super::items::{is_shown, name_of};
use super::names::Modules;
use super::reduce::Reduce;

/// The traits of the standard library that `derive` knows, where one reads no path.
const DERIVABLE: &[&str] =
    &["Clone", "Copy", "Debug", "Default", "Eq", "Hash", "Ord", "PartialEq", "PartialOrd"];

/// Lists what an item of `module` can do: traits first, then methods, each in alphabetical order.
pub(super) fn implementations(modules: &Modules, module: &str, item: &Item) -> Vec<ItemImpl> {
    let mut blocks = BTreeMap::new();
    let mut add = |mut block: ItemImpl| {
        let items = std::mem::take(&mut block.items);
        let head = (block.trait_.is_none(), block.to_token_stream().to_string());
        blocks.entry(head).or_insert(block).items.extend(items);
    };
    derived(item).into_iter().for_each(&mut add);
    for (here, block) in modules.implementations() {
        let of = modules.definition(here, &path_of(&block.self_ty));
        if of.is_none_or(|(its_module, it)| its_module != module || name_of(it) != name_of(item)) {
            continue;
        }
        let mut block = block.clone();
        // The methods of a trait's implementation are those of the trait, and say no `pub`.
        block.items.retain(|item| match item {
            ImplItem::Const(item) => is_shown(&item.vis, &item.attrs),
            ImplItem::Fn(item) => is_shown(&item.vis, &item.attrs),
            ImplItem::Type(_) => true,
            _ => false,
        });
        modules.write_out(here, |it| it.visit_item_impl_mut(&mut block));
        Reduce.visit_item_impl_mut(&mut block);
        match &mut block.trait_ {
            // Its effects are no promise.
            Some((of, _)) if of.is_ident("Drop") => {}
            Some((of, _)) => {
                shorten(of);
                add(block);
            }
            None if block.items.is_empty() => {}
            None => add(block),
        }
    }
    for block in blocks.values_mut() {
        block.items.sort_by_key(|item| match item {
            ImplItem::Const(item) => item.ident.to_string(),
            ImplItem::Fn(item) => item.sig.ident.to_string(),
            _ => String::new(),
        });
    }
    blocks.into_values().collect()
}

/// The path of the type in `impl .. for Type` or `&Type`; nothing where it has none.
fn path_of(of: &Type) -> Vec<String> {
    match of {
        Type::Path(of) => of.path.segments.iter().map(|it| it.ident.to_string()).collect(),
        Type::Reference(of) => path_of(&of.elem),
        _ => Vec::new(),
    }
}

/// Takes the path off a trait that `derive` could have implemented: whether it did is no concern of users.
fn shorten(path: &mut Path) {
    let is_std = path.segments.first().is_some_and(|it| it.ident == "std");
    if is_std
        && let Some(last) = path.segments.last().cloned()
        && DERIVABLE.iter().any(|it| last.ident == it)
    {
        path.segments = std::iter::once(last).collect();
    }
}

/// The traits of `#[derive(..)]`, also behind a condition.
fn derived(item: &Item) -> Vec<ItemImpl> {
    let (name, generics, attributes) = match item {
        Item::Enum(item) => (&item.ident, &item.generics, &item.attrs),
        Item::Struct(item) => (&item.ident, &item.generics, &item.attrs),
        _ => return Vec::new(),
    };
    let (parameters, arguments, bounds) = generics.split_for_impl();
    let mut blocks = Vec::new();
    for (condition, traits) in attributes.iter().flat_map(derives) {
        let condition: Vec<Meta> = condition.into_iter().collect();
        for path in traits {
            blocks.push(parse_quote! {
                #(#[cfg(#condition)])* impl #parameters #path for #name #arguments #bounds {}
            });
        }
    }
    blocks
}

type List<T> = Punctuated<T, Token![,]>;

/// The lists of derived traits in an attribute, each with the condition on it.
fn derives(attribute: &Attribute) -> Vec<(Option<Meta>, List<Path>)> {
    let traits = |meta: &Meta| match meta {
        Meta::List(list) if list.path.is_ident("derive") => {
            list.parse_args_with(List::<Path>::parse_terminated).ok()
        }
        _ => None,
    };
    match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg_attr") => {
            let metas = list.parse_args_with(List::<Meta>::parse_terminated).unwrap_or_default();
            let condition = metas.first().cloned();
            metas.iter().skip(1).filter_map(traits).map(|it| (condition.clone(), it)).collect()
        }
        meta => traits(meta).map(|it| (None, it)).into_iter().collect(),
    }
}
