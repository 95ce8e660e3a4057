//! Rules about operations.

rows! {
    OPERATION_REMOVED "operation-removed" Request Narrows
        "is removed"
        sends "Every call fails."
        example Document "{paths: {/pets: {get: {responses: {'204': {description: None}}}}}}" => "{paths: {}}";
}
