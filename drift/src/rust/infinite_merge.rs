//! Finds schemas that progenitor would merge forever. It merges recursively, so a schema that is merged into itself overflows
//! the stack, which aborts the process.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::keywords::{ANNOTATIONS, COMBINATORS};

/// How many schemas are followed through merges. With more, progenitor would take too long.
const MAX_STEPS: usize = 1_000_000;

/// Keywords with schemas for parts of a value.
const CHILDREN: [&str; 4] = ["additionalProperties", "items", "not", "properties"];

/// A schema of the document.
#[derive(Clone, Copy, Debug)]
struct Node<'v> {
    schema: &'v Value,
    /// Which of [`COMBINATORS`] have been processed.
    taken: [bool; COMBINATORS.len()],
    /// Whether its `type` is ignored.
    untyped: bool,
}

impl<'v> Node<'v> {
    fn new(schema: &'v Value) -> Self {
        Self { schema, taken: [false; COMBINATORS.len()], untyped: false }
    }

    /// Returns the identity of the node.
    fn key(&self) -> (usize, [bool; COMBINATORS.len()], bool) {
        (std::ptr::from_ref(self.schema).addr(), self.taken, self.untyped)
    }

    fn reference(&self) -> Option<&'v str> {
        self.schema.get("$ref")?.as_str()
    }

    /// Returns the next combinator to process, with its schemas.
    fn combined(&self) -> Option<(usize, &'v Vec<Value>)> {
        COMBINATORS.iter().enumerate().find_map(|(index, keyword)| {
            let parts = self.schema.get(*keyword)?.as_array()?;
            (!self.taken[index]).then_some((index, parts))
        })
    }

    fn ty(&self) -> Option<&'v str> {
        self.schema.get("type")?.as_str()
    }

    /// Returns whether it contains other schemas.
    fn has_subschemas(&self) -> bool {
        let fields = self.schema.as_object();
        fields.is_some_and(|fields| {
            fields.keys().any(|key| COMBINATORS.contains(&key.as_str()) || CHILDREN.contains(&key.as_str()))
        })
    }

    /// Returns whether it allows every value, apart from the processed combinators.
    fn is_permissive(&self) -> bool {
        self.combined().is_none() && self.has_only(|key| self.untyped && key == "type")
    }

    /// Returns whether only annotations are left of it.
    fn is_used_up(&self) -> bool {
        self.taken.contains(&true) && self.is_permissive()
    }

    /// Returns whether it allows every value of its type.
    fn is_only_type(&self) -> bool {
        self.combined().is_none() && self.has_only(|key| key == "type")
    }

    /// Returns whether it has no constraints but those that a filter accepts.
    fn has_only(&self, accepts: impl Fn(&str) -> bool) -> bool {
        self.schema.as_object().into_iter().flat_map(Map::keys).all(|key| {
            ANNOTATIONS.contains(&key.as_str())
                || COMBINATORS.contains(&key.as_str())
                || key.starts_with("x-")
                || accepts(key)
        })
    }
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Node<'_> {}

impl PartialOrd for Node<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Node<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

/// Schemas that are merged with each other, sorted. A schema may be contained twice; further copies change nothing.
type Set<'v> = Vec<Node<'v>>;

/// Why progenitor cannot merge a schema.
#[derive(Clone, Copy, Debug)]
pub(super) enum MergeProblem {
    Infinite,
    TooLarge,
}

enum Task<'v> {
    Enter(Set<'v>),
    Leave(Set<'v>),
}

/// Follows the merges that progenitor would do.
pub(super) struct MergeWalk<'v> {
    document: &'v Value,
    steps: usize,
    /// The visited sets, and whether they are finished. The others are being merged.
    finished: BTreeMap<Set<'v>, bool>,
}

impl<'v> MergeWalk<'v> {
    pub(super) fn new(document: &'v Value) -> Self {
        Self { document, steps: 0, finished: BTreeMap::new() }
    }

    /// Follows a schema and all merges within it.
    pub(super) fn enter(&mut self, schema: &'v Value) -> Result<(), MergeProblem> {
        let mut open = vec![Task::Enter(vec![Node::new(schema)])];
        while let Some(task) = open.pop() {
            let set = match task {
                Task::Enter(set) => self.reduce(set),
                Task::Leave(set) => {
                    self.finished.insert(set, true);
                    continue;
                }
            };
            // A single reference is generated as a name and not merged.
            if set.is_empty() || is_one_reference(&set) {
                continue;
            }
            match self.finished.get(&set) {
                Some(true) => continue,
                Some(false) => return Err(MergeProblem::Infinite),
                None => drop(self.finished.insert(set.clone(), false)),
            }
            self.steps += set.len();
            if self.steps > MAX_STEPS {
                return Err(MergeProblem::TooLarge);
            }
            let next = self.successors(&set);
            open.push(Task::Leave(set));
            let has_subschemas = |set: &Set<'v>| set.len() > 1 || set.iter().any(Node::has_subschemas);
            open.extend(next.into_iter().filter(has_subschemas).map(Task::Enter));
        }
        Ok(())
    }

    /// Returns the sets that merging a set leads to.
    fn successors(&self, set: &Set<'v>) -> Vec<Set<'v>> {
        // All parts of `allOf` are merged at once, alternatives one at a time.
        let is_alone = set.len() == 1;
        let merges =
            |node: &Node<'v>| node.combined().is_some_and(|(index, _)| COMBINATORS[index] == "allOf");
        if set.iter().any(merges) {
            let all = set.iter().flat_map(|node| match node.combined() {
                Some((index, parts)) if merges(node) => self.take_out(node, index, parts, is_alone),
                _ => vec![*node],
            });
            return vec![all.collect()];
        }
        if let Some((at, (index, parts))) =
            set.iter().enumerate().find_map(|(at, node)| Some((at, node.combined()?)))
        {
            let mut rest = set.clone();
            let node = rest.swap_remove(at);
            let with =
                |part| rest.iter().copied().chain(self.take_out(&node, index, part, is_alone)).collect();
            return parts.iter().map(std::slice::from_ref).map(with).collect();
        }
        if set.iter().any(|node| node.reference().is_some()) {
            return vec![set.iter().map(|node| self.resolved(*node)).collect()];
        }
        self.children(set)
    }

    /// Returns the rest of a schema, and the given parts of its combinator.
    fn take_out(&self, node: &Node<'v>, index: usize, parts: &'v [Value], is_alone: bool) -> Set<'v> {
        let mut body = *node;
        body.taken[index] = true;
        // A type next to alternatives is ignored unless there is more to merge.
        body.untyped |= is_alone && node.has_only(|key| key == "type");
        // If there is more to merge, references are resolved before duplicates are detected.
        let parts = parts.iter().map(Node::new);
        let parts = parts.map(|part| if is_alone { part } else { self.resolved(part) });
        [body].into_iter().chain(parts).collect()
    }

    /// Returns the merged sets of each property, of items, and so on.
    fn children(&self, set: &Set<'v>) -> Vec<Set<'v>> {
        let mut children: BTreeMap<(&str, &str), Set<'v>> = BTreeMap::new();
        let child =
            |node: &Node<'v>, keyword: &str| node.schema.get(keyword).filter(|child| child.is_object());
        let properties = |node: &Node<'v>| node.schema.get("properties").and_then(Value::as_object);
        for node in set {
            for keyword in ["additionalProperties", "items", "not"] {
                children.entry((keyword, "")).or_default().extend(child(node, keyword).map(Node::new));
            }
            for (name, schema) in properties(node).into_iter().flatten() {
                children.entry(("properties", name)).or_default().push(Node::new(schema));
            }
        }
        // The additional properties of one schema are merged with properties that only others define.
        for node in set.iter().filter(|_| set.len() > 1) {
            let Some(additional) = child(node, "additionalProperties") else { continue };
            for ((keyword, name), merged) in &mut children {
                if *keyword == "properties" && properties(node).is_none_or(|named| !named.contains_key(*name))
                {
                    merged.push(Node::new(additional));
                    // These merges are nested, so at most two of them can be the same reference.
                    if merged.len() > 2 {
                        *merged = merged.iter().map(|node| self.resolved(*node)).collect();
                    }
                }
            }
        }
        children.into_values().collect()
    }

    /// Removes nodes that no longer affect the merge, and more than two copies of a schema. If only one reference is left,
    /// the set is that reference.
    fn reduce(&self, mut set: Set<'v>) -> Set<'v> {
        set.retain(|node| !node.is_used_up());
        if set.len() == 1 {
            return set;
        }
        set.sort_unstable();
        let mut reduced = Set::new();
        for node in set {
            if !reduced.ends_with(&[node, node]) {
                reduced.push(node);
            }
        }
        let resolved: Set<'v> = reduced.iter().map(|node| self.resolved(*node)).collect();
        let typed: BTreeSet<&str> =
            resolved.iter().filter(|node| !node.is_only_type()).filter_map(Node::ty).collect();
        let is_relevant = |node: &Node<'v>| {
            let is_redundant = node.is_only_type() && node.ty().is_some_and(|ty| typed.contains(ty));
            !node.is_permissive() && !is_redundant
        };
        let pairs = reduced.iter().zip(&resolved);
        let relevant: Set<'v> =
            pairs.filter(|(_, resolved)| is_relevant(resolved)).map(|(node, _)| *node).collect();
        // A schema that is itself a merge is generated inline, even if the rest of the set has no constraints.
        let is_named = relevant.len() == reduced.len() || relevant.iter().all(|node| !self.is_merge(*node));
        if is_named && is_one_reference(&relevant) { relevant } else { reduced }
    }

    /// Returns whether a schema, or the target of its reference, has combinators.
    fn is_merge(&self, node: Node<'v>) -> bool {
        self.resolved(node).combined().is_some()
    }

    /// Resolves a reference completely. Cycles have been ruled out before.
    fn resolved(&self, mut node: Node<'v>) -> Node<'v> {
        while let Some(target) = node.reference().and_then(|reference| self.target(reference)) {
            node = Node::new(target);
        }
        node
    }

    fn target(&self, reference: &str) -> Option<&'v Value> {
        let (_, name) = reference.rsplit_once('/')?;
        self.document.pointer(&format!("/components/schemas/{name}"))
    }
}

/// Returns whether a set consists of references to the same schema.
fn is_one_reference(set: &Set<'_>) -> bool {
    set.first()
        .and_then(Node::reference)
        .is_some_and(|first| set.iter().all(|node| node.reference() == Some(first)))
}
