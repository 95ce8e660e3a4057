//! Finds the operation or component that a difference is in, and the operations that it affects.

use std::collections::{BTreeSet, HashMap};
use std::ptr;

use serde_json::Value;

use super::matching::{Matched, to_reported};
use super::selection::selects;
use super::uses::{Reached, Uses};
use crate::document::{DocumentView, keys};
use crate::finding::{Operation, Subject};
use crate::{FILES, Options};

/// How many of the operations that use a part of the document are named.
const MAX_OPERATIONS: usize = 10;

/// The operations of both documents, as findings name them.
pub(crate) struct Subjects<'d> {
    sides: [DocumentOperations<'d>; 2],
    paths: HashMap<&'d str, Vec<Operation>>,
}

/// The operations of one document.
struct DocumentOperations<'d> {
    document: DocumentView<'d>,
    /// By index.
    all: Vec<Option<Operation>>,
    /// By address; `None` if several paths share the operation.
    addresses: HashMap<*const Value, Option<Operation>>,
    /// The selected operations by the parts that they use, up to the maximum for each.
    reached: Reached,
}

impl<'d> Subjects<'d> {
    pub(crate) fn new(
        documents: [DocumentView<'d>; 2],
        matched: &Matched<'d>,
        uses: &[Uses<'d>; 2],
        options: &Options,
    ) -> Self {
        let mut by_pointer = [HashMap::new(), HashMap::new()];
        let mut addresses = [HashMap::new(), HashMap::new()];
        let mut paths: HashMap<&str, Vec<Operation>> = HashMap::new();
        for (old, new) in &matched.pairs {
            let Some(name) = to_reported(old.as_ref(), new.as_ref()) else { continue };
            for (side, operation) in [old, new].into_iter().enumerate() {
                let Some(operation) = operation else { continue };
                by_pointer[side].insert(operation.pointer(), name.clone());
                addresses[side]
                    .entry(ptr::from_ref(operation.value))
                    .and_modify(|it| *it = None)
                    .or_insert_with(|| Some(name.clone()));
            }
            let both: BTreeSet<&str> =
                [old, new].into_iter().flatten().map(|operation| operation.path).collect();
            for path in both {
                paths.entry(path).or_default().push(name.clone());
            }
        }
        let sides = [0, 1].map(|side| DocumentOperations {
            document: documents[side],
            all: uses[side]
                .operations
                .iter()
                .map(|operation| by_pointer[side].remove(&operation.pointer()))
                .collect(),
            addresses: std::mem::take(&mut addresses[side]),
            reached: uses[side].reached(MAX_OPERATIONS, |operation| selects(options, operation)),
        });
        Self { sides, paths }
    }

    /// Returns the subject that contains a pointer, and how many keys of the pointer lead to it.
    pub(crate) fn subject(&self, pointer: &str, side: usize) -> (Subject, usize) {
        let side = &self.sides[side];
        let operation = side
            .values_on_path(pointer)
            .enumerate()
            .find_map(|(depth, value)| Some((side.addresses.get(&ptr::from_ref(value))?.clone()?, depth)));
        if let Some((operation, depth)) = operation {
            return (Subject::Operation(operation), depth);
        }
        let keys: Vec<String> = keys(pointer).collect();
        match keys.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["paths" | "webhooks", path, ..] => (Subject::Path { path: (*path).to_owned() }, 2),
            ["components", kind, name, ..] => {
                (Subject::Component { kind: (*kind).to_owned(), name: (*name).to_owned() }, 3)
            }
            [FILES, name, ..] => {
                (Subject::Component { kind: "files".to_owned(), name: (*name).to_owned() }, 2)
            }
            _ => (Subject::Document, 0),
        }
    }

    /// Returns the operations of a subject, and the first few that refer to a pointer in it.
    pub(crate) fn operations_for(&self, subject: &Subject, pointers: [Option<&str>; 2]) -> Vec<Operation> {
        let own = match subject {
            Subject::Operation(operation) => std::slice::from_ref(operation),
            Subject::Path { path } => self.paths.get(path.as_str()).map(Vec::as_slice).unwrap_or_default(),
            Subject::Document | Subject::Component { .. } => &[],
        };
        let users = self.sides.iter().zip(pointers).flat_map(|(side, pointer)| {
            let reached =
                side.reached.operations_on_path(pointer.into_iter().flat_map(|it| side.values_on_path(it)));
            reached.into_iter().filter_map(|index| side.all[index].as_ref())
        });
        let users: BTreeSet<&Operation> = users.collect();
        own.iter().chain(users.into_iter().take(MAX_OPERATIONS)).cloned().collect()
    }
}

impl<'d> DocumentOperations<'d> {
    /// Returns the values along a pointer, starting with the root.
    fn values_on_path(&self, pointer: &str) -> impl Iterator<Item = &'d Value> + use<'d> {
        let mut next = Some(self.document.root);
        let mut keys = keys(pointer).collect::<Vec<_>>().into_iter();
        std::iter::from_fn(move || {
            let value = next?;
            next = keys.next().and_then(|key| match value {
                Value::Array(list) => list.get(key.parse::<usize>().ok()?),
                _ => value.get(key),
            });
            Some(value)
        })
    }
}
