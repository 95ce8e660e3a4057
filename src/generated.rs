//! The fence around the generated code: nothing outside this crate sees it, but by the feature `wire`.

#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    unused_imports,
    clippy::all,
    clippy::pedantic,
    rustdoc::all,
    reason = "what progenitor generates follows its own rules, and not all of it is used"
)]

#[cfg(feature = "codegen")]
include!(concat!(env!("OUT_DIR"), "/client.rs"));
#[cfg(not(feature = "codegen"))]
include!("generated/client.rs");
