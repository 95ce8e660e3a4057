//! Compares responses by status, and their headers.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::parameters::HEADER_KEYWORDS;
use super::{Differ, Location, Mode, Wire};
use crate::document::schema::Node;
use crate::document::types::Types;
use crate::document::{DocumentView, flag, members};
use crate::rules::{self, Direction, Direction::Request};

impl<'d> Differ<'d, '_> {
    /// Compares the responses of two operations. A status that is not listed has the response of its range, or else the
    /// default response.
    pub(crate) fn compare_responses(&mut self, (old, new): (&'d Value, &'d Value), direction: Direction) {
        let (before, after) = (Responses::of(old), Responses::of(new));
        let statuses: BTreeSet<&str> = before.all.keys().chain(after.all.keys()).copied().collect();
        for status in statuses {
            let (old_response, new_response) =
                (before.all.get(status).copied(), after.all.get(status).copied());
            if status.starts_with("x-") {
                if old_response != new_response {
                    let location = |parent: &'d Value| {
                        Some(Location::at(parent.get("responses").unwrap_or(parent), status))
                    };
                    let values = (
                        old_response.cloned().unwrap_or_default(),
                        new_response.cloned().unwrap_or_default(),
                    );
                    self.report(&rules::EXTENSION_CHANGED, Request, (location(old), location(new)), values);
                }
                continue;
            }
            match (old_response, new_response) {
                (Some(old_response), Some(new_response)) => {
                    self.compare_response(old_response, new_response, direction);
                }
                (Some(old_response), None) => match after.covering(status) {
                    Some(new_response) => {
                        self.report_status_listing(
                            (Some(Location::of(old_response)), Some(Location::at(new, "responses"))),
                            (json!(status), Value::Null),
                        );
                        self.compare_response(old_response, new_response, direction);
                    }
                    None => self.report_status_removed(status, old_response, new, &after, direction),
                },
                (None, Some(new_response)) => match before.covering(status) {
                    Some(old_response) => {
                        self.report_status_listing(
                            (Some(Location::at(old, "responses")), Some(Location::of(new_response))),
                            (Value::Null, json!(status)),
                        );
                        self.compare_response(old_response, new_response, direction);
                    }
                    None => self.report_status_added(status, new_response, old, &before, direction),
                },
                (None, None) => {}
            }
        }
    }

    /// Reports a status that is listed in one document and covered by its range or the default in the other.
    fn report_status_listing(
        &mut self,
        locations: (Option<Location<'d>>, Option<Location<'d>>),
        values: (Value, Value),
    ) {
        self.report(&rules::STATUS_LISTING_CHANGED, Request, locations, values);
    }

    fn report_status_removed(
        &mut self,
        status: &str,
        old_response: &'d Value,
        new: &'d Value,
        after: &Responses<'d>,
        direction: Direction,
    ) {
        // A range or default was replaced by single statuses, so the others are no longer possible.
        let is_narrowed = match status {
            "default" => true,
            range if is_range(range) => after.all.keys().any(|it| it.starts_with(&range[..1])),
            _ => false,
        };
        let rule = match () {
            () if status == "default" && after.has_success() => &rules::DEFAULT_RESPONSE_REMOVED,
            () if is_narrowed && status != "default" => &rules::STATUS_RANGE_NARROWED,
            () if status.starts_with('2') || status == "default" => &rules::SUCCESS_REMOVED,
            () => &rules::FAILURE_REMOVED,
        };
        let locations = (Some(Location::of(old_response)), Some(Location::at(new, "responses")));
        self.report(rule, direction, locations, (json!(status), Value::Null));
    }

    fn report_status_added(
        &mut self,
        status: &str,
        new_response: &'d Value,
        old: &'d Value,
        before: &Responses<'d>,
        direction: Direction,
    ) {
        // A range that replaces single statuses also allows others.
        let is_widened = is_range(status) && before.all.keys().any(|it| it.starts_with(&status[..1]));
        let rule = match () {
            () if status == "default" && before.has_success() => &rules::DEFAULT_RESPONSE_ADDED,
            () if is_widened && status.starts_with('2') => &rules::STATUS_RANGE_WIDENED,
            () if status.starts_with('2') || status == "default" => &rules::SUCCESS_ADDED,
            () => &rules::FAILURE_ADDED,
        };
        let locations = (Some(Location::at(old, "responses")), Some(Location::of(new_response)));
        self.report(rule, direction, locations, (Value::Null, json!(status)));
    }

    fn compare_response(&mut self, old: &'d Value, new: &'d Value, direction: Direction) {
        if self.unchanged.contains(old, new) {
            return;
        }
        let Some(pair) = self.resolve(old, new) else { return };
        for (keyword, rule) in [
            ("description", &rules::DESCRIPTION_CHANGED),
            ("links", &rules::LINKS_CHANGED),
            ("summary", &rules::SUMMARY_CHANGED),
        ] {
            self.report_if_changed(rule, Request, pair, keyword);
        }
        self.compare_headers(pair, direction);
        self.compare_content(pair, direction);
        self.report_unknown_keywords(
            pair,
            &["content", "description", "headers", "links", "summary"],
            direction,
        );
    }

    fn compare_headers(&mut self, (old, new): (&'d Value, &'d Value), direction: Direction) {
        // Header names are case-insensitive, and `content` describes the content type.
        let by_name = |parent: &'d Value| -> BTreeMap<String, (&'d str, &'d Value)> {
            let all =
                members(parent.get("headers")).map(|(name, it)| (name.to_lowercase(), (name.as_str(), it)));
            all.filter(|(name, _)| name != "content-type").collect()
        };
        let has_ignored = |parent: &Value| {
            members(parent.get("headers")).any(|(name, _)| name.eq_ignore_ascii_case("content-type"))
        };
        if old.get("headers") != new.get("headers") || has_ignored(old) || has_ignored(new) {
            self.rewrites.insert("headers");
        }
        let (before, after) = (by_name(old), by_name(new));
        let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        for name in names {
            match (before.get(name), after.get(name)) {
                (Some((_, old)), Some((_, new))) if !self.unchanged.contains(old, new) => {
                    if let Some(pair) = self.resolve(old, new) {
                        self.compare_header(pair, direction);
                    }
                }
                (Some((name, header)), None) => {
                    let locations = (Some(Location::of(header)), Some(Location::at(new, "headers")));
                    self.report(&rules::HEADER_REMOVED, direction, locations, (json!(name), Value::Null));
                }
                (None, Some((name, header))) => {
                    let locations = (Some(Location::at(old, "headers")), Some(Location::of(header)));
                    self.report(&rules::HEADER_ADDED, direction, locations, (Value::Null, json!(name)));
                }
                _ => {}
            }
        }
    }

    fn compare_header(&mut self, pair: (&'d Value, &'d Value), direction: Direction) {
        let (old, new) = pair;
        let rule = match (flag(old, "required"), flag(new, "required")) {
            (false, true) => Some(&rules::HEADER_BECAME_REQUIRED),
            (true, false) => Some(&rules::HEADER_BECAME_OPTIONAL),
            _ => None,
        };
        if let Some(rule) = rule {
            self.report_keyword(rule, direction, pair, "required");
        }
        self.compare_docs(pair);
        let has_object = |document: DocumentView<'d>, header: &'d Value| {
            let types = document.types(&schema(header), 2);
            types.intersects(Types::OBJECT)
        };
        // `explode` matters only for objects.
        let is_styled = has_object(self.old, old) || has_object(self.new, new);
        if is_styled && flag(old, "explode") != flag(new, "explode") {
            self.report_keyword(&rules::HEADER_STYLE_CHANGED, direction, pair, "explode");
        }
        match (old.get("content").is_some(), new.get("content").is_some()) {
            (true, true) => self.compare_content(pair, direction),
            (false, false) => self.push(schema(old), schema(new), Mode::new(direction, Wire::Text)),
            _ => self.report_keyword(&rules::HEADER_STYLE_CHANGED, direction, pair, "content"),
        }
        self.report_unknown_keywords(pair, &HEADER_KEYWORDS, direction);
    }
}

/// The responses of an operation by status.
struct Responses<'d> {
    all: BTreeMap<&'d str, &'d Value>,
}

impl<'d> Responses<'d> {
    fn of(operation: &'d Value) -> Self {
        Self { all: members(operation.get("responses")).map(|(status, it)| (status.as_str(), it)).collect() }
    }

    /// Returns the response of a status that is not listed.
    fn covering(&self, status: &str) -> Option<&'d Value> {
        let range = status.get(..1).map(|class| format!("{class}XX"));
        let range = range.filter(|_| status != "default" && !is_range(status));
        let found = range.and_then(|range| {
            self.all.iter().find(|(name, _)| name.eq_ignore_ascii_case(&range)).map(|(_, it)| *it)
        });
        // A default covers only failures if a success is listed.
        let is_default = status != "default" && !(status.starts_with('2') && self.has_success());
        found.or_else(|| self.all.get("default").copied().filter(|_| is_default))
    }

    fn has_success(&self) -> bool {
        self.all.keys().any(|status| status.starts_with('2'))
    }
}

fn is_range(status: &str) -> bool {
    status.len() == 3 && status[1..].eq_ignore_ascii_case("xx")
}

fn schema(header: &Value) -> Node<'_> {
    let node: Option<&Value> = header.get("schema");
    node.into_iter().collect()
}
