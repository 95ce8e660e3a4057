//! Prints generic parameters and their bounds.

use syn::punctuated::Punctuated;
use syn::{BoundLifetimes, GenericParam, Generics, Token, TypeParamBound, WherePredicate};

use super::code::{Code, tokens};
use super::print::{Printer, list};

impl Printer<'_> {
    pub(super) fn bounds(&self, bounds: &Punctuated<TypeParamBound, Token![+]>, out: &mut Code) {
        for (index, bound) in bounds.iter().enumerate() {
            out.push(if index == 0 { "" } else { " + " });
            match bound {
                TypeParamBound::Trait(bound) => {
                    binder(bound.lifetimes.as_ref(), out);
                    out.push(if bound.maybe.is_some() { "?" } else { "" });
                    self.path(None, &bound.path, out);
                }
                TypeParamBound::Lifetime(lifetime) => out.push(&lifetime.to_string()),
                other => out.push(&tokens(other)),
            }
        }
    }

    /// Prints `<T: Bound>`, or nothing without parameters.
    pub(super) fn generics(&self, generics: &Generics, out: &mut Code) {
        let shown: Vec<&GenericParam> = generics
            .params
            .iter()
            .filter(
                |parameter| !matches!(parameter, GenericParam::Lifetime(it) if self.is_elided(&it.lifetime)),
            )
            .collect();
        if shown.is_empty() {
            return;
        }
        out.push("<");
        for (index, parameter) in shown.into_iter().enumerate() {
            out.push(if index == 0 { "" } else { ", " });
            match parameter {
                GenericParam::Type(parameter) => {
                    out.push(&parameter.ident.to_string());
                    if !parameter.bounds.is_empty() {
                        out.push(": ");
                        self.bounds(&parameter.bounds, out);
                    }
                    if let Some((_, default)) = &parameter.default {
                        out.push(" = ");
                        self.print(default, out);
                    }
                }
                other => out.push(&tokens(other)),
            }
        }
        out.push(">");
    }

    /// Prints ` where T: Bound`, or nothing without a clause.
    pub(super) fn where_clause(&self, generics: &Generics, out: &mut Code) {
        let predicates = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
        for (index, predicate) in predicates.enumerate() {
            out.push(if index == 0 { " where " } else { ", " });
            match predicate {
                WherePredicate::Type(predicate) => {
                    binder(predicate.lifetimes.as_ref(), out);
                    self.print(&predicate.bounded_ty, out);
                    out.push(": ");
                    self.bounds(&predicate.bounds, out);
                }
                other => out.push(&tokens(other)),
            }
        }
    }
}

pub(super) fn binder(lifetimes: Option<&BoundLifetimes>, out: &mut Code) {
    if let Some(binder) = lifetimes {
        out.push("for<");
        list(&binder.lifetimes, out, |parameter, out| out.push(&tokens(parameter)));
        out.push("> ");
    }
}
