//! `cargo xtask drift`: reports how another specification would affect callers, or where the published page disagrees.
//!
//! `openapi-drift` compares. This module adds what is specific to this repository: the selected operations, the
//! accepted findings, and the impact on its wrappers.

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use openapi_drift::render::{self, Name, Names};
use openapi_drift::{Accepted, Document, Level, Report, SpecSource};

use crate::Repository;
use crate::extract::{self, Selection, Subset};
use crate::impact;
use crate::manifest;
use crate::output::{Exit, Output};
use crate::published_page;
use crate::spec_source;

/// The file of accepted findings and overridden levels, relative to the root.
const ACCEPTED: &str = "drift.toml";

/// Rules about operations that enter or leave the selection. If one applies, the document is the right one, even if it
/// has no selected operation.
const SELECTION_RULES: [&str; 3] =
    ["operation-became-internal", "operation-entered-subset", "operation-left-subset"];

/// The documents to compare, and the form of the report.
#[derive(Args, Clone, Debug)]
#[command(group(clap::ArgGroup::new("other").required(true).args(["against", "base", "docs"])))]
pub struct Options {
    /// The new specification: an http(s) URL, a file (JSON or YAML), REV:PATH in git, or a git revision
    #[arg(long, value_name = "SOURCE")]
    pub against: Option<String>,
    /// Compare the merge base of this branch or revision and HEAD with the working tree
    #[arg(long, value_name = "REV", conflicts_with = "spec")]
    pub base: Option<String>,
    /// Compare the specification with the API's published reference page in Markdown: a URL or a file
    #[arg(long, value_name = "PAGE")]
    pub docs: Option<String>,
    /// The old specification, instead of the committed one
    #[arg(long, value_name = "SOURCE")]
    pub spec: Option<String>,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Exit with 1 at or above this level [default: breaking, or with --docs any disagreement]
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub fail_on: Option<FailOn>,
    /// Compare all operations, not only those of this crate, and leave out the impact on Rust code and the next version
    #[arg(long)]
    pub whole: bool,
}

/// The output format.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
    /// For comments on pull requests and the summaries of jobs.
    Markdown,
    /// Annotations of GitHub workflows.
    Github,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
}

/// The lowest level that makes the command exit with 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Changes that can break released clients.
    Breaking,
    /// All changes except those of documentation.
    Additive,
    /// All changes.
    Docs,
    /// No change.
    Never,
}

/// A report and the two documents that it compares.
struct Comparison {
    report: Report,
    old: Side,
    new: Side,
}

/// A compared document: its name, and its text, in which the report finds line numbers.
struct Side {
    name: String,
    text: Option<String>,
}

impl Side {
    fn name(&self) -> Name<'_> {
        Name { name: &self.name, text: self.text.as_deref() }
    }
}

impl From<Document> for Side {
    fn from(document: Document) -> Self {
        Self { name: document.name().to_owned(), text: Some(document.text().to_owned()) }
    }
}

/// Compares, and prints the report.
///
/// # Errors
///
/// Fails if the documents cannot be compared, so that this never looks like a clean result.
pub fn run(repository: &Repository, options: &Options, output: &mut Output) -> Result<Exit> {
    let Comparison { report, old, new } = match options {
        Options { docs: Some(page), .. } => compare_page(repository, options, page, output)?,
        Options { base: Some(base), .. } => compare_base(repository, options, base, output)?,
        Options { against: Some(against), .. } => compare_document(repository, options, against, output)?,
        _ => bail!("nothing to compare with; pass --against SOURCE, --base REV or --docs PAGE"),
    };
    let names = Names { old: old.name(), new: new.name() };
    let render = match options.format {
        Format::Text => render::text,
        Format::Json => render::json,
        Format::Markdown => render::markdown,
        Format::Github => render::github,
        Format::Sarif => render::sarif,
    };
    output.line(render(&report, &names).trim_end())?;
    let default = if options.docs.is_some() { FailOn::Docs } else { FailOn::Breaking };
    let threshold = match options.fail_on.unwrap_or(default) {
        FailOn::Breaking => Level::Breaking,
        FailOn::Additive => Level::Additive,
        FailOn::Docs => Level::Docs,
        FailOn::Never => return Ok(Exit::Clean),
    };
    Ok(if report.verdict() >= threshold { Exit::ActionRequired } else { Exit::Clean })
}

/// Compares the specification with the published page.
fn compare_page(
    repository: &Repository,
    options: &Options,
    page: &str,
    output: &mut Output,
) -> Result<Comparison> {
    let source = SpecSource::parse_in(repository.root(), page)?;
    let text = output.with_spinner("reading the page", || source.read_text())?;
    let old = load_old(repository, options, output)?;
    let selection = Selection::tagged(&repository.profile);
    let spec = Subset::extract(old.value.clone(), &selection)
        .with_context(|| format!("cannot use {}", old.name()))?
        .spec;
    let mut report = Report::default();
    report.findings = published_page::find_disagreements(&repository.profile, &spec, &text)
        .with_context(|| format!("cannot use {source}"))?;
    if let Some(accepted) = load_accepted(repository)? {
        accepted.filter(published_page::is_rule).apply(&mut report);
    }
    let page = Side { name: source.to_string(), text: None };
    Ok(Comparison { report, old: old.into(), new: page })
}

/// Compares the merge base with the working tree.
fn compare_base(
    repository: &Repository,
    options: &Options,
    base: &str,
    output: &mut Output,
) -> Result<Comparison> {
    let (old, version) = spec_source::load_merge_base(repository.root(), base)?;
    let new = spec_source::load_committed(repository.root())?;
    // Most accepted findings concern the published API, not this branch.
    let accepted = load_accepted(repository)?.map(Accepted::ignore_stale);
    // The version of the merge base: this branch may have raised it already.
    let report = output.with_spinner("comparing", || {
        compare_documents(repository, options, (&old, &new), accepted, version.as_deref())
    })?;
    Ok(Comparison { report, old: old.into(), new: new.into() })
}

/// Compares the specification with another one.
fn compare_document(
    repository: &Repository,
    options: &Options,
    against: &str,
    output: &mut Output,
) -> Result<Comparison> {
    if against == "-" && options.spec.as_deref() == Some("-") {
        bail!("standard input can be only one of the two documents");
    }
    let old = load_old(repository, options, output)?;
    let new = spec_source::load(repository.root(), against, output)?;
    let accepted = load_accepted(repository)?;
    let version = manifest::read_version(repository.root());
    let report = output.with_spinner("comparing", || {
        compare_documents(repository, options, (&old, &new), accepted, version.as_deref())
    })?;
    Ok(Comparison { report, old: old.into(), new: new.into() })
}

fn load_old(repository: &Repository, options: &Options, output: &mut Output) -> Result<Document> {
    match &options.spec {
        Some(source) => spec_source::load(repository.root(), source, output),
        None => spec_source::load_committed(repository.root()),
    }
}

/// Loads the accepted findings, if the file exists.
fn load_accepted(repository: &Repository) -> Result<Option<Accepted>> {
    let path = repository.root().join(ACCEPTED);
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(Accepted::parse_with(&text, ACCEPTED, published_page::RULES)?)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {ACCEPTED}")),
    }
}

fn compare_documents(
    repository: &Repository,
    options: &Options,
    (old, new): (&Document, &Document),
    accepted: Option<Accepted>,
    version: Option<&str>,
) -> Result<Report> {
    let report = if options.whole { compare_all(old, new) } else { compare_selected(repository, old, new) };
    let mut report = report.with_context(|| format!("cannot compare {} with {}", old.name(), new.name()))?;
    if let Some(accepted) = accepted {
        accepted.filter(|id| !published_page::is_rule(id)).apply(&mut report);
    }
    if !options.whole {
        impact::annotate(&mut report, repository, old, new, version)?;
    }
    Ok(report)
}

fn compare_all(old: &Document, new: &Document) -> Result<Report> {
    Ok(openapi_drift::compare(&old.value, &new.value, &openapi_drift::Options::default())?)
}

/// Compares the selected operations. The comparison reads whole documents, so that it does not report an operation with
/// a new tag as removed.
fn compare_selected(repository: &Repository, old: &Document, new: &Document) -> Result<Report> {
    let tags = repository.profile.tags;
    let options = openapi_drift::Options {
        tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
        exclude_internal: true,
    };
    let report = openapi_drift::compare(
        &extract::without_noise(&old.value),
        &extract::without_noise(&new.value),
        &options,
    )?;
    if !report.findings.iter().any(|finding| SELECTION_RULES.contains(&finding.rule.name)) {
        for document in [old, new] {
            if !extract::has_operations(&document.value, &Selection::tagged(&repository.profile)) {
                bail!(
                    "{} has no public operation{}; is it the right document?",
                    document.name(),
                    extract::with_tags(tags)
                );
            }
        }
    }
    Ok(report)
}
