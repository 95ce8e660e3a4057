//! What the server answers: operations by their id, looked up in the specification's own table, and the sign-in page.

use harmont_auth::wire::{
    CliClaimRequest, CliCodeResponse, CliRedeemRequest, CliTokenResponse, CliTransferRequest, Error,
    ErrorError, OPERATIONS, Operation,
};
use hyper::StatusCode;
use serde::Serialize;

use crate::reply::Reply;
use crate::server::{Handler, Request, Server, random};
use crate::sign_in_page;

/// Finds the operation that a method and a path belong to.
pub(crate) fn operation(method: &str, path: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|it| it.method == method && it.path == path)
}

/// Answers a request; `handler` is that of the test's own route.
pub(crate) fn answer(server: &Server, request: &Request, handler: Option<&Handler>) -> Reply {
    match (request.operation, handler) {
        (Some(operation), _) => call(server, operation, request),
        (None, Some(_)) if !is_signed_in(server, request) => unauthorized(),
        (None, Some(handler)) => handler(request),
        (None, None) if request.path == "/cli-login" => sign_in_page::answer(server, request),
        (None, None) => {
            failure(StatusCode::NOT_FOUND, "invalid_request", "not_found", "There is nothing here.")
        }
    }
}

fn call(server: &Server, operation: &Operation, request: &Request) -> Reply {
    if operation.bearer && !is_signed_in(server, request) {
        return unauthorized();
    }
    match operation.id {
        "cliClaim" => {
            let body: Option<CliClaimRequest> = request.json();
            let nonce = body.as_ref().map_or("", |body| body.nonce.expose_secret());
            let token = server.state().parked.take(nonce, server.now());
            handed_over(server, operation, nonce, token)
        }
        "cliRedeem" => {
            let body: Option<CliRedeemRequest> = request.json();
            let code = body.as_ref().map_or("", |body| body.code.expose_secret());
            let token = server.state().codes.take(code, server.now());
            handed_over(server, operation, code, token)
        }
        "cliTransfer" => match request.json::<CliTransferRequest>() {
            Some(body) => {
                park(server, body.nonce.expose_secret());
                Reply::new(success(operation))
            }
            None => failure(StatusCode::BAD_REQUEST, "invalid_request", "nonce_missing", "Send a nonce."),
        },
        "cliCode" => json(success(operation), &CliCodeResponse::new(mint(server).as_str().into())),
        "logout" => {
            if let Some(token) = request.bearer() {
                server.state().revoke(token);
            }
            Reply::new(success(operation))
        }
        id => failure(
            StatusCode::NOT_IMPLEMENTED,
            "test_server",
            "not_implemented",
            &format!("The test server has no {id}; add it to test-server/src/routes.rs."),
        ),
    }
}

fn is_signed_in(server: &Server, request: &Request) -> bool {
    request.bearer().is_some_and(|token| server.state().is_signed_in(token))
}

fn unauthorized() -> Reply {
    failure(
        StatusCode::UNAUTHORIZED,
        "authentication_error",
        "unauthorized",
        "Send a session token as a bearer token.",
    )
}

/// Parks a new token under a nonce.
pub(crate) fn park(server: &Server, nonce: &str) {
    server.state().parked.insert(nonce, random(32), server.now());
}

/// Parks a new token under a new code.
pub(crate) fn mint(server: &Server) -> String {
    let code = random(16);
    server.state().codes.insert(&code, random(32), server.now());
    code
}

/// The status that the specification documents.
fn success(operation: &Operation) -> StatusCode {
    // The generator has seen to it that it is one.
    StatusCode::from_u16(operation.success).unwrap_or(StatusCode::OK)
}

/// Signs a taken token in and gives it away. Not there yet, expired and used all look alike.
fn handed_over(server: &Server, operation: &Operation, key: &str, token: Option<String>) -> Reply {
    match token {
        Some(token) => {
            let mut state = server.state();
            state.sign_in(&token);
            state.handed_over.push((key.to_owned(), token.clone()));
            drop(state);
            json(success(operation), &CliTokenResponse::new(token.as_str().into()))
        }
        None => failure(
            StatusCode::BAD_REQUEST,
            "invalid_request",
            "cli_code_invalid",
            "The code is invalid, expired or already used.",
        ),
    }
}

fn failure(status: StatusCode, kind: &str, code: &str, message: &str) -> Reply {
    json(
        status,
        &Error::new(ErrorError {
            doc_url: Some(format!("https://docs.harmont.dev/api/errors/{code}")),
            ..ErrorError::new(code.to_owned(), message.to_owned(), kind.to_owned())
        }),
    )
}

fn json(status: StatusCode, body: &impl Serialize) -> Reply {
    Reply {
        content_type: Some("application/json"),
        // Serializing strings into memory cannot fail.
        body: serde_json::to_vec(body).unwrap_or_default(),
        ..Reply::new(status)
    }
}
