//! Compares the code with the specification. `cargo xtask check`, which is a test, too, checks that each operation has one
//! wrapper and that the committed client is fresh.

// The assumptions of the maintainers' commands about this crate.
#[allow(dead_code, missing_docs, unreachable_pub, reason = "not all of it is about values")]
#[path = "../../xtask/src/api_profile.rs"]
mod api_profile;

use crate::support::setup;
use harmont_auth::wire::{OPERATIONS, Operation};
use harmont_auth::{Claim, Nonce, PasteCode};
use harmont_auth_test_server::{visit, visit_with};
use serde_json::Value;

#[tokio::test]
async fn every_operation_has_a_route_in_the_test_server() {
    let setup = setup().await;
    for operation in OPERATIONS {
        // With a token, since the server checks it first.
        let token = format!("Bearer {}", setup.server.session_token());
        let url = format!("{}{}", setup.server.url(), operation.path);
        let page = visit_with(operation.method, &url, &[("authorization", &token)]).await.unwrap();
        assert!(page.status != 404 && page.status != 501, "{}: {}", operation.id, page.text);
    }
}

#[tokio::test]
async fn the_test_server_requires_a_token_if_the_specification_does() {
    let setup = setup().await;
    for operation in OPERATIONS {
        let page =
            visit(operation.method, &format!("{}{}", setup.server.url(), operation.path)).await.unwrap();
        assert_eq!(page.status == 401, operation.bearer, "{}", operation.id);
    }
}

#[tokio::test]
async fn the_status_of_an_unknown_secret_is_in_the_specification() {
    let setup = setup().await;
    let claim = setup.client.claim_token(&Nonce::generate().unwrap()).await.unwrap();
    assert!(matches!(claim, Claim::Pending));
    let error = setup.client.redeem_code("k7p2-qr9m-x3wz-4ntv".parse().unwrap()).await.unwrap_err();
    assert!(error.is_code_invalid(), "{error}");
    let status = error.status().unwrap();

    let specification: Value = serde_json::from_str(include_str!("../../openapi.json")).unwrap();
    for request in setup.server.requests() {
        let Operation { id, path, .. } = request.operation.unwrap();
        let responses = &specification["paths"][path][request.method.to_ascii_lowercase()]["responses"];
        assert!(
            responses[status.as_str()].is_object(),
            "{id} no longer answers {status}: see Error::is_code_invalid, and who asks it"
        );
    }
}

/// The sample values that `cargo xtask check` compares with the bounds of the specification are valid for this crate.
#[test]
fn the_samples_of_values_are_right() {
    let [nonce, code] = api_profile::HARMONT.values else {
        panic!("another value has samples: check it here")
    };
    for (name, value) in [("nonce", nonce), ("code", code)] {
        assert!(value.fields.iter().all(|field| field.ends_with(&format!(".{name}"))), "{name}");
    }
    let alphabet = nonce.samples.concat();
    for _ in 0..100 {
        let generated = Nonce::generate().unwrap();
        let generated = generated.expose_secret();
        assert!(nonce.samples.iter().all(|sample| sample.len() == generated.len()));
        assert!(generated.chars().all(|c| alphabet.contains(c)), "a character is in no sample");
    }
    for sample in code.samples {
        assert_eq!(sample.parse::<PasteCode>().unwrap().expose_secret(), *sample);
    }
    let alphabet = code.samples.concat();
    for c in ('0'..='9').chain('A'..='Z').filter(|c| !"ILOU".contains(*c)) {
        assert!(alphabet.contains(c), "{c} is in no sample");
    }
}

#[cfg(feature = "schemars")]
mod schemas {
    use harmont_auth::wire::SCHEMAS;
    use schemars::generate::SchemaSettings;

    use super::Value;

    /// The keywords that the comparison ignores.
    const KEYWORDS: [&str; 13] = [
        "$schema",
        "title",
        "description",
        "default",
        "example",
        "format",
        "maxLength",
        "maximum",
        "minLength",
        "minimum",
        "nullable",
        "pattern",
        "uniqueItems",
    ];

    /// Normalizes a schema for the comparison. It ignores descriptions, bounds and formats, which the server validates, the
    /// order of `required`, and `nullable`, by which schemars marks an optional
    /// field.
    fn normal(schema: &mut Value) {
        match schema {
            Value::Object(object) => {
                for keyword in KEYWORDS {
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
        let mut document: Value = serde_json::from_str(include_str!("../../openapi.json")).unwrap();
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
