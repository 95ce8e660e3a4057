//! Whatever a server sends, from the first byte of the status line on.

#![no_main]

use harmont_auth_fuzz::Talk;
use libfuzzer_sys::fuzz_target;

thread_local!(static TALK: Talk = Talk::default());

fuzz_target!(|input: (u8, &[u8])| {
    let (operation, answer) = input;
    TALK.with(|talk| talk.call(operation, answer.to_vec()));
});
