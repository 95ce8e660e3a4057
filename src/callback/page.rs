//! The pages for the browser: static, never cached, without scripts, and without any part of the request.

use http::header::{self, HeaderValue};
use http::{Response, StatusCode};

use super::request::RequestKind;

const SUCCESS: Mark = Mark { color: "#2da44e", path: "m7 12.5 3.5 3.5L17 9" };
const FAILURE: Mark = Mark { color: "#e5534b", path: "m8.5 8.5 7 7m0-7-7 7" };
const PENDING: Mark = Mark { color: "#8b949e", path: "M7.5 12h.01M12 12h.01M16.5 12h.01" };

/// The icon in the circle above the title.
struct Mark {
    color: &'static str,
    path: &'static str,
}

/// Returns the page for a callback, by the outcome of the login if it has ended.
pub(super) fn outcome(signed_in: Option<bool>) -> Response<String> {
    let (mark, title, sentence) = match signed_in {
        Some(true) => (SUCCESS, "Signed in", "You can close this tab and go back to your terminal."),
        Some(false) => (
            FAILURE,
            "Sign-in failed",
            "Something went wrong after you approved. See your terminal for details.",
        ),
        None => (PENDING, "Almost done", "Check your terminal to see when you're signed in."),
    };
    page(StatusCode::OK, &mark, title, sentence)
}

/// Returns the page for any other request.
pub(super) fn refusal(kind: RequestKind) -> Response<String> {
    let (status, title, sentence) = match kind {
        // Fits a forwarded port as well as a rebound name.
        RequestKind::Forwarded | RequestKind::InvalidHost => (
            StatusCode::MISDIRECTED_REQUEST,
            "Can't confirm here",
            "If you just approved, check your terminal.",
        ),
        RequestKind::Callback | RequestKind::WrongState => {
            (StatusCode::BAD_REQUEST, "This link belongs to a different sign-in", "Return to your terminal.")
        }
        RequestKind::NotFound => {
            (StatusCode::NOT_FOUND, "Not found", "This address only handles sign-in callbacks.")
        }
        RequestKind::WrongMethod => (
            StatusCode::METHOD_NOT_ALLOWED,
            "Method not allowed",
            "This address only handles sign-in callbacks.",
        ),
        RequestKind::TooLarge => (
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            "Request too large",
            "If you just approved, check your terminal. Clearing this browser's cookies for localhost helps next time.",
        ),
        RequestKind::Prefetch => {
            (StatusCode::SERVICE_UNAVAILABLE, "Not yet", "This page cannot be loaded ahead of time.")
        }
    };
    let mut page = page(status, &FAILURE, title, sentence);
    if kind == RequestKind::WrongMethod {
        page.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET"));
    }
    page
}

fn page(status: StatusCode, mark: &Mark, title: &str, sentence: &str) -> Response<String> {
    let Mark { color, path } = mark;
    let body = format!(
        r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
:root {{ background: light-dark(#f6f8fa, #0d1117); color: light-dark(#1f2328, #e6edf3) }}
body {{ display: grid; min-height: 100vh; margin: 0; place-items: center; font: 1.1rem/1.5 system-ui, sans-serif }}
main {{ box-sizing: border-box; width: min(26rem, 92vw); padding: 2.5rem 2rem; text-align: center; border-radius: 1rem;
  background: light-dark(#fff, #161b22); box-shadow: 0 1px 3px #0003, 0 8px 32px #0001 }}
svg {{ width: 4rem; fill: none; stroke: {color}; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round }}
h1 {{ margin: .75rem 0 .25rem; font-size: 1.6rem; line-height: 1.25; text-wrap: balance }}
p {{ margin: 0; color: light-dark(#59636e, #9198a1); text-wrap: balance }}
</style>
<main>
<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="10"/><path d="{path}"/></svg>
<h1>{title}</h1>
<p>{sentence}</p>
</main>
</html>
"#
    );
    let mut response = Response::new(body);
    *response.status_mut() = status;
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        ),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
