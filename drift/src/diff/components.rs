//! Compares components: security schemes, and those that no operation uses.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::security::kind;
use super::{Differ, Location, Mode, Wire, union};
use crate::document::members;
use crate::rules::{self, Direction, Direction::Request};

impl Differ<'_, '_> {
    pub(crate) fn compare_components(&mut self) {
        let (old, new) = (self.old.root.get("components"), self.new.root.get("components"));
        let is_library = self.uses.iter().all(|it| it.operations.is_empty());
        let used = self.uses.each_ref().map(|it| it.reached(1, |_| true));
        self.compare_security_schemes();
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
                let is_used = |old_component, new_component| {
                    used[0].has_within(old_component) || used[1].has_within(new_component)
                };
                match pair {
                    (None, Some(component)) if section != "securitySchemes" => {
                        let locations = (None, Some(Location::of(component)));
                        self.report(&rules::COMPONENT_ADDED, Request, locations, (Value::Null, json!(name)));
                    }
                    (Some(component), None) if section != "securitySchemes" => {
                        let locations = (Some(Location::of(component)), None);
                        self.report(
                            &rules::COMPONENT_REMOVED,
                            Request,
                            locations,
                            (json!(name), Value::Null),
                        );
                    }
                    // A document without operations is a library: others may use its schemas in either direction.
                    (Some(old_component), Some(new_component)) if is_library && section == "schemas" => {
                        for direction in [Direction::Request, Direction::Response] {
                            self.push(
                                vec![old_component],
                                vec![new_component],
                                Mode::new(direction, Wire::Json),
                            );
                        }
                    }
                    // Documentation.
                    (Some(old_component), Some(new_component))
                        if old_component != new_component && ["examples", "links"].contains(&section) =>
                    {
                        let rule =
                            if section == "links" { &rules::LINKS_CHANGED } else { &rules::EXAMPLES_CHANGED };
                        let locations =
                            (Some(Location::of(old_component)), Some(Location::of(new_component)));
                        self.report(rule, Request, locations, (old_component.clone(), new_component.clone()));
                    }
                    (Some(old_component), Some(new_component))
                        if old_component != new_component && !is_used(old_component, new_component) =>
                    {
                        let locations =
                            (Some(Location::of(old_component)), Some(Location::of(new_component)));
                        self.report(
                            &rules::COMPONENT_CHANGED,
                            Request,
                            locations,
                            (old_component.clone(), new_component.clone()),
                        );
                    }
                    _ => {}
                }
            }
        }
        self.drain_queue();
    }

    /// Compares the security schemes by the credentials that they require; their names are never sent.
    fn compare_security_schemes(&mut self) {
        let renamed = self.scheme_names();
        let mut taken = BTreeSet::new();
        let after = self.new.components("securitySchemes");
        for (name, new) in after.into_iter().flatten() {
            let old_name = renamed.get(name).unwrap_or(name);
            let Some(old) = self.old.components("securitySchemes").and_then(|all| all.get(old_name)) else {
                let locations = (None, Some(Location::of(new)));
                self.report(&rules::COMPONENT_ADDED, Request, locations, (Value::Null, json!(name)));
                continue;
            };
            taken.insert(old_name);
            let Some(pair) = self.resolve(old, new) else { continue };
            if old_name != name {
                let locations = (Some(Location::of(old)), Some(Location::of(new)));
                self.report(&rules::SCHEME_RENAMED, Request, locations, (json!(old_name), json!(name)));
            }
            if kind(pair.0) == kind(pair.1) {
                // `bearerFormat` is documentation.
                self.report_if_changed(&rules::DESCRIPTION_CHANGED, Request, pair, "bearerFormat");
                for keyword in ["oauth2MetadataUrl", "openIdConnectUrl"] {
                    self.report_if_changed(&rules::SCHEME_DETAILS_CHANGED, Request, pair, keyword);
                }
                self.compare_flows(pair);
                if pair.0 != pair.1 {
                    self.rewrites.insert("security schemes");
                }
            } else {
                let text = |scheme: &Value| {
                    let (kind, location, name) = kind(scheme);
                    json!([kind, location, name].join(" ").trim())
                };
                let locations = (Some(Location::of(pair.0)), Some(Location::of(pair.1)));
                self.report(&rules::SCHEME_CHANGED, Request, locations, (text(pair.0), text(pair.1)));
            }
            self.compare_docs(pair);
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
                let locations = (Some(Location::of(old)), None);
                self.report(&rules::COMPONENT_REMOVED, Request, locations, (json!(name), Value::Null));
            }
        }
    }
}

impl<'d> Differ<'d, '_> {
    /// Compares how tokens are obtained. Descriptions of scopes are documentation.
    fn compare_flows(&mut self, pair: (&'d Value, &'d Value)) {
        let relevant = |scheme: &Value| -> Vec<Value> {
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
        let is_same = relevant(pair.0) == relevant(pair.1);
        let rule = if is_same { &rules::DESCRIPTION_CHANGED } else { &rules::SCHEME_DETAILS_CHANGED };
        self.report_if_changed(rule, Request, pair, "flows");
    }
}
