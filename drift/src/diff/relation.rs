//! How the values that two schemas allow relate: schemas are compared on trial, and what differs is not reported.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ptr;

use serde_json::Value;

use super::{Differ, Mode};
use crate::document::DocumentView;
use crate::document::schema::Node;
use crate::rules::Effect;

/// How the values that one schema allows relate to those of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    Equal,
    /// The second allows more.
    Wider,
    /// The second allows less.
    Narrower,
    Different,
}

/// What is asked of two schemas, and how deep inside of other trials.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Question {
    old: Vec<*const Value>,
    new: Vec<*const Value>,
    mode: Mode,
    is_equality: bool,
    trial: usize,
}

/// What counts of a property before its values are compared.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Traits<'d> {
    pub(crate) read_only: bool,
    pub(crate) write_only: bool,
    pub(crate) default: Option<&'d Value>,
}

/// What was found out about schemas that many locations lead to.
#[derive(Debug, Default)]
pub(crate) struct Memo<'d> {
    relations: RefCell<HashMap<Question, Relation>>,
    /// By the address of the schema.
    traits: RefCell<HashMap<*const Value, Traits<'d>>>,
}

/// Pairs that a comparison on trial may take before it gives up, and how deep trials nest.
const MAX_TRIAL: usize = 500;
const MAX_TRIAL_DEPTH: usize = 2;

impl<'d> Differ<'d, '_> {
    /// Compares two schemas on trial, to learn how the values that they allow relate.
    pub(crate) fn relation(&self, old: &Node<'d>, new: &Node<'d>, mode: Mode) -> Relation {
        self.cached_relation(old, new, mode, false)
    }

    /// Compares two schemas on trial, and returns whether they allow the same values. The first difference decides.
    pub(crate) fn is_equal(&self, old: &Node<'d>, new: &Node<'d>, mode: Mode) -> bool {
        self.cached_relation(old, new, mode, true) == Relation::Equal
    }

    fn cached_relation(&self, old: &Node<'d>, new: &Node<'d>, mode: Mode, is_equality: bool) -> Relation {
        if self.trial >= MAX_TRIAL_DEPTH {
            return Relation::Different;
        }
        let addresses = |document: DocumentView<'d>, node: &Node<'d>| match document.target_of(node) {
            Some(target) => vec![ptr::from_ref(target)],
            None => node.iter().map(|value| ptr::from_ref(*value)).collect(),
        };
        let (before, after) = (addresses(self.old, old), addresses(self.new, new));
        let question = Question { old: before, new: after, mode, is_equality, trial: self.trial };
        if let Some(known) = self.memo.relations.borrow().get(&question) {
            return *known;
        }
        let relation = self.compute_relation(old, new, mode, is_equality);
        self.memo.relations.borrow_mut().insert(question, relation);
        relation
    }

    fn compute_relation(&self, old: &Node<'d>, new: &Node<'d>, mode: Mode, is_equality: bool) -> Relation {
        let mut differ = Differ::new(self.old, self.new, self.unchanged, self.uses, self.memo);
        differ.trial = self.trial + 1;
        differ.push(old.clone(), new.clone(), mode);
        let mut relation = Relation::Equal;
        let mut left = MAX_TRIAL;
        // Depth first, a difference that decides is found sooner.
        while let Some((old, new, mode, property)) = differ.queue.pop_back() {
            differ.compare_schemas(&old, &new, mode, property);
            for draft in differ.drafts.drain(..) {
                relation = relation.and(draft.rule.effect);
            }
            left -= 1;
            if left == 0 {
                return Relation::Different;
            }
            if relation == Relation::Different || (is_equality && relation != Relation::Equal) {
                break;
            }
        }
        relation
    }

    /// Returns what counts of a property before its values are compared.
    pub(crate) fn traits(&self, document: DocumentView<'d>, node: &Node<'d>) -> Traits<'d> {
        let read = || {
            let schema = document.schema(node);
            let (read_only, write_only) = (schema.read_only, schema.write_only);
            Traits { read_only, write_only, default: schema.default }
        };
        match document.target_of(node) {
            Some(target) => *self.memo.traits.borrow_mut().entry(ptr::from_ref(target)).or_insert_with(read),
            None => read(),
        }
    }
}

impl Relation {
    /// Adds the effect of one more difference.
    fn and(self, effect: Effect) -> Self {
        match (self, effect) {
            (relation, Effect::Neutral) => relation,
            (Self::Equal | Self::Wider, Effect::Widens) => Self::Wider,
            (Self::Equal | Self::Narrower, Effect::Narrows) => Self::Narrower,
            _ => Self::Different,
        }
    }
}
