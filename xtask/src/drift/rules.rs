//! The table of rules: what each difference is called, what it is for callers in a request and in a response, and why.
//!
//! The one idea behind it: what is tightened in a request or loosened in a response breaks callers; the reverse does not.

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Words only: what people read, not what programs send.
    Docs,
    /// Callers go on as they are.
    Additive,
    /// Callers may fail, or must change.
    Breaking,
}

impl Level {
    /// Returns the word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Docs => "docs",
            Self::Additive => "additive",
            Self::Breaking => "breaking",
        }
    }
}

/// Which way the data goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Direction {
    Request,
    Response,
}

impl Direction {
    /// The other way.
    pub(crate) fn other(self) -> Self {
        match self {
            Self::Request => Self::Response,
            Self::Response => Self::Request,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Response => "response",
        }
    }
}

/// One row of the table.
struct Row {
    id: &'static str,
    request: Level,
    response: Level,
    says: &'static str,
    means: &'static str,
}

macro_rules! rules {
    ($($rule:ident $id:literal $request:ident $response:ident $says:literal $means:literal;)*) => {
        /// A rule, by its row in the table.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(crate) enum Rule { $($rule),* }

        impl Rule {
            fn row(self) -> Row {
                match self {
                    $(Self::$rule => Row {
                        id: $id, request: Level::$request, response: Level::$response, says: $says, means: $means,
                    }),*
                }
            }

            #[cfg(test)]
            pub(crate) const ALL: &[Self] = &[$(Self::$rule),*];
        }
    };
}

// An id that begins with `*` is completed by the direction. The columns are: in a request, in a response.
rules! {
    // The document.
    Unexamined "unexamined" Breaking Breaking "changes, and no rule knows what that means" "have a look, and add a rule";
    Notation "notation" Docs Docs "says the same in other words" "nothing for callers";
    InfoChanged "info-changed" Docs Docs "changes" "the document's title, version or description, for readers";
    ExtensionChanged "extension-changed" Docs Docs "changes" "an extension of the vendor's, which the client does not read";
    DefaultServerChanged "default-server-changed" Breaking Breaking "changes" "the first server is the default base URL of the client";
    ServersChanged "servers-changed" Additive Additive "changes" "the client only uses the first server of the document";
    TagsChanged "tags-changed" Docs Docs "changes" "tags group operations for readers";
    SchemaAdded "schema-added" Additive Additive "is added" "a new type, which nothing had before";
    SchemaRemoved "schema-removed" Additive Additive "is removed" "the type goes; what used it is a finding of its own";
    SchemaRenamed "schema-renamed" Additive Additive "takes the place of another name" "the generated type changes its name";
    ComponentChanged "component-changed" Additive Additive "changes" "nothing that an operation uses";
    ReferenceBroken "reference-broken" Breaking Breaking "leads nowhere" "no client can be generated from it";

    // Operations.
    OperationRemoved "operation-removed" Breaking Breaking "is removed" "every call fails; its wrapper must go";
    OperationAdded "operation-added" Additive Additive "is added" "it needs a wrapper";
    OperationLeft "operation-left-slice" Breaking Breaking "leaves the public auth operations" "its tag or x-internal changed; the client loses it, though it still exists";
    OperationEntered "operation-entered-slice" Additive Additive "joins the public auth operations" "its tag or x-internal changed; it needs a wrapper";
    OperationMoved "operation-moved" Breaking Breaking "moves" "released clients call the old place";
    OperationRenamed "operation-renamed" Breaking Breaking "is renamed" "the generated method changes its name; the wrapper's alias must follow";
    OperationIdAdded "operation-id-added" Additive Additive "gets an operationId" "a method can be generated for it";
    OperationIdRemoved "operation-id-removed" Breaking Breaking "loses its operationId" "no method can be generated for it";
    OperationsSwapped "operations-swapped" Breaking Breaking "change places" "released clients call the one and reach the other";
    PrefixMoved "path-prefix-moved" Breaking Breaking "move to another prefix" "released clients call the old paths; nothing hand-written changes here: regenerate and release";
    SummaryChanged "summary-changed" Docs Docs "changes" "for readers; the reference page follows";
    DescriptionChanged "description-changed" Docs Docs "changes" "for readers; the reference page follows";
    ExamplesChanged "examples-changed" Docs Docs "change" "for readers";
    Deprecated "deprecated" Docs Docs "is deprecated" "it still works; plan for its end";
    Reactivated "reactivated" Docs Docs "is no longer deprecated" "nothing for callers";
    CallbacksChanged "callbacks-changed" Breaking Breaking "change" "the server calls back in another way";
    LinksChanged "links-changed" Docs Docs "change" "links between answers, which the client does not follow";

    // Security.
    SecurityAdded "security-added" Breaking Breaking "now needs authentication" "calls without it are refused";
    SecurityRemoved "security-removed" Additive Additive "no longer needs authentication" "calls that send it still work";
    SecurityChanged "security-changed" Breaking Breaking "needs another authentication" "calls as they are made now are refused";
    SecurityOptionAdded "security-option-added" Additive Additive "can also be called with" "another way in";
    SecurityOptionRemoved "security-option-removed" Breaking Breaking "can no longer be called with" "calls that use this way are refused";
    SecurityScopeAdded "security-scope-added" Additive Additive "asks for another scope" "tokens made before may lack it";
    SecurityScopeRemoved "security-scope-removed" Additive Additive "asks for a scope less" "nothing for callers";
    SchemeChanged "security-scheme-changed" Breaking Breaking "works in another way" "credentials as they are sent now are refused";
    SchemeDetailsChanged "security-scheme-details-changed" Additive Additive "changes" "where tokens come from, not how they are sent";

    // Parameters.
    ParameterAdded "parameter-added" Breaking Breaking "is added" "the generated method takes one argument more";
    ParameterRequiredAdded "required-parameter-added" Breaking Breaking "is added, and is required" "calls without it are refused";
    ParameterRemoved "parameter-removed" Breaking Breaking "is removed" "it has no effect any more, and the generated method loses an argument";
    ParameterBecameRequired "parameter-became-required" Breaking Breaking "is now required" "calls without it are refused";
    ParameterBecameOptional "parameter-became-optional" Breaking Breaking "is now optional" "the type of the generated method's argument changes";
    ParameterDefaultChanged "parameter-default-changed" Breaking Breaking "has another default" "calls that leave it out mean something else";
    ParameterCaseChanged "header-parameter-case-changed" Breaking Breaking "is written in another case" "HTTP does not mind, but strict servers and signatures do";
    ParameterStyleChanged "parameter-style-changed" Breaking Breaking "is written in another way" "values as they are sent now are misread";
    ParametersSwapped "path-parameters-swapped" Breaking Breaking "takes its path's parameters in another order" "callers give the one for the other";
    ParameterRenamed "path-parameter-renamed" Docs Docs "is renamed" "its place in the path counts, not its name";

    // Bodies, responses, headers, media types.
    BodyAdded "request-body-added" Breaking Breaking "is added" "the generated method takes one argument more";
    BodyRemoved "request-body-removed" Breaking Breaking "is removed" "the generated method loses an argument";
    BodyBecameRequired "request-body-became-required" Breaking Breaking "is now required" "calls without it are refused";
    BodyBecameOptional "request-body-became-optional" Additive Additive "is now optional" "calls that send it still work";
    SuccessAdded "success-status-added" Breaking Breaking "is added" "released clients take it for an answer that they do not know";
    SuccessRemoved "success-status-removed" Breaking Breaking "is removed" "released clients wait for an answer that no longer comes";
    DefaultResponseChanged "default-response-changed" Breaking Breaking "is added or removed" "what an unlisted status means changes";
    FailureAdded "failure-status-added" Additive Additive "is added" "callers get it as an error, with its status";
    FailureRemoved "failure-status-removed" Additive Additive "is removed" "whoever decides by this status must know which comes in its place";
    HeaderStyleChanged "response-header-style-changed" Breaking Breaking "is written in another way" "callers that read it misread it";
    HeaderAdded "response-header-added" Additive Additive "is added" "nothing for callers";
    HeaderRemoved "response-header-removed" Breaking Breaking "is removed" "callers that read it find nothing";
    HeaderBecameOptional "response-header-became-optional" Breaking Breaking "may be missing" "callers that rely on it fail";
    HeaderBecameRequired "response-header-became-required" Additive Additive "is always there" "nothing for callers";
    MediaTypeAdded "*-media-type-added" Additive Additive "is added" "callers that use the others go on";
    MediaTypeRemoved "*-media-type-removed" Breaking Breaking "is removed" "callers that use it are refused, or get something else";
    MediaTypeWidened "*-media-type-widened" Additive Breaking "becomes more general" "a receiver meets what it does not know";
    MediaTypeNarrowed "*-media-type-narrowed" Breaking Additive "becomes more special" "still of the old kind";
    EncodingChanged "*-encoding-changed" Breaking Breaking "changes" "parts of the body are written in another way";

    // Schemas.
    TypeChanged "*-type-changed" Breaking Breaking "is of another type" "values are misread or refused";
    TypeWidened "*-type-widened" Additive Breaking "can be of more types" "a sender goes on; a receiver meets values it does not know";
    TypeNarrowed "*-type-narrowed" Breaking Additive "can be of fewer types" "a receiver goes on; a sender is refused";
    FormatChanged "*-format-changed" Breaking Breaking "has another format" "values are written in another way";
    FormatAdded "*-format-added" Breaking Additive "has a format" "a receiver goes on; a sender is refused";
    FormatRemoved "*-format-removed" Additive Breaking "has no format any more" "a sender goes on; a receiver meets values it cannot read";
    BecameNullable "*-became-nullable" Additive Breaking "can be null" "a receiver meets a null";
    BecameNotNullable "*-became-not-nullable" Breaking Additive "can no longer be null" "a sender of null is refused";
    EnumAdded "*-became-enum" Breaking Additive "is now one of a list" "a sender of anything else is refused";
    EnumRemoved "*-enum-lifted" Breaking Breaking "is no longer one of a list" "its type is no longer an enum, and a receiver meets values it does not know";
    EnumValueAdded "*-enum-value-added" Additive Additive "has a new value" "callers' code stays as it is, but a client that was generated before refuses an answer with it";
    EnumValueRemoved "*-enum-value-removed" Breaking Additive "loses a value" "a sender of it is refused";
    PatternChanged "*-pattern-changed" Breaking Breaking "follows another pattern" "values may be refused";
    PatternLoosened "*-pattern-loosened" Additive Breaking "follows no pattern or a wider one" "a sender goes on; a checking receiver refuses";
    PatternAdded "*-pattern-added" Breaking Additive "follows a pattern" "a sender of anything else is refused";
    BoundTightened "*-bound-tightened" Breaking Additive "has a tighter bound" "a sender of values outside is refused";
    BoundLoosened "*-bound-loosened" Additive Breaking "has a looser bound" "a checking receiver refuses values outside";
    PropertyAdded "*-property-added" Additive Additive "is added" "senders may leave it out, receivers ignore it";
    PropertyRequiredAdded "*-required-property-added" Breaking Additive "is added, and is required" "a sender without it is refused";
    PropertyRemoved "*-property-removed" Breaking Breaking "is removed" "callers that send or read it miss it";
    PropertyHiddenRemoved "*-hidden-property-removed" Additive Additive "is removed" "it never went this way";
    HiddenChanged "*-hidden-property-changed" Additive Additive "changes" "it never goes this way, or may always have been missing";
    BecameRequired "*-property-became-required" Breaking Additive "is now required" "a sender without it is refused";
    BecameOptional "*-property-became-optional" Additive Breaking "may be missing" "a receiver that relies on it fails";
    UndescribedRequired "*-undescribed-required-changed" Additive Additive "requires other fields that it does not describe" "no generated type has them";
    BecameReadOnly "*-property-became-read-only" Additive Additive "is only received" "sending it has no effect";
    BecameWriteOnly "*-property-became-write-only" Additive Breaking "is only sent" "a receiver that relies on it fails";
    BecameNotReadOnly "*-property-became-not-read-only" Additive Additive "can be sent too" "nothing for callers";
    BecameNotWriteOnly "*-property-became-not-write-only" Additive Additive "is received too" "nothing for callers";
    AdditionalOpened "*-additional-properties-opened" Additive Breaking "takes other properties too" "a strict receiver refuses";
    AdditionalClosed "*-additional-properties-closed" Breaking Additive "takes no other properties any more" "a sender of others is refused";
    DefaultChanged "*-default-changed" Additive Docs "has another default" "what leaves it out means something else";
    PartAdded "*-all-of-added" Breaking Additive "must also fit another schema" "a sender of what does not fit is refused";
    PartRemoved "*-all-of-removed" Additive Breaking "no longer needs to fit a schema" "a receiver meets what does not fit";
    AlternativeAdded "*-alternative-added" Additive Breaking "has a new alternative" "a receiver meets something it does not know";
    AlternativeRemoved "*-alternative-removed" Breaking Additive "loses an alternative" "a sender of it is refused";
    AlternativesAppeared "*-alternatives-appeared" Breaking Breaking "is now a choice of alternatives" "what fitted before may not fit now";
    AlternativesVanished "*-alternatives-vanished" Breaking Breaking "is no longer a choice of alternatives" "what fitted before may not fit now";
    DiscriminatorAdded "*-discriminator-added" Additive Additive "says which alternative it is" "nothing for callers";
    DiscriminatorRemoved "*-discriminator-removed" Breaking Breaking "no longer says which alternative it is" "callers that go by it fail";
    DiscriminatorChanged "*-discriminator-changed" Breaking Breaking "says in another way which alternative it is" "callers that go by it fail";
    DiscriminatorValueRemoved "*-discriminator-value-removed" Breaking Additive "loses the name of an alternative" "a sender of it is refused";
    DiscriminatorValueAdded "*-discriminator-value-added" Additive Additive "has a name for another alternative" "nothing for callers";
    NotAdded "*-not-added" Breaking Additive "excludes something" "a sender of it is refused";
    NotRemoved "*-not-removed" Additive Breaking "no longer excludes something" "a receiver meets it";
    RawTypeChanged "*-raw-type-changed" Additive Additive "is of another type" "it is text on the wire, whatever its type";
    XmlChanged "*-xml-changed" Breaking Breaking "looks different in XML" "XML bodies are misread";

    // Secrets.
    SecretLost "secret-lost" Breaking Breaking "is gone or no longer a plain string" "a secret would travel untyped; see SECRETS in build/secrets.rs";
    SecretUndecided "secret-undecided" Breaking Breaking "looks secret and is not decided on" "nothing builds before it is listed in build/secrets.rs";

    // The generated code.
    RustOnly "rust-item-changed" Additive Additive "changes in the generated code" "no other finding explains it";
    GeneratorComplains "generator-complains" Breaking Breaking "cannot be generated as it is" "nothing builds before that is mended";

    // The list of accepted findings.
    AcceptedNothing "accepted-nothing" Docs Docs "matches nothing any more" "remove it";

    // The published page.
    PageMissing "page-operation-missing" Docs Docs "is not on the page" "the page is older than the specification, or incomplete";
    PageUnknown "page-operation-unknown" Docs Docs "is on the page, and the specification does not have it" "the page is newer than the specification, or stale";
    PagePlace "page-place-differs" Docs Docs "is elsewhere on the page" "method or path";
    PageSummary "page-summary-differs" Docs Docs "reads otherwise on the page" "the summary";
    PageDescription "page-description-differs" Docs Docs "reads otherwise on the page" "the description";
    PageBody "page-body-differs" Docs Docs "takes another body on the page" "the schema, or whether it is optional";
    PageReturns "page-returns-differs" Docs Docs "returns something else on the page" "the name of the response type";
    PageImport "page-import-differs" Docs Docs "is imported otherwise on the page" "the import line";
    PageSignature "page-signature-differs" Docs Docs "has another signature on the page" "the call line";
}

impl Rule {
    /// The stable id.
    pub(crate) fn id(self, direction: Direction) -> String {
        self.row().id.replacen('*', direction.name(), 1)
    }

    pub(crate) fn level(self, direction: Direction) -> Level {
        match direction {
            Direction::Request => self.row().request,
            Direction::Response => self.row().response,
        }
    }

    /// What happens to the subject, as the rest of a sentence.
    pub(crate) fn says(self) -> &'static str {
        self.row().says
    }

    /// What it means for callers.
    pub(crate) fn means(self) -> &'static str {
        self.row().means
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_rule_has_an_id_of_its_own() {
        let ids: BTreeSet<String> = Rule::ALL.iter().map(|rule| rule.id(Direction::Request)).collect();
        assert_eq!(ids.len(), Rule::ALL.len());
    }
}
