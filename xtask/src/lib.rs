//! The maintainers' commands, as a library, so that tests read exactly what a person sees.
//!
//! It never depends on `harmont-auth`: a specification that does not build must not lock the maintainer out.

pub mod artefacts;
pub mod check;
pub mod drift;
#[path = "../../build/generate.rs"]
mod generate;
mod impact;
mod published_page;
mod reference_page;
pub mod regenerate;
pub mod screen;
pub mod slice;
mod source;
mod sources;
mod wrappers;

use std::path::{Path, PathBuf};

use generate::{SECRETS, Secrets};

/// What the commands work on.
#[derive(Clone, Debug)]
pub struct Repository {
    root: PathBuf,
    secrets: Secrets,
}

impl Repository {
    /// This repository: the checkout that `cargo xtask` runs in. A program that was built in another one and comes from a
    /// cache would find that one in its own code, so this is only for a program that is started without cargo.
    pub fn here() -> Self {
        let built_in = || env!("CARGO_MANIFEST_DIR").into();
        let xtask = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(built_in, PathBuf::from);
        Self::at(xtask.parent().unwrap_or(&xtask))
    }

    /// One of the same form elsewhere.
    pub fn at(root: &Path) -> Self {
        Self { root: root.to_owned(), secrets: SECRETS }
    }

    /// The same with other decisions about what is secret.
    #[must_use]
    pub fn with_secrets(
        mut self,
        secret: &'static [&'static str],
        not_secret: &'static [(&'static str, &'static str)],
    ) -> Self {
        self.secrets = Secrets { secret, not_secret };
        self
    }

    /// Returns its folder.
    pub fn root(&self) -> &Path {
        &self.root
    }
}
