//! Finds the operations that use each part of a document.
//!
//! Parts are identified by address, because a reference may point to a component, to a part of one, into another file or to
//! an anchor.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ptr;

use serde_json::{Map, Value};

use crate::document::operation::{METHODS, OperationRef};
use crate::document::schema::Schema;
use crate::document::{DocumentView, elements, members, reference};

/// The schemas that include a base schema by `allOf`, with their names, by address of the base.
type Subtypes<'d> = HashMap<*const Value, Vec<(&'d str, &'d Value)>>;

/// The parts of a document's operations, and the targets of their references.
#[derive(Debug)]
pub(crate) struct Uses<'d> {
    pub(crate) operations: Vec<OperationRef<'d>>,
    /// The parts of each operation, by index.
    parts: Vec<Vec<&'d Value>>,
    /// The targets of the references in each part, by address.
    targets: HashMap<*const Value, Vec<&'d Value>>,
    subtypes: Subtypes<'d>,
}

/// The indices of the operations that use each part of a document, by address.
#[derive(Debug, Default)]
pub(crate) struct Reached(HashMap<*const Value, Vec<usize>>);

impl<'d> Uses<'d> {
    pub(crate) fn new(document: DocumentView<'d>) -> Self {
        let mut subtypes = Subtypes::new();
        for (name, schema) in document.components("schemas").into_iter().flatten() {
            let bases = elements(schema.get("allOf")).iter().filter_map(reference);
            for base in bases.filter_map(|base| document.target(base)) {
                subtypes.entry(ptr::from_ref(base)).or_default().push((name, schema));
            }
        }
        let operations = document.operations();
        let parts: Vec<_> = operations.iter().map(|operation| parts(document, operation)).collect();
        let mut targets = HashMap::new();
        let mut open: Vec<&Value> = parts.iter().flatten().copied().collect();
        while let Some(part) = open.pop() {
            targets.entry(ptr::from_ref(part)).or_insert_with(|| {
                let mut found = Vec::new();
                references(document, part, &mut |target| found.push(target));
                let subtypes = subtypes.get(&ptr::from_ref(part)).into_iter().flatten();
                found.extend(subtypes.map(|(_, schema)| *schema));
                open.extend(&found);
                found
            });
        }
        Self { operations, parts, targets, subtypes }
    }

    /// Returns the schemas that include this one by `allOf`, with their names.
    pub(crate) fn subtypes(&self, schema: &Schema<'d>) -> BTreeMap<&'d str, &'d Value> {
        let bases = schema.parts.iter().take(2);
        bases.filter_map(|base| self.subtypes.get(&ptr::from_ref(*base))).flatten().copied().collect()
    }

    /// Returns the parts that the wanted operations use, each with at most `most` of these operations.
    pub(crate) fn reached(&self, most: usize, is_wanted: impl Fn(&OperationRef<'d>) -> bool) -> Reached {
        let mut found: HashMap<*const Value, Vec<usize>> = HashMap::new();
        for (index, parts) in self.parts.iter().enumerate().filter(|(at, _)| is_wanted(&self.operations[*at]))
        {
            let mut open = parts.clone();
            while let Some(next) = open.pop() {
                let next = ptr::from_ref(next);
                let users = found.entry(next).or_default();
                // A part with enough users need not be followed again: all parts that it uses have enough, too.
                if users.len() < most && users.last() != Some(&index) {
                    users.push(index);
                    open.extend(self.targets.get(&next).into_iter().flatten());
                }
            }
        }
        Reached(found)
    }
}

impl Reached {
    /// Returns the operations that use one of the values along a path.
    pub(crate) fn operations_on_path<'v>(&self, way: impl Iterator<Item = &'v Value>) -> BTreeSet<usize> {
        way.filter_map(|value| self.0.get(&ptr::from_ref(value))).flatten().copied().collect()
    }

    /// Returns whether an operation uses a value or part of it.
    pub(crate) fn has_within(&self, value: &Value) -> bool {
        self.0.contains_key(&ptr::from_ref(value))
            || match value {
                Value::Object(object) => object.values().any(|it| self.has_within(it)),
                Value::Array(list) => list.iter().any(|it| self.has_within(it)),
                _ => false,
            }
    }
}

/// Returns the parts of an operation: itself, the shared members of its path item, and its security schemes.
fn parts<'d>(document: DocumentView<'d>, operation: &OperationRef<'d>) -> Vec<&'d Value> {
    let is_shared = |key: &str| !METHODS.contains(&key) && key != "additionalOperations";
    let shared = members(Some(operation.item)).filter(|(key, _)| is_shared(key)).map(|(_, value)| value);
    let security = operation.value.get("security").or_else(|| document.root.get("security"));
    let schemes = elements(security).iter().filter_map(Value::as_object).flat_map(Map::keys);
    let all = document.components("securitySchemes");
    let schemes = schemes.filter_map(|name| all?.get(name));
    [operation.value].into_iter().chain(shared).chain(schemes).collect()
}

/// Visits the targets of the references in a value, including those of discriminators.
fn references<'d>(document: DocumentView<'d>, value: &'d Value, found: &mut impl FnMut(&'d Value)) {
    match value {
        Value::Object(object) => {
            reference(value).and_then(|it| document.target(it)).map(&mut *found);
            let mapping = members(object.get("discriminator").and_then(|it| it.get("mapping")));
            for target in mapping.filter_map(|(_, it)| it.as_str()) {
                let named = || document.components("schemas")?.get(target);
                document.target(target).or_else(named).map(&mut *found);
            }
            object.values().for_each(|it| references(document, it, found));
        }
        Value::Array(list) => list.iter().for_each(|it| references(document, it, found)),
        _ => {}
    }
}
