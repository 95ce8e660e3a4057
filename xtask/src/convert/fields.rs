//! The fields of OpenAPI 3.0's objects, except schemas, and what they contain.

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

/// The content of a field.
#[derive(Clone, Copy, Debug)]
pub(super) enum Field {
    /// A value that is the same in both versions.
    Plain,
    One(Kind),
    List(Kind),
    /// Objects by name.
    Map(Kind),
    /// Objects by name, besides extensions, whose names begin with `x-`.
    MapWithExtensions(Kind),
}

/// The fields of a kind of object.
struct Fields {
    plain: &'static [&'static str],
    nested: &'static [(&'static str, Field)],
}

use Field::{List, Map, MapWithExtensions, One};
use Kind::{
    Callback, Components, Encoding, Example, Header, Info, License, Link, MediaType, OauthFlows, Operation,
    Parameter, PathItem, RequestBody, Response, Schema, SecurityScheme, Server,
};

impl Kind {
    /// Returns the name of the kind for messages.
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

    /// Returns the content of a field, or `None` if 3.0 does not have the field.
    pub(super) fn field(self, name: &str) -> Option<Field> {
        let Fields { plain, nested } = self.fields();
        if name.starts_with("x-") || plain.contains(&name) {
            return Some(Field::Plain);
        }
        nested.iter().find(|(field, _)| *field == name).map(|(_, field)| *field)
    }

    fn fields(self) -> Fields {
        let (plain, nested): (&[&str], &[(&str, Field)]) = match self {
            // The fields of a callback are expressions. Those of a schema have their own module.
            Callback | Schema => (&[], &[]),
            Components => (
                &[],
                &[
                    ("callbacks", Map(Callback)),
                    ("examples", Map(Example)),
                    ("headers", Map(Header)),
                    ("links", Map(Link)),
                    ("parameters", Map(Parameter)),
                    ("requestBodies", Map(RequestBody)),
                    ("responses", Map(Response)),
                    ("schemas", Map(Schema)),
                    ("securitySchemes", Map(SecurityScheme)),
                ],
            ),
            Self::Discriminator => (&["mapping", "propertyName"], &[]),
            Self::Document => (
                &["openapi"],
                &[
                    ("components", One(Components)),
                    ("info", One(Info)),
                    ("paths", MapWithExtensions(PathItem)),
                    ("servers", List(Server)),
                ],
            ),
            Encoding => (&["allowReserved", "contentType", "explode", "style"], &[("headers", Map(Header))]),
            Example => (&["description", "externalValue", "summary", "value"], &[]),
            Header => (VALUE_PLAIN, VALUE_NESTED),
            Info => (
                &["contact", "description", "termsOfService", "title", "version"],
                &[("license", One(License))],
            ),
            License => (&["name", "url"], &[]),
            Link => (
                &["description", "operationId", "operationRef", "parameters", "requestBody"],
                &[("server", One(Server))],
            ),
            MediaType => (
                &["example"],
                &[("encoding", Map(Encoding)), ("examples", Map(Example)), ("schema", One(Schema))],
            ),
            OauthFlows => (&["authorizationCode", "clientCredentials", "implicit", "password"], &[]),
            Operation => (
                &["deprecated", "description", "externalDocs", "operationId", "security", "summary", "tags"],
                &[
                    ("callbacks", Map(Callback)),
                    ("parameters", List(Parameter)),
                    ("requestBody", One(RequestBody)),
                    ("responses", MapWithExtensions(Response)),
                    ("servers", List(Server)),
                ],
            ),
            Parameter => (PARAMETER_PLAIN, VALUE_NESTED),
            PathItem => (
                &["description", "summary"],
                &[
                    ("delete", One(Operation)),
                    ("get", One(Operation)),
                    ("head", One(Operation)),
                    ("options", One(Operation)),
                    ("parameters", List(Parameter)),
                    ("patch", One(Operation)),
                    ("post", One(Operation)),
                    ("put", One(Operation)),
                    ("servers", List(Server)),
                    ("trace", One(Operation)),
                ],
            ),
            RequestBody => (&["description", "required"], &[("content", Map(MediaType))]),
            Response => (
                &["description"],
                &[("content", Map(MediaType)), ("headers", Map(Header)), ("links", Map(Link))],
            ),
            SecurityScheme => (
                &["bearerFormat", "description", "in", "name", "openIdConnectUrl", "scheme", "type"],
                &[("flows", One(OauthFlows))],
            ),
            Server => (&["description", "url", "variables"], &[]),
            Self::Xml => (&["attribute", "name", "namespace", "prefix", "wrapped"], &[]),
        };
        Fields { plain, nested }
    }
}

/// The plain fields of a parameter. The first two are those that a header does not have.
const PARAMETER_PLAIN: &[&str] = &[
    "in",
    "name",
    "allowEmptyValue",
    "allowReserved",
    "deprecated",
    "description",
    "example",
    "explode",
    "required",
    "style",
];

/// The plain fields of a header.
const VALUE_PLAIN: &[&str] = PARAMETER_PLAIN.split_at(2).1;

/// The other fields of a parameter or a header.
const VALUE_NESTED: &[(&str, Field)] =
    &[("content", Map(MediaType)), ("examples", Map(Example)), ("schema", One(Schema))];
