//! Any bytes as a request to the listener. `{state}` and `{port}` in the input are replaced by the real ones, so that the
//! fuzzer can find real callbacks, too.

#![no_main]

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use harmont_auth::Login;
use harmont_auth_fuzz::{client, runtime};
use libfuzzer_sys::fuzz_target;
use tokio::runtime::Runtime;

struct Listener {
    runtime: Runtime,
    _login: Login,
    port: String,
    state: String,
}

impl Default for Listener {
    fn default() -> Self {
        let runtime = runtime();
        let login = runtime.block_on(client("http://localhost:1").login()).unwrap();
        let value = |name: &str| {
            let (_, rest) = login.url().split_once(&format!("{name}=")).unwrap();
            rest.split('&').next().unwrap().to_owned()
        };
        let (port, state) = (value("port"), value("state"));
        Self { runtime, _login: login, port, state }
    }
}

thread_local!(static LISTENER: Listener = Listener::default());

fuzz_target!(|text: Vec<u8>| {
    LISTENER.with(|listener| {
        let text = replace(text, b"{state}", &listener.state);
        let text = replace(text, b"{port}", &listener.port);
        let port = listener.port.parse().unwrap();
        let response =
            listener.runtime.block_on(async { tokio::task::spawn_blocking(move || send(port, &text)).await });
        let response = String::from_utf8(response.unwrap()).expect("our pages are text");
        assert!(response.is_empty() || response.starts_with("HTTP/1."), "{response}");
        assert!(!response.contains(&listener.state), "{response}");
    });
});

fn send(port: u16, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut response = Vec::new();
    // The listener may hang up before all is sent.
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(Shutdown::Write);
    let _ = stream.read_to_end(&mut response);
    response
}

fn replace(text: Vec<u8>, mark: &[u8], value: &str) -> Vec<u8> {
    match text.windows(mark.len()).position(|it| it == mark) {
        Some(at) => [&text[..at], value.as_bytes(), &text[at + mark.len()..]].concat(),
        None => text,
    }
}
