//! Finds the schemas that progenitor would write out without an end: it merges by recursion, so that a schema that is
//! merged into itself overflows the stack, which no process survives.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::keywords::{ANNOTATIONS, COMBINATORS};

/// How many schemas are followed through merges. Progenitor writes each of them out, so that it takes far too long for
/// more.
const MAX_STEPS: usize = 1_000_000;

/// Keywords with schemas for what is within a value.
const CHILDREN: [&str; 4] = ["additionalProperties", "items", "not", "properties"];

/// A schema of the document.
#[derive(Clone, Copy, Debug)]
struct Node<'v> {
    schema: &'v Value,
    /// Which of [`COMBINATORS`] have been taken out of it.
    taken: [bool; COMBINATORS.len()],
    /// Whether its type is of no account.
    untyped: bool,
}

impl<'v> Node<'v> {
    fn new(schema: &'v Value) -> Self {
        Self { schema, taken: [false; COMBINATORS.len()], untyped: false }
    }

    /// Its address identifies it.
    fn key(&self) -> (usize, [bool; COMBINATORS.len()], bool) {
        (std::ptr::from_ref(self.schema).addr(), self.taken, self.untyped)
    }

    fn reference(&self) -> Option<&'v str> {
        self.schema.get("$ref")?.as_str()
    }

    /// Returns the next keyword to be taken out, with its schemas.
    fn combined(&self) -> Option<(usize, &'v Vec<Value>)> {
        COMBINATORS.iter().enumerate().find_map(|(index, keyword)| {
            let parts = self.schema.get(*keyword)?.as_array()?;
            (!self.taken[index]).then_some((index, parts))
        })
    }

    fn ty(&self) -> Option<&'v str> {
        self.schema.get("type")?.as_str()
    }

    /// Whether writing it out leads to other schemas.
    fn leads_on(&self) -> bool {
        let fields = self.schema.as_object();
        fields.is_some_and(|fields| {
            fields.keys().any(|key| COMBINATORS.contains(&key.as_str()) || CHILDREN.contains(&key.as_str()))
        })
    }

    /// Whether it allows every value, apart from what has been taken out.
    fn is_permissive(&self) -> bool {
        self.combined().is_none() && self.says_only(|key| self.untyped && key == "type")
    }

    /// Whether nothing but annotations is left of it.
    fn is_spent(&self) -> bool {
        self.taken.contains(&true) && self.is_permissive()
    }

    /// Whether it allows every value of its type.
    fn is_only_type(&self) -> bool {
        self.combined().is_none() && self.says_only(|key| key == "type")
    }

    /// Whether it says nothing but what a filter accepts.
    fn says_only(&self, accepts: impl Fn(&str) -> bool) -> bool {
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

/// Schemas that are merged with each other, in order. One may be merged with itself, which more copies do not change.
type Set<'v> = Vec<Node<'v>>;

/// Why progenitor would not come to an end with a schema.
#[derive(Clone, Copy, Debug)]
pub(super) enum Trouble {
    Endless,
    TooMuch,
}

enum Task<'v> {
    Enter(Set<'v>),
    Leave(Set<'v>),
}

/// Follows what progenitor merges, without doing it.
pub(super) struct Walk<'v> {
    document: &'v Value,
    steps: usize,
    /// The sets that were met, and whether they are done with. Those that are not are being merged.
    done: BTreeMap<Set<'v>, bool>,
}

impl<'v> Walk<'v> {
    pub(super) fn new(document: &'v Value) -> Self {
        Self { document, steps: 0, done: BTreeMap::new() }
    }

    /// Follows a schema and all that is merged within it.
    pub(super) fn enter(&mut self, schema: &'v Value) -> Result<(), Trouble> {
        let mut open = vec![Task::Enter(vec![Node::new(schema)])];
        while let Some(task) = open.pop() {
            let set = match task {
                Task::Enter(set) => self.reduce(set),
                Task::Leave(set) => {
                    self.done.insert(set, true);
                    continue;
                }
            };
            // A reference on its own is named, not written out.
            if set.is_empty() || is_one_reference(&set) {
                continue;
            }
            match self.done.get(&set) {
                Some(true) => continue,
                Some(false) => return Err(Trouble::Endless),
                None => drop(self.done.insert(set.clone(), false)),
            }
            self.steps += set.len();
            if self.steps > MAX_STEPS {
                return Err(Trouble::TooMuch);
            }
            let next = self.next(&set);
            open.push(Task::Leave(set));
            let leads_on = |set: &Set<'v>| set.len() > 1 || set.iter().any(Node::leads_on);
            open.extend(next.into_iter().filter(leads_on).map(Task::Enter));
        }
        Ok(())
    }

    /// Returns the sets that writing out one set leads to.
    fn next(&self, set: &Set<'v>) -> Vec<Set<'v>> {
        // All of a set is written out, and one of the alternatives at a time.
        let is_alone = set.len() == 1;
        let merges =
            |node: &Node<'v>| node.combined().is_some_and(|(index, _)| COMBINATORS[index] == "allOf");
        if set.iter().any(merges) {
            let all = set.iter().flat_map(|node| match node.combined() {
                Some((index, parts)) if merges(node) => self.taken_out(node, index, parts, is_alone),
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
                |part| rest.iter().copied().chain(self.taken_out(&node, index, part, is_alone)).collect();
            return parts.iter().map(std::slice::from_ref).map(with).collect();
        }
        if set.iter().any(|node| node.reference().is_some()) {
            return vec![set.iter().map(|node| self.followed(*node)).collect()];
        }
        self.children(set)
    }

    /// Returns what is left of a schema, and the parts that were taken out of it.
    fn taken_out(&self, node: &Node<'v>, index: usize, parts: &'v [Value], is_alone: bool) -> Set<'v> {
        let mut body = *node;
        body.taken[index] = true;
        // A type beside alternatives is ignored unless there is more to merge.
        body.untyped |= is_alone && node.says_only(|key| key == "type");
        // Beside more, references are followed before they are known to be the same as another.
        let parts = parts.iter().map(Node::new);
        let parts = parts.map(|part| if is_alone { part } else { self.followed(part) });
        [body].into_iter().chain(parts).collect()
    }

    /// Returns the merged schemas of each field and the like.
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
        // What a schema says of all other fields is merged with those that only others name.
        for node in set.iter().filter(|_| set.len() > 1) {
            let Some(additional) = child(node, "additionalProperties") else { continue };
            for ((keyword, name), merged) in &mut children {
                if *keyword == "properties" && properties(node).is_none_or(|named| !named.contains_key(*name))
                {
                    merged.push(Node::new(additional));
                    // These are nested, so that no more than two of them can be the same reference.
                    if merged.len() > 2 {
                        *merged = merged.iter().map(|node| self.followed(*node)).collect();
                    }
                }
            }
        }
        children.into_values().collect()
    }

    /// Leaves out what takes no part in a merge any more, and more than two copies of a schema. What is left of a set that
    /// comes to one reference is that reference.
    fn reduce(&self, mut set: Set<'v>) -> Set<'v> {
        set.retain(|node| !node.is_spent());
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
        let followed: Set<'v> = reduced.iter().map(|node| self.followed(*node)).collect();
        let typed: BTreeSet<&str> =
            followed.iter().filter(|node| !node.is_only_type()).filter_map(Node::ty).collect();
        let matters = |node: &Node<'v>| {
            let is_said_elsewhere = node.is_only_type() && node.ty().is_some_and(|ty| typed.contains(ty));
            !node.is_permissive() && !is_said_elsewhere
        };
        let pairs = reduced.iter().zip(&followed);
        let mattering: Set<'v> =
            pairs.filter(|(_, followed)| matters(followed)).map(|(node, _)| *node).collect();
        // A schema that is a merge itself is written out even when it is merged with what says nothing.
        let is_named = mattering.len() == reduced.len() || mattering.iter().all(|node| !self.is_merge(*node));
        if is_named && is_one_reference(&mattering) { mattering } else { reduced }
    }

    /// Whether a schema, or what it refers to, is a combination of others.
    fn is_merge(&self, node: Node<'v>) -> bool {
        self.followed(node).combined().is_some()
    }

    /// Follows a reference to its end. That it has one has been checked.
    fn followed(&self, mut node: Node<'v>) -> Node<'v> {
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

/// Whether a set consists of references to the same schema.
fn is_one_reference(set: &Set<'_>) -> bool {
    set.first()
        .and_then(Node::reference)
        .is_some_and(|first| set.iter().all(|node| node.reference() == Some(first)))
}
