//! A wait that is dropped, repeated, or finished loses no token and frees its resources.

use std::time::Duration;

use crate::support::{Setup, env_child, poll_ready, setup, setup_with, wait_for_sleepers};
#[cfg(feature = "loopback")]
use crate::support::{Waiting, parameter, port_is_free};
use harmont_auth::Login;
use harmont_auth_test_server::{Fault, TestServer};

#[cfg(feature = "loopback")]
#[tokio::test]
async fn c9_a_callback_during_a_claim_waits_for_its_response() {
    let setup = setup().await;
    let pending = r#"{"error":{"type":"invalid_request","code":"cli_code_invalid","message":""}}"#;
    let late = Fault::reply(400).body(pending).delay(Duration::from_secs(5));
    setup.server.fail_next("cliClaim", late);
    let waiting = Waiting::start_with(setup, |_| {}).await;
    let location = waiting.approve().await;
    let browser =
        tokio::spawn(async move { harmont_auth_test_server::visit("GET", &location).await.unwrap() });
    // Now the server's delay and the held response both sleep.
    wait_for_sleepers(&waiting.setup.clock, 2).await;
    assert_eq!(waiting.setup.server.calls("cliClaim"), 1, "one at a time");
    waiting.setup.clock.tick().await;
    assert!(browser.await.unwrap().text.contains("<title>Signed in</title>"));
    assert_eq!(waiting.setup.server.calls("cliClaim"), 2);
    waiting.assert_signed_in().await;
}

#[tokio::test]
async fn c9_a_token_that_arrives_in_the_last_second_is_kept() {
    let setup = setup_with(|builder| builder.login_timeout(Duration::from_secs(10))).await;
    let late = Fault::success().body("{\"token\":\"late\"}").delay(Duration::from_millis(10_500));
    setup.server.fail_next("cliClaim", late);
    let mut login = setup.client.login().await.unwrap();
    let session = setup.passing_time(login.wait()).await.unwrap();
    assert_eq!(session.token().expose_secret(), "late");
}

/// Approves, and drops the wait when the server has received the claim: the response is the only copy of the token.
async fn drop_wait_after_the_claim(setup: &Setup, login: &mut Login) {
    setup.approve_elsewhere(login).await;
    tokio::select! {
        _ = login.wait() => panic!("the wait returned before it was dropped"),
        () = setup.server.called("cliClaim", 1) => {}
    }
}

#[tokio::test]
async fn c9_a_dropped_wait_can_be_repeated_and_loses_no_token() {
    let setup = setup().await;
    let mut login = setup.client.login().await.unwrap();
    drop_wait_after_the_claim(&setup, &mut login).await;
    // The server has handed the token over, and the response arrives outside of a wait.
    setup.assert_signed_in(&login.wait().await.unwrap());
    assert_eq!(setup.server.calls("cliClaim"), 1);
}

#[tokio::test]
async fn c9_a_token_that_arrives_after_the_login_was_dropped_is_revoked() {
    let setup = setup().await;
    let mut login = setup.client.login().await.unwrap();
    drop_wait_after_the_claim(&setup, &mut login).await;
    drop(login);
    setup.server.called("logout", 1).await;
}

#[tokio::test]
async fn c9_cancelling_waits_until_the_token_of_a_claim_in_flight_is_revoked() {
    let setup = setup().await;
    let mut login = setup.client.login().await.unwrap();
    drop_wait_after_the_claim(&setup, &mut login).await;
    login.cancel().await;
    assert_eq!(setup.server.calls("logout"), 1);
}

#[cfg(feature = "loopback")]
#[tokio::test]
async fn c11_a_dropped_login_frees_its_port() {
    let waiting = Waiting::start().await;
    let port = parameter(&waiting.url, "port");
    let mut open = waiting.connect().await;
    waiting.wait.abort();
    assert!(waiting.wait.await.unwrap_err().is_cancelled());
    port_is_free(&port).await;
    // Open connections are closed.
    let mut byte = [0];
    let read = tokio::io::AsyncReadExt::read(&mut open, &mut byte);
    let read = tokio::time::timeout(Duration::from_secs(1), read).await.expect("it is still open");
    assert_eq!(read.unwrap_or_default(), 0);
}

#[tokio::test]
#[ignore = "runs in a child process of the test below"]
async fn child_that_waits() {
    let client = harmont_auth::Client::from_env().unwrap();
    client.login().await.unwrap().wait().await.unwrap();
}

/// A background job and its children may ignore SIGINT. So the test ends the tool with SIGTERM, and reads from
/// /proc that the tool handles neither signal.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn c11_ctrl_c_ends_a_waiting_tool_at_once_since_the_library_handles_no_signal() {
    use std::os::unix::process::ExitStatusExt;
    use std::process::Command;

    let server = TestServer::start().await.unwrap();
    let mut tool = env_child("wait::child_that_waits").env("HM_API_URL", server.url()).spawn().unwrap();
    server.called("cliClaim", 1).await;
    let pid = tool.id().to_string();
    let signal = |name: &str| assert!(Command::new("kill").args([name, &pid]).status().unwrap().success());

    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let handled = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap();
    let handled = u64::from_str_radix(handled.trim(), 16).unwrap();
    let (interrupt, terminate) = (2, 15);
    for number in [interrupt, terminate] {
        assert_eq!(handled >> (number - 1) & 1, 0, "signal {number} is handled");
    }
    signal("-TERM");
    let ended = tokio::task::spawn_blocking(move || tool.wait().unwrap());
    let Ok(status) = tokio::time::timeout(Duration::from_secs(1), ended).await else {
        signal("-KILL");
        panic!("the tool keeps running");
    };
    assert_eq!(status.unwrap().signal(), Some(terminate));
}

#[tokio::test]
async fn c9_repeated_waits_do_not_poll_each_time() {
    let setup = setup().await;
    let mut login = setup.client.login().await.unwrap();
    tokio::select! {
        _ = login.wait() => panic!("the login is not approved"),
        () = wait_for_sleepers(&setup.clock, 1) => {}
    }
    // 1.5 seconds in total, less than one polling interval.
    for _ in 0..20 {
        tokio::select! {
            _ = login.wait() => panic!("the login is not approved"),
            () = tokio::task::yield_now() => {}
        }
        setup.clock.advance(Duration::from_millis(75));
    }
    assert_eq!(setup.server.calls("cliClaim"), 1);
}

#[cfg(feature = "loopback")]
#[tokio::test]
async fn c9_a_callback_during_the_last_poll_causes_another_poll() {
    let setup = setup_with(|builder| builder.login_timeout(Duration::from_secs(1))).await;
    let waiting = Waiting::start_with(setup, |_| {}).await;
    let pending = r#"{"error":{"type":"invalid_request","code":"cli_code_invalid","message":""}}"#;
    let late = Fault::reply(400).body(pending).delay(Duration::from_millis(500));
    waiting.setup.server.fail_next("cliClaim", late);
    waiting.setup.clock.tick().await;
    waiting.setup.server.called("cliClaim", 2).await;
    let location = waiting.approve().await;
    let browser = tokio::spawn(async move { harmont_auth_test_server::visit("GET", &location).await });
    wait_for_sleepers(&waiting.setup.clock, 2).await;
    waiting.setup.clock.tick().await;
    waiting.assert_signed_in().await;
    browser.await.unwrap().unwrap();
}

#[cfg(feature = "loopback")]
#[tokio::test]
async fn c9_a_wait_that_is_dropped_while_the_page_leaves_keeps_its_session() {
    for is_taken_up in [true, false] {
        let setup = setup().await;
        let mut login = setup.client.login().await.unwrap();
        setup.approve_elsewhere(&login).await;
        let (port, state) = (parameter(login.url(), "port"), parameter(login.url(), "state"));
        let url = format!("http://127.0.0.1:{port}/callback?state={state}");
        tokio::spawn(async move { harmont_auth_test_server::visit("GET", &url).await });
        wait_for_sleepers(&setup.clock, 1).await;
        setup.server.fail_next("cliClaim", Fault::success().body("{\"token\":\"kept\"}"));
        let clock = setup.clock.clone();
        // The held response and the end of the wait both sleep, until the response is sent.
        let ends = std::future::poll_fn(|_| match clock.sleepers() {
            2 => std::task::Poll::Ready(()),
            _ => std::task::Poll::Pending,
        });
        tokio::select! {
            biased;
            _ = login.wait() => panic!("it did not wait for the page"),
            () = ends => {}
        }
        if is_taken_up {
            assert_eq!(login.wait().await.unwrap().token().expose_secret(), "kept");
            assert_eq!(setup.server.calls("cliClaim"), 1);
        } else {
            drop(login);
            setup.server.called("logout", 1).await;
        }
    }
}

#[test]
fn c9_a_login_dropped_outside_the_runtime_revokes_its_token() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (setup, login) = runtime.block_on(async {
        let setup = setup().await;
        let mut login = setup.client.login().await.unwrap();
        let late = Fault::success().body("{\"token\":\"late\"}").delay(Duration::from_secs(1));
        setup.server.fail_next("cliClaim", late);
        tokio::select! {
            _ = login.wait() => panic!("it is late"),
            () = setup.server.called("cliClaim", 1) => {}
        }
        (setup, login)
    });
    drop(login);
    runtime.block_on(async {
        setup.clock.tick().await;
        setup.server.called("logout", 1).await;
    });
}

#[test]
fn without_a_runtime_a_login_is_refused_and_so_is_its_wait() {
    let client = harmont_auth::Client::builder().base_url("http://localhost:1").build().unwrap();
    let error = poll_ready(client.login()).unwrap_err();
    assert!(error.to_string().contains("no tokio runtime"), "{error}");

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut login = runtime.block_on(client.login()).unwrap();
    let error = poll_ready(login.wait()).unwrap_err();
    assert!(error.to_string().contains("no tokio runtime"), "{error}");
}

#[tokio::test]
async fn a_second_wait_after_a_success_is_an_error() {
    let setup = setup().await;
    let mut login = setup.client.login().await.unwrap();
    setup.approve_elsewhere(&login).await;
    login.wait().await.unwrap();
    let error = login.wait().await.unwrap_err();
    assert_eq!(error.to_string(), "This login has already signed in; start another one");
    assert_eq!(setup.server.calls("cliClaim"), 1);
}

#[cfg(feature = "loopback")]
#[tokio::test]
async fn the_port_is_freed_soon_after_a_success_also_while_the_login_is_kept() {
    let setup = setup().await;
    let mut login = setup.client.login().await.unwrap();
    let url = login.url().to_owned();
    let browser = tokio::spawn(async move { harmont_auth_test_server::click(&url).await });
    setup.passing_time(login.wait()).await.unwrap();
    browser.await.unwrap().unwrap();
    setup.clock.tick().await;
    port_is_free(&parameter(login.url(), "port")).await;
}
