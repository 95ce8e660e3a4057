//! The tests of the library, in one program.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod accept;
mod render;
mod rules;
mod sanitize;
mod support;
