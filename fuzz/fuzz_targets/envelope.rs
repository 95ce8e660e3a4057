//! Well-formed answers with any content: statuses, `Retry-After`, request ids, error envelopes.

#![no_main]

use arbitrary::Arbitrary;
use harmont_auth_fuzz::Talk;
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Answer<'a> {
    operation: u8,
    status: u16,
    retry_after: &'a str,
    request_id: &'a str,
    code: &'a str,
    message: &'a str,
    doc_url: Option<&'a str>,
    envelope_id: Option<&'a str>,
    token: Option<&'a str>,
}

thread_local!(static TALK: Talk = Talk::default());

fuzz_target!(|answer: Answer| {
    let header = |value: &str| value.chars().filter(|it| !it.is_control()).collect::<String>();
    let body = serde_json::json!({
        "token": answer.token,
        "error": {
            "type": answer.code, "code": answer.code, "message": answer.message,
            "doc_url": answer.doc_url, "request_id": answer.envelope_id,
        },
    })
    .to_string();
    let text = format!(
        "HTTP/1.1 {} X\r\nretry-after: {}\r\nx-request-id: {}\r\ncontent-length: {}\r\n\r\n{body}",
        200 + answer.status % 400,
        header(answer.retry_after),
        header(answer.request_id),
        body.len(),
    );
    TALK.with(|talk| talk.call(answer.operation, text.into_bytes()));
});
