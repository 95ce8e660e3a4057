//! Maps the items of a source to the parts of the document that they were generated from.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::identifiers::{operation_method, schema_type};
use super::items::{Item, Items, Kind};
use super::origins::{Origin, Origins};

/// The items of a source by origin.
#[derive(Clone, Debug, Default)]
pub(super) struct SourceItems {
    pub(super) items: Items,
    pub(super) origins: Origins,
    /// The methods of each operation.
    methods: BTreeMap<Origin, BTreeSet<String>>,
    /// The types of each component schema.
    types: BTreeMap<Origin, BTreeSet<String>>,
    /// The types that were generated from inline schemas.
    inline: BTreeSet<String>,
    /// The inline types by the origins that mention them.
    inline_of: BTreeMap<Origin, BTreeSet<String>>,
    /// The items of each type.
    parts: BTreeMap<String, Vec<String>>,
}

impl SourceItems {
    pub(super) fn new(items: Items) -> Self {
        let mut parts: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, item) in &items {
            if let Some(owner) = type_of(&items, name, item) {
                parts.entry(owner).or_default().push(name.clone());
            }
        }
        Self { items, parts, ..Self::default() }
    }

    /// Determines the origins of all items.
    pub(super) fn describe(&mut self, document: &Value) {
        self.origins = Origins::new(document);
        self.types = self.schema_types();
        let components: BTreeSet<&String> = self.types.values().flatten().collect();
        let (methods, clients) = self.operation_methods(&components);
        let is_inline = |name: &String| {
            !components.contains(name)
                && !clients.contains(name)
                && self
                    .items
                    .get(name)
                    .is_some_and(|item| matches!(item.kind, Kind::Type { .. } | Kind::Alias))
        };
        let mut inline_of: BTreeMap<Origin, BTreeSet<String>> = BTreeMap::new();
        let by_methods = methods.iter().map(|(origin, methods)| {
            let items = methods.iter().filter_map(|method| self.items.get(method));
            let builders = methods.iter().filter_map(|method| builder_of(method));
            (origin, items.flat_map(Item::mentions).chain(builders).map(str::to_owned).collect())
        });
        let by_types = self.types.iter().map(|(origin, types)| {
            (origin, types.iter().flat_map(|name| self.mentioned_in(name)).collect::<BTreeSet<String>>())
        });
        for (origin, mentioned) in by_methods.chain(by_types) {
            let mut inline = BTreeSet::new();
            let mut open: Vec<String> = mentioned.into_iter().collect();
            while let Some(name) = open.pop() {
                if is_inline(&name) && inline.insert(name.clone()) {
                    open.extend(self.mentioned_in(&name));
                }
            }
            inline_of.insert(origin.clone(), inline);
        }
        self.methods = methods;
        self.inline = inline_of.values().flatten().cloned().collect();
        self.inline_of = inline_of;
    }

    /// Returns the types that the fields, variants and methods of a type mention.
    pub(super) fn mentioned_in(&self, name: &str) -> impl Iterator<Item = String> {
        let definition = self.parts_of(name).filter(|(_, item)| item.kind != Kind::Impl);
        definition.flat_map(|(_, item)| item.mentions()).map(str::to_owned)
    }

    fn schema_types(&self) -> BTreeMap<Origin, BTreeSet<String>> {
        // Progenitor generates them in the module `types`, other generators elsewhere.
        let has_module = self.items.keys().any(|name| name.starts_with("types::"));
        let mut by_ident: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for (name, item) in &self.items {
            let (module, ident) = name.rsplit_once("::").unwrap_or(("", name));
            if matches!(item.kind, Kind::Type { .. } | Kind::Alias) && (!has_module || module == "types") {
                by_ident.entry(ident).or_default().insert(name.clone());
            }
        }
        let types = self.origins.schemas.iter().filter_map(|name| {
            let found = by_ident.get(schema_type(name).as_str())?;
            Some((Origin::component("schemas", name), found.clone()))
        });
        types.collect()
    }

    /// Finds the methods of each operation, by their documented requests or else by name. Also returns the types of the
    /// methods.
    fn operation_methods(
        &self,
        components: &BTreeSet<&String>,
    ) -> (BTreeMap<Origin, BTreeSet<String>>, BTreeSet<String>) {
        let mut by_request: BTreeMap<(&str, &str), Vec<&String>> = BTreeMap::new();
        let mut by_ident: BTreeMap<&str, Vec<&String>> = BTreeMap::new();
        for (name, item) in &self.items {
            if !matches!(item.kind, Kind::Function { .. }) {
                continue;
            }
            for (method, path) in &item.requests {
                by_request.entry((method, path)).or_default().push(name);
            }
            let is_of_client = item.container.as_ref().is_none_or(|it| !components.contains(it))
                && !name.split("::").any(|segment| segment == "types" || segment == "builder");
            if is_of_client {
                by_ident.entry(name.rsplit("::").next().unwrap_or(name)).or_default().push(name);
            }
        }
        let mut methods = BTreeMap::new();
        let mut clients = BTreeSet::new();
        for (origin, id) in &self.origins.operations {
            let Origin::Operation { method, path } = origin else { continue };
            let named = by_ident.get(operation_method(id).as_str()).map(Vec::as_slice).unwrap_or_default();
            // Progenitor replaces a double slash with a single one.
            let mut path = path.clone();
            while path.contains("//") {
                path = path.replace("//", "/");
            }
            let sending =
                by_request.get(&(method.as_str(), path.as_str())).map(Vec::as_slice).unwrap_or_default();
            // A description may quote another method, so with several requests the name must match, too.
            let is_sure = |name: &&&String| {
                named.contains(name) || self.items.get(**name).is_some_and(|item| item.requests.len() == 1)
            };
            let mut found: BTreeSet<String> = sending.iter().filter(is_sure).map(|&it| it.clone()).collect();
            if found.is_empty() {
                found.extend(named.iter().map(|&it| it.clone()));
            }
            let owners = found
                .iter()
                .filter(|name| builder_of(name).is_none())
                .filter_map(|name| self.items.get(name)?.container.clone());
            clients.extend(owners);
            methods.insert(origin.clone(), found);
        }
        (methods, clients)
    }

    /// Returns the types of a component schema.
    pub(super) fn types_of(&self, origin: &Origin) -> impl Iterator<Item = &String> {
        self.types.get(origin).into_iter().flatten()
    }

    /// Returns the inline types of an origin.
    pub(super) fn inline_of(&self, origin: &Origin) -> impl Iterator<Item = &String> {
        self.inline_of.get(origin).into_iter().flatten()
    }

    pub(super) fn is_inline(&self, name: &str) -> bool {
        self.inline.contains(name)
    }

    /// Returns the methods of an operation.
    pub(super) fn methods_of(&self, origin: &Origin) -> impl Iterator<Item = &String> {
        self.methods.get(origin).into_iter().flatten()
    }

    /// Returns the items of a type.
    pub(super) fn parts_of(&self, name: &str) -> impl Iterator<Item = (&String, &Item)> {
        self.parts.get(name).into_iter().flatten().filter_map(|part| self.items.get_key_value(part))
    }

    /// Collects the items of a type and of the inline types within it.
    pub(super) fn collect_all(&self, name: &str, found: &mut BTreeSet<String>) {
        let mut seen = BTreeSet::from([name.to_owned()]);
        let mut open = vec![name.to_owned()];
        while let Some(name) = open.pop() {
            found.extend(self.parts_of(&name).map(|(part, _)| part.clone()));
            for inner in self.mentioned_in(&name) {
                if self.is_inline(&inner) && seen.insert(inner.clone()) {
                    open.push(inner);
                }
            }
        }
    }

    /// Returns the type that an item is or belongs to.
    pub(super) fn type_of(&self, name: &str) -> Option<String> {
        type_of(&self.items, name, self.items.get(name)?)
    }
}

fn type_of(items: &Items, name: &str, item: &Item) -> Option<String> {
    match (&item.kind, &item.container) {
        (Kind::Type { .. } | Kind::Alias | Kind::Trait, _) => Some(name.to_owned()),
        (_, Some(container)) => match items.get(container) {
            Some(outer) if matches!(outer.kind, Kind::Variant { .. }) => outer.container.clone(),
            _ => Some(container.clone()),
        },
        (_, None) => None,
    }
}

/// Returns the builder that a method belongs to, if any.
fn builder_of(method: &str) -> Option<&str> {
    let (container, _) = method.rsplit_once("::")?;
    container.split("::").any(|segment| segment == "builder").then_some(container)
}
