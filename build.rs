//! Generates the client from `openapi.json` into `$OUT_DIR/client.rs`. Every diagnostic about the document fails the build.

#[cfg(feature = "codegen")]
#[path = "build/generate.rs"]
mod generate;

#[cfg(feature = "codegen")]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed={SPECIFICATION}");
    // These lines fail the build. With an exit code, cargo would print them twice.
    for diagnostic in run().err().into_iter().flatten() {
        println!("cargo::error={diagnostic}");
    }
}

/// Without `codegen`, the committed client is compiled.
#[cfg(not(feature = "codegen"))]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
}

#[cfg(feature = "codegen")]
const SPECIFICATION: &str = "openapi.json";

#[cfg(feature = "codegen")]
fn run() -> Result<(), Vec<String>> {
    let document = std::fs::read_to_string(SPECIFICATION)
        .map_err(|error| vec![format!("{SPECIFICATION} cannot be read: {error}")])?;
    let generated = generate::generate(&document, &generate::SECRETS);
    let diagnostics = generated.diagnostics.iter();
    let diagnostics: Vec<String> =
        diagnostics.map(|diagnostic| format!("{SPECIFICATION}: {diagnostic}")).collect();
    match generated.source {
        Some(source) if diagnostics.is_empty() => {
            let folder = std::env::var("OUT_DIR").map_err(|error| vec![format!("OUT_DIR: {error}")])?;
            let path = folder + "/client.rs";
            std::fs::write(&path, source).map_err(|error| vec![format!("{path} cannot be written: {error}")])
        }
        _ => Err(diagnostics),
    }
}
