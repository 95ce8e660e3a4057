//! Rules about whole documents, components and security.

rows! {
    UNKNOWN_KEYWORD_CHANGED "unknown-keyword-changed" Request Replaces
        "changes in a way that no rule covers"
        sends "The effect on clients is unknown; review the change."
        example Schema "{type: string, madeUp: 1}" => "{type: string, madeUp: 2}";
    EQUIVALENT_REWRITE "equivalent-rewrite" Request Neutral
        "is rewritten without a change in meaning"
        sends "Clients are not affected."
        example Schema "{oneOf: [{type: string, enum: [a]}, {type: string, enum: [b]}]}" => "{type: string, enum: [a, b]}";
    INFO_CHANGED "info-changed" Request Neutral
        "changes"
        sends "Only the title, version or description of the document changes."
        example Document "{info: {title: Pets, version: '1'}}" => "{info: {title: Pets, version: '2'}}";
    VERSION_CHANGED "openapi-version-changed" Request Neutral
        "uses a different version of OpenAPI"
        sends "Both versions are compared in a common form, so only differences in meaning are reported."
        example Document "{openapi: 3.0.3}" => "{openapi: 3.1.0}";
    TAGS_CHANGED "tags-changed" Request Neutral
        "change"
        sends "Tags are documentation; they are not sent."
        example Document "{tags: [{name: pets}]}" => "{tags: [{name: animals}]}";
    SUMMARY_CHANGED "summary-changed" Request Neutral
        "changes"
        sends "It is documentation only."
        example Operation "{summary: List pets}" => "{summary: List all pets}";
    DESCRIPTION_CHANGED "description-changed" Request Neutral
        "changes"
        sends "It is documentation only; check whether it announces a change in behavior."
        example Operation "{description: Lists pets.}" => "{description: Lists all pets.}";
    EXAMPLES_CHANGED "examples-changed" Request Neutral
        "changes"
        sends "It is documentation only."
        example Schema "{type: string, example: Rex}" => "{type: string, example: Tom}";
    EXTENSION_CHANGED "extension-changed" Request Neutral
        "changes"
        sends "Extensions affect only tools that support them; `x-extensible-enum` and `x-internal` have separate rules."
        example Operation "{x-owner: a}" => "{x-owner: b}";
    DEPRECATED "deprecated" Request Neutral
        "is deprecated"
        sends "It still works; plan for its removal."
        example Operation "{}" => "{deprecated: true}";
    REACTIVATED "reactivated" Request Neutral
        "is no longer deprecated"
        sends "Clients are not affected."
        example Operation "{deprecated: true}" => "{}";
    LINKS_CHANGED "links-changed" Request Neutral
        "changes"
        sends "Links describe how responses relate to other operations; they are not sent."
        example Operation "{responses: {'200': {description: A pet, links: {}}}}"
            => "{responses: {'200': {description: A pet, links: {owner: {operationId: getOwner}}}}}";
    DEFAULT_SERVER_CHANGED "default-server-changed" Request Replaces
        "change, and the old default server is removed"
        sends "Released clients use the old address."
        example Document "{servers: [{url: 'https://a.example'}]}" => "{servers: [{url: 'https://b.example'}]}";
    SERVERS_CHANGED "servers-changed" Request Widens
        "change, but the old default server is still listed"
        sends "Released clients use the same address as before."
        example Document "{servers: [{url: 'https://a.example'}]}"
            => "{servers: [{url: 'https://a.example'}, {url: 'https://b.example'}]}";
    REFERENCE_BROKEN "reference-broken" Request Replaces
        "is an unresolved reference in one of the documents"
        sends "The allowed values are unknown, and no client can be generated."
        example Schema "{type: string}" => "{$ref: '#/components/schemas/Missing'}";
    REFERENCE_UNRESOLVED "reference-unresolved" Request Replaces
        "is an unresolved reference in both documents"
        sends "The target cannot be compared, so the effect on clients is unknown."
        example Document
            "{paths: {/a: {get: {summary: A, responses: {'200': {$ref: '#/components/responses/Missing'}}}}}}"
            => "{paths: {/a: {get: {summary: B, responses: {'200': {$ref: '#/components/responses/Missing'}}}}}}";
    COMPONENT_ADDED "component-added" Request Neutral
        "is added"
        sends "A component by itself is not sent; effects on operations are reported separately."
        example Document "{components: {schemas: {}}}" => "{components: {schemas: {Pet: {type: string}}}}";
    COMPONENT_REMOVED "component-removed" Request Neutral
        "is removed"
        sends "A component by itself is not sent; effects on operations are reported separately."
        example Document "{components: {schemas: {Pet: {type: string}}}}" => "{components: {schemas: {}}}";
    COMPONENT_CHANGED "unused-component-changed" Request Neutral
        "changes, but no operation uses it"
        sends "Clients are not affected."
        example Document
            "{paths: {/a: {get: {responses: {'204': {description: None}}}}}, components: {schemas: {Pet: {type: string}}}}"
            => "{paths: {/a: {get: {responses: {'204': {description: None}}}}}, components: {schemas: {Pet: {type: integer}}}}";
    SCHEMA_RENAMED "schema-renamed" Request Neutral
        "is replaced by a schema with a different name"
        sends "The names of schemas are not sent; their contents are compared separately."
        example Document
            "{paths: {/a: {get: {responses: {'200': {description: A, content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}}}}}, components: {schemas: {A: {type: string}}}}"
            => "{paths: {/a: {get: {responses: {'200': {description: A, content: {application/json: {schema: {$ref: '#/components/schemas/B'}}}}}}}}, components: {schemas: {B: {type: string}}}}";
    SCHEME_RENAMED "security-scheme-renamed" Request Neutral
        "is renamed"
        sends "The name of a security scheme is not sent."
        example Document
            "{components: {securitySchemes: {a: {type: http, scheme: bearer}}}}"
            => "{components: {securitySchemes: {b: {type: http, scheme: bearer}}}}";
    SCHEME_CHANGED "security-scheme-changed" Request Replaces
        "requires different credentials"
        sends "Credentials that released clients send are rejected."
        example Document
            "{components: {securitySchemes: {a: {type: apiKey, in: header, name: X-Key}}}}"
            => "{components: {securitySchemes: {a: {type: apiKey, in: query, name: key}}}}";
    SCHEME_DETAILS_CHANGED "security-scheme-details-changed" Request Neutral
        level Additive Additive because "Tokens are sent as before, but new ones may be obtained differently."
        "changes how tokens are obtained"
        sends "Tokens are sent as before, but clients that obtain tokens may be affected."
        example Document
            "{components: {securitySchemes: {a: {type: openIdConnect, openIdConnectUrl: 'https://a.example'}}}}"
            => "{components: {securitySchemes: {a: {type: openIdConnect, openIdConnectUrl: 'https://b.example'}}}}";
    SECURITY_ADDED "security-added" Request Narrows
        "now requires credentials"
        sends "Requests without credentials are rejected."
        example Operation "{}" => "{security: [{key: []}]}";
    SECURITY_REMOVED "security-removed" Request Widens
        "no longer requires credentials"
        sends "Requests are accepted with and without credentials."
        example Operation "{security: [{key: []}]}" => "{security: []}";
    OPTIONAL_SECURITY_CHANGED "optional-security-changed" Request Widens
        "accepts different optional credentials"
        sends "Requests are still accepted without credentials, but permissions may depend on them."
        example Operation "{security: [{}, {key: []}]}" => "{security: [{}, {token: []}]}";
    SECURITY_OPTION_ADDED "security-option-added" Request Widens
        "also accepts other credentials"
        sends "Requests with the old credentials are still accepted."
        example Operation "{security: [{key: []}]}" => "{security: [{key: []}, {token: []}]}";
    SECURITY_OPTION_REMOVED "security-option-removed" Request Narrows
        "no longer accepts these credentials"
        sends "Requests with only these credentials are rejected."
        example Operation "{security: [{key: []}, {token: []}]}" => "{security: [{key: []}]}";
    SCOPE_ADDED "security-scope-added" Request Narrows
        "requires another scope"
        sends "Requests with a token without the scope are rejected."
        example Operation "{security: [{oauth: [read]}]}" => "{security: [{oauth: [read, write]}]}";
    SCOPE_REMOVED "security-scope-removed" Request Widens
        "no longer requires a scope"
        sends "Requests are still accepted."
        example Operation "{security: [{oauth: [read, write]}]}" => "{security: [{oauth: [read]}]}";
    STALE_ACCEPTANCE "stale-acceptance" Request Neutral
        "matches nothing"
        sends "No finding has this id, operation and fingerprint; update or remove the entry."
        example Document "{}" => "{}";
}
