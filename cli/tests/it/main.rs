//! The package from outside, in one binary: each binary links the whole HTTP stack.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod api;
#[cfg(unix)]
mod browser;
mod commands;
mod login;
#[cfg(unix)]
mod pty;
mod requests;
mod store;
mod support;
