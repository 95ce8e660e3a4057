//! `logout`: revoke the token.

use crate::support::{host, passing_time, setup};
use harmont_auth_test_server::Fault;

#[tokio::test]
async fn t8_a_logout_revokes_the_token() {
    let setup = setup().await;
    let session = setup.web_session();
    session.logout().await.unwrap();
    assert!(!setup.server.is_signed_in(session.token().expose_secret()));
}

#[tokio::test]
async fn t8_a_second_logout_is_done_too() {
    let setup = setup().await;
    let session = setup.web_session();
    session.logout().await.unwrap();
    session.logout().await.unwrap();
    assert_eq!(setup.server.calls("logout"), 2);
}

#[tokio::test]
async fn t8_a_transient_error_is_retried() {
    for fault in [
        Fault::reply(408),
        Fault::reply(429),
        Fault::reply(502).body("<h1>Bad gateway</h1>"),
        Fault::reply(503),
        Fault::reply(504),
        Fault::cut(),
        Fault::cut().after_acting(),
    ] {
        let setup = setup().await;
        setup.server.fail_next("logout", fault.clone());
        let session = setup.web_session();
        setup.passing_time(session.logout()).await.unwrap_or_else(|error| panic!("{fault:?}: {error}"));
        assert!(!setup.server.is_signed_in(session.token().expose_secret()));
    }
}

#[tokio::test]
async fn t8_a_lasting_error_is_returned_after_three_attempts() {
    let setup = setup().await;
    for _ in 0..5 {
        setup.server.fail_next("logout", Fault::reply(503));
    }
    let error = setup.passing_time(setup.web_session().logout()).await.unwrap_err();
    assert_eq!(setup.server.calls("logout"), 3);
    assert!(error.to_string().ends_with("; the token may still be live, so try again"), "{error}");
}

#[tokio::test]
async fn t8_a_server_error_is_an_error() {
    let setup = setup().await;
    setup.server.fail_next("logout", Fault::reply(500));
    let error = setup.web_session().logout().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 500);
    assert_eq!(setup.server.calls("logout"), 1);
}

#[tokio::test]
async fn t8_if_the_server_is_unreachable_the_error_warns_that_the_token_may_still_be_live() {
    let setup = setup().await;
    let (session, clock) = (setup.web_session(), setup.clock.clone());
    let host = host(&setup.server).to_owned();
    drop(setup.server);
    let error = passing_time(&clock, session.logout()).await.unwrap_err();
    assert!(error.is_connect(), "{error}");
    let text = format!(
        "Can't reach {host} (connection refused); check the network and the address; the token may still be live, so try again"
    );
    assert_eq!(error.to_string(), text);
    // The form that `main` prints.
    let shown = format!("{error:?}");
    assert!(shown.starts_with(&format!("{text}\n  in: logout\n  because: ")), "{shown}");
    assert!(shown.contains("tcp connect error"), "{shown}");
}
