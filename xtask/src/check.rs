//! `cargo xtask check`: reports stale files and violated rules. Writes nothing.

use anyhow::{Context, Result};

use crate::Repository;
use crate::artifacts::{generate_all, print_stale};
use crate::extract::{Selection, Subset};
use crate::output::{Exit, NOTE, Output, SUCCESS};
use crate::renames::Renames;
use crate::spec_source::{self, SPECIFICATION};

/// Compares the generated files with what the committed specification gives, and checks the rules.
///
/// # Errors
///
/// Fails if the specification cannot be used, or if a file cannot be read.
pub fn run(repository: &Repository, output: &mut Output) -> Result<Exit> {
    let document = spec_source::load_committed(&repository.root)?;
    let subset = Subset::extract(document.value, &Selection::all())
        .with_context(|| format!("cannot use {SPECIFICATION}"))?;
    let artifacts = generate_all(repository, SPECIFICATION, &subset.spec, &Renames::new(), output)?;

    let stale = print_stale(&repository.root, &artifacts.files, output)?;
    for violation in &artifacts.violations {
        output.print_to_do(violation)?;
    }
    if stale > 0 {
        output.styled(NOTE, "to update, run: cargo xtask regenerate")?;
    }
    Ok(match (artifacts.violations.is_empty(), stale) {
        (false, _) => Exit::ActionRequired,
        (true, 0) => {
            output.styled(SUCCESS, "all generated files are up to date, and all rules hold")?;
            Exit::Clean
        }
        (true, _) => Exit::Stale,
    })
}
