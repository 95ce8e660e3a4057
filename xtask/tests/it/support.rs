//! Copies of the repository, captured output, golden files, and a noisy document.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::cell::RefCell;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use serde_json::{Value, json};
use similar::TextDiff;
use tempfile::TempDir;
use xtask::api_profile::{HARMONT, Profile};
use xtask::output::{Exit, Output};
use xtask::{Repository, check, drift, regenerate};

/// Captures the output of a command.
#[derive(Clone, Default)]
pub(crate) struct Capture(Rc<RefCell<Vec<u8>>>);

impl Capture {
    pub(crate) fn output(&self) -> Output {
        Output::for_tests(self.clone())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.borrow().clone()).unwrap()
    }
}

impl Write for Capture {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The result of a command, with an error as text, and its output.
pub(crate) type Outcome = (Result<Exit, String>, String);

/// A copy of the files that the commands read and write.
pub(crate) struct Checkout {
    folder: TempDir,
    repository: Repository,
}

/// The generated reference of the drift rules.
const RULES: &str = "drift/RULES.md";

impl Checkout {
    /// Copies this repository. Tests must not depend on its content, since specifications change.
    pub(crate) fn of_repository() -> Self {
        Self::of(Repository::find().unwrap().root())
    }

    /// Copies the workspace, except for files that no change of the specification concerns.
    pub(crate) fn of_workspace() -> Self {
        let (root, folder) = (Repository::find().unwrap().root().to_owned(), TempDir::new().unwrap());
        copy_except(&root, folder.path(), &[".git", "bench", "drift", "fuzz", "target"]);
        fs::create_dir_all(folder.path().join("drift")).unwrap();
        fs::copy(root.join(RULES), folder.path().join(RULES)).unwrap();
        let repository = Repository::at(folder.path());
        Self { folder, repository }
    }

    /// Copies the whole workspace, to build it.
    pub(crate) fn for_build() -> Self {
        let (root, folder) = (Repository::find().unwrap().root().to_owned(), TempDir::new().unwrap());
        copy_except(&root, folder.path(), &[".git", "target"]);
        let repository = Repository::at(folder.path());
        Self { folder, repository }
    }

    /// Copies a specification with wrappers that never change, for golden files.
    pub(crate) fn of_fixture() -> Self {
        let mut checkout = Self::of(&Repository::find().unwrap().root().join("xtask/tests/fixtures"));
        let profile = Profile { host: "api.example.com", tags: &["auth"], ..HARMONT };
        checkout.repository = checkout.repository.with_profile(profile).with_secrets(
            &[
                "CliClaimRequest.nonce",
                "CliCodeResponse.code",
                "CliRedeemRequest.code",
                "CliTokenResponse.token",
                "CliTransferRequest.nonce",
            ],
            &[("Error.error.code", "not secret")],
        );
        assert_eq!(checkout.regenerate(None).0, Ok(Exit::Clean));
        checkout
    }

    fn of(root: &Path) -> Self {
        let folder = TempDir::new().unwrap();
        for name in ["src", "docs"].into_iter().filter(|name| root.join(name).exists()) {
            copy_folder(&root.join(name), &folder.path().join(name));
        }
        if root.join(RULES).exists() {
            fs::create_dir_all(folder.path().join("drift")).unwrap();
            fs::copy(root.join(RULES), folder.path().join(RULES)).unwrap();
        }
        fs::copy(root.join("openapi.json"), folder.path().join("openapi.json")).unwrap();
        let manifest = fs::read_to_string(root.join("Cargo.toml"));
        let manifest = manifest.unwrap_or("[package]\nname = \"x\"\nversion = \"0.3.1\"\n".to_owned());
        fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
        let repository = Repository::at(folder.path());
        Self { folder, repository }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self.path(name).to_string_lossy().into_owned()
    }

    pub(crate) fn spec(&self) -> Value {
        serde_json::from_str(&self.read("openapi.json")).unwrap()
    }

    /// Imports a new specification.
    pub(crate) fn regenerate_from(&self, spec: &Value) -> Outcome {
        let source = self.write("new.json", &spec.to_string());
        self.regenerate(Some(&source))
    }

    pub(crate) fn regenerate(&self, from: Option<&str>) -> Outcome {
        self.capture(|repository, output| regenerate::run(repository, from, output))
    }

    pub(crate) fn check(&self) -> Outcome {
        self.capture(check::run)
    }

    pub(crate) fn drift(&self, options: &drift::Options) -> Outcome {
        self.capture(|repository, output| drift::run(repository, options, output))
    }

    fn capture(&self, command: impl FnOnce(&Repository, &mut Output) -> anyhow::Result<Exit>) -> Outcome {
        let capture = Capture::default();
        let exit = command(&self.repository, &mut capture.output());
        (exit.map_err(|error| self.without_path(&format!("{error:#}"))), self.without_path(&capture.text()))
    }

    /// Removes the path of the checkout from a text.
    fn without_path(&self, text: &str) -> String {
        let path = self.folder.path().display().to_string();
        text.replace(&format!("{path}{}", std::path::MAIN_SEPARATOR), "").replace(&path, "COPY")
    }

    /// Returns all files, to check that none changes.
    pub(crate) fn snapshot(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files = Vec::new();
        let mut pending = vec![self.folder.path().to_owned()];
        while let Some(folder) = pending.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    pending.push(path);
                } else if !path.ends_with("new.json") && !path.ends_with("xtask.lock") {
                    files.push((path.clone(), fs::read(path).unwrap()));
                }
            }
        }
        files.sort();
        files
    }
}

fn copy_except(from: &Path, to: &Path, skipped: &[&str]) {
    for entry in fs::read_dir(from).unwrap() {
        let (path, name) = (entry.as_ref().unwrap().path(), entry.unwrap().file_name());
        if path.is_file() {
            fs::copy(path, to.join(name)).unwrap();
        } else if !skipped.iter().any(|skipped| name == *skipped) {
            copy_folder(&path, &to.join(name));
        }
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (path, name) = (entry.as_ref().unwrap().path(), entry.unwrap().file_name());
        if path.is_dir() {
            copy_folder(&path, &to.join(name));
        } else {
            fs::copy(path, to.join(name)).unwrap();
        }
    }
}

/// Compares a text with a golden file. With `BLESS=1` in the environment, writes the file instead.
#[track_caller]
pub(crate) fn assert_golden(name: &str, text: &str) {
    let path = Repository::find().unwrap().root().join("xtask/tests/golden").join(name);
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, text).unwrap();
    }
    let golden = fs::read_to_string(&path).unwrap_or_default();
    if golden != text {
        let diff = TextDiff::from_lines(golden.as_str(), text);
        let diff = diff.unified_diff().context_radius(2).header(name, "actual").to_string();
        panic!("{name} differs; if the change is intended, run the tests with BLESS=1:\n{diff}");
    }
}

/// Returns the operation objects of a document, with their paths.
pub(crate) fn operations(spec: &mut Value) -> Vec<(String, &mut Value)> {
    let mut found = Vec::new();
    for (path, item) in spec["paths"].as_object_mut().unwrap() {
        for operation in item.as_object_mut().unwrap().values_mut() {
            found.push((path.clone(), operation));
        }
    }
    found
}

/// Returns a full document that contains the subset: with operations of other tags, internal ones, unrelated schemas,
/// and the noise that the vendor's generator is known to emit.
pub(crate) fn full(subset: &Value) -> Value {
    let mut full = subset.clone();
    for (_, operation) in operations(&mut full) {
        operation["callbacks"] = json!({});
        operation["parameters"] = json!([]);
        if operation.get("requestBody").is_some() {
            operation["requestBody"]["required"] = json!(false);
        }
        if let Some(empty) = operation["responses"].get_mut("204") {
            empty["content"] = json!({"application/json": {}});
        }
    }
    full["security"] = json!([]);
    full["servers"][0]["variables"] = json!({});
    full["tags"] = json!([{"name": "auth"}, {"name": "builds"}]);
    full["externalDocs"] = json!({"url": "https://docs.example.com"});

    let (prefix, template) = {
        let mut document = subset.clone();
        let (path, operation) =
            operations(&mut document).into_iter().next().map(|(path, it)| (path, it.clone())).unwrap();
        (path.rsplit_once('/').unwrap().0.to_owned(), operation)
    };
    for number in 0..36 {
        let mut other = template.clone();
        other["operationId"] = json!(format!("other{number}"));
        other["tags"] = json!(["builds"]);
        let schema = json!({"$ref": format!("#/components/schemas/Tree{}", number % 3)});
        other["responses"] =
            json!({"200": {"description": "x", "content": {"application/json": {"schema": schema}}}});
        full["paths"][format!("{prefix}/other/{number}")] = json!({ "get": other });
    }
    for number in 0..12 {
        let mut internal = template.clone();
        internal["operationId"] = json!(format!("internal{number}"));
        internal["x-internal"] = json!(true);
        full["paths"][format!("{prefix}/internal/{number}")] = json!({ "post": internal });
    }
    for number in 0..3 {
        full["components"]["schemas"][format!("Tree{number}")] = json!({
            "type": "object",
            "properties": {
                "children": {"type": "array", "items": {"$ref": format!("#/components/schemas/Tree{number}")}},
                "sibling": {"$ref": format!("#/components/schemas/Tree{}", (number + 1) % 3)},
                "secret": {"type": "string"}
            }
        });
    }
    full["components"]["securitySchemes"]["cookie"] =
        json!({"type": "apiKey", "in": "cookie", "name": "sid"});
    full
}

/// Formats a document as YAML in block style, with its keys in reverse order.
pub(crate) fn to_yaml(value: &Value, indent: usize) -> String {
    let pad = "  ".repeat(indent);
    match value {
        Value::Object(object) if !object.is_empty() => {
            let entry = |(key, value): (&String, &Value)| {
                // Without quotes, a status is a number in YAML. Many generators do not quote it.
                let key = if key.parse::<u16>().is_ok() { key.clone() } else { json!(key).to_string() };
                format!("\n{pad}{key}: {}", to_yaml(value, indent + 1))
            };
            object.iter().rev().map(entry).collect()
        }
        Value::Array(items) if !items.is_empty() => {
            let entry = |item| format!("\n{pad}- {}", to_yaml(item, indent + 1));
            items.iter().map(entry).collect()
        }
        scalar => scalar.to_string(),
    }
}
