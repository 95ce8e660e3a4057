//! What a change of the specification does to the generated code, and through it to the wrappers.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use quote::ToTokens;
use serde_json::{Map, Value};
use syn::{Attribute, Fields, ImplItem, Item};

use super::finding::Finding;
use super::rules::Level;
use crate::generate::{self, Complaint, Secrets};
use crate::slice::to_text;

/// One generated item that is not what it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    /// As in `types::CliTokenResponse.token` or `Client::cli_claim`.
    pub(crate) item: String,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
}

/// The generated code of two documents, compared.
#[derive(Debug, Default)]
pub(crate) struct RustSide {
    pub(crate) changes: Vec<Change>,
    /// Why one of the documents gives no code; the verdict then stands on the wire alone.
    pub(crate) unreadable: Option<String>,
    /// What the generator complains about in the new document, and did not in the old one.
    pub(crate) complaints: Vec<Complaint>,
    /// The named schemas of both documents, in bare letters: their types are not those of an operation.
    named: BTreeSet<String>,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.before, &self.after) {
            (None, _) => write!(f, "{} is added", self.item),
            (_, None) => write!(f, "{} is removed", self.item),
            (Some(before), Some(after)) if before.len() + after.len() < 80 => {
                write!(f, "{} changes from {before} to {after}", self.item)
            }
            _ => write!(f, "{} changes", self.item),
        }
    }
}

/// Generates both clients, and compares their public items.
pub(crate) fn compare(old: &Value, new: &Value, secrets: &Secrets) -> anyhow::Result<RustSide> {
    let texts = (to_text(old)?, to_text(new)?);
    // Generating is most of the work, so both are made at once.
    let (before, after) = std::thread::scope(|scope| {
        let other = scope.spawn(|| side(&texts.1, secrets));
        (side(&texts.0, secrets), other.join())
    });
    let after = after.map_err(|_| anyhow::anyhow!("the generator failed without a word"))?;
    let ((before, then), (after, now)) = match (before?, after?) {
        (Ok(before), Ok(after)) => (before, after),
        (Err(reason), _) => {
            return Ok(RustSide::unreadable(format!(
                "no client can be generated from the old one: {reason}"
            )));
        }
        (_, Err(reason)) => {
            return Ok(RustSide::unreadable(format!(
                "no client can be generated from the new one: {reason}"
            )));
        }
    };
    // Those about secrets are findings already.
    let is_new = |it: &Complaint| !then.contains(it) && !it.step.ends_with("-secrets");
    let complaints = now.into_iter().filter(is_new).collect();
    let mut changes = Vec::new();
    for (item, definition) in &before {
        let now = after.get(item);
        if now != Some(definition) {
            changes.push(Change {
                item: item.clone(),
                before: Some(definition.clone()),
                after: now.cloned(),
            });
        }
    }
    for (item, definition) in after.iter().filter(|(item, _)| !before.contains_key(*item)) {
        changes.push(Change { item: item.clone(), before: None, after: Some(definition.clone()) });
    }
    changes.sort_by(|one, other| one.item.cmp(&other.item));
    let schemas = [old, new].into_iter().filter_map(|spec| spec["components"]["schemas"].as_object());
    let named = schemas.flat_map(Map::keys).map(|name| letters(name)).collect();
    Ok(RustSide { changes, unreadable: None, complaints, named })
}

/// The items of a document's client by name, and the complaints of the generator.
type Side = (BTreeMap<String, String>, Vec<Complaint>);

/// Generates one client; the reason why it cannot be made is an answer, too.
fn side(document: &str, secrets: &Secrets) -> anyhow::Result<Result<Side, String>> {
    let generated = generate::generate(document, secrets);
    let Some(source) = generated.source else {
        let reasons: Vec<String> = generated.complaints.iter().map(ToString::to_string).collect();
        return Ok(Err(reasons.join("; ")));
    };
    Ok(Ok((items(&syn::parse_file(&source)?), generated.complaints)))
}

/// The items that callers of the generated code can name, with what they are.
fn items(file: &syn::File) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for item in &file.items {
        match item {
            Item::Mod(module) if module.ident == "types" => {
                for item in module.content.iter().flat_map(|(_, items)| items) {
                    types(item, &mut found);
                }
            }
            Item::Impl(block) if block.trait_.is_none() => {
                for item in &block.items {
                    if let ImplItem::Fn(function) = item
                        && function.sig.asyncness.is_some()
                    {
                        let name = format!("Client::{}", function.sig.ident);
                        found.insert(name, text(&function.sig));
                    }
                }
            }
            _ => {}
        }
    }
    found
}

fn types(item: &Item, found: &mut BTreeMap<String, String>) {
    match item {
        Item::Struct(it) => {
            let name = format!("types::{}", it.ident);
            found.insert(name.clone(), format!("struct, {}", derives(&it.attrs)));
            for (index, field) in it.fields.iter().enumerate() {
                let field_name = field.ident.as_ref().map_or_else(|| index.to_string(), ToString::to_string);
                found.insert(format!("{name}.{field_name}"), text(&field.ty));
            }
        }
        Item::Enum(it) => {
            let name = format!("types::{}", it.ident);
            found.insert(name.clone(), format!("enum, {}", derives(&it.attrs)));
            for variant in &it.variants {
                let content = if matches!(variant.fields, Fields::Unit) {
                    String::new()
                } else {
                    text(&variant.fields)
                };
                found.insert(format!("{name}::{}", variant.ident), content);
            }
        }
        Item::Type(it) => {
            found.insert(format!("types::{}", it.ident), text(&it.ty));
        }
        _ => {}
    }
}

fn derives(attributes: &[Attribute]) -> String {
    let derives = attributes.iter().filter(|it| it.path().is_ident("derive"));
    derives.map(|it| text(&it.meta)).collect::<Vec<_>>().join(", ")
}

fn text(tokens: &impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    // Tokens come with spaces between them, which nobody writes.
    text.replace(" :: ", "::")
        .replace(":: ", "::")
        .replace(" < ", "<")
        .replace(" > ", "> ")
        .replace("& ", "&")
        .replace(" ,", ",")
}

impl RustSide {
    fn unreadable(reason: String) -> Self {
        Self { unreadable: Some(reason), ..Self::default() }
    }

    /// The changed items that a finding explains.
    pub(crate) fn of<'s>(&'s self, finding: &'s Finding) -> impl Iterator<Item = &'s Change> {
        self.changes.iter().filter(move |change| self.explains(finding, &change.item))
    }

    /// The changed items that no finding explains.
    pub(crate) fn unexplained<'s>(&'s self, findings: &'s [Finding]) -> impl Iterator<Item = &'s Change> {
        self.changes.iter().filter(move |change| !findings.iter().any(|it| self.explains(it, &change.item)))
    }

    /// Whether a finding is about what an item was made of: the method of its operation and that method's own types, or
    /// the type of its schema and those within it. Words make no items.
    fn explains(&self, finding: &Finding, item: &str) -> bool {
        if finding.level() == Level::Docs {
            return false;
        }
        let (kind, name) = item.split_once("::").unwrap_or(("", item));
        let name = letters(name.split(['.', ':']).next().unwrap_or(name));
        match (&finding.operation, &finding.component) {
            (Some(operation), _) => {
                // A renamed operation explains the method that is gone, too.
                let mut ids =
                    [Some(operation.id.as_str()), finding.before.as_str()].into_iter().flatten().map(letters);
                let is_named = self.named.iter().any(|it| name.starts_with(it));
                ids.any(|id| if kind == "Client" { name == id } else { !is_named && name.starts_with(&id) })
            }
            (None, Some(component)) => {
                let component = letters(component.rsplit('/').next().unwrap_or(component));
                kind != "Client" && name.starts_with(&component)
            }
            (None, None) => false,
        }
    }
}

/// A name in bare letters: generated names differ from those of the document in case and separators.
fn letters(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|it| it.to_ascii_lowercase()).collect()
}
