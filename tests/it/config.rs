//! Base URLs, timeouts, the environment, and input rejected before any request.

use std::time::Duration;

use crate::support::{env_child, setup_with};
use harmont_auth::{Client, ClientBuilder, Session, SessionToken};
use harmont_auth_test_server::{Fault, TestServer};

fn refusal(url: &str) -> String {
    let error = Client::builder().base_url(url).build().unwrap_err();
    assert!(error.is_invalid_input());
    error.to_string()
}

#[test]
fn t2_a_base_url_must_be_https_or_loopback() {
    for url in ["http://localhost:4000", "http://127.0.0.1:1", "http://127.8.9.1", "http://[::1]:4000/"] {
        assert!(Client::builder().base_url(url).build().is_ok(), "{url}");
    }
    for url in ["http://api.harmont.dev", "http://10.0.0.1", "http://localhost.evil.example", "http://[::2]"]
    {
        assert!(refusal(url).starts_with("the base URL must be https"), "{url}");
    }
    assert!(refusal("ftp://localhost").contains("must begin with https://"));
}

#[test]
fn t2_a_base_url_that_is_none_is_refused_with_the_reason() {
    assert!(refusal("").contains("is not a URL"));
    assert!(refusal("api.harmont.dev").contains("is not a URL"));
    assert!(refusal("https://api\n.harmont.dev").contains("control character"));
    assert!(refusal("https://api.harmont.dev?x=1").contains("query or fragment"));
}

#[test]
fn t2_a_password_in_the_base_url_is_refused_and_not_repeated() {
    let text = refusal("https://user:hunter2@api.harmont.dev");
    assert!(text.contains("must not contain a user name or password") && !text.contains("hunter2"), "{text}");
}

#[cfg(any(feature = "rustls", feature = "rustls-ring"))]
#[test]
fn the_app_url_follows_the_api() {
    let paste_url = |url: &str| Client::builder().base_url(url).build().unwrap().paste_url();
    assert_eq!(Client::new().paste_url(), "https://app.harmont.dev/cli-login?paste=true");
    assert_eq!(paste_url("https://api.example.com/"), "https://app.example.com/cli-login?paste=true");
    assert_eq!(paste_url("https://example.com"), "https://example.com/cli-login?paste=true");
    assert_eq!(paste_url("https://apiary.example.com"), "https://apiary.example.com/cli-login?paste=true");
    assert_eq!(paste_url("http://localhost:4000"), "http://localhost:4000/cli-login?paste=true");
    let client = Client::builder().app_url("https://sign-in.example.com/").build().unwrap();
    assert_eq!(client.paste_url(), "https://sign-in.example.com/cli-login?paste=true");
    assert_eq!(client.app_url(), "https://sign-in.example.com");
    assert_eq!(client.base_url(), "https://api.harmont.dev");
}

#[cfg(any(feature = "rustls", feature = "rustls-ring"))]
#[tokio::test]
async fn an_https_client_is_set_up_at_the_first_call() {
    // Nothing listens on port 1, so the call fails, but after TLS was set up.
    let client = Client::builder().base_url("https://127.0.0.1:1").build().unwrap();
    let error = client.session("token".parse().unwrap()).mint_code().await.unwrap_err();
    assert!(error.is_connect(), "{error}");
}

#[cfg(not(any(feature = "rustls", feature = "rustls-ring")))]
#[test]
fn https_without_tls_is_refused_when_the_client_is_built() {
    assert!(refusal("https://api.harmont.dev").contains("built without TLS"));
}

#[test]
fn a_malformed_token_is_refused_and_not_repeated() {
    for (token, reason) in
        [("", "is empty"), (" \n", "is empty"), ("hunter2 hunter2", "a space"), ("hünter2", "ASCII")]
    {
        let error = token.parse::<SessionToken>().unwrap_err();
        assert!(error.is_invalid_input());
        assert!(error.to_string().contains(reason), "{error}");
        assert!(!error.to_string().contains("nter2"), "{error}");
    }
}

#[tokio::test]
async fn the_user_agent_is_sent() {
    let setup = setup_with(|builder| builder.user_agent("hm/1.2")).await;
    setup.web_session().mint_code().await.unwrap();
    assert_eq!(setup.server.requests()[0].headers["user-agent"], "hm/1.2");
    assert!(Client::builder().user_agent("a\nb").build().unwrap_err().is_invalid_input());
}

#[tokio::test]
async fn the_users_own_client_is_used_under_our_rules() {
    use reqwest::header::ACCEPT_LANGUAGE;
    let headers = [(ACCEPT_LANGUAGE, "de".parse().unwrap())].into_iter().collect();
    let http = reqwest::Client::builder()
        .default_headers(headers)
        .user_agent("theirs")
        .timeout(Duration::from_nanos(1))
        .proxy(reqwest::Proxy::all("http://127.0.0.1:1").unwrap())
        .redirect(reqwest::redirect::Policy::limited(5));
    let setup = setup_with(|builder| builder.http_client(http)).await;
    // The clock moves, since a call under their rules would be retried.
    setup.passing_time(setup.web_session().mint_code()).await.unwrap();
    let headers = &setup.server.requests()[0].headers;
    assert_eq!(headers["accept-language"], "de");
    assert!(headers["user-agent"].to_str().unwrap().starts_with("harmont-auth/"));

    setup.server.fail_next("cliCode", Fault::reply(307).header("location", setup.server.url()));
    let error = setup.passing_time(setup.web_session().mint_code()).await.unwrap_err();
    assert_eq!(error.status().unwrap(), 307);
}

#[test]
fn a_builder_shows_no_address_before_it_is_checked() {
    let builder = Client::builder().base_url("https://user:hunter2@api.harmont.dev");
    assert!(!format!("{builder:?}").contains("hunter2"));
}

#[test]
fn absurd_time_limits_do_no_harm() {
    let client = Client::builder()
        .base_url("http://localhost:1")
        .login_timeout(Duration::MAX)
        .call_timeout(Duration::MAX)
        .attempt_timeout(Duration::MAX)
        .build()
        .unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        client.login().await.unwrap();
        assert!(client.session("token".parse().unwrap()).mint_code().await.unwrap_err().is_connect());
    });
}

#[test]
#[ignore = "runs in a child process of the tests below"]
fn child_from_env() {
    match Session::from_env() {
        Ok(session) => println!("{:?} {}", session, session.token().expose_secret()),
        Err(error) => println!("refused: {error}"),
    }
}

fn output(test: &str, variables: &[(&str, &str)]) -> String {
    String::from_utf8(env_child(test).envs(variables.iter().copied()).output().unwrap().stdout).unwrap()
}

#[test]
fn the_environment_sets_up_a_session() {
    let output = output(
        "config::child_from_env",
        &[("HM_API_URL", "http://localhost:4000/"), ("HM_API_TOKEN", "abc\n")],
    );
    assert!(output.contains("base_url: \"http://localhost:4000\""), "{output}");
    assert!(output.contains("SessionToken(..)") && output.contains(" abc"), "{output}");
}

#[cfg(any(feature = "rustls", feature = "rustls-ring"))]
#[test]
fn an_empty_variable_leaves_the_default() {
    let output = output("config::child_from_env", &[("HM_API_URL", ""), ("HM_API_TOKEN", "abc")]);
    assert!(output.contains("base_url: \"https://api.harmont.dev\""), "{output}");
}

#[test]
#[ignore = "runs in a child process of the tests below"]
fn child_with_a_builder_from_env() {
    let client = ClientBuilder::from_env().unwrap().base_url("http://localhost:1").build().unwrap();
    println!("api {} app {}", client.base_url(), client.app_url());
    match client.session_from_env() {
        Ok(session) => println!("token {:?}", session.map(|it| it.token().expose_secret().to_owned())),
        Err(error) => println!("refused: {error}"),
    }
}

#[test]
fn a_builder_from_the_environment_takes_other_settings() {
    let output = output(
        "config::child_with_a_builder_from_env",
        &[("HM_API_URL", "http://localhost:4000"), ("HM_APP_URL", "http://localhost:5000/")],
    );
    assert!(output.contains("api http://localhost:1 app http://localhost:5000"), "{output}");
}

#[test]
fn a_client_takes_a_token_from_the_environment_only_if_there_is_one() {
    for (variables, expected) in [
        (&[][..], "token None"),
        (&[("HM_API_TOKEN", "")], "token None"),
        (&[("HM_API_TOKEN", "abc")], "token Some(\"abc\")"),
        (&[("HM_API_TOKEN", "a b")], "refused: HM_API_TOKEN: the session token contains a space"),
    ] {
        let output = output("config::child_with_a_builder_from_env", variables);
        assert!(output.contains(expected), "{variables:?}: {output}");
    }
}

#[test]
fn a_missing_token_names_its_variable() {
    let output = output("config::child_from_env", &[("HM_API_URL", "http://localhost:4000")]);
    assert!(output.contains("refused: HM_API_TOKEN is not set"), "{output}");
}

#[test]
fn a_bad_variable_is_named() {
    let url = ("HM_API_URL", "http://localhost:4000");
    let refused = |variables: &[(&str, &str)], text: &str| {
        let output = output("config::child_from_env", variables);
        assert!(output.contains(&format!("refused: {text}")), "{output}");
    };
    refused(&[("HM_API_URL", "nonsense")], "HM_API_URL: the base URL is not a URL");
    refused(&[url, ("HM_APP_URL", "ftp://localhost")], "HM_APP_URL: the app URL must begin with https://");
    refused(&[url, ("HM_API_TOKEN", "hunter2 hunter2")], "HM_API_TOKEN: the session token contains a space");
}

#[tokio::test]
#[ignore = "runs in a child process of the tests below"]
async fn child_that_calls() {
    let result = Session::from_env().unwrap().mint_code().await;
    println!("{}", result.map_or_else(|error| error.to_string(), |_| "minted".to_owned()));
}

/// The variables that name a proxy for all URLs.
const PROXIES: [&str; 3] = ["HTTP_PROXY", "http_proxy", "ALL_PROXY"];

#[tokio::test]
async fn t3_a_loopback_server_is_never_called_through_a_proxy() {
    let proxy = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", proxy.local_addr().unwrap());
    let server = TestServer::start().await.unwrap();
    let mut command = env_child("config::child_that_calls");
    command.envs(PROXIES.map(|name| (name, &address)));
    command.env("HM_API_URL", server.url()).env("HM_API_TOKEN", server.session_token());
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    assert!(String::from_utf8(output.stdout).unwrap().contains("minted"));
    proxy.set_nonblocking(true).unwrap();
    assert_eq!(proxy.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
}

#[cfg(any(feature = "rustls", feature = "rustls-ring"))]
#[tokio::test]
async fn t3_an_https_server_is_called_through_its_proxy() {
    let proxy = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut child = env_child("config::child_that_calls")
        .env("HTTPS_PROXY", format!("http://{}", proxy.local_addr().unwrap()))
        .env("HM_API_URL", "https://api.example.com")
        .env("HM_API_TOKEN", "planted")
        .spawn()
        .unwrap();
    let (mut connection, _) = tokio::time::timeout(crate::support::REAL_TIMEOUT, proxy.accept())
        .await
        .expect("no connection")
        .unwrap();
    let mut head = [0; 1024];
    let length = tokio::io::AsyncReadExt::read(&mut connection, &mut head).await.unwrap();
    let head = String::from_utf8_lossy(&head[..length]).into_owned();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(head.starts_with("CONNECT api.example.com:443 "), "{head}");
    assert!(!head.contains("planted"), "the token stays inside TLS: {head}");
}
