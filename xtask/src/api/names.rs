//! What a name means in the file where it stands.

use std::collections::BTreeMap;
use std::slice;

use anyhow::{Context, Result};
use quote::format_ident;
use syn::visit_mut::{self, VisitMut};
use syn::{Item, ItemImpl, Path, PathSegment, UseTree};

use super::items::name_of;
use super::macros;
use crate::sources::Source;

/// All files of the crate, by their paths below `src/`.
pub(super) struct Modules(BTreeMap<String, Module>);

struct Module {
    /// Its items, those that macros make included.
    items: Vec<Item>,
    /// The imported names with their paths.
    imports: BTreeMap<String, Vec<String>>,
}

/// The module of `src/lib.rs`.
pub(super) const ROOT: &str = "lib";

impl Modules {
    pub(super) fn of(sources: &[Source]) -> Result<Self> {
        let mut modules = BTreeMap::new();
        for Source { path, file } in sources {
            let items = macros::expand(&file.items).with_context(|| format!("{path} cannot be listed"))?;
            let imports = items.iter().filter_map(|item| match item {
                Item::Use(item) => Some(flat(&item.tree)),
                _ => None,
            });
            let imports = imports.flatten().collect();
            let name = path.trim_start_matches("src/").trim_end_matches(".rs").to_owned();
            modules.insert(name, Module { items, imports });
        }
        Ok(Self(modules))
    }

    pub(super) fn items(&self, module: &str) -> &[Item] {
        self.0.get(module).map(|it| it.items.as_slice()).unwrap_or_default()
    }

    /// All implementations, each with the module where it stands.
    pub(super) fn implementations(&self) -> impl Iterator<Item = (&str, &ItemImpl)> {
        self.0.iter().flat_map(|(name, module)| {
            module.items.iter().filter_map(move |item| match item {
                Item::Impl(block) => Some((name.as_str(), block)),
                _ => None,
            })
        })
    }

    /// What a module means by a path: the item, and the module where it is defined.
    pub(super) fn definition(&self, module: &str, path: &[String]) -> Option<(&str, &Item)> {
        let [name] = path else {
            let (name, path) = path.split_last()?;
            return self.definition(&absolute(module, path), slice::from_ref(name));
        };
        let (module, Module { items, imports }) = self.0.get_key_value(module)?;
        if let Some(item) = items.iter().find(|item| name_of(item).is_some_and(|it| it == name)) {
            return Some((module, item));
        }
        // A path of one is another crate.
        let path = imports.get(name).filter(|path| path.len() > 1)?;
        self.definition(module, path)
    }

    /// Writes out the paths of other crates' types: what belongs to whom is part of the API. Our own types keep the bare
    /// names under which users know them.
    pub(super) fn write_out(&self, module: &str, visit: impl FnOnce(&mut WriteOut<'_>)) {
        if let Some(Module { imports, .. }) = self.0.get(module) {
            visit(&mut WriteOut(imports));
        }
    }
}

/// The module that a path leads to from another, as the path of its file below `src/`.
fn absolute(from: &str, path: &[String]) -> String {
    let mut at: Vec<&str> = from.split('/').filter(|it| *it != ROOT).collect();
    for segment in path {
        match segment.as_str() {
            "crate" => at.clear(),
            "super" => drop(at.pop()),
            "self" => {}
            child => at.push(child),
        }
    }
    if at.is_empty() { ROOT.to_owned() } else { at.join("/") }
}

pub(super) struct WriteOut<'a>(&'a BTreeMap<String, Vec<String>>);

impl VisitMut for WriteOut<'_> {
    fn visit_path_mut(&mut self, path: &mut Path) {
        visit_mut::visit_path_mut(self, path);
        let mut written = std::mem::take(&mut path.segments).into_iter();
        let Some(first) = written.next() else { return };
        let imported = self.0.get(&first.ident.to_string());
        let mut segments: Vec<PathSegment> = match imported {
            Some(path) => path.iter().map(|it| PathSegment::from(format_ident!("{it}"))).collect(),
            None => vec![PathSegment::from(first.ident)],
        };
        if let Some(last) = segments.last_mut() {
            last.arguments = first.arguments;
        }
        segments.extend(written);
        if segments.first().is_some_and(|it| it.ident == "crate") {
            segments.drain(..segments.len() - 1);
        }
        path.segments = segments.into_iter().collect();
    }
}

/// The imports of a tree, each as the name that it gives and the path that it takes.
pub(super) fn flat(tree: &UseTree) -> Vec<(String, Vec<String>)> {
    match tree {
        UseTree::Path(path) => {
            let (here, mut below) = (path.ident.to_string(), flat(&path.tree));
            for (name, path) in &mut below {
                if name == "self" {
                    (*name, *path) = (here.clone(), Vec::new());
                }
                path.insert(0, here.clone());
            }
            below
        }
        UseTree::Name(it) => vec![(it.ident.to_string(), vec![it.ident.to_string()])],
        UseTree::Rename(it) => vec![(it.rename.to_string(), vec![it.ident.to_string()])],
        UseTree::Group(group) => group.items.iter().flat_map(flat).collect(),
        UseTree::Glob(_) => Vec::new(),
    }
}
