//! The comparison: walks two documents side by side and reports every difference with the rule that judges it.
//!
//! Schemas are compared from a work queue, each pair once for each mode, so that shared and recursive schemas cost what
//! they are and no nesting is too deep. A difference is located by the address of a value; the pointers follow at the
//! end, in one pass over each document.

mod choices;
mod components;
mod content;
mod location;
mod object;
mod operations;
mod parameters;
mod responses;
mod scalars;
mod schemas;
mod security;
mod selection;
mod stable;

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet, VecDeque};
use std::ptr;

use serde_json::Value;

use crate::document::Document;
use crate::document::number::equal;
use crate::document::schema::Node;
use crate::error::Error;
use crate::finding::{Change, Operation, Report};
use crate::rules::{self, Direction, Effect, Rule};
use crate::{FILES, Options};
use operations::Matched;
use stable::Stable;

/// How values travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Mode {
    pub(crate) direction: Direction,
    pub(crate) wire: Wire,
}

/// How values are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Wire {
    Json,
    /// As text without types, such as in a query.
    Text,
    Xml,
}

/// A place in one of the documents: a value, or where in it a keyword stands or would stand.
#[derive(Clone, Debug)]
pub(crate) struct Place<'d> {
    value: &'d Value,
    keyword: Option<Cow<'d, str>>,
}

/// A difference, before its locations are written out.
#[derive(Debug)]
pub(crate) struct Draft<'d> {
    rule: &'static Rule,
    direction: Direction,
    old: Option<Place<'d>>,
    new: Option<Place<'d>>,
    change: Change,
    /// The operations that a difference of the document as a whole concerns.
    operations: Vec<Operation>,
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
    /// The schemas whose defaults were compared with the property that they are of.
    judged_defaults: HashSet<*const Value>,
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
    let (old, new) = (
        Document::new(old).map_err(|error| error.context("the old document"))?,
        Document::new(new).map_err(|error| error.context("the new document"))?,
    );
    if old.root == new.root {
        return Ok(Report::default());
    }
    let stable = Stable::new(old, new);
    let mut differ = Differ::new(old, new, &stable);
    differ.document();
    let (drafts, matched, rewrites) = (differ.drafts, differ.matched, differ.rewrites);
    let mut report = Report { findings: location::findings(old, new, drafts, &matched), ..Report::default() };
    selection::restrict(&mut report, old, new, &matched, options);
    if report.findings.is_empty() && options.tags.is_empty() && !options.exclude_internal {
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
            judged_defaults: HashSet::new(),
            trial: 0,
        }
    }

    fn document(&mut self) {
        let (old, new) = (self.old.root, self.new.root);
        for (keyword, rule) in [
            ("externalDocs", &rules::DESCRIPTION_CHANGED),
            ("info", &rules::INFO_CHANGED),
            ("tags", &rules::TAGS_CHANGED),
        ] {
            self.report_if_changed(rule, Direction::Request, (old, new), keyword);
        }
        if self.old.version == self.new.version {
            let versions = (old.get("openapi"), new.get("openapi"));
            if versions.0 != versions.1 {
                self.report_if_changed(&rules::INFO_CHANGED, Direction::Request, (old, new), "openapi");
            }
        } else {
            self.report_if_changed(&rules::VERSION_CHANGED, Direction::Request, (old, new), "openapi");
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

    /// Reports a difference. Of values, null stands for none.
    pub(crate) fn report(
        &mut self,
        rule: &'static Rule,
        direction: Direction,
        places: (Option<Place<'d>>, Option<Place<'d>>),
        values: (Value, Value),
    ) {
        let change = match values {
            (Value::Null, after) => Change::Added(after),
            (before, Value::Null) => Change::Removed(before),
            (before, after) => Change::Replaced(before, after),
        };
        self.drafts.push(Draft {
            rule,
            direction,
            old: places.0,
            new: places.1,
            change,
            operations: Vec::new(),
        });
    }

    /// Reports a difference of a keyword of two values.
    pub(crate) fn report_keyword(
        &mut self,
        rule: &'static Rule,
        direction: Direction,
        (old, new): (&'d Value, &'d Value),
        keyword: &'d str,
    ) {
        let value = |it: &Value| it.get(keyword).cloned().unwrap_or_default();
        let places = (Some(Place::at(old, keyword)), Some(Place::at(new, keyword)));
        self.report(rule, direction, places, (value(old), value(new)));
    }

    /// Reports a keyword of two values if it differs.
    pub(crate) fn report_if_changed(
        &mut self,
        rule: &'static Rule,
        direction: Direction,
        (old, new): (&'d Value, &'d Value),
        keyword: &'d str,
    ) {
        let is_empty = |it: &&Value| match it {
            Value::Array(items) => items.is_empty(),
            Value::Object(object) => object.is_empty(),
            Value::Bool(false) | Value::Null => true,
            _ => false,
        };
        let value = |it: &'d Value| it.get(keyword).filter(|it| !is_empty(it));
        if value(old) != value(new) {
            self.report_keyword(rule, direction, (old, new), keyword);
        }
    }

    /// Reports differences of keywords that no comparison handles. None is passed over.
    pub(crate) fn report_unknown_keywords(
        &mut self,
        (old, new): (&'d Value, &'d Value),
        known: &[&str],
        direction: Direction,
    ) {
        for keyword in union(old, new) {
            let (before, after) = (old.get(keyword), new.get(keyword));
            if known.contains(&keyword) || before == after {
                continue;
            }
            if before.zip(after).is_some_and(|(before, after)| equal(before, after)) {
                self.rewrites.insert("numbers");
                continue;
            }
            let rule = if keyword.starts_with("x-") {
                &rules::EXTENSION_CHANGED
            } else {
                &rules::UNKNOWN_KEYWORD_CHANGED
            };
            self.report_keyword(rule, direction, (old, new), keyword);
        }
    }

    /// Resolves the references of two values that are not schemas. A reference that leads nowhere is reported.
    pub(crate) fn resolve(&mut self, old: &'d Value, new: &'d Value) -> Option<(&'d Value, &'d Value)> {
        match (self.old.resolve(old), self.new.resolve(new)) {
            (Some(old), Some(new)) => Some((old, new)),
            (None, None) if old == new => None,
            _ => {
                self.report_keyword(&rules::REFERENCE_BROKEN, Direction::Request, (old, new), "$ref");
                None
            }
        }
    }

    /// Reports words, examples and deprecation, which many objects have.
    pub(crate) fn described(&mut self, (old, new): (&'d Value, &'d Value)) {
        for (keyword, rule) in [
            ("description", &rules::DESCRIPTION_CHANGED),
            ("example", &rules::EXAMPLES_CHANGED),
            ("examples", &rules::EXAMPLES_CHANGED),
            ("externalDocs", &rules::DESCRIPTION_CHANGED),
        ] {
            self.report_if_changed(rule, Direction::Request, (old, new), keyword);
        }
        let deprecated = |it: &Value| crate::document::flag(it, "deprecated");
        self.deprecation(deprecated(old), deprecated(new), (old, new));
    }

    pub(crate) fn deprecation(&mut self, was: bool, is: bool, pair: (&'d Value, &'d Value)) {
        let rule = match (was, is) {
            (false, true) => &rules::DEPRECATED,
            (true, false) => &rules::REACTIVATED,
            _ => return,
        };
        self.report_keyword(rule, Direction::Request, pair, "deprecated");
    }
}

impl<'d> Place<'d> {
    /// A value itself.
    pub(crate) fn of(value: &'d Value) -> Self {
        Self { value, keyword: None }
    }

    /// Where a value has a keyword or would have it.
    pub(crate) fn at(value: &'d Value, keyword: impl Into<Cow<'d, str>>) -> Self {
        Self { value, keyword: Some(keyword.into()) }
    }
}

/// Returns the keys of both objects, each once, sorted.
pub(crate) fn union<'d>(old: &'d Value, new: &'d Value) -> BTreeSet<&'d str> {
    let both = [old, new].into_iter().filter_map(Value::as_object);
    both.flat_map(|object| object.keys().map(String::as_str)).collect()
}
