//! Resolves paths in a Rust source.

use std::collections::BTreeMap;

use syn::{Item, UseTree, Visibility};

/// How many imports are followed, because a `use` can refer to itself.
const MAX_IMPORTS: usize = 16;

/// The modules of a source and the names in them.
#[derive(Debug, Default)]
pub(super) struct Scopes {
    modules: BTreeMap<Vec<String>, Module>,
    /// Items that only a re-export makes public, with their public path.
    exports: BTreeMap<Vec<String>, Vec<String>>,
}

#[derive(Debug, Default)]
struct Module {
    names: BTreeMap<String, Name>,
    globs: Vec<Import>,
}

#[derive(Debug)]
struct Name {
    public: bool,
    /// The path of an import; `None` for a declaration.
    import: Option<Vec<String>>,
}

/// An import and its name, which is empty for a glob.
#[derive(Debug)]
pub(super) struct Import {
    pub(super) public: bool,
    pub(super) path: Vec<String>,
    pub(super) name: String,
}

impl Scopes {
    /// Reads the names of all modules.
    pub(super) fn new(items: &[Item]) -> Self {
        let mut scopes = Self::default();
        scopes.add_module(&[], items);
        scopes.find_exports();
        scopes
    }

    fn add_module(&mut self, path: &[String], items: &[Item]) {
        let mut module = Module::default();
        for item in items {
            let (ident, vis) = match item {
                Item::Const(item) => (&item.ident, &item.vis),
                Item::Enum(item) => (&item.ident, &item.vis),
                Item::Fn(item) => (&item.sig.ident, &item.vis),
                Item::Mod(item) => (&item.ident, &item.vis),
                Item::Static(item) => (&item.ident, &item.vis),
                Item::Struct(item) => (&item.ident, &item.vis),
                Item::Trait(item) => (&item.ident, &item.vis),
                Item::Type(item) => (&item.ident, &item.vis),
                Item::Union(item) => (&item.ident, &item.vis),
                Item::Use(item) => {
                    for import in imports(&item.tree, is_public(&item.vis)) {
                        if import.name.is_empty() {
                            module.globs.push(import);
                        } else {
                            let name = Name { public: import.public, import: Some(import.path) };
                            module.names.entry(import.name).or_insert(name);
                        }
                    }
                    continue;
                }
                _ => continue,
            };
            let name = Name { public: is_public(vis), import: None };
            module.names.insert(ident.to_string(), name);
            if let Item::Mod(inner) = item
                && let Some((_, items)) = &inner.content
            {
                self.add_module(&child(path, &inner.ident.to_string()), items);
            }
        }
        self.modules.insert(path.to_vec(), module);
    }

    fn find_exports(&mut self) {
        let mut exports: BTreeMap<Vec<String>, Vec<String>> = BTreeMap::new();
        let mut export = |target: Option<Vec<String>>, name: Vec<String>| {
            let Some(target) = target.filter(|target| self.public_name(target).is_none()) else { return };
            // Prefer the shortest of several names.
            let known = exports.entry(target).or_insert_with(|| name.clone());
            if name.len() < known.len() {
                *known = name;
            }
        };
        for (path, module) in &self.modules {
            if !path.is_empty() && self.public_name(path).is_none() {
                continue;
            }
            for (name, entry) in &module.names {
                if entry.public && entry.import.is_some() {
                    export(self.lookup(path, name, 0), child(path, name));
                }
            }
            for glob in module.globs.iter().filter(|glob| glob.public) {
                let Some(target) = self.resolve(path, &glob.path) else { continue };
                for (name, entry) in self.modules.get(&target).into_iter().flat_map(|module| &module.names) {
                    if entry.public {
                        export(self.lookup(&target, name, 0), child(path, name));
                    }
                }
            }
        }
        self.exports = exports;
    }

    /// Resolves a path in a module to an absolute path, if its target is in this source.
    pub(super) fn resolve(&self, module: &[String], path: &[String]) -> Option<Vec<String>> {
        self.resolve_within(module, path, 0)
    }

    fn resolve_within(&self, module: &[String], path: &[String], depth: usize) -> Option<Vec<String>> {
        let mut here = module.to_vec();
        let mut rest = path.iter();
        let mut relative = false;
        loop {
            match rest.as_slice().first().map(String::as_str) {
                Some("self") if !relative => {}
                Some("crate") if !relative => here.clear(),
                Some("super") => drop(here.pop()?),
                _ => break,
            }
            relative = true;
            rest.next();
        }
        for segment in rest {
            here = if self.modules.contains_key(&here) {
                self.lookup(&here, segment, depth)?
            } else {
                // A path into a type, such as an associated type.
                child(&here, segment)
            };
        }
        Some(here)
    }

    fn lookup(&self, path: &[String], name: &str, depth: usize) -> Option<Vec<String>> {
        if depth > MAX_IMPORTS {
            return None;
        }
        let module = self.modules.get(path)?;
        match module.names.get(name) {
            Some(Name { import: None, .. }) => Some(child(path, name)),
            Some(Name { import: Some(import), .. }) => self.resolve_within(path, import, depth + 1),
            None => module.globs.iter().find_map(|glob| {
                let target = self.resolve_within(path, &glob.path, depth + 1)?;
                self.lookup(&target, name, depth + 1)
            }),
        }
    }

    /// Returns the path by which callers can name an item, if any.
    pub(super) fn public_name(&self, path: &[String]) -> Option<String> {
        if let Some(export) = self.exports.get(path) {
            return Some(export.join("::"));
        }
        let (name, module) = path.split_last()?;
        if !self.modules.get(module)?.names.get(name)?.public {
            return None;
        }
        if module.is_empty() {
            return Some(name.clone());
        }
        Some(format!("{}::{name}", self.public_name(module)?))
    }

    /// Returns whether the root module has a name.
    pub(super) fn is_at_root(&self, name: &str) -> bool {
        self.modules.get(&[] as &[String]).is_some_and(|root| root.names.contains_key(name))
    }
}

/// Returns the path of an item in a module.
pub(super) fn child(module: &[String], name: &str) -> Vec<String> {
    module.iter().cloned().chain([name.to_owned()]).collect()
}

/// Returns whether an item is `pub`.
pub(super) fn is_public(vis: &Visibility) -> bool {
    matches!(vis, Visibility::Public(_))
}

/// Returns the imports of a `use`.
pub(super) fn imports(tree: &UseTree, public: bool) -> Vec<Import> {
    let mut found = Vec::new();
    let mut open = vec![(Vec::new(), tree)];
    while let Some((path, tree)) = open.pop() {
        match tree {
            UseTree::Path(tree) => open.push((child(&path, &tree.ident.to_string()), &tree.tree)),
            UseTree::Group(group) => open.extend(group.items.iter().map(|tree| (path.clone(), tree))),
            UseTree::Glob(_) => found.push(Import { public, path, name: String::new() }),
            UseTree::Name(tree) if tree.ident == "self" => {
                let name = path.last().cloned().unwrap_or_default();
                found.push(Import { public, path, name });
            }
            UseTree::Name(tree) => {
                let name = tree.ident.to_string();
                found.push(Import { public, path: child(&path, &name), name });
            }
            UseTree::Rename(tree) if tree.rename == "_" => {}
            UseTree::Rename(tree) => {
                let target = tree.ident.to_string();
                let path = if target == "self" { path } else { child(&path, &target) };
                found.push(Import { public, path, name: tree.rename.to_string() });
            }
        }
    }
    found
}
