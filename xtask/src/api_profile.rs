//! Everything that is specific to this API, except the table of secrets: the build script of users needs that table, so
//! it is in `build/secrets.rs`. `docs/another-api.md` shows how to adapt both.

/// The properties of an API that its specification does not contain.
#[derive(Clone, Copy, Debug)]
pub struct Profile {
    /// The tags of the selected operations.
    pub tags: &'static [&'static str],
    /// The host of the first server. It receives every token, so a specification cannot change it by itself.
    pub host: &'static str,
    /// The reference page, relative to the root.
    pub page: &'static str,
    /// The title of the page.
    pub page_title: &'static str,
    /// The subject of the page, for its first sentence.
    pub page_subject: &'static str,
    /// The type that wraps the operations that need a token.
    pub with_token: Owner,
    /// The type that wraps the other operations.
    pub without_token: Owner,
    /// The schema of every error response, and the file of the crate that reads it.
    pub envelope: (&'static str, &'static str),
    /// The values that the crate generates or parses, whose form it therefore knows.
    pub values: &'static [OwnValue],
    /// The schema of a success, a status that operations with this success must document, and the item that relies on it.
    pub relies_on: &'static [(&'static str, &'static str, &'static str)],
    /// The import of an operation on the vendor's published page; `{id}` stands for its id.
    pub published_import: &'static str,
}

/// A type with wrappers.
#[derive(Clone, Copy, Debug)]
pub struct Owner {
    /// Its name.
    pub name: &'static str,
    /// Its file, relative to the root.
    pub file: &'static str,
}

/// A value whose form the crate knows.
#[derive(Clone, Copy, Debug)]
pub struct OwnValue {
    /// The fields that contain it, as `Schema.property`.
    pub fields: &'static [&'static str],
    /// The item that generates or parses it.
    pub source: &'static str,
    /// Values of its form, with every character that it may contain. A test checks them against the crate.
    pub samples: &'static [&'static str],
}

/// The auth operations of the Harmont API.
pub const HARMONT: Profile = Profile {
    tags: &["auth"],
    host: "api.harmont.dev",
    page: "docs/reference/auth.md",
    page_title: "Auth reference",
    page_subject: "The auth operations",
    with_token: Owner { name: "Session", file: "src/session.rs" },
    without_token: Owner { name: "Client", file: "src/client.rs" },
    envelope: ("Error", "src/transport/response.rs"),
    values: &[
        OwnValue {
            fields: &["CliClaimRequest.nonce", "CliTransferRequest.nonce"],
            source: "Nonce::generate in src/secret.rs",
            samples: &["0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"],
        },
        OwnValue {
            fields: &["CliCodeResponse.code", "CliRedeemRequest.code"],
            source: "PasteCode in src/secret.rs",
            samples: &["0123456789ABCDEF", "GHJKMNPQRSTVWXYZ"],
        },
    ],
    relies_on: &[("CliTokenResponse", "400", "Error::is_code_invalid in src/error.rs")],
    published_import: "import { {id} } from \"@harmont/cloud\";",
};
