//! One operation against its successor: parameters, body, responses, security.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::compare::{Compare, NONE, get, items, object, union};
use super::matching::Call;
use super::place::Place;
use super::rules::{Direction, Rule};
use super::values;
use Direction::{Request, Response};

/// The keywords of an operation that are looked at here, or decide which operation it is.
const KNOWN: &[&str] = &[
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
    "x-request-id",
];

impl Compare<'_> {
    /// Compares two operations that were matched.
    pub(crate) fn operation(&mut self, old: &Call<'_>, new: &Call<'_>) {
        let (old_pointer, new_pointer) = (old.pointer(), new.pointer());
        let place = Place::root(&old_pointer, &new_pointer);
        let (a, b) = (old.operation, new.operation);
        for (keyword, rule) in [
            ("description", Rule::DescriptionChanged),
            ("externalDocs", Rule::DescriptionChanged),
            ("servers", Rule::ServersChanged),
            ("summary", Rule::SummaryChanged),
            ("tags", Rule::TagsChanged),
            ("x-internal", Rule::ExtensionChanged),
            ("x-request-id", Rule::ExtensionChanged),
        ] {
            self.differ(rule, Request, &place.at(keyword), (get(a, keyword), get(b, keyword)));
        }
        let callbacks = (get(a, "callbacks"), get(b, "callbacks"));
        let is_same = values::without_words(callbacks.0) == values::without_words(callbacks.1);
        let rule = if is_same { Rule::DescriptionChanged } else { Rule::CallbacksChanged };
        self.differ(rule, Request, &place.at("callbacks"), callbacks);
        self.deprecation(a, b, Request, &place);
        self.parameters(old, new, &place);
        self.body(get(a, "requestBody"), get(b, "requestBody"), &place.at("requestBody"));
        self.responses(get(a, "responses"), get(b, "responses"), &place.at("responses"));
        self.security(a, b, &place);
        self.rest(a, b, KNOWN, Request, &place);
    }

    fn body(&mut self, old: &Value, new: &Value, place: &Place<'_>) {
        match (old.is_null(), new.is_null()) {
            (true, true) => {}
            (true, false) => self.report(Rule::BodyAdded, Request, place, (&NONE, new)),
            (false, true) => self.report(Rule::BodyRemoved, Request, place, (old, &NONE)),
            (false, false) => self.resolve_both(old, new, place, |this, old, new, place| {
                let is = |it: &Value| get(it, "required") == true;
                match (is(old), is(new)) {
                    (false, true) => {
                        this.report(Rule::BodyBecameRequired, Request, place, (&json!(false), &json!(true)));
                    }
                    (true, false) => {
                        this.report(Rule::BodyBecameOptional, Request, place, (&json!(true), &json!(false)));
                    }
                    _ => {}
                }
                let words = (get(old, "description"), get(new, "description"));
                this.differ(Rule::DescriptionChanged, Request, &place.at("description"), words);
                this.content(get(old, "content"), get(new, "content"), Request, &place.at("content"));
                this.rest(old, new, &["content", "description", "required"], Request, place);
            }),
        }
    }

    fn responses(&mut self, old: &Value, new: &Value, place: &Place<'_>) {
        for status in union(old, new) {
            let here = place.at(status);
            match (old.get(status), new.get(status)) {
                (Some(one), Some(other)) if !status.starts_with("x-") => {
                    self.resolve_both(one, other, &here, |this, old, new, place| {
                        this.response(old, new, place);
                    });
                }
                (one, other) => {
                    let is_added = one.is_none();
                    let rule = match (status, is_added) {
                        (name, _) if name.starts_with("x-") => Rule::ExtensionChanged,
                        ("default", _) => Rule::DefaultResponseChanged,
                        (code, true) if code.starts_with('2') => Rule::SuccessAdded,
                        (code, false) if code.starts_with('2') => Rule::SuccessRemoved,
                        (_, true) => Rule::FailureAdded,
                        (_, false) => Rule::FailureRemoved,
                    };
                    self.differ(rule, Response, &here, (one.unwrap_or(&NONE), other.unwrap_or(&NONE)));
                }
            }
        }
    }

    fn response(&mut self, old: &Value, new: &Value, place: &Place<'_>) {
        for (keyword, rule) in [("description", Rule::DescriptionChanged), ("links", Rule::LinksChanged)] {
            self.differ(rule, Response, &place.at(keyword), (get(old, keyword), get(new, keyword)));
        }
        self.headers(get(old, "headers"), get(new, "headers"), &place.at("headers"));
        self.content(get(old, "content"), get(new, "content"), Response, &place.at("content"));
        self.rest(old, new, &["content", "description", "headers", "links"], Response, place);
    }

    fn headers(&mut self, old: &Value, new: &Value, place: &Place<'_>) {
        let by_name = |it: &Value| -> BTreeMap<String, (String, Value)> {
            let headers = object(it).into_iter().flatten();
            headers.map(|(name, header)| (name.to_lowercase(), (name.clone(), header.clone()))).collect()
        };
        let (had, has) = (by_name(old), by_name(new));
        let names: BTreeSet<&String> = had.keys().chain(has.keys()).collect();
        for name in names {
            match (had.get(name), has.get(name)) {
                (Some((one, old)), Some((other, new))) => {
                    let here = place.at_each(one, other);
                    self.resolve_both(old, new, &here, super::compare::Compare::header);
                }
                (Some((name, header)), None) => {
                    self.report(Rule::HeaderRemoved, Response, &place.at(name), (header, &NONE));
                }
                (None, Some((name, header))) => {
                    self.report(Rule::HeaderAdded, Response, &place.at(name), (&NONE, header));
                }
                (None, None) => {}
            }
        }
    }

    fn header(&mut self, old: &Value, new: &Value, place: &Place<'_>) {
        let is = |it: &Value| get(it, "required") == true;
        match (is(old), is(new)) {
            (false, true) => {
                self.report(Rule::HeaderBecameRequired, Response, place, (&json!(false), &json!(true)));
            }
            (true, false) => {
                self.report(Rule::HeaderBecameOptional, Response, place, (&json!(true), &json!(false)));
            }
            _ => {}
        }
        self.described(old, new, Response, place);
        self.holder(old, new, Response, place);
        let style =
            |it: &Value| json!([get(it, "style").as_str().unwrap_or("simple"), get(it, "explode") == true]);
        self.differ(Rule::Unexamined, Response, &place.at("style"), (&style(old), &style(new)));
        let known = [
            "content",
            "deprecated",
            "description",
            "example",
            "examples",
            "explode",
            "required",
            "schema",
            "style",
        ];
        self.rest(old, new, &known, Response, place);
    }

    fn security(&mut self, old: &Value, new: &Value, place: &Place<'_>) {
        let place = place.at("security");
        // What is inherited on both sides is one finding of the document, not one of each operation.
        let inherits = |it: &Value| it.get("security").is_none();
        let document = Place::root("/security", "/security");
        let place = if inherits(old) && inherits(new) { &document } else { &place };
        let effective = |document: &Value, it: &Value| -> BTreeMap<BTreeSet<String>, BTreeSet<String>> {
            let security = it.get("security").unwrap_or_else(|| get(document, "security"));
            let alternative = |one: &Value| {
                let names: BTreeSet<String> =
                    object(one).into_iter().flatten().map(|(name, _)| name.clone()).collect();
                let scopes = object(one).into_iter().flatten();
                let scopes = scopes.flat_map(|(name, scopes)| {
                    items(scopes)
                        .iter()
                        .map(move |scope| format!("{name}: {}", scope.as_str().unwrap_or_default()))
                });
                (names, scopes.collect())
            };
            items(security).iter().map(alternative).collect()
        };
        let (had, has) = (effective(self.old, old), effective(self.new, new));
        let is_open = |it: &BTreeMap<BTreeSet<String>, _>| it.is_empty() || it.contains_key(&BTreeSet::new());
        let names = |it: &BTreeMap<BTreeSet<String>, _>| {
            let names: Vec<String> = it.keys().map(label).collect();
            Value::from(if names.is_empty() { "nothing".to_owned() } else { names.join(" or ") })
        };
        let values = (names(&had), names(&has));
        let pair = (&values.0, &values.1);
        let kept = had.keys().any(|key| has.contains_key(key));
        match (is_open(&had), is_open(&has)) {
            (true, false) => self.report(Rule::SecurityAdded, Request, place, pair),
            (false, true) => self.report(Rule::SecurityRemoved, Request, place, pair),
            (false, false) if !kept => self.report(Rule::SecurityChanged, Request, place, pair),
            _ => {
                for key in has.keys().filter(|key| !had.contains_key(*key) && !key.is_empty()) {
                    self.report(
                        Rule::SecurityOptionAdded,
                        Request,
                        &place.at(&label(key)),
                        (&NONE, &Value::from(label(key))),
                    );
                }
                for key in had.keys().filter(|key| !has.contains_key(*key) && !key.is_empty()) {
                    self.report(
                        Rule::SecurityOptionRemoved,
                        Request,
                        &place.at(&label(key)),
                        (&Value::from(label(key)), &NONE),
                    );
                }
            }
        }
        for (key, scopes) in &has {
            let Some(before) = had.get(key) else { continue };
            for scope in scopes.difference(before) {
                self.report(Rule::SecurityScopeAdded, Request, &place.at(scope), (&NONE, &json!(scope)));
            }
            for scope in before.difference(scopes) {
                self.report(Rule::SecurityScopeRemoved, Request, &place.at(scope), (&json!(scope), &NONE));
            }
        }
        for scheme in had.keys().chain(has.keys()).flatten() {
            self.touched.insert(format!("#/components/securitySchemes/{scheme}"));
        }
    }
}

fn label(names: &BTreeSet<String>) -> String {
    if names.is_empty() {
        return "nothing".to_owned();
    }
    names.iter().map(String::as_str).collect::<Vec<_>>().join(" and ")
}
