//! Variables that point nowhere, reported before the user is asked to approve.

use std::process::Command;

use crate::support::env_child;
use harmont_auth::Client;

#[tokio::test]
#[ignore = "runs in a child process of the tests below"]
async fn child_that_logs_in() {
    match Client::builder().base_url("https://api.example.com").build().unwrap().login().await {
        Ok(_) => println!("started"),
        Err(error) => println!(
            "refused: {error} (proxy {}, certificate {}, input {})",
            error.is_proxy(),
            error.is_certificate(),
            error.is_invalid_input()
        ),
    }
}

/// Starts a login in a process with its own environment, and returns its output.
fn started(variables: &[(&str, &str)]) -> String {
    let mut child: Command = env_child("cause::preflight::child_that_logs_in");
    for name in ["SSL_CERT_FILE", "SSL_CERT_DIR"] {
        child.env_remove(name);
    }
    String::from_utf8(child.envs(variables.iter().copied()).output().unwrap().stdout).unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn c18_without_ca_certificates_no_login_starts() {
    // This file exists, but contains no certificate.
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let output = started(&[("SSL_CERT_FILE", file)]);
    assert!(
        output.contains("refused: Couldn't set up HTTPS: no CA certificates found; install them"),
        "{output}"
    );
    assert!(output.contains("ca-certificates") && output.contains("certificate true"), "{output}");
}

#[cfg(target_os = "linux")]
#[test]
fn c18_a_variable_that_names_no_certificates_is_named() {
    let output = started(&[("SSL_CERT_FILE", "/nowhere/ca\u{1b}.pem")]);
    assert!(
        output.contains("refused: SSL_CERT_FILE names a file that can't be read, \"/nowhere/ca\\u{1b}.pem\""),
        "{output}"
    );
    assert!(output.contains("certificate true, input true"), "{output}");
    let output = started(&[("SSL_CERT_DIR", "/nowhere:/nowhere/else")]);
    assert!(output.contains("refused: SSL_CERT_DIR names no existing folder"), "{output}");
}

#[test]
fn c18_a_proxy_variable_that_points_nowhere_is_named_and_not_repeated() {
    for (name, value) in [
        ("HTTPS_PROXY", "http://user:hunter2@"),
        ("https_proxy", "quic://hunter2.example"),
        ("ALL_PROXY", "hunter2 example"),
    ] {
        let output = started(&[(name, value)]);
        assert!(output.contains(&format!("refused: {name} isn't the URL of a proxy")), "{output}");
        assert!(output.contains("proxy true") && !output.contains("hunter2"), "{output}");
    }
}

#[test]
fn c18_valid_and_irrelevant_variables_are_accepted() {
    for variables in [
        &[][..],
        &[("HTTPS_PROXY", "")],
        &[("HTTPS_PROXY", "proxy.example:3128")],
        &[("HTTPS_PROXY", "https://user:hunter2@proxy.example")],
        &[("HTTPS_PROXY", "quic://proxy.example"), ("NO_PROXY", "example.com")],
        &[("HTTPS_PROXY", "http://proxy.example"), ("ALL_PROXY", "quic://proxy.example")],
        &[("HTTP_PROXY", "quic://proxy.example")],
        &[("SSL_CERT_DIR", "/nowhere:/etc/ssl/certs")],
    ] {
        assert!(started(variables).contains("started"), "{variables:?}: {}", started(variables));
    }
}
