//! The generated files, and the rules that hold between the specification and the sources. Writing and checking use the
//! same list.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::Repository;
use crate::extract::to_text;
use crate::generate;
use crate::output::Output;
use crate::reference_page;
use crate::renames::{self, Renames};
use crate::rules;
use crate::rust_sources;
use crate::skeleton;
use crate::spec_source::SPECIFICATION;
use crate::wrappers::Wrappers;

/// The committed client, relative to the root.
const CLIENT: &str = "src/generated/client.rs";
/// The reference of the drift rules, relative to the root.
const DRIFT_RULES: &str = "drift/RULES.md";

/// How many lines of a stale file's diff are shown.
const MAX_DIFF_LINES_STALE: usize = 12;

/// A generated file.
#[derive(Debug)]
pub(crate) struct Artifact {
    /// Relative to the root.
    pub(crate) path: &'static str,
    /// The content that it should have.
    pub(crate) content: String,
}

/// Everything that is generated from a specification.
#[derive(Debug)]
pub(crate) struct Artifacts {
    /// The files. The first is the specification itself in canonical form.
    pub(crate) files: Vec<Artifact>,
    /// The to-dos for a maintainer, one sentence each.
    pub(crate) violations: Vec<String>,
    /// A skeleton of each missing wrapper.
    pub(crate) skeletons: Vec<String>,
}

/// Generates all files from a specification, and checks the rules. Writes nothing. Wrappers of operations that an import
/// renames count under the new ids.
///
/// # Errors
///
/// Fails with all reasons, and the name of the specification, if no client can be generated. Fails if a source of the crate
/// cannot be read or parsed.
pub(crate) fn generate_all(
    repository: &Repository,
    name: &str,
    spec: &Value,
    renames: &Renames,
    output: &mut Output,
) -> Result<Artifacts> {
    let document = to_text(spec)?;
    let generated =
        output.with_spinner("generating the client", || generate::generate(&document, &repository.secrets));
    let mut violations: Vec<String> = generated.diagnostics.iter().map(ToString::to_string).collect();
    let Some(client) = generated.source else {
        bail!("cannot use {name}: no client can be generated: {}", violations.join("; "));
    };
    let operations = generate::spec::operations(spec).with_context(|| format!("cannot use {name}"))?;
    let sources = rust_sources::read_crate(&repository.root)?;
    let mut wrappers = Wrappers::find(&sources, &operations);
    let page = reference_page::render(repository, spec, &operations, &wrappers);
    renames::apply(&mut wrappers, renames);
    violations.extend(rules::violations(&repository.profile, spec, &operations, &wrappers));
    violations.extend(rules::check_operation_lists(&repository.root, &operations)?);
    let files = vec![
        Artifact { path: SPECIFICATION, content: document },
        Artifact { path: CLIENT, content: client },
        Artifact { path: repository.profile.page, content: page },
        Artifact { path: DRIFT_RULES, content: openapi_drift::render::reference::rules_markdown() },
    ];
    let missing = operations.iter().filter(|operation| wrappers.of(&operation.id).next().is_none());
    let skeletons = missing.map(|operation| skeleton::method(spec, operation)).collect();
    Ok(Artifacts { files, violations, skeletons })
}

/// Prints the difference of each stale file, and returns how many there are.
///
/// # Errors
///
/// Fails if a file cannot be read.
pub(crate) fn print_stale(root: &Path, files: &[Artifact], output: &mut Output) -> Result<usize> {
    let mut stale = 0;
    for Artifact { path, content } in files {
        let old = read_or_empty(root, path)?;
        if old != *content {
            stale += 1;
            output.line(format_args!("stale: {path}"))?;
            output.diff(path, &old, content, MAX_DIFF_LINES_STALE)?;
        }
    }
    Ok(stale)
}

/// Reads a file. One that does not exist yet counts as empty.
pub(crate) fn read_or_empty(root: &Path, path: &str) -> Result<String> {
    match fs::read_to_string(root.join(path)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        text => text.with_context(|| format!("cannot read {path}")),
    }
}
