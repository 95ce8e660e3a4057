//! The command line.

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Parser, ValueEnum};

/// Compare two OpenAPI documents and report which changes break released clients
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
    /// Exit with 1 if a finding is at or above this level
    #[arg(long, value_enum, default_value_t, value_name = "LEVEL")]
    pub(crate) fail_on: FailOn,
    /// Read accepted findings and overridden levels from a drift.toml
    #[arg(long, value_name = "FILE")]
    pub(crate) accept: Option<PathBuf>,
    /// Report only on operations with this tag; may be repeated
    #[arg(long = "tag", value_name = "TAG", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) tags: Vec<String>,
    /// Exclude operations that are marked x-internal: true
    #[arg(long)]
    pub(crate) exclude_internal: bool,
    /// Also compare generated Rust clients (requires the feature progenitor)
    #[arg(
        long,
        value_enum,
        value_name = "STYLE",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "positional"
    )]
    pub(crate) rust: Option<RustStyle>,
    /// When to print colors; `NO_COLOR` is respected
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    pub(crate) color: Color,
    /// Print all rules, one per line
    #[arg(long, exclusive = true)]
    pub(crate) list: bool,
    /// Explain a rule, with an example
    #[arg(long, value_name = "ID", conflicts_with_all = ["old", "new"])]
    pub(crate) explain: Option<String>,
}

const USAGE: &str = "\
openapi-drift [OPTIONS] <OLD> <NEW>
       openapi-drift --list
       openapi-drift --explain <ID>";

const EXIT_CODES: &str = "\
Exit codes:
  0  all findings are below --fail-on
  1  a finding is at or above --fail-on
  2  the documents could not be compared";

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Format {
    /// Text for terminals and logs
    #[default]
    Text,
    /// JSON for programs
    Json,
    /// Markdown for comments and summaries
    Markdown,
    /// GitHub workflow annotations
    Github,
    /// SARIF 2.1.0 for code scanning
    Sarif,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum FailOn {
    /// Released clients may fail
    #[default]
    Breaking,
    /// Anything but documentation changed
    Additive,
    /// Anything changed
    Docs,
    /// Never exit with 1
    Never,
}

/// How the methods of a generated client accept parameters.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum RustStyle {
    /// As arguments of the method
    Positional,
    /// By methods of a builder
    Builder,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Color {
    /// If standard output is a terminal
    #[default]
    Auto,
    /// Even in files and pipes
    Always,
    /// Never
    Never,
}
