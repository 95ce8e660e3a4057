//! Rules about the document as a whole, its components and its security.

rows! {
    UNKNOWN_KEYWORD_CHANGED "unknown-keyword-changed" Request Replaces
        "changes, and no rule covers it"
        sends "Whether clients break is unknown; look at the change yourself."
        example Schema "{type: string, madeUp: 1}" => "{type: string, madeUp: 2}";
    EQUIVALENT_REWRITE "equivalent-rewrite" Request Neutral
        "says the same in another spelling"
        sends "Nothing changes for clients."
        example Schema "{oneOf: [{type: string, enum: [a]}, {type: string, enum: [b]}]}" => "{type: string, enum: [a, b]}";
    INFO_CHANGED "info-changed" Request Neutral
        "changes"
        sends "Only the title, version or description for readers differs."
        example Document "{info: {title: Pets, version: '1'}}" => "{info: {title: Pets, version: '2'}}";
    VERSION_CHANGED "openapi-version-changed" Request Neutral
        "is written in another version of OpenAPI"
        sends "Both versions are compared in one form, so only what the new one says differently is reported."
        example Document "{openapi: 3.0.3}" => "{openapi: 3.1.0}";
    TAGS_CHANGED "tags-changed" Request Neutral
        "change"
        sends "Tags group operations for readers; requests do not carry them."
        example Document "{tags: [{name: pets}]}" => "{tags: [{name: animals}]}";
    SUMMARY_CHANGED "summary-changed" Request Neutral
        "changes"
        sends "Only readers see it."
        example Operation "{summary: List pets}" => "{summary: List all pets}";
    DESCRIPTION_CHANGED "description-changed" Request Neutral
        "changes"
        sends "Only readers see it; look whether it announces another behavior."
        example Operation "{description: Lists pets.}" => "{description: Lists all pets.}";
    EXAMPLES_CHANGED "examples-changed" Request Neutral
        "changes"
        sends "Only readers see it."
        example Schema "{type: string, example: Rex}" => "{type: string, example: Tom}";
    EXTENSION_CHANGED "extension-changed" Request Neutral
        "changes"
        sends "Extensions concern the tools that know them; `x-extensible-enum` and `x-internal` have rules of their own."
        example Operation "{x-owner: a}" => "{x-owner: b}";
    DEPRECATED "deprecated" Request Neutral
        "is deprecated"
        sends "It still works; plan for its removal."
        example Operation "{}" => "{deprecated: true}";
    REACTIVATED "reactivated" Request Neutral
        "is no longer deprecated"
        sends "Nothing changes for clients."
        example Operation "{deprecated: true}" => "{}";
    LINKS_CHANGED "links-changed" Request Neutral
        "changes"
        sends "Links describe how responses lead to other operations; they do not change what is sent."
        example Operation "{responses: {'200': {description: A pet, links: {}}}}"
            => "{responses: {'200': {description: A pet, links: {owner: {operationId: getOwner}}}}}";
    DEFAULT_SERVER_CHANGED "default-server-changed" Request Replaces
        "changes, and the former address is gone"
        sends "Released clients call the former address."
        example Document "{servers: [{url: 'https://a.example'}]}" => "{servers: [{url: 'https://b.example'}]}";
    SERVERS_CHANGED "servers-changed" Request Widens
        "changes, and the former default is still there"
        sends "Released clients call the same address as before."
        example Document "{servers: [{url: 'https://a.example'}]}"
            => "{servers: [{url: 'https://a.example'}, {url: 'https://b.example'}]}";
    REFERENCE_BROKEN "reference-broken" Request Replaces
        "is a reference that leads nowhere in one of the documents"
        sends "What is allowed there is unknown, and no client can be generated."
        example Schema "{type: string}" => "{$ref: '#/components/schemas/Missing'}";
    REFERENCE_UNRESOLVED "reference-unresolved" Request Replaces
        "is a reference that leads nowhere in both documents"
        sends "Its target cannot be compared, so whether clients break is unknown."
        example Document
            "{paths: {/a: {get: {summary: A, responses: {'200': {$ref: '#/components/responses/Missing'}}}}}}"
            => "{paths: {/a: {get: {summary: B, responses: {'200': {$ref: '#/components/responses/Missing'}}}}}}";
    COMPONENT_ADDED "component-added" Request Neutral
        "is added"
        sends "A component alone is not sent; operations that use it have findings of their own."
        example Document "{components: {schemas: {}}}" => "{components: {schemas: {Pet: {type: string}}}}";
    COMPONENT_REMOVED "component-removed" Request Neutral
        "is removed"
        sends "A component alone is not sent; operations that used it have findings of their own."
        example Document "{components: {schemas: {Pet: {type: string}}}}" => "{components: {schemas: {}}}";
    COMPONENT_CHANGED "unused-component-changed" Request Neutral
        "changes, and no operation uses it"
        sends "Nothing changes for clients."
        example Document
            "{paths: {/a: {get: {responses: {'204': {description: None}}}}}, components: {schemas: {Pet: {type: string}}}}"
            => "{paths: {/a: {get: {responses: {'204': {description: None}}}}}, components: {schemas: {Pet: {type: integer}}}}";
    SCHEMA_RENAMED "schema-renamed" Request Neutral
        "is replaced by a schema with another name"
        sends "Names of schemas are not sent; what the schemas allow is compared by itself."
        example Document
            "{paths: {/a: {get: {responses: {'200': {description: A, content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}}}}}, components: {schemas: {A: {type: string}}}}"
            => "{paths: {/a: {get: {responses: {'200': {description: A, content: {application/json: {schema: {$ref: '#/components/schemas/B'}}}}}}}}, components: {schemas: {B: {type: string}}}}";
    SCHEME_RENAMED "security-scheme-renamed" Request Neutral
        "has another name"
        sends "The name of a security scheme is not sent."
        example Document
            "{components: {securitySchemes: {a: {type: http, scheme: bearer}}}}"
            => "{components: {securitySchemes: {b: {type: http, scheme: bearer}}}}";
    SCHEME_CHANGED "security-scheme-changed" Request Replaces
        "needs other credentials"
        sends "Credentials as released clients send them are refused."
        example Document
            "{components: {securitySchemes: {a: {type: apiKey, in: header, name: X-Key}}}}"
            => "{components: {securitySchemes: {a: {type: apiKey, in: query, name: key}}}}";
    SCHEME_DETAILS_CHANGED "security-scheme-details-changed" Request Neutral
        level Additive Additive because "Tokens are sent as before, but new ones may come from elsewhere."
        "changes where or how tokens are obtained"
        sends "Tokens are sent as before; clients that fetch them must know where."
        example Document
            "{components: {securitySchemes: {a: {type: openIdConnect, openIdConnectUrl: 'https://a.example'}}}}"
            => "{components: {securitySchemes: {a: {type: openIdConnect, openIdConnectUrl: 'https://b.example'}}}}";
    SECURITY_ADDED "security-added" Request Narrows
        "now needs credentials"
        sends "A request without credentials is refused."
        example Operation "{}" => "{security: [{key: []}]}";
    SECURITY_REMOVED "security-removed" Request Widens
        "no longer needs credentials"
        sends "Requests are accepted with credentials and without."
        example Operation "{security: [{key: []}]}" => "{security: []}";
    OPTIONAL_SECURITY_CHANGED "optional-security-changed" Request Widens
        "takes other credentials, and still works without any"
        sends "Requests are accepted without credentials; what they are allowed to do may depend on them."
        example Operation "{security: [{}, {key: []}]}" => "{security: [{}, {token: []}]}";
    SECURITY_OPTION_ADDED "security-option-added" Request Widens
        "accepts other credentials, too"
        sends "Requests with the former credentials are accepted as before."
        example Operation "{security: [{key: []}]}" => "{security: [{key: []}, {token: []}]}";
    SECURITY_OPTION_REMOVED "security-option-removed" Request Narrows
        "no longer accepts these credentials"
        sends "A request with these credentials alone is refused."
        example Operation "{security: [{key: []}, {token: []}]}" => "{security: [{key: []}]}";
    SCOPE_ADDED "security-scope-added" Request Narrows
        "needs another scope"
        sends "A request with a token that lacks the scope is refused."
        example Operation "{security: [{oauth: [read]}]}" => "{security: [{oauth: [read, write]}]}";
    SCOPE_REMOVED "security-scope-removed" Request Widens
        "no longer needs a scope"
        sends "Requests are accepted as before."
        example Operation "{security: [{oauth: [read, write]}]}" => "{security: [{oauth: [read]}]}";
    STALE_ACCEPTANCE "stale-acceptance" Request Neutral
        "matches nothing"
        sends "No finding has its id, operation and fingerprint; update or remove the entry."
        example Document "{}" => "{}";
}
