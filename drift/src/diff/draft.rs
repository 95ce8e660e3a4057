//! Records differences as drafts of findings.

use std::borrow::Cow;

use serde_json::Value;

use super::{Differ, union};
use crate::document::flag;
use crate::document::number::equal;
use crate::finding::{Change, Operation};
use crate::rules::{self, Direction, Rule, Scope};

/// A location in one of the documents: a value, or a keyword in it, whether present or not.
#[derive(Clone, Debug)]
pub(crate) struct Location<'d> {
    pub(crate) value: &'d Value,
    pub(crate) keyword: Option<Cow<'d, str>>,
}

/// A difference whose locations are not yet JSON pointers.
#[derive(Debug)]
pub(crate) struct Draft<'d> {
    pub(crate) rule: &'static Rule,
    pub(crate) direction: Direction,
    pub(crate) old: Option<Location<'d>>,
    pub(crate) new: Option<Location<'d>>,
    pub(crate) change: Change,
    /// The affected operations, if the difference is in the document as a whole.
    pub(crate) operations: Vec<Operation>,
}

impl<'d> Location<'d> {
    /// Returns the location of a value.
    pub(crate) fn of(value: &'d Value) -> Self {
        Self { value, keyword: None }
    }

    /// Returns the location of a keyword in a value, whether present or not.
    pub(crate) fn at(value: &'d Value, keyword: impl Into<Cow<'d, str>>) -> Self {
        Self { value, keyword: Some(keyword.into()) }
    }
}

impl<'d> Differ<'d, '_> {
    /// Reports a difference. A null value stands for a missing one.
    pub(crate) fn report(
        &mut self,
        rule: &'static Rule,
        direction: Direction,
        locations: (Option<Location<'d>>, Option<Location<'d>>),
        values: (Value, Value),
    ) {
        // Differences of whole operations or documents have the direction of the rule.
        let direction = match rule.scope {
            Scope::Both => direction,
            Scope::Request => Direction::Request,
            Scope::Response => Direction::Response,
        };
        let change = match values {
            (Value::Null, after) => Change::Added(after),
            (before, Value::Null) => Change::Removed(before),
            (before, after) => Change::Replaced(before, after),
        };
        self.drafts.push(Draft {
            rule,
            direction,
            old: locations.0,
            new: locations.1,
            change,
            operations: Vec::new(),
        });
    }

    /// Reports that a keyword of two values differs.
    pub(crate) fn report_keyword(
        &mut self,
        rule: &'static Rule,
        direction: Direction,
        (old, new): (&'d Value, &'d Value),
        keyword: &'d str,
    ) {
        let value = |it: &Value| it.get(keyword).cloned().unwrap_or_default();
        let locations = (Some(Location::at(old, keyword)), Some(Location::at(new, keyword)));
        self.report(rule, direction, locations, (value(old), value(new)));
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

    /// Reports all differences of keywords that no comparison handles.
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
            self.report_keyword(unknown_keyword(keyword), direction, (old, new), keyword);
        }
    }

    /// Resolves the references of two values that are not schemas. An unresolved reference is reported.
    pub(crate) fn resolve(&mut self, old: &'d Value, new: &'d Value) -> Option<(&'d Value, &'d Value)> {
        match (self.old.resolve(old), self.new.resolve(new)) {
            (Some(old), Some(new)) => Some((old, new)),
            (None, None) if old == new => {
                self.report_keyword(&rules::REFERENCE_UNRESOLVED, Direction::Request, (old, new), "$ref");
                None
            }
            _ => {
                self.report_keyword(&rules::REFERENCE_BROKEN, Direction::Request, (old, new), "$ref");
                None
            }
        }
    }

    /// Compares descriptions, examples and deprecation, which many objects have.
    pub(crate) fn compare_docs(&mut self, (old, new): (&'d Value, &'d Value)) {
        for (keyword, rule) in [
            ("description", &rules::DESCRIPTION_CHANGED),
            ("example", &rules::EXAMPLES_CHANGED),
            ("examples", &rules::EXAMPLES_CHANGED),
            ("externalDocs", &rules::DESCRIPTION_CHANGED),
        ] {
            self.report_if_changed(rule, Direction::Request, (old, new), keyword);
        }
        let deprecated = |it: &Value| flag(it, "deprecated");
        self.compare_deprecation(deprecated(old), deprecated(new), (old, new));
    }

    pub(crate) fn compare_deprecation(&mut self, was: bool, is: bool, pair: (&'d Value, &'d Value)) {
        let rule = match (was, is) {
            (false, true) => &rules::DEPRECATED,
            (true, false) => &rules::REACTIVATED,
            _ => return,
        };
        self.report_keyword(rule, Direction::Request, pair, "deprecated");
    }
}

/// Returns the rule for a changed keyword that no comparison handles.
pub(crate) fn unknown_keyword(keyword: &str) -> &'static Rule {
    if keyword.starts_with("x-") { &rules::EXTENSION_CHANGED } else { &rules::UNKNOWN_KEYWORD_CHANGED }
}
