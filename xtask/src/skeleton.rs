//! Describes what a new operation needs, and prints a skeleton of its wrapper.

use serde_json::Value;

use crate::api_profile::Owner;
use crate::generate::{Operation, constant};

/// The hand-written files that list every operation, and what a new operation needs there.
pub(crate) const OPERATION_LISTS: [(&str, &str); 2] =
    [("test-server/src/routes.rs", "a route"), ("tests/it/support.rs", "a call with planted secrets")];

/// Returns the to-do for an operation without a wrapper.
pub(crate) fn missing_wrapper(operation: &Operation, owner: &Owner) -> String {
    let id = &operation.id;
    let additions: Vec<String> =
        OPERATION_LISTS.iter().map(|(file, addition)| format!("{addition} to {file}")).collect();
    format!(
        "operation {id} has no wrapper; add a method to {} in {} that has its name or #[doc(alias = \"{id}\")] and names its \
         retry class; also add {}; see \"Add an operation\" in CONTRIBUTING.md",
        owner.name,
        owner.file,
        additions.join(" and ")
    )
}

/// Returns a skeleton of the wrapper of an operation, with the headings that its documentation needs.
pub(crate) fn method(spec: &Value, operation: &Operation) -> String {
    let Operation { id, method, path, bearer, .. } = operation;
    let object = &spec["paths"][path][method.to_lowercase()];
    let summary = first_line(&object["summary"]).unwrap_or_else(|| format!("Calls `{id}`."));
    let name = method_name(id);
    let token = if *bearer { "Some(&self.token)" } else { "None" };
    let client = if *bearer { "self.client" } else { "self" };
    let body = object["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str();
    let body = body.and_then(|reference| reference.rsplit('/').next());
    let prepare =
        body.map(|name| format!("        let body = types::{name}::new(/* its required fields */);\n"));
    let prepare = prepare.unwrap_or_default();
    let has_parameters = [&object["parameters"], &spec["paths"][path]["parameters"]]
        .iter()
        .any(|list| list.as_array().is_some_and(|list| !list.is_empty()));
    let arguments = [has_parameters.then_some("/* its parameters */"), body.map(|_| "&body")];
    let arguments = arguments.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let constant = constant(&name);
    // rustdoc rejects an alias that equals the name of the item.
    let alias = if name == *id { String::new() } else { format!("    #[doc(alias = \"{id}\")]\n") };
    let (retry, why) = if ["GET", "HEAD", "PUT", "DELETE"].contains(&method.as_str()) {
        ("Idempotent", "safe to repeat")
    } else {
        ("Mint", "repeated only if nothing was sent; see Retry in src/transport.rs")
    };
    let success =
        &object["responses"][operation.success.to_string()]["content"]["application/json"]["schema"]["$ref"];
    let success = success.as_str().and_then(|reference| reference.rsplit('/').next());
    let output = success.map_or("()".to_owned(), |name| {
        format!("{name} /* a public type of this crate, made of types::{name} */")
    });
    format!(
        "    /// {summary}\n    ///\n    /// Call it when ... The server ...\n    ///\n    /// Operation `{id}`.\n    ///\n    \
         /// # Examples\n    ///\n    /// # Errors\n    ///\n    /// # Cancel safety\n    ///\n    /// # Security\n{alias}    pub async fn {name}(&self) -> Result<{output}, Error> {{\n{prepare}        \
         let api = {client}.api(&Operation::{constant}, {token}, None)?;\n        \
         call(&api, Retry::{retry}, || api.{name}({arguments})).await // {why}\n    }}"
    )
}

/// Returns the first line of a text, without control characters.
fn first_line(text: &Value) -> Option<String> {
    let line = openapi_drift::render::plain(text.as_str()?.lines().next()?);
    (!line.is_empty()).then_some(line)
}

/// Returns the name that progenitor gives the method of an operation.
fn method_name(id: &str) -> String {
    let mut name = String::new();
    for c in id.chars() {
        if c.is_uppercase() && !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
        if c.is_alphanumeric() {
            name.extend(c.to_lowercase());
        } else if !name.ends_with('_') {
            name.push('_');
        }
    }
    name
}
