//! Compares the credentials that operations require.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{Differ, Location};
use crate::document::{DocumentView, elements, string_field};
use crate::rules::{self, Direction::Request};

/// One way to authenticate: all of these schemes, each with these scopes.
type Alternative = BTreeMap<String, BTreeSet<String>>;

/// The credentials that a scheme requires. Its name in the document is not part of them, because it is never sent.
type Kind = (String, String, String);

impl<'d> Differ<'d, '_> {
    /// Compares the security of two operations, alternative by alternative.
    pub(crate) fn compare_security(&mut self, (old, new): (&'d Value, &'d Value)) {
        let before = alternatives(self.old, old, &BTreeMap::new());
        let after = alternatives(self.new, new, &self.scheme_names());
        if old.get("security") != new.get("security")
            || self.old.root.get("security") != self.new.root.get("security")
        {
            self.rewrites.insert("security alternatives");
        }
        if before == after {
            return;
        }
        // If both inherit it, the document differs, not each operation.
        let inherits = |it: &Value| it.get("security").is_none();
        let (old_holder, new_holder) =
            if inherits(old) && inherits(new) { (self.old.root, self.new.root) } else { (old, new) };
        let locations =
            (Some(Location::at(old_holder, "security")), Some(Location::at(new_holder, "security")));
        let (was_open, is_open) =
            (before.iter().any(Alternative::is_empty), after.iter().any(Alternative::is_empty));
        // Credentials that clients send are still accepted if they satisfy one of the new alternatives.
        let removed_alternatives: Vec<&Alternative> =
            before.iter().filter(|old| !after.iter().any(|new| is_satisfied_by(new, old))).collect();
        let added_alternatives: Vec<&Alternative> =
            after.iter().filter(|new| !before.iter().any(|old| is_satisfied_by(old, new))).collect();
        let mut report = |rule, values| self.report(rule, Request, locations.clone(), values);
        match (was_open, is_open) {
            (true, false) => {
                return report(&rules::SECURITY_ADDED, (json!("nothing"), json!(labels(&after))));
            }
            (false, true) => {
                return report(&rules::SECURITY_REMOVED, (json!(labels(&before)), json!("nothing")));
            }
            // Credentials are optional before and after.
            (true, true) => {
                return report(
                    &rules::OPTIONAL_SECURITY_CHANGED,
                    (json!(labels(&before)), json!(labels(&after))),
                );
            }
            (false, false) => {}
        }
        let mut explained = BTreeSet::new();
        for removed in removed_alternatives {
            // The same schemes with another scope.
            let successor = after.iter().find(|new| new.keys().eq(removed.keys()));
            match successor {
                Some(successor) => {
                    explained.insert(label(successor));
                    for (scheme, scopes) in successor {
                        for scope in scopes.difference(&removed[scheme]) {
                            report(&rules::SCOPE_ADDED, (Value::Null, json!(format!("{scheme}: {scope}"))));
                        }
                    }
                }
                None => report(&rules::SECURITY_OPTION_REMOVED, (json!(label(removed)), Value::Null)),
            }
        }
        for added in added_alternatives.into_iter().filter(|added| !explained.contains(&label(added))) {
            match before.iter().find(|old| old.keys().eq(added.keys())) {
                Some(old) => {
                    for (scheme, scopes) in old {
                        for scope in scopes.difference(&added[scheme]) {
                            report(&rules::SCOPE_REMOVED, (json!(format!("{scheme}: {scope}")), Value::Null));
                        }
                    }
                }
                None => report(&rules::SECURITY_OPTION_ADDED, (Value::Null, json!(label(added)))),
            }
        }
    }

    /// Maps the names of renamed schemes to their old names. A scheme is the same if it requires the same credentials.
    pub(crate) fn scheme_names(&self) -> BTreeMap<String, String> {
        let (before, after) = (schemes(self.old), schemes(self.new));
        let is_kept = |name: &String| before.get(name).is_some_and(|kind| after.get(name) == Some(kind));
        let mut names = BTreeMap::new();
        for (name, kind) in after.iter().filter(|(name, _)| !is_kept(name)) {
            let is_twin = |(old, old_kind): &(&String, &Kind)| {
                *old_kind == kind && !is_kept(old) && !names.values().any(|taken| taken == *old)
            };
            if let Some((old, _)) = before.iter().find(is_twin) {
                names.insert(name.clone(), old.clone());
            }
        }
        names
    }
}

/// Returns the effective alternatives of an operation: its own, or those of the document. An empty list, like an empty
/// alternative, means that no credentials are required.
fn alternatives(
    document: DocumentView<'_>,
    operation: &Value,
    names: &BTreeMap<String, String>,
) -> Vec<Alternative> {
    let security = operation.get("security").or_else(|| document.root.get("security"));
    let mut all: Vec<Alternative> = elements(security)
        .iter()
        .filter_map(Value::as_object)
        .map(|requirement| {
            let scheme = |(name, scopes): (&String, &Value)| {
                let scopes =
                    elements(Some(scopes)).iter().filter_map(Value::as_str).map(str::to_owned).collect();
                (names.get(name).unwrap_or(name).clone(), scopes)
            };
            requirement.iter().map(scheme).collect()
        })
        .collect();
    if all.is_empty() {
        all.push(Alternative::new());
    }
    all.sort();
    all.dedup();
    all
}

fn is_satisfied_by(required: &Alternative, sent: &Alternative) -> bool {
    required.iter().all(|(scheme, scopes)| sent.get(scheme).is_some_and(|sent| scopes.is_subset(sent)))
}

fn schemes(document: DocumentView<'_>) -> BTreeMap<String, Kind> {
    let all = document.components("securitySchemes").into_iter().flatten();
    all.filter_map(|(name, scheme)| Some((name.clone(), kind(document.resolve(scheme)?)))).collect()
}

/// Returns the credentials that a scheme requires.
pub(crate) fn kind(scheme: &Value) -> Kind {
    let word = |keyword: &str| string_field(scheme, keyword).unwrap_or_default().to_owned();
    let kind = word("type");
    match kind.as_str() {
        "apiKey" => {
            let name = if word("in") == "header" { word("name").to_lowercase() } else { word("name") };
            (kind, word("in"), name)
        }
        "http" => (kind, word("scheme").to_lowercase(), String::new()),
        _ => (kind, String::new(), String::new()),
    }
}

fn label(alternative: &Alternative) -> String {
    if alternative.is_empty() {
        return "nothing".to_owned();
    }
    let name = |(scheme, scopes): (&String, &BTreeSet<String>)| {
        let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
        if scopes.is_empty() { scheme.clone() } else { format!("{scheme} ({})", scopes.join(", ")) }
    };
    alternative.iter().map(name).collect::<Vec<_>>().join(" and ")
}

fn labels(all: &[Alternative]) -> String {
    all.iter().map(label).collect::<Vec<_>>().join(" or ")
}
