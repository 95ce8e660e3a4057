//! Where a specification comes from: a URL, a file, or a revision of this repository.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use reqwest::Url;
use reqwest::redirect::Policy;
use serde_json::Value;

use crate::screen::Screen;

/// The file that holds the specification.
pub(crate) const SPECIFICATION: &str = "openapi.json";
const MANIFEST: &str = "Cargo.toml";

/// The largest document that is read.
const MAX_BYTES: usize = 64 << 20;
const TIMEOUT: Duration = Duration::from_secs(60);
const MAX_REDIRECTS: usize = 10;

/// Reads a document: an http(s) URL, an existing file, or a git revision, tried in that order.
pub(crate) fn read(root: &Path, source: &str, screen: &mut Screen) -> Result<Value> {
    let text = if source.starts_with("http://") || source.starts_with("https://") {
        screen.during("fetching the specification", || fetch(source))?
    } else if Path::new(source).exists() {
        read_file(Path::new(source))?
    } else {
        show(root, source)?
    };
    parse(&text).with_context(|| format!("{} cannot be used", without_password(source)))
}

/// Reads the text of a page: an http(s) URL or a file.
pub(crate) fn read_text(page: &str, screen: &mut Screen) -> Result<String> {
    if page.starts_with("http://") || page.starts_with("https://") {
        return screen.during("fetching the page", || fetch(page));
    }
    read_file(Path::new(page))
}

/// Reads a file, up to the limit.
pub(crate) fn read_file(path: &Path) -> Result<String> {
    let name = path.display();
    let size = std::fs::metadata(path).with_context(|| format!("{name} cannot be read"))?.len();
    if size > MAX_BYTES as u64 {
        bail!("{name} is larger than 64 MiB, which no specification of ours is; is it the right file?");
    }
    let bytes = std::fs::read(path).with_context(|| format!("{name} cannot be read"))?;
    String::from_utf8(bytes).with_context(|| format!("{name} is not UTF-8 text"))
}

/// Reads the specification of a git revision, or with `REVISION:PATH` another file of it.
fn show(root: &Path, revision: &str) -> Result<String> {
    let object = match revision.split_once(':') {
        Some(_) => revision.to_owned(),
        None => format!("{revision}:{SPECIFICATION}"),
    };
    git(root, &["show", "--end-of-options", &object]).map_err(|reason| {
        anyhow::anyhow!(
            "there is no file {revision}, and git does not know {object} ({reason}); name an http(s) URL, a file or a git \
             revision"
        )
    })
}

/// Reads the specification, and the version of the root package if it says one, as they stood where this work and a
/// branch parted.
pub(crate) fn at_merge_base(root: &Path, branch: &str) -> Result<(Value, Option<String>)> {
    let base = git(root, &["merge-base", "--end-of-options", branch, "HEAD"]);
    let base = base.map_err(|reason| {
        let shallow =
            git(root, &["rev-parse", "--is-shallow-repository"]).is_ok_and(|it| it.trim() == "true");
        let advice = if shallow {
            format!("this clone is shallow; fetch the history first: git fetch --unshallow origin {branch}")
        } else {
            format!("is it there? fetch it with: git fetch origin {branch}")
        };
        anyhow::anyhow!("git knows no common ancestor of {branch} and this work ({reason}); {advice}")
    })?;
    let revision = base.trim();
    let specification = parse(&show(root, revision)?)
        .with_context(|| format!("{SPECIFICATION} at {revision} cannot be used"))?;
    let manifest = show(root, &format!("{revision}:{MANIFEST}")).ok();
    Ok((specification, manifest.and_then(|it| version_in(&it.parse().ok()?))))
}

/// Runs git; fails with the first line of what it says.
fn git(root: &Path, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new("git").arg("-C").arg(root).args(arguments).output();
    let output = output.map_err(|error| format!("git cannot be run: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let reason = String::from_utf8_lossy(&output.stderr);
    Err(reason.lines().next().unwrap_or("it gives no reason").to_owned())
}

/// Reads the version of the root package, if it says one.
pub(crate) fn version(root: &Path) -> Option<String> {
    version_in(&manifest(root)?)
}

fn version_in(manifest: &toml::Table) -> Option<String> {
    Some(manifest.get("package")?.get("version")?.as_str()?.to_owned())
}

/// Reads the features of the root package, and whether each is on by default.
pub(crate) fn features(root: &Path) -> Vec<(String, bool)> {
    let manifest = manifest(root).unwrap_or_default();
    let features = manifest.get("features").and_then(toml::Value::as_table);
    let defaults = features.and_then(|it| it.get("default")?.as_array());
    let is_default = |name: &str| defaults.is_some_and(|it| it.iter().any(|it| it.as_str() == Some(name)));
    let names = features.into_iter().flat_map(|it| it.keys()).filter(|name| *name != "default");
    names.map(|name| (name.clone(), is_default(name))).collect()
}

fn manifest(root: &Path) -> Option<toml::Table> {
    std::fs::read_to_string(root.join(MANIFEST)).ok()?.parse().ok()
}

fn fetch(url: &str) -> Result<String> {
    let name = without_password(url);
    let url = Url::parse(url).with_context(|| format!("{name} is not a URL"))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let text = runtime.block_on(async {
        let client = reqwest::Client::builder()
            .redirect(Policy::limited(MAX_REDIRECTS))
            .timeout(TIMEOUT)
            .user_agent("harmont-auth-xtask")
            .build()?;
        let mut response = client.get(url).send().await.map_err(reqwest::Error::without_url)?;
        if !response.status().is_success() {
            bail!("the server answers {}", response.status());
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(reqwest::Error::without_url)? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > MAX_BYTES {
                bail!("the answer is larger than 64 MiB, which no specification of ours is");
            }
        }
        String::from_utf8(bytes).context("the answer is not UTF-8 text")
    });
    text.with_context(|| format!("{name} cannot be fetched"))
}

/// The source without what must not be printed.
pub(crate) fn without_password(source: &str) -> String {
    match Url::parse(source) {
        Ok(mut url) if url.password().is_some() || !url.username().is_empty() => {
            // It fails only for URLs without a host, which carry no password.
            let _ = (url.set_username(""), url.set_password(None));
            url.to_string()
        }
        _ => source.to_owned(),
    }
}

/// Parses JSON, or YAML where it does not begin like JSON.
pub(crate) fn parse(text: &str) -> Result<Value> {
    let text = text.trim_start_matches('\u{feff}');
    let value: Value = if text.trim_start().starts_with(['{', '[']) {
        serde_json::from_str(text).map_err(|error| {
            let reason = error.to_string();
            let reason = reason.split(" at line ").next().unwrap_or_default();
            anyhow::anyhow!("it is not JSON: line {}, column {}: {reason}", error.line(), error.column())
        })?
    } else {
        // Room for any document within the size limit, and yet an end for one that only multiplies itself.
        let options = serde_saphyr::options! {
            with_snippet: false,
            budget: serde_saphyr::budget! { max_nodes: 10_000_000, max_events: 40_000_000 },
        };
        serde_saphyr::from_str_with_options(text, options)
            .map_err(|error| anyhow::anyhow!("it is neither JSON nor YAML: {}", error.to_string().trim()))?
    };
    if !value.is_object() {
        bail!("it is not an object, as an OpenAPI document is");
    }
    Ok(value)
}
