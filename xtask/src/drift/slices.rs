//! What only our slice of a document knows: operations that left it without being gone, and secrets.

use serde_json::Value;

use super::compare::get;
use super::finding::Finding;
use super::rules::{Direction, Rule};
use super::rust::RustSide;
use crate::generate::{Complaint, Secrets, secrets, spec::operation_objects};

/// Tells operations that left or joined the slice from those that are gone or new.
pub(crate) fn explain(findings: &mut [Finding], old: &Value, new: &Value) {
    let has = |document: &Value, id: &str| {
        operation_objects(document).any(|(_, _, operation)| get(operation, "operationId") == id)
    };
    for finding in findings {
        let Some(operation) = &finding.operation else { continue };
        match finding.rule {
            Rule::OperationRemoved if has(new, &operation.id) => finding.rule = Rule::OperationLeft,
            Rule::OperationAdded if has(old, &operation.id) => finding.rule = Rule::OperationEntered,
            _ => {}
        }
    }
}

/// Finds secrets that went or changed their type, and strings that look secret and are not decided on.
pub(crate) fn secrets(old: &Value, new: &Value, table: &Secrets) -> Vec<Finding> {
    let lost = |spec: &Value| secrets::mark(&mut spec.clone(), table);
    let undecided = |spec: &Value| secrets::unlisted(spec, table);
    let mut findings = Vec::new();
    for (rule, before, after) in
        [(Rule::SecretLost, lost(old), lost(new)), (Rule::SecretUndecided, undecided(old), undecided(new))]
    {
        findings.extend(after.iter().filter(|it| !before.contains(it)).map(|it| finding(rule, it)));
    }
    findings
}

/// What the generated code shows that the documents did not.
pub(crate) fn rust(rust: &RustSide, findings: &[Finding]) -> Vec<Finding> {
    let unexplained = rust.unexplained(findings).map(|change| {
        let (before, after) = (Value::from(change.before.clone()), Value::from(change.after.clone()));
        Finding { before, after, ..bare(Rule::RustOnly, change.item.clone()) }
    });
    let complaints = rust.complaints.iter().map(|it| finding(Rule::GeneratorComplains, it));
    unexplained.chain(complaints).collect()
}

fn finding(rule: Rule, complaint: &Complaint) -> Finding {
    Finding { after: Value::from(complaint.problem.as_str()), ..bare(rule, complaint.place.clone()) }
}

fn bare(rule: Rule, subject: String) -> Finding {
    Finding {
        rule,
        direction: Direction::Response,
        operation: None,
        component: None,
        reached_by: Vec::new(),
        subject,
        old: None,
        new: None,
        before: Value::Null,
        after: Value::Null,
    }
}
