//! What a small macro makes: items are listed as users see them, also when `macro_rules!` writes them.
//!
//! It follows macros of one arm that are about names: `$name:ident`, alone or repeated. Everything else in a repetition,
//! such as documentation, is left out.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use syn::{Item, ItemMacro};

/// A `macro_rules!` of one arm.
struct Rule {
    /// The variable that stands for a name.
    variable: Ident,
    body: TokenStream,
}

/// Puts what the macros of a file make in the place of their calls.
pub(super) fn expand(items: &[Item]) -> Result<Vec<Item>> {
    let mut rules = BTreeMap::new();
    let mut expanded = Vec::new();
    for item in items {
        match item {
            Item::Macro(ItemMacro { ident: Some(name), mac, .. }) => {
                let rule =
                    rule(&mac.tokens).with_context(|| format!("the macro {name} cannot be followed"))?;
                rules.insert(name.to_string(), rule);
            }
            Item::Macro(ItemMacro { mac, .. }) => {
                let name = mac.path.segments.last().map(|it| it.ident.to_string()).unwrap_or_default();
                // Macros of other crates make nothing public here.
                let Some(rule) = rules.get(&name) else { continue };
                let names = names(&mac.tokens);
                let first = names.first().with_context(|| format!("a call of {name} names nothing"))?;
                let text = fill(&rule.body, &rule.variable, first, &names);
                let made: syn::File = syn::parse2(text).map_err(|error| {
                    anyhow::anyhow!("what the macro {name} makes cannot be read: {error}")
                })?;
                expanded.extend(made.items);
            }
            item => expanded.push(item.clone()),
        }
    }
    Ok(expanded)
}

/// Reads `(pattern) => { body }`.
fn rule(tokens: &TokenStream) -> Result<Rule> {
    let mut groups = tokens.clone().into_iter().filter_map(|it| match it {
        TokenTree::Group(group) => Some(group.stream()),
        _ => None,
    });
    let (Some(pattern), Some(body), None) = (groups.next(), groups.next(), groups.next()) else {
        bail!("it has more than one arm");
    };
    Ok(Rule { variable: variable(pattern).context("it is not about names")?, body })
}

/// Finds `$variable:ident`.
fn variable(pattern: TokenStream) -> Option<Ident> {
    let tokens: Vec<TokenTree> = pattern.into_iter().collect();
    let here = tokens.windows(3).find_map(|three| match three {
        [TokenTree::Ident(name), TokenTree::Punct(colon), TokenTree::Ident(kind)]
            if colon.as_char() == ':' && kind == "ident" =>
        {
            Some(name.clone())
        }
        _ => None,
    });
    here.or_else(|| {
        tokens.into_iter().find_map(|it| match it {
            TokenTree::Group(group) => variable(group.stream()),
            _ => None,
        })
    })
}

/// The names that a call gives, outside of attributes.
fn names(call: &TokenStream) -> Vec<Ident> {
    let idents = call.clone().into_iter().filter_map(|it| match it {
        TokenTree::Ident(ident) => Some(ident),
        _ => None,
    });
    idents.collect()
}

/// Writes the body for one name; what is repeated, for all of them.
fn fill(body: &TokenStream, variable: &Ident, name: &Ident, names: &[Ident]) -> TokenStream {
    let mut filled = Vec::new();
    let mut tokens = body.clone().into_iter();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(dollar) if dollar.as_char() == '$' => match tokens.next() {
                Some(TokenTree::Ident(ident)) if ident == *variable => {
                    filled.push(TokenTree::Ident(name.clone()));
                }
                Some(TokenTree::Group(repeated)) => {
                    // The separator, if there is one, and the operator.
                    while let Some(TokenTree::Punct(punct)) = tokens.next()
                        && !matches!(punct.as_char(), '*' | '+' | '?')
                    {}
                    let repeated = repeated.stream();
                    if mentions(repeated.clone(), variable) {
                        for name in names {
                            filled.extend(fill(&repeated, variable, name, names));
                        }
                    }
                }
                _ => {}
            },
            TokenTree::Group(group) => {
                let inside = fill(&group.stream(), variable, name, names);
                filled.push(TokenTree::Group(Group::new(group.delimiter(), inside)));
            }
            token => filled.push(token),
        }
    }
    filled.into_iter().collect()
}

fn mentions(tokens: TokenStream, variable: &Ident) -> bool {
    tokens.into_iter().any(|it| match it {
        TokenTree::Ident(ident) => ident == *variable,
        TokenTree::Group(group) => mentions(group.stream(), variable),
        _ => false,
    })
}
