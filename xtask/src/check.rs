//! `cargo xtask check`: everything fresh, every rule kept; reads only.

use anyhow::{Context, Result};

use crate::Repository;
use crate::artifacts::{compare, derive};
use crate::extract::{Selection, slice};
use crate::output::{BAD, Exit, GOOD, HINT, Screen};
use crate::renames::Renames;
use crate::spec_source::{self, SPECIFICATION};

/// Compares all that derives from the committed specification, and checks the rules.
///
/// # Errors
///
/// Fails with a sentence when it cannot be checked at all.
pub fn run(repository: &Repository, screen: &mut Screen) -> Result<Exit> {
    let document = spec_source::committed(&repository.root)?;
    let sliced =
        slice(document.value, &Selection::all()).with_context(|| format!("cannot use {SPECIFICATION}"))?;
    let derived = derive(repository, SPECIFICATION, &sliced.spec, &Renames::new(), screen)?;

    let stale = compare(&repository.root, &derived.artifacts, screen)?;
    for problem in &derived.broken {
        screen.say(format_args!("{BAD}broken:{BAD:#} {problem}"))?;
    }
    if stale > 0 {
        screen.styled(HINT, "to update, run: cargo xtask regenerate")?;
    }
    Ok(match (derived.broken.is_empty(), stale) {
        (false, _) => Exit::ActionRequired,
        (true, 0) => {
            screen
                .styled(GOOD, "everything that derives from openapi.json is fresh, and every rule is kept")?;
            Exit::Clean
        }
        (true, _) => Exit::Stale,
    })
}
