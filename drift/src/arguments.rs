//! The command line.

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Parser, ValueEnum};

/// Compare two OpenAPI documents and tell which changes break released clients
///
/// A document is a file (JSON or YAML), an http(s) URL, REV:PATH in the git repository of the working directory, or -
/// for standard input.
#[derive(Debug, Parser)]
#[command(version, override_usage = USAGE, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// The old document, such as origin/main:openapi.yaml
    #[arg(required_unless_present_any = ["list", "explain"])]
    pub(crate) old: Option<String>,
    /// The new document, such as openapi.yaml
    #[arg(required_unless_present_any = ["list", "explain"])]
    pub(crate) new: Option<String>,
    /// Output format
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: Format,
    /// Exit with 1 at or above this level
    #[arg(long, value_enum, default_value_t, value_name = "LEVEL")]
    pub(crate) fail_on: FailOn,
    /// Read accepted findings and levels of rules from a drift.toml
    #[arg(long, value_name = "FILE")]
    pub(crate) accept: Option<PathBuf>,
    /// Report only on operations with this tag; may be repeated
    #[arg(long = "tag", value_name = "TAG", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) tags: Vec<String>,
    /// Leave out operations that are marked x-internal: true
    #[arg(long)]
    pub(crate) exclude_internal: bool,
    /// Compare the generated Rust clients too
    #[arg(
        long,
        value_enum,
        value_name = "STYLE",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "positional"
    )]
    pub(crate) rust: Option<RustStyle>,
    /// When to print colors; the variable `NO_COLOR` is respected
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    pub(crate) color: Color,
    /// Print all rules, a line for each
    #[arg(long, exclusive = true)]
    pub(crate) list: bool,
    /// Print what a rule means, with an example
    #[arg(long, value_name = "ID", conflicts_with_all = ["old", "new"])]
    pub(crate) explain: Option<String>,
}

const USAGE: &str = "\
openapi-drift [OPTIONS] <OLD> <NEW>
       openapi-drift --list
       openapi-drift --explain <ID>";

const EXIT_CODES: &str = "\
Exit codes:
  0  all differences are below --fail-on
  1  a difference is at or above it
  2  the documents could not be compared";

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
    /// For comments and summaries
    Markdown,
    /// Annotations of GitHub workflows
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum FailOn {
    /// Released clients may fail
    #[default]
    Breaking,
    /// Anything beyond documentation
    Additive,
    /// Any difference
    Docs,
    /// Nothing
    Never,
}

/// How the methods of a generated client take their parameters.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum RustStyle {
    /// As arguments of the method
    Positional,
    /// By the methods of a builder
    Builder,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal
    #[default]
    Auto,
    /// Also in files and pipes
    Always,
    /// Nowhere
    Never,
}
