//! Callers can share values between threads and spawn calls. The compiler checks this without running
//! anything. docs/api/ lists the same per type.

use harmont_auth::{
    Claim, Client, ClientBuilder, Error, Login, LoginEvent, Nonce, PasteCode, Session, SessionToken,
};
use harmont_auth_test_server::{Fault, Page, Request, TestClock, TestServer};

fn shared<T: Send + Sync + Unpin>() {}

/// Accepts futures that can be spawned, apart from the lifetimes of their borrows.
fn spawnable<T>(_: &(impl Future<Output = T> + Send)) {}

#[test]
fn every_type_can_be_shared_between_threads() {
    shared::<Claim>();
    shared::<Client>();
    shared::<ClientBuilder>();
    shared::<Error>();
    shared::<Login>();
    shared::<LoginEvent<'_>>();
    shared::<Nonce>();
    shared::<PasteCode>();
    shared::<Session>();
    shared::<SessionToken>();

    shared::<Fault>();
    shared::<Page>();
    shared::<Request>();
    shared::<TestClock>();
    shared::<TestServer>();
}

#[test]
fn every_call_can_be_spawned() {
    let _ = |client: &Client, nonce: &Nonce, code: PasteCode| {
        spawnable(&client.login());
        spawnable(&client.claim_token(nonce));
        spawnable(&client.redeem_code(code));
    };
    let _ = |session: &Session, nonce: &Nonce| {
        spawnable(&session.transfer_token(nonce));
        spawnable(&session.mint_code());
        spawnable(&session.logout());
    };
    let _ = |login: &mut Login| spawnable(&login.wait());
    let _ = |server: &TestServer, clock: &TestClock| {
        spawnable(&TestServer::start());
        spawnable(&server.called("", 0));
        spawnable(&clock.tick());
    };
}
