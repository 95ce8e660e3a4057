//! `cargo xtask check`: everything fresh, every rule kept; reads only.

use anyhow::{Context, Result};

use crate::Repository;
use crate::artifacts::{compare, derive};
use crate::extract::{Selection, Subset};
use crate::output::{ERROR, Exit, NOTE, Output, SUCCESS};
use crate::renames::Renames;
use crate::spec_source::{self, SPECIFICATION};

/// Compares all that derives from the committed specification, and checks the rules.
///
/// # Errors
///
/// Fails with a sentence when it cannot be checked at all.
pub fn run(repository: &Repository, output: &mut Output) -> Result<Exit> {
    let document = spec_source::committed(&repository.root)?;
    let subset = Subset::extract(document.value, &Selection::all())
        .with_context(|| format!("cannot use {SPECIFICATION}"))?;
    let derived = derive(repository, SPECIFICATION, &subset.spec, &Renames::new(), output)?;

    let stale = compare(&repository.root, &derived.artifacts, output)?;
    for problem in &derived.broken {
        output.line(format_args!("{ERROR}broken:{ERROR:#} {problem}"))?;
    }
    if stale > 0 {
        output.styled(NOTE, "to update, run: cargo xtask regenerate")?;
    }
    Ok(match (derived.broken.is_empty(), stale) {
        (false, _) => Exit::ActionRequired,
        (true, 0) => {
            output.styled(
                SUCCESS,
                "everything that derives from openapi.json is fresh, and every rule is kept",
            )?;
            Exit::Clean
        }
        (true, _) => Exit::Stale,
    })
}
