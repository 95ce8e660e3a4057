//! The stand-in for the web app's sign-in page. Its user is signed in already; the button approves.

use hyper::StatusCode;

use crate::reply::Reply;
use crate::routes::{mint, park};
use crate::server::{Request, Server};

/// Shows the page, and on `POST` does what the vendor's page does when the user clicks.
pub(crate) fn answer(server: &Server, request: &Request) -> Reply {
    let value = |name: &str| {
        let pairs = request.query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.rev().find_map(|(key, value)| (key == name && !value.is_empty()).then_some(value))
    };
    let is_click = request.method == "POST";
    match (value("paste"), value("port"), value("nonce")) {
        (Some("true"), ..) if is_click => page(
            "Your code",
            &format!("Type this code into your terminal: <code id=\"code\">{}</code>", mint(server)),
        ),
        (Some("true"), ..) => page("Sign in with a code", BUTTON),
        (_, Some(port), Some(nonce)) if is_click => {
            park(server, nonce);
            let state = value("state").unwrap_or_default();
            Reply {
                location: Some(format!("http://localhost:{port}/callback?state={state}")),
                ..Reply::new(StatusCode::SEE_OTHER)
            }
        }
        (_, Some(_), Some(_)) => page("Sign in to your terminal", BUTTON),
        _ => Reply {
            status: StatusCode::BAD_REQUEST.as_u16(),
            ..page("This link is not complete", "It lacks a port or a nonce. Start again from your terminal.")
        },
    }
}

const BUTTON: &str = "<form method=\"post\"><button id=\"authorize\">Authorize</button></form>";

fn page(title: &str, content: &str) -> Reply {
    Reply {
        content_type: Some("text/html; charset=utf-8"),
        body: format!(
            "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>{title}</title>\n<h1>{title}</h1>\n\
             <p>{content}</p>\n</html>\n"
        )
        .into_bytes(),
        ..Reply::new(StatusCode::OK)
    }
}
