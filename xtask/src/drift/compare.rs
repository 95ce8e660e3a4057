//! The state of a comparison: the two documents, what was found, what is still to be looked at.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet, VecDeque};

use serde_json::{Map, Value};

use super::finding::{Finding, Operation};
use super::place::{Place, existing, in_words, keys};
use super::rules::{Direction, Rule};

/// How deep inline schemas are followed. JSON is not parsed deeper than this, and merging adds little.
const MAX_DEPTH: usize = 256;

/// A value where there is none.
pub(crate) static NONE: Value = Value::Null;

/// Two named schemas to be held against each other, once for each direction.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Pair {
    pub(crate) old: String,
    pub(crate) new: String,
    pub(crate) direction: Direction,
    pub(crate) is_text: bool,
}

#[expect(clippy::struct_excessive_bools, reason = "each says one thing of the value at hand")]
pub(crate) struct Compare<'a> {
    pub(crate) old: &'a Value,
    pub(crate) new: &'a Value,
    pub(crate) findings: Vec<Finding>,
    /// The operation that is being looked at.
    pub(crate) operation: Option<Operation>,
    /// Whether values are text on the wire, as those of parameters are.
    pub(crate) is_text: bool,
    /// Whether the next value is all of a body that is no JSON: whatever its type, it is text.
    pub(crate) is_raw: bool,
    /// Whether values are XML.
    pub(crate) is_xml: bool,
    /// Whether that is a property that does not go this way.
    pub(crate) is_hidden: bool,
    pub(crate) queue: VecDeque<Pair>,
    pub(crate) seen: HashSet<Pair>,
    /// The components that were looked at, in either document.
    pub(crate) touched: HashSet<String>,
    /// The pairs of schemas to be merged that were looked at, by a hash of their text: merging makes new values, so that a
    /// cycle does not show in anything else.
    pub(crate) merged: HashSet<u64>,
    pub(crate) depth: usize,
    /// How many times parts were followed on the way here.
    pub(crate) followed: usize,
    /// Which schemas have a named one as a part, in both documents: what its discriminator tells apart.
    pub(crate) derived: HashMap<String, Vec<String>>,
    reported: HashSet<(String, String, String)>,
}

impl<'a> Compare<'a> {
    pub(crate) fn new(old: &'a Value, new: &'a Value) -> Self {
        Self {
            old,
            new,
            findings: Vec::new(),
            operation: None,
            is_text: false,
            is_raw: false,
            is_xml: false,
            is_hidden: false,
            queue: VecDeque::new(),
            seen: HashSet::new(),
            touched: HashSet::new(),
            merged: HashSet::new(),
            depth: 0,
            followed: 0,
            derived: derived(old, new),
            reported: HashSet::new(),
        }
    }

    /// Adds a finding, once for each place: what is shared is reached many times.
    pub(crate) fn report(
        &mut self,
        rule: Rule,
        direction: Direction,
        place: &Place<'_>,
        values: (&Value, &Value),
    ) {
        // What goes the other way only is bound by nothing here.
        let is_bound = matches!(
            rule,
            Rule::BecameOptional
                | Rule::BecameRequired
                | Rule::BoundLoosened
                | Rule::BoundTightened
                | Rule::EnumValueRemoved
        );
        let rule = if self.is_hidden && is_bound { Rule::HiddenChanged } else { rule };
        let (old, new) = place.pointers();
        let (before, after) = values;
        let is_gone = after.is_null() && !before.is_null();
        let (document, pointer) = if is_gone { (self.old, &old) } else { (self.new, &new) };
        let component = match keys(pointer).collect::<Vec<_>>().as_slice() {
            [components, kind, name, ..] if components == "components" => Some(format!("{kind}/{name}")),
            _ => None,
        };
        let is_inside = pointer.starts_with("/paths/");
        let operation = self.operation.clone().filter(|_| component.is_none() && is_inside);
        let scope = || match (&operation, &component) {
            (Some(operation), _) => operation.id.clone(),
            (None, Some(component)) => named(component),
            (None, None) => "the document".to_owned(),
        };
        let subject = Some(in_words(document, pointer)).filter(|it| !it.is_empty()).unwrap_or_else(scope);
        if !self.reported.insert((rule.id(direction), old.clone(), new.clone())) {
            return;
        }
        self.findings.push(Finding {
            rule,
            direction,
            operation,
            component,
            reached_by: Vec::new(),
            subject,
            old: Some(existing(self.old, &old)),
            new: Some(existing(self.new, &new)),
            before: before.clone(),
            after: after.clone(),
        });
    }

    /// Reports `rule` where two values differ.
    pub(crate) fn differ(
        &mut self,
        rule: Rule,
        direction: Direction,
        place: &Place<'_>,
        values: (&Value, &Value),
    ) {
        if values.0 != values.1 {
            self.report(rule, direction, place, values);
        }
    }

    /// Looks at the keywords that nobody has looked at. An unknown one is never passed over.
    pub(crate) fn rest(
        &mut self,
        old: &Value,
        new: &Value,
        known: &[&str],
        direction: Direction,
        place: &Place<'_>,
    ) {
        for key in union(old, new) {
            if !known.contains(&key) {
                let rule = if key.starts_with("x-") { Rule::ExtensionChanged } else { Rule::Unexamined };
                self.differ(rule, direction, &place.at(key), (get(old, key), get(new, key)));
            }
        }
    }

    /// Resolves both sides, with the place that fits what they resolve to; a broken reference is reported.
    pub(crate) fn resolve_both<'v>(
        &mut self,
        old: &'v Value,
        new: &'v Value,
        place: &Place<'_>,
        then: impl FnOnce(&mut Self, &'v Value, &'v Value, &Place<'_>),
    ) where
        'a: 'v,
    {
        if reference(old).is_none() && reference(new).is_none() {
            return then(self, old, new, place);
        }
        let old = resolve(self.old, old, &mut self.touched);
        let new = resolve(self.new, new, &mut self.touched);
        let (Some(old_value), Some(new_value)) = (old.value, new.value) else {
            if old.pointer != new.pointer || old.value.is_some() != new.value.is_some() {
                let rule = if new.value.is_none() { Rule::ReferenceBroken } else { Rule::Notation };
                let names = (Value::from(old.pointer), Value::from(new.pointer));
                self.report(rule, Direction::Request, place, (&names.0, &names.1));
            }
            return;
        };
        let (here_old, here_new) = place.pointers();
        let old_pointer = old.pointer.map_or(here_old, |it| it.trim_start_matches('#').to_owned());
        let new_pointer = new.pointer.map_or(here_new, |it| it.trim_start_matches('#').to_owned());
        then(self, old_value, new_value, &Place::root(&old_pointer, &new_pointer));
    }

    /// What a value is behind its references; nothing if they lead nowhere.
    pub(crate) fn behind(&mut self, document: &Value, value: &Value) -> Value {
        resolve(document, value, &mut self.touched).value.cloned().unwrap_or_default()
    }

    /// Whether a schema, or what it is named after, says yes to a keyword.
    pub(crate) fn says(&mut self, document: &Value, schema: &Value, keyword: &str) -> bool {
        get(schema, keyword) == true
            || (reference(schema).is_some()
                && resolve(document, schema, &mut self.touched)
                    .value
                    .is_some_and(|it| get(it, keyword) == true))
    }

    /// Goes one schema deeper, if that is not too deep.
    pub(crate) fn deeper(&mut self, direction: Direction, place: &Place<'_>, then: impl FnOnce(&mut Self)) {
        if self.depth >= MAX_DEPTH {
            let too_deep = Value::from("nested too deeply");
            self.report(Rule::Unexamined, direction, place, (&NONE, &too_deep));
            return;
        }
        self.depth += 1;
        then(self);
        self.depth -= 1;
    }
}

/// What people call a component: `schema User` for `schemas/User`.
pub(crate) fn named(component: &str) -> String {
    let (kind, name) = component.split_once('/').unwrap_or(("", component));
    format!("{} {name}", kind.trim_end_matches('s'))
}

/// Where a chain of references ends.
pub(crate) struct Resolved<'v> {
    /// What is there; nothing if the chain leads nowhere, outside or in a circle.
    pub(crate) value: Option<&'v Value>,
    /// The last reference of the chain, if there was one.
    pub(crate) pointer: Option<&'v str>,
}

fn resolve<'v>(document: &'v Value, value: &'v Value, touched: &mut HashSet<String>) -> Resolved<'v> {
    let (mut value, mut pointer) = (value, None);
    let mut seen = HashSet::new();
    while let Some(reference) = reference(value) {
        touched.insert(decoded(reference).into_owned());
        pointer = Some(reference);
        match target(document, reference).filter(|_| seen.insert(reference)) {
            Some(target) => value = target,
            None => return Resolved { value: None, pointer },
        }
    }
    Resolved { value: Some(value), pointer }
}

/// What a reference leads to; it is the fragment of a URL, so that it may be percent-encoded.
pub(crate) fn target<'v>(document: &'v Value, reference: &str) -> Option<&'v Value> {
    let pointer = reference.strip_prefix('#')?;
    document.pointer(pointer).or_else(|| document.pointer(&decoded(pointer)))
}

pub(crate) fn decoded(reference: &str) -> Cow<'_, str> {
    percent_encoding::percent_decode_str(reference).decode_utf8_lossy()
}

/// The schemas of both documents by the named schemas that are parts of them.
fn derived(old: &Value, new: &Value) -> HashMap<String, Vec<String>> {
    let mut derived: HashMap<String, Vec<String>> = HashMap::new();
    let schemas =
        |document: &'_ Value| document["components"]["schemas"].as_object().cloned().unwrap_or_default();
    let had = schemas(old);
    for (name, schema) in schemas(new).iter().filter(|(name, _)| had.contains_key(*name)) {
        for base in items(get(schema, "allOf")).iter().filter_map(reference) {
            derived.entry(base.to_owned()).or_default().push(format!("#/components/schemas/{name}"));
        }
    }
    derived
}

pub(crate) fn reference(value: &Value) -> Option<&str> {
    value.get("$ref").and_then(Value::as_str)
}

/// The value of a keyword, or null.
pub(crate) fn get<'v>(value: &'v Value, key: &str) -> &'v Value {
    value.get(key).unwrap_or(&NONE)
}

pub(crate) fn object(value: &Value) -> Option<&Map<String, Value>> {
    value.as_object()
}

/// The keys of both objects, each once, sorted.
pub(crate) fn union<'v>(old: &'v Value, new: &'v Value) -> Vec<&'v str> {
    let both = [old, new].into_iter().filter_map(object).flat_map(Map::keys);
    let mut keys: Vec<&str> = both.map(String::as_str).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The elements of an array.
pub(crate) fn items(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}
