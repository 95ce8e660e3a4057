//! Which generated types hold which others.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::visit::Visit;
use syn::{File, ImplItemFn, Item};

use super::units::flat;

/// Which types the generated items hold.
pub(super) struct Graph {
    /// Of each type, those of its fields.
    types: BTreeMap<String, BTreeSet<String>>,
    /// Of each method, those in its signature.
    pub(super) methods: BTreeMap<String, BTreeSet<String>>,
}

impl Graph {
    pub(super) fn new(client: &File) -> Self {
        let module = client.items.iter().find_map(|item| match item {
            Item::Mod(module) if module.ident == "types" => module.content.as_ref(),
            _ => None,
        });
        let items = module.map(|(_, items)| items.as_slice()).unwrap_or_default();
        let bodies: Vec<(String, TokenStream)> = items
            .iter()
            .filter_map(|item| match item {
                Item::Struct(item) => Some((item.ident.to_string(), item.fields.to_token_stream())),
                Item::Enum(item) => Some((item.ident.to_string(), item.variants.to_token_stream())),
                _ => None,
            })
            .collect();
        let names: BTreeSet<String> = bodies.iter().map(|(name, _)| name.clone()).collect();
        let within = |tokens: TokenStream| flat(tokens).into_iter().filter(|it| names.contains(it)).collect();
        let types = bodies.into_iter().map(|(name, body)| (name, within(body))).collect();
        let mut methods = Methods::default();
        methods.visit_file(client);
        let methods = methods.0.into_iter().map(|(name, signature)| (name, within(signature))).collect();
        Self { types, methods }
    }

    /// Adds the types that some types hold.
    pub(super) fn closure(&self, some: BTreeSet<String>) -> BTreeSet<String> {
        let mut open: Vec<String> = some.into_iter().collect();
        let mut all = BTreeSet::new();
        while let Some(name) = open.pop() {
            if all.insert(name.clone()) {
                open.extend(self.types.get(&name).into_iter().flatten().cloned());
            }
        }
        all
    }
}

/// The signatures of methods.
#[derive(Default)]
struct Methods(Vec<(String, TokenStream)>);

impl<'ast> Visit<'ast> for Methods {
    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        let signature = &function.sig;
        self.0.push((signature.ident.to_string(), signature.to_token_stream()));
    }
}
