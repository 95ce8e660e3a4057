//! Attributes changed items to findings.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::RustChange;
use super::affected::{Affected, affected};
use super::items::{Item, Items, Kind};
use super::origins::{Origin, segments};
use super::source_items::SourceItems;
use crate::finding::{Finding, Subject};
use crate::rules::Level;

/// Words in the names of rules about documentation, from which no public item is generated.
const DOCUMENTATION: &[&str] = &[
    "deprecated",
    "deprecation",
    "description",
    "descriptions",
    "docs",
    "example",
    "examples",
    "extension",
    "info",
    "link",
    "links",
    "reactivated",
    "summary",
    "sunset",
    "tag",
    "tags",
];

/// The items of both sources and what relates their changes.
#[derive(Clone, Debug, Default)]
pub(super) struct Attribution {
    old: SourceItems,
    new: SourceItems,
    /// For each pair of types, the items in which only the type was replaced, or wrapped in a reference or a box.
    replaced: BTreeMap<(String, String), BTreeSet<String>>,
    /// For each type, the items that changed because of it.
    caused: BTreeMap<String, BTreeSet<String>>,
    /// For each type, the implementations that were added or removed and mention it.
    implemented: BTreeMap<String, BTreeSet<String>>,
}

impl Attribution {
    pub(super) fn new(old: Items, new: Items) -> Self {
        Self { old: SourceItems::new(old), new: SourceItems::new(new), ..Self::default() }
    }

    pub(super) fn describe(&mut self, old: &Value, new: &Value, changes: &[RustChange]) {
        self.old.describe(old);
        self.new.describe(new);
        let by_type = self.by_type(changes);
        let (mut replaced, mut caused, mut implemented) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        for change in changes {
            add(&mut replaced, self.replaced_in(change), &change.item);
            add(&mut caused, self.causes_of(change, &by_type), &change.item);
            if change.before.is_none() || change.after.is_none() {
                let item = self.new.items.get(&change.item).or(self.old.items.get(&change.item));
                let item = item.filter(|item| item.kind == Kind::Impl);
                let mentioned = item.into_iter().flat_map(Item::mentions).map(str::to_owned);
                add(&mut implemented, mentioned.collect(), &change.item);
            }
        }
        (self.replaced, self.caused, self.implemented) = (replaced, caused, implemented);
    }

    /// Groups changes by type.
    fn by_type<'c>(&self, changes: &'c [RustChange]) -> BTreeMap<String, Vec<&'c RustChange>> {
        let mut by_type: BTreeMap<String, Vec<&RustChange>> = BTreeMap::new();
        for change in changes {
            let source = if change.after.is_some() { &self.new } else { &self.old };
            if let Some(name) = source.type_of(&change.item) {
                by_type.entry(name).or_default().push(change);
            }
        }
        by_type
    }

    /// Finds the types that were replaced, or wrapped in a reference or a box, in an item that is otherwise the same.
    fn replaced_in(&self, change: &RustChange) -> BTreeSet<(String, String)> {
        let mut replaced = BTreeSet::new();
        let (Some(before), Some(after)) =
            (self.old.items.get(&change.item), self.new.items.get(&change.item))
        else {
            return replaced;
        };
        for (slot, old) in &before.slots {
            let Some((_, new)) = after.slots.iter().find(|(name, _)| name == slot) else { continue };
            if old.text == new.text || old.shape != new.shape {
                continue;
            }
            let pairs = || old.mentions.iter().zip(&new.mentions);
            let is_renamed = pairs().any(|(old, new)| old != new);
            let pairs = pairs().filter(|(old, new)| !is_renamed || old != new);
            replaced.extend(pairs.map(|(old, new)| (old.clone(), new.clone())));
        }
        replaced
    }

    fn causes_of(
        &self,
        change: &RustChange,
        by_type: &BTreeMap<String, Vec<&RustChange>>,
    ) -> BTreeSet<String> {
        let (old, new) = (self.old.items.get(&change.item), self.new.items.get(&change.item));
        let Some(item) = new.or(old) else { return BTreeSet::new() };
        let mentioned = |item: Option<&Item>| -> BTreeSet<String> {
            item.into_iter().flat_map(Item::mentions).map(str::to_owned).collect()
        };
        if item.kind == Kind::Impl {
            // If nothing else of a type changed, its traits changed because of the types in it.
            let mut causes = BTreeSet::new();
            let mut open: Vec<String> = item.container.iter().cloned().collect();
            while let Some(name) = open.pop() {
                let has_inner_cause = by_type
                    .get(&name)
                    .is_none_or(|changes| changes.iter().all(|change| change.item.starts_with("impl ")));
                if has_inner_cause {
                    let inner = self.old.mentioned_in(&name).chain(self.new.mentioned_in(&name));
                    open.extend(
                        inner.filter(|inner| by_type.contains_key(inner) && causes.insert(inner.clone())),
                    );
                }
            }
            return causes;
        }
        let (before, after) = (mentioned(old), mentioned(new));
        match (old, new) {
            // A type of another kind is passed and built differently.
            (Some(_), Some(_)) => {
                before.union(&after).filter(|name| self.has_other_form(name)).cloned().collect()
            }
            // A method that was added or removed together with one of its types.
            (Some(_), None) => before.into_iter().filter(|name| !self.new.items.contains_key(name)).collect(),
            _ => after.into_iter().filter(|name| !self.old.items.contains_key(name)).collect(),
        }
    }

    fn has_other_form(&self, name: &str) -> bool {
        let form = |source: &SourceItems| match source.items.get(name).map(|item| item.kind.clone()) {
            Some(Kind::Type { form, .. }) => Some(form),
            _ => None,
        };
        form(&self.old) != form(&self.new)
    }

    /// Returns the items that a finding affects in both sources.
    fn affected(&self, finding: &Finding) -> [Affected; 2] {
        if is_documentation(finding) {
            return Default::default();
        }
        let [old, new] =
            [&finding.old, &finding.new].map(|pointer| pointer.as_deref().map(segments).unwrap_or_default());
        let fields = fields(if new.is_empty() { &old } else { &new });
        let origins = [origin(finding, &old, &self.old, true), origin(finding, &new, &self.new, false)];
        affected([&self.old, &self.new], origins.each_ref().map(Option::as_ref), &fields)
    }

    /// Returns the names of items whose changes a finding explains.
    pub(super) fn explained(&self, finding: &Finding) -> BTreeSet<String> {
        let [old, new] = self.affected(finding);
        let causes = old.types.union(&new.types).filter_map(|name| self.caused.get(name));
        let mut explained: BTreeSet<String> = causes.flatten().cloned().collect();
        for before in &old.own {
            for after in &new.own {
                let pair = (before.clone(), after.clone());
                explained.extend(self.replaced.get(&pair).into_iter().flatten().cloned());
                if before != after {
                    // Conversions are named after both types.
                    let implemented =
                        [before, after].into_iter().filter_map(|name| self.implemented.get(name));
                    explained.extend(implemented.flatten().cloned());
                }
            }
        }
        explained.extend(old.items);
        explained.extend(new.items);
        explained
    }
}

fn add<K: Ord>(index: &mut BTreeMap<K, BTreeSet<String>>, keys: BTreeSet<K>, item: &str) {
    for key in keys {
        index.entry(key).or_default().insert(item.to_owned());
    }
}

/// Returns whether a finding is about documentation.
fn is_documentation(finding: &Finding) -> bool {
    finding.rule.level(finding.direction) == Level::Docs
        && finding.rule.name.split('-').any(|word| DOCUMENTATION.contains(&word))
}

/// Returns the origin of a finding in one of the documents.
fn origin(finding: &Finding, path: &[String], source: &SourceItems, is_old: bool) -> Option<Origin> {
    match &finding.subject {
        Subject::Document | Subject::Path { .. } => None,
        Subject::Component { kind, name } => Some(match path {
            [components, section, name, ..] if components == "components" && section == kind => {
                Origin::component(kind, name)
            }
            _ => Origin::component(kind, name),
        }),
        Subject::Operation(operation) => {
            let known = |method: &str, path: &str| {
                let origin = Origin::Operation { method: method.to_uppercase(), path: path.to_owned() };
                source.origins.operations.contains_key(&origin).then_some(origin)
            };
            let by_pointer = match path {
                [paths, path, method, ..] if paths == "paths" => {
                    known(method, path).or_else(|| known(&operation.method, path))
                }
                [paths, path] if paths == "paths" => known(&operation.method, path),
                _ => None,
            };
            by_pointer.or_else(|| known(&operation.method, &operation.path)).or_else(|| {
                let id = operation.old_id.as_ref().filter(|_| is_old).or(operation.id.as_ref())?;
                source.origins.operation(id).cloned()
            })
        }
    }
}

/// Returns the path of fields to a location in a component schema.
fn fields(path: &[String]) -> Vec<String> {
    let mut fields = Vec::new();
    let mut rest = match path {
        [components, schemas, _, rest @ ..] if components == "components" && schemas == "schemas" => rest,
        _ => return fields,
    };
    while let [keyword, tail @ ..] = rest {
        rest = match (keyword.as_str(), tail) {
            ("properties", [name, tail @ ..]) => {
                fields.push(name.clone());
                tail
            }
            ("allOf" | "anyOf" | "oneOf", [_, tail @ ..]) | ("items" | "additionalProperties", tail) => tail,
            _ => return fields,
        };
    }
    fields
}
