//! Tests of the output formats.

use openapi_drift::render::{self, Name, Names};
use openapi_drift::{Change, Direction, Finding, Level, Note, Report, RustChange, RustReport, Subject};
use serde_json::{Value, json};

use crate::support::{CHANGED, NAMES, REMOVED, finding, many, operation, report, without_styles};

/// A report with all kinds of content.
pub(crate) fn full() -> Report {
    let mut removed = finding(Level::Breaking, "listPets", "field user.name", Change::Removed(json!("text")));
    removed.new = None;
    removed.notes.push(Note::new("wrapper", "Client::list_pets in src/client.rs"));
    let component = Subject::Component { kind: "schemas".into(), name: "Pet".into() };
    let change = Change::Replaced(json!("int32"), json!("int64"));
    let mut shared = Finding::new(&CHANGED, Direction::Response, component, "the format of field id", change);
    shared.operations = ["a", "b", "c", "d", "e"].map(operation).to_vec();
    shared.old = Some("#/components/schemas/Pet/properties/id".into());
    shared.new = Some("#/x-openapi-drift-files/schemas~1pet.yaml/Pet/properties/id".into());
    let docs = finding(Level::Docs, "getPet", "the summary", Change::Added(json!("Returns a pet")));
    let mut renamed = operation("newName");
    renamed.old_id = Some("oldName".into());
    let renamed = Finding::new(
        &CHANGED,
        Direction::Request,
        Subject::Operation(renamed),
        "",
        Change::Replaced(json!("oldName"), json!("newName")),
    );
    let mut report = report(vec![docs, renamed, removed, shared]);
    let accepted = finding(Level::Breaking, "addPet", "header X-Id", Change::Added(Value::Null));
    report.accepted.push((accepted, "Nobody sends it.".into()));
    report.notes.push(Note::new("version", "minor release"));
    let mut rust = RustReport::default();
    rust.changes.push(RustChange {
        item: "types::Pet.id".into(),
        before: Some("i32".into()),
        after: Some("i64".into()),
        level: Level::Breaking,
    });
    report.rust = Some(rust);
    report
}

#[test]
fn text_groups_by_subject_worst_first() {
    let expected = "\
listPets: GET /listPets
  breaking  field user.name is removed (text): The server ignores it
            [request-thing-removed] old #/paths/~1listPets/get
            wrapper: Client::list_pets in src/client.rs
schema Pet, used by a, b, c, d and others
  breaking  the format of field id changes (int32 -> int64): The client may not know the new value
            [response-thing-widened] old #/components/schemas/Pet/properties/id, new schemas/pet.yaml#/Pet/properties/id
newName (was oldName): GET /newName
  additive  newName changes (oldName -> newName): Old values are still accepted
            [request-thing-widened]
getPet: GET /getPet
  docs      the summary has other words (Returns a pet): Nobody is affected
            [thing-reworded] at #/paths/~1getPet/get
generated Rust code
  breaking  types::Pet.id changes (i32 -> i64)
accepted: header X-Id is removed [request-thing-removed]: \"Nobody sends it.\"
version: minor release
breaking: 2 breaking, 1 additive, 1 docs, 1 accepted; on the wire breaking, in Rust breaking (1 item)
";
    assert_eq!(without_styles(&render::text(&full(), &NAMES)), expected);
}

#[test]
fn text_reports_no_differences() {
    let text = without_styles(&render::text(&Report::default(), &NAMES));
    assert_eq!(text, "no differences between old.json and new.json\n");
}

#[test]
fn a_value_is_omitted_only_if_it_is_the_last_name() {
    let line = |part: &str, value: &str| {
        let report = report(vec![finding(Level::Breaking, "op", part, Change::Removed(json!(value)))]);
        without_styles(&render::text(&report, &NAMES)).lines().nth(1).unwrap().to_owned()
    };
    assert!(line("enum value cat", "cat").contains("enum value cat is removed: "));
    assert!(line("enum value cat of field kind", "cat").contains("kind is removed (cat): "));
    assert!(line("field concat", "cat").contains("field concat is removed (cat): "));
    assert!(line("the pattern", "in").contains("the pattern is removed (in): "));
}

#[test]
fn a_long_report_begins_with_a_summary() {
    assert!(!render::text(&many(100), &NAMES).contains("by rule"));
    let text = without_styles(&render::text(&many(900), &NAMES));
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("900 findings by rule"));
    assert_eq!(lines.next(), Some("  300 breaking  request-thing-removed"));
    assert_eq!(lines.next(), Some("  300 additive  request-thing-widened"));
    assert_eq!(lines.next(), Some("  300 docs      thing-reworded"));
    assert_eq!(lines.next(), Some("900 findings by operation"));
    assert_eq!(lines.next(), Some("  10 breaking, 10 additive, 10 docs  op0: GET /op0"));
    assert!(text.contains("  and 10 more\n"));
    // The list below the summary is complete.
    assert!((0..900).all(|index| text.contains(&format!("field number{index} "))));
    assert!(render::markdown(&many(900), &NAMES).contains("| 300 breaking | request-thing-removed |"));
}

#[test]
fn json_has_a_stable_format() {
    let report = full();
    let value: Value = serde_json::from_str(&render::json(&report, &NAMES)).unwrap();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let sorted = |text: &str| {
        let mut words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        words.sort();
        words
    };
    assert_eq!(keys(&value), sorted("version verdict wire rust counts accepted findings rust_changes notes"));
    assert_eq!(value["version"], 2);
    assert_eq!([&value["verdict"], &value["wire"], &value["rust"]], ["breaking"; 3]);
    assert_eq!(value["counts"], json!({"breaking": 2, "additive": 1, "docs": 1}));
    let form = "id fingerprint level effect direction operation old_operation method path component operations part old new \
                before after message impact notes";
    assert_eq!(keys(&value["findings"][0]), sorted(form));
    assert_eq!(
        value["findings"][1],
        json!({
            "id": "request-thing-widened",
            "fingerprint": report.findings[1].fingerprint(),
            "level": "additive",
            "effect": "widens",
            "direction": "request",
            "operation": "newName",
            "old_operation": "oldName",
            "method": "GET",
            "path": "/newName",
            "component": null,
            "operations": ["newName"],
            "part": "",
            "old": null,
            "new": null,
            "before": "oldName",
            "after": "newName",
            "message": "newName changes",
            "impact": "Old values are still accepted",
            "notes": [],
        })
    );
    let removed = &value["findings"][2];
    assert_eq!(removed["after"], Value::Null);
    assert_eq!(removed["notes"], json!([{"label": "wrapper", "text": "Client::list_pets in src/client.rs"}]));
    let shared = &value["findings"][3];
    assert_eq!(shared["component"], "schemas/Pet");
    assert_eq!(shared["operation"], Value::Null);
    assert_eq!(shared["operations"], json!(["a", "b", "c", "d", "e"]));
    assert_eq!(value["accepted"][0]["reason"], "Nobody sends it.");
    assert_eq!(value["notes"], json!([{"label": "version", "text": "minor release"}]));
    let change = json!({"item": "types::Pet.id", "before": "i32", "after": "i64", "level": "breaking"});
    assert_eq!(value["rust_changes"], json!([change]));
}

#[test]
fn json_without_differences_has_no_rust_verdict() {
    let value: Value = serde_json::from_str(&render::json(&Report::default(), &NAMES)).unwrap();
    assert_eq!(
        value,
        json!({
            "version": 2,
            "verdict": "none",
            "wire": "none",
            "rust": null,
            "counts": {"breaking": 0, "additive": 0, "docs": 0},
            "accepted": [],
            "findings": [],
            "rust_changes": null,
            "notes": [],
        })
    );
}

#[test]
fn json_lists_at_most_ten_operations() {
    let mut finding = finding(Level::Breaking, "x", "", Change::Added(Value::Null));
    finding.subject = Subject::Component { kind: "schemas".into(), name: "Pet".into() };
    finding.operations = (0..30).map(|index| operation(&format!("op{index}"))).collect();
    let value: Value = serde_json::from_str(&render::json(&report(vec![finding]), &NAMES)).unwrap();
    assert_eq!(value["findings"][0]["operations"].as_array().unwrap().len(), 10);
}

#[test]
fn markdown_shows_a_table_and_folds_the_rest() {
    let report = full();
    let fingerprint = |index: usize| report.findings[index].fingerprint();
    let page = render::markdown(&report, &NAMES);
    for part in [
        "## API drift: breaking\n\nCompared `old.json` with `new.json`: 2 breaking, 1 additive, 1 docs; on the wire breaking, \
         in Rust breaking.\n",
        "\nversion: minor release\n",
        "| level | location | change | impact |\n| --- | --- | --- | --- |\n| **breaking** | listPets: GET `/listPets` | field \
         `user.name` is removed (`text`) | The server ignores it<br>wrapper: `Client::list_pets` in `src/client.rs` |\n",
        "| additive | newName (was oldName): GET `/newName` | newName changes (`oldName` -> `newName`) | Old values are still \
         accepted |\n",
        "<details><summary>Generated Rust code</summary>\n\n- **breaking**: `types::Pet.id` changes (`i32` -> `i64`)\n\n\
         </details>\n",
        &format!(
            "- `request-thing-removed` `{}`, listPets: GET `/listPets`\n  - old `#/paths/~1listPets/get`\n",
            fingerprint(2)
        ),
        "<details><summary>Accepted</summary>\n\n- addPet: GET `/addPet`, header X-Id is removed: Nobody sends it.\n\n\
         </details>\n",
    ] {
        assert!(page.contains(part), "{part}\n\nis not in\n\n{page}");
    }
    assert!(!page.contains("Omitted to fit"));
    // Worst first.
    assert!(page.find("| **breaking** |").unwrap() < page.find("| additive |").unwrap());
}

#[test]
fn markdown_without_differences_is_short() {
    let page = render::markdown(&Report::default(), &NAMES);
    assert_eq!(page, "## API drift: none\n\nCompared `old.json` with `new.json`: no differences.\n");
}

#[test]
fn markdown_has_a_size_limit_and_states_omissions() {
    let page = render::markdown(&many(3000), &NAMES);
    assert!(page.len() < 60_000, "{}", page.len());
    assert!(page.contains("| **breaking** |"));
    assert!(!page.contains("| docs |"));
    let rows = page.matches("| **breaking** |").count();
    let cut =
        format!("{} of 3000 findings ({} breaking, 1000 additive, 1000 docs)", 3000 - rows, 1000 - rows);
    assert!(page.contains(&cut), "{cut}\n{}", page.lines().last().unwrap());
    assert_eq!(page.matches("<details>").count(), page.matches("</details>").count());

    // The limit holds for long names, values and notes, and for multi-byte characters.
    let mut report = many(300);
    let long = "🐈".repeat(1000);
    for finding in &mut report.findings {
        finding.part = format!("field {long}");
        finding.subject = Subject::Component { kind: long.clone(), name: long.clone() };
        finding.old = Some(format!("#/{long}"));
        finding.change = Change::Replaced(json!(long), json!([long]));
        finding.operations = vec![operation(&long); 10];
        finding.notes = vec![Note::new(&long, &long); 50];
    }
    report.notes = vec![Note::new(&long, &long); 50];
    report.accepted = report.findings.iter().map(|finding| (finding.clone(), long.clone())).collect();
    let change =
        RustChange { item: long.clone(), before: Some(long.clone()), after: None, level: Level::Docs };
    let mut rust = RustReport::default();
    rust.changes = vec![change; 300];
    report.rust = Some(rust);
    let name = Name { name: &long, text: None };
    let page = render::markdown(&report, &Names { old: name, new: name });
    assert!(page.len() < 60_000, "{}", page.len());
    assert!(page.contains("| **breaking** |"));
    let cut = page.lines().last().unwrap();
    for part in ["notes", "findings (", "changes of generated", "rules and locations", "accepted findings"] {
        assert!(cut.contains(part), "{part}: {cut}");
    }
}

#[test]
fn an_overridden_level_takes_effect() {
    let mut finding =
        Finding::new(&REMOVED, Direction::Request, Subject::Document, "", Change::Added(Value::Null));
    finding.level = Level::Docs;
    let report = report(vec![finding]);
    assert!(without_styles(&render::text(&report, &NAMES)).contains("\n  docs      the document is removed"));
    assert!(render::github(&report, &NAMES).starts_with("::notice "));
    let value: Value = serde_json::from_str(&render::sarif(&report, &NAMES)).unwrap();
    assert_eq!(value["runs"][0]["results"][0]["level"], "note");
    assert_eq!(value["runs"][0]["tool"]["driver"]["rules"][0]["defaultConfiguration"]["level"], "error");
}
