//! Compares two documents: walks them side by side and reports every difference under a rule.
//!
//! Schemas are compared from a work queue, each pair once per mode. So shared and recursive schemas are compared once, and
//! deep nesting cannot overflow the stack. Differences are located by the address of a value. The JSON pointers are
//! computed at the end, in one pass over each document.

mod annotations;
mod became_choice;
mod callbacks;
mod choices;
mod components;
mod content;
mod describe;
mod discriminator;
mod disjoint;
mod draft;
mod effective_parameters;
mod findings;
mod matching;
mod object;
mod operations;
mod parameters;
mod properties;
mod relation;
mod responses;
mod rewrites;
mod scalars;
mod schemas;
mod security;
mod selection;
mod servers;
mod subjects;
mod unchanged;
mod uses;

use std::collections::{BTreeSet, HashSet, VecDeque};
use std::ptr;

use serde_json::Value;

use crate::document::operation::OperationRef;
use crate::document::schema::Node;
use crate::document::types::Types;
use crate::document::{DocumentView, Index};
use crate::error::Error;
use crate::finding::Report;
use crate::rules::{self, Direction};
use crate::{FILES, NUMBERS, Options};
use draft::{Draft, Location};
use matching::Matched;
use relation::{Cache, Relation};
use subjects::Subjects;
use unchanged::Unchanged;
use uses::Uses;

/// How values are sent: in which direction and in which format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Mode {
    pub(crate) direction: Direction,
    pub(crate) wire: Wire,
    /// The types to compare. Others are compared with another schema.
    pub(crate) only: Types,
}

impl Mode {
    pub(crate) fn new(direction: Direction, wire: Wire) -> Self {
        Self { direction, wire, only: Types::ALL }
    }
}

/// The format of values on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Wire {
    Json,
    /// Untyped text, such as in a query.
    Text,
    Xml,
}

/// A pair of schemas to compare, and the name of their property, if any. Defaults are compared with the property.
type Pair<'d> = (Node<'d>, Node<'d>, Mode, Option<&'d str>);
type Key<'d> = (Vec<*const Value>, Vec<*const Value>, Mode, Option<&'d str>);

pub(crate) struct Differ<'d, 's> {
    old: DocumentView<'d>,
    new: DocumentView<'d>,
    unchanged: &'s Unchanged<'d>,
    uses: &'s [Uses<'d>; 2],
    cache: &'s Cache<'d>,
    drafts: Vec<Draft<'d>>,
    queue: VecDeque<Pair<'d>>,
    visited: HashSet<Key<'d>>,
    /// The queue of callbacks to compare.
    callbacks: Vec<(OperationRef<'d>, OperationRef<'d>, Direction)>,
    visited_callbacks: HashSet<(*const Value, *const Value, Direction)>,
    /// The matched operations of both documents.
    matched: Matched<'d>,
    /// The kinds of equivalent rewrites that were found.
    rewrites: BTreeSet<&'static str>,
    /// The nesting depth of [`relation`](Differ::relation) calls; 0 for the main comparison.
    depth: usize,
}

/// The supported dialects of JSON Schema.
const DIALECTS: [&str; 2] =
    ["https://spec.openapis.org/oas/3.1/dialect/base", "https://json-schema.org/draft/2020-12/schema"];

/// Compares two documents.
pub(crate) fn compare_documents(old: &Value, new: &Value, options: &Options) -> Result<Report, Error> {
    let indexes = (Index::new(old), Index::new(new));
    let (old, new) = (
        DocumentView::new(old, &indexes.0).map_err(|error| error.context("the old document"))?,
        DocumentView::new(new, &indexes.1).map_err(|error| error.context("the new document"))?,
    );
    selection::check([old, new], options)?;
    if old.root == new.root {
        return Ok(Report::default());
    }
    let unchanged = Unchanged::new(old, new);
    let (uses, cache) = ([Uses::new(old), Uses::new(new)], Cache::default());
    let mut differ = Differ::new(old, new, &unchanged, &uses, &cache);
    differ.compare_root();
    let (drafts, matched, rewrites) = (differ.drafts, differ.matched, differ.rewrites);
    let subjects = Subjects::new([old, new], &matched, &uses, options);
    let findings = findings::findings(old, new, drafts, &subjects);
    let mut report = Report { findings, ..Report::default() };
    selection::restrict(&mut report, &matched, options);
    if report.findings.is_empty() && options.tags.is_empty() && !options.exclude_internal {
        let mut rewrites = rewrites;
        if old.root.get(FILES) != new.root.get(FILES) {
            rewrites.insert("parts of new_value files that nothing uses");
        }
        report.findings.push(findings::equivalent_rewrite(&rewrites));
    }
    Ok(report)
}

impl<'d, 's> Differ<'d, 's> {
    fn new(
        old: DocumentView<'d>,
        new: DocumentView<'d>,
        unchanged: &'s Unchanged<'d>,
        uses: &'s [Uses<'d>; 2],
        cache: &'s Cache<'d>,
    ) -> Self {
        Self {
            old,
            new,
            unchanged,
            uses,
            cache,
            drafts: Vec::new(),
            queue: VecDeque::new(),
            visited: HashSet::new(),
            callbacks: Vec::new(),
            visited_callbacks: HashSet::new(),
            matched: Matched::default(),
            rewrites: BTreeSet::new(),
            depth: 0,
        }
    }

    fn compare_root(&mut self) {
        let (old, new) = (self.old.root, self.new.root);
        for (keyword, rule) in [("externalDocs", &rules::DESCRIPTION_CHANGED), ("tags", &rules::TAGS_CHANGED)]
        {
            self.report_if_changed(rule, Direction::Request, (old, new), keyword);
        }
        let empty = &Value::Null;
        let info = (old.get("info").unwrap_or(empty), new.get("info").unwrap_or(empty));
        for keyword in union(info.0, info.1) {
            self.report_if_changed(&rules::INFO_CHANGED, Direction::Request, info, keyword);
        }
        let versions = (old.get("openapi").cloned(), new.get("openapi").cloned());
        if versions.0 != versions.1 {
            let locations = (Some(Location::of(old)), Some(Location::of(new)));
            let values = (versions.0.unwrap_or_default(), versions.1.unwrap_or_default());
            self.report(&rules::VERSION_CHANGED, Direction::Request, locations, values);
        }
        self.compare_servers((old, new));
        self.compare_operations();
        self.drain_queue();
        self.compare_components();
        let mut known = vec![
            "$self",
            "components",
            "externalDocs",
            "info",
            "openapi",
            "paths",
            "security",
            "servers",
            "tags",
            "webhooks",
            FILES,
            NUMBERS,
        ];
        let dialect =
            |root: &'d Value| root.get("jsonSchemaDialect").and_then(Value::as_str).unwrap_or(DIALECTS[0]);
        if [old, new].iter().all(|root| DIALECTS.contains(&dialect(root))) {
            if old.get("jsonSchemaDialect") != new.get("jsonSchemaDialect") {
                self.rewrites.insert("dialect");
            }
            known.push("jsonSchemaDialect");
        }
        self.report_unknown_keywords((old, new), &known, Direction::Request);
    }

    /// Queues a pair of schemas, unless it has been compared in this mode.
    pub(crate) fn push(&mut self, old: Node<'d>, new: Node<'d>, mode: Mode) {
        self.push_pair(old, new, mode, None);
    }

    /// Queues the schemas of a property, whose defaults have been compared. Its name matters only in XML.
    pub(crate) fn push_property(&mut self, name: &'d str, old: Node<'d>, new: Node<'d>, mode: Mode) {
        let name = if mode.wire == Wire::Xml { name } else { "" };
        self.push_pair(old, new, mode, Some(name));
    }

    fn push_pair(&mut self, old: Node<'d>, new: Node<'d>, mode: Mode, property: Option<&'d str>) {
        if let ([old_value], [new_value]) = (old.as_slice(), new.as_slice()) {
            if self.unchanged.contains(old_value, new_value) {
                return;
            }
            self.report_if_renamed(old_value, new_value);
        }
        // A schema is compared once, no matter how many references it has.
        let (old_target, new_target) = (self.old.target_of(&old), self.new.target_of(&new));
        if (old_target.is_some() || new_target.is_some()) && old != new {
            self.rewrites.insert("references and allOf");
        }
        let old = old_target.map_or(old, |target| vec![target]);
        let new = new_target.map_or(new, |target| vec![target]);
        let addresses = |node: &Node<'d>| {
            let mut all: Vec<_> = node.iter().map(|value| ptr::from_ref(*value)).collect();
            all.sort_unstable();
            all.dedup();
            all
        };
        if self.visited.insert((addresses(&old), addresses(&new), mode, property)) {
            self.queue.push_back((old, new, mode, property));
        }
    }

    fn drain_queue(&mut self) {
        while let Some((old, new, mode, property)) = self.queue.pop_front() {
            self.compare_schemas(&old, &new, mode, property);
        }
    }
}

/// Returns the keys of both objects, sorted and without duplicates.
pub(crate) fn union<'d>(old: &'d Value, new: &'d Value) -> BTreeSet<&'d str> {
    let both = [old, new].into_iter().filter_map(Value::as_object);
    both.flat_map(|object| object.keys().map(String::as_str)).collect()
}
