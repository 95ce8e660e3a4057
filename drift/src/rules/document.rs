//! Rules about the document as a whole.

rows! {
    INFO_CHANGED "info-changed" Request Neutral
        "changes"
        sends "Only the title, version or description for readers differs."
        example Document "{info: {title: Pets, version: '1'}}" => "{info: {title: Pets, version: '2'}}";
}
