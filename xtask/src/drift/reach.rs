//! Which operations a component matters to.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde_json::Value;

use super::compare::{Compare, get, items, object};
use super::finding::Operation;
use super::matching::operations;

/// How many operations are named that reach a component: where all is tied to all, naming each would be most of the
/// report.
const MAX_USERS: usize = 10;
/// How far they are looked for.
const MAX_STEPS: usize = 1_000;

impl Compare<'_> {
    /// Says for each finding in a component which operations reach it, the first few.
    pub(crate) fn reach(&mut self) {
        let wanted: BTreeSet<String> = self.findings.iter().filter_map(|it| it.component.clone()).collect();
        if wanted.is_empty() {
            return;
        }
        let mut users: BTreeMap<String, BTreeSet<Operation>> = BTreeMap::new();
        for document in [self.old, self.new] {
            let calls = operations(document);
            let mut by: HashMap<String, Vec<String>> = HashMap::new();
            for (kind, components) in object(get(document, "components")).into_iter().flatten() {
                for (name, component) in object(components).into_iter().flatten() {
                    mentions(component, &mut |it| by.entry(it).or_default().push(format!("{kind}/{name}")));
                }
            }
            let mut direct: HashMap<String, Vec<Operation>> = HashMap::new();
            for call in &calls {
                let mut add = |it: String| direct.entry(it).or_default().push(call.named());
                mentions(call.operation, &mut add);
                mentions(get(call.item, "parameters"), &mut add);
                let security = call.operation.get("security").unwrap_or_else(|| get(document, "security"));
                for scheme in items(security).iter().filter_map(object).flat_map(serde_json::Map::keys) {
                    add(format!("securitySchemes/{scheme}"));
                }
            }
            for component in &wanted {
                let found = users.entry(component.clone()).or_default();
                let mut seen = HashSet::from([component.as_str()]);
                let mut open = vec![component.as_str()];
                while let Some(next) = open.pop() {
                    found.extend(direct.get(next).into_iter().flatten().take(MAX_USERS).cloned());
                    if found.len() >= MAX_USERS || seen.len() >= MAX_STEPS {
                        break;
                    }
                    open.extend(
                        by.get(next).into_iter().flatten().map(String::as_str).filter(|it| seen.insert(it)),
                    );
                }
            }
        }
        for finding in &mut self.findings {
            if let Some(users) = finding.component.as_ref().and_then(|it| users.get(it)) {
                finding.reached_by = users.iter().take(MAX_USERS).cloned().collect();
            }
        }
    }
}

/// The components that a value refers to, as `kind/name`.
fn mentions(value: &Value, found: &mut impl FnMut(String)) {
    match value {
        Value::Object(object) => {
            if let Some(name) =
                object.get("$ref").and_then(Value::as_str).and_then(|it| it.strip_prefix("#/components/"))
            {
                found(name.to_owned());
            }
            object.values().for_each(|it| mentions(it, found));
        }
        Value::Array(items) => items.iter().for_each(|it| mentions(it, found)),
        _ => {}
    }
}
