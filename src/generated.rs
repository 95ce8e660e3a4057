//! The generated client. It is private; the feature `wire` exports its types.

#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    unused_imports,
    clippy::all,
    clippy::pedantic,
    rustdoc::all,
    reason = "progenitor's code follows its own rules, and not all of it is used"
)]

#[cfg(feature = "codegen")]
include!(concat!(env!("OUT_DIR"), "/client.rs"));
#[cfg(not(feature = "codegen"))]
include!("generated/client.rs");
