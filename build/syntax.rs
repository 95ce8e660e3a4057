//! The pass over progenitor's syntax tree: checks secrets, removes the constructor, adds constants and derives.

use quote::{ToTokens, format_ident, quote};
use serde_json::Value;
use syn::{Expr, Field, File, Ident, ImplItem, Item, parse_quote};

use super::secrets::WIRE_TYPE;
use super::{Diagnostic, Operation, Secrets, methods, spec};

/// Turns progenitor's code into the file that the crate includes.
pub(super) fn postprocess(
    generated: &str,
    spec: &Value,
    operations: &[Operation],
    secrets: &Secrets,
) -> Result<(File, Vec<Diagnostic>), Diagnostic> {
    let mut file = syn::parse_file(generated).map_err(|error| {
        Diagnostic::new("parse", "client.rs", format!("progenitor's code is not Rust: {error}"))
    })?;
    let mut diagnostics = Vec::new();
    diagnostics.extend(drop_constructor(&mut file));
    diagnostics.extend(methods::optimize(&mut file));
    diagnostics.extend(assert_secrets(&mut file, secrets));
    derive_schemas(&mut file);
    add_constructors(&mut file);
    let schemas = schema_list(&mut file, spec, &mut diagnostics);
    let operations = operation_list(&mut file, operations, &mut diagnostics);
    let server = spec::server(spec)?;
    file.items.extend(schemas);
    file.items.extend(operations);
    file.items.push(parse_quote! {
        /// The first server of the specification.
        pub const SERVER: &str = #server;
    });
    Ok((file, diagnostics))
}

/// Returns whether progenitor generated `ident` from `name`.
fn is_generated_from(ident: &Ident, name: &str) -> bool {
    spec::fold(&ident.to_string()) == spec::fold(name)
}

/// Removes `Client::new`: it builds an HTTP client without our rules, and panics if that fails.
fn drop_constructor(file: &mut File) -> Option<Diagnostic> {
    let mut dropped = false;
    for item in &mut file.items {
        let Item::Impl(block) = item else { continue };
        block.items.retain(|item| {
            let constructor = matches!(item, ImplItem::Fn(function) if function.sig.ident == "new");
            dropped |= constructor;
            !constructor
        });
    }
    (!dropped).then(|| {
        Diagnostic::new(
            "drop-constructor",
            "Client::new",
            "progenitor no longer generates it; remove this transform from build/syntax.rs",
        )
    })
}

/// Returns the items of the module of generated types.
pub(super) fn types(file: &mut File) -> &mut [Item] {
    for item in &mut file.items {
        if let Item::Mod(module) = item
            && module.ident == "types"
            && let Some((_, items)) = &mut module.content
        {
            return items;
        }
    }
    &mut []
}

/// Checks that each secret has our type: progenitor silently falls back to `String`.
fn assert_secrets(file: &mut File, secrets: &Secrets) -> Vec<Diagnostic> {
    let types = types(file);
    let mut diagnostics = Vec::new();
    for row in secrets.secret {
        let (schema, property) = row.split_once('.').unwrap_or((row, ""));
        let found = types.iter().find_map(|item| match item {
            Item::Struct(it) if is_generated_from(&it.ident, schema) => it
                .fields
                .iter()
                .find(|field| field.ident.as_ref().is_some_and(|ident| is_generated_from(ident, property))),
            _ => None,
        });
        let message = match found {
            Some(field) if is_secret(field) => continue,
            Some(field) => format!(
                "the generated type of this secret is {}, not {}",
                field.ty.to_token_stream().to_string().replace(' ', ""),
                WIRE_TYPE,
            ),
            None => "no field is generated for this secret".to_owned(),
        };
        diagnostics.push(Diagnostic::new("assert-secrets", format!("field {row}"), message));
    }
    diagnostics
}

fn is_secret(field: &Field) -> bool {
    let tokens = field.ty.to_token_stream().to_string();
    tokens.replace(' ', "").contains(WIRE_TYPE)
}

/// Derives `JsonSchema` on every type behind the feature, so that the same code serves every set of features.
fn derive_schemas(file: &mut File) {
    for item in types(file) {
        let attributes = match item {
            Item::Struct(item) => &mut item.attrs,
            Item::Enum(item) => &mut item.attrs,
            _ => continue,
        };
        attributes.push(parse_quote!(#[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]));
    }
}

/// Adds a constructor with the required fields to each struct. Its callers still compile when the specification adds an
/// optional field.
fn add_constructors(file: &mut File) {
    for module in &mut file.items {
        if let Item::Mod(module) = module
            && module.ident == "types"
            && let Some((_, items)) = &mut module.content
        {
            let constructors: Vec<Item> = items.iter().filter_map(constructor).collect();
            items.extend(constructors);
        }
    }
}

fn constructor(item: &Item) -> Option<Item> {
    let Item::Struct(item) = item else { return None };
    let syn::Fields::Named(fields) = &item.fields else { return None };
    let (mut parameters, mut values) = (Vec::new(), Vec::new());
    for field in &fields.named {
        let (name, ty) = (&field.ident, &field.ty);
        if let Some(value) = default(field) {
            values.push(quote!(#name: #value));
        } else {
            parameters.push(quote!(#name: #ty));
            values.push(quote!(#name));
        }
    }
    let ident = &item.ident;
    Some(parse_quote! {
        impl #ident {
            /// Sets the required fields, and leaves the others out.
            pub fn new(#(#parameters),*) -> Self {
                Self { #(#values),* }
            }
        }
    })
}

/// Returns the value of an optional field: one that serde skips or has a default for.
fn default(field: &Field) -> Option<Expr> {
    let mut value = None;
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        // Errors in the rest of the attribute do not matter here.
        let _ = attribute.parse_nested_meta(|meta| {
            let argument: Option<syn::LitStr> = meta.value().and_then(syn::parse::ParseBuffer::parse).ok();
            if meta.path.is_ident("skip_serializing_if") {
                value.get_or_insert(parse_quote!(::std::default::Default::default()));
            } else if meta.path.is_ident("default") {
                value = Some(match argument {
                    Some(function) => {
                        let function: syn::ExprPath = function.parse()?;
                        parse_quote!(#function())
                    }
                    None => parse_quote!(::std::default::Default::default()),
                });
            }
            Ok(())
        });
    }
    value
}

/// Lists the named schemas with their types, so that a test can compare them.
fn schema_list(file: &mut File, spec: &Value, diagnostics: &mut Vec<Diagnostic>) -> [Item; 1] {
    let types = types(file);
    let schemas = spec.pointer("/components/schemas").and_then(Value::as_object);
    let mut rows = Vec::new();
    for name in schemas.into_iter().flatten().map(|(name, _)| name) {
        let ident = types.iter().find_map(|item| match item {
            Item::Struct(it) if is_generated_from(&it.ident, name) => Some(&it.ident),
            Item::Enum(it) if is_generated_from(&it.ident, name) => Some(&it.ident),
            _ => None,
        });
        match ident {
            Some(ident) => rows.push(quote! {
                (#name, ::schemars::SchemaGenerator::root_schema_for::<types::#ident>)
            }),
            None => diagnostics.push(Diagnostic::new(
                "list-schemas",
                format!("schema {name}"),
                "no type is generated for it",
            )),
        }
    }
    [parse_quote! {
        /// The named schemas of the specification, each with what makes the JSON schema of its Rust type.
        #[cfg(feature = "schemars")]
        pub const SCHEMAS: &[(&str, fn(&mut ::schemars::SchemaGenerator) -> ::schemars::Schema)] = &[#(#rows),*];
    }]
}

/// Builds the table of operations and a constant for each. Every operation must have a generated method.
fn operation_list(file: &mut File, operations: &[Operation], diagnostics: &mut Vec<Diagnostic>) -> [Item; 3] {
    let methods: Vec<&Ident> = methods::operations(file).map(|function| &function.sig.ident).collect();
    let (mut names, mut constants) = (Vec::new(), Vec::new());
    for Operation { id, method, path, bearer, success } in operations {
        let Some(ident) = methods.iter().find(|ident| is_generated_from(ident, id)) else {
            diagnostics.push(Diagnostic::new(
                "list-operations",
                format!("operation {id}"),
                "no method is generated for it",
            ));
            continue;
        };
        let (name, docs) = (constant(&ident.to_string()), format!(" Operation `{id}`."));
        constants.push(quote! {
            #[doc = #docs]
            pub const #name: Self = Self {
                id: #id,
                method: #method,
                path: #path,
                bearer: #bearer,
                success: #success,
            };
        });
        names.push(name);
    }
    [
        parse_quote! {
            /// One operation of the specification.
            #[derive(Clone, Copy, Debug)]
            pub struct Operation {
                /// The `operationId`.
                pub id: &'static str,
                /// The HTTP method in upper case.
                pub method: &'static str,
                /// The path below the base URL.
                pub path: &'static str,
                /// Whether every call needs a token.
                pub bearer: bool,
                /// The status of a success.
                pub success: u16,
            }
        },
        parse_quote! {
            impl Operation {
                #(#constants)*
            }
        },
        parse_quote! {
            /// Every operation of the specification.
            pub const OPERATIONS: &[Operation] = &[#(Operation::#names),*];
        },
    ]
}

/// Returns the name of an operation's constant for its generated method: `CLI_CLAIM` for `cli_claim`.
pub(crate) fn constant(method: &str) -> Ident {
    format_ident!("{}", method.trim_start_matches("r#").to_uppercase())
}
