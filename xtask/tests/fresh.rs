//! The repository itself: everything that derives is fresh, and every rule is kept.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use xtask::output::{Color, Exit, Screen};

#[test]
fn everything_that_derives_from_the_specification_is_fresh() {
    let exit =
        xtask::check::run(&xtask::Repository::find().unwrap(), &mut Screen::stdout(Color::Never)).unwrap();
    assert_eq!(exit, Exit::Clean, "run `cargo xtask check` to see why");
}
