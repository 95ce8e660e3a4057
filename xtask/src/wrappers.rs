//! Finds the hand-written wrappers in the sources: a public method wraps the operation whose id is its name or its doc
//! alias. A method that names a retry class but no operation wraps one that was removed.

use std::collections::BTreeMap;

use quote::ToTokens;
use syn::visit::Visit;
use syn::{Attribute, ExprPath, File, ImplItem, ImplItemFn, Item, Visibility};

use crate::generate::Operation;
use crate::rust_sources::SourceFile;

/// A wrapper of an operation.
#[derive(Clone, Debug)]
pub(crate) struct Wrapper {
    /// The ids by which it can be found: its aliases, then its name.
    pub(crate) ids: Vec<String>,
    /// Such as `Client::claim_token`.
    pub(crate) name: String,
    /// The type that it is a method of.
    pub(crate) owner: String,
    /// Relative to the root.
    pub(crate) file: String,
    /// As rustfmt would format it.
    pub(crate) signature: String,
    /// The example of its documentation.
    pub(crate) example: Option<String>,
    /// The retry classes that its body names.
    pub(crate) retries: Vec<String>,
    /// The constants of operations that its body names.
    pub(crate) constants: Vec<String>,
}

/// The wrappers and retry classes of the sources.
#[derive(Debug, Default)]
pub(crate) struct Wrappers {
    pub(crate) all: Vec<Wrapper>,
    /// The documentation of each retry class.
    pub(crate) retry_docs: BTreeMap<String, String>,
}

impl Wrappers {
    /// Finds the wrappers of the operations, and those that name a retry class.
    pub(crate) fn find(sources: &[SourceFile], operations: &[Operation]) -> Self {
        let mut wrappers = Self::default();
        for SourceFile { path, file } in sources {
            wrappers.add(path, file);
        }
        let wraps = |id: &String| operations.iter().any(|operation| operation.id == *id);
        wrappers.all.retain(|wrapper| !wrapper.retries.is_empty() || wrapper.ids.iter().any(wraps));
        wrappers
    }

    fn add(&mut self, file_name: &str, file: &File) {
        for item in &file.items {
            match item {
                Item::Impl(block) if block.trait_.is_none() => {
                    let owner = block.self_ty.to_token_stream().to_string();
                    let functions = block.items.iter().filter_map(|item| match item {
                        ImplItem::Fn(function) => Some(function),
                        _ => None,
                    });
                    self.all.extend(functions.filter_map(|function| wrapper(file_name, &owner, function)));
                }
                Item::Enum(item) if item.ident == "Retry" => {
                    for variant in &item.variants {
                        self.retry_docs.insert(variant.ident.to_string(), docs(&variant.attrs).join(" "));
                    }
                }
                _ => {}
            }
        }
    }

    /// Returns the wrappers of an operation.
    pub(crate) fn of<'a>(&'a self, operation_id: &'a str) -> impl Iterator<Item = &'a Wrapper> {
        self.all.iter().filter(move |wrapper| wrapper.ids.iter().any(|id| id == operation_id))
    }
}

fn wrapper(file: &str, owner: &str, function: &ImplItemFn) -> Option<Wrapper> {
    let mut named = NamedVariants::default();
    named.visit_block(&function.block);
    let mut ids: Vec<String> = function.attrs.iter().filter_map(alias).collect();
    if !matches!(function.vis, Visibility::Public(_)) {
        return None;
    }
    ids.push(function.sig.ident.to_string());
    let NamedVariants { mut retries, constants } = named;
    retries.dedup();
    Some(Wrapper {
        ids,
        name: format!("{owner}::{}", function.sig.ident),
        owner: owner.to_owned(),
        file: file.to_owned(),
        signature: signature(function),
        example: example(&function.attrs),
        retries,
        constants,
    })
}

/// Collects the `X` of each `Retry::X` and `Operation::X`.
#[derive(Default)]
struct NamedVariants {
    retries: Vec<String>,
    constants: Vec<String>,
}

impl<'ast> Visit<'ast> for NamedVariants {
    fn visit_expr_path(&mut self, path: &'ast ExprPath) {
        let segments: Vec<String> =
            path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        match segments.as_slice() {
            [.., owner, name] if owner == "Retry" => self.retries.push(name.clone()),
            [.., owner, name] if owner == "Operation" => self.constants.push(name.clone()),
            _ => {}
        }
    }
}

/// Returns the alias of a `#[doc(alias = "..")]` attribute.
fn alias(attribute: &Attribute) -> Option<String> {
    let mut alias = None;
    if attribute.path().is_ident("doc") {
        // Other forms of the attribute have no alias.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("alias") {
                alias = Some(meta.value()?.parse::<syn::LitStr>()?.value());
            }
            Ok(())
        });
    }
    alias
}

/// Returns the lines of a doc comment.
fn docs(attributes: &[Attribute]) -> Vec<String> {
    let line = |attribute: &Attribute| match &attribute.meta {
        syn::Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => {
                let text = text.value();
                Some(text.strip_prefix(' ').unwrap_or(&text).to_owned())
            }
            _ => None,
        },
        _ => None,
    };
    attributes.iter().filter_map(line).collect()
}

/// Returns the first code block under `# Examples`, without the lines that rustdoc hides.
fn example(attributes: &[Attribute]) -> Option<String> {
    let lines = docs(attributes);
    let mut lines =
        lines.iter().skip_while(|line| *line != "# Examples").skip_while(|line| !line.starts_with("```"));
    lines.next()?;
    let is_shown = |line: &&String| *line != "#" && !line.starts_with("# ");
    let shown: Vec<&str> =
        lines.take_while(|line| *line != "```").filter(is_shown).map(String::as_str).collect();
    Some(shown.join("\n"))
}

/// Formats the signature of a method.
pub(crate) fn signature(function: &ImplItemFn) -> String {
    let signature = &function.sig;
    let file = syn::parse_quote! {
        impl X {
            pub #signature {}
        }
    };
    let text = prettyplease::unparse(&file);
    let lines = text.lines().skip(1).take_while(|line| *line != "}");
    let lines: Vec<&str> = lines.map(|line| line.strip_prefix("    ").unwrap_or(line)).collect();
    lines.join("\n").trim_end_matches(" {}").to_owned()
}
