//! Splits a source file into functions and other items.

use std::collections::BTreeMap;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{File, ImplItemFn, Item, ItemFn, ItemImpl, UseTree};

use super::MODULES;

/// A function or another item.
pub(super) struct Unit {
    pub(super) name: String,
    pub(super) tokens: Vec<String>,
    /// The generated types that its file imports, by their local names.
    pub(super) imports: BTreeMap<String, String>,
    /// Whether its file imports all generated types.
    pub(super) imports_all: bool,
}

/// Splits a file into units.
pub(super) fn units(file: &File) -> Vec<Unit> {
    let mut finder = Finder::default();
    finder.visit_file(file);
    let Finder { units, imports, imports_all, .. } = finder;
    let unit = |(name, tokens)| Unit { name, tokens, imports: imports.clone(), imports_all };
    units.into_iter().map(unit).collect()
}

#[derive(Default)]
struct Finder {
    units: Vec<(String, Vec<String>)>,
    imports: BTreeMap<String, String>,
    imports_all: bool,
    /// The type whose methods are visited.
    owner: Option<String>,
}

impl<'ast> Visit<'ast> for Finder {
    fn visit_item(&mut self, item: &'ast Item) {
        match item {
            Item::Fn(_) | Item::Impl(_) | Item::Mod(_) => visit::visit_item(self, item),
            Item::Use(item) => self.import(&item.tree, false),
            other => {
                let tokens = token_texts(other.to_token_stream());
                // The name follows the keyword.
                let name = tokens.iter().skip_while(|token| {
                    !["struct", "enum", "const", "static", "type"].contains(&token.as_str())
                });
                let name = name.clone().nth(1).cloned();
                self.units.push((name.unwrap_or_else(|| "an item".to_owned()), tokens));
            }
        }
    }

    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        self.units.push((function.sig.ident.to_string(), token_texts(function.to_token_stream())));
        // A function can contain imports.
        visit::visit_block(self, &function.block);
    }

    fn visit_item_impl(&mut self, block: &'ast ItemImpl) {
        let owner = token_texts(block.self_ty.to_token_stream()).into_iter().next();
        let outer = std::mem::replace(&mut self.owner, owner);
        visit::visit_item_impl(self, block);
        self.owner = outer;
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        let owner = self.owner.as_ref().map(|owner| format!("{owner}::")).unwrap_or_default();
        self.units.push((format!("{owner}{}", function.sig.ident), token_texts(function.to_token_stream())));
        visit::visit_block(self, &function.block);
    }
}

impl Finder {
    fn import(&mut self, tree: &UseTree, is_generated: bool) {
        match tree {
            UseTree::Path(path) => {
                let is_generated = is_generated || MODULES.iter().any(|module| path.ident == module);
                self.import(&path.tree, is_generated);
            }
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.import(tree, is_generated)),
            UseTree::Glob(_) => self.imports_all |= is_generated,
            UseTree::Name(name) if is_generated => {
                self.imports.insert(name.ident.to_string(), name.ident.to_string());
            }
            UseTree::Rename(name) if is_generated => {
                self.imports.insert(name.rename.to_string(), name.ident.to_string());
            }
            _ => {}
        }
    }
}

/// Returns the texts of tokens in order, including the delimiters of groups. `::` and `..` are one token each.
pub(super) fn token_texts(tokens: TokenStream) -> Vec<String> {
    let mut list: Vec<String> = Vec::new();
    let mut joint = false;
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Parenthesis | Delimiter::None => ("(", ")"),
                };
                list.push(open.to_owned());
                list.extend(token_texts(group.stream()));
                list.push(close.to_owned());
                joint = false;
            }
            TokenTree::Punct(punct) => {
                let c = punct.as_char();
                match list.last_mut() {
                    Some(token) if joint && ":.".contains(c) && *token == c.to_string() => token.push(c),
                    _ => list.push(c.to_string()),
                }
                joint = punct.spacing() == Spacing::Joint;
            }
            other => {
                list.push(other.to_string());
                joint = false;
            }
        }
    }
    list
}
