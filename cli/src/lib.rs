#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod api;
mod auth;
mod command;
mod error;
mod login;
mod logout;
mod request;
mod response;
mod status;
mod store;
mod terminal;
mod token;

pub use harmont_auth;

pub use auth::Auth;
pub use command::{AuthCommand, CompletionsArgs, LoginArgs, LogoutArgs, StatusArgs, TokenArgs};
pub use error::Error;
pub use request::{ApiSession, RequestBuilder};
pub use response::Response;
pub use store::{CredentialStore, StoreError};
