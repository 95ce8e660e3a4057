//! Components: security schemes, and what no operation uses.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ptr;

use serde_json::{Map, Value, json};

use super::security::kind;
use super::{Differ, Mode, Place, Wire, union};
use crate::document::operation::Call;
use crate::document::schema::Schema;
use crate::document::{Document, decode, items, keys, members, reference};
use crate::rules::{self, Direction, Direction::Request};

/// Which components the operations and components of a document refer to, as `kind/name`.
#[derive(Debug)]
pub(crate) struct Uses<'d> {
    components: HashMap<String, Vec<Cow<'d, str>>>,
    /// By the index of the operation.
    operations: Vec<Vec<Cow<'d, str>>>,
    /// By the address of a schema: those that have it as a part, with their names.
    subtypes: HashMap<*const Value, Vec<(&'d str, &'d Value)>>,
    pub(crate) calls: Vec<Call<'d>>,
}

impl Differ<'_, '_> {
    pub(crate) fn components(&mut self) {
        let (old, new) = (self.old.root.get("components"), self.new.root.get("components"));
        let is_library = self.uses.iter().all(|it| it.calls.is_empty());
        let used = self.uses.each_ref().map(|it| it.reached(1, |_| true));
        self.schemes();
        let empty = &Value::Null;
        for section in union(old.unwrap_or(empty), new.unwrap_or(empty)) {
            let (before, after) = (old.and_then(|it| it.get(section)), new.and_then(|it| it.get(section)));
            if section.starts_with("x-") {
                if let (Some(old), Some(new)) = (old, new) {
                    self.report_if_changed(&rules::EXTENSION_CHANGED, Request, (old, new), section);
                }
                continue;
            }
            for name in union(before.unwrap_or(empty), after.unwrap_or(empty)) {
                let pair = (before.and_then(|it| it.get(name)), after.and_then(|it| it.get(name)));
                let key = format!("{section}/{name}");
                let is_used = used.iter().any(|it| it.contains_key(key.as_str()));
                match pair {
                    (None, Some(component)) if section != "securitySchemes" => {
                        let places = (None, Some(Place::of(component)));
                        self.report(&rules::COMPONENT_ADDED, Request, places, (Value::Null, json!(name)));
                    }
                    (Some(component), None) if section != "securitySchemes" => {
                        let places = (Some(Place::of(component)), None);
                        self.report(&rules::COMPONENT_REMOVED, Request, places, (json!(name), Value::Null));
                    }
                    // A document without operations is there for others, which may use its schemas either way.
                    (Some(one), Some(other)) if is_library && section == "schemas" => {
                        for direction in [Direction::Request, Direction::Response] {
                            self.push(vec![one], vec![other], Mode::new(direction, Wire::Json));
                        }
                    }
                    // What only readers use.
                    (Some(one), Some(other)) if one != other && ["examples", "links"].contains(&section) => {
                        let rule =
                            if section == "links" { &rules::LINKS_CHANGED } else { &rules::EXAMPLES_CHANGED };
                        let places = (Some(Place::of(one)), Some(Place::of(other)));
                        self.report(rule, Request, places, (one.clone(), other.clone()));
                    }
                    (Some(one), Some(other)) if one != other && !is_used => {
                        let places = (Some(Place::of(one)), Some(Place::of(other)));
                        self.report(&rules::COMPONENT_CHANGED, Request, places, (one.clone(), other.clone()));
                    }
                    _ => {}
                }
            }
        }
        self.drain_queue();
    }

    /// Compares the security schemes. What travels is decided by their kind, not by their names.
    fn schemes(&mut self) {
        let renamed = self.scheme_names();
        let mut taken = BTreeSet::new();
        let after = self.new.components("securitySchemes");
        for (name, new) in after.into_iter().flatten() {
            let old_name = renamed.get(name).unwrap_or(name);
            let Some(old) = self.old.components("securitySchemes").and_then(|all| all.get(old_name)) else {
                let places = (None, Some(Place::of(new)));
                self.report(&rules::COMPONENT_ADDED, Request, places, (Value::Null, json!(name)));
                continue;
            };
            taken.insert(old_name);
            let Some(pair) = self.resolve(old, new) else { continue };
            if old_name != name {
                let places = (Some(Place::of(old)), Some(Place::of(new)));
                self.report(&rules::SCHEME_RENAMED, Request, places, (json!(old_name), json!(name)));
            }
            if kind(pair.0) == kind(pair.1) {
                // A hint for readers.
                self.report_if_changed(&rules::DESCRIPTION_CHANGED, Request, pair, "bearerFormat");
                for keyword in ["oauth2MetadataUrl", "openIdConnectUrl"] {
                    self.report_if_changed(&rules::SCHEME_DETAILS_CHANGED, Request, pair, keyword);
                }
                self.flows(pair);
                if pair.0 != pair.1 {
                    self.rewrites.insert("security schemes");
                }
            } else {
                let text = |scheme: &Value| {
                    let (kind, place, name) = kind(scheme);
                    json!([kind, place, name].join(" ").trim())
                };
                let places = (Some(Place::of(pair.0)), Some(Place::of(pair.1)));
                self.report(&rules::SCHEME_CHANGED, Request, places, (text(pair.0), text(pair.1)));
            }
            self.described(pair);
            let known = [
                "bearerFormat",
                "deprecated",
                "description",
                "flows",
                "in",
                "name",
                "oauth2MetadataUrl",
                "openIdConnectUrl",
                "scheme",
                "type",
            ];
            self.report_unknown_keywords(pair, &known, Request);
        }
        for (name, old) in self.old.components("securitySchemes").into_iter().flatten() {
            if !taken.contains(name) {
                let places = (Some(Place::of(old)), None);
                self.report(&rules::COMPONENT_REMOVED, Request, places, (json!(name), Value::Null));
            }
        }
    }
}

impl<'d> Differ<'d, '_> {
    /// Compares how tokens are obtained. What a scope is for is said to readers.
    fn flows(&mut self, pair: (&'d Value, &'d Value)) {
        let essence = |scheme: &Value| -> Vec<Value> {
            let flow = |(name, flow): (&String, &Value)| {
                let scopes: Vec<&String> = members(flow.get("scopes")).map(|(scope, _)| scope).collect();
                let url = |key: &str| flow.get(key).cloned().unwrap_or_default();
                json!([
                    name,
                    scopes,
                    url("authorizationUrl"),
                    url("tokenUrl"),
                    url("refreshUrl"),
                    url("deviceAuthorizationUrl")
                ])
            };
            members(scheme.get("flows")).map(flow).collect()
        };
        let is_same = essence(pair.0) == essence(pair.1);
        let rule = if is_same { &rules::DESCRIPTION_CHANGED } else { &rules::SCHEME_DETAILS_CHANGED };
        self.report_if_changed(rule, Request, pair, "flows");
    }
}

impl<'d> Uses<'d> {
    pub(crate) fn of(document: Document<'d>) -> Self {
        let calls = document.operations();
        let mut components: HashMap<String, Vec<Cow<'d, str>>> = HashMap::new();
        for (section, all) in members(document.root.get("components")) {
            for (name, component) in members(Some(all)) {
                let used = components.entry(format!("{section}/{name}")).or_default();
                mentions(component, &mut |it| used.push(it));
            }
        }
        // A schema with a discriminator leads to those that have it as a part.
        let mut subtypes: HashMap<*const Value, Vec<(&'d str, &'d Value)>> = HashMap::new();
        for (name, schema) in document.components("schemas").into_iter().flatten() {
            for base in items(schema.get("allOf")).iter().filter_map(reference) {
                if let Some(base) = component(base) {
                    components.entry(base.into_owned()).or_default().push(format!("schemas/{name}").into());
                }
                if let Some(base) = document.target(base) {
                    subtypes.entry(ptr::from_ref(base)).or_default().push((name, schema));
                }
            }
        }
        let used = |call: &Call<'d>| {
            let mut used = Vec::new();
            let mut add = |it| used.push(it);
            mentions(call.operation, &mut add);
            if let Some(parameters) = call.item.get("parameters") {
                mentions(parameters, &mut add);
            }
            let security = call.operation.get("security").or_else(|| document.root.get("security"));
            let schemes = items(security).iter().filter_map(Value::as_object).flat_map(Map::keys);
            used.extend(schemes.map(|scheme| format!("securitySchemes/{scheme}").into()));
            used
        };
        let operations = calls.iter().map(used).collect();
        Self { components, operations, subtypes, calls }
    }

    /// Returns the schemas that have another one as a part, with their names.
    pub(crate) fn subtypes(&self, schema: &Schema<'d>) -> BTreeMap<&'d str, &'d Value> {
        let bases = schema.parts.iter().take(2);
        bases.filter_map(|base| self.subtypes.get(&ptr::from_ref(*base))).flatten().copied().collect()
    }

    /// Returns the components that operations reach, each with so many of the operations at most, as indices.
    pub(crate) fn reached(
        &self,
        most: usize,
        is_wanted: impl Fn(&Call<'d>) -> bool,
    ) -> HashMap<&str, Vec<usize>> {
        let mut found: HashMap<&str, Vec<usize>> = HashMap::new();
        let mut open: Vec<&str> = Vec::new();
        for (index, used) in self.operations.iter().enumerate().filter(|(at, _)| is_wanted(&self.calls[*at]))
        {
            open.extend(used.iter().map(AsRef::as_ref));
            while let Some(next) = open.pop() {
                let users = found.entry(next).or_default();
                // What has enough has been passed so often, and all behind it, too.
                if users.len() < most && users.last() != Some(&index) {
                    users.push(index);
                    open.extend(self.components.get(next).into_iter().flatten().map(AsRef::as_ref));
                }
            }
        }
        found
    }
}

/// Finds the components that a value refers to, as `kind/name`.
fn mentions<'d>(value: &'d Value, found: &mut impl FnMut(Cow<'d, str>)) {
    match value {
        Value::Object(object) => {
            if let Some(name) = reference(value).and_then(component) {
                found(name);
            }
            if let Some(discriminator) = object.get("discriminator") {
                for target in members(discriminator.get("mapping")).filter_map(|(_, it)| it.as_str()) {
                    found(component(target).unwrap_or_else(|| format!("schemas/{target}").into()));
                }
            }
            object.values().for_each(|it| mentions(it, found));
        }
        Value::Array(list) => list.iter().for_each(|it| mentions(it, found)),
        _ => {}
    }
}

/// Returns the component that a reference leads to or into, as `kind/name`.
fn component(reference: &str) -> Option<Cow<'_, str>> {
    // As a rule nothing is escaped, and nothing to be copied.
    if let Some(plain) = reference.strip_prefix("#/components/")
        && plain.bytes().filter(|byte| *byte == b'/').count() == 1
        && !plain.contains(['~', '%'])
    {
        return Some(plain.into());
    }
    let pointer = decode(reference.strip_prefix('#')?).into_owned();
    let mut keys = keys(&pointer);
    match (keys.next()?.as_str(), keys.next(), keys.next()) {
        ("components", Some(kind), Some(name)) => Some(format!("{kind}/{name}").into()),
        (crate::FILES, Some(file), _) => Some(format!("files/{file}").into()),
        _ => None,
    }
}
