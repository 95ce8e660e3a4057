//! Two documents: their operations, and all that is not in an operation.

use serde_json::{Value, json};

use super::compare::{Compare, NONE, get, object, union};
use super::finding::Finding;
use super::matching::operations;
use super::place::Place;
use super::rules::{Direction, Rule};
use crate::generate::spec::METHODS;
use Direction::{Request, Response};

/// Compares two documents.
pub(crate) fn compare(old: &Value, new: &Value) -> Vec<Finding> {
    if old == new {
        return Vec::new();
    }
    let mut compare = Compare::new(old, new);
    compare.document();
    // The document, the operations, what they share; in each the worst first.
    compare.findings.sort_by_key(|it| {
        let scope = (it.component.clone(), it.operation.clone());
        (scope, std::cmp::Reverse(it.level()), it.new.clone(), it.id())
    });
    if compare.findings.is_empty() {
        compare.report(Rule::Notation, Request, &Place::root("", ""), (&NONE, &NONE));
    }
    compare.findings
}

impl Compare<'_> {
    fn document(&mut self) {
        let (old, new) = (self.old, self.new);
        let root = Place::root("", "");
        for (keyword, rule) in [
            ("externalDocs", Rule::DescriptionChanged),
            ("info", Rule::InfoChanged),
            ("openapi", Rule::InfoChanged),
            ("tags", Rule::TagsChanged),
        ] {
            self.differ(rule, Request, &root.at(keyword), (get(old, keyword), get(new, keyword)));
        }
        self.servers(get(old, "servers"), get(new, "servers"), &root.at("servers"));

        let (had, has) = (operations(old), operations(new));
        self.match_operations(&had, &has);
        self.operation = None;
        self.path_items();
        self.work_off();
        self.components();
        let known = ["components", "externalDocs", "info", "openapi", "paths", "security", "servers", "tags"];
        self.rest(old, new, &known, Request, &root);
        self.reach();
    }

    /// Servers: the first one is what calls go to.
    pub(crate) fn servers(&mut self, old: &Value, new: &Value, place: &Place<'_>) {
        let first = |servers: &Value| {
            let mut url = servers[0]["url"].as_str().unwrap_or("/").to_owned();
            for (name, variable) in object(&servers[0]["variables"]).into_iter().flatten() {
                url = url.replace(&format!("{{{name}}}"), variable["default"].as_str().unwrap_or_default());
            }
            url.trim_end_matches('/').to_owned()
        };
        let rule = if first(old) == first(new) { Rule::ServersChanged } else { Rule::DefaultServerChanged };
        self.differ(rule, Request, place, (old, new));
    }

    /// What path items have beside operations and parameters.
    fn path_items(&mut self) {
        let (old, new) = (get(self.old, "paths"), get(self.new, "paths"));
        let mut known: Vec<&str> = METHODS.to_vec();
        known.extend(["$ref", "parameters", "description", "summary", "servers"]);
        let root = Place::root("/paths", "/paths");
        for path in union(old, new) {
            let here = root.at(path);
            let (one, other) = (get(old, path), get(new, path));
            if path.starts_with("x-") {
                self.differ(Rule::ExtensionChanged, Request, &here, (one, other));
                continue;
            }
            if object(one).is_none() || object(other).is_none() {
                // One that came or went is known by its operations, unless it is no path item at all.
                let is_odd = |it: &Value| !it.is_null() && object(it).is_none();
                if is_odd(one) || is_odd(other) {
                    self.differ(Rule::Unexamined, Request, &here, (one, other));
                }
                continue;
            }
            for (keyword, rule) in
                [("description", Rule::DescriptionChanged), ("summary", Rule::SummaryChanged)]
            {
                self.differ(rule, Request, &here.at(keyword), (get(one, keyword), get(other, keyword)));
            }
            self.servers(get(one, "servers"), get(other, "servers"), &here.at("servers"));
            self.rest(one, other, &known, Request, &here);
        }
    }

    /// Compares the named schemas that were noted down, and those that they lead to.
    fn work_off(&mut self) {
        while let Some(pair) = self.queue.pop_front() {
            let (old, new) = (json!({"$ref": pair.old}), json!({"$ref": pair.new}));
            let place = Place::root(&pair.old, &pair.new);
            self.is_text = pair.is_text;
            self.resolve_both(&old, &new, &place, |this, old, new, place| {
                this.unnamed(old, new, pair.direction, place);
                // What a discriminator tells apart may be reached in no other way.
                if new.get("discriminator").is_some() {
                    for name in this.derived.get(&pair.new).cloned().unwrap_or_default() {
                        this.note(&name, &name, pair.direction);
                    }
                }
            });
        }
        self.is_text = false;
    }

    /// The components that no operation uses, and the names that came and went.
    fn components(&mut self) {
        let (old, new) = (get(self.old, "components"), get(self.new, "components"));
        let root = Place::root("/components", "/components");
        for kind in union(old, new) {
            let list = root.at(kind);
            let (had, has) = (get(old, kind), get(new, kind));
            for name in union(had, has) {
                let pair = (get(had, name), get(has, name));
                let is_used = self.touched.contains(&format!("#/components/{kind}/{name}"));
                let here = list.at(name);
                match (kind, pair.0.is_null(), pair.1.is_null()) {
                    ("schemas", true, _) => self.report(Rule::SchemaAdded, Response, &here, pair),
                    ("schemas", _, true) => self.report(Rule::SchemaRemoved, Response, &here, pair),
                    ("securitySchemes", false, true) if is_used => {
                        self.report(Rule::SchemeChanged, Response, &here, pair);
                    }
                    ("securitySchemes", false, false) if is_used => {
                        self.resolve_both(pair.0, pair.1, &here, |this, one, other, place| {
                            this.scheme(one, other, place);
                        });
                    }
                    _ if is_used => {}
                    _ => self.differ(Rule::ComponentChanged, Response, &here, pair),
                }
            }
        }
    }

    fn scheme(&mut self, old: &Value, new: &Value, place: &Place<'_>) {
        for (keyword, rule) in [
            ("bearerFormat", Rule::SchemeDetailsChanged),
            ("description", Rule::DescriptionChanged),
            ("flows", Rule::SchemeDetailsChanged),
            ("in", Rule::SchemeChanged),
            ("name", Rule::SchemeChanged),
            ("openIdConnectUrl", Rule::SchemeDetailsChanged),
            ("scheme", Rule::SchemeChanged),
            ("type", Rule::SchemeChanged),
        ] {
            self.differ(rule, Request, &place.at(keyword), (get(old, keyword), get(new, keyword)));
        }
        let known =
            ["bearerFormat", "description", "flows", "in", "name", "openIdConnectUrl", "scheme", "type"];
        self.rest(old, new, &known, Request, place);
    }
}
