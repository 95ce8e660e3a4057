//! The listener without the feature `loopback`: a type without values, so that `bind` always returns `None`.

#![allow(clippy::unused_async, reason = "same signatures as the listener")]

use std::sync::Arc;
use std::time::Duration;

use crate::clock::Clock;
use crate::event::CallbackActivity;
use crate::secret::Nonce;

pub(crate) enum Callback {}

impl Callback {
    pub(crate) async fn bind(_: &Nonce, _: &Arc<dyn Clock>) -> Option<Self> {
        None
    }

    pub(crate) fn port(&self) -> u16 {
        match *self {}
    }

    pub(crate) fn reset_outcome(&self) {
        match *self {}
    }

    pub(crate) async fn changed(&self, _: CallbackActivity) -> CallbackActivity {
        match *self {}
    }

    pub(crate) async fn respond(&self, _: bool, _: Duration) {
        match *self {}
    }

    pub(crate) fn shut_down_after(self, _: Duration) {
        match self {}
    }
}
