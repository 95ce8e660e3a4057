//! The tool's own requests, and its session.

use harmont_auth_test_server::{Fault, Reply, TestServer};

use crate::support::{Setup, assert_code, stdout};

#[tokio::test(flavor = "multi_thread")]
async fn a_request_carries_the_stored_token_the_query_and_the_body() {
    let setup = Setup::new().await;
    let token = setup.sign_in();
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
        setup.server.route(method, "/api/v0/things", |_| Reply::json(201, &["done"]));
        let output = setup.run_tool(&["request", &method.to_lowercase(), "/api/v0/things"]);
        assert_code(&output, 0);
        assert_eq!(stdout(&output), "201 Created [\"done\"]\n");
        let requests = setup.server.requests();
        let request = requests.last().unwrap();
        assert_eq!(request.method, method);
        assert_eq!(request.headers["authorization"], format!("Bearer {token}"), "{method}");
        assert_eq!(request.headers["user-agent"], "mytool/1.2");
        match method {
            "GET" => assert_eq!(request.query, "q=a+b%26c"),
            "POST" => {
                assert_eq!(request.headers["content-type"], "application/json");
                assert_eq!(request.headers["idempotency-key"], "k-1");
                assert_eq!(request.body, r#"[["name","Ada"]]"#);
            }
            _ => assert_eq!((request.query.as_str(), request.body.len()), ("", 0)),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_of_the_environment_comes_first() {
    let setup = Setup::new().await;
    setup.write(".config/hm/credentials.toml", "damaged, and not even read");
    setup.server.route("GET", "/api/v0/user", |_| Reply::empty(204));
    let token = setup.server.session_token();
    let output = setup.tool(&["request", "get", "/api/v0/user"]).env("HM_API_TOKEN", token).output().unwrap();
    assert_code(&output, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_absolute_url_gets_no_token() {
    let (setup, other) = (Setup::new().await, TestServer::start().await.unwrap());
    setup.sign_in();
    other.route("GET", "/x", |_| Reply::empty(204));
    let scheme_relative = other.url().trim_start_matches("http:").to_owned() + "/x";
    for path in [format!("{}/x", other.url()), "@localhost/x".to_owned(), scheme_relative] {
        let output = setup.run_tool(&["request", "get", &path]);
        assert_code(&output, 1);
    }
    assert!(other.requests().is_empty());
    // What begins with two slashes is a path of the API.
    assert!(setup.server.requests().iter().all(|it| it.path.starts_with("//127.0.0.1")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_to_another_host_gets_no_token() {
    let (setup, other) = (Setup::new().await, TestServer::start().await.unwrap());
    setup.sign_in();
    setup.server.route("GET", "/api/v0/user", |_| Reply::empty(204));
    for status in [301, 302, 307, 308] {
        let fault = Fault::reply(status).header("location", &format!("{}/api/v0/user", other.url()));
        setup.server.fail_next("GET /api/v0/user", fault);
        let output = setup.run_tool(&["request", "get", "/api/v0/user"]);
        assert_code(&output, 1);
        assert!(stdout(&output).contains("redirects aren't followed"), "{}", stdout(&output));
    }
    assert!(other.requests().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_401_says_how_to_sign_in_again() {
    let setup = Setup::new().await;
    let token = setup.sign_in();
    setup.server.route("GET", "/api/v0/user", |_| Reply::empty(204));
    setup.server.revoke(&token);
    let output = setup.run_tool(&["request", "get", "/api/v0/user"]);
    assert_code(&output, 1);
    let text = stdout(&output);
    assert!(
        text.contains("127.0.0.1 doesn't accept the session token. Run `mytool auth login --force`"),
        "{text}"
    );
    assert!(text.contains("signed out: true\nstatus: Some(401)"), "{text}");

    let output = setup.tool(&["request", "get", "/api/v0/user"]).env("HM_API_TOKEN", token).output().unwrap();
    assert!(stdout(&output).contains("Set HM_API_TOKEN to a new one"), "{}", stdout(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_session_the_error_names_the_tools_login_command() {
    let setup = Setup::new().await;
    let output = setup.run_tool(&["request", "get", "/api/v0/user"]);
    assert_code(&output, 1);
    let expected = format!(
        "You're not signed in to {}. Run `mytool auth login`, or set HM_API_TOKEN.",
        setup.server.url()
    );
    assert!(stdout(&output).contains(&expected), "{}", stdout(&output));
    assert!(stdout(&output).contains("signed out: true"));
    assert!(setup.server.requests().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_response_gives_its_status_and_code_and_no_other_text() {
    let setup = Setup::new().await;
    setup.sign_in();
    setup.server.route("DELETE", "/api/v0/things/{id}", |_| {
        Reply::json(
            404,
            &serde_json::json!({"error": {"type": "t", "code": "not_found", "message": "SECRET"}}),
        )
    });
    let output = setup.run_tool(&["request", "delete", "/api/v0/things/7"]);
    let text = stdout(&output);
    assert!(
        text.contains("responded to DELETE /api/v0/things/7 with 404 Not Found (code not_found)"),
        "{text}"
    );
    assert!(text.contains("signed out: false\nstatus: Some(404)\ncode: Some(\"not_found\")"), "{text}");
    assert!(!text.contains("SECRET"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_repeats_the_token_is_not_shown() {
    let setup = Setup::new().await;
    setup.server.route("GET", "/api/v0/user", |_| Reply::empty(204));
    for code in ["secret_token", "secret_tok", "a_secret_token"] {
        let body = serde_json::json!({"error": {"type": "t", "code": code, "message": "m"}}).to_string();
        setup.server.fail_next("GET /api/v0/user", Fault::reply(400).body(body));
        let mut tool = setup.tool(&["request", "get", "/api/v0/user"]);
        let output = tool.env("HM_API_TOKEN", "secret_token").output().unwrap();
        assert_code(&output, 1);
        let text = stdout(&output);
        assert!(text.contains("400 Bad Request\n") && text.contains("code: None"), "{text}");
    }
}
