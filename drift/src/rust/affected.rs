//! The items that a finding is about.

use std::collections::BTreeSet;

use super::items::{Item, Kind};
use super::origins::Origin;
use super::source_items::Side;

/// What a finding is about in one source.
#[derive(Debug, Default)]
pub(super) struct Affected {
    pub(super) items: BTreeSet<String>,
    pub(super) types: BTreeSet<String>,
    /// The types of the component itself, without those that its content is merged into.
    pub(super) own: BTreeSet<String>,
}

/// The names of a type in both sources.
type Pair = [Option<String>; 2];

/// Collects what an origin is generated into, in both sources. Of a component, only what holds the fields that lead to
/// the place of a finding.
pub(super) fn affected(sides: [&Side; 2], origins: [Option<&Origin>; 2], fields: &[String]) -> [Affected; 2] {
    let mut affected = [Affected::default(), Affected::default()];
    let mut components = [BTreeSet::new(), BTreeSet::new()];
    for (index, (side, origin)) in sides.into_iter().zip(origins).enumerate() {
        let (Some(origin), affected) = (origin, &mut affected[index]) else { continue };
        affected.own.extend(side.types_of(origin).cloned());
        for origin in side.origins.reached_by(origin) {
            let own: Vec<&String> = side.types_of(&origin).collect();
            affected.items.extend(side.methods_of(&origin).cloned());
            for inline in side.inline_of(&origin) {
                affected.types.insert(inline.clone());
                // Those of a component are found from its type.
                if own.is_empty() {
                    side.whole(inline, &mut affected.items);
                }
            }
            affected.types.extend(own.iter().copied().cloned());
            components[index].extend(own.into_iter().cloned());
        }
    }
    for pair in pairs(components) {
        narrow(sides, &pair, fields, &mut affected);
    }
    for affected in &mut affected {
        let modules: Vec<String> =
            affected.items.iter().flat_map(|item| modules_of(item)).map(str::to_owned).collect();
        affected.items.extend(modules);
    }
    affected
}

/// Pairs the types of both sources: first by name, then in order.
fn pairs([old, new]: [BTreeSet<String>; 2]) -> Vec<Pair> {
    let mut pairs: Vec<Pair> =
        old.intersection(&new).map(|name| [Some(name.clone()), Some(name.clone())]).collect();
    let mut added = new.difference(&old).cloned();
    pairs.extend(old.difference(&new).map(|name| [Some(name.clone()), added.next()]));
    pairs.extend(added.map(|name| [None, Some(name)]));
    pairs
}

/// Collects the items of a type, without the fields beside the one that the first name leads to.
fn narrow(sides: [&Side; 2], pair: &Pair, fields: &[String], affected: &mut [Affected; 2]) {
    let parts = [0, 1].map(|index| {
        let name = pair[index].as_deref();
        name.into_iter().flat_map(|name| sides[index].parts_of(name)).collect::<Vec<(&String, &Item)>>()
    });
    let leads = |item: &Item| item.kind == Kind::Field && item.json_name.as_ref() == fields.first();
    let leading = parts.iter().flatten().filter(|(_, item)| leads(item));
    let idents: Vec<&str> = leading.filter_map(|(name, _)| name.rsplit('.').next()).collect();
    let mut inner = [BTreeSet::new(), BTreeSet::new()];
    for (index, side) in sides.into_iter().enumerate() {
        let found = &mut affected[index].items;
        if idents.is_empty() {
            pair[index].iter().for_each(|name| side.whole(name, found));
            continue;
        }
        for (name, item) in &parts[index] {
            if item.kind == Kind::Field && !leads(item) {
                continue;
            }
            found.insert((*name).clone());
            let inline = item.mentions().filter(|name| side.is_inline(name));
            match item.kind {
                Kind::Field => inner[index].extend(inline.map(str::to_owned)),
                // The builder of a type has a method for each field.
                Kind::Function { .. } => {
                    for (name, item) in inline.flat_map(|builder| side.parts_of(builder)) {
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
            narrow(sides, &pair, fields.get(1..).unwrap_or_default(), affected);
        }
    }
}

/// Lists the modules that an item is in.
fn modules_of(item: &str) -> impl Iterator<Item = &str> {
    let path = if item.starts_with("impl ") { "" } else { item };
    path.match_indices("::").filter_map(|(at, _)| path.get(..at))
}
