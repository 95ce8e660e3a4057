//! The table of changes, one row each.

use serde_json::{Value, json};

/// How an import ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// All files were written, and nothing is left to do: the workspace must build, and its tests must pass.
    Green,
    /// All files were written, and a maintainer must act.
    ActionRequired,
    /// Nothing was written.
    Refused,
}

use End::{ActionRequired, Green, Refused};

/// A change of the specification, and the expected result.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) change: fn(&mut Value),
    pub(crate) end: End,
    /// Texts that the output or the error must contain.
    pub(crate) prints: &'static [&'static str],
    /// Green rows of the same group are built and tested together.
    pub(crate) group: &'static str,
}

macro_rules! table {
    ($($end:ident $name:literal $([$group:literal])? $(prints $($text:literal),+)? => $change:expr;)*) => {
        &[$(Row {
            name: $name,
            change: $change,
            end: $end,
            prints: &[$($($text),+)?],
            group: concat!("", $($group)?),
        }),*]
    };
}

/// Returns the operation with an id.
fn operation<'s>(spec: &'s mut Value, id: &str) -> &'s mut Value {
    let items = spec["paths"].as_object_mut().into_iter().flatten().map(|(_, item)| item);
    let mut operations = items.flat_map(|item| item.as_object_mut().into_iter().flatten());
    operations.find(|(_, it)| it["operationId"] == id).map(|(_, it)| it).unwrap()
}

/// Returns the path item of an operation.
fn item<'s>(spec: &'s mut Value, id: &str) -> &'s mut Value {
    let mut items = spec["paths"].as_object_mut().into_iter().flatten().map(|(_, item)| item);
    items.find(|item| item.as_object().into_iter().flatten().any(|(_, it)| it["operationId"] == id)).unwrap()
}

/// Removes the path item of an operation.
fn take(spec: &mut Value, id: &str) -> (String, Value) {
    let paths = spec["paths"].as_object_mut().unwrap();
    let path = paths
        .iter()
        .find(|(_, item)| item.as_object().into_iter().flatten().any(|(_, it)| it["operationId"] == id))
        .map(|(path, _)| path.clone())
        .unwrap();
    let item = paths.remove(&path).unwrap();
    (path, item)
}

fn schema<'s>(spec: &'s mut Value, name: &str) -> &'s mut Value {
    &mut spec["components"]["schemas"][name]
}

fn field<'s>(spec: &'s mut Value, schema: &str, name: &str) -> &'s mut Value {
    &mut spec["components"]["schemas"][schema]["properties"][name]
}

/// Adds an optional field to the responses that contain a token.
fn add(spec: &mut Value, name: &str, schema: Value) {
    *field(spec, "CliTokenResponse", name) = schema;
}

fn require(spec: &mut Value, schema: &str, name: &str) {
    spec["components"]["schemas"][schema]["required"].as_array_mut().unwrap().push(name.into());
}

/// Renames a component schema, and the references to it.
fn rename_schema(spec: &mut Value, old: &str, new: &str) {
    let text = spec.to_string();
    let text = text.replace(&format!("schemas/{old}\""), &format!("schemas/{new}\""));
    *spec = serde_json::from_str(&text).unwrap();
    let schemas = spec["components"]["schemas"].as_object_mut().unwrap();
    let schema = schemas.remove(old).unwrap();
    schemas.insert(new.to_owned(), schema);
}

fn add_response(spec: &mut Value, id: &str, status: &str) {
    operation(spec, id)["responses"][status] = json!({
        "description": "More",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    });
}

/// Increments the version in each path.
fn promote(spec: &mut Value) {
    let raise = |path: &str| {
        let version = path.split('/').find_map(|part| part.strip_prefix('v')?.parse::<u32>().ok()).unwrap();
        path.replacen(&format!("/v{version}/"), &format!("/v{}/", version + 1), 1)
    };
    let paths = spec["paths"].as_object().unwrap().clone();
    spec["paths"] = paths.into_iter().map(|(path, item)| (raise(&path), item)).collect();
}

/// Rewrites a document as OpenAPI 3.1.
fn as_3_1(spec: &mut Value) {
    fn respell(value: &mut Value) {
        match value {
            Value::Object(object) => {
                if object.remove("nullable").is_some_and(|it| it == true) {
                    let kind = object["type"].take();
                    object["type"] = json!([kind, "null"]);
                }
                object.values_mut().for_each(respell);
            }
            Value::Array(items) => items.iter_mut().for_each(respell),
            _ => {}
        }
    }
    respell(spec);
    spec["openapi"] = json!("3.1.0");
}

/// Returns the name of the security scheme.
fn scheme(spec: &Value) -> String {
    spec["components"]["securitySchemes"].as_object().unwrap().keys().next().unwrap().clone()
}

fn bearer(spec: &Value) -> Value {
    json!([{scheme(spec): []}])
}

pub(crate) const TABLE: &[Row] = table! {
    Green "an optional date-time field" ["contents"] => |spec| add(spec, "expires_at", json!({"type": "string", "format": "date-time"}));
    Green "an optional date field" ["contents"] => |spec| add(spec, "day", json!({"type": "string", "format": "date"}));
    Green "an optional time field" ["contents"] => |spec| add(spec, "hour", json!({"type": "string", "format": "time"}));
    Green "an optional uuid field" ["contents"] => |spec| add(spec, "session_id", json!({"type": "string", "format": "uuid"}));
    Green "optional fields of addresses" ["contents"] => |spec| {
        for format in ["ip", "ipv4", "ipv6", "uri", "email", "hostname"] {
            add(spec, &format!("{format}_address"), json!({"type": "string", "format": format}));
        }
    };
    Green "an optional field with bytes" ["contents"] => |spec| {
        add(spec, "avatar", json!({"type": "string", "format": "byte"}));
        add(spec, "picture", json!({"type": "string", "format": "binary"}));
    };
    Green "an optional integer field" ["contents"] => |spec| add(spec, "expires_in", json!({"type": "integer"}));
    Green "optional int32, int64, float and double fields" ["contents"] => |spec| {
        for format in ["int32", "int64", "uint32"] {
            add(spec, &format!("n_{format}"), json!({"type": "integer", "format": format}));
        }
        for format in ["float", "double"] {
            add(spec, &format!("n_{format}"), json!({"type": "number", "format": format}));
        }
    };
    Green "an optional integer field with bounds" ["contents"] => |spec| {
        add(spec, "level", json!({"type": "integer", "minimum": 1, "maximum": 10}));
    };
    Green "an optional boolean field with a default" ["contents"] => |spec| {
        add(spec, "is_new", json!({"type": "boolean", "default": true}));
    };
    Green "an optional text field with a pattern, bounds and a default" ["contents"] => |spec| {
        add(spec, "region", json!({"type": "string", "pattern": "^[a-z]+$", "minLength": 1, "maxLength": 9, "default": "eu"}));
    };
    Green "an optional nested object" ["contents"] => |spec| {
        add(spec, "user", json!({"type": "object", "required": ["name"], "properties": {
            "name": {"type": "string"}, "since": {"type": "string", "format": "date-time"}
        }}));
    };
    Green "an optional enum field" ["contents"] => |spec| {
        add(spec, "plan", json!({"type": "string", "enum": ["free", "pro"]}));
    };
    Green "an optional map" ["contents"] => |spec| {
        add(spec, "labels", json!({"type": "object", "additionalProperties": {"type": "string"}}));
        add(spec, "anything", json!({"type": "object", "additionalProperties": true}));
    };
    Green "an optional list" ["contents"] => |spec| {
        add(spec, "orgs", json!({"type": "array", "items": {"type": "string"}}));
        add(spec, "marks", json!({"type": "array", "uniqueItems": true, "items": {"type": "string"}}));
    };
    Green "an optional nullable field" ["contents"] => |spec| add(spec, "org", json!({"type": "string", "nullable": true}));
    Green "an optional field of a component" ["contents"] => |spec| {
        *schema(spec, "Org") = json!({"type": "object", "properties": {"id": {"type": "string", "format": "uuid"}}});
        add(spec, "home_org", json!({"$ref": "#/components/schemas/Org"}));
    };
    Green "an optional field of the error envelope" ["contents"] => |spec| {
        spec["components"]["schemas"]["Error"]["properties"]["error"]["properties"]["retryable"] = json!({"type": "boolean"});
    };
    Green "an optional field of a request" ["contents"] => |spec| {
        *field(spec, "CliClaimRequest", "device") = json!({"type": "string"});
    };
    Green "429 is documented" ["contents"] => |spec| add_response(spec, "cliClaim", "429");
    Green "500 and a default response are documented" ["contents"] => |spec| {
        add_response(spec, "cliRedeem", "500");
        add_response(spec, "cliRedeem", "default");
    };
    Green "another success status" ["contents"] => |spec| {
        let responses = operation(spec, "cliClaim")["responses"].as_object_mut().unwrap();
        let status = responses.keys().find(|status| status.starts_with('2')).unwrap().clone();
        let success = responses.remove(&status).unwrap();
        responses.insert(if status == "201" { "200" } else { "201" }.to_owned(), success);
    };
    Green "a response header is documented" ["contents"] => |spec| {
        operation(spec, "cliRedeem")["responses"]["200"]["headers"] =
            json!({"X-Request-Id": {"schema": {"type": "string", "format": "uuid"}}});
    };
    ActionRequired "400 of an operation that returns a token is no longer documented"
        prints "cliRedeem", "400", "Error::is_code_invalid" =>
        |spec| { operation(spec, "cliRedeem")["responses"].as_object_mut().unwrap().remove("400"); };
    ActionRequired "a success gets a body" prints "Session::logout", "src/session.rs" => |spec| {
        operation(spec, "logout")["responses"] = json!({"200": {"description": "Done", "content": {"application/json":
            {"schema": {"$ref": "#/components/schemas/CliTokenResponse"}}}}});
    };
    Refused "two successes that differ in type" prints "cliClaim", "and 204" =>
        |spec| { operation(spec, "cliClaim")["responses"]["204"] = json!({"description": "Nothing yet"}); };

    ActionRequired "a required field of a response" prints "test-server/src/routes.rs", "CliTokenResponse" => |spec| {
        add(spec, "expires_at", json!({"type": "string", "format": "date-time"}));
        require(spec, "CliTokenResponse", "expires_at");
    };
    ActionRequired "a required integer field of a request" prints "src/client.rs", "CliClaimRequest" => |spec| {
        *field(spec, "CliClaimRequest", "version") = json!({"type": "integer", "format": "int32"});
        require(spec, "CliClaimRequest", "version");
    };
    ActionRequired "a field is renamed" prints "CliTokenResponse.token", "src/client.rs", "test-server/src/routes.rs", "build/secrets.rs" => |spec| {
        let properties = schema(spec, "CliTokenResponse")["properties"].as_object_mut().unwrap();
        let token = properties.remove("token").unwrap();
        properties.insert("session".to_owned(), token);
        schema(spec, "CliTokenResponse")["required"] = json!(["session"]);
    };
    ActionRequired "a field is removed" prints "CliCodeResponse.code", "src/session.rs", "build/secrets.rs" => |spec| {
        schema(spec, "CliCodeResponse")["properties"].as_object_mut().unwrap().remove("code");
        schema(spec, "CliCodeResponse")["required"] = json!([]);
    };
    ActionRequired "a field of the error envelope is removed" prints "src/transport/response.rs", "test-server/src/reply.rs" => |spec| {
        let error = &mut spec["components"]["schemas"]["Error"]["properties"]["error"];
        error["properties"].as_object_mut().unwrap().remove("doc_url");
    };
    ActionRequired "a field that looks secret" prints "CliTokenResponse.refresh_token", "build/secrets.rs" =>
        |spec| add(spec, "refresh_token", json!({"type": "string"}));
    ActionRequired "a field that is described as a secret" prints "CliTokenResponse.hint", "build/secrets.rs" =>
        |spec| add(spec, "hint", json!({"type": "string", "description": "Part of the password."}));
    ActionRequired "the token is optional" prints "CliTokenResponse.token", "src/client.rs" =>
        |spec| { schema(spec, "CliTokenResponse")["required"] = json!([]); };
    ActionRequired "the token is a number" prints "CliTokenResponse.token", "build/secrets.rs" =>
        |spec| *field(spec, "CliTokenResponse", "token") = json!({"type": "integer"});

    ActionRequired "the nonce must be longer" prints "minLength", "128", "64", "CliClaimRequest.nonce", "src/secret.rs" =>
        |spec| { field(spec, "CliClaimRequest", "nonce")["minLength"] = json!(128); };
    ActionRequired "the nonce must be shorter" prints "maxLength", "32", "CliTransferRequest.nonce" =>
        |spec| { field(spec, "CliTransferRequest", "nonce")["maxLength"] = json!(32); };
    ActionRequired "the nonce must match another pattern" prints "pattern", "^[A-Z]+$" =>
        |spec| { field(spec, "CliClaimRequest", "nonce")["pattern"] = json!("^[A-Z]+$"); };
    ActionRequired "the nonce must be a uuid" prints "format", "uuid" =>
        |spec| { field(spec, "CliClaimRequest", "nonce")["format"] = json!("uuid"); };
    ActionRequired "the nonce must be one of a list" prints "enum" =>
        |spec| { field(spec, "CliClaimRequest", "nonce")["enum"] = json!(["a", "b"]); };
    ActionRequired "the code has another length" prints "CliRedeemRequest.code", "maxLength", "8" =>
        |spec| { field(spec, "CliRedeemRequest", "code")["maxLength"] = json!(8); };
    Green "the nonce has bounds that allow it" ["contents"] => |spec| {
        let nonce = field(spec, "CliClaimRequest", "nonce");
        nonce["minLength"] = json!(64);
        nonce["maxLength"] = json!(64);
        nonce["pattern"] = json!("^[0-9a-f]{64}$");
    };
    Green "the token has a minimum length" ["contents"] =>
        |spec| { field(spec, "CliTokenResponse", "token")["minLength"] = json!(20); };

    ActionRequired "an operation without a token requires one" prints "cliClaim", "src/client.rs", "Session" =>
        |spec| { let bearer = bearer(spec); operation(spec, "cliClaim")["security"] = bearer; };
    ActionRequired "an operation with a token loses its security" prints "logout", "src/session.rs", "Client" =>
        |spec| { operation(spec, "logout").as_object_mut().unwrap().remove("security"); };
    Green "security moves to the root of the document" ["addresses"] => |spec| {
        spec["security"] = bearer(spec);
        for id in ["cliCode", "cliTransfer", "logout"] {
            operation(spec, id).as_object_mut().unwrap().remove("security");
        }
        for id in ["cliClaim", "cliRedeem"] {
            operation(spec, id)["security"] = json!([]);
        }
    };
    ActionRequired "security moves to the root, also of operations without a token" prints "cliClaim", "cliRedeem" => |spec| {
        spec["security"] = bearer(spec);
    };
    Green "the scheme has another key" ["addresses"] => |spec| {
        let name = scheme(spec);
        let text = spec.to_string().replace(&format!("\"{name}\":"), "\"session\":");
        *spec = serde_json::from_str(&text).unwrap();
    };
    Refused "security becomes OAuth2" prints "cliCode", "oauth2" => |spec| {
        let name = scheme(spec);
        spec["components"]["securitySchemes"][name] = json!({"type": "oauth2", "flows": {"clientCredentials": {
            "tokenUrl": "https://api.harmont.dev/token", "scopes": {}}}});
    };
    Refused "security has alternatives" prints "logout", "cookie" => |spec| {
        spec["components"]["securitySchemes"]["cookie"] = json!({"type": "apiKey", "in": "cookie", "name": "sid"});
        let name = scheme(spec);
        operation(spec, "logout")["security"] = json!([{name: []}, {"cookie": []}]);
    };
    Refused "security is optional" prints "logout" => |spec| {
        let name = scheme(spec);
        operation(spec, "logout")["security"] = json!([{name: []}, {}]);
    };

    ActionRequired "an operation is added" prints "whoami", "src/session.rs", "#[doc(alias = \"whoami\")]", "# Errors", "test-server/src/routes.rs", "tests/it/support.rs" => |spec| {
        let path = take(&mut spec.clone(), "logout").0.replace("logout", "whoami");
        *schema(spec, "User") = json!({"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}});
        spec["paths"][path] = json!({"get": {
            "operationId": "whoami", "summary": "Tell who is signed in", "tags": ["auth"], "security": bearer(spec),
            "responses": {"200": {"description": "The user", "content": {"application/json": {"schema": {
                "$ref": "#/components/schemas/User"}}}}}
        }});
    };
    ActionRequired "an operation is removed" prints "Client::redeem_code", "src/client.rs", "test-server/src/routes.rs", "tests/it/support.rs", "README.md" =>
        |spec| { take(spec, "cliRedeem"); };
    ActionRequired "an operationId is renamed" prints "cliExchange", "Client::redeem_code in src/client.rs", "test-server/src/routes.rs" =>
        |spec| { operation(spec, "cliRedeem")["operationId"] = json!("cliExchange"); };
    Green "an operation moves to another path" ["addresses"] => |spec| {
        let (path, item) = take(spec, "logout");
        spec["paths"][path.replace("/logout", "/sign-out")] = item;
    };
    Green "an operation has another method" ["addresses"] => |spec| {
        let item = item(spec, "logout").as_object_mut().unwrap();
        let operation = item.remove("post").or_else(|| item.remove("put")).unwrap();
        item.insert("put".to_owned(), operation);
    };
    Green "all paths get another prefix" ["addresses"] prints "paths have a different prefix" => promote;
    ActionRequired "one operation moves to another tag" prints "cliCode", "cli-auth", "xtask/src/api_profile.rs" =>
        |spec| { operation(spec, "cliCode")["tags"] = json!(["cli-auth"]); };
    ActionRequired "four operations move to another tag" prints "cliClaim", "cliCode", "cliRedeem", "cliTransfer", "cli-auth", "xtask/src/api_profile.rs" => |spec| {
        for id in ["cliClaim", "cliCode", "cliRedeem", "cliTransfer"] {
            operation(spec, id)["tags"] = json!(["cli-auth"]);
        }
    };
    ActionRequired "an operation becomes internal" prints "cliCode is no longer a public operation", "Session::mint_code" =>
        |spec| { operation(spec, "cliCode")["x-internal"] = json!(true); };

    ActionRequired "the error envelope is renamed" prints "src/transport/response.rs", "test-server/src/reply.rs", "ApiError" =>
        |spec| rename_schema(spec, "Error", "ApiError");
    ActionRequired "the error envelope is split" prints "src/transport/response.rs", "test-server/src/reply.rs" => |spec| {
        let inner = spec["components"]["schemas"]["Error"]["properties"]["error"].take();
        *schema(spec, "ErrorDetail") = inner;
        spec["components"]["schemas"]["Error"]["properties"]["error"] = json!({"$ref": "#/components/schemas/ErrorDetail"});
    };
    ActionRequired "a request schema is renamed" prints "src/client.rs", "ClaimRequest", "build/secrets.rs" =>
        |spec| rename_schema(spec, "CliClaimRequest", "ClaimRequest");

    ActionRequired "a required query parameter on the operation" prints "Client::redeem_code", "src/client.rs" => |spec| {
        operation(spec, "cliRedeem")["parameters"] =
            json!([{"name": "region", "in": "query", "required": true, "schema": {"type": "string"}}]);
    };
    ActionRequired "a required query parameter on the path item" prints "src/client.rs", "cli_claim" => |spec| {
        item(spec, "cliClaim")["parameters"] =
            json!([{"name": "region", "in": "query", "required": true, "schema": {"type": "string"}}]);
    };
    ActionRequired "a parameter by reference" prints "Session::logout", "src/session.rs" => |spec| {
        spec["components"]["parameters"]["Region"] =
            json!({"name": "region", "in": "header", "required": true, "schema": {"type": "string"}});
        operation(spec, "logout")["parameters"] = json!([{"$ref": "#/components/parameters/Region"}]);
    };
    ActionRequired "an optional query parameter" prints "Client::redeem_code", "src/client.rs" => |spec| {
        operation(spec, "cliRedeem")["parameters"] =
            json!([{"name": "region", "in": "query", "schema": {"type": "string", "format": "uuid"}}]);
    };

    ActionRequired "the first server is on another host" prints "api.harmont.example", "xtask/src/api_profile.rs", "token" =>
        |spec| { spec["servers"][0]["url"] = json!("https://api.harmont.example"); };
    Refused "the first server is no URL" prints "https://a b", "server" =>
        |spec| { spec["servers"][0]["url"] = json!("https://a b"); };
    Refused "the first server is http" prints "http://api.harmont.dev", "https" =>
        |spec| { spec["servers"][0]["url"] = json!("http://api.harmont.dev"); };
    Refused "the first server has variables" prints "{region}" => |spec| {
        spec["servers"][0] = json!({"url": "https://{region}.harmont.dev", "variables": {"region": {"default": "eu"}}});
    };
    Refused "there is no server" prints "server" => |spec| { spec["servers"] = json!([]); };
    Green "a second server" ["contents"] => |spec| {
        spec["servers"].as_array_mut().unwrap().push(json!({"url": "https://eu.harmont.dev"}));
    };
    Refused "an operation overrides the servers" prints "cliCode", "servers" => |spec| {
        operation(spec, "cliCode")["servers"] = json!([{"url": "https://other.harmont.dev"}]);
    };

    Green "summaries and descriptions change" ["contents"] => |spec| {
        operation(spec, "cliClaim")["summary"] = json!("Take the token");
        operation(spec, "cliClaim")["description"] = json!("With \u{1b}[31mcolor\u{1b}[0m.");
    };
    Green "an operation is deprecated" ["contents"] => |spec| { operation(spec, "cliCode")["deprecated"] = json!(true); };
    Green "the same contract as OpenAPI 3.1, with a nullable field" ["addresses"] => |spec| {
        as_3_1(spec);
        add(spec, "team", json!({"type": ["string", "null"], "examples": ["a"]}));
    };
    Green "the same contract as OpenAPI 3.1, with const and null as an alternative" ["addresses"] => |spec| {
        as_3_1(spec);
        add(spec, "kind", json!({"const": "session"}));
        add(spec, "until", json!({"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]}));
    };
    Refused "OpenAPI 3.1 that 3.0 cannot express" prints "CliTokenResponse", "if" => |spec| {
        as_3_1(spec);
        schema(spec, "CliTokenResponse")["if"] = json!({"properties": {"token": {"minLength": 9}}});
    };
    Refused "Swagger 2" prints "Swagger 2" => |spec| *spec = json!({"swagger": "2.0", "paths": {}});
};
