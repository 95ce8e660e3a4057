//! Tests the pairs of documents and their correct verdicts in `tests/verdicts/`.

use std::fs;
use std::path::Path;

use openapi_drift::{Level, Options, compare, parse};

#[test]
fn every_pair_gets_a_correct_verdict() {
    let mut wrong = Vec::new();
    let mut count = 0;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/verdicts");
    for entry in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        let cases = parse(&text).unwrap();
        for (name, case) in cases.as_object().unwrap() {
            count += 1;
            let got = match compare(&case["old"], &case["new"], &Options::default()) {
                Ok(report) => report.verdict().name(),
                Err(_) => "exit2",
            };
            if !case["expected"].as_str().unwrap().split('|').any(|expected| expected == got) {
                wrong.push(format!("{name}: {got} instead of {}: {}", case["expected"], case["why"]));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count} are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 500, "{count}");
}

#[test]
fn bounds_that_a_value_rounds_are_compared_exactly() {
    let document = |bound: &str| {
        let schema = format!("{{\"type\": \"number\", \"maximum\": {bound}}}");
        let content = format!("{{\"content\": {{\"application/json\": {{\"schema\": {schema}}}}}}}");
        let operation = format!("{{\"requestBody\": {content}, \"responses\": {{}}}}");
        parse(&format!("{{\"openapi\": \"3.0.3\", \"paths\": {{\"/a\": {{\"post\": {operation}}}}}}}"))
            .unwrap()
    };
    for (old, new) in [
        ("18446744073709551618", "18446744073709551617"),
        ("0.12345678901234567892", "0.12345678901234567891"),
        ("1e401", "1e400"),
    ] {
        let verdict =
            |old, new| compare(&document(old), &document(new), &Options::default()).unwrap().verdict();
        assert_eq!(verdict(old, new), Level::Breaking, "{old} {new}");
        assert_eq!(verdict(new, old), Level::Additive, "{old} {new}");
        assert_eq!(verdict(old, old), Level::None, "{old}");
    }
}
