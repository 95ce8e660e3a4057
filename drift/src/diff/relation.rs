//! Finds out how the values of two schemas relate, by comparing the schemas without reporting differences.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ptr;

use serde_json::Value;

use super::{Differ, Mode};
use crate::document::DocumentView;
use crate::document::schema::Node;
use crate::rules::Effect;

/// How the values of an old schema relate to those of a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    Equal,
    /// The new schema allows more values.
    Wider,
    /// The new schema allows fewer values.
    Narrower,
    Different,
}

/// The key of a cached relation.
#[derive(Debug, PartialEq, Eq, Hash)]
struct CacheKey {
    old: Vec<*const Value>,
    new: Vec<*const Value>,
    mode: Mode,
    is_equality: bool,
    depth: usize,
}

/// The attributes of a property that are compared before its values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Traits<'d> {
    pub(crate) read_only: bool,
    pub(crate) write_only: bool,
    pub(crate) default: Option<&'d Value>,
}

/// Results for schemas that are referred to often.
#[derive(Debug, Default)]
pub(crate) struct Cache<'d> {
    relations: RefCell<HashMap<CacheKey, Relation>>,
    /// By address of the schema.
    traits: RefCell<HashMap<*const Value, Traits<'d>>>,
}

/// How many pairs of schemas are compared before giving up.
const MAX_PAIRS: usize = 500;
/// How deep these comparisons may nest.
const MAX_DEPTH: usize = 2;

impl<'d> Differ<'d, '_> {
    /// Returns how the values of two schemas relate.
    pub(crate) fn relation(&self, old: &Node<'d>, new: &Node<'d>, mode: Mode) -> Relation {
        self.cached_relation(old, new, mode, false)
    }

    /// Returns whether two schemas allow the same values. Stops at the first difference.
    pub(crate) fn is_equal(&self, old: &Node<'d>, new: &Node<'d>, mode: Mode) -> bool {
        self.cached_relation(old, new, mode, true) == Relation::Equal
    }

    fn cached_relation(&self, old: &Node<'d>, new: &Node<'d>, mode: Mode, is_equality: bool) -> Relation {
        if self.depth >= MAX_DEPTH {
            return Relation::Different;
        }
        let addresses = |document: DocumentView<'d>, node: &Node<'d>| match document.target_of(node) {
            Some(target) => vec![ptr::from_ref(target)],
            None => node.iter().map(|value| ptr::from_ref(*value)).collect(),
        };
        let (before, after) = (addresses(self.old, old), addresses(self.new, new));
        let key = CacheKey { old: before, new: after, mode, is_equality, depth: self.depth };
        if let Some(known) = self.cache.relations.borrow().get(&key) {
            return *known;
        }
        let relation = self.compute_relation(old, new, mode, is_equality);
        self.cache.relations.borrow_mut().insert(key, relation);
        relation
    }

    fn compute_relation(&self, old: &Node<'d>, new: &Node<'d>, mode: Mode, is_equality: bool) -> Relation {
        let mut differ = Differ::new(self.old, self.new, self.unchanged, self.uses, self.cache);
        differ.depth = self.depth + 1;
        differ.push(old.clone(), new.clone(), mode);
        let mut relation = Relation::Equal;
        let mut pairs_left = MAX_PAIRS;
        // A depth-first search finds a decisive difference sooner.
        while let Some((old, new, mode, property)) = differ.queue.pop_back() {
            differ.compare_schemas(&old, &new, mode, property);
            for draft in differ.drafts.drain(..) {
                relation = relation.and(draft.rule.effect);
            }
            pairs_left -= 1;
            if pairs_left == 0 {
                return Relation::Different;
            }
            if relation == Relation::Different || (is_equality && relation != Relation::Equal) {
                break;
            }
        }
        relation
    }

    /// Returns the attributes of a property.
    pub(crate) fn traits(&self, document: DocumentView<'d>, node: &Node<'d>) -> Traits<'d> {
        let read = || {
            let schema = document.schema(node);
            let (read_only, write_only) = (schema.read_only, schema.write_only);
            Traits { read_only, write_only, default: schema.default }
        };
        match document.target_of(node) {
            Some(target) => *self.cache.traits.borrow_mut().entry(ptr::from_ref(target)).or_insert_with(read),
            None => read(),
        }
    }
}

impl Relation {
    /// Combines the relation with the effect of another difference.
    fn and(self, effect: Effect) -> Self {
        match (self, effect) {
            (relation, Effect::Neutral) => relation,
            (Self::Equal | Self::Wider, Effect::Widens) => Self::Wider,
            (Self::Equal | Self::Narrower, Effect::Narrows) => Self::Narrower,
            _ => Self::Different,
        }
    }
}
