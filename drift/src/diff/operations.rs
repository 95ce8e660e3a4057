//! Which operation of one document is which of the other, and what operations are made of.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::Hash;

use serde_json::{Value, json};

use super::{Differ, Place, union};
use crate::document::operation::{Call, METHODS, Section, of_item, template_key};
use crate::document::{Document, flag, items, members, text};
use crate::finding::Operation;
use crate::rules::{self, Direction, Direction::Request};

/// The operations of both documents, as they were matched.
#[derive(Debug, Default)]
pub(crate) struct Matched<'d> {
    pub(crate) pairs: Vec<(Option<Call<'d>>, Option<Call<'d>>)>,
}

/// The keywords of an operation that are compared here, or decide which operation it is.
const KNOWN: [&str; 13] = [
    "callbacks",
    "deprecated",
    "description",
    "externalDocs",
    "operationId",
    "parameters",
    "requestBody",
    "responses",
    "security",
    "servers",
    "summary",
    "tags",
    "x-internal",
];

impl<'d> Matched<'d> {
    /// Matches operations by what calls reach them. Those that are left are the same if they have the same id.
    fn new(old: Document<'d>, new: Document<'d>) -> Self {
        let (before, after) = (old.operations(), new.operations());
        let (old_base, new_base) = (base_path(old.root), base_path(new.root));
        let mut found: Vec<Option<usize>> = vec![None; before.len()];
        let mut taken = HashSet::new();
        for key in [full_key, own_key, id_key] {
            let (old_keys, new_keys) =
                (unique(&before, |call| key(call, &old_base)), unique(&after, |call| key(call, &new_base)));
            for (key, index) in old_keys {
                if let Some(at) = new_keys.get(&key)
                    && found[index].is_none()
                    && taken.insert(*at)
                {
                    found[index] = Some(*at);
                }
            }
        }
        let mut pairs: Vec<_> =
            before.iter().zip(&found).map(|(call, at)| (Some(*call), at.map(|at| after[at]))).collect();
        let is_new = |(index, _): &(usize, &Call<'d>)| !taken.contains(index);
        pairs.extend(after.iter().enumerate().filter(is_new).map(|(_, call)| (None, Some(*call))));
        Self { pairs }
    }
}

/// Returns the callbacks of an operation by address and method.
fn callbacks<'d>(document: Document<'d>, operation: &'d Value) -> BTreeMap<(&'d str, String), Call<'d>> {
    let all = members(operation.get("callbacks")).filter_map(|(_, callback)| document.resolve(callback));
    let items =
        all.flat_map(|callback| members(Some(callback))).filter(|(address, _)| !address.starts_with("x-"));
    let calls = items
        .filter_map(|(address, item)| Some(of_item(Section::Webhooks, address, document.resolve(item)?)));
    calls.flatten().map(|call| ((call.path, call.method.to_lowercase()), call)).collect()
}

/// What decides which calls reach an operation. A prefix may move from the paths to the address of the server and back.
fn full_key(call: &Call<'_>, base: &str) -> Option<String> {
    let (section, method, path) = call.key();
    let base = if section == Section::Paths { base } else { "" };
    Some(format!("{} {method} {base}{path}", section.name()))
}

fn own_key(call: &Call<'_>, _base: &str) -> Option<String> {
    full_key(call, "")
}

fn id_key(call: &Call<'_>, _base: &str) -> Option<String> {
    Some(format!("{} {}", call.section.name(), call.id?))
}

/// Names an operation of both documents.
pub(crate) fn named(old: Option<&Call<'_>>, new: Option<&Call<'_>>) -> Option<Operation> {
    let mut operation = new.or(old)?.named();
    if let (Some(old), Some(new)) = (old, new)
        && old.id != new.id
    {
        operation.old_id = old.id.map(str::to_owned);
    }
    Some(operation)
}

impl<'d> Differ<'d, '_> {
    /// Compares the operations and what stands beside them in path items.
    pub(crate) fn operations(&mut self) {
        self.matched = Matched::new(self.old, self.new);
        let pairs = self.matched.pairs.clone();
        let mut moved = Vec::new();
        for (old, new) in &pairs {
            match (old, new) {
                (Some(old), Some(new)) => {
                    if old.key() != new.key() && !self.is_same_address(old, new) {
                        moved.push((*old, *new));
                    }
                    self.operation_pair(old, new);
                }
                (Some(old), None) => self.operation_gone(old),
                (None, Some(new)) => self.operation_new(new),
                (None, None) => {}
            }
        }
        self.moved(&moved);
        for section in [Section::Paths, Section::Webhooks] {
            self.path_items(section);
        }
    }

    fn operation_gone(&mut self, old: &Call<'d>) {
        let rule = match old.section {
            Section::Paths => &rules::OPERATION_REMOVED,
            Section::Webhooks => &rules::WEBHOOK_REMOVED,
        };
        let name = json!(old.named().name());
        self.report(rule, Request, (Some(Place::of(old.operation)), None), (name, Value::Null));
    }

    fn operation_new(&mut self, new: &Call<'d>) {
        let rule = match new.section {
            Section::Paths => &rules::OPERATION_ADDED,
            Section::Webhooks => &rules::WEBHOOK_ADDED,
        };
        let name = json!(new.named().name());
        self.report(rule, Request, (None, Some(Place::of(new.operation))), (Value::Null, name));
    }

    /// Returns whether calls to two operations go to the same address, in spite of other paths.
    fn is_same_address(&self, old: &Call<'d>, new: &Call<'d>) -> bool {
        let address = |document: Document<'d>, call: &Call<'d>| {
            let url = first_server(document.root.get("servers"));
            (call.method, template_key(&format!("{}{}", url.trim_end_matches('/'), call.path)))
        };
        old.section == new.section && address(self.old, old) == address(self.new, new)
    }

    fn operation_pair(&mut self, old: &Call<'d>, new: &Call<'d>) {
        let direction = match new.section {
            Section::Paths => Direction::Request,
            Section::Webhooks => Direction::Response,
        };
        if old.id != new.id {
            let rule = match (old.id, new.id) {
                (None, _) => &rules::OPERATION_ID_ADDED,
                (_, None) => &rules::OPERATION_ID_REMOVED,
                _ => &rules::OPERATION_RENAMED,
            };
            self.report_keyword(rule, Request, (old.operation, new.operation), "operationId");
        }
        self.operation(old, new, direction);
        let security = (old.operation, new.operation);
        self.security(security);
    }

    /// Compares two operations. Their requests travel in a direction, and their responses in the opposite one.
    fn operation(&mut self, old: &Call<'d>, new: &Call<'d>, direction: Direction) {
        let pair = (old.operation, new.operation);
        let shared = [old, new].map(|call| call.item.get("parameters"));
        let is_shared_same = match shared {
            [Some(old), Some(new)] => self.stable.same(old, new),
            [old, new] => old.is_none() && new.is_none(),
        };
        if is_shared_same && old.path == new.path && self.stable.same(pair.0, pair.1) {
            return;
        }
        for (keyword, rule) in [
            ("summary", &rules::SUMMARY_CHANGED),
            ("tags", &rules::TAGS_CHANGED),
            ("x-internal", &rules::EXTENSION_CHANGED),
        ] {
            self.report_if_changed(rule, Request, pair, keyword);
        }
        self.described(pair);
        self.servers(pair);
        self.parameters(old, new, direction);
        self.body(pair, direction);
        self.responses(pair, direction.opposite());
        self.callbacks(pair, direction.opposite());
        self.report_unknown_keywords(pair, &KNOWN, direction);
    }

    fn body(&mut self, (old, new): (&'d Value, &'d Value), direction: Direction) {
        let places = (Some(Place::at(old, "requestBody")), Some(Place::at(new, "requestBody")));
        match (old.get("requestBody"), new.get("requestBody")) {
            (None, None) => {}
            (None, Some(body)) => {
                let is_required = self.new.resolve(body).is_some_and(|it| flag(it, "required"));
                let rule = if is_required { &rules::REQUIRED_BODY_ADDED } else { &rules::BODY_ADDED };
                self.report(rule, direction, places, (Value::Null, body.clone()));
            }
            (Some(body), None) => {
                self.report(&rules::BODY_REMOVED, direction, places, (body.clone(), Value::Null))
            }
            (Some(old), Some(new)) => {
                if self.stable.same(old, new) {
                    return;
                }
                let Some(pair) = self.resolve(old, new) else { return };
                if pair.0.get("required") != pair.1.get("required") {
                    self.rewrites.insert("defaults spelled out");
                }
                let rule = match (flag(pair.0, "required"), flag(pair.1, "required")) {
                    (false, true) => Some(&rules::BODY_BECAME_REQUIRED),
                    (true, false) => Some(&rules::BODY_BECAME_OPTIONAL),
                    _ => None,
                };
                if let Some(rule) = rule {
                    self.report_keyword(rule, direction, pair, "required");
                }
                self.report_if_changed(&rules::DESCRIPTION_CHANGED, Request, pair, "description");
                self.content(pair, direction);
                self.report_unknown_keywords(pair, &["content", "description", "required"], direction);
            }
        }
    }

    /// Compares callbacks: calls of the server to the client, so that the roles are swapped. Their names do not travel.
    fn callbacks(&mut self, (old, new): (&'d Value, &'d Value), direction: Direction) {
        if old.get("callbacks") == new.get("callbacks") && self.stable.same(old, new) {
            return;
        }
        let (before, after) = (callbacks(self.old, old), callbacks(self.new, new));
        if old.get("callbacks") != new.get("callbacks") {
            self.rewrites.insert("callbacks");
        }
        let keys: BTreeSet<&(&'d str, String)> = before.keys().chain(after.keys()).collect();
        for key in keys {
            let name = || json!(format!("{} {}", key.1.to_uppercase(), key.0));
            match (before.get(key), after.get(key)) {
                (Some(old), Some(new)) => self.operation(old, new, direction),
                (Some(call), None) => {
                    let places = (Some(Place::of(call.operation)), Some(Place::at(new, "callbacks")));
                    self.report(&rules::CALLBACK_REMOVED, Request, places, (name(), Value::Null));
                }
                (None, Some(call)) => {
                    let places = (Some(Place::at(old, "callbacks")), Some(Place::of(call.operation)));
                    self.report(&rules::CALLBACK_ADDED, Request, places, (Value::Null, name()));
                }
                (None, None) => {}
            }
        }
    }

    /// Reports operations whose path changed: all of them as one if they have a change of prefix in common.
    fn moved(&mut self, moved: &[(Call<'d>, Call<'d>)]) {
        let prefixes: BTreeSet<(String, String)> = moved.iter().map(prefixes).collect();
        let is_same_method = moved.iter().all(|(old, new)| old.method == new.method);
        if let (Some((from, to)), 1, true, 2..) =
            (prefixes.first(), prefixes.len(), is_same_method, moved.len())
        {
            let places = (Some(Place::at(self.old.root, "paths")), Some(Place::at(self.new.root, "paths")));
            self.report(
                &rules::PATH_PREFIX_CHANGED,
                Request,
                places,
                (json!(format!("{from}/")), json!(format!("{to}/"))),
            );
            if let Some(draft) = self.drafts.last_mut() {
                draft.operations =
                    moved.iter().filter_map(|(old, new)| named(Some(old), Some(new))).collect();
            }
            return;
        }
        for (old, new) in moved {
            let place = |call: &Call<'d>| Some(Place::of(call.operation));
            let address = |call: &Call<'d>| json!(format!("{} {}", call.method.to_uppercase(), call.path));
            let places = (place(old), place(new));
            self.report(&rules::OPERATION_MOVED, Request, places, (address(old), address(new)));
        }
    }

    /// Compares what path items have beside their operations and parameters.
    fn path_items(&mut self, section: Section) {
        let by_key = |document: Document<'d>| -> BTreeMap<String, &'d Value> {
            let all = members(document.root.get(section.name()));
            all.map(|(path, item)| (template_key(path), item)).collect()
        };
        let (before, after) = (by_key(self.old), by_key(self.new));
        let mut known = METHODS.to_vec();
        known.extend(["$ref", "additionalOperations", "description", "parameters", "servers", "summary"]);
        let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        for key in keys {
            let (old, new) = (before.get(key).copied(), after.get(key).copied());
            if key.starts_with("x-") {
                if old != new {
                    let place = |root: &'d Value, item: Option<&'d Value>| {
                        Some(item.map_or_else(|| Place::at(root, section.name()), Place::of))
                    };
                    let places = (place(self.old.root, old), place(self.new.root, new));
                    let values = (old.cloned().unwrap_or_default(), new.cloned().unwrap_or_default());
                    self.report(&rules::EXTENSION_CHANGED, Request, places, values);
                }
                continue;
            }
            let (Some(old), Some(new)) = (old, new) else { continue };
            let Some((old, new)) = self.resolve(old, new) else { continue };
            if !(old.is_object() && new.is_object()) {
                if old != new {
                    let places = (Some(Place::of(old)), Some(Place::of(new)));
                    self.report(&rules::UNKNOWN_KEYWORD_CHANGED, Request, places, (old.clone(), new.clone()));
                }
                continue;
            }
            self.report_if_changed(&rules::SUMMARY_CHANGED, Request, (old, new), "summary");
            self.report_if_changed(&rules::DESCRIPTION_CHANGED, Request, (old, new), "description");
            self.servers((old, new));
            self.report_unknown_keywords((old, new), &known, Request);
        }
    }

    /// Compares the servers of a document, a path item or an operation: clients call the first one.
    pub(crate) fn servers(&mut self, (old, new): (&'d Value, &'d Value)) {
        let (before, after) = (old.get("servers"), new.get("servers"));
        if before == after {
            return;
        }
        let first = first_server(before);
        let is_root = std::ptr::eq(old, self.old.root);
        // Where a prefix only moved into the paths, calls go where they went.
        let is_same = |new: String| {
            first == new || (is_root && origin(&first) == origin(&new) && self.paths_follow_servers())
        };
        let urls = || items(after).iter().map(server_url).chain([first_server(after)]);
        let rule = match (is_same(first_server(after)), urls().any(|url| url == first)) {
            (true, _) | (_, true) => &rules::SERVERS_CHANGED,
            _ => &rules::DEFAULT_SERVER_CHANGED,
        };
        self.report_keyword(rule, Request, (old, new), "servers");
    }

    /// Returns whether every path of the old document is one of the new document with the server's path before it.
    fn paths_follow_servers(&self) -> bool {
        let keys = |document: Document<'d>| -> BTreeSet<String> {
            let base = base_path(document.root);
            members(document.root.get("paths"))
                .map(|(path, _)| template_key(&format!("{base}{path}")))
                .collect()
        };
        let (before, after) = (keys(self.old), keys(self.new));
        !before.is_empty() && before.is_subset(&after)
    }
}

/// Returns what two paths begin with before their common end.
fn prefixes((old, new): &(Call<'_>, Call<'_>)) -> (String, String) {
    let (from, to): (Vec<&str>, Vec<&str>) = (old.path.split('/').collect(), new.path.split('/').collect());
    let same = from.iter().rev().zip(to.iter().rev()).take_while(|(old, new)| old == new).count();
    (from[..from.len() - same].join("/"), to[..to.len() - same].join("/"))
}

/// Returns the URL of a server, with the defaults of its variables.
fn server_url(server: &Value) -> String {
    let mut url = text(server, "url").unwrap_or("/").to_owned();
    for (name, variable) in members(server.get("variables")) {
        url = url.replace(&format!("{{{name}}}"), text(variable, "default").unwrap_or_default());
    }
    url.trim_end_matches('/').to_owned()
}

/// Returns the URL that clients call.
fn first_server(servers: Option<&Value>) -> String {
    items(servers).first().map_or_else(String::new, server_url)
}

/// Returns the path of the URL that clients call.
fn base_path(root: &Value) -> String {
    let url = first_server(root.get("servers"));
    let start = origin(&url).len();
    url[start..].to_owned()
}

/// Returns the part of a URL before its path.
fn origin(url: &str) -> &str {
    let Some(at) = url.find("://") else { return "" };
    let rest = &url[at + 3..];
    &url[..at + 3 + rest.find('/').unwrap_or(rest.len())]
}

/// Returns the operations by a key, without those that share it.
fn unique<K: Hash + Eq>(all: &[Call<'_>], key: impl Fn(&Call<'_>) -> Option<K>) -> HashMap<K, usize> {
    let mut found: HashMap<K, Option<usize>> = HashMap::new();
    for (index, call) in all.iter().enumerate() {
        if let Some(key) = key(call) {
            found.entry(key).and_modify(|at| *at = None).or_insert(Some(index));
        }
    }
    found.into_iter().filter_map(|(key, at)| Some((key, at?))).collect()
}
