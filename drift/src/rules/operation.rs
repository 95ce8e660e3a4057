//! Rules about operations, callbacks and webhooks.

rows! {
    OPERATION_REMOVED "operation-removed" Request Narrows
        "is removed"
        sends "Every call fails."
        example Document
            "{paths: {/pets: {get: {responses: {'204': {description: None}}}}}}" => "{paths: {}}";
    OPERATION_ADDED "operation-added" Request Widens
        "is added"
        sends "Released clients do not call it."
        example Document
            "{paths: {}}" => "{paths: {/pets: {get: {responses: {'204': {description: None}}}}}}";
    OPERATION_MOVED "operation-moved" Request Replaces
        "has another path or method"
        sends "Released clients call the former address."
        example Document
            "{paths: {/pets: {get: {operationId: pets, responses: {'204': {description: None}}}}}}"
            => "{paths: {/animals: {get: {operationId: pets, responses: {'204': {description: None}}}}}}";
    PATH_PREFIX_CHANGED "path-prefix-changed" Request Replaces
        "have another prefix"
        sends "Released clients call the former paths."
        example Document
            "{paths: {/v1/a: {get: {operationId: a, responses: {'204': {description: None}}}}, /v1/b: {get: {operationId: b, responses: {'204': {description: None}}}}}}"
            => "{paths: {/v2/a: {get: {operationId: a, responses: {'204': {description: None}}}}, /v2/b: {get: {operationId: b, responses: {'204': {description: None}}}}}}";
    OPERATION_RENAMED "operation-id-changed" Request Neutral
        "has another operationId"
        sends "The operationId is not sent; only names in generated code change."
        example Operation "{operationId: listPets}" => "{operationId: pets}";
    OPERATION_ID_ADDED "operation-id-added" Request Neutral
        "has an operationId"
        sends "The operationId is not sent; only names in generated code change."
        example Operation "{}" => "{operationId: listPets}";
    OPERATION_ID_REMOVED "operation-id-removed" Request Neutral
        "has no operationId"
        sends "The operationId is not sent; only names in generated code change."
        example Operation "{operationId: listPets}" => "{}";
    OPERATION_LEFT_SUBSET "operation-left-subset" Request Neutral
        "has none of the selected tags"
        sends "It works as before, but is no longer among the operations that were asked for."
        example Operation "{tags: [selected]}" => "{tags: [other]}";
    OPERATION_ENTERED_SUBSET "operation-entered-subset" Request Widens
        "is now among the selected operations"
        sends "It worked before; released clients do not rely on it."
        example Operation "{tags: [other]}" => "{tags: [selected]}";
    OPERATION_BECAME_INTERNAL "operation-became-internal" Request Narrows
        "is now internal"
        sends "It may still work, but clients can no longer rely on it."
        example Operation "{tags: [selected]}" => "{tags: [selected], x-internal: true}";
    WEBHOOK_REMOVED "webhook-removed" Request Narrows
        level Breaking Breaking because "The client waits for calls that no longer come."
        "is removed"
        sends "The client is no longer called."
        example Document
            "{webhooks: {born: {post: {responses: {'204': {description: None}}}}}}" => "{webhooks: {}}";
    WEBHOOK_ADDED "webhook-added" Request Widens
        "is added"
        sends "The client is called only if it registers for it."
        example Document
            "{webhooks: {}}" => "{webhooks: {born: {post: {responses: {'204': {description: None}}}}}}";
    CALLBACK_REMOVED "callback-removed" Request Narrows
        "is removed"
        sends "The client is no longer called back."
        example Operation
            "{callbacks: {done: {'{$request.query.url}': {post: {responses: {'204': {description: None}}}}}}}" => "{}";
    CALLBACK_ADDED "callback-added" Request Widens
        "is added"
        sends "The client is called back only if it asks for it."
        example Operation
            "{}" => "{callbacks: {done: {'{$request.query.url}': {post: {responses: {'204': {description: None}}}}}}}";
}
