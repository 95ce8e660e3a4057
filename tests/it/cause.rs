//! Why the server cannot be reached: certificates, clocks, proxies, names.

pub(crate) mod certificates;
mod preflight;
pub(crate) mod proxies;

use std::sync::Arc;
use std::time::Duration;

use crate::support::{passing_time, record_events};
use harmont_auth::{ClientBuilder, Error};
use harmont_auth_test_server::TestClock;

/// Lets a login of a client fail. Returns the error and the texts of the events.
async fn login_error(builder: ClientBuilder) -> (Error, Vec<String>) {
    let clock = TestClock::new();
    let client =
        builder.clock(Arc::new(clock.clone())).login_timeout(Duration::from_secs(30)).build().unwrap();
    let mut login = client.login().await.unwrap();
    let events = record_events(&mut login);
    let error = passing_time(&clock, login.wait()).await.unwrap_err();
    let events = events.lock().unwrap().clone();
    (error, events)
}

/// Returns the chain of sources.
fn sources(error: &Error) -> String {
    format!("{error:?}").split_once("because: ").unwrap_or_default().1.to_owned()
}
