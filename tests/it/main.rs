//! The tests of the crate against the test server. Tests of one scenario begin with its code, such as `c8_`: see
//! docs/scenarios.md. `secrets` and `storm` read the log of their whole process, and `browser` needs Chromium, so these
//! are programs of their own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod auto_traits;
#[cfg(feature = "loopback")]
mod callback;
#[cfg(any(feature = "rustls", feature = "rustls-ring"))]
mod cause;
mod claim;
mod code;
mod config;
mod contract;
#[cfg(all(feature = "loopback", feature = "rustls", target_os = "linux"))]
mod error_texts;
mod faults;
#[cfg(feature = "loopback")]
mod hostile;
mod login;
mod logout;
mod lost_response;
#[cfg(feature = "loopback")]
mod pages;
mod properties;
mod redeem;
mod scenarios;
mod support;
mod suspend;
mod transfer;
mod transport;
mod wait;
mod web_page;
