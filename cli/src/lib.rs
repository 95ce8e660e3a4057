#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod api;
mod auth;
mod command;
mod error;
mod login;
mod logout;
mod request;
mod status;
mod store;
mod terminal;

pub use harmont_auth;

pub use auth::Auth;
pub use command::{AuthCommand, CompletionsArgs, LoginArgs, LogoutArgs, StatusArgs, TokenArgs};
pub use error::Error;
pub use request::{ApiSession, RequestBuilder, Response};
pub use store::{CredentialStore, StoreError};
