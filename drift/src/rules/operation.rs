//! Rules about operations, callbacks and webhooks.

rows! {
    OPERATION_REMOVED "operation-removed" Request Narrows
        "is removed"
        sends "All requests to it fail."
        example Document
            "{paths: {/pets: {get: {responses: {'204': {description: None}}}}}}" => "{paths: {}}";
    OPERATION_ADDED "operation-added" Request Widens
        "is added"
        sends "Released clients do not use it."
        example Document
            "{paths: {}}" => "{paths: {/pets: {get: {responses: {'204': {description: None}}}}}}";
    OPERATION_MOVED "operation-moved" Request Replaces
        "has a different path or method"
        sends "Released clients use the old address."
        example Document
            "{paths: {/pets: {get: {operationId: pets, responses: {'204': {description: None}}}}}}"
            => "{paths: {/animals: {get: {operationId: pets, responses: {'204': {description: None}}}}}}";
    PATH_PREFIX_CHANGED "path-prefix-changed" Request Replaces
        "have a different prefix"
        sends "Released clients use the old paths."
        example Document
            "{paths: {/v1/a: {get: {operationId: a, responses: {'204': {description: None}}}}, /v1/b: {get: {operationId: b, responses: {'204': {description: None}}}}}}"
            => "{paths: {/v2/a: {get: {operationId: a, responses: {'204': {description: None}}}}, /v2/b: {get: {operationId: b, responses: {'204': {description: None}}}}}}";
    OPERATION_RENAMED "operation-id-changed" Request Neutral
        "has a different operationId"
        sends "The operationId is not sent; only names in generated code change."
        example Operation "{operationId: listPets}" => "{operationId: pets}";
    OPERATION_ID_ADDED "operation-id-added" Request Neutral
        "has a new operationId"
        sends "The operationId is not sent; only names in generated code change."
        example Operation "{}" => "{operationId: listPets}";
    OPERATION_ID_REMOVED "operation-id-removed" Request Neutral
        "no longer has an operationId"
        sends "The operationId is not sent; only names in generated code change."
        example Operation "{operationId: listPets}" => "{}";
    OPERATION_LEFT_SUBSET "operation-left-subset" Request Neutral
        "is no longer selected"
        sends "It still works, but it no longer has a selected tag."
        example Operation "{tags: [selected]}" => "{tags: [other]}";
    OPERATION_ENTERED_SUBSET "operation-entered-subset" Request Widens
        "is now selected"
        sends "It existed before, but released clients do not rely on it."
        example Operation "{tags: [other]}" => "{tags: [selected]}";
    OPERATION_BECAME_INTERNAL "operation-became-internal" Request Narrows
        "is now internal"
        sends "It may still work, but clients can no longer rely on it."
        example Operation "{tags: [selected]}" => "{tags: [selected], x-internal: true}";
    WEBHOOK_REMOVED "webhook-removed" Request Narrows
        level Breaking Breaking because "Clients wait for requests that are no longer sent."
        "is removed"
        sends "Clients no longer receive its requests."
        example Document
            "{webhooks: {born: {post: {responses: {'204': {description: None}}}}}}" => "{webhooks: {}}";
    WEBHOOK_ADDED "webhook-added" Request Widens
        "is added"
        sends "Clients receive its requests only if they register for it."
        example Document
            "{webhooks: {}}" => "{webhooks: {born: {post: {responses: {'204': {description: None}}}}}}";
    CALLBACK_REMOVED "callback-removed" Request Narrows
        "is removed"
        sends "Clients no longer receive its requests."
        example Operation
            "{callbacks: {done: {'{$request.query.url}': {post: {responses: {'204': {description: None}}}}}}}" => "{}";
    CALLBACK_ADDED "callback-added" Request Widens
        "is added"
        sends "Clients receive its requests only if they ask for it."
        example Operation
            "{}" => "{callbacks: {done: {'{$request.query.url}': {post: {responses: {'204': {description: None}}}}}}}";
}
