//! The fields of OpenAPI 3.0's objects, other than schemas, and what each holds.

/// A kind of object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Callback,
    Components,
    Discriminator,
    Document,
    Encoding,
    Example,
    Header,
    Info,
    License,
    Link,
    MediaType,
    OauthFlows,
    Operation,
    Parameter,
    PathItem,
    RequestBody,
    Response,
    Schema,
    SecurityScheme,
    Server,
    Xml,
}

/// What a field holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Field {
    /// A value that is the same in both versions.
    Plain,
    One(Kind),
    List(Kind),
    /// Objects by their names. With `true` a name that begins with `x-` is an extension.
    Named(Kind, bool),
}

use Field::{List, Named, One, Plain};
use Kind::{
    Callback, Components, Encoding, Example, Header, Info, License, Link, MediaType, OauthFlows, Operation,
    Parameter, PathItem, RequestBody, Response, Schema, SecurityScheme, Server,
};

impl Kind {
    /// Returns the kind's name in error messages.
    pub(super) fn name(self) -> &'static str {
        match self {
            Callback => "callback",
            Components => "components",
            Self::Discriminator => "discriminator",
            Self::Document => "document",
            Encoding => "encoding",
            Example => "example",
            Header => "header",
            Info => "info",
            License => "license",
            Link => "link",
            MediaType => "media type",
            OauthFlows => "OAuth flows",
            Operation => "operation",
            Parameter => "parameter",
            PathItem => "path item",
            RequestBody => "request body",
            Response => "response",
            Schema => "schema",
            SecurityScheme => "security scheme",
            Server => "server",
            Self::Xml => "xml",
        }
    }

    /// Returns whether 3.0 allows a reference in place of the object.
    pub(super) fn allows_reference(self) -> bool {
        matches!(
            self,
            Callback | Example | Header | Link | Parameter | RequestBody | Response | SecurityScheme
        )
    }

    /// Returns what a field of the object holds; nothing if 3.0 does not have the field.
    pub(super) fn field(self, name: &str) -> Option<Field> {
        if name.starts_with("x-") {
            return Some(Plain);
        }
        self.fields().iter().find(|(field, _)| *field == name).map(|(_, field)| *field)
    }

    #[expect(clippy::too_many_lines, reason = "it is one table")]
    fn fields(self) -> &'static [(&'static str, Field)] {
        match self {
            // Its fields are expressions, and those of a schema have a module of their own.
            Callback | Schema => &[],
            Components => &[
                ("callbacks", Named(Callback, false)),
                ("examples", Named(Example, false)),
                ("headers", Named(Header, false)),
                ("links", Named(Link, false)),
                ("parameters", Named(Parameter, false)),
                ("requestBodies", Named(RequestBody, false)),
                ("responses", Named(Response, false)),
                ("schemas", Named(Schema, false)),
                ("securitySchemes", Named(SecurityScheme, false)),
            ],
            Self::Discriminator => &[("mapping", Plain), ("propertyName", Plain)],
            Self::Document => &[
                ("components", One(Components)),
                ("info", One(Info)),
                ("openapi", Plain),
                ("paths", Named(PathItem, true)),
                ("servers", List(Server)),
            ],
            Encoding => &[
                ("allowReserved", Plain),
                ("contentType", Plain),
                ("explode", Plain),
                ("headers", Named(Header, false)),
                ("style", Plain),
            ],
            Example => {
                &[("description", Plain), ("externalValue", Plain), ("summary", Plain), ("value", Plain)]
            }
            Header => VALUE,
            Info => &[
                ("contact", Plain),
                ("description", Plain),
                ("license", One(License)),
                ("termsOfService", Plain),
                ("title", Plain),
                ("version", Plain),
            ],
            License => &[("name", Plain), ("url", Plain)],
            Link => &[
                ("description", Plain),
                ("operationId", Plain),
                ("operationRef", Plain),
                ("parameters", Plain),
                ("requestBody", Plain),
                ("server", One(Server)),
            ],
            MediaType => &[
                ("encoding", Named(Encoding, false)),
                ("example", Plain),
                ("examples", Named(Example, false)),
                ("schema", One(Schema)),
            ],
            OauthFlows => &[
                ("authorizationCode", Plain),
                ("clientCredentials", Plain),
                ("implicit", Plain),
                ("password", Plain),
            ],
            Operation => &[
                ("callbacks", Named(Callback, false)),
                ("deprecated", Plain),
                ("description", Plain),
                ("externalDocs", Plain),
                ("operationId", Plain),
                ("parameters", List(Parameter)),
                ("requestBody", One(RequestBody)),
                ("responses", Named(Response, true)),
                ("security", Plain),
                ("servers", List(Server)),
                ("summary", Plain),
                ("tags", Plain),
            ],
            Parameter => VALUE_WITH_NAME,
            PathItem => &[
                ("delete", One(Operation)),
                ("description", Plain),
                ("get", One(Operation)),
                ("head", One(Operation)),
                ("options", One(Operation)),
                ("parameters", List(Parameter)),
                ("patch", One(Operation)),
                ("post", One(Operation)),
                ("put", One(Operation)),
                ("servers", List(Server)),
                ("summary", Plain),
                ("trace", One(Operation)),
            ],
            RequestBody => {
                &[("content", Named(MediaType, false)), ("description", Plain), ("required", Plain)]
            }
            Response => &[
                ("content", Named(MediaType, false)),
                ("description", Plain),
                ("headers", Named(Header, false)),
                ("links", Named(Link, false)),
            ],
            SecurityScheme => &[
                ("bearerFormat", Plain),
                ("description", Plain),
                ("flows", One(OauthFlows)),
                ("in", Plain),
                ("name", Plain),
                ("openIdConnectUrl", Plain),
                ("scheme", Plain),
                ("type", Plain),
            ],
            Server => &[("description", Plain), ("url", Plain), ("variables", Plain)],
            Self::Xml => &[
                ("attribute", Plain),
                ("name", Plain),
                ("namespace", Plain),
                ("prefix", Plain),
                ("wrapped", Plain),
            ],
        }
    }
}

/// The fields of a header.
const VALUE: &[(&str, Field)] = VALUE_WITH_NAME.split_at(2).1;

/// The fields of a parameter: first those that a header does not have.
const VALUE_WITH_NAME: &[(&str, Field)] = &[
    ("in", Plain),
    ("name", Plain),
    ("allowEmptyValue", Plain),
    ("allowReserved", Plain),
    ("content", Named(MediaType, false)),
    ("deprecated", Plain),
    ("description", Plain),
    ("example", Plain),
    ("examples", Named(Example, false)),
    ("explode", Plain),
    ("required", Plain),
    ("schema", One(Schema)),
    ("style", Plain),
];
