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
            ("summary", Rule::SummaryChanged),
            ("tags", Rule::TagsChanged),
            ("x-internal", Rule::ExtensionChanged),
            ("x-request-id", Rule::ExtensionChanged),
        ] {
            self.differ(rule, Request, &place.at(keyword), (get(a, keyword), get(b, keyword)));
        }
        let callbacks = (get(a, "callbacks"), get(b, "callbacks"));
        let essence = |document: &Value, it: &Value| match it.as_object() {
            Some(callbacks) if !callbacks.is_empty() => values::essence(document, it, 4),
            _ => Value::Null,
        };
        let is_same = essence(self.old, callbacks.0) == essence(self.new, callbacks.1);
        let rule = if is_same { Rule::DescriptionChanged } else { Rule::CallbacksChanged };
        self.differ(rule, Request, &place.at("callbacks"), callbacks);
        self.servers(get(a, "servers"), get(b, "servers"), &place.at("servers"));
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
        self.differ(Rule::HeaderStyleChanged, Response, &place.at("style"), (&style(old), &style(new)));
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
        let (had, has) = (alternatives(self.old, old), alternatives(self.new, new));
        let is_open = |it: &[Alternative]| it.is_empty() || it.iter().any(|one| one.schemes.is_empty());
        let names = |it: &[Alternative]| {
            let names: Vec<String> = it.iter().map(|one| label(&one.schemes)).collect();
            Value::from(if names.is_empty() { "nothing".to_owned() } else { names.join(" or ") })
        };
        let values = (names(&had), names(&has));
        let pair = (&values.0, &values.1);
        let knows = |all: &[Alternative], one: &Alternative| all.iter().any(|it| it.schemes == one.schemes);
        // Callers go on if what they send is enough for one of the new alternatives.
        let is_enough = |one: &Alternative| has.iter().any(|it| it.schemes.is_subset(&one.schemes));
        match (is_open(&had), is_open(&has)) {
            (true, false) => self.report(Rule::SecurityAdded, Request, place, pair),
            (false, true) => self.report(Rule::SecurityRemoved, Request, place, pair),
            (false, false) if !had.iter().any(is_enough) => {
                self.report(Rule::SecurityChanged, Request, place, pair);
            }
            _ => {
                for one in has.iter().filter(|one| !knows(&had, one) && !one.schemes.is_empty()) {
                    let name = label(&one.schemes);
                    self.report(Rule::SecurityOptionAdded, Request, &place.at(&name), (&NONE, &json!(name)));
                }
                for one in had.iter().filter(|one| !is_enough(one) && !one.schemes.is_empty()) {
                    let name = label(&one.schemes);
                    self.report(
                        Rule::SecurityOptionRemoved,
                        Request,
                        &place.at(&name),
                        (&json!(name), &NONE),
                    );
                }
            }
        }
        for (rule, from, to) in
            [(Rule::SecurityScopeAdded, &had, &has), (Rule::SecurityScopeRemoved, &has, &had)]
        {
            for one in to.iter().filter(|one| knows(from, one) && !from.contains(one)) {
                let before: BTreeSet<&String> =
                    from.iter().filter(|it| it.schemes == one.schemes).flat_map(|it| &it.scopes).collect();
                for scope in one.scopes.iter().filter(|scope| !before.contains(scope)) {
                    let value = json!(scope);
                    let values =
                        if rule == Rule::SecurityScopeAdded { (&NONE, &value) } else { (&value, &NONE) };
                    self.report(rule, Request, &place.at(scope), values);
                }
            }
        }
        for scheme in had.iter().chain(&has).flat_map(|it| &it.schemes) {
            self.touched.insert(format!("#/components/securitySchemes/{scheme}"));
        }
    }
}

/// One way to be let in: all of these schemes, with these scopes.
#[derive(PartialEq, Eq)]
struct Alternative {
    schemes: BTreeSet<String>,
    scopes: BTreeSet<String>,
}

/// The ways that count for an operation: its own, or the document's.
fn alternatives(document: &Value, operation: &Value) -> Vec<Alternative> {
    let security = operation.get("security").unwrap_or_else(|| get(document, "security"));
    let alternative = |one: &Value| {
        let schemes = object(one).into_iter().flatten();
        let scopes = schemes.clone().flat_map(|(name, scopes)| {
            items(scopes).iter().map(move |scope| format!("{name}: {}", scope.as_str().unwrap_or_default()))
        });
        Alternative { scopes: scopes.collect(), schemes: schemes.map(|(name, _)| name.clone()).collect() }
    };
    items(security).iter().map(alternative).collect()
}

fn label(names: &BTreeSet<String>) -> String {
    if names.is_empty() {
        return "nothing".to_owned();
    }
    names.iter().map(String::as_str).collect::<Vec<_>>().join(" and ")
}
