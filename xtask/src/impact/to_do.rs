//! What a maintainer has to do before this crate can be built from another specification.

use std::collections::{BTreeMap, BTreeSet};

use openapi_drift::{Finding, RustReport};

use super::{Clients, concerned};
use crate::artefacts;
use crate::generate::Operation;
use crate::sources::Source;
use crate::wrappers::Wrappers;

/// Lists what has to be done because of a change, one sentence each. What had to be done before is not part of it.
pub(super) fn list(findings: &[Finding], clients: &Clients, sources: &[Source]) -> Vec<String> {
    let Clients { old, new, rust } = clients;
    let complaints = new.complaints.iter().filter(|it| !old.complaints.contains(it));
    let mut list: Vec<String> = complaints.map(ToString::to_string).collect();

    let mut wrappers = Wrappers::read(sources, &new.operations);
    list.extend(follow_renames(&mut wrappers, findings));
    let before = artefacts::check_wrappers(&old.operations, &Wrappers::read(sources, &old.operations));
    let after = artefacts::check_wrappers(&new.operations, &wrappers);
    list.extend(after.into_iter().filter(|it| !before.contains(it)));

    let wrappers = Wrappers::read(sources, &[]);
    list.extend(unfit_wrappers(findings, rust, &wrappers, [&old.operations, &new.operations]));
    list
}

/// Asks for the new alias of each wrapper whose operation has another id, and gives it that id, so that no rule takes the
/// operation for a new one.
fn follow_renames(wrappers: &mut Wrappers, findings: &[Finding]) -> Vec<String> {
    let operations = findings.iter().flat_map(|finding| &finding.operations);
    let renamed: BTreeSet<(&String, &String)> =
        operations.filter_map(|it| it.old_id.as_ref().zip(it.id.as_ref())).collect();
    let mut list = Vec::new();
    for (old, new) in renamed {
        if wrappers.of(new).next().is_some() {
            continue;
        }
        for wrapper in wrappers.all.iter_mut().filter(|it| it.ids.contains(old)) {
            wrapper.ids.push(new.clone());
            list.push(format!(
                "{} in {} wraps {old}, which is now called {new}; change its alias and the generated method that it calls",
                wrapper.name, wrapper.file
            ));
        }
    }
    list
}

/// Lists the wrappers of operations in both documents whose generated code changes. Whether they still fit, only a person
/// can tell.
pub(crate) fn unfit_wrappers(
    findings: &[Finding],
    rust: &RustReport,
    wrappers: &Wrappers,
    operations: [&[Operation]; 2],
) -> Vec<String> {
    let is_in_both = |id: &String| operations.iter().all(|all| all.iter().any(|it| it.id == *id));
    let mut items = BTreeMap::<_, BTreeSet<_>>::new();
    for finding in findings {
        for wrapper in concerned(wrappers, finding).filter(|it| it.ids.iter().any(is_in_both)) {
            let changes = rust.items_for(finding).map(ToString::to_string);
            items.entry((&wrapper.name, &wrapper.file)).or_default().extend(changes);
        }
    }
    items.retain(|_, items| !items.is_empty());
    let line = |((name, file), items): ((&String, &String), BTreeSet<String>)| {
        let items: Vec<String> = items.into_iter().collect();
        format!("check whether {name} in {file} still fits: {}", items.join(", "))
    };
    items.into_iter().map(line).collect()
}
