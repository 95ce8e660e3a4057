//! The maintainers' commands, as a library, so that tests read exactly what a person sees.
//!
//! It never depends on `harmont-auth`: a specification that does not build must not lock the maintainer out.

mod api;
pub mod artefacts;
pub mod check;
pub mod drift;
#[path = "../../build/generate.rs"]
mod generate;
mod page;
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
    /// This repository.
    pub fn here() -> Self {
        let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
        Self::at(xtask.parent().unwrap_or(xtask))
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
