//! Finds values that are equal in both documents including everything that they refer to. The comparison skips them.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::document::{DocumentView, elements, members, reference};

/// The references whose targets changed, directly or indirectly.
#[derive(Debug)]
pub(crate) struct Unchanged<'d> {
    /// If the dialects differ or numbers are rounded, equal values may have different meanings.
    is_same_dialect: bool,
    changed: HashSet<&'d str>,
}

impl<'d> Unchanged<'d> {
    pub(crate) fn new(old: DocumentView<'d>, new: DocumentView<'d>) -> Self {
        let mut used: HashSet<&'d str> = HashSet::new();
        for document in [old, new] {
            references(document.root, &mut |it| {
                used.insert(it);
            });
        }
        // Subtypes are found by name, through the discriminator.
        let mut subtypes: HashMap<&str, Vec<(&str, &'d Value)>> = HashMap::new();
        for document in [old, new] {
            for (name, schema) in document.components("schemas").into_iter().flatten() {
                for base in elements(schema.get("allOf")).iter().filter_map(reference) {
                    subtypes.entry(base).or_default().push((name, schema));
                }
            }
        }
        let mut users: HashMap<&str, Vec<&'d str>> = HashMap::new();
        let mut changed: Vec<&'d str> = Vec::new();
        for name in used.iter().copied() {
            let (before, after) = (old.target(name), new.target(name));
            if before != after || before.is_none() {
                changed.push(name);
                continue;
            }
            let bases = before.filter(|it| it.get("discriminator").is_some()).and(subtypes.get(name));
            for value in before.into_iter().chain(bases.into_iter().flatten().map(|(_, schema)| *schema)) {
                references(value, &mut |it| users.entry(it).or_default().push(name));
            }
            for (subtype, schema) in bases.into_iter().flatten() {
                let is_kept = |document: DocumentView<'d>| {
                    let all = document.components("schemas");
                    all.and_then(|all| all.get(*subtype)) == Some(*schema)
                };
                if !(is_kept(old) && is_kept(new)) {
                    changed.push(name);
                }
            }
        }
        let mut all: HashSet<&'d str> = changed.into_iter().collect();
        let mut changed: Vec<&'d str> = all.iter().copied().collect();
        while let Some(name) = changed.pop() {
            changed.extend(users.get(name).into_iter().flatten().copied().filter(|user| all.insert(user)));
        }
        let is_same_dialect = old.version == new.version && !old.is_rounded() && !new.is_rounded();
        Self { is_same_dialect, changed: all }
    }

    /// Returns whether two values are equal including everything that they refer to.
    pub(crate) fn contains(&self, old: &Value, new: &Value) -> bool {
        if !self.is_same_dialect || old != new {
            return false;
        }
        let mut same = true;
        references(new, &mut |it| same &= !self.changed.contains(it));
        same
    }
}

/// Visits the references in a value, including those of discriminators.
fn references<'v>(value: &'v Value, found: &mut impl FnMut(&'v str)) {
    match value {
        Value::Object(object) => {
            if let Some(name) = reference(value) {
                found(name);
            }
            if let Some(discriminator) = object.get("discriminator") {
                members(discriminator.get("mapping")).filter_map(|(_, it)| it.as_str()).for_each(&mut *found);
            }
            object.values().for_each(|it| references(it, found));
        }
        Value::Array(list) => list.iter().for_each(|it| references(it, found)),
        _ => {}
    }
}
