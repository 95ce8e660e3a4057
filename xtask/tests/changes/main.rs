//! Tests a table of changes of the specification: how `regenerate` and `check` end for each, and what they print.
//!
//! If both exit with 0, the workspace compiles, its tests pass, and a login works. `.ci/changes` tests this guarantee:
//! it builds and tests the workspace with all such changes. Rows find operations and schemas by name, never by path, so
//! that they stay valid if the API's version changes.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test fails by panicking")]

#[path = "../it/support.rs"]
mod support;
mod table;

use std::fmt::Write;

use support::Checkout;
use table::{End, Row, TABLE};
use xtask::output::Exit;

/// Imports the change into a copy of the workspace, and returns how the result differs from the row.
fn failure(row: &Row) -> Option<String> {
    let checkout = Checkout::of_workspace();
    let mut spec = checkout.spec();
    (row.change)(&mut spec);
    let before = checkout.snapshot();
    let (imported, mut printed) = checkout.regenerate_from(&spec);
    let end = if let Err(error) = &imported {
        printed.clone_from(error);
        if checkout.snapshot() != before {
            return Some("it is refused, but a file was written".to_owned());
        }
        End::Refused
    } else {
        let (checked, text) = checkout.check();
        let _ = write!(printed, "{text}");
        match (imported, checked) {
            (Ok(Exit::Clean), Ok(Exit::Clean)) => End::Green,
            (_, Err(error)) => return Some(format!("`check` fails after the import: {error}")),
            (_, Ok(Exit::Stale)) => return Some(format!("a file is stale after the import:\n{printed}")),
            _ => End::ActionRequired,
        }
    };
    if end != row.end {
        return Some(format!("it ends with {end:?} instead of {:?}:\n{printed}", row.end));
    }
    let missing: Vec<&&str> = row.prints.iter().filter(|text| !printed.contains(**text)).collect();
    (!missing.is_empty()).then(|| format!("it does not print {missing:?}:\n{printed}"))
}

#[test]
fn each_change_ends_as_the_table_says() {
    let filter = std::env::var("ROW").unwrap_or_default();
    let rows: Vec<&Row> = TABLE.iter().filter(|row| row.name.contains(&filter)).collect();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let failures = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, std::num::NonZero::get) {
            scope.spawn(|| {
                while let Some(row) = rows.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
                    // A change that does not fit the document must not hide the other rows.
                    let outcome = std::panic::catch_unwind(|| failure(row));
                    if let Some(failure) = outcome.unwrap_or_else(|_| Some("it panics, see above".to_owned()))
                    {
                        failures.lock().unwrap().push(format!("{}: {failure}", row.name));
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "{} of {} rows:\n\n{}", failures.len(), rows.len(), failures.join("\n"));
}

#[test]
fn row_names_are_unique_and_many_rows_are_green() {
    let names: std::collections::BTreeSet<&str> = TABLE.iter().map(|row| row.name).collect();
    assert_eq!(names.len(), TABLE.len());
    assert!(TABLE.iter().filter(|row| row.end == End::Green).count() >= 10);
}

/// Imports all green rows of a group together, and runs the tests of the workspace.
fn build(group: &str) {
    let checkout = Checkout::for_build();
    let mut spec = checkout.spec();
    let rows = TABLE.iter().filter(|row| row.end == End::Green && row.group == group);
    let names: Vec<&str> = rows.clone().map(|row| row.name).collect();
    rows.for_each(|row| (row.change)(&mut spec));
    let (exit, printed) = checkout.regenerate_from(&spec);
    assert_eq!(exit, Ok(Exit::Clean), "{printed}");
    assert_eq!(checkout.check().0, Ok(Exit::Clean));
    // All groups share a target directory, so that dependencies are built once.
    let target = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("changes");
    for arguments in [&["test", "--workspace", "--locked"][..], &["run", "--locked", "--example", "login"]] {
        let start = std::time::Instant::now();
        let mut cargo = std::process::Command::new("cargo");
        cargo.args(arguments).current_dir(checkout.path("")).env("CARGO_TARGET_DIR", &target);
        assert!(
            cargo.status().unwrap().success(),
            "cargo {} fails with these changes: {names:#?}",
            arguments.join(" ")
        );
        println!("{} changes, cargo {}: {} s", names.len(), arguments.join(" "), start.elapsed().as_secs());
    }
}

#[test]
#[ignore = "it builds the workspace; .ci/changes runs it"]
fn the_workspace_builds_and_passes_with_every_green_change_of_contents() {
    build("contents");
}

#[test]
#[ignore = "it builds the workspace; .ci/changes runs it"]
fn the_workspace_builds_and_passes_with_every_green_change_of_addresses() {
    build("addresses");
}

#[test]
fn every_green_change_is_built() {
    for row in TABLE.iter().filter(|row| row.end == End::Green) {
        assert!(
            ["contents", "addresses"].contains(&row.group),
            "{} is in the group {:?}",
            row.name,
            row.group
        );
    }
}
