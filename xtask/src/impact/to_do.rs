//! What a maintainer has to change in hand-written code because of a change of the specification.

use std::collections::BTreeSet;

use anyhow::Result;
use openapi_drift::{Finding, RustChange, RustReport};

use super::{Client, Clients};
use crate::Repository;
use crate::generate::{Operation, constant, spec};
use crate::renames::{self, Renames};
use crate::sources::{self, Source};
use crate::wrappers::Wrappers;
use crate::{mentions, rules, uses};

/// Lists what has to be done because of a change, one sentence each. What had to be done before is not part of it.
pub(super) fn list(repository: &Repository, findings: &[Finding], clients: &Clients) -> Result<Vec<String>> {
    let sources = sources::read(repository.root())?;
    let renames = renames::find(findings);
    let diagnostics = clients.new.diagnostics.iter().filter(|it| !clients.old.diagnostics.contains(it));
    let mut list: Vec<String> = diagnostics.map(ToString::to_string).collect();
    let before = violations(repository, &clients.old, &sources, &Renames::new());
    let after = violations(repository, &clients.new, &sources, &renames);
    list.extend(after.into_iter().filter(|it| !before.contains(it)));
    list.extend(code(repository, clients, &renames)?);
    Ok(list)
}

fn violations(
    repository: &Repository,
    client: &Client,
    sources: &[Source],
    renames: &Renames,
) -> Vec<String> {
    let mut wrappers = Wrappers::read(sources, &client.operations);
    renames::follow(&mut wrappers, renames);
    rules::violations(&repository.profile, &client.spec, &client.operations, &wrappers)
}

/// Lists the code that no longer compiles, or no longer does what it did: one sentence for each operation that is gone or has
/// another id, then one for each file.
pub(crate) fn code(repository: &Repository, clients: &Clients, renames: &Renames) -> Result<Vec<String>> {
    let Clients { old, new, rust } = clients;
    let (root, page) = (repository.root(), repository.profile.page);
    let mut wrappers = Wrappers::read(&sources::read(root)?, &old.operations);
    let open = renames::follow(&mut wrappers, renames);
    let mut list = Vec::new();
    let mut known = BTreeSet::new();
    for operation in &old.operations {
        let Operation { id, .. } = operation;
        let is_here = |id: &String| new.operations.iter().any(|it| it.id == *id);
        let new_id = renames.iter().find(|(old, _)| old == id).map(|(_, new)| new);
        if is_here(id) && new_id.is_none() {
            continue;
        }
        let methods: BTreeSet<&String> =
            rust.changes.iter().map(|it| &it.item).filter(|it| is_of(it, id)).collect();
        known.extend(methods.iter().copied().cloned());
        let names = methods.iter().filter_map(|it| it.rsplit("::").next().map(str::to_owned));
        let mut words: Vec<String> = names.chain([format!("\"{id}\"")]).collect();
        words.extend(words.first().filter(|_| words.len() > 1).map(|method| constant(method).to_string()));
        let wrapper = wrappers.of(id).next();
        match (new_id, wrapper) {
            (Some(new), Some(wrapper)) if open.iter().any(|(old, _)| old == id) => list.push(format!(
                "{id} is now called {new}: change the alias and the documentation of {} in {}, and the generated names that it \
                 uses, now {}; the old names are in {}",
                wrapper.name,
                wrapper.file,
                new_names(rust, new),
                mentions::of_words(root, &words)?.join(", ")
            )),
            (None, Some(wrapper)) => {
                words.extend(wrapper.name.rsplit("::").next().map(str::to_owned));
                let mut files = mentions::of_words(root, &words)?;
                files.retain(|file| *file != wrapper.file && file != page);
                if !files.is_empty() {
                    list.push(format!(
                        "{id} is no longer a public operation; remove or replace what uses it or {} in {}",
                        wrapper.name,
                        files.join(", ")
                    ));
                }
            }
            _ => {}
        }
    }
    let changes: Vec<&RustChange> = rust.changes.iter().filter(|it| !known.contains(&it.item)).collect();
    let client = syn::parse_file(&old.source)?;
    list.extend(uses::list(&changes, &client, &sources::read_all(root)?));
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
        rust.changes.iter().map(|it| it.item.as_str()).filter(|it| is_of(it, id)).collect();
    names.into_iter().collect::<Vec<_>>().join(" and ")
}
