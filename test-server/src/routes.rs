//! The built-in routes: the operations of the specification, by their id, and the sign-in page.

use std::time::Instant;

use harmont_auth::wire::{
    CliClaimRequest, CliCodeResponse, CliRedeemRequest, CliTokenResponse, CliTransferRequest, Operation,
};

use crate::random;
use crate::reply::Reply;
use crate::request::Request;
use crate::sign_in_page;
use crate::state::State;

/// Responds to a request that belongs to no route of the test.
pub(crate) fn respond(state: &mut State, now: Instant, request: &Request) -> Reply {
    match request.operation {
        Some(operation) => call(state, now, operation, request),
        None if request.path == "/cli-login" => sign_in_page::respond(state, now, request),
        None => Reply::error(404, "invalid_request", "not_found", "There is nothing here."),
    }
}

fn call(state: &mut State, now: Instant, operation: &Operation, request: &Request) -> Reply {
    let token = request.bearer().filter(|token| state.is_signed_in(token));
    if operation.bearer && token.is_none() {
        return Reply::unauthorized();
    }
    match operation.id {
        "cliClaim" => {
            let body: Option<CliClaimRequest> = request.json();
            handed_over(operation, body.and_then(|body| state.claim(body.nonce.expose_secret(), now)))
        }
        "cliRedeem" => {
            let body: Option<CliRedeemRequest> = request.json();
            handed_over(operation, body.and_then(|body| state.redeem(body.code.expose_secret(), now)))
        }
        "cliTransfer" => match request.json::<CliTransferRequest>() {
            Some(body) => {
                state.park(body.nonce.expose_secret(), random::token(), now);
                Reply::empty(operation.success)
            }
            None => Reply::error(400, "invalid_request", "nonce_missing", "Send a nonce."),
        },
        "cliCode" => {
            let code = random::paste_code();
            state.mint(&code, random::token(), now);
            Reply::json(operation.success, &CliCodeResponse::new(code.as_str().into()))
        }
        "logout" => {
            if let Some(token) = token {
                state.revoke(token);
            }
            Reply::empty(operation.success)
        }
        id => Reply::error(
            501,
            "test_server",
            "not_implemented",
            &format!("The test server has no {id}; add it to test-server/src/routes.rs."),
        ),
    }
}

/// Responds with a claimed or redeemed token. A token that is not parked yet, expired or used gets the same error.
fn handed_over(operation: &Operation, token: Option<String>) -> Reply {
    match token {
        Some(token) => Reply::json(operation.success, &CliTokenResponse::new(token.as_str().into())),
        None => Reply::error(
            400,
            "invalid_request",
            "cli_code_invalid",
            "The code is invalid, expired or already used.",
        ),
    }
}
