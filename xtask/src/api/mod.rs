//! The public API of the crate as a text: what users see, in an order that moving code does not change. A change of the
//! API is then a change of a committed file, and is seen in review.

mod implementations;
mod items;
mod macros;
mod names;
mod reduce;

use std::path::Path;

use anyhow::{Context, Result};
use syn::visit_mut::VisitMut;
use syn::{Item, parse_quote};

use crate::source;
use crate::sources::Source;

use implementations::implementations;
use items::{conditions, is_public, name_of};
use names::{Modules, ROOT, flat};
use reduce::{HIDDEN, Reduce};

/// Where the text is, relative to the root.
pub(crate) const LISTING: &str = "docs/api.rs";

const HEADER: &str = "\
// The public API of this crate as users see it, from src/ and Cargo.toml; written by `cargo xtask regenerate`, not by
// hand. CONTRIBUTING.md says what a change of it means for the version. What is `#[doc(hidden)]` is no part of it.

";

/// Lists what the root module exports.
pub(crate) fn render(root: &Path, sources: &[Source]) -> Result<String> {
    let modules = Modules::of(sources)?;
    let mut blocks = Vec::new();
    for item in modules.items(ROOT).iter().filter(|item| is_public(item)) {
        let Item::Use(exports) = item else {
            blocks.push((name_of(item).map(ToString::to_string), block(&modules, ROOT, item)));
            continue;
        };
        for (name, path) in flat(&exports.tree) {
            let (module, item) = modules
                .definition(ROOT, &path)
                .with_context(|| format!("{} is exported, but not found in src/", path.join("::")))?;
            let other_name = name_of(item).filter(|it| *it != name.as_str());
            let other_name = other_name.map_or(String::new(), |_| format!("// exported as {name}:\n"));
            let block = other_name + &conditions(&exports.attrs) + &block(&modules, module, item);
            blocks.push((Some(name), block));
        }
    }
    blocks.sort();
    let feature = |(name, is_default)| {
        format!("// feature {name}{}\n", if is_default { ", on by default" } else { "" })
    };
    let features: String = source::features(root).into_iter().map(feature).collect();
    let blocks: Vec<String> = blocks.into_iter().map(|(_, block)| block).collect();
    Ok(format!("{HEADER}{features}\n{}", blocks.join("\n")))
}

/// One item as users see it, with what it can do. What is in a module is listed by name only: this is how the generated
/// types are exported, and these have a committed file of their own.
fn block(modules: &Modules, module: &str, item: &Item) -> String {
    let mut items = vec![item.clone()];
    items.extend(implementations(modules, module, item).into_iter().map(Item::Impl));
    if let Some(item) = items.first_mut() {
        modules.write_out(module, |it| it.visit_item_mut(item));
        Reduce.visit_item_mut(item);
    }
    let text = prettyplease::unparse(&parse_quote!(#(#items)*));
    let text = text.replace(&format!("{{\n    {HIDDEN}\n}}"), "{ .. }").replace(HIDDEN, "..");
    text.replace(" {}\n", ";\n").trim_end().to_owned() + "\n"
}
