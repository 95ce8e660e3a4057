//! Proxies that refuse, and names that are not found.

use std::sync::{Arc, Mutex};

use super::{login_error, sources};
use crate::support::full_text;
use harmont_auth::{Client, ClientBuilder};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// Starts a proxy with one response to every CONNECT. Returns its port and the heads of its requests.
pub(crate) async fn proxy(response: &'static str) -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heads = Arc::new(Mutex::new(Vec::new()));
    let record = Arc::clone(&heads);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut head = vec![0; 4096];
            let length = stream.read(&mut head).await.unwrap();
            record.lock().unwrap().push(String::from_utf8_lossy(&head[..length]).into_owned());
            stream.write_all(response.as_bytes()).await.unwrap();
        }
    });
    (port, heads)
}

pub(crate) fn behind(proxy: &str) -> ClientBuilder {
    let http = reqwest::Client::builder().proxy(reqwest::Proxy::all(proxy).unwrap());
    Client::builder().base_url("https://api.example.com").http_client(http)
}

fn assert_proxy(text: &str, reason: &str) {
    assert!(text.starts_with(&format!("Can't reach api.example.com ({reason})")), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
}

#[tokio::test]
async fn c15_a_proxy_that_requires_credentials_ends_the_login_and_gets_a_password_once() {
    let (port, heads) =
        proxy("HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n").await;
    let (error, events) = login_error(behind(&format!("http://user:hunter2@127.0.0.1:{port}"))).await;
    assert!(error.is_proxy() && error.is_connect() && !error.is_certificate(), "{error}");
    assert_proxy(&error.to_string(), "the proxy requires a valid user name and password (407)");
    assert!(
        error.to_string().ends_with("; check the proxy variables, such as HTTPS_PROXY and NO_PROXY"),
        "{error}"
    );
    assert!(sources(&error).contains("proxy authorization required"), "{error:?}");
    assert!(!full_text(&error).contains("hunter2"));
    assert_eq!(events.len(), 1, "{events:?}");
    let heads = heads.lock().unwrap().clone();
    assert_eq!(heads.len(), 1, "{heads:?}");
    assert!(heads[0].to_ascii_lowercase().contains("proxy-authorization: basic "), "{heads:?}");
}

#[tokio::test]
async fn c15_a_call_sends_a_proxy_password_once() {
    let (port, heads) =
        proxy("HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n").await;
    let client = behind(&format!("http://user:hunter2@127.0.0.1:{port}")).build().unwrap();
    let session = client.session("token".parse().unwrap());
    assert!(session.logout().await.unwrap_err().is_proxy());
    assert_eq!(heads.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn c15_a_proxy_that_refuses_is_tried_again() {
    let (port, heads) = proxy("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n").await;
    let (error, events) = login_error(behind(&format!("http://127.0.0.1:{port}"))).await;
    assert!(error.is_timeout() && error.is_proxy() && !error.is_outcome_unknown(), "{error}");
    assert_proxy(&events[1], "the proxy refused the connection or closed it");
    assert!(error.to_string().contains("the proxy refused the connection"), "{error}");
    assert!(sources(&error).contains("tunnel error: unsuccessful"), "{error:?}");
    assert!(heads.lock().unwrap().len() > 2);
}

#[tokio::test]
async fn c15_a_proxy_whose_name_is_unknown_is_tried_again() {
    struct Unknown;
    impl reqwest::dns::Resolve for Unknown {
        fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
            assert_eq!(name.as_str(), "proxy.example");
            Box::pin(std::future::ready(Err("no such host".into())))
        }
    }
    let http = reqwest::Client::builder()
        .proxy(reqwest::Proxy::all("http://proxy.example:3128").unwrap())
        .dns_resolver(Unknown);
    let builder = Client::builder().base_url("https://api.example.com").http_client(http);
    let (error, events) = login_error(builder).await;
    assert!(error.is_timeout() && error.is_proxy(), "{error}");
    assert_proxy(&events[1], "the proxy's name wasn't found");
    assert!(events.len() > 2, "{events:?}");
}

#[tokio::test]
async fn c15_a_proxy_that_is_not_there_is_tried_again() {
    // Nothing listens on port 1.
    let (error, events) = login_error(behind("http://127.0.0.1:1")).await;
    assert!(error.is_timeout() && error.is_proxy(), "{error}");
    assert_proxy(&events[1], "the proxy can't be reached: connection refused");
}

#[tokio::test]
async fn c15_a_kind_of_proxy_that_is_not_supported_ends_the_login() {
    let (error, events) = login_error(behind("socks5://127.0.0.1:1080")).await;
    assert!(error.is_proxy() && !error.is_timeout(), "{error}");
    assert_proxy(&error.to_string(), "this kind of proxy isn't supported; only http and https proxies are");
    assert_eq!(events.len(), 1, "{events:?}");
}

#[tokio::test]
async fn c15_a_server_whose_name_is_unknown_is_named() {
    struct Unknown;
    impl reqwest::dns::Resolve for Unknown {
        fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
            Box::pin(std::future::ready(Err("no such host".into())))
        }
    }
    let http = reqwest::Client::builder().no_proxy().dns_resolver(Unknown);
    let builder = Client::builder().base_url("https://api.example.com").http_client(http);
    let (error, events) = login_error(builder).await;
    assert!(error.is_timeout() && !error.is_proxy(), "{error}");
    assert!(
        events[1].starts_with("Can't reach api.example.com (its name wasn't found); retrying in"),
        "{events:?}"
    );
}
