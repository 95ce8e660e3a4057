//! Logins on machines without one of the addresses, or without a free port.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::cell::RefCell;
use std::io;
use std::net::{SocketAddr, TcpListener as StdListener};

use harmont_auth_test_server::{Page, TestServer, click, visit};
use tokio::net::TcpListener;

use super::*;

/// Starts a login whose listener uses `bind`.
async fn login_with(server: &TestServer, bind: impl AsyncFn(SocketAddr) -> io::Result<TcpListener>) -> Login {
    let client = Client::builder().base_url(server.url()).build().unwrap();
    let state = Nonce::generate().unwrap();
    let callback = Callback::bind_with(bind, &state, &client.settings().clock).await;
    Login::with_callback(client, Handle::current(), &state, callback).unwrap()
}

fn port(login: &Login) -> u16 {
    let (_, port) = login.url().split_once("?port=").unwrap();
    port.split_once('&').unwrap().0.parse().unwrap()
}

/// Approves in a browser, checks the session, and returns the last page.
async fn sign_in(server: &TestServer, mut login: Login) -> io::Result<Page> {
    let url = login.url().to_owned();
    let browser = tokio::spawn(async move { click(&url).await });
    let session = login.wait().await.unwrap();
    assert!(server.is_signed_in(session.token().expose_secret()));
    browser.await.unwrap()
}

#[tokio::test]
async fn l2_without_ipv6_the_login_listens_on_ipv4_only() {
    let server = TestServer::start().await.unwrap();
    let login = login_with(&server, async |address| match address {
        SocketAddr::V4(_) => TcpListener::bind(address).await,
        SocketAddr::V6(_) => Err(io::ErrorKind::AddrNotAvailable.into()),
    })
    .await;
    assert!(TcpListener::bind(("::1", port(&login))).await.is_ok(), "IPv6 is free");
    assert!(sign_in(&server, login).await.unwrap().text.contains("<title>Signed in</title>"));
}

#[tokio::test]
async fn l2_without_ipv4_the_login_listens_on_ipv6_only() {
    let server = TestServer::start().await.unwrap();
    let login = login_with(&server, async |address| match address {
        SocketAddr::V4(_) => Err(io::ErrorKind::AddrNotAvailable.into()),
        SocketAddr::V6(_) => TcpListener::bind(address).await,
    })
    .await;
    assert!(TcpListener::bind(("127.0.0.1", port(&login))).await.is_ok(), "IPv4 is free");
    // On such a host, `localhost` resolves to this address.
    let location = visit("POST", login.url()).await.unwrap().location.unwrap().replace("localhost", "[::1]");
    let browser = tokio::spawn(async move { visit("GET", &location).await });
    let mut login = login;
    login.wait().await.unwrap();
    assert!(browser.await.unwrap().unwrap().text.contains("<title>Signed in</title>"));
}

#[tokio::test]
async fn l3_a_port_that_is_taken_on_one_address_is_given_up_on_both() {
    let server = TestServer::start().await.unwrap();
    let (taken, asked) = (RefCell::new(None), RefCell::new(Vec::new()));
    let login = login_with(&server, async |address| {
        asked.borrow_mut().push(address);
        if address.is_ipv6() && taken.borrow().is_none() {
            *taken.borrow_mut() = Some(StdListener::bind(address).unwrap());
        }
        TcpListener::bind(address).await
    })
    .await;
    assert!(asked.borrow().iter().all(|address| address.ip().is_loopback()), "never a wildcard address");
    let taken = taken.into_inner().unwrap().local_addr().unwrap().port();
    let port = port(&login);
    assert_ne!(port, taken);
    for host in ["127.0.0.1", "[::1]"] {
        assert_eq!(visit("GET", &format!("http://{host}:{port}/")).await.unwrap().status, 404, "{host}");
    }
    sign_in(&server, login).await.unwrap();
}

#[tokio::test]
async fn l4_without_a_port_the_login_polls() {
    let server = TestServer::start().await.unwrap();
    let login = login_with(&server, async |_| Err(io::ErrorKind::PermissionDenied.into())).await;
    assert!(login.callback.is_none());
    assert_ne!(port(&login), 0, "the page insists on a port");
    // The browser finds a closed port, and the login completes nevertheless.
    click(login.url()).await.unwrap_err();
    let mut login = login;
    let session = login.wait().await.unwrap();
    assert!(server.is_signed_in(session.token().expose_secret()));
}
