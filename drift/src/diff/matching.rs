//! Matches the operations of both documents.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::Hash;

use serde_json::json;

use super::servers::{base_path, first_server};
use super::{Differ, Location};
use crate::document::DocumentView;
use crate::document::operation::{OperationRef, Section, template_key};
use crate::finding::Operation;
use crate::rules::{self, Direction::Request};

/// The matched operations of both documents.
#[derive(Debug, Default)]
pub(crate) struct Matched<'d> {
    pub(crate) pairs: Vec<(Option<OperationRef<'d>>, Option<OperationRef<'d>>)>,
}

impl<'d> Matched<'d> {
    /// Matches operations by method and path, and the rest by `operationId`.
    pub(crate) fn new(old: DocumentView<'d>, new: DocumentView<'d>) -> Self {
        let (before, after) = (old.operations(), new.operations());
        let (old_base, new_base) = (base_path(old.root), base_path(new.root));
        let mut found: Vec<Option<usize>> = vec![None; before.len()];
        let mut taken = HashSet::new();
        for key in [full_key, own_key, id_key] {
            let (old_keys, new_keys) = (
                unique(&before, |operation| key(operation, &old_base)),
                unique(&after, |operation| key(operation, &new_base)),
            );
            for (key, index) in old_keys {
                if let Some(at) = new_keys.get(&key)
                    && found[index].is_none()
                    && taken.insert(*at)
                {
                    found[index] = Some(*at);
                }
            }
        }
        let mut pairs: Vec<_> = before
            .iter()
            .zip(&found)
            .map(|(operation, at)| (Some(*operation), at.map(|at| after[at])))
            .collect();
        let is_new = |(index, _): &(usize, &OperationRef<'d>)| !taken.contains(index);
        pairs.extend(after.iter().enumerate().filter(is_new).map(|(_, operation)| (None, Some(*operation))));
        Self { pairs }
    }
}

/// Returns a matched operation as findings name it.
pub(crate) fn to_reported(
    old: Option<&OperationRef<'_>>,
    new: Option<&OperationRef<'_>>,
) -> Option<Operation> {
    let mut operation = new.or(old)?.to_reported();
    if let (Some(old), Some(new)) = (old, new)
        && old.id != new.id
    {
        operation.old_id = old.id.map(str::to_owned);
    }
    Some(operation)
}

impl<'d> Differ<'d, '_> {
    /// Returns whether two operations have the same URL, even if their paths differ.
    pub(crate) fn is_same_address(&self, old: &OperationRef<'d>, new: &OperationRef<'d>) -> bool {
        let address = |document: DocumentView<'d>, operation: &OperationRef<'d>| {
            let url = first_server(document.root.get("servers"));
            (operation.method, template_key(&format!("{}{}", url.trim_end_matches('/'), operation.path)))
        };
        old.section == new.section && address(self.old, old) == address(self.new, new)
    }

    /// Reports operations whose paths changed. Those that share a change of prefix are one finding.
    pub(crate) fn report_moved(&mut self, moved: &[(OperationRef<'d>, OperationRef<'d>)]) {
        let mut groups: BTreeMap<(String, String), Vec<&(OperationRef<'d>, OperationRef<'d>)>> =
            BTreeMap::new();
        let (same_method, other_method): (Vec<_>, Vec<_>) =
            moved.iter().partition(|(old, new)| old.method == new.method);
        for pair in same_method {
            groups.entry(prefixes(pair)).or_default().push(pair);
        }
        let mut single = other_method;
        for ((from, to), group) in groups {
            if group.len() == 1 {
                single.extend(group);
                continue;
            }
            let locations =
                (Some(Location::at(self.old.root, "paths")), Some(Location::at(self.new.root, "paths")));
            self.report(
                &rules::PATH_PREFIX_CHANGED,
                Request,
                locations,
                (json!(format!("{from}/")), json!(format!("{to}/"))),
            );
            if let Some(draft) = self.drafts.last_mut() {
                draft.operations =
                    group.into_iter().filter_map(|(old, new)| to_reported(Some(old), Some(new))).collect();
            }
        }
        for (old, new) in single {
            let location = |operation: &OperationRef<'d>| Some(Location::of(operation.value));
            let address = |operation: &OperationRef<'d>| {
                json!(format!("{} {}", operation.method.to_uppercase(), operation.path))
            };
            let locations = (location(old), location(new));
            self.report(&rules::OPERATION_MOVED, Request, locations, (address(old), address(new)));
        }
    }
}

/// Identifies an operation by method and full path. A prefix may move between the paths and the server's URL.
#[expect(
    clippy::unnecessary_wraps,
    reason = "one of several ways to identify an operation, and others may have none"
)]
fn full_key(operation: &OperationRef<'_>, base: &str) -> Option<String> {
    let (section, method, path) = operation.key();
    let base = if section == Section::Paths { base } else { "" };
    Some(format!("{} {method} {base}{path}", section.name()))
}

fn own_key(operation: &OperationRef<'_>, _base: &str) -> Option<String> {
    full_key(operation, "")
}

fn id_key(operation: &OperationRef<'_>, _base: &str) -> Option<String> {
    Some(format!("{} {}", operation.section.name(), operation.id?))
}

/// Returns the prefixes of two paths before their common suffix.
fn prefixes((old, new): &(OperationRef<'_>, OperationRef<'_>)) -> (String, String) {
    let (from, to): (Vec<&str>, Vec<&str>) = (old.path.split('/').collect(), new.path.split('/').collect());
    let same = from.iter().rev().zip(to.iter().rev()).take_while(|(old, new)| old == new).count();
    (from[..from.len() - same].join("/"), to[..to.len() - same].join("/"))
}

/// Returns the operations by key, without those whose key is ambiguous.
fn unique<K: Hash + Eq>(
    all: &[OperationRef<'_>],
    key: impl Fn(&OperationRef<'_>) -> Option<K>,
) -> HashMap<K, usize> {
    let mut found: HashMap<K, Option<usize>> = HashMap::new();
    for (index, operation) in all.iter().enumerate() {
        if let Some(key) = key(operation) {
            found.entry(key).and_modify(|at| *at = None).or_insert(Some(index));
        }
    }
    found.into_iter().filter_map(|(key, at)| Some((key, at?))).collect()
}
