//! Tests of the commands, with the output that maintainers see.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod bad_input;
mod check;
mod convert;
mod drift;
mod import_3_1;
mod regenerate;
mod support;
mod workspace;
