//! Finds the items that a finding affects.

use std::collections::BTreeSet;

use super::items::{Item, Kind};
use super::origins::Origin;
use super::source_items::SourceItems;

/// The items and types of one source that a finding affects.
#[derive(Debug, Default)]
pub(super) struct Affected {
    pub(super) items: BTreeSet<String>,
    pub(super) types: BTreeSet<String>,
    /// The types of the component itself, without those that it is merged into.
    pub(super) own: BTreeSet<String>,
}

/// The names of a type in both sources.
type Pair = [Option<String>; 2];

/// Collects the items that are generated from an origin, in both sources. For a component, only those on the path of fields
/// to the location of a finding.
pub(super) fn affected(
    sources: [&SourceItems; 2],
    origins: [Option<&Origin>; 2],
    fields: &[String],
) -> [Affected; 2] {
    let mut affected = [Affected::default(), Affected::default()];
    let mut components = [BTreeSet::new(), BTreeSet::new()];
    for (index, (source, origin)) in sources.into_iter().zip(origins).enumerate() {
        let (Some(origin), affected) = (origin, &mut affected[index]) else { continue };
        affected.own.extend(source.types_of(origin).cloned());
        for origin in source.origins.reached_by(origin) {
            let own: Vec<&String> = source.types_of(&origin).collect();
            affected.items.extend(source.methods_of(&origin).cloned());
            for inline in source.inline_of(&origin) {
                affected.types.insert(inline.clone());
                // The inline types of a component are found through its type.
                if own.is_empty() {
                    source.collect_all(inline, &mut affected.items);
                }
            }
            affected.types.extend(own.iter().copied().cloned());
            components[index].extend(own.into_iter().cloned());
        }
    }
    for pair in pairs(components) {
        narrow(sources, &pair, fields, &mut affected);
    }
    for affected in &mut affected {
        let modules: Vec<String> =
            affected.items.iter().flat_map(|item| modules_of(item)).map(str::to_owned).collect();
        affected.items.extend(modules);
    }
    affected
}

/// Pairs the types of both sources, by name and then by order.
fn pairs([old, new]: [BTreeSet<String>; 2]) -> Vec<Pair> {
    let mut pairs: Vec<Pair> =
        old.intersection(&new).map(|name| [Some(name.clone()), Some(name.clone())]).collect();
    let mut added = new.difference(&old).cloned();
    pairs.extend(old.difference(&new).map(|name| [Some(name.clone()), added.next()]));
    pairs.extend(added.map(|name| [None, Some(name)]));
    pairs
}

/// Collects the items of a type. If it has a field with the first name, only the items of that field.
fn narrow(sources: [&SourceItems; 2], pair: &Pair, fields: &[String], affected: &mut [Affected; 2]) {
    let parts = [0, 1].map(|index| {
        let name = pair[index].as_deref();
        name.into_iter().flat_map(|name| sources[index].parts_of(name)).collect::<Vec<(&String, &Item)>>()
    });
    let is_on_path = |item: &Item| item.kind == Kind::Field && item.json_name.as_ref() == fields.first();
    let leading = parts.iter().flatten().filter(|(_, item)| is_on_path(item));
    let idents: Vec<&str> = leading.filter_map(|(name, _)| name.rsplit('.').next()).collect();
    let mut inner = [BTreeSet::new(), BTreeSet::new()];
    for (index, source) in sources.into_iter().enumerate() {
        let found = &mut affected[index].items;
        if idents.is_empty() {
            pair[index].iter().for_each(|name| source.collect_all(name, found));
            continue;
        }
        for (name, item) in &parts[index] {
            if item.kind == Kind::Field && !is_on_path(item) {
                continue;
            }
            found.insert((*name).clone());
            let inline = item.mentions().filter(|name| source.is_inline(name));
            match item.kind {
                Kind::Field => inner[index].extend(inline.map(str::to_owned)),
                // The builder of a type has a method per field.
                Kind::Function { .. } => {
                    for (name, item) in inline.flat_map(|builder| source.parts_of(builder)) {
                        let ident = name.rsplit("::").next().unwrap_or(name);
                        if !matches!(item.kind, Kind::Function { .. }) || idents.contains(&ident) {
                            found.insert(name.clone());
                        }
                    }
                }
                _ => {}
            }
        }
    }
    if !idents.is_empty() {
        for pair in pairs(inner) {
            narrow(sources, &pair, fields.get(1..).unwrap_or_default(), affected);
        }
    }
}

/// Returns the modules that contain an item.
fn modules_of(item: &str) -> impl Iterator<Item = &str> {
    let path = if item.starts_with("impl ") { "" } else { item };
    path.match_indices("::").filter_map(|(at, _)| path.get(..at))
}
