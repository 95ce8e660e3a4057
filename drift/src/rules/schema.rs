//! Rules about schemas.

rows! {
    TYPE_WIDENED "type-widened" Both Widens
        "allows more types"
        sends "Requests are accepted as before."
        receives "A client receives a value of a type that it cannot read."
        example Schema "{type: integer}" => "{type: number}";
}
