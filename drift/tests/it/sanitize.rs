//! Tests that no output format passes on hostile text from documents.

use openapi_drift::render;
use openapi_drift::{
    Change, Direction, Finding, Level, Note, Operation, Report, RustChange, RustReport, Subject,
};
use serde_json::{Value, json};

use crate::support::{NAMES, REMOVED, REWORDED, report, without_styles};

/// For terminals and logs.
const LOG: &[&str] = &[
    "\u{1b}[31mred\u{1b}[0m",
    "bell\u{7}\u{8}\u{7f}",
    "\u{9b}31m",
    "abc\u{202e}cba",
    "\u{2066}isolate\u{2069}",
    "zero\u{200b}width\u{200d}\u{feff}",
    "tag\u{e0041}\u{e007f}",
    "line\n::error::forged",
    "line\r\n::add-mask::forged",
    "line\u{2028}::set-env::forged",
    "::stop-commands::forged",
    ":",
    "##[error]forged",
    "#",
    "##vso[task.complete]forged",
    "%0A::error::forged",
];

/// For web pages, which interpret Markdown or make links.
const WEB: &[&str] = &[
    "@octocat",
    "see #123",
    "octo/cat#45",
    "GH-7",
    "https://evil.example/x",
    "www.evil.example",
    "[click](https://evil.example)",
    "![image](https://evil.example/a.png)",
    "<img src=x onerror=alert(1)>",
    "</details><script>alert(1)</script>",
    "`code` | cell | **bold** _it_ ~~no~~",
    "``` fence",
    "`",
    "a|b\\|c\\",
    "<!-- hidden",
    "&lt;b&gt;",
    "0123456789abcdef0123456789abcdef01234567",
];

fn nasty() -> impl Iterator<Item = &'static str> {
    LOG.iter().chain(WEB).copied()
}

/// A report that contains a text everywhere.
fn everywhere(text: &str) -> Report {
    let named = Operation {
        id: Some(text.into()),
        old_id: Some(text.into()),
        method: text.into(),
        path: format!("/{text}"),
    };
    let unnamed = Operation { id: None, old_id: None, method: "GET".into(), path: text.into() };
    let subjects = [
        Subject::Document,
        Subject::Component { kind: text.into(), name: text.into() },
        Subject::Operation(named.clone()),
        Subject::Operation(unnamed),
    ];
    let changes = [
        Change::Added(json!(text)),
        Change::Removed(json!({text: text})),
        Change::Replaced(json!(text), json!([text])),
        Change::Replaced(json!(format!("{text} ").repeat(40)), json!(format!("{text} ").repeat(41))),
    ];
    let mut findings = Vec::new();
    for subject in &subjects {
        for change in &changes {
            for (rule, part) in [(&REMOVED, text), (&REWORDED, "")] {
                let mut finding =
                    Finding::new(rule, Direction::Request, subject.clone(), part, change.clone());
                finding.old = Some(format!("#/{text}"));
                finding.new = Some(format!("#/x-openapi-drift-files/{text}/{text}"));
                finding.operations = vec![named.clone()];
                finding.notes = vec![Note::new(text, text)];
                findings.push(finding);
            }
        }
    }
    let mut report = report(findings);
    report.accepted = vec![(report.findings[0].clone(), text.to_owned())];
    report.notes = vec![Note::new(text, text)];
    let mut rust = RustReport::default();
    rust.changes = vec![RustChange {
        item: text.into(),
        before: Some(text.into()),
        after: Some(text.into()),
        level: Level::Docs,
    }];
    report.rust = Some(rust);
    report
}

/// Checks an output that a log may show. The only commands are those of the format.
fn assert_safe_in_a_log(out: &str, nasty: &str) {
    assert!(!out.contains("##["), "{nasty:?}");
    assert!(!out.contains("##vso"), "{nasty:?}");
    let hidden = |c: &char| {
        (c.is_control() && *c != '\n')
            || "\u{200b}\u{200d}\u{202e}\u{2028}\u{2066}\u{feff}\u{e0041}".contains(*c)
    };
    assert_eq!(out.chars().find(hidden), None, "{nasty:?}");
    for line in out.lines() {
        let own =
            ["::error file=", "::notice file=", "::error title=", "::warning title=", "::notice title="];
        let forged = line.trim_start().starts_with("::") && !own.iter().any(|own| line.starts_with(own));
        assert!(!forged, "{nasty:?}: {line}");
    }
}

#[test]
fn no_output_has_control_characters_or_forged_commands() {
    for nasty in nasty() {
        let report = everywhere(nasty);
        let text = without_styles(&render::text(&report, &NAMES));
        let outputs = [
            text,
            render::json(&report, &NAMES),
            render::markdown(&report, &NAMES),
            render::github(&report, &NAMES),
            render::sarif(&report, &NAMES),
        ];
        for out in outputs {
            assert_safe_in_a_log(&out, nasty);
        }
    }
}

#[test]
fn documents_cannot_add_lines() {
    let plain = render::text(&everywhere("name"), &NAMES).lines().count();
    for nasty in nasty() {
        let report = everywhere(nasty);
        assert_eq!(render::text(&report, &NAMES).lines().count(), plain, "{nasty:?}");
        let github = render::github(&report, &NAMES);
        assert!(github.lines().all(|line| line.starts_with("::")), "{nasty:?}");
    }
}

/// Returns Markdown without code spans, that is, the part that is interpreted.
fn outside_of_code(page: &str) -> String {
    let mut out = String::new();
    let mut rest = page;
    while let Some(start) = rest.find('`') {
        out += &rest[..start];
        let fence = rest[start..].chars().take_while(|c| *c == '`').count();
        let code = &rest[start + fence..];
        // The span ends at a fence of the same length, in the same line.
        let mut at = 0;
        let end = loop {
            let next = code[at..].find('`').unwrap() + at;
            let length = code[next..].chars().take_while(|c| *c == '`').count();
            if length == fence {
                break next;
            }
            at = next + length;
        };
        assert!(!code[..end].contains('\n'), "a code span continues in the next line: {}", &code[..end]);
        rest = &code[end + fence..];
    }
    out + rest
}

#[test]
fn markdown_does_not_interpret_documents() {
    for nasty in nasty() {
        let page = render::markdown(&everywhere(nasty), &NAMES);
        let outside = outside_of_code(&page);
        for sign in ["@", "#1", "GH-", "](", "://", "www.", "~~", "_it_", "&lt;", "0123456"] {
            assert!(!outside.contains(sign), "{nasty:?}: {sign}");
        }
        // The only tags and emphasis are our own.
        let mut tags = outside.replace("**breaking**", "").replace("**Omitted to fit here**", "");
        for own in ["<details>", "</details>", "<summary>", "</summary>", "<br>", " -> "] {
            tags = tags.replace(own, "");
        }
        assert!(!tags.contains(['<', '>', '*', '[', '&']), "{nasty:?}");
        // Every row has the cells of its table.
        let rows = page.lines().filter(|line| line.starts_with("| ") && line.contains("breaking"));
        for row in rows {
            let bars = row.replace("\\|", "").matches('|').count();
            assert_eq!(bars, 5, "{nasty:?}: {row}");
        }
    }
}

#[test]
fn messages_on_web_pages_contain_no_links_or_mentions() {
    let texts = |value: &Value| {
        let mut texts = Vec::new();
        let mut queue = vec![value.clone()];
        while let Some(value) = queue.pop() {
            match value {
                Value::String(text) => texts.push(text),
                Value::Array(items) => queue.extend(items),
                // Our own URLs are links on purpose.
                Value::Object(members) => queue.extend(
                    members
                        .into_iter()
                        .filter(|(key, _)| !key.ends_with("ri") && key != "$schema")
                        .map(|(_, value)| value),
                ),
                _ => {}
            }
        }
        texts.join("\n")
    };
    for nasty in nasty() {
        let report = everywhere(nasty);
        let sarif: Value = serde_json::from_str(&render::sarif(&report, &NAMES)).unwrap();
        for out in [texts(&sarif), render::github(&report, &NAMES)] {
            let out = out.replace("file=", "");
            for sign in ["@octocat", "#123", "#45", "GH-7", "](", "<img", "</", "<!--", "<script", "www.evil"]
            {
                // The path of a file is not displayed as text.
                let shown =
                    out.lines().map(|line| line.rsplit_once("title=").map_or(line, |(_, shown)| shown));
                assert_eq!(shown.into_iter().find(|line| line.contains(sign)), None, "{nasty:?}: {sign}");
            }
            assert!(!out.contains("https://evil"), "{nasty:?}");
        }
    }
}

#[test]
fn json_preserves_every_text() {
    for nasty in nasty() {
        let value: Value = serde_json::from_str(&render::json(&everywhere(nasty), &NAMES)).unwrap();
        let findings = value["findings"].as_array().unwrap();
        assert!(findings.iter().any(|finding| finding["part"] == nasty), "{nasty:?}");
        assert!(findings.iter().any(|finding| finding["before"] == nasty), "{nasty:?}");
        assert!(findings.iter().all(|finding| finding["old"] == format!("#/{nasty}")), "{nasty:?}");
        assert_eq!(value["accepted"][0]["reason"], nasty);
    }
}
