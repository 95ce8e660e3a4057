//! `cargo xtask drift`: what a different specification changes for callers.
//!
//! Difference first, judgement second: both documents are walked side by side, so that every difference is known by
//! construction; then the table in `rules` says what each one means. What no rule knows counts as breaking.

mod accepted;
mod advice;
mod alternatives;
mod compare;
mod document;
mod fields;
mod finding;
mod flatten;
mod github;
mod json;
mod markdown;
mod matching;
mod media;
mod names;
mod operation;
mod page;
mod parameters;
mod place;
mod reach;
mod rules;
mod rust;
mod schema;
mod slices;
mod text;
mod values;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use serde_json::Value;

use crate::Repository;
use crate::generate::Secrets;
use crate::generate::spec::operations;
use crate::screen::{Exit, Screen};
use crate::slice::slice;
use crate::source::{self, SPECIFICATION};
use crate::sources;
use crate::wrappers::Wrappers;

use finding::{Finding, Report};
use github::Committed;
pub use rules::Level;
use rust::RustSide;

/// What to compare, and how to answer.
#[derive(Args, Clone, Debug)]
#[command(group(clap::ArgGroup::new("other").required(true).args(["against", "base", "docs"])))]
pub struct Options {
    /// The new specification: an http(s) URL, a file (JSON or YAML), or a git revision
    #[arg(long, value_name = "SOURCE")]
    pub against: Option<String>,
    /// A branch or revision that this work is to be merged into: compares what stood where they parted with what is here
    #[arg(long, value_name = "REV", conflicts_with = "spec")]
    pub base: Option<String>,
    /// The API's own published reference page in Markdown, a URL or a file, to hold against the specification instead
    #[arg(long, value_name = "PAGE")]
    pub docs: Option<String>,
    /// The old specification, in place of the committed one
    #[arg(long, value_name = "SOURCE")]
    pub spec: Option<String>,
    /// How to answer
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// From which level on to fail; breaking unless given, or with --docs any disagreement
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub fail_on: Option<FailOn>,
    /// Compare whole documents, not just their public auth operations
    #[arg(long)]
    pub whole: bool,
}

/// How to answer.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
    /// For a comment on a pull request, or a job's summary.
    Markdown,
    /// For annotations of a GitHub workflow.
    Github,
}

/// From which level on to fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// What breaks callers.
    Breaking,
    /// Any change of the contract.
    Additive,
    /// Any difference at all.
    Docs,
    /// Nothing.
    Never,
}

/// What the specification is compared with.
enum With {
    /// Another document.
    Document,
    /// What stood where this work began, with the version of then.
    Base(Option<String>),
    /// A published page.
    Page,
}

/// Compares, and answers.
///
/// # Errors
///
/// Fails with a sentence when the two cannot be compared: that never looks like a clean answer.
pub fn run(repository: &Repository, options: &Options, screen: &mut Screen) -> Result<Exit> {
    let name = options.spec.as_deref().unwrap_or(SPECIFICATION);
    let (report, spec, committed) = if let Some(page) = &options.docs {
        let text = source::read_text(page, screen)?;
        let old = read(repository, options.spec.as_deref(), screen)?;
        let spec =
            slice(old).with_context(|| format!("{} cannot be used", source::without_password(name)))?.spec;
        let page = source::without_password(page);
        let findings = page::compare(&spec, &text).with_context(|| format!("{page} cannot be used"))?;
        (report(repository, findings, None, With::Page)?, spec, Committed::Old)
    } else if let Some(base) = &options.base {
        let (old, version) = source::at_merge_base(repository.root(), base)?;
        let new = read(repository, None, screen)?;
        let report = screen.during("comparing", || {
            compare((base, &old), (SPECIFICATION, &new), repository, options.whole, With::Base(version))
        })?;
        (report, new, Committed::New)
    } else if let Some(against) = &options.against {
        let old = read(repository, options.spec.as_deref(), screen)?;
        let new = source::read(repository.root(), against, screen)?;
        let report = screen.during("comparing", || {
            compare((name, &old), (against, &new), repository, options.whole, With::Document)
        })?;
        (report, old, Committed::Old)
    } else {
        bail!("name what to compare with: --against SOURCE, --base REV or --docs PAGE");
    };
    match options.format {
        Format::Text => text::write(&report, screen)?,
        Format::Json => screen.say(json::render(&report)?)?,
        Format::Markdown => screen.say(markdown::render(&report).trim_end())?,
        Format::Github => screen.say(github::render(&report, &spec, committed).trim_end())?,
    }
    let default = if options.docs.is_some() { FailOn::Docs } else { FailOn::Breaking };
    let threshold = match options.fail_on.unwrap_or(default) {
        FailOn::Breaking => Level::Breaking,
        FailOn::Additive => Level::Additive,
        FailOn::Docs => Level::Docs,
        FailOn::Never => return Ok(Exit::Clean),
    };
    Ok(if report.verdict().is_some_and(|it| it >= threshold) { Exit::Person } else { Exit::Clean })
}

/// Compares whole documents, and returns the worst level, if anything differs.
pub fn verdict(old: &Value, new: &Value) -> Option<Level> {
    document::compare(old, new).iter().map(Finding::level).max()
}

/// Compares the code that is generated from two of our slices, and returns how many items differ.
///
/// # Errors
///
/// Fails when no code can be generated.
pub fn changed_items(old: &Value, new: &Value) -> Result<usize> {
    let rust = rust::compare(old, new, &Secrets { secret: &[], not_secret: &[] })?;
    match rust.unreadable {
        Some(reason) => bail!(reason),
        None => Ok(rust.changes.len()),
    }
}

/// Says what changes from one of our slices to another, a line each.
pub(crate) fn in_words(old: &Value, new: &Value) -> Vec<String> {
    let line = |finding: &Finding| {
        let scope = match (&finding.operation, &finding.component) {
            (Some(operation), _) => operation.id.clone(),
            (None, Some(component)) => compare::named(component),
            (None, None) => String::new(),
        };
        // What is the subject itself is not named twice.
        let scope = if scope.is_empty() || scope == finding.subject { String::new() } else { scope + ", " };
        format!("[{}] {scope}{}{}", finding.level().name(), finding.message(), text::change(finding))
    };
    document::compare(old, new).iter().map(line).collect()
}

/// Says which wrappers stand on generated code that changes from one of our slices to another: whether they still fit,
/// only a person sees. Those whose operation comes, goes or is renamed have rules of their own.
///
/// # Errors
///
/// Fails when one of the two gives no code to compare, such as a committed document that is broken.
pub(crate) fn concerned(repository: &Repository, old: &Value, new: &Value) -> Result<Vec<String>> {
    let rust = rust::compare(old, new, &repository.secrets)?;
    if let Some(reason) = rust.unreadable {
        bail!(reason);
    }
    let wrappers = Wrappers::read(&sources::read(repository.root())?, &[]);
    let (findings, accepted) = (document::compare(old, new), Vec::new());
    let report = Report { findings, accepted, rust: Some(rust), wrappers, advice: None };
    let ids = |spec| operations(spec).map(|all| all.into_iter().map(|it| it.id).collect::<BTreeSet<_>>());
    let (before, after) = (ids(old)?, ids(new)?);
    let mut items = BTreeMap::<_, BTreeSet<_>>::new();
    for finding in &report.findings {
        for wrapper in report.wrappers(finding) {
            if wrapper.ids.iter().any(|id| before.contains(id) && after.contains(id)) {
                items.entry((&wrapper.name, &wrapper.file)).or_default().extend(report.items(finding));
            }
        }
    }
    items.retain(|_, items| !items.is_empty());
    let line = |((name, file), items): ((&String, &String), BTreeSet<String>)| {
        let items = items.into_iter().collect::<Vec<_>>().join(", ");
        format!("{name} in {file} may no longer fit: {items}")
    };
    Ok(items.into_iter().map(line).collect())
}

fn read(repository: &Repository, from: Option<&str>, screen: &mut Screen) -> Result<Value> {
    match from {
        Some(source) => source::read(repository.root(), source, screen),
        None => source::parse(&source::read_file(&repository.root().join(SPECIFICATION))?)
            .context(format!("{SPECIFICATION} cannot be used")),
    }
}

/// Compares two documents, each with its name.
fn compare(
    (old_name, old): (&str, &Value),
    (new_name, new): (&str, &Value),
    repository: &Repository,
    whole: bool,
    with: With,
) -> Result<Report> {
    let name = |name: &str| format!("{} cannot be used", source::without_password(name));
    if whole {
        for (it, of) in [(old, old_name), (new, new_name)] {
            crate::generate::spec::check_version(it).with_context(|| name(of))?;
        }
        return report(repository, document::compare(old, new), None, with);
    }
    let before = slice(old.clone()).with_context(|| name(old_name))?.spec;
    let after = slice(new.clone()).with_context(|| name(new_name))?.spec;
    let mut findings = document::compare(&before, &after);
    slices::explain(&mut findings, old, new);
    findings.extend(slices::secrets(&before, &after, &repository.secrets));
    let rust = rust::compare(&before, &after, &repository.secrets)?;
    findings.extend(slices::rust(&rust, &findings));
    report(repository, findings, Some(rust), with)
}

/// Adds to the findings what follows from them.
fn report(
    repository: &Repository,
    mut findings: Vec<Finding>,
    rust: Option<RustSide>,
    with: With,
) -> Result<Report> {
    let root = repository.root();
    let wrappers = match &rust {
        Some(_) => Wrappers::read(&sources::read(root)?, &[]),
        None => Wrappers::default(),
    };
    let accepted = accepted::apply(root, &mut findings, &with)?;
    let version = match with {
        // What has been raised since is this work's own doing.
        With::Base(version) => version,
        With::Document | With::Page => source::version(root),
    };
    let advice = rust.as_ref().map(|rust| advice::advise(&findings, rust, version.as_deref()));
    Ok(Report { findings, accepted, rust, wrappers, advice })
}
