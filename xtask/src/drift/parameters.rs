//! Parameters, and what they share with headers.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::compare::{Compare, NONE, get, items, reference};
use super::matching::Call;
use super::place::Place;
use super::rules::{Direction, Direction::Request, Rule};

impl Compare<'_> {
    pub(crate) fn parameters(&mut self, old: &Call<'_>, new: &Call<'_>, place: &Place<'_>) {
        let (had, has) = (self.effective(old, true), self.effective(new, false));
        let (old_list, new_list) = place.at("parameters").pointers();
        let keys: BTreeSet<&(String, String)> = had.keys().chain(has.keys()).collect();
        for key in keys {
            match (had.get(key), has.get(key)) {
                (None, Some((pointer, parameter))) => {
                    let is_required = get(parameter, "required") == true;
                    let rule = if is_required { Rule::ParameterRequiredAdded } else { Rule::ParameterAdded };
                    self.report(rule, Request, &Place::root(&old_list, pointer), (&NONE, parameter));
                }
                (Some((pointer, parameter)), None) => {
                    self.report(
                        Rule::ParameterRemoved,
                        Request,
                        &Place::root(pointer, &new_list),
                        (parameter, &NONE),
                    );
                }
                (Some((from, one)), Some((to, other))) => {
                    let here = Place::root(from, to);
                    let names = (get(one, "name"), get(other, "name"));
                    let is_header = key.0 == "header";
                    let rule = if is_header { Rule::ParameterCaseChanged } else { Rule::ParameterRenamed };
                    self.differ(rule, Request, &here, names);
                    self.parameter(one, other, &here);
                }
                (None, None) => {}
            }
        }
        // The names alone are free, but not which of them comes first.
        let (before, after): (Vec<&str>, Vec<&str>) = (old.template().collect(), new.template().collect());
        let sorted = |names: &[&str]| -> Vec<String> {
            let mut names: Vec<String> = names.iter().map(|it| (*it).to_owned()).collect();
            names.sort();
            names
        };
        if before != after && sorted(&before) == sorted(&after) {
            self.report(
                Rule::ParametersSwapped,
                Request,
                place,
                (&json!(before.join(", ")), &json!(after.join(", "))),
            );
        }
    }

    /// The parameters that count for an operation, with their pointers: its own over those of its path, those of the path
    /// by their place in it, since there the name does not matter.
    fn effective(&mut self, call: &Call<'_>, is_old: bool) -> BTreeMap<(String, String), (String, Value)> {
        let document = if is_old { self.old } else { self.new };
        let own = call.pointer();
        let above = own.rsplit_once('/').map_or("", |(above, _)| above).to_owned();
        let mut parameters = BTreeMap::new();
        for (holder, pointer) in [(call.item, above), (call.operation, own)] {
            for (index, parameter) in items(get(holder, "parameters")).iter().enumerate() {
                let named = reference(parameter).map(|it| it.trim_start_matches('#').to_owned());
                let pointer = named.unwrap_or_else(|| format!("{pointer}/parameters/{index}"));
                let parameter = self.behind(document, parameter);
                if parameter.is_null() {
                    let broken = json!(pointer);
                    self.report(
                        Rule::ReferenceBroken,
                        Request,
                        &Place::root(&pointer, &pointer),
                        (&NONE, &broken),
                    );
                    continue;
                }
                let text = |key: &str| get(&parameter, key).as_str().unwrap_or_default().to_owned();
                let (kind, name) = (text("in"), text("name"));
                let label = match kind.as_str() {
                    "path" => call.template().position(|it| it == name).map_or(name, |at| at.to_string()),
                    "header" => name.to_lowercase(),
                    _ => name,
                };
                parameters.insert((kind, label), (pointer, parameter));
            }
        }
        parameters
    }

    fn parameter(&mut self, old: &Value, new: &Value, place: &Place<'_>) {
        let is = |it: &Value, keyword: &str| get(it, keyword) == true;
        match (is(old, "required"), is(new, "required")) {
            (false, true) => {
                self.report(Rule::ParameterBecameRequired, Request, place, (&json!(false), &json!(true)));
            }
            (true, false) => {
                self.report(Rule::ParameterBecameOptional, Request, place, (&json!(true), &json!(false)));
            }
            _ => {}
        }
        let (old_document, new_document) = (self.old, self.new);
        // One value is written alike either way.
        let mut is_scalar = |document, it: &Value| {
            let schema = self.behind(document, get(it, "schema"));
            ["boolean", "integer", "number", "string"].iter().any(|name| get(&schema, "type") == name)
        };
        let is_scalar = is_scalar(old_document, old) || is_scalar(new_document, new);
        let style = |it: &Value| {
            let kind = get(it, "in").as_str().unwrap_or_default();
            let usual = if ["query", "cookie"].contains(&kind) { "form" } else { "simple" };
            let style = get(it, "style").as_str().unwrap_or(usual);
            let explode = !is_scalar && get(it, "explode").as_bool().unwrap_or(style == "form");
            json!([style, explode, kind == "query" && is(it, "allowReserved"), it.get("content").is_some()])
        };
        self.differ(Rule::ParameterStyleChanged, Request, &place.at("style"), (&style(old), &style(new)));
        match (is(old, "allowEmptyValue"), is(new, "allowEmptyValue")) {
            (true, false) => {
                self.report(Rule::TypeNarrowed, Request, &place.at("allowEmptyValue"), (&json!(true), &NONE));
            }
            (false, true) => {
                self.report(Rule::TypeWidened, Request, &place.at("allowEmptyValue"), (&NONE, &json!(true)));
            }
            _ => {}
        }
        self.described(old, new, Request, place);
        let default = |this: &mut Self, document, it: &Value| {
            let schema = this.behind(document, get(it, "schema"));
            get(&schema, "default").clone()
        };
        let defaults = (default(self, old_document, old), default(self, new_document, new));
        let default_place = place.at("schema");
        // Where it must be given, a default is never taken.
        if !(is(old, "required") && is(new, "required")) {
            let place = default_place.at("default");
            self.differ(Rule::ParameterDefaultChanged, Request, &place, (&defaults.0, &defaults.1));
        }
        self.is_text = true;
        self.holder(old, new, Request, place);
        self.is_text = false;
        let known = [
            "allowEmptyValue",
            "allowReserved",
            "content",
            "deprecated",
            "description",
            "example",
            "examples",
            "explode",
            "in",
            "name",
            "required",
            "schema",
            "style",
        ];
        self.rest(old, new, &known, Request, place);
    }

    /// What parameters and headers have in common: words.
    pub(crate) fn described(&mut self, old: &Value, new: &Value, direction: Direction, place: &Place<'_>) {
        for (keyword, rule) in [
            ("description", Rule::DescriptionChanged),
            ("example", Rule::ExamplesChanged),
            ("examples", Rule::ExamplesChanged),
        ] {
            self.differ(rule, direction, &place.at(keyword), (get(old, keyword), get(new, keyword)));
        }
        self.deprecation(old, new, direction, place);
    }

    /// A schema, or content by media type.
    pub(crate) fn holder(&mut self, old: &Value, new: &Value, direction: Direction, place: &Place<'_>) {
        // One that says it by its content has no schema of its own.
        if old.get("content").is_some() != new.get("content").is_some() {
            return;
        }
        let anything = json!({});
        let schema = |it: &Value| it.get("schema").unwrap_or(&anything).clone();
        if old.get("schema").is_some() || new.get("schema").is_some() {
            self.schema(&schema(old), &schema(new), direction, &place.at("schema"));
        }
        self.content(get(old, "content"), get(new, "content"), direction, &place.at("content"));
    }
}
