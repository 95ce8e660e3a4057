//! The generated types, and the types that they contain.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::visit::Visit;
use syn::{File, ImplItemFn, Item};

use super::units::token_texts;

/// The types in the generated items.
pub(super) struct TypeGraph {
    /// The types of each type's fields.
    types: BTreeMap<String, BTreeSet<String>>,
    /// The types in each method's signature.
    pub(super) methods: BTreeMap<String, BTreeSet<String>>,
}

impl TypeGraph {
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
        let types_in = |tokens: TokenStream| {
            token_texts(tokens).into_iter().filter(|token| names.contains(token)).collect()
        };
        let types = bodies.into_iter().map(|(name, body)| (name, types_in(body))).collect();
        let mut methods = Methods::default();
        methods.visit_file(client);
        let methods = methods.0.into_iter().map(|(name, signature)| (name, types_in(signature))).collect();
        Self { types, methods }
    }

    /// Returns the types, and all types that they contain, directly or not.
    pub(super) fn closure(&self, types: BTreeSet<String>) -> BTreeSet<String> {
        let mut pending: Vec<String> = types.into_iter().collect();
        let mut all = BTreeSet::new();
        while let Some(name) = pending.pop() {
            if all.insert(name.clone()) {
                pending.extend(self.types.get(&name).into_iter().flatten().cloned());
            }
        }
        all
    }
}

/// Collects the signatures of methods.
#[derive(Default)]
struct Methods(Vec<(String, TokenStream)>);

impl<'ast> Visit<'ast> for Methods {
    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        let signature = &function.sig;
        self.0.push((signature.ident.to_string(), signature.to_token_stream()));
    }
}
