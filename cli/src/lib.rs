//! Ready-made authentication for command-line tools of the Harmont API.
//!
//! [`CredentialStore`] is the file in which the tools of one user share their sessions, the vendor's `hm` included: a
//! login with one of them serves all.

mod store;

pub use store::{CredentialStore, StoreError};
