//! Rules about parameters, bodies, responses and headers.
//!
//! In callbacks and webhooks the server sends the request, so that the rules apply with the roles swapped.

rows! {
    PARAMETER_ADDED "parameter-added" Both Widens
        level Additive Additive because "Nobody has to send an optional parameter, and receivers ignore what they do not know."
        "is added"
        sends "Requests without it are accepted as before."
        receives "The client may ignore it."
        example Operation "{}" => "{parameters: [{name: limit, in: query, schema: {type: integer}}]}";
    REQUIRED_PARAMETER_ADDED "required-parameter-added" Both Narrows
        "is added, and is required"
        sends "A request without it is refused."
        receives "The client may ignore it."
        example Operation "{}" => "{parameters: [{name: limit, in: query, required: true, schema: {type: integer}}]}";
    PARAMETER_REMOVED "parameter-removed" Both Replaces
        "is removed"
        sends "A request with it is refused, or it has no effect."
        receives "A client that reads it finds nothing."
        example Operation "{parameters: [{name: limit, in: query, schema: {type: integer}}]}" => "{}";
    PARAMETER_BECAME_REQUIRED "parameter-became-required" Both Narrows
        "is now required"
        sends "A request without it is refused."
        receives "It is always there."
        example Parameter "{name: a, in: query, schema: {type: string}}"
            => "{name: a, in: query, required: true, schema: {type: string}}";
    PARAMETER_BECAME_OPTIONAL "parameter-became-optional" Both Widens
        "is now optional"
        sends "Requests with it are accepted as before."
        receives "A client that relies on it may find nothing."
        example Parameter "{name: a, in: query, required: true, schema: {type: string}}"
            => "{name: a, in: query, schema: {type: string}}";
    PARAMETER_DEFAULT_CHANGED "parameter-default-changed" Both Replaces
        "has another default"
        sends "A request that leaves it out means something else."
        receives "A request of the server that leaves it out means something else."
        example Parameter "{name: a, in: query, schema: {type: integer, default: 10}}"
            => "{name: a, in: query, schema: {type: integer, default: 20}}";
    PARAMETER_STYLE_CHANGED "parameter-style-changed" Both Replaces
        "is written in another way"
        sends "Values as released clients write them are misread or refused."
        receives "Values are not written as the client reads them."
        example Parameter "{name: a, in: query, schema: {type: array, items: {type: string}}}"
            => "{name: a, in: query, explode: false, schema: {type: array, items: {type: string}}}";
    LIST_BECAME_TEXT "parameter-list-became-text" Both Widens
        "is a string instead of a list"
        sends "A list with separators is a text, too, and is accepted."
        receives "The client may receive a text that is no list."
        example Parameter "{name: a, in: query, explode: false, schema: {type: array, items: {type: string}}}"
            => "{name: a, in: query, schema: {type: string}}";
    VALUE_BECAME_LIST "parameter-value-became-list" Both Widens
        "is a list of values instead of one"
        sends "A single value is a list of one, and is accepted."
        receives "The client may receive several values."
        example Parameter "{name: a, in: query, schema: {type: string}}"
            => "{name: a, in: query, schema: {type: array, items: {type: string}}}";
    EMPTY_VALUE_REFUSED "empty-value-refused" Both Narrows
        "can no longer be empty"
        sends "A request with an empty value is refused."
        receives "The value is never empty."
        example Parameter "{name: a, in: query, allowEmptyValue: true, schema: {type: string}}"
            => "{name: a, in: query, schema: {type: string}}";
    EMPTY_VALUE_ALLOWED "empty-value-allowed" Both Widens
        "can be empty"
        sends "Requests are accepted as before."
        receives "The client may receive an empty value."
        example Parameter "{name: a, in: query, schema: {type: string}}"
            => "{name: a, in: query, allowEmptyValue: true, schema: {type: string}}";
    PATH_PARAMETER_RENAMED "path-parameter-renamed" Request Neutral
        "has another name"
        sends "The name of a path parameter is not sent; its place in the path counts."
        example PathItem
            "{parameters: [{name: id, in: path, required: true, schema: {type: string}}]}"
            => "{parameters: [{name: key, in: path, required: true, schema: {type: string}}]}";
    PATH_PARAMETERS_SWAPPED "path-parameters-swapped" Request Replaces
        "has its path parameters in another order"
        sends "Each value is taken for that of another parameter."
        example Document
            "{paths: {'/{a}/{b}': {get: {parameters: [{name: a, in: path, required: true, schema: {type: string}}, {name: b, in: path, required: true, schema: {type: string}}], responses: {'204': {description: None}}}}}}"
            => "{paths: {'/{b}/{a}': {get: {parameters: [{name: a, in: path, required: true, schema: {type: string}}, {name: b, in: path, required: true, schema: {type: string}}], responses: {'204': {description: None}}}}}}";
    BODY_ADDED "body-added" Both Widens
        level Additive Additive because "Nobody has to send an optional body, and receivers ignore one."
        "takes a body"
        sends "Requests without a body are accepted as before."
        receives "The client may ignore the body."
        example Operation "{}" => "{requestBody: {content: {application/json: {schema: {type: string}}}}}";
    REQUIRED_BODY_ADDED "required-body-added" Both Narrows
        "needs a body"
        sends "A request without a body is refused."
        receives "The client may ignore the body."
        example Operation "{}" => "{requestBody: {required: true, content: {application/json: {schema: {type: string}}}}}";
    BODY_REMOVED "body-removed" Both Replaces
        "takes no body"
        sends "A request with a body is refused, or the body has no effect."
        receives "A client that reads the body finds nothing."
        example Operation "{requestBody: {content: {application/json: {schema: {type: string}}}}}" => "{}";
    BODY_BECAME_REQUIRED "body-became-required" Both Narrows
        "is now required"
        sends "A request without a body is refused."
        receives "The body is always there."
        example Operation "{requestBody: {content: {application/json: {schema: {type: string}}}}}"
            => "{requestBody: {required: true, content: {application/json: {schema: {type: string}}}}}";
    BODY_BECAME_OPTIONAL "body-became-optional" Both Widens
        "is now optional"
        sends "Requests with a body are accepted as before."
        receives "A client that relies on the body may find none."
        example Operation "{requestBody: {required: true, content: {application/json: {schema: {type: string}}}}}"
            => "{requestBody: {content: {application/json: {schema: {type: string}}}}}";
    MEDIA_TYPE_ADDED "media-type-added" Both Widens
        level Additive Additive because "A sender may choose it, and a receiver gets it only if it asks for it."
        "is added"
        sends "Requests in the other media types are accepted as before."
        receives "The client receives it only if it asks for it."
        example Content "{application/json: {schema: {type: string}}}"
            => "{application/json: {schema: {type: string}}, application/cbor: {schema: {type: string}}}";
    MEDIA_TYPE_REMOVED "media-type-removed" Both Replaces
        "is removed"
        sends "A request in this media type is refused."
        receives "A client that reads this media type gets another or none."
        example Content "{application/json: {schema: {type: string}}, application/cbor: {schema: {type: string}}}"
            => "{application/json: {schema: {type: string}}}";
    MEDIA_TYPE_WIDENED "media-type-widened" Both Widens
        "is replaced by a more general media type"
        sends "Requests in the former media type are accepted as before."
        receives "The client may receive a media type that it cannot read."
        example Content "{application/json: {schema: {type: string}}}" => "{application/*: {schema: {type: string}}}";
    MEDIA_TYPE_NARROWED "media-type-narrowed" Both Narrows
        "is replaced by a more specific media type"
        sends "A request in another media type of the former kind is refused."
        receives "The client receives a media type of the former kind."
        example Content "{application/json: {schema: {type: string}}}"
            => "{application/problem+json: {schema: {type: string}}}";
    RAW_TYPE_CHANGED "raw-type-changed" Both Neutral
        level Additive Additive because "A string schema accepts the text as a whole, whatever it contains."
        "is described as a text instead of by its content, or the reverse"
        sends "The text is sent as before."
        receives "The text is received as before."
        example Content "{application/xml: {schema: {type: object}}}" => "{application/xml: {schema: {type: string}}}";
    ENCODING_CHANGED "encoding-changed" Both Replaces
        "is written in another way"
        sends "A body with the part as released clients write it is misread or refused."
        receives "The part is not written as the client reads it."
        example Content
            "{multipart/form-data: {schema: {type: object, properties: {a: {type: object}}}}}"
            => "{multipart/form-data: {schema: {type: object, properties: {a: {type: object}}}, encoding: {a: {contentType: application/xml}}}}";
    SUCCESS_ADDED "success-status-added" Both Widens
        "is added"
        sends "The client may respond with it."
        receives "The client receives a success that it does not know."
        example Operation "{responses: {'200': {description: A pet}}}"
            => "{responses: {'200': {description: A pet}, '202': {description: Later}}}";
    SUCCESS_REMOVED "success-status-removed" Both Replaces
        "is removed"
        sends "The client's response with it is refused."
        receives "A client that waits for it gets another status."
        example Operation "{responses: {'200': {description: A pet}, '202': {description: Later}}}"
            => "{responses: {'200': {description: A pet}}}";
    FAILURE_ADDED "failure-status-added" Both Widens
        level Additive Additive because "Any request may fail, so clients must handle failures that are not listed."
        "is added"
        sends "The client may respond with it."
        receives "The client receives it as one more failure."
        example Operation "{responses: {'200': {description: A pet}}}"
            => "{responses: {'200': {description: A pet}, '404': {description: None}}}";
    FAILURE_REMOVED "failure-status-removed" Both Narrows
        level Additive Additive because "Any request may fail, so clients must handle failures that are not listed."
        "is removed"
        sends "The client responds with another failure."
        receives "A client that decides by this status never gets it."
        example Operation "{responses: {'200': {description: A pet}, '404': {description: None}}}"
            => "{responses: {'200': {description: A pet}}}";
    STATUS_LISTING_CHANGED "status-listing-changed" Request Neutral
        "is listed by itself in one of the documents, and covered by its range or the default in the other"
        sends "The bodies are compared by themselves; listing the status alone changes nothing."
        example Operation "{responses: {'200': {description: A pet}, default: {description: Failed}}}"
            => "{responses: {'200': {description: A pet}, '404': {description: Failed}, default: {description: Failed}}}";
    STATUS_RANGE_NARROWED "status-range-narrowed" Both Narrows
        "is replaced by single statuses of the range"
        sends "Other statuses of the range are refused."
        receives "Other statuses of the range no longer come."
        example Operation "{responses: {2XX: {description: A pet}}}" => "{responses: {'200': {description: A pet}}}";
    STATUS_RANGE_WIDENED "status-range-widened" Both Widens
        "allows all statuses of the range"
        sends "The client may respond with any of them."
        receives "The client receives a status that it does not know."
        example Operation "{responses: {'200': {description: A pet}}}" => "{responses: {2XX: {description: A pet}}}";
    DEFAULT_RESPONSE_ADDED "default-response-added" Both Widens
        level Additive Additive because "Any request may fail, so clients must handle failures that are not listed."
        "is added"
        sends "The client may respond with any failure."
        receives "Failures that are not listed have a described body."
        example Operation "{responses: {'200': {description: A pet}}}"
            => "{responses: {'200': {description: A pet}, default: {description: Failed}}}";
    DEFAULT_RESPONSE_REMOVED "default-response-removed" Both Narrows
        level Additive Additive because "Any request may fail, so clients must handle failures that are not listed."
        "is removed"
        sends "Only the listed failures are expected."
        receives "Failures that are not listed have no described body."
        example Operation "{responses: {'200': {description: A pet}, default: {description: Failed}}}"
            => "{responses: {'200': {description: A pet}}}";
    HEADER_ADDED "header-added" Both Widens
        level Additive Additive because "Receivers ignore headers that they do not know."
        "is added"
        sends "The client may send it."
        receives "The client ignores headers that it does not know."
        example Operation "{responses: {'200': {description: A pet}}}"
            => "{responses: {'200': {description: A pet, headers: {X-Left: {schema: {type: integer}}}}}}";
    HEADER_REMOVED "header-removed" Both Replaces
        "is removed"
        sends "The header has no effect."
        receives "A client that reads the header finds nothing."
        example Operation "{responses: {'200': {description: A pet, headers: {X-Left: {schema: {type: integer}}}}}}"
            => "{responses: {'200': {description: A pet}}}";
    HEADER_BECAME_REQUIRED "header-became-required" Both Narrows
        "is now required"
        sends "A response without it is refused."
        receives "The header is always there."
        example Operation "{responses: {'200': {description: A pet, headers: {X-Left: {schema: {type: integer}}}}}}"
            => "{responses: {'200': {description: A pet, headers: {X-Left: {required: true, schema: {type: integer}}}}}}";
    HEADER_BECAME_OPTIONAL "header-became-optional" Both Widens
        "may be missing"
        sends "The client need not send it."
        receives "A client that relies on the header may find nothing."
        example Operation "{responses: {'200': {description: A pet, headers: {X-Left: {required: true, schema: {type: integer}}}}}}"
            => "{responses: {'200': {description: A pet, headers: {X-Left: {schema: {type: integer}}}}}}";
    HEADER_STYLE_CHANGED "header-style-changed" Both Replaces
        "is written in another way"
        sends "The header as released clients write it is misread."
        receives "A client that reads the header misreads it."
        example Operation "{responses: {'200': {description: A pet, headers: {X-Left: {schema: {type: object}}}}}}"
            => "{responses: {'200': {description: A pet, headers: {X-Left: {explode: true, schema: {type: object}}}}}}";
}
