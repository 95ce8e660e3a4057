//! Generates the clients of two specifications, and compares them.

use anyhow::{Context, Result, bail};
use openapi_drift::{Document, RustReport, compare_sources};
use serde_json::Value;

use crate::api_profile::Profile;
use crate::extract::{Selection, Subset, to_text};
use crate::generate::spec::operations;
use crate::generate::{self, Diagnostic, Generated, Operation, Secrets};

/// The clients of two documents, compared.
pub(crate) struct Clients {
    pub(crate) old: Client,
    pub(crate) new: Client,
    /// The changes of their items.
    pub(crate) rust: RustReport,
}

/// A generated client.
pub(crate) struct Client {
    /// The operations of the client.
    pub(crate) operations: Vec<Operation>,
    /// The generator's diagnostics.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// The subset of the document from which the client is generated.
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
        let subset = |document: &Document| -> Result<Value> {
            let tagged = Selection::tagged(profile);
            let Subset { spec, .. } =
                Subset::extract(document.value.clone(), &tagged).with_context(|| failure(document))?;
            Ok(spec)
        };
        let [old_client, new_client] = generate_both(subset(old)?, subset(new)?, secrets)?;
        Self::compare(old_client.with_context(|| failure(old))?, new_client.with_context(|| failure(new))?)
    }

    /// Generates the clients of two subsets.
    ///
    /// # Errors
    ///
    /// Fails with the cause if no client can be generated from one of them.
    pub(crate) fn of_subsets(old: &Value, new: &Value, secrets: &Secrets) -> Result<Self> {
        let [old, new] = generate_both(old.clone(), new.clone(), secrets)?;
        Self::compare(old?, new?)
    }

    fn compare(old: Client, new: Client) -> Result<Self> {
        let rust = compare_sources(&old.source, &new.source)?.with_documents(&old.spec, &new.spec);
        Ok(Self { old, new, rust })
    }
}

/// Generates both clients in parallel, since generation takes most of the time.
fn generate_both(old: Value, new: Value, secrets: &Secrets) -> Result<[Result<Client>; 2]> {
    let (old_text, new_text) = (to_text(&old)?, to_text(&new)?);
    let [old_generated, new_generated] = std::thread::scope(|scope| {
        let new = scope.spawn(|| generate::generate(&new_text, secrets));
        [Some(generate::generate(&old_text, secrets)), new.join().ok()]
    });
    Ok([Client::new(old, old_generated), Client::new(new, new_generated)])
}

impl Client {
    fn new(spec: Value, generated: Option<Generated>) -> Result<Self> {
        let Generated { source, diagnostics } = generated.context("the generator panicked")?;
        let Some(source) = source else {
            // The fatal diagnostic is the last one.
            let cause = diagnostics.last().map(ToString::to_string);
            bail!(cause.unwrap_or_else(|| "the generator gives no reason".to_owned()));
        };
        Ok(Self { operations: operations(&spec)?, diagnostics, spec, source })
    }
}
