//! The code against the specification: nothing forgotten, nothing invented.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use harmont_auth::wire::OPERATIONS;
use harmont_auth_test_server::visit;
use support::setup;
use syn::{Attribute, ImplItem, Item, Meta};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The methods of the public types by the operation that they wrap: the one whose id they have as a name or a doc alias.
fn wrappers() -> BTreeMap<&'static str, Vec<String>> {
    let mut wrappers: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for entry in fs::read_dir(root().join("src")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|it| it != "rs") {
            continue;
        }
        let file = syn::parse_file(&fs::read_to_string(&path).unwrap()).unwrap();
        let blocks = file.items.iter().filter_map(|item| match item {
            Item::Impl(block) if block.trait_.is_none() => Some(block),
            _ => None,
        });
        for function in blocks.flat_map(|block| &block.items) {
            let ImplItem::Fn(function) = function else { continue };
            let mut names: Vec<String> = function.attrs.iter().filter_map(alias).collect();
            names.push(function.sig.ident.to_string());
            for operation in OPERATIONS.iter().filter(|it| names.iter().any(|name| name == it.id)) {
                wrappers.entry(operation.id).or_default().push(function.sig.ident.to_string());
            }
        }
    }
    wrappers
}

/// Reads `#[doc(alias = "..")]`.
fn alias(attribute: &Attribute) -> Option<String> {
    let Meta::List(list) = &attribute.meta else { return None };
    let text = list.path.is_ident("doc").then(|| list.tokens.to_string())?;
    Some(text.strip_prefix("alias = \"")?.strip_suffix('"')?.to_owned())
}

#[test]
fn every_operation_has_exactly_one_wrapper() {
    let wrappers = wrappers();
    for operation in OPERATIONS {
        let found = wrappers.get(operation.id).map(Vec::as_slice).unwrap_or_default();
        assert_eq!(found.len(), 1, "{} is wrapped by {found:?}", operation.id);
    }
}

#[tokio::test]
async fn every_operation_has_a_route_in_the_test_server() {
    let setup = setup().await;
    for operation in OPERATIONS {
        let page =
            visit(operation.method, &format!("{}{}", setup.server.url(), operation.path)).await.unwrap();
        assert!(page.status != 404 && page.status != 501, "{}: {}", operation.id, page.text);
    }
}

#[tokio::test]
async fn the_test_server_asks_for_a_token_where_the_specification_does() {
    let setup = setup().await;
    for operation in OPERATIONS {
        let page =
            visit(operation.method, &format!("{}{}", setup.server.url(), operation.path)).await.unwrap();
        assert_eq!(page.status == 401, operation.bearer, "{}", operation.id);
    }
}

#[cfg(feature = "codegen")]
#[test]
fn the_committed_client_is_what_the_specification_generates() {
    let generated = include_str!(concat!(env!("OUT_DIR"), "/client.rs"));
    let committed = fs::read_to_string(root().join("src/generated/client.rs")).unwrap_or_default();
    assert!(committed == generated, "src/generated/client.rs is stale");
}

#[cfg(feature = "schemars")]
mod schemas {
    use harmont_auth::wire::SCHEMAS;
    use schemars::generate::SchemaSettings;
    use serde_json::Value;

    /// Brings a schema into a form in which two that mean the same are the same. Left aside: what only describes, the
    /// order of `required`, and `nullable`, by which schemars says that a field may be missing.
    fn normal(schema: &mut Value) {
        match schema {
            Value::Object(object) => {
                for keyword in ["$schema", "title", "description", "example", "nullable"] {
                    object.remove(keyword);
                }
                if let Some(Value::Array(required)) = object.get_mut("required") {
                    required.sort_by_key(ToString::to_string);
                }
                object.values_mut().for_each(normal);
            }
            Value::Array(items) => items.iter_mut().for_each(normal),
            _ => {}
        }
    }

    #[test]
    fn the_schema_of_every_generated_type_is_that_of_the_specification() {
        let text = std::fs::read_to_string(super::root().join("openapi.json")).unwrap();
        let mut document: Value = serde_json::from_str(&text).unwrap();
        let components = document["components"]["schemas"].as_object_mut().unwrap();
        assert_eq!(SCHEMAS.len(), components.len());
        for (name, schema) in SCHEMAS {
            let settings = SchemaSettings::openapi3().with(|it| it.inline_subschemas = true);
            let mut derived = schema(&mut settings.into_generator()).to_value();
            normal(&mut derived);
            normal(&mut components[*name]);
            assert_eq!(derived, components[*name], "{name}");
        }
    }
}
