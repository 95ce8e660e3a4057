//! The to-dos that `regenerate` prints after an import.

use serde_json::json;
use xtask::output::Exit;

use super::with_whoami;
use crate::support::{Checkout, assert_golden, operations};

#[test]
fn a_sixth_operation_needs_a_wrapper_and_is_clean_once_it_has_one() {
    let checkout = Checkout::of_fixture();
    let (exit, printed) = checkout.regenerate_from(&with_whoami(&checkout.spec()));
    assert_eq!(exit, Ok(Exit::ActionRequired));
    assert_golden("sixth-operation.txt", &printed);
    assert!(checkout.read("docs/reference/auth.md").contains("- **Wrapper**: none yet"));
    assert_eq!(checkout.check().0, Ok(Exit::ActionRequired));

    let session = checkout.read("src/session.rs").replacen(
        "    #[doc(alias = \"cliCode\")]",
        "    #[doc(alias = \"whoami\")]\n    pub async fn who_am_i(&self) -> Result<String, Error> {\n        \
         let api = self.client.api(Some(&self.token), None)?;\n        \
         Ok(call(&api, Retry::Idempotent, || api.whoami()).await?.name)\n    }\n\n    #[doc(alias = \"cliCode\")]",
        1,
    );
    checkout.write("src/session.rs", &session);
    assert_eq!(checkout.regenerate(None).0, Ok(Exit::Clean));
    assert_eq!(checkout.check().0, Ok(Exit::Clean));
}

#[test]
fn a_new_required_field_names_the_wrapper_that_must_send_it() {
    let checkout = Checkout::of_fixture();
    let mut spec = checkout.spec();
    let request = &mut spec["components"]["schemas"]["CliClaimRequest"];
    request["properties"]["device"] = json!({"type": "string"});
    request["required"] = json!(["nonce", "device"]);
    let (exit, printed) = checkout.regenerate_from(&spec);
    assert_eq!(exit, Ok(Exit::ActionRequired));
    let to_do = "to-do: update src/client.rs (Client::claim): types::CliClaimRequest::new changes: device: String is added\n";
    assert!(printed.ends_with(to_do), "{printed}");

    // Documentation changes no code.
    operations(&mut spec)[0].1["summary"] = json!("Something else");
    assert_eq!(checkout.regenerate_from(&spec).0, Ok(Exit::Clean));
}

#[test]
fn code_that_imports_all_types_or_only_passes_one_on_is_found() {
    let checkout = Checkout::of_fixture();
    checkout.write(
        "tests/wire.rs",
        "use crate::types::*;\n\nfn claim() -> CliTokenResponse {\n    CliTokenResponse::new(x)\n}\n",
    );
    checkout.write(
        "tests/pass.rs",
        "fn pass(it: types::CliTokenResponse) -> types::CliTokenResponse {\n    it\n}\n",
    );
    let mut spec = checkout.spec();
    let response = &mut spec["components"]["schemas"]["CliTokenResponse"];
    response["properties"]["expires_in"] = json!({"type": "integer"});
    response["required"] = json!(["token", "expires_in"]);
    let (_, printed) = checkout.regenerate_from(&spec);
    assert!(
        printed.contains("to-do: update tests/wire.rs (claim): types::CliTokenResponse::new changes"),
        "{printed}"
    );

    // The braces of a function are not those of a literal.
    assert!(!printed.contains("tests/pass.rs"), "{printed}");

    // The type becomes an enum under the same name.
    spec["components"]["schemas"]["CliTokenResponse"] = json!({"type": "string", "enum": ["a", "b"]});
    let (_, printed) = checkout.regenerate_from(&spec);
    assert!(printed.contains("to-do: update tests/pass.rs (pass): types::CliTokenResponse"), "{printed}");
}

#[test]
fn an_unusable_committed_document_is_replaced_with_a_to_do() {
    let checkout = Checkout::of_fixture();
    let good = checkout.spec();
    let (mut without_server, mut twins) = (good.clone(), good.clone());
    without_server["servers"] = json!([]);
    for (_, operation) in operations(&mut twins) {
        operation["operationId"] = json!("twice");
    }
    for bad in [without_server.to_string(), twins.to_string(), "<<<<<<< a merge".to_owned()] {
        checkout.write("openapi.json", &bad);
        let (exit, printed) = checkout.regenerate_from(&good);
        assert_eq!(exit, Ok(Exit::ActionRequired), "{printed}");
        assert!(
            printed.contains("to-do: check whether the wrappers still fit, since the changes are unknown: "),
            "{printed}"
        );
        assert_eq!(checkout.spec(), good);
        assert_eq!(checkout.check().0, Ok(Exit::Clean));
    }
}

#[test]
fn a_removed_operation_names_its_wrapper() {
    let checkout = Checkout::of_fixture();
    let mut spec = checkout.spec();
    spec["paths"].as_object_mut().unwrap().retain(|path, _| !path.ends_with("/code"));
    let (exit, printed) = checkout.regenerate_from(&spec);
    assert_eq!(exit, Ok(Exit::ActionRequired));
    assert!(
        printed.contains("changed [breaking] cliCode is removed: All requests to it fail\n"),
        "{printed}"
    );
    assert!(
        printed.contains(
            "to-do: Session::mint_code in src/session.rs wraps cliCode, which is no longer a public operation"
        ),
        "{printed}"
    );
}

#[test]
fn a_field_that_looks_secret_needs_a_decision() {
    for (name, schema) in [
        ("refresh_token", json!({"type": "string"})),
        ("clientSecret", json!({"type": "string"})),
        ("hint", json!({"type": "string", "description": "Part of the password."})),
        ("tokens", json!({"$ref": "#/components/schemas/Opaque"})),
        ("recovery_codes", json!({"type": "array", "items": {"type": "string"}})),
        (
            "api_key",
            json!({"allOf": [{"$ref": "#/components/schemas/Opaque"}], "description": "For machines."}),
        ),
        ("cookie", json!({})),
    ] {
        let checkout = Checkout::of_fixture();
        let mut spec = checkout.spec();
        spec["components"]["schemas"]["Opaque"] = json!({"type": "string"});
        spec["components"]["schemas"]["CliTokenResponse"]["properties"][name] = schema;
        let (exit, printed) = checkout.regenerate_from(&spec);
        assert_eq!(exit, Ok(Exit::ActionRequired), "{name}");
        let expected = format!("add \"CliTokenResponse.{name}\" to `secret` in build/secrets.rs");
        assert!(printed.contains(&expected), "{printed}");
    }
}
