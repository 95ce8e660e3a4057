//! Rules about parameters, bodies, responses and headers.

rows! {
    PARAMETER_ADDED "parameter-added" Both Widens
        level Additive Additive because "Nobody has to send an optional parameter or to read one."
        "is added"
        sends "Requests without it are accepted as before."
        receives "Receivers ignore it."
        example Operation "{}" => "{parameters: [{name: limit, in: query, schema: {type: integer}}]}";
}
