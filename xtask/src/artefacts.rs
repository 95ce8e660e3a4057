//! Everything that derives from the specification and the sources, and the rules that hold between them. Writing and
//! checking are one walk over one list.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::Repository;
use crate::generate;
use crate::reference_page;
use crate::renames::{self, Renames};
use crate::rules;
use crate::screen::Screen;
use crate::skeleton;
use crate::slice::to_text;
use crate::source::SPECIFICATION;
use crate::sources;
use crate::wrappers::Wrappers;

/// The committed client, relative to the root.
const CLIENT: &str = "src/generated/client.rs";
const RULES: &str = "drift/RULES.md";

/// How many lines of a stale file's diff are shown.
const SHORT: usize = 12;

/// A file that derives from others.
#[derive(Debug)]
pub(crate) struct Artefact {
    /// Relative to the root.
    pub(crate) path: &'static str,
    /// What should be in it.
    pub(crate) content: String,
}

/// All that derives from a specification.
#[derive(Debug)]
pub(crate) struct Derived {
    /// The files, the specification itself in canonical form first.
    pub(crate) artefacts: Vec<Artefact>,
    /// What a person must add or decide, a sentence each.
    pub(crate) broken: Vec<String>,
    /// How the wrappers that are missing could begin.
    pub(crate) skeletons: Vec<String>,
}

/// Derives everything from a specification, which goes by `name`, and checks the rules. Nothing is written. Wrappers of
/// operations that were just renamed count under the new ids.
///
/// # Errors
///
/// Fails with all reasons when no client can be generated, or when a source of the crate is of no use.
pub(crate) fn derive(
    repository: &Repository,
    name: &str,
    spec: &Value,
    renames: &Renames,
    screen: &mut Screen,
) -> Result<Derived> {
    let document = to_text(spec)?;
    let generated =
        screen.during("generating the client", || generate::generate(&document, &repository.secrets));
    let mut broken: Vec<String> = generated.diagnostics.iter().map(ToString::to_string).collect();
    let Some(client) = generated.source else {
        bail!("cannot use {name}: no client can be generated: {}", broken.join("; "));
    };
    let operations = generate::spec::operations(spec).with_context(|| format!("cannot use {name}"))?;
    let sources = sources::read(&repository.root)?;
    let mut wrappers = Wrappers::read(&sources, &operations);
    let page = reference_page::render(repository, spec, &operations, &wrappers);
    renames::follow(&mut wrappers, renames);
    broken.extend(rules::violations(&repository.profile, spec, &operations, &wrappers));
    let artefacts = vec![
        Artefact { path: SPECIFICATION, content: document },
        Artefact { path: CLIENT, content: client },
        Artefact { path: repository.profile.page, content: page },
        Artefact { path: RULES, content: openapi_drift::render::reference::rules_markdown() },
    ];
    broken.extend(rules::check_places(&repository.root, &operations)?);
    let missing = operations.iter().filter(|operation| wrappers.of(&operation.id).next().is_none());
    let skeletons = missing.map(|operation| skeleton::method(spec, operation)).collect();
    Ok(Derived { artefacts, broken, skeletons })
}

/// Compares the files with what they should be, and shows the difference of each that is not; returns how many.
///
/// # Errors
///
/// Fails when a file cannot be read.
pub(crate) fn compare(root: &Path, artefacts: &[Artefact], screen: &mut Screen) -> Result<usize> {
    let mut stale = 0;
    for Artefact { path, content } in artefacts {
        let old = read(root, path)?;
        if old != *content {
            stale += 1;
            screen.say(format_args!("stale: {path}"))?;
            screen.diff(path, &old, content, SHORT)?;
        }
    }
    Ok(stale)
}

/// A file that is not there yet is an empty one.
pub(crate) fn read(root: &Path, path: &str) -> Result<String> {
    match fs::read_to_string(root.join(path)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        text => text.with_context(|| format!("{path} cannot be read")),
    }
}
