//! Finds the hand-written code that uses changed generated items.
//!
//! A unit is a function or another item. It is searched as a list of tokens, which includes the arguments of macros. A
//! unit uses a field if it handles the field's type: it names the type, calls a generated method whose signature names
//! it, or handles a type that contains it.

mod type_graph;
mod units;

use std::collections::BTreeSet;

use openapi_drift::{Level, RustChange};
use syn::File;

use crate::rust_sources::SourceFile;

use type_graph::TypeGraph;
use units::{Unit, units};

/// The modules through which hand-written code names generated types.
const MODULES: [&str; 2] = ["types", "wire"];

/// Returns a to-do for each file that uses one of the changed items.
pub(crate) fn to_dos(changes: &[&RustChange], old_client: &File, sources: &[SourceFile]) -> Vec<String> {
    let graph = TypeGraph::new(old_client);
    let mut list = Vec::new();
    for SourceFile { path, file } in sources {
        let (mut names, mut causes) = (BTreeSet::new(), BTreeSet::new());
        for unit in units(file) {
            let handled = graph.closure(unit.handles(&graph));
            for change in changes {
                if unit.uses(change, &handled) {
                    names.insert(unit.name.clone());
                    causes.insert(change.to_string());
                }
            }
        }
        if !causes.is_empty() {
            let (names, causes): (Vec<_>, Vec<_>) =
                (names.into_iter().collect(), causes.into_iter().collect());
            list.push(format!("update {path} ({}): {}", names.join(", "), causes.join("; ")));
        }
    }
    list
}

impl Unit {
    /// Returns the generated type that the token at an index names, if any.
    fn type_at(&self, at: usize) -> Option<&str> {
        let token = &self.tokens[at];
        let is_qualified = at >= 2 && self.tokens[at - 1] == "::" && MODULES.contains(&&*self.tokens[at - 2]);
        if is_qualified || self.imports_all {
            Some(token)
        } else {
            self.imports.get(token).map(String::as_str)
        }
    }

    /// Returns the generated types that the unit names, and those in the signatures of the methods that it calls.
    fn handles(&self, graph: &TypeGraph) -> BTreeSet<String> {
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
            // If a struct stays a struct, each changed member is an item itself.
            Some(None) => {
                change.level == Level::Breaking
                    && tokens()
                        .any(|at| self.type_at(at).is_some_and(|name| format!("types::{name}") == item))
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

    /// Returns whether a change of a field affects the literal or pattern whose braces follow a type. A new field does
    /// unless the braces contain `..`; any other change does if the braces name the field.
    fn names_field(&self, at: usize, field: &str, change: &RustChange) -> bool {
        let mut start = at;
        while start >= 2 && self.tokens[start - 1] == "::" {
            start -= 2;
        }
        // After these tokens, the braces are those of a block or a function.
        let before: Vec<&str> =
            self.tokens[start.saturating_sub(2)..start].iter().map(String::as_str).collect();
        let is_block = matches!(before.as_slice(), [.., "impl" | "for"] | ["-", ">"]);
        if is_block || self.tokens.get(at + 1).is_none_or(|it| it != "{") {
            return false;
        }
        let (mut depth, mut is_named, mut has_rest) = (0_usize, false, false);
        for (index, token) in self.tokens.iter().enumerate().skip(at + 1) {
            match token.as_str() {
                "{" | "(" | "[" => depth += 1,
                "}" | ")" | "]" => depth -= 1,
                ".." if depth == 1 => has_rest = true,
                name if depth == 1 && name == field => {
                    is_named |= matches!(&*self.tokens[index - 1], "{" | ",");
                }
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        if change.before.is_none() { !has_rest } else { is_named }
    }
}
