//! Well-formed responses with any content: statuses, `Retry-After`, request ids, error envelopes.

#![no_main]

use arbitrary::Arbitrary;
use harmont_auth_fuzz::Exchange;
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Response<'a> {
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

thread_local!(static EXCHANGE: Exchange = Exchange::default());

fuzz_target!(|response: Response| {
    let header = |value: &str| value.chars().filter(|it| !it.is_control()).collect::<String>();
    let body = serde_json::json!({
        "token": response.token,
        "error": {
            "type": response.code, "code": response.code, "message": response.message,
            "doc_url": response.doc_url, "request_id": response.envelope_id,
        },
    })
    .to_string();
    let text = format!(
        "HTTP/1.1 {} X\r\nretry-after: {}\r\nx-request-id: {}\r\ncontent-length: {}\r\n\r\n{body}",
        200 + response.status % 400,
        header(response.retry_after),
        header(response.request_id),
        body.len(),
    );
    EXCHANGE.with(|exchange| exchange.call(response.operation, text.into_bytes()));
});
