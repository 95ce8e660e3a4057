//! The same four calls in each of the ways that are compared. All keep their connections open and read the responses.

use std::hint::black_box;

use bytes::Bytes;
use harmont_auth::{Client, Nonce, PasteCode, Session};
use harmont_auth_bench::server::path;
use harmont_cloud::HarmontClient;
use harmont_cloud::types::CliTransferRequest;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde::{Deserialize, Serialize};

const NONCE: &str = "0123456789abcdef0123456789abcdef";
const CODE: &str = "K7P2QR9MX3WZ4NTV";
const TOKEN: &str = "hm_0123456789abcdefghijklmnopqrstuvwxyz";

/// One of the calls, as one who writes it by hand knows it.
#[derive(Clone)]
pub struct Call {
    pub operation: &'static str,
    url: String,
    body: Option<Body>,
    bearer: bool,
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
enum Body {
    Nonce(&'static str),
    Code(&'static str),
}

#[derive(Deserialize)]
struct TokenResponse {
    token: String,
}

impl Call {
    pub fn all(base: &str) -> [Self; 4] {
        let call = |operation, body, bearer| Self {
            operation,
            url: format!("{base}{}", path(operation)),
            body,
            bearer,
        };
        [
            call("cliClaim", Some(Body::Nonce(NONCE)), false),
            call("cliRedeem", Some(Body::Code(CODE)), false),
            call("cliTransfer", Some(Body::Nonce(NONCE)), true),
            call("logout", None, true),
        ]
    }

    /// Whether the response contains a token.
    fn has_token(&self) -> bool {
        !self.bearer
    }
}

/// harmont-auth.
pub struct Auth {
    client: Client,
    session: Session,
    nonce: Nonce,
    code: PasteCode,
}

impl Auth {
    pub fn new(base: &str) -> Self {
        let client = Client::builder().base_url(base).build().expect("a loopback URL");
        let session = client.session(TOKEN.parse().expect("a token"));
        Self { client, session, nonce: NONCE.parse().expect("a nonce"), code: CODE.parse().expect("a code") }
    }

    pub async fn call(&self, call: &Call) {
        match call.operation {
            "cliClaim" => drop(black_box(self.client.claim_token(&self.nonce).await.expect("a response"))),
            "cliRedeem" => {
                drop(black_box(self.client.redeem_code(self.code.clone()).await.expect("a response")))
            }
            "cliTransfer" => self.session.transfer_token(&self.nonce).await.expect("a response"),
            _ => self.session.logout().await.expect("a response"),
        }
    }
}

/// The vendor's crate. It has methods for claim and redeem, and hands out its generated client for the rest.
pub struct Vendor {
    anonymous: HarmontClient,
    signed_in: HarmontClient,
}

impl Vendor {
    pub fn new(base: &str) -> Self {
        Self {
            anonymous: HarmontClient::anonymous(base),
            signed_in: HarmontClient::with_base_url(TOKEN, base),
        }
    }

    pub async fn call(&self, call: &Call) {
        match call.operation {
            "cliClaim" => drop(black_box(self.anonymous.claim_token(NONCE).await.expect("a response"))),
            "cliRedeem" => drop(black_box(self.anonymous.redeem_code(CODE).await.expect("a response"))),
            "cliTransfer" => {
                let body = CliTransferRequest { nonce: NONCE.to_owned() };
                self.signed_in.raw().cli_transfer(&body).await.expect("a response");
            }
            _ => drop(self.signed_in.raw().logout().await.expect("a response")),
        }
    }
}

/// reqwest, by hand.
pub struct Reqwest(reqwest::Client);

impl Reqwest {
    pub fn new(http: reqwest::ClientBuilder) -> Self {
        Self(http.build().expect("a client"))
    }

    pub async fn call(&self, call: &Call) {
        let mut request = self.0.post(&call.url);
        if call.bearer {
            request = request.bearer_auth(TOKEN);
        }
        if let Some(body) = &call.body {
            request = request.json(body);
        }
        let response = request.send().await.and_then(reqwest::Response::error_for_status).expect("success");
        if call.has_token() {
            black_box(response.json::<TokenResponse>().await.expect("a token").token);
        }
    }
}

/// hyper with its own pool of connections, by hand: the floor.
pub struct Hyper(legacy::Client<HttpConnector, Full<Bytes>>);

impl Hyper {
    pub fn new() -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Self(legacy::Client::builder(TokioExecutor::new()).build(connector))
    }

    pub async fn call(&self, call: &Call) {
        let mut request = Request::post(&call.url);
        if call.bearer {
            request = request.header(AUTHORIZATION, format!("Bearer {TOKEN}"));
        }
        let request = match &call.body {
            Some(body) => request
                .header(CONTENT_TYPE, "application/json")
                .body(Full::from(serde_json::to_vec(body).expect("JSON"))),
            None => request.body(Full::default()),
        };
        let response = self.0.request(request.expect("a request")).await.expect("a response");
        assert!(response.status().is_success());
        let body = response.into_body().collect().await.expect("a body").to_bytes();
        if call.has_token() {
            black_box(serde_json::from_slice::<TokenResponse>(&body).expect("a token").token);
        }
    }
}

/// ureq, by hand. It blocks, so each of its calls waits in a thread.
pub struct Ureq(ureq::Agent);

impl Ureq {
    pub fn new() -> Self {
        // It would keep three connections, and the others keep all.
        let config = ureq::Agent::config_builder().max_idle_connections(64).max_idle_connections_per_host(64);
        Self(config.build().new_agent())
    }

    pub async fn call(&self, call: &Call) {
        let (agent, call) = (self.0.clone(), call.clone());
        tokio::task::spawn_blocking(move || {
            let mut request = agent.post(&call.url);
            if call.bearer {
                request = request.header("authorization", format!("Bearer {TOKEN}"));
            }
            let sent = match &call.body {
                Some(body) => request.send_json(body),
                None => request.send_empty(),
            };
            let mut response = sent.expect("success");
            if call.has_token() {
                black_box(response.body_mut().read_json::<TokenResponse>().expect("a token").token);
            }
        })
        .await
        .expect("no panic");
    }
}
