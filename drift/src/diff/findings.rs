//! Turns drafts into findings: adds pointers, subjects and descriptions.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ptr;

use serde_json::Value;

use super::describe::describe;
use super::subjects::Subjects;
use super::{Draft, Location};
use crate::document::{DocumentView, escape};
use crate::finding::{Change, Finding, Operation, Subject};
use crate::rules::{self, Direction};

/// Turns drafts into findings, without duplicates, in the order of reports.
pub(crate) fn findings<'d>(
    old: DocumentView<'d>,
    new: DocumentView<'d>,
    drafts: Vec<Draft<'d>>,
    subjects: &Subjects<'d>,
) -> Vec<Finding> {
    let sides = [
        PointerIndex::new(old, drafts.iter().filter_map(|it| it.old.as_ref())),
        PointerIndex::new(new, drafts.iter().filter_map(|it| it.new.as_ref())),
    ];
    let mut seen = HashSet::new();
    let mut findings = Vec::new();
    for draft in drafts {
        let pointers = (sides[0].pointer(draft.old.as_ref()), sides[1].pointer(draft.new.as_ref()));
        if !seen.insert((draft.rule.name, draft.direction, pointers.clone())) {
            continue;
        }
        // A removed value is described by its old location.
        let is_removed = matches!(draft.change, Change::Removed(_)) || pointers.1.is_none();
        let side = usize::from(!(is_removed && pointers.0.is_some()));
        let pointer = if side == 0 { &pointers.0 } else { &pointers.1 };
        let pointer = pointer.clone().unwrap_or_default();
        let (subject, rest) = subjects.subject(&pointer, side);
        let mut operations: BTreeSet<Operation> = draft.operations.into_iter().collect();
        operations.extend(subjects.operations_for(&subject, [pointers.0.as_deref(), pointers.1.as_deref()]));
        findings.push(Finding {
            rule: draft.rule,
            direction: draft.direction,
            level: draft.rule.level(draft.direction),
            subject,
            part: describe(sides[side].document.root, &pointer, rest),
            old: pointers.0.map(|it| nearest_existing(old.root, &it)),
            new: pointers.1.map(|it| nearest_existing(new.root, &it)),
            change: draft.change,
            operations: operations.into_iter().collect(),
            notes: Vec::new(),
        });
    }
    findings.sort_by_cached_key(|it| {
        (it.subject.clone(), Reverse(it.level), it.new.clone(), it.old.clone(), it.id())
    });
    findings
}

/// Returns the finding for documents that are equivalent, with the kinds of rewrites between them.
pub(crate) fn equivalent_rewrite(rewrites: &BTreeSet<&'static str>) -> Finding {
    let rule = if rewrites.is_empty() { &rules::UNKNOWN_KEYWORD_CHANGED } else { &rules::EQUIVALENT_REWRITE };
    let names = rewrites.iter().copied().collect::<Vec<_>>().join(", ");
    let change = Change::Added(Value::from(names));
    let mut finding = Finding::new(rule, Direction::Request, Subject::Document, "", change);
    (finding.old, finding.new) = (Some("#".to_owned()), Some("#".to_owned()));
    finding
}

/// A document with the pointers of the values that findings are about.
struct PointerIndex<'d> {
    document: DocumentView<'d>,
    pointers: HashMap<*const Value, String>,
}

impl<'d> PointerIndex<'d> {
    fn new<'p>(document: DocumentView<'d>, locations: impl Iterator<Item = &'p Location<'d>>) -> Self
    where
        'd: 'p,
    {
        let wanted: HashSet<*const Value> = locations.map(|location| ptr::from_ref(location.value)).collect();
        Self { document, pointers: document.pointers(&wanted) }
    }

    fn pointer(&self, location: Option<&Location<'d>>) -> Option<String> {
        let location = location?;
        let mut pointer = self.pointers.get(&ptr::from_ref(location.value))?.clone();
        if let Some(keyword) = &location.keyword {
            pointer.push('/');
            pointer.push_str(&escape(keyword));
        }
        Some(pointer)
    }
}

/// Returns the longest prefix of a pointer that exists in a document, as a URI fragment.
fn nearest_existing(document: &Value, pointer: &str) -> String {
    let mut pointer = pointer;
    while document.pointer(pointer).is_none() {
        pointer = pointer.rsplit_once('/').map_or("", |(up, _)| up);
    }
    format!("#{pointer}")
}
