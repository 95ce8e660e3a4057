//! Components: security schemes, and what no operation uses.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::{Value, json};

use super::security::kind;
use super::{Differ, Mode, Place, Wire, union};
use crate::document::operation::Call;
use crate::document::{Document, decode, items, keys, members};
use crate::rules::{self, Direction, Direction::Request};

/// Which components and operations refer to which components of a document.
pub(crate) struct Uses<'d> {
    /// By component, as `kind/name`: the components that refer to it.
    components: HashMap<String, Vec<String>>,
    /// By component: the operations that refer to it, as indices.
    operations: HashMap<String, Vec<usize>>,
    pub(crate) calls: Vec<Call<'d>>,
}

impl Differ<'_, '_> {
    pub(crate) fn components(&mut self) {
        let (old, new) = (self.old.root.get("components"), self.new.root.get("components"));
        let uses = [Uses::of(self.old), Uses::of(self.new)];
        let is_library = uses.iter().all(|it| it.calls.is_empty());
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
                let is_used = || uses.iter().any(|it| it.is_used(&format!("{section}/{name}")));
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
                    (Some(one), Some(other)) if one != other && !is_used() => {
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
                for keyword in ["bearerFormat", "oauth2MetadataUrl", "openIdConnectUrl"] {
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
        let mut components: HashMap<String, Vec<String>> = HashMap::new();
        for (section, all) in members(document.root.get("components")) {
            for (name, component) in members(Some(all)) {
                mentions(component, &mut |it| {
                    components.entry(it).or_default().push(format!("{section}/{name}"));
                });
            }
        }
        // A schema with a discriminator leads to those that have it as a part.
        for (name, schema) in document.components("schemas").into_iter().flatten() {
            for part in items(schema.get("allOf")) {
                let Some(base) = crate::document::reference(part).and_then(component) else { continue };
                components.entry(format!("schemas/{name}")).or_default().push(base);
            }
        }
        let mut operations: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, call) in calls.iter().enumerate() {
            let mut add = |it: String| operations.entry(it).or_default().push(index);
            mentions(call.operation, &mut add);
            if let Some(parameters) = call.item.get("parameters") {
                mentions(parameters, &mut add);
            }
            let security = call.operation.get("security").or_else(|| document.root.get("security"));
            for scheme in items(security).iter().filter_map(Value::as_object).flat_map(serde_json::Map::keys)
            {
                add(format!("securitySchemes/{scheme}"));
            }
        }
        Self { components, operations, calls }
    }

    fn is_used(&self, component: &str) -> bool {
        !self.users(component, 1, |_| true).is_empty()
    }

    /// Returns the operations that reach a component, at most so many of those that are wanted.
    pub(crate) fn users(
        &self,
        component: &str,
        most: usize,
        is_wanted: impl Fn(&Call<'d>) -> bool,
    ) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut seen = HashSet::from([component]);
        let mut open = vec![component];
        while let Some(next) = open.pop() {
            let direct = self.operations.get(next).into_iter().flatten();
            for index in direct.filter(|index| is_wanted(&self.calls[**index])) {
                if found.len() >= most {
                    return found;
                }
                found.insert(*index);
            }
            let users = self.components.get(next).into_iter().flatten().map(String::as_str);
            open.extend(users.filter(|it| seen.insert(it)));
        }
        found
    }
}

/// Finds the components that a value refers to, as `kind/name`.
fn mentions(value: &Value, found: &mut impl FnMut(String)) {
    match value {
        Value::Object(object) => {
            if let Some(name) = object.get("$ref").and_then(Value::as_str).and_then(component) {
                found(name);
            }
            if let Some(discriminator) = object.get("discriminator") {
                for target in members(discriminator.get("mapping")).filter_map(|(_, it)| it.as_str()) {
                    found(component(target).unwrap_or_else(|| format!("schemas/{target}")));
                }
            }
            object.values().for_each(|it| mentions(it, found));
        }
        Value::Array(list) => list.iter().for_each(|it| mentions(it, found)),
        _ => {}
    }
}

/// Returns the component that a reference leads to or into, as `kind/name`.
fn component(reference: &str) -> Option<String> {
    let pointer = decode(reference.strip_prefix('#')?).into_owned();
    let mut keys = keys(&pointer);
    match (keys.next()?.as_str(), keys.next(), keys.next()) {
        ("components", Some(kind), Some(name)) => Some(format!("{kind}/{name}")),
        (crate::FILES, Some(file), _) => Some(format!("files/{file}")),
        _ => None,
    }
}
