//! Finds where hand-written code uses generated items that change.
//!
//! A unit is a function, or an item that is none. It is searched as a list of tokens, so that the arguments of macros count,
//! too. It uses a field if it handles its type: if it names the type, calls a generated method whose signature does, or
//! handles a type that holds it.

mod type_graph;
mod units;

use std::collections::BTreeSet;

use openapi_drift::{Level, RustChange};
use syn::File;

use crate::rust_sources::Source;

use type_graph::Graph;
use units::{Unit, units};

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
