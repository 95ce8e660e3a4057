//! Lists the to-dos that a change of the specification causes in hand-written code.

use std::collections::BTreeSet;

use anyhow::Result;
use openapi_drift::{Finding, RustChange, RustReport};

use super::{Client, Clients};
use crate::Repository;
use crate::generate::{Operation, constant, spec};
use crate::renames::{self, Renames};
use crate::rust_sources::{self, SourceFile};
use crate::wrappers::Wrappers;
use crate::{mentions, rules, uses};

/// Lists the to-dos that a change causes, one sentence each. Leaves out those that existed before.
pub(super) fn list(repository: &Repository, findings: &[Finding], clients: &Clients) -> Result<Vec<String>> {
    let sources = rust_sources::read_crate(repository.root())?;
    let renames = renames::find(findings);
    let diagnostics =
        clients.new.diagnostics.iter().filter(|diagnostic| !clients.old.diagnostics.contains(diagnostic));
    let mut list: Vec<String> = diagnostics.map(ToString::to_string).collect();
    let old = client_violations(repository, &clients.old, &sources, &Renames::new());
    let new = client_violations(repository, &clients.new, &sources, &renames);
    list.extend(new.into_iter().filter(|violation| !old.contains(violation)));
    list.extend(code_to_dos(repository, clients, &renames)?);
    Ok(list)
}

fn client_violations(
    repository: &Repository,
    client: &Client,
    sources: &[SourceFile],
    renames: &Renames,
) -> Vec<String> {
    let mut wrappers = Wrappers::find(sources, &client.operations);
    renames::apply(&mut wrappers, renames);
    rules::violations(&repository.profile, &client.spec, &client.operations, &wrappers)
}

/// Lists the code that no longer compiles or behaves differently: one sentence for each operation that is removed or
/// renamed, then one for each file.
pub(crate) fn code_to_dos(
    repository: &Repository,
    clients: &Clients,
    renames: &Renames,
) -> Result<Vec<String>> {
    let Clients { old, new, rust } = clients;
    let (root, page) = (repository.root(), repository.profile.page);
    let mut wrappers = Wrappers::find(&rust_sources::read_crate(root)?, &old.operations);
    let pending = renames::apply(&mut wrappers, renames);
    let mut list = Vec::new();
    let mut covered = BTreeSet::new();
    for operation in &old.operations {
        let Operation { id, .. } = operation;
        let remains = new.operations.iter().any(|operation| operation.id == *id);
        let new_id = renames.iter().find(|(old, _)| old == id).map(|(_, new)| new);
        if remains && new_id.is_none() {
            continue;
        }
        let methods: BTreeSet<&String> =
            rust.changes.iter().map(|change| &change.item).filter(|item| is_of(item, id)).collect();
        covered.extend(methods.iter().copied().cloned());
        let names = methods.iter().filter_map(|method| method.rsplit("::").next().map(str::to_owned));
        let mut words: Vec<String> = names.chain([format!("\"{id}\"")]).collect();
        words.extend(words.first().filter(|_| words.len() > 1).map(|method| constant(method).to_string()));
        let wrapper = wrappers.of(id).next();
        match (new_id, wrapper) {
            (Some(new), Some(wrapper)) if pending.iter().any(|(old, _)| old == id) => list.push(format!(
                "{id} is renamed to {new}: update the alias and the documentation of {} in {}, and the generated names that it uses, \
                 now {}; the old names are in {}",
                wrapper.name,
                wrapper.file,
                new_names(rust, new),
                mentions::files_with(root, &words)?.join(", ")
            )),
            (None, Some(wrapper)) => {
                words.extend(wrapper.name.rsplit("::").next().map(str::to_owned));
                let mut files = mentions::files_with(root, &words)?;
                files.retain(|file| *file != wrapper.file && file != page);
                if !files.is_empty() {
                    list.push(format!(
                        "{id} is no longer a public operation; remove or replace the code that uses it or {} in {}",
                        wrapper.name,
                        files.join(", ")
                    ));
                }
            }
            _ => {}
        }
    }
    let changes: Vec<&RustChange> =
        rust.changes.iter().filter(|change| !covered.contains(&change.item)).collect();
    let client = syn::parse_file(&old.source)?;
    list.extend(uses::to_dos(&changes, &client, &rust_sources::read_workspace(root)?));
    Ok(list)
}

/// Returns whether a generated item is the method or the constant of an operation.
fn is_of(item: &str, id: &str) -> bool {
    let name = item.strip_prefix("Client::").or_else(|| item.strip_prefix("Operation::"));
    name.is_some_and(|name| spec::fold(name) == spec::fold(id))
}

/// Returns the generated method and constant of a new operation.
fn new_names(rust: &RustReport, id: &str) -> String {
    let names: BTreeSet<&str> =
        rust.changes.iter().map(|change| change.item.as_str()).filter(|item| is_of(item, id)).collect();
    names.into_iter().collect::<Vec<_>>().join(" and ")
}
