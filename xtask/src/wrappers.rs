//! The hand-written wrappers, read from their source: a public method wraps the operation whose id it has as its name or
//! as its doc alias. One that names a retry class and no operation wraps what is gone.

use std::collections::BTreeMap;

use quote::ToTokens;
use syn::visit::Visit;
use syn::{Attribute, ExprPath, File, ImplItem, ImplItemFn, Item, Visibility};

use crate::generate::Operation;
use crate::rust_sources::Source;

/// One wrapper.
#[derive(Clone, Debug)]
pub(crate) struct Wrapper {
    /// The ids that it goes by: its aliases, then its name.
    pub(crate) ids: Vec<String>,
    /// As in `Client::claim_token`.
    pub(crate) name: String,
    /// The type that it is a method of.
    pub(crate) owner: String,
    /// Relative to the root.
    pub(crate) file: String,
    /// On one line, or as rustfmt would break it.
    pub(crate) signature: String,
    /// The example of its documentation.
    pub(crate) example: Option<String>,
    /// The names of the retry classes that its body mentions.
    pub(crate) retries: Vec<String>,
    /// The names of the constants of operations that its body mentions.
    pub(crate) constants: Vec<String>,
}

/// What the sources say.
#[derive(Debug, Default)]
pub(crate) struct Wrappers {
    pub(crate) all: Vec<Wrapper>,
    /// What each retry class means, in the words of its own documentation.
    pub(crate) retry_words: BTreeMap<String, String>,
}

impl Wrappers {
    /// Finds them in the sources.
    pub(crate) fn read(sources: &[Source], operations: &[Operation]) -> Self {
        let mut wrappers = Self::default();
        for Source { path, file } in sources {
            wrappers.add(path, file);
        }
        let wraps = |id: &String| operations.iter().any(|operation| operation.id == *id);
        wrappers.all.retain(|it| !it.retries.is_empty() || it.ids.iter().any(wraps));
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
                        self.retry_words.insert(variant.ident.to_string(), docs(&variant.attrs).join(" "));
                    }
                }
                _ => {}
            }
        }
    }

    /// The wrappers of an operation.
    pub(crate) fn of<'a>(&'a self, operation_id: &'a str) -> impl Iterator<Item = &'a Wrapper> {
        self.all.iter().filter(move |wrapper| wrapper.ids.iter().any(|id| id == operation_id))
    }
}

fn wrapper(file: &str, owner: &str, function: &ImplItemFn) -> Option<Wrapper> {
    let mut mentions = Mentions::default();
    mentions.visit_block(&function.block);
    let mut ids: Vec<String> = function.attrs.iter().filter_map(alias).collect();
    if !matches!(function.vis, Visibility::Public(_)) {
        return None;
    }
    ids.push(function.sig.ident.to_string());
    let Mentions { mut retries, constants } = mentions;
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
struct Mentions {
    retries: Vec<String>,
    constants: Vec<String>,
}

impl<'ast> Visit<'ast> for Mentions {
    fn visit_expr_path(&mut self, path: &'ast ExprPath) {
        let segments: Vec<String> = path.path.segments.iter().map(|it| it.ident.to_string()).collect();
        match segments.as_slice() {
            [.., owner, name] if owner == "Retry" => self.retries.push(name.clone()),
            [.., owner, name] if owner == "Operation" => self.constants.push(name.clone()),
            _ => {}
        }
    }
}

/// Reads `#[doc(alias = "..")]`.
fn alias(attribute: &Attribute) -> Option<String> {
    let mut alias = None;
    if attribute.path().is_ident("doc") {
        // Other forms of the attribute are no alias, and no concern of ours.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("alias") {
                alias = Some(meta.value()?.parse::<syn::LitStr>()?.value());
            }
            Ok(())
        });
    }
    alias
}

/// The lines of a doc comment.
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

/// The first code block under `# Examples`, without the lines that rustdoc hides.
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

/// The signature as prettyplease prints it.
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
