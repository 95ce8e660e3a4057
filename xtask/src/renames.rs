//! Operations that have another id in a new specification.

use std::collections::BTreeSet;

use openapi_drift::Finding;

use crate::wrappers::Wrappers;

/// Old and new ids.
pub(crate) type Renames = BTreeSet<(String, String)>;

/// Finds the operations that were renamed.
pub(crate) fn find(findings: &[Finding]) -> Renames {
    let operations = findings.iter().flat_map(|finding| &finding.operations);
    operations.filter_map(|it| it.old_id.clone().zip(it.id.clone())).collect()
}

/// Gives each wrapper of a renamed operation the new id, too, so that no rule takes the operation for a new one. Returns the
/// renames that wrappers do not follow yet.
pub(crate) fn follow(wrappers: &mut Wrappers, renames: &Renames) -> Vec<(String, String)> {
    let mut open = Vec::new();
    for (old, new) in renames {
        if wrappers.of(new).next().is_some() {
            continue;
        }
        for wrapper in wrappers.all.iter_mut().filter(|it| it.ids.contains(old)) {
            wrapper.ids.push(new.clone());
            // The constant is renamed with the id.
            wrapper.constants.clear();
            open.push((old.clone(), new.clone()));
        }
    }
    open
}
