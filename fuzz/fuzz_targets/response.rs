//! Any bytes as a response, from the status line on.

#![no_main]

use harmont_auth_fuzz::Exchange;
use libfuzzer_sys::fuzz_target;

thread_local!(static EXCHANGE: Exchange = Exchange::default());

fuzz_target!(|input: (u8, &[u8])| {
    let (operation, response) = input;
    EXCHANGE.with(|exchange| exchange.call(operation, response.to_vec()));
});
