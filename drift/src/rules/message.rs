//! Rules about parameters, bodies, responses and headers.
//!
//! In callbacks and webhooks, the server sends the request, so the rules apply with swapped roles.

rows! {
    PARAMETER_ADDED "parameter-added" Both Widens
        level Additive Additive because "An optional parameter need not be sent, and receivers ignore unknown parameters."
        "is added"
        sends "Requests without it are still accepted."
        receives "Clients may ignore it."
        example Operation "{}" => "{parameters: [{name: limit, in: query, schema: {type: integer}}]}";
    REQUIRED_PARAMETER_ADDED "required-parameter-added" Both Narrows
        "is added as required"
        sends "Requests without it are rejected."
        receives "Clients may ignore it."
        example Operation "{}" => "{parameters: [{name: limit, in: query, required: true, schema: {type: integer}}]}";
    PARAMETER_REMOVED "parameter-removed" Both Replaces
        "is removed"
        sends "Requests with it are rejected, or it is ignored."
        receives "Clients that read it no longer receive it."
        example Operation "{parameters: [{name: limit, in: query, schema: {type: integer}}]}" => "{}";
    PARAMETER_BECAME_REQUIRED "parameter-became-required" Both Narrows
        "is now required"
        sends "Requests without it are rejected."
        receives "Clients always receive it."
        example Parameter "{name: a, in: query, schema: {type: string}}"
            => "{name: a, in: query, required: true, schema: {type: string}}";
    PARAMETER_BECAME_OPTIONAL "parameter-became-optional" Both Widens
        "is now optional"
        sends "Requests with it are still accepted."
        receives "Clients that rely on it may not receive it."
        example Parameter "{name: a, in: query, required: true, schema: {type: string}}"
            => "{name: a, in: query, schema: {type: string}}";
    PARAMETER_DEFAULT_CHANGED "parameter-default-changed" Both Replaces
        "has a different default"
        sends "Requests without it change their meaning."
        receives "Requests of the server without it change their meaning."
        example Parameter "{name: a, in: query, schema: {type: integer, default: 10}}"
            => "{name: a, in: query, schema: {type: integer, default: 20}}";
    PARAMETER_STYLE_CHANGED "parameter-style-changed" Both Replaces
        "is serialized differently"
        sends "Values that released clients send are misread or rejected."
        receives "Clients misread the values."
        example Parameter "{name: a, in: query, schema: {type: array, items: {type: string}}}"
            => "{name: a, in: query, explode: false, schema: {type: array, items: {type: string}}}";
    LIST_BECAME_TEXT "parameter-list-became-text" Both Widens
        "changes from a list to a string"
        sends "A list with separators is a valid string, so it is still accepted."
        receives "Clients may receive a string that is not a list."
        example Parameter "{name: a, in: query, explode: false, schema: {type: array, items: {type: string}}}"
            => "{name: a, in: query, schema: {type: string}}";
    VALUE_BECAME_LIST "parameter-value-became-list" Both Widens
        "changes from a single value to a list"
        sends "A single value is a list of one element, so it is still accepted."
        receives "Clients may receive several values."
        example Parameter "{name: a, in: query, schema: {type: string}}"
            => "{name: a, in: query, schema: {type: array, items: {type: string}}}";
    EMPTY_VALUE_REFUSED "empty-value-refused" Both Narrows
        "may no longer be empty"
        sends "Requests with an empty value are rejected."
        receives "Clients never receive an empty value."
        example Parameter "{name: a, in: query, allowEmptyValue: true, schema: {type: string}}"
            => "{name: a, in: query, schema: {type: string}}";
    EMPTY_VALUE_ALLOWED "empty-value-allowed" Both Widens
        "may now be empty"
        sends "Requests are still accepted."
        receives "Clients may receive an empty value."
        example Parameter "{name: a, in: query, schema: {type: string}}"
            => "{name: a, in: query, allowEmptyValue: true, schema: {type: string}}";
    PATH_PARAMETER_RENAMED "path-parameter-renamed" Request Neutral
        "is renamed"
        sends "The name of a path parameter is not sent; its position in the path identifies it."
        example PathItem
            "{parameters: [{name: id, in: path, required: true, schema: {type: string}}]}"
            => "{parameters: [{name: key, in: path, required: true, schema: {type: string}}]}";
    PATH_PARAMETERS_SWAPPED "path-parameters-swapped" Request Replaces
        "has its path parameters in a different order"
        sends "Values are assigned to the wrong parameters."
        example Document
            "{paths: {'/{a}/{b}': {get: {parameters: [{name: a, in: path, required: true, schema: {type: string}}, {name: b, in: path, required: true, schema: {type: string}}], responses: {'204': {description: None}}}}}}"
            => "{paths: {'/{b}/{a}': {get: {parameters: [{name: a, in: path, required: true, schema: {type: string}}, {name: b, in: path, required: true, schema: {type: string}}], responses: {'204': {description: None}}}}}}";
    BODY_ADDED "body-added" Both Widens
        level Additive Additive because "An optional body need not be sent, and receivers ignore an unexpected body."
        "accepts a request body"
        sends "Requests without a body are still accepted."
        receives "Clients may ignore the body."
        example Operation "{}" => "{requestBody: {content: {application/json: {schema: {type: string}}}}}";
    REQUIRED_BODY_ADDED "required-body-added" Both Narrows
        "requires a request body"
        sends "Requests without a body are rejected."
        receives "Clients may ignore the body."
        example Operation "{}" => "{requestBody: {required: true, content: {application/json: {schema: {type: string}}}}}";
    BODY_REMOVED "body-removed" Both Replaces
        "no longer accepts a request body"
        sends "Requests with a body are rejected, or the body is ignored."
        receives "Clients that read the body no longer receive one."
        example Operation "{requestBody: {content: {application/json: {schema: {type: string}}}}}" => "{}";
    BODY_BECAME_REQUIRED "body-became-required" Both Narrows
        "is now required"
        sends "Requests without a body are rejected."
        receives "Clients always receive a body."
        example Operation "{requestBody: {content: {application/json: {schema: {type: string}}}}}"
            => "{requestBody: {required: true, content: {application/json: {schema: {type: string}}}}}";
    BODY_BECAME_OPTIONAL "body-became-optional" Both Widens
        "is now optional"
        sends "Requests with a body are still accepted."
        receives "Clients that rely on the body may not receive one."
        example Operation "{requestBody: {required: true, content: {application/json: {schema: {type: string}}}}}"
            => "{requestBody: {content: {application/json: {schema: {type: string}}}}}";
    MEDIA_TYPE_ADDED "media-type-added" Both Widens
        level Additive Additive because "Senders need not use it, and receivers get it only if they ask for it."
        "is added"
        sends "Requests in the other media types are still accepted."
        receives "Clients receive it only if they ask for it."
        example Content "{application/json: {schema: {type: string}}}"
            => "{application/json: {schema: {type: string}}, application/cbor: {schema: {type: string}}}";
    MEDIA_TYPE_REMOVED "media-type-removed" Both Replaces
        "is removed"
        sends "Requests in this media type are rejected."
        receives "Clients that read this media type receive a different one or none."
        example Content "{application/json: {schema: {type: string}}, application/cbor: {schema: {type: string}}}"
            => "{application/json: {schema: {type: string}}}";
    MEDIA_TYPE_WIDENED "media-type-widened" Both Widens
        "is replaced by a more general media type"
        sends "Requests in the old media type are still accepted."
        receives "Clients may receive a media type that they cannot read."
        example Content "{application/json: {schema: {type: string}}}" => "{application/*: {schema: {type: string}}}";
    MEDIA_TYPE_NARROWED "media-type-narrowed" Both Narrows
        "is replaced by a more specific media type"
        sends "Requests in other media types that the old one covered are rejected."
        receives "Clients receive a media type that the old one covered."
        example Content "{application/json: {schema: {type: string}}}"
            => "{application/problem+json: {schema: {type: string}}}";
    RAW_TYPE_CHANGED "raw-type-changed" Both Neutral
        level Additive Additive because "A string schema accepts any text."
        "changes between a string and a structured schema"
        sends "Clients send the same text."
        receives "Clients receive the same text."
        example Content "{application/xml: {schema: {type: object}}}" => "{application/xml: {schema: {type: string}}}";
    ENCODING_CHANGED "encoding-changed" Both Replaces
        "is serialized differently"
        sends "Bodies that released clients send are misread or rejected."
        receives "Clients misread the part."
        example Content
            "{multipart/form-data: {schema: {type: object, properties: {a: {type: object}}}}}"
            => "{multipart/form-data: {schema: {type: object, properties: {a: {type: object}}}, encoding: {a: {contentType: application/xml}}}}";
    SUCCESS_ADDED "success-status-added" Both Widens
        "is added"
        sends "Clients may respond with it."
        receives "Clients may receive an unknown success status."
        example Operation "{responses: {'200': {description: A pet}}}"
            => "{responses: {'200': {description: A pet}, '202': {description: Later}}}";
    SUCCESS_REMOVED "success-status-removed" Both Replaces
        "is removed"
        sends "Responses of clients with it are rejected."
        receives "Clients that expect it receive a different status."
        example Operation "{responses: {'200': {description: A pet}, '202': {description: Later}}}"
            => "{responses: {'200': {description: A pet}}}";
    FAILURE_ADDED "failure-status-added" Both Widens
        level Additive Additive because "Any request may fail, so clients must handle unlisted failures."
        "is added"
        sends "Clients may respond with it."
        receives "Clients may receive another failure."
        example Operation "{responses: {'200': {description: A pet}}}"
            => "{responses: {'200': {description: A pet}, '404': {description: None}}}";
    FAILURE_REMOVED "failure-status-removed" Both Narrows
        level Additive Additive because "Any request may fail, so clients must handle unlisted failures."
        "is removed"
        sends "Clients respond with another failure."
        receives "Clients that handle this status no longer receive it."
        example Operation "{responses: {'200': {description: A pet}, '404': {description: None}}}"
            => "{responses: {'200': {description: A pet}}}";
    STATUS_LISTING_CHANGED "status-listing-changed" Request Neutral
        "is listed in one document and covered by a range or the default in the other"
        sends "The bodies are compared separately; listing the status has no effect."
        example Operation "{responses: {'200': {description: A pet}, default: {description: Failed}}}"
            => "{responses: {'200': {description: A pet}, '404': {description: Failed}, default: {description: Failed}}}";
    STATUS_RANGE_NARROWED "status-range-narrowed" Both Narrows
        "is replaced by individual statuses"
        sends "Other statuses of the range are rejected."
        receives "Clients no longer receive other statuses of the range."
        example Operation "{responses: {2XX: {description: A pet}}}" => "{responses: {'200': {description: A pet}}}";
    STATUS_RANGE_WIDENED "status-range-widened" Both Widens
        "replaces individual statuses with a range"
        sends "Clients may respond with any of them."
        receives "Clients may receive an unknown status."
        example Operation "{responses: {'200': {description: A pet}}}" => "{responses: {2XX: {description: A pet}}}";
    DEFAULT_RESPONSE_ADDED "default-response-added" Both Widens
        level Additive Additive because "Any request may fail, so clients must handle unlisted failures."
        "is added"
        sends "Clients may respond with any failure."
        receives "The bodies of unlisted failures are now described."
        example Operation "{responses: {'200': {description: A pet}}}"
            => "{responses: {'200': {description: A pet}, default: {description: Failed}}}";
    DEFAULT_RESPONSE_REMOVED "default-response-removed" Both Narrows
        level Additive Additive because "Any request may fail, so clients must handle unlisted failures."
        "is removed"
        sends "Only listed failures are expected."
        receives "The bodies of unlisted failures are no longer described."
        example Operation "{responses: {'200': {description: A pet}, default: {description: Failed}}}"
            => "{responses: {'200': {description: A pet}}}";
    HEADER_ADDED "header-added" Both Widens
        level Additive Additive because "Receivers ignore unknown headers."
        "is added"
        sends "Clients may send it."
        receives "Clients ignore unknown headers."
        example Operation "{responses: {'200': {description: A pet}}}"
            => "{responses: {'200': {description: A pet, headers: {X-Left: {schema: {type: integer}}}}}}";
    HEADER_REMOVED "header-removed" Both Replaces
        "is removed"
        sends "The header is ignored."
        receives "Clients that read the header no longer receive it."
        example Operation "{responses: {'200': {description: A pet, headers: {X-Left: {schema: {type: integer}}}}}}"
            => "{responses: {'200': {description: A pet}}}";
    HEADER_BECAME_REQUIRED "header-became-required" Both Narrows
        "is now required"
        sends "Responses without it are rejected."
        receives "Clients always receive the header."
        example Operation "{responses: {'200': {description: A pet, headers: {X-Left: {schema: {type: integer}}}}}}"
            => "{responses: {'200': {description: A pet, headers: {X-Left: {required: true, schema: {type: integer}}}}}}";
    HEADER_BECAME_OPTIONAL "header-became-optional" Both Widens
        "is no longer required"
        sends "Clients need not send it."
        receives "Clients that rely on the header may not receive it."
        example Operation "{responses: {'200': {description: A pet, headers: {X-Left: {required: true, schema: {type: integer}}}}}}"
            => "{responses: {'200': {description: A pet, headers: {X-Left: {schema: {type: integer}}}}}}";
    HEADER_STYLE_CHANGED "header-style-changed" Both Replaces
        "is serialized differently"
        sends "The header that released clients send is misread."
        receives "Clients misread the header."
        example Operation "{responses: {'200': {description: A pet, headers: {X-Left: {schema: {type: object}}}}}}"
            => "{responses: {'200': {description: A pet, headers: {X-Left: {explode: true, schema: {type: object}}}}}}";
}
