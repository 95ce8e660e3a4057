//! The stand-in for the web app's sign-in page. Its user is signed in already; the button approves.

use std::time::Instant;

use crate::random;
use crate::reply::Reply;
use crate::request::Request;
use crate::state::State;

/// Shows the page, and on `POST` does what the vendor's page does when the user clicks.
pub(crate) fn respond(state: &mut State, now: Instant, request: &Request) -> Reply {
    let value = |name: &str| {
        let pairs = request.query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.rev().find_map(|(key, value)| (key == name && !value.is_empty()).then_some(value))
    };
    let is_click = request.method == "POST";
    match (value("paste"), value("port"), value("nonce")) {
        (Some("true"), ..) if is_click => {
            let code = random::paste_code();
            state.mint(&code, random::token(), now);
            page(
                200,
                "Your code",
                &format!("Type this code into your terminal: <code id=\"code\">{code}</code>"),
            )
        }
        (Some("true"), ..) => page(200, "Sign in with a code", BUTTON),
        (_, Some(port), Some(nonce)) if is_click => {
            state.park(nonce, random::token(), now);
            let login_state = value("state").unwrap_or_default();
            Reply {
                location: Some(format!("http://localhost:{port}/callback?state={login_state}")),
                ..Reply::empty(303)
            }
        }
        (_, Some(_), Some(_)) => page(200, "Sign in to your terminal", BUTTON),
        _ => page(
            400,
            "This link is not complete",
            "It lacks a port or a nonce. Start again from your terminal.",
        ),
    }
}

const BUTTON: &str = "<form method=\"post\"><button id=\"authorize\">Authorize</button></form>";

fn page(status: u16, title: &str, content: &str) -> Reply {
    Reply {
        content_type: Some("text/html; charset=utf-8"),
        body: format!(
            "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>{title}</title>\n<h1>{title}</h1>\n\
             <p>{content}</p>\n</html>\n"
        )
        .into_bytes(),
        ..Reply::empty(status)
    }
}
