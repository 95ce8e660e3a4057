//! What the measurements share.

pub mod document;
pub mod server;
