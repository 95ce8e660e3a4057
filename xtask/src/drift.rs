//! `cargo xtask drift`: what another specification changes for callers, and where the published page disagrees.
//!
//! The library compares; what only this repository knows is added here: which operations are its own, which findings it has
//! accepted, and what the rest means for its wrappers.

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

/// Findings that somebody has accepted, in the root of the repository.
const ACCEPTED: &str = "drift.toml";

/// Rules about operations that have or had another tag: the document is the right one, even if none is left.
const MOVES: [&str; 3] = ["operation-became-internal", "operation-entered-subset", "operation-left-subset"];

/// What to compare, and how to report it.
#[derive(Args, Clone, Debug)]
#[command(group(clap::ArgGroup::new("other").required(true).args(["against", "base", "docs"])))]
pub struct Options {
    /// The new specification: an http(s) URL, a file (JSON or YAML), REV:PATH in git, or a git revision
    #[arg(long, value_name = "SOURCE")]
    pub against: Option<String>,
    /// The branch or revision to merge this work into: compares where they parted with what is here
    #[arg(long, value_name = "REV", conflicts_with = "spec")]
    pub base: Option<String>,
    /// Compare the specification with the API's own published reference page in Markdown, a URL or a file
    #[arg(long, value_name = "PAGE")]
    pub docs: Option<String>,
    /// The old specification, in place of the committed one
    #[arg(long, value_name = "SOURCE")]
    pub spec: Option<String>,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Exit with 1 at or above this level; by default breaking, or with --docs any disagreement
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub fail_on: Option<FailOn>,
    /// Compare all operations, not just the public ones that this crate is for; leaves out Rust and the advice on the version
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

/// The level from which on to fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Released clients may fail.
    Breaking,
    /// Anything beyond documentation.
    Additive,
    /// Any difference.
    Docs,
    /// Nothing.
    Never,
}

/// A comparison: the report, and its two sides.
struct Comparison {
    report: Report,
    old: Side,
    new: Side,
}

/// What a report says about one of its sides: the name, and the text in which it finds lines.
struct Side {
    name: String,
    text: Option<String>,
}

impl Side {
    fn named(&self) -> Name<'_> {
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
/// Fails with a sentence if the two cannot be compared: that never looks like a clean result.
pub fn run(repository: &Repository, options: &Options, output: &mut Output) -> Result<Exit> {
    let Comparison { report, old, new } = match options {
        Options { docs: Some(page), .. } => with_page(repository, options, page, output)?,
        Options { base: Some(base), .. } => with_base(repository, options, base, output)?,
        Options { against: Some(against), .. } => with_document(repository, options, against, output)?,
        _ => bail!("name what to compare with: --against SOURCE, --base REV or --docs PAGE"),
    };
    let names = Names { old: old.named(), new: new.named() };
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
fn with_page(
    repository: &Repository,
    options: &Options,
    page: &str,
    output: &mut Output,
) -> Result<Comparison> {
    let source = SpecSource::parse_in(repository.root(), page)?;
    let text = output.with_spinner("reading the page", || source.read_text())?;
    let old = old(repository, options, output)?;
    let selection = Selection::tagged(&repository.profile);
    let spec = Subset::extract(old.value.clone(), &selection)
        .with_context(|| format!("cannot use {}", old.name()))?
        .spec;
    let mut report = Report::default();
    report.findings = published_page::compare(&repository.profile, &spec, &text)
        .with_context(|| format!("cannot use {source}"))?;
    if let Some(accepted) = accepted(repository)? {
        accepted.filter(published_page::is_rule).apply(&mut report);
    }
    let page = Side { name: source.to_string(), text: None };
    Ok(Comparison { report, old: old.into(), new: page })
}

/// Compares the point where this work began with what is here.
fn with_base(
    repository: &Repository,
    options: &Options,
    base: &str,
    output: &mut Output,
) -> Result<Comparison> {
    let (old, version) = spec_source::at_merge_base(repository.root(), base)?;
    let new = spec_source::committed(repository.root())?;
    // What is accepted of the published API is seldom part of this work.
    let accepted = accepted(repository)?.map(Accepted::ignore_stale);
    // A version that has been raised since is this work's own doing.
    let report = output.with_spinner("comparing", || {
        compare(repository, options, (&old, &new), accepted, version.as_deref())
    })?;
    Ok(Comparison { report, old: old.into(), new: new.into() })
}

/// Compares the specification with another one.
fn with_document(
    repository: &Repository,
    options: &Options,
    against: &str,
    output: &mut Output,
) -> Result<Comparison> {
    if against == "-" && options.spec.as_deref() == Some("-") {
        bail!("standard input can be only one of the two documents");
    }
    let old = old(repository, options, output)?;
    let new = spec_source::read(repository.root(), against, output)?;
    let accepted = accepted(repository)?;
    let version = manifest::read_version(repository.root());
    let report = output.with_spinner("comparing", || {
        compare(repository, options, (&old, &new), accepted, version.as_deref())
    })?;
    Ok(Comparison { report, old: old.into(), new: new.into() })
}

fn old(repository: &Repository, options: &Options, output: &mut Output) -> Result<Document> {
    match &options.spec {
        Some(source) => spec_source::read(repository.root(), source, output),
        None => spec_source::committed(repository.root()),
    }
}

/// Reads the accepted findings, if there are any.
fn accepted(repository: &Repository) -> Result<Option<Accepted>> {
    let path = repository.root().join(ACCEPTED);
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(Accepted::parse_with(&text, ACCEPTED, published_page::RULES)?)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {ACCEPTED}")),
    }
}

fn compare(
    repository: &Repository,
    options: &Options,
    (old, new): (&Document, &Document),
    accepted: Option<Accepted>,
    version: Option<&str>,
) -> Result<Report> {
    let report = if options.whole { compare_all(old, new) } else { compare_ours(repository, old, new) };
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

/// Compares the operations that this crate is for. Whole documents are compared, so that an operation that left them for
/// another tag is not taken for a removed one.
fn compare_ours(repository: &Repository, old: &Document, new: &Document) -> Result<Report> {
    let tags = repository.profile.tags;
    let ours = openapi_drift::Options {
        tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
        exclude_internal: true,
    };
    let report = openapi_drift::compare(
        &extract::without_noise(&old.value),
        &extract::without_noise(&new.value),
        &ours,
    )?;
    if !report.findings.iter().any(|finding| MOVES.contains(&finding.rule.name)) {
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
