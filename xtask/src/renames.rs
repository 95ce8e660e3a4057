//! Operations whose id a new specification changes.

use std::collections::BTreeSet;

use openapi_drift::Finding;

use crate::wrappers::Wrappers;

/// Pairs of an old and a new id.
pub(crate) type Renames = BTreeSet<(String, String)>;

/// Finds the renamed operations.
pub(crate) fn find(findings: &[Finding]) -> Renames {
    let operations = findings.iter().flat_map(|finding| &finding.operations);
    operations.filter_map(|operation| operation.old_id.clone().zip(operation.id.clone())).collect()
}

/// Adds the new id to each wrapper of a renamed operation, so that no rule treats the operation as a new one. Returns
/// the renames that the sources do not reflect yet.
pub(crate) fn apply(wrappers: &mut Wrappers, renames: &Renames) -> Vec<(String, String)> {
    let mut pending = Vec::new();
    for (old, new) in renames {
        if wrappers.of(new).next().is_some() {
            continue;
        }
        for wrapper in wrappers.all.iter_mut().filter(|wrapper| wrapper.ids.contains(old)) {
            wrapper.ids.push(new.clone());
            // The constant is renamed with the id.
            wrapper.constants.clear();
            pending.push((old.clone(), new.clone()));
        }
    }
    pending
}
