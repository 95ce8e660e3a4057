//! Finds where hand-written code uses generated items that change.
//!
//! A unit is a function, or an item that is none. It is searched as a list of tokens, so that the arguments of macros count,
//! too. It uses a field if it handles its type: if it names the type, calls a generated method whose signature does, or
//! handles a type that holds it.

use std::collections::{BTreeMap, BTreeSet};

use openapi_drift::{Level, RustChange};
use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{File, ImplItemFn, Item, ItemFn, ItemImpl, UseTree};

use crate::rust_sources::Source;

/// The modules by which hand-written code names generated types.
const MODULES: [&str; 2] = ["types", "wire"];

/// Lists the files that use one of the items, a sentence each.
pub(crate) fn list(changes: &[&RustChange], old_client: &File, sources: &[Source]) -> Vec<String> {
    let graph = Graph::new(old_client);
    let mut list = Vec::new();
    for Source { path, file } in sources {
        let (mut names, mut why) = (BTreeSet::new(), BTreeSet::new());
        for unit in units(file) {
            let handled = graph.closure(unit.handles(&graph));
            for change in changes {
                if unit.uses(change, &handled) {
                    names.insert(unit.name.clone());
                    why.insert(change.to_string());
                }
            }
        }
        if !why.is_empty() {
            let (names, why): (Vec<_>, Vec<_>) = (names.into_iter().collect(), why.into_iter().collect());
            list.push(format!("update {path} ({}): {}", names.join(", "), why.join("; ")));
        }
    }
    list
}

/// Which types the generated items hold.
struct Graph {
    /// Of each type, those of its fields.
    types: BTreeMap<String, BTreeSet<String>>,
    /// Of each method, those in its signature.
    methods: BTreeMap<String, BTreeSet<String>>,
}

impl Graph {
    fn new(client: &File) -> Self {
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
    fn closure(&self, some: BTreeSet<String>) -> BTreeSet<String> {
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

struct Unit {
    name: String,
    tokens: Vec<String>,
    /// The generated types that are imported into its file: the local name of each, and its own.
    imports: BTreeMap<String, String>,
    /// Its file imports all of them.
    imports_all: bool,
}

impl Unit {
    /// Returns the generated type that the token at an index names, if it is one.
    fn type_at(&self, at: usize) -> Option<&str> {
        let token = &self.tokens[at];
        let is_qualified = at >= 2 && self.tokens[at - 1] == "::" && MODULES.contains(&&*self.tokens[at - 2]);
        if is_qualified || self.imports_all {
            Some(token)
        } else {
            self.imports.get(token).map(String::as_str)
        }
    }

    /// Returns the types that it names, and those of the methods that it calls.
    fn handles(&self, graph: &Graph) -> BTreeSet<String> {
        let mut handled = BTreeSet::new();
        for at in 0..self.tokens.len() {
            handled.extend(self.type_at(at).map(str::to_owned));
            if at > 0 && self.tokens[at - 1] == "." {
                handled.extend(graph.methods.get(&self.tokens[at]).into_iter().flatten().cloned());
            }
        }
        handled
    }

    fn uses(&self, change: &RustChange, handled: &BTreeSet<String>) -> bool {
        let item = change.item.as_str();
        let tokens = || 0..self.tokens.len();
        if let Some((owner, field)) = item.strip_prefix("types::").and_then(|it| it.split_once('.')) {
            let in_braces =
                tokens().any(|at| self.type_at(at) == Some(owner) && self.names_field(at, field, change));
            let is_read = |at: usize| {
                at > 0
                    && self.tokens[at] == field
                    && self.tokens[at - 1] == "."
                    && self.tokens.get(at + 1).is_none_or(|next| next != "(")
            };
            return in_braces
                || (change.before.is_some() && handled.contains(owner) && tokens().any(is_read));
        }
        if change.before.is_none() {
            return false;
        }
        match item.strip_prefix("types::").map(|it| it.split_once("::")) {
            Some(Some((owner, member))) => tokens().any(|at| {
                self.type_at(at) == Some(owner)
                    && self.tokens.get(at + 1).is_some_and(|it| it == "::")
                    && self.tokens.get(at + 2).is_some_and(|it| it == member)
            }),
            // What changes in a struct that stays one is an item of its own.
            Some(None) => {
                change.level == Level::Breaking
                    && tokens().any(|at| self.type_at(at).is_some_and(|it| format!("types::{it}") == item))
            }
            None => match item.rsplit_once("::") {
                Some(("Client", method)) => {
                    tokens().any(|at| at > 0 && self.tokens[at - 1] == "." && self.tokens[at] == method)
                }
                Some((owner, name)) => tokens().any(|at| {
                    at >= 2
                        && self.tokens[at] == name
                        && self.tokens[at - 1] == "::"
                        && self.tokens[at - 2] == owner
                }),
                None => false,
            },
        }
    }

    /// Returns whether the braces behind a type, of a literal or a pattern, depend on a change of a field: on a new one unless
    /// they leave out the rest, otherwise if they name it.
    fn names_field(&self, at: usize, field: &str, change: &RustChange) -> bool {
        let mut start = at;
        while start >= 2 && self.tokens[start - 1] == "::" {
            start -= 2;
        }
        // Behind these, the braces are those of a block or a function.
        let before: Vec<&str> =
            self.tokens[start.saturating_sub(2)..start].iter().map(String::as_str).collect();
        let is_block = matches!(before.as_slice(), [.., "impl" | "for"] | ["-", ">"]);
        if is_block || self.tokens.get(at + 1).is_none_or(|it| it != "{") {
            return false;
        }
        let (mut depth, mut names, mut rest) = (0_usize, false, false);
        for (index, token) in self.tokens.iter().enumerate().skip(at + 1) {
            match token.as_str() {
                "{" | "(" | "[" => depth += 1,
                "}" | ")" | "]" => depth -= 1,
                ".." if depth == 1 => rest = true,
                name if depth == 1 && name == field => names |= matches!(&*self.tokens[index - 1], "{" | ","),
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        if change.before.is_none() { !rest } else { names }
    }
}

/// Takes a file apart.
fn units(file: &File) -> Vec<Unit> {
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
                let tokens = flat(other.to_token_stream());
                // The name comes behind the keyword.
                let name = tokens
                    .iter()
                    .skip_while(|it| !["struct", "enum", "const", "static", "type"].contains(&&***it));
                let name = name.clone().nth(1).cloned();
                self.units.push((name.unwrap_or_else(|| "an item".to_owned()), tokens));
            }
        }
    }

    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        self.units.push((function.sig.ident.to_string(), flat(function.to_token_stream())));
        // Imports may be local.
        visit::visit_block(self, &function.block);
    }

    fn visit_item_impl(&mut self, block: &'ast ItemImpl) {
        let owner = flat(block.self_ty.to_token_stream()).into_iter().next();
        let outer = std::mem::replace(&mut self.owner, owner);
        visit::visit_item_impl(self, block);
        self.owner = outer;
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        let owner = self.owner.as_ref().map(|it| format!("{it}::")).unwrap_or_default();
        self.units.push((format!("{owner}{}", function.sig.ident), flat(function.to_token_stream())));
        visit::visit_block(self, &function.block);
    }
}

impl Finder {
    fn import(&mut self, tree: &UseTree, is_generated: bool) {
        match tree {
            UseTree::Path(path) => {
                let is_generated = is_generated || MODULES.iter().any(|it| path.ident == it);
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

/// Writes tokens one after the other, with the delimiters of groups; `::` and `..` are one token each.
fn flat(tokens: TokenStream) -> Vec<String> {
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
                list.extend(flat(group.stream()));
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
