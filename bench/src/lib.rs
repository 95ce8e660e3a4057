//! What the measurements share.

pub mod document;
pub mod process;
pub mod server;
