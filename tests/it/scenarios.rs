//! The codes in the names of tests and docs/scenarios.md agree.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Collects the codes of the test functions in a folder, such as `C8` of `fn c8_..`.
fn collect_codes(folder: &Path, codes: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            collect_codes(&path, codes);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
            codes.extend(words.filter_map(code));
        }
    }
}

/// Returns the code with which the name of a test begins.
fn code(name: &str) -> Option<String> {
    let (code, _) = name.split_once('_')?;
    let (group, number) = code.split_at_checked(1)?;
    let is_code = "bclpt".contains(group) && !number.is_empty() && number.bytes().all(|c| c.is_ascii_digit());
    is_code.then(|| code.to_uppercase())
}

#[test]
fn every_code_of_a_test_is_documented_and_every_row_has_a_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut tested, mut documented) = (BTreeSet::new(), BTreeSet::new());
    collect_codes(&root.join("src"), &mut tested);
    collect_codes(&root.join("tests"), &mut tested);
    let document = fs::read_to_string(root.join("docs/scenarios.md")).unwrap();
    for row in document.lines().filter_map(|line| line.strip_prefix("| ")) {
        let name = row.split(' ').next().unwrap_or_default().to_lowercase();
        documented.extend(code(&format!("{name}_")));
    }
    assert_eq!(tested.difference(&documented).collect::<Vec<_>>(), [""; 0], "not in docs/scenarios.md");
    // Paste codes and browsers are also tested where tools prompt for codes and open browsers.
    let is_ours = |code: &&String| code.starts_with(['C', 'L', 'T']);
    let untested: Vec<_> = documented.difference(&tested).filter(is_ours).collect();
    assert_eq!(untested, [""; 0], "rows without a test");
}
