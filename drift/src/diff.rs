//! The comparison: walks two documents side by side and reports every difference with the rule that judges it.
//!
//! Schemas are compared from a work queue, each pair once for each mode, so that shared and recursive schemas cost what
//! they are and no nesting is too deep. A difference is located by the address of a value; the pointers follow at the
//! end, in one pass over each document.

mod annotations;
mod callbacks;
mod choices;
mod components;
mod content;
mod discriminator;
mod disjoint;
mod draft;
mod location;
mod matching;
mod object;
mod operations;
mod parameters;
mod plain;
mod responses;
mod rewrites;
mod scalars;
mod schemas;
mod security;
mod selection;
mod servers;
mod stable;

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::ptr;

use serde_json::Value;

use crate::document::schema::Node;
use crate::document::types::Types;
use crate::document::{Document, Index};
use crate::error::Error;
use crate::finding::Report;
use crate::rules::{self, Direction, Effect};
use crate::{FILES, NUMBERS, Options};
use draft::{Draft, Place};
use matching::Matched;
use stable::Stable;

/// How values travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Mode {
    pub(crate) direction: Direction,
    pub(crate) wire: Wire,
    /// The types that are compared; others are compared with something else.
    pub(crate) only: Types,
}

impl Mode {
    pub(crate) fn new(direction: Direction, wire: Wire) -> Self {
        Self { direction, wire, only: Types::ALL }
    }
}

/// How values are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Wire {
    Json,
    /// As text without types, such as in a query.
    Text,
    Xml,
}

/// A pair of schemas to compare.
type Pair<'d> = (Node<'d>, Node<'d>, Mode);
type Key = (Vec<*const Value>, Vec<*const Value>, Mode);

/// How the values that one schema allows relate to those of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    Equal,
    /// The second allows more.
    Wider,
    /// The second allows less.
    Narrower,
    Different,
}

pub(crate) struct Differ<'d, 's> {
    old: Document<'d>,
    new: Document<'d>,
    stable: &'s Stable<'d>,
    drafts: Vec<Draft<'d>>,
    queue: VecDeque<Pair<'d>>,
    visited: HashSet<Key>,
    /// The operations of both documents, matched.
    matched: Matched<'d>,
    /// Spellings that were found to mean the same.
    rewrites: BTreeSet<&'static str>,
    /// The property that a schema is of, by the address of the schema.
    properties: HashMap<*const Value, &'d str>,
    /// How deep this is inside of comparisons on trial.
    trial: usize,
}

/// The dialects of JSON Schema that the comparison reads.
const DIALECTS: [&str; 2] =
    ["https://spec.openapis.org/oas/3.1/dialect/base", "https://json-schema.org/draft/2020-12/schema"];

/// Pairs that a comparison on trial may take before it gives up, and how deep trials nest.
const MAX_TRIAL: usize = 500;
const MAX_TRIAL_DEPTH: usize = 2;

/// Compares two documents.
pub(crate) fn compare(old: &Value, new: &Value, options: &Options) -> Result<Report, Error> {
    let indexes = (Index::new(old), Index::new(new));
    let (old, new) = (
        Document::new(old, &indexes.0).map_err(|error| error.context("the old document"))?,
        Document::new(new, &indexes.1).map_err(|error| error.context("the new document"))?,
    );
    if old.root == new.root {
        return Ok(Report::default());
    }
    let stable = Stable::new(old, new);
    let mut differ = Differ::new(old, new, &stable);
    differ.document();
    let (drafts, matched, rewrites) = (differ.drafts, differ.matched, differ.rewrites);
    let mut report =
        Report { findings: location::findings(old, new, drafts, &matched, options), ..Report::default() };
    selection::restrict(&mut report, &matched, options);
    if report.findings.is_empty() && options.tags.is_empty() && !options.exclude_internal {
        let mut rewrites = rewrites;
        if old.root.get(FILES) != new.root.get(FILES) {
            rewrites.insert("parts of other files that nothing uses");
        }
        report.findings.push(location::rewritten(&rewrites));
    }
    Ok(report)
}

impl<'d, 's> Differ<'d, 's> {
    fn new(old: Document<'d>, new: Document<'d>, stable: &'s Stable<'d>) -> Self {
        Self {
            old,
            new,
            stable,
            drafts: Vec::new(),
            queue: VecDeque::new(),
            visited: HashSet::new(),
            matched: Matched::default(),
            rewrites: BTreeSet::new(),
            properties: HashMap::new(),
            trial: 0,
        }
    }

    fn document(&mut self) {
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
            let places = (Some(Place::of(old)), Some(Place::of(new)));
            let values = (versions.0.unwrap_or_default(), versions.1.unwrap_or_default());
            self.report(&rules::VERSION_CHANGED, Direction::Request, places, values);
        }
        self.servers((old, new));
        self.operations();
        self.drain_queue();
        self.components();
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

    /// Notes a pair of schemas down, to be compared once for each mode.
    pub(crate) fn push(&mut self, old: Node<'d>, new: Node<'d>, mode: Mode) {
        if let ([one], [other]) = (old.as_slice(), new.as_slice())
            && self.stable.same(one, other)
        {
            return;
        }
        let addresses = |node: &Node<'d>| {
            let mut all: Vec<_> = node.iter().map(|value| ptr::from_ref(*value)).collect();
            all.sort_unstable();
            all.dedup();
            all
        };
        if self.visited.insert((addresses(&old), addresses(&new), mode)) {
            self.queue.push_back((old, new, mode));
        }
    }

    fn drain_queue(&mut self) {
        while let Some((old, new, mode)) = self.queue.pop_front() {
            self.schemas(&old, &new, mode);
        }
    }

    /// Compares two schemas on trial, to learn how the values that they allow relate.
    pub(crate) fn relation(&self, old: &Node<'d>, new: &Node<'d>, mode: Mode) -> Relation {
        if self.trial >= MAX_TRIAL_DEPTH {
            return Relation::Different;
        }
        let mut differ = Differ::new(self.old, self.new, self.stable);
        differ.trial = self.trial + 1;
        differ.push(old.clone(), new.clone(), mode);
        let (mut widens, mut narrows) = (false, false);
        let mut left = MAX_TRIAL;
        while let Some((old, new, mode)) = differ.queue.pop_front() {
            differ.schemas(&old, &new, mode);
            for draft in differ.drafts.drain(..) {
                match draft.rule.effect {
                    Effect::Widens => widens = true,
                    Effect::Narrows => narrows = true,
                    Effect::Replaces => return Relation::Different,
                    Effect::Neutral => {}
                }
            }
            left -= 1;
            if left == 0 || (widens && narrows) {
                return Relation::Different;
            }
        }
        match (widens, narrows) {
            (false, false) => Relation::Equal,
            (true, false) => Relation::Wider,
            (false, true) => Relation::Narrower,
            (true, true) => Relation::Different,
        }
    }
}

/// Returns the keys of both objects, each once, sorted.
pub(crate) fn union<'d>(old: &'d Value, new: &'d Value) -> BTreeSet<&'d str> {
    let both = [old, new].into_iter().filter_map(Value::as_object);
    both.flat_map(|object| object.keys().map(String::as_str)).collect()
}
