//! Restricts a report to the selected operations.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::matching::{Matched, to_reported};
use crate::Options;
use crate::document::operation::OperationRef;
use crate::document::{DocumentView, elements, flag};
use crate::error::Error;
use crate::finding::{Change, Finding, Report, Subject};
use crate::rules::{self, Direction, Rule};

/// Removes findings that affect no selected operation, and reports operations that left or entered the selection.
pub(crate) fn restrict(report: &mut Report, matched: &Matched<'_>, options: &Options) {
    if options.tags.is_empty() && !options.exclude_internal {
        return;
    }
    let is_selected = |operation: &OperationRef<'_>| selects(options, operation);
    let pairs = matched.pairs.iter();
    let names = |operation: &Option<OperationRef<'_>>| operation.filter(&is_selected).is_some();
    let selected: BTreeSet<_> = pairs
        .filter(|(old, new)| names(old) || names(new))
        .filter_map(|(old, new)| to_reported(old.as_ref(), new.as_ref()))
        .collect();
    report.findings.retain_mut(|finding| {
        // Findings about the whole document, such as its servers, name no operations.
        let is_global = finding.subject == Subject::Document && finding.operations.is_empty();
        finding.operations.retain(|it| selected.contains(it));
        is_global || !finding.operations.is_empty()
    });
    for (before, after) in &matched.pairs {
        let (Some(before), Some(after)) = (before, after) else { continue };
        let rule = match (is_selected(before), is_selected(after)) {
            (true, false) if internal(after) && !internal(before) => &rules::OPERATION_BECAME_INTERNAL,
            (true, false) => &rules::OPERATION_LEFT_SUBSET,
            (false, true) => &rules::OPERATION_ENTERED_SUBSET,
            _ => continue,
        };
        report.findings.push(moved(rule, before, after));
    }
    report.findings.sort_by_cached_key(|it| (it.subject.clone(), std::cmp::Reverse(it.level)));
}

fn moved(rule: &'static Rule, before: &OperationRef<'_>, after: &OperationRef<'_>) -> Finding {
    let tags = |operation: &OperationRef<'_>| {
        let tags: Vec<&str> =
            elements(operation.value.get("tags")).iter().filter_map(Value::as_str).collect();
        let internal = if internal(operation) { ", internal" } else { "" };
        if tags.is_empty() {
            json!(format!("no tag{internal}"))
        } else {
            json!(format!("tag {}{internal}", tags.join(", ")))
        }
    };
    let subject = to_reported(Some(before), Some(after)).map_or(Subject::Document, Subject::Operation);
    let change = Change::Replaced(tags(before), tags(after));
    let mut finding = Finding::new(rule, Direction::Request, subject, "", change);
    finding.old = Some(format!("#{}", before.pointer()));
    finding.new = Some(format!("#{}", after.pointer()));
    finding
}

pub(crate) fn selects(options: &Options, operation: &OperationRef<'_>) -> bool {
    let has_tag = || {
        let tags = elements(operation.value.get("tags"));
        tags.iter().any(|tag| options.tags.iter().any(|wanted| tag == wanted))
    };
    !(options.exclude_internal && internal(operation)) && (options.tags.is_empty() || has_tag())
}

fn internal(operation: &OperationRef<'_>) -> bool {
    flag(operation.value, "x-internal") || flag(operation.item, "x-internal")
}

/// Fails if no operation has one of the tags. Otherwise, a misspelled tag would look like an empty report.
pub(crate) fn check(documents: [DocumentView<'_>; 2], options: &Options) -> Result<(), Error> {
    if options.tags.is_empty() {
        return Ok(());
    }
    let operations: Vec<OperationRef<'_>> =
        documents.into_iter().flat_map(DocumentView::operations).collect();
    let is_known = |tag: &&String| {
        operations.iter().any(|operation| elements(operation.value.get("tags")).contains(&json!(tag)))
    };
    match options.tags.iter().find(|tag| !is_known(tag)) {
        Some(tag) => Err(Error::new(format!("no operation of either document has the tag {tag:?}"))),
        None => Ok(()),
    }
}
