//! The clients that are generated from two specifications.

use anyhow::{Context, Result, bail};
use openapi_drift::{Document, RustReport, compare_sources};
use serde_json::Value;

use crate::api_profile::Profile;
use crate::generate::spec::operations;
use crate::generate::{self, Diagnostic, Generated, Operation, Secrets};
use crate::slice::{Selection, Sliced, slice, to_text};

/// The clients of two documents, compared.
pub(crate) struct Clients {
    pub(crate) old: Client,
    pub(crate) new: Client,
    /// What happens to their items.
    pub(crate) rust: RustReport,
}

/// What is known of one client beside its source.
pub(crate) struct Client {
    /// The operations of the client.
    pub(crate) operations: Vec<Operation>,
    /// The diagnostics of the generator.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// The part of the document that the client is generated from.
    pub(crate) spec: Value,
    pub(crate) source: String,
}

impl Clients {
    /// Generates the client of each document, as `build.rs` would.
    ///
    /// # Errors
    ///
    /// Fails, with the name of the document and the cause, if no client can be generated from one of them.
    pub(crate) fn generate(
        old: &Document,
        new: &Document,
        profile: &Profile,
        secrets: &Secrets,
    ) -> Result<Self> {
        let failure = |document: &Document| format!("no client can be generated from {}", document.name());
        let part = |document: &Document| -> Result<Value> {
            let tagged = Selection::tagged(profile);
            let Sliced { spec, .. } =
                slice(document.value.clone(), &tagged).with_context(|| failure(document))?;
            Ok(spec)
        };
        let [before, after] = of_both(part(old)?, part(new)?, secrets)?;
        Self::compare(before.with_context(|| failure(old))?, after.with_context(|| failure(new))?)
    }

    /// Generates the clients of two slices.
    ///
    /// # Errors
    ///
    /// Fails with the cause if no client can be generated from one of them.
    pub(crate) fn of_slices(old: &Value, new: &Value, secrets: &Secrets) -> Result<Self> {
        let [before, after] = of_both(old.clone(), new.clone(), secrets)?;
        Self::compare(before?, after?)
    }

    fn compare(old: Client, new: Client) -> Result<Self> {
        let rust = compare_sources(&old.source, &new.source)?.with_documents(&old.spec, &new.spec);
        Ok(Self { old, new, rust })
    }
}

/// Generates both clients at once, since that takes most of the time.
fn of_both(old: Value, new: Value, secrets: &Secrets) -> Result<[Result<Client>; 2]> {
    let texts = [to_text(&old)?, to_text(&new)?];
    let [before, after] = &texts;
    let generated = std::thread::scope(|scope| {
        let after = scope.spawn(|| generate::generate(after, secrets));
        [Some(generate::generate(before, secrets)), after.join().ok()]
    });
    let [before, after] = generated;
    Ok([Client::new(old, before), Client::new(new, after)])
}

impl Client {
    fn new(spec: Value, generated: Option<Generated>) -> Result<Self> {
        let Generated { source, diagnostics } = generated.context("the generator panicked")?;
        let Some(source) = source else {
            // What stands in the way comes last; the rest is about a client that could be generated.
            let cause = diagnostics.last().map(ToString::to_string);
            bail!(cause.unwrap_or_else(|| "the generator gives no reason".to_owned()));
        };
        Ok(Self { operations: operations(&spec)?, diagnostics, spec, source })
    }
}
