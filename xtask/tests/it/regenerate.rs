//! `cargo xtask regenerate`: the same contract gives the same bytes, and a changed one gives a report.

mod to_dos;

use crate::support::{Checkout, assert_golden, full, operations, to_yaml};
use serde_json::{Value, json};
use xtask::output::Exit;

#[test]
fn the_full_document_the_subset_and_any_order_of_keys_give_the_same_bytes() {
    let checkout = Checkout::of_repository();
    let before = checkout.snapshot();
    let (subset, full) = (checkout.spec(), full(&checkout.spec()));
    assert!(full["paths"].as_object().unwrap().len() > 50);
    let yaml = format!("# from another tool\n{}\n", to_yaml(&full, 0).trim_start());
    for text in [subset.to_string(), full.to_string(), yaml] {
        let source = checkout.write("new.json", &text);
        let (exit, printed) = checkout.regenerate(Some(&source));
        assert_eq!(exit, Ok(Exit::Clean), "{printed}");
        assert!(printed.ends_with("all generated files were up to date\n"), "{printed}");
        assert_eq!(checkout.snapshot(), before);
    }
}

#[test]
fn every_repair_is_reported() {
    let checkout = Checkout::of_fixture();
    let (_, printed) = checkout.regenerate_from(&full(&checkout.spec()));
    for repair in [
        "repaired the document: dropped empty `security`\n",
        "repaired cliClaim: dropped empty `callbacks`\n",
        "repaired cliClaim: dropped empty `parameters`\n",
        "repaired cliClaim: dropped required: false, which is the default\n",
        "repaired logout: dropped application/json without a schema from 204\n",
        "repaired servers: dropped empty `variables`\n",
    ] {
        assert!(printed.contains(repair), "{repair} not in {printed}");
    }
    assert!(!printed.contains("other"), "{printed}");
}

/// Adds a prefix to every path.
fn promoted(spec: &Value) -> Value {
    let mut spec = spec.clone();
    let paths = spec["paths"].as_object().unwrap().clone();
    spec["paths"] = paths.into_iter().map(|(path, item)| (format!("/next{path}"), item)).collect();
    spec
}

#[test]
fn a_new_prefix_is_one_change_and_violates_no_rule() {
    let checkout = Checkout::of_repository();
    let (exit, printed) = checkout.regenerate_from(&promoted(&checkout.spec()));
    assert_eq!(exit, Ok(Exit::Clean), "{printed}");
    assert_eq!(printed.lines().filter(|line| line.starts_with("changed ")).count(), 1, "{printed}");
    assert_eq!(checkout.check().0, Ok(Exit::Clean));
}

#[test]
fn the_report_of_a_promotion_reads_well() {
    let checkout = Checkout::of_fixture();
    let mut spec: Value = serde_json::from_str(&checkout.spec().to_string().replace("/v7/", "/v8/")).unwrap();
    for (_, operation) in operations(&mut spec) {
        operation["callbacks"] = json!({});
    }
    // Only a maintainer can judge whether prose is still true.
    checkout.write("README.md", "One line.\nAll paths begin with /v7/.\n");
    checkout.write("examples/other.rs", "const USER: &str = \"/v7/user\";\n");
    assert_golden("promotion.txt", &checkout.regenerate_from(&spec).1);
}

#[test]
fn a_second_run_changes_nothing() {
    let checkout = Checkout::of_repository();
    let spec = promoted(&checkout.spec());
    checkout.regenerate_from(&spec).0.unwrap();
    let before = checkout.snapshot();
    let (exit, printed) = checkout.regenerate_from(&spec);
    assert_eq!((exit, printed.as_str()), (Ok(Exit::Clean), "all generated files were up to date\n"));
    assert_eq!(checkout.snapshot(), before);
}

/// Returns the committed document with a sixth operation.
fn with_whoami(spec: &Value) -> Value {
    let mut spec = spec.clone();
    let path = format!("{}-and-whoami", spec["paths"].as_object().unwrap().keys().next_back().unwrap());
    spec["paths"][path] = json!({"get": {
        "operationId": "whoami", "summary": "Tell who is signed in", "tags": ["auth"],
        "security": [{"bearer": []}],
        "responses": {"200": {"description": "The user", "content": {"application/json": {"schema": {
            "$ref": "#/components/schemas/User"}}}}}
    }});
    spec["components"]["schemas"]["User"] =
        json!({"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}});
    spec
}

#[test]
fn parameters_reach_the_generated_call() {
    let checkout = Checkout::of_fixture();
    let mut spec = with_whoami(&checkout.spec());
    let paths = spec["paths"].as_object_mut().unwrap();
    let (path, mut item) = paths.iter().next_back().map(|(path, item)| (path.clone(), item.clone())).unwrap();
    paths.remove(&path);
    let text = json!({"type": "string"});
    item["get"]["parameters"] = json!([
        {"name": "id", "in": "path", "required": true, "schema": text},
        {"name": "api-version", "in": "header", "required": true, "schema": text},
    ]);
    paths.insert(format!("{path}/{{id}}"), item);
    assert_eq!(checkout.regenerate_from(&spec).0, Ok(Exit::ActionRequired));

    let client = checkout.read("src/generated/client.rs");
    let (_, method) = client.split_once("fn whoami").unwrap();
    let (method, _) = method.split_once(".await").unwrap();
    let method: String = method.split_whitespace().collect();
    let url = format!("self.inner.url(format_args!(\"{path}/{{}}\",encode_path(&id.to_string())");
    assert!(method.contains(&url), "{url} not in {method}");
    // Not to be confused with the header of this name that progenitor adds itself.
    assert!(
        method.contains("header_map.append(\"api-version\",api_version.to_string().try_into()?);"),
        "{method}"
    );
    assert!(method.contains(".headers(header_map)"), "{method}");
    // The other methods have no headers, so they have no map.
    assert_eq!(client.matches(".headers(header_map)").count(), 1);
}

#[test]
fn only_a_success_that_is_an_object_is_read_as_one() {
    let checkout = Checkout::of_fixture();
    let mut spec = with_whoami(&checkout.spec());
    let reader = |spec: &Value| {
        checkout.regenerate_from(spec).0.unwrap();
        let client = checkout.read("src/generated/client.rs");
        let (_, method) = client.split_once("fn whoami").unwrap();
        method.contains("200u16 => crate::transport::object(response).await")
    };
    assert!(reader(&spec));

    let path = spec["paths"].as_object().unwrap().keys().next_back().unwrap().clone();
    let schema = &mut spec["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"];
    *schema = json!({"type": "array", "items": schema.take()});
    assert!(!reader(&spec));
}

#[test]
fn changes_are_reported_in_words() {
    let checkout = Checkout::of_fixture();
    let mut spec = checkout.spec();
    let schemas = &mut spec["components"]["schemas"];
    schemas["CliTokenResponse"]["properties"]["expires_in"] = json!({"type": "integer"});
    schemas["Error"]["properties"]["error"]["properties"]["retryable"] = json!({"type": "boolean"});
    for (path, operation) in operations(&mut spec) {
        if path.ends_with("/redeem") {
            operation["operationId"] = json!("cliExchange");
            operation["security"] = json!([{"bearer": []}]);
        }
        if path.ends_with("/claim") {
            operation["summary"] = json!("Claim it");
        }
    }
    let (_, printed) = checkout.regenerate_from(&spec);
    let changes: Vec<&str> = printed.lines().filter_map(|line| line.strip_prefix("changed ")).collect();
    assert_eq!(
        changes,
        [
            "[additive] schema CliTokenResponse: field expires_in is added ({\"type\":\"integer\"}): Clients ignore \
             unknown properties",
            "[additive] schema Error: field error.retryable is added ({\"type\":\"boolean\"}): Clients ignore \
             unknown properties",
            "[docs] cliClaim: summary changes (Claim a token -> Claim it): It is documentation only",
            "[breaking] cliExchange now requires credentials (nothing -> bearer): Requests without credentials are \
             rejected",
            "[docs] cliExchange has a different operationId (cliRedeem -> cliExchange): The operationId is not sent; only \
             names in generated code change",
        ]
    );
}

#[test]
fn only_reachable_components_are_kept() {
    let checkout = Checkout::of_fixture();
    let mut spec = checkout.spec();
    for (path, operation) in operations(&mut spec) {
        if path.ends_with("/claim") {
            operation["responses"]["400"] = json!({"$ref": "#/components/responses/Shared"});
            operation["responses"]["429"] = json!({"$ref": "#/components/responses/Shared"});
            operation["parameters"] = json!([{"$ref": "#/components/parameters/Trace"}]);
        }
    }
    let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    spec["components"]["responses"] = json!({
        "Shared": {"description": "No", "content": {"application/json": {"schema": reference("Outer")}}},
        "Unused": {"description": "Never"}
    });
    spec["components"]["parameters"] = json!({"Trace": {"in": "header", "name": "x-trace", "required": false, "schema": {"type": "string"}}});
    let schemas = &mut spec["components"]["schemas"];
    schemas["Outer"] =
        json!({"type": "object", "properties": {"example": reference("Inner"), "next": reference("Outer")}});
    schemas["Inner"] = json!({"type": "object", "properties": {"outer": reference("Outer")}});
    schemas["Lonely"] = json!({"type": "object", "properties": {"outer": reference("Outer")}});
    checkout.regenerate_from(&spec).0.unwrap();
    let components = checkout.spec()["components"].clone();
    let names =
        |kind: &str| -> Vec<String> { components[kind].as_object().unwrap().keys().cloned().collect() };
    assert_eq!(names("responses"), ["Shared"]);
    assert_eq!(names("parameters"), ["Trace"]);
    assert!(names("schemas").contains(&"Inner".to_owned()) && names("schemas").contains(&"Outer".to_owned()));
    assert!(!names("schemas").contains(&"Lonely".to_owned()));
}

#[test]
fn the_page_of_a_small_document_reads_well() {
    let checkout = Checkout::of_fixture();
    let mut spec = with_whoami(&checkout.spec());
    spec["paths"]
        .as_object_mut()
        .unwrap()
        .retain(|path, _| path.ends_with("/claim") || path.ends_with("whoami"));
    spec["components"]["schemas"]["User"]["properties"] = json!({
        "name": {"type": "string", "description": "As in <the profile> | or not."},
        "role": {"type": "string", "enum": ["admin", "member"]},
        "teams": {"type": "array", "items": {"$ref": "#/components/schemas/Team"}},
        "home": {"$ref": "#/components/schemas/Team"},
        "born": {"type": "string", "format": "date", "nullable": true}
    });
    spec["components"]["schemas"]["Team"] =
        json!({"type": "object", "properties": {"lead": {"$ref": "#/components/schemas/User"}}});
    checkout.regenerate_from(&spec).0.unwrap();
    assert_golden("page.md", &checkout.read("docs/reference/auth.md"));
}
