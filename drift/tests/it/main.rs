//! Tests of the public library and the command.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod accept;
mod auto_traits;
mod bundle;
mod bundle_members;
mod bundle_refused;
mod cli;
mod fixture;
#[cfg(feature = "progenitor")]
mod generated;
mod lines;
mod parse;
mod parse_yaml;
mod render;
mod render_ci;
mod robust;
mod rules;
#[cfg(feature = "rust")]
mod rust;
mod sanitize;
mod selection;
#[cfg(feature = "http")]
mod server;
mod source;
mod source_git;
#[cfg(feature = "http")]
mod source_http;
mod support;
mod table;
mod verdicts;
