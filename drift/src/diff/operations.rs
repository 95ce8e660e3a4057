//! Compares operations and path items.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::matching::Matched;
use super::{Differ, Location};
use crate::document::operation::{METHODS, OperationRef, Section, template_key};
use crate::document::{DocumentView, flag, members};
use crate::rules::{self, Direction, Direction::Request};

/// The keywords of an operation that are compared here or when operations are matched.
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

impl<'d> Differ<'d, '_> {
    /// Compares all operations, and the other members of their path items.
    pub(crate) fn compare_operations(&mut self) {
        self.matched = Matched::new(self.old, self.new);
        let pairs = self.matched.pairs.clone();
        let mut moved = Vec::new();
        for (old, new) in &pairs {
            match (old, new) {
                (Some(old), Some(new)) => {
                    if old.key() != new.key() && !self.is_same_address(old, new) {
                        moved.push((*old, *new));
                    }
                    self.compare_operation_pair(old, new);
                }
                (Some(old), None) => self.report_operation_removed(old),
                (None, Some(new)) => self.report_operation_added(new),
                (None, None) => {}
            }
        }
        while let Some((old, new, direction)) = self.callbacks.pop() {
            self.compare_operation(&old, &new, direction);
        }
        self.report_moved(&moved);
        for section in [Section::Paths, Section::Webhooks] {
            self.compare_path_items(section);
        }
    }

    fn report_operation_removed(&mut self, old: &OperationRef<'d>) {
        let rule = match old.section {
            Section::Paths => &rules::OPERATION_REMOVED,
            Section::Webhooks => &rules::WEBHOOK_REMOVED,
        };
        let name = json!(old.to_reported().name());
        self.report(rule, Request, (Some(Location::of(old.value)), None), (name, Value::Null));
    }

    fn report_operation_added(&mut self, new: &OperationRef<'d>) {
        let rule = match new.section {
            Section::Paths => &rules::OPERATION_ADDED,
            Section::Webhooks => &rules::WEBHOOK_ADDED,
        };
        let name = json!(new.to_reported().name());
        self.report(rule, Request, (None, Some(Location::of(new.value))), (Value::Null, name));
    }

    fn compare_operation_pair(&mut self, old: &OperationRef<'d>, new: &OperationRef<'d>) {
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
            self.report_keyword(rule, Request, (old.value, new.value), "operationId");
        }
        self.compare_operation(old, new, direction);
        let security = (old.value, new.value);
        self.compare_security(security);
    }

    /// Compares two operations. `direction` is that of their requests; their responses have the opposite one.
    pub(crate) fn compare_operation(
        &mut self,
        old: &OperationRef<'d>,
        new: &OperationRef<'d>,
        direction: Direction,
    ) {
        let pair = (old.value, new.value);
        let shared = [old, new].map(|operation| operation.item.get("parameters"));
        let is_shared_same = match shared {
            [Some(old), Some(new)] => self.unchanged.contains(old, new),
            [old, new] => old.is_none() && new.is_none(),
        };
        if is_shared_same && old.path == new.path && self.unchanged.contains(pair.0, pair.1) {
            return;
        }
        for (keyword, rule) in [
            ("summary", &rules::SUMMARY_CHANGED),
            ("tags", &rules::TAGS_CHANGED),
            ("x-internal", &rules::EXTENSION_CHANGED),
        ] {
            self.report_if_changed(rule, Request, pair, keyword);
        }
        self.compare_docs(pair);
        self.compare_servers(pair);
        self.compare_parameters(old, new, direction);
        self.compare_bodies(pair, direction);
        self.compare_responses(pair, direction.opposite());
        self.compare_callbacks(pair, direction.opposite());
        self.report_unknown_keywords(pair, &KNOWN, direction);
    }

    fn compare_bodies(&mut self, (old, new): (&'d Value, &'d Value), direction: Direction) {
        let locations = (Some(Location::at(old, "requestBody")), Some(Location::at(new, "requestBody")));
        match (old.get("requestBody"), new.get("requestBody")) {
            (None, None) => {}
            (None, Some(body)) => {
                let is_required = self.new.resolve(body).is_some_and(|it| flag(it, "required"));
                let rule = if is_required { &rules::REQUIRED_BODY_ADDED } else { &rules::BODY_ADDED };
                self.report(rule, direction, locations, (Value::Null, body.clone()));
            }
            (Some(body), None) => {
                self.report(&rules::BODY_REMOVED, direction, locations, (body.clone(), Value::Null));
            }
            (Some(old), Some(new)) => {
                if self.unchanged.contains(old, new) {
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
                self.compare_content(pair, direction);
                self.report_unknown_keywords(pair, &["content", "description", "required"], direction);
            }
        }
    }

    /// Compares the members of path items other than operations and parameters.
    fn compare_path_items(&mut self, section: Section) {
        let by_key = |document: DocumentView<'d>| -> BTreeMap<String, &'d Value> {
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
                    let location = |root: &'d Value, item: Option<&'d Value>| {
                        Some(item.map_or_else(|| Location::at(root, section.name()), Location::of))
                    };
                    let locations = (location(self.old.root, old), location(self.new.root, new));
                    let values = (old.cloned().unwrap_or_default(), new.cloned().unwrap_or_default());
                    self.report(&rules::EXTENSION_CHANGED, Request, locations, values);
                }
                continue;
            }
            let (Some(old), Some(new)) = (old, new) else { continue };
            let Some((old, new)) = self.resolve(old, new) else { continue };
            if !(old.is_object() && new.is_object()) {
                if old != new {
                    let locations = (Some(Location::of(old)), Some(Location::of(new)));
                    self.report(
                        &rules::UNKNOWN_KEYWORD_CHANGED,
                        Request,
                        locations,
                        (old.clone(), new.clone()),
                    );
                }
                continue;
            }
            self.report_if_changed(&rules::SUMMARY_CHANGED, Request, (old, new), "summary");
            self.report_if_changed(&rules::DESCRIPTION_CHANGED, Request, (old, new), "description");
            self.compare_servers((old, new));
            self.report_unknown_keywords((old, new), &known, Request);
        }
    }
}
