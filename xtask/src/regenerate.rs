//! `cargo xtask regenerate`: a new specification in, everything that derives from it out.

use anyhow::{Context, Result};
use openapi_drift::render::{message, plain};
use serde_json::Value;

use crate::Repository;
use crate::artefacts::{Artefact, derive, write};
use crate::impact::{Clients, unfit_wrappers};
use crate::reference_page::PAGE;
use crate::screen::{BAD, Exit, GOOD, Screen};
use crate::slice::{Sliced, slice};
use crate::source;
use crate::sources;
use crate::wrappers::Wrappers;

/// How many lines of the reference page's diff are shown.
const WHOLE: usize = 400;

/// Takes the specification from `from`, or the committed one, and rewrites what derives from it.
///
/// # Errors
///
/// Fails with a sentence, and without having written anything, when the source is of no use.
pub fn run(repository: &Repository, from: Option<&str>, screen: &mut Screen) -> Result<Exit> {
    let committed = || source::committed(&repository.root);
    let new = match from {
        Some(source) => source::read(&repository.root, source, screen)?,
        None => committed()?,
    };
    let name = new.name().to_owned();
    let Sliced { spec, repairs } = slice(new.value).with_context(|| format!("cannot use {name}"))?;
    let mut derived = derive(repository, &name, &spec, screen)?;

    for repair in repairs {
        screen.say(format_args!("repaired {repair}"))?;
    }
    if from.is_some() {
        // The committed document may be the broken one that is to be replaced.
        let old = committed().and_then(|old| slice(old.value));
        match old.and_then(|old| changes(repository, &old.spec, &spec, screen)) {
            Ok(to_do) => derived.broken.extend(to_do),
            Err(error) => derived.broken.push(format!(
                "check whether the wrappers still fit; what has changed is unknown: {error:#}"
            )),
        }
    }
    let old_page = std::fs::read_to_string(repository.root.join(PAGE)).unwrap_or_default();
    let written = write(&repository.root, &derived.artefacts)?;
    for path in &written {
        screen.styled(GOOD, format_args!("wrote {path}"))?;
    }
    if written.is_empty() {
        screen.say("everything was fresh")?;
    }
    for Artefact { path, content } in derived.artefacts.iter().filter(|it| it.path == PAGE) {
        if old_page != *content {
            screen.diff(path, &old_page, content, WHOLE)?;
        }
    }
    for problem in &derived.broken {
        screen.say(format_args!("{BAD}to do:{BAD:#} {problem}"))?;
    }
    Ok(if derived.broken.is_empty() { Exit::Clean } else { Exit::Person })
}

/// Prints what changes, and returns what a person must look at.
fn changes(repository: &Repository, old: &Value, new: &Value, screen: &mut Screen) -> Result<Vec<String>> {
    let findings = openapi_drift::compare(old, new, &openapi_drift::Options::default())?.findings;
    for finding in &findings {
        let line = format!("changes [{}] {}", finding.level.name(), message(finding));
        screen.say(plain(&line))?;
    }
    let clients = Clients::of_slices(old, new, &repository.secrets)?;
    let wrappers = Wrappers::read(&sources::read(&repository.root)?, &[]);
    let operations = [&clients.old.operations[..], &clients.new.operations];
    Ok(unfit_wrappers(&findings, &clients.rust, &wrappers, operations))
}
