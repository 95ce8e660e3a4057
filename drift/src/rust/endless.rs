//! Finds the schemas that progenitor would write out without an end: it merges by recursion, so that a schema that is
//! merged into itself overflows the stack, which no process survives.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// How many schemas are followed through merges. Progenitor writes each of them out, so that it takes far too long for
/// more.
const MAX_STEPS: usize = 500_000;

/// Keywords that say nothing about which values are allowed, so that they merge nothing.
const ANNOTATIONS: &[&str] = &[
    "default",
    "deprecated",
    "description",
    "discriminator",
    "example",
    "examples",
    "externalDocs",
    "nullable",
    "readOnly",
    "title",
    "writeOnly",
    "xml",
];

/// Keywords whose schemas are merged with what stands beside them.
const COMBINED: [&str; 3] = ["allOf", "anyOf", "oneOf"];

/// A schema of the document.
#[derive(Clone, Copy, Debug)]
struct Node<'v> {
    schema: &'v Value,
    /// Which of [`COMBINED`] have been taken out of it.
    taken: [bool; COMBINED.len()],
    /// Whether its type is of no account.
    untyped: bool,
}

impl<'v> Node<'v> {
    fn new(schema: &'v Value) -> Self {
        Self { schema, taken: [false; COMBINED.len()], untyped: false }
    }

    /// Its place in memory stands for it.
    fn key(&self) -> (usize, [bool; COMBINED.len()], bool) {
        (std::ptr::from_ref(self.schema).addr(), self.taken, self.untyped)
    }

    fn reference(&self) -> Option<&'v str> {
        self.schema.get("$ref")?.as_str()
    }

    /// Returns the next keyword to be taken out, with its schemas.
    fn combined(&self) -> Option<(usize, &'v Vec<Value>)> {
        COMBINED.iter().enumerate().find_map(|(index, keyword)| {
            let parts = self.schema.get(*keyword)?.as_array()?;
            (!self.taken[index]).then_some((index, parts))
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
                || COMBINED.contains(&key.as_str())
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
            self.steps += set.len();
            if self.steps > MAX_STEPS {
                return Err(Trouble::TooMuch);
            }
            // A reference on its own is named, not written out.
            if set.is_empty() || is_one_reference(&set) {
                continue;
            }
            match self.done.get(&set) {
                Some(true) => continue,
                Some(false) => return Err(Trouble::Endless),
                None => drop(self.done.insert(set.clone(), false)),
            }
            let next = self.next(&set);
            open.push(Task::Leave(set));
            open.extend(next.into_iter().map(Task::Enter));
        }
        Ok(())
    }

    /// Returns the sets that writing out one set leads to.
    fn next(&self, set: &Set<'v>) -> Vec<Set<'v>> {
        if let Some((at, (index, parts))) =
            set.iter().enumerate().find_map(|(at, node)| Some((at, node.combined()?)))
        {
            let mut rest = set.clone();
            let mut body = rest.swap_remove(at);
            // A type beside alternatives is ignored unless there is more to merge.
            body.untyped |= set.len() == 1 && body.says_only(|key| key == "type");
            body.taken[index] = true;
            rest.push(body);
            let with = |parts: &'v [Value]| {
                let is_plain = COMBINED[index] == "allOf" && body.schema.get("nullable").is_none();
                // Beside more, most references are followed before they are known to be the same as another.
                let is_followed = |part| set.len() > 1 && (!is_plain || self.is_merge(part));
                let parts = parts.iter().map(Node::new);
                let parts = parts.map(|part| if is_followed(part) { self.followed(part) } else { part });
                rest.iter().copied().chain(parts).collect()
            };
            return match COMBINED[index] {
                "allOf" => vec![with(parts)],
                _ => parts.iter().map(|part| with(std::slice::from_ref(part))).collect(),
            };
        }
        if set.iter().any(|node| node.reference().is_some()) {
            return vec![set.iter().map(|node| self.followed(*node)).collect()];
        }
        let mut children: BTreeMap<(&str, &str), Set<'v>> = BTreeMap::new();
        let child =
            |node: &Node<'v>, keyword: &str| node.schema.get(keyword).filter(|child| child.is_object());
        for keyword in ["additionalProperties", "items", "not"] {
            let merged = set.iter().filter_map(|node| child(node, keyword)).map(Node::new);
            children.insert((keyword, ""), merged.collect());
        }
        let properties = |node: &Node<'v>| node.schema["properties"].as_object();
        for name in set.iter().filter_map(properties).flat_map(Map::keys) {
            let merged = set.iter().filter_map(|node| {
                let own = properties(node).and_then(|properties| properties.get(name));
                own.or_else(|| child(node, "additionalProperties")).map(Node::new)
            });
            children.entry(("properties", name)).or_insert_with(|| merged.collect());
        }
        children.into_values().collect()
    }

    /// Leaves out what takes no part in a merge any more, and more than two copies of a schema. What is left of a set that
    /// comes to one reference is that reference.
    fn reduce(&self, set: Set<'v>) -> Set<'v> {
        let mut set: Set<'v> = set.into_iter().filter(|node| !node.is_spent()).collect();
        set.sort_unstable();
        let mut reduced = Set::new();
        for node in set {
            if !reduced.ends_with(&[node, node]) {
                reduced.push(node);
            }
        }
        let says = |other: &Node<'v>, ty: &Value| {
            let other = self.followed(*other);
            other.schema["type"] == *ty && !other.is_only_type()
        };
        let is_said_elsewhere = |node: Node<'v>| {
            node.is_only_type() && reduced.iter().any(|other| says(other, &node.schema["type"]))
        };
        let matters = |node: &&Node<'v>| {
            let node = self.followed(**node);
            !node.is_permissive() && !is_said_elsewhere(node)
        };
        let mattering: Set<'v> = reduced.iter().filter(matters).copied().collect();
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
