//! Converts progenitor's error. No other file reads it: it would print bodies, headers and the URL.

use std::error::Error as StdError;

use http_body_util::LengthLimitError;
use progenitor_client::Error as ApiError;
use reqwest::StatusCode;

use super::cause::chain;
use super::{Kind, ResponseMeta};
use crate::Error;

impl Error {
    /// Converts progenitor's error and keeps its harmless parts. `meta` describes the last response; `envelope` reads the
    /// error envelope from the body of a failure, and returns whether there is one.
    pub(crate) async fn from_api(
        error: ApiError<()>,
        operation: &'static str,
        host: String,
        mut meta: Option<ResponseMeta>,
        envelope: impl FnOnce(&[u8], &mut ResponseMeta) -> bool,
    ) -> Self {
        let is_web_page = |meta: &Option<ResponseMeta>, body: &[u8]| {
            meta.as_ref().is_some_and(|meta| meta.is_web_page(body))
        };
        let error = match error {
            ApiError::UnexpectedResponse(response) if response.status().is_success() => {
                let body = response.bytes().await.unwrap_or_default();
                if is_web_page(&meta, &body) {
                    Self::new(Kind::WebPage)
                } else {
                    Self::new(Kind::Protocol("the specification doesn't document this status".into()))
                }
            }
            ApiError::UnexpectedResponse(response) => {
                let status = response.status();
                match (response.bytes().await, &mut meta) {
                    // Only the body tells what a 400 means.
                    (Err(error), _) if status == StatusCode::BAD_REQUEST && !is_too_large(&error) => {
                        Self::response_lost(error)
                    }
                    (Ok(body), Some(known)) => {
                        let is_api = envelope(&body, known);
                        let is_web_page = !is_api && known.is_web_page(&body);
                        Self::new(if is_web_page { Kind::WebPage } else { Kind::Status })
                    }
                    // Any other failure is clear even without a readable body.
                    _ => Self::new(Kind::Status),
                }
            }
            ApiError::CommunicationError(error) if error.is_connect() => Self::connect(error),
            ApiError::CommunicationError(error) | ApiError::ResponseBodyError(error)
                if is_too_large(&error) =>
            {
                Self::new(Kind::Protocol("it is larger than 64 KiB".into()))
            }
            ApiError::CommunicationError(error) | ApiError::ResponseBodyError(error) => {
                Self::response_lost(error)
            }
            ApiError::InvalidResponsePayload(body, _) if is_web_page(&meta, &body) => {
                Self::new(Kind::WebPage)
            }
            // serde_json's text may quote the value, so only the position is kept.
            ApiError::InvalidResponsePayload(_, error) => Self::new(Kind::Protocol(format!(
                "{} at line {}, column {}",
                match error.classify() {
                    serde_json::error::Category::Data => "a field is missing or has another type",
                    serde_json::error::Category::Eof => "it ends too early",
                    _ => "it is not JSON",
                },
                error.line(),
                error.column()
            ))),
            ApiError::Custom(what) => Self::environment(what),
            _ => Self::new(Kind::Protocol("the generated client couldn't read it".into())),
        };
        error.for_operation(Some(operation), host, meta)
    }
}

fn is_too_large(error: &reqwest::Error) -> bool {
    chain(error).any(<dyn StdError>::is::<LengthLimitError>)
}
