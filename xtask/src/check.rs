//! `cargo xtask check`: everything fresh, every rule kept; reads only.

use anyhow::{Context, Result};

use crate::Repository;
use crate::artefacts::{compare, derive};
use crate::screen::{BAD, Exit, GOOD, HINT, Screen};
use crate::slice::slice;
use crate::source::{self, SPECIFICATION};

/// Compares all that derives from the committed specification, and checks the rules.
///
/// # Errors
///
/// Fails with a sentence when it cannot be checked at all.
pub fn run(repository: &Repository, screen: &mut Screen) -> Result<Exit> {
    let document = source::read_file(&repository.root.join(SPECIFICATION))?;
    let document = source::parse(&document).with_context(|| format!("{SPECIFICATION} cannot be used"))?;
    let sliced = slice(document).with_context(|| format!("{SPECIFICATION} cannot be used"))?;
    let derived = derive(repository, SPECIFICATION, &sliced.spec, screen)?;

    let stale = compare(&repository.root, &derived.artefacts, screen)?;
    for problem in &derived.broken {
        screen.say(format_args!("{BAD}broken:{BAD:#} {problem}"))?;
    }
    if stale > 0 {
        screen.styled(HINT, "mend the stale files with: cargo xtask regenerate")?;
    }
    Ok(match (derived.broken.is_empty(), stale) {
        (false, _) => Exit::Person,
        (true, 0) => {
            screen
                .styled(GOOD, "everything that derives from openapi.json is fresh, and every rule is kept")?;
            Exit::Clean
        }
        (true, _) => Exit::Stale,
    })
}
