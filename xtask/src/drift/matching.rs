//! Which operation of the one document is which of the other.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::{Value, json};

use super::compare::{Compare, NONE, get, object, reference, target};
use super::finding::Operation;
use super::place::{Place, escape};
use super::rules::{Direction::Request, Rule};
use crate::generate::spec::METHODS;

/// An operation where it stands.
#[derive(Clone, Copy)]
pub(crate) struct Call<'v> {
    pub(crate) id: Option<&'v str>,
    pub(crate) method: &'static str,
    pub(crate) path: &'v str,
    /// The path item, which has parameters for all its operations.
    pub(crate) item: &'v Value,
    pub(crate) operation: &'v Value,
}

impl<'v> Call<'v> {
    pub(crate) fn pointer(&self) -> String {
        format!("/paths/{}/{}", escape(self.path), self.method)
    }

    /// The names in the path's braces.
    pub(crate) fn template(&self) -> impl Iterator<Item = &'v str> {
        self.path.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0))
    }

    /// Method and path without the names in braces, which are free.
    fn key(&self) -> (&'static str, String) {
        let part = |(index, part): (usize, &str)| match part.split_once('}') {
            Some((_, rest)) if index > 0 => format!("{{}}{rest}"),
            _ => part.to_owned(),
        };
        (self.method, self.path.split('{').enumerate().map(part).collect::<Vec<_>>().concat())
    }

    pub(crate) fn named(&self) -> Operation {
        Operation {
            id: self
                .id
                .map_or_else(|| format!("{} {}", self.method.to_uppercase(), self.path), str::to_owned),
            method: self.method.to_uppercase(),
            path: self.path.to_owned(),
        }
    }
}

pub(crate) fn operations(document: &Value) -> Vec<Call<'_>> {
    let mut found = Vec::new();
    for (path, item) in object(get(document, "paths")).into_iter().flatten() {
        let item = reference(item).and_then(|name| target(document, name)).unwrap_or(item);
        for method in METHODS {
            if let Some(operation) = item.get(method) {
                let id = operation.get("operationId").and_then(Value::as_str);
                found.push(Call { id, method, path, item, operation });
            }
        }
    }
    found
}

impl Compare<'_> {
    /// Matches operations by id first, then by method and path, and compares what matches.
    pub(crate) fn match_operations(&mut self, had: &[Call<'_>], has: &[Call<'_>]) {
        let mut taken = HashSet::new();
        let mut matches: Vec<(usize, Option<usize>)> = Vec::new();
        let by_id = unique(has, |it| it.id.map(str::to_owned));
        let old_ids = unique(had, |it| it.id.map(str::to_owned));
        let by_key = unique(has, |it| Some(it.key()));
        for (index, operation) in had.iter().enumerate() {
            let id = operation.id.filter(|id| old_ids.contains_key(*id));
            let found = id.and_then(|id| by_id.get(id).copied());
            taken.extend(found);
            matches.push((index, found));
        }
        for (index, found) in &mut matches {
            if found.is_none() {
                *found = by_key.get(&had[*index].key()).copied().filter(|at| taken.insert(*at));
            }
        }
        let moved: Vec<(&Call<'_>, &Call<'_>)> = matches
            .iter()
            .filter_map(|(index, found)| Some((&had[*index], &has[(*found)?])))
            .filter(|(one, other)| one.key() != other.key())
            .collect();
        let prefix = self.prefix(&moved);
        let swapped = self.swapped(&moved);
        for (index, found) in &matches {
            let one = &had[*index];
            let Some(other) = found.map(|at| &has[at]) else {
                self.operation = Some(one.named());
                let pointer = one.pointer();
                let gone = json!(one.named().id);
                self.report(
                    Rule::OperationRemoved,
                    Request,
                    &Place::root(&pointer, &pointer),
                    (&gone, &NONE),
                );
                continue;
            };
            self.operation = Some(other.named());
            let (from, to) = (one.pointer(), other.pointer());
            let here = Place::root(&from, &to);
            let is_moved = one.key() != other.key();
            if is_moved && !prefix && !swapped.contains(one.path) {
                let values = (json!([one.method, one.path]), json!([other.method, other.path]));
                self.report(Rule::OperationMoved, Request, &here, (&values.0, &values.1));
            }
            if one.id != other.id {
                let rule = match (one.id, other.id) {
                    (None, _) => Rule::OperationIdAdded,
                    (_, None) => Rule::OperationIdRemoved,
                    _ => Rule::OperationRenamed,
                };
                self.report(rule, Request, &here.at("operationId"), (&json!(one.id), &json!(other.id)));
            }
            self.operation(one, other);
        }
        for (index, operation) in has.iter().enumerate() {
            if !taken.contains(&index) {
                self.operation = Some(operation.named());
                let pointer = operation.pointer();
                let here = Place::root(&pointer, &pointer);
                self.report(Rule::OperationAdded, Request, &here, (&NONE, &json!(operation.named().id)));
            }
        }
    }

    /// Whether all operations that moved did so by one and the same change of the beginning of their paths, which is one
    /// finding.
    fn prefix(&mut self, moved: &[(&Call<'_>, &Call<'_>)]) -> bool {
        let mut changes: BTreeSet<(String, String)> = BTreeSet::new();
        for (one, other) in moved {
            if one.method != other.method {
                return false;
            }
            let (from, to): (Vec<&str>, Vec<&str>) =
                (one.path.split('/').collect(), other.path.split('/').collect());
            let same = from.iter().rev().zip(to.iter().rev()).take_while(|(one, other)| one == other).count();
            changes.insert((from[..from.len() - same].join("/"), to[..to.len() - same].join("/")));
        }
        let (1, Some((from, to))) = (changes.len(), changes.first()) else { return false };
        if moved.len() < 2 {
            return false;
        }
        self.operation = None;
        let values = (json!(format!("{from}/")), json!(format!("{to}/")));
        let root = Place::root("", "");
        self.report(Rule::PrefixMoved, Request, &root.at("paths"), (&values.0, &values.1));
        true
    }

    /// The paths of operations that have changed places with each other.
    fn swapped(&mut self, moved: &[(&Call<'_>, &Call<'_>)]) -> BTreeSet<String> {
        let mut swapped = BTreeSet::new();
        let by_old: HashMap<_, _> = moved.iter().map(|(one, other)| (one.key(), (*one, *other))).collect();
        for (one, other) in moved {
            let Some((partner, goal)) = by_old.get(&other.key()) else { continue };
            if goal.key() == one.key()
                && swapped.insert(one.path.to_owned())
                && swapped.insert(partner.path.to_owned())
            {
                self.operation = Some(other.named());
                let (from, to) = (one.pointer(), other.pointer());
                let values = (json!(one.named().id), json!(partner.named().id));
                let here = Place::root(&from, &to);
                self.report(Rule::OperationsSwapped, Request, &here, (&values.0, &values.1));
            }
        }
        swapped
    }
}

/// The operations by a key, but for those that share it.
fn unique<K: std::hash::Hash + Eq>(
    all: &[Call<'_>],
    key: impl Fn(&Call<'_>) -> Option<K>,
) -> HashMap<K, usize> {
    let mut found: HashMap<K, Option<usize>> = HashMap::new();
    for (index, operation) in all.iter().enumerate() {
        if let Some(key) = key(operation) {
            found.entry(key).and_modify(|it| *it = None).or_insert(Some(index));
        }
    }
    found.into_iter().filter_map(|(key, index)| Some((key, index?))).collect()
}
