//! Any text as a paste code.

#![no_main]

use harmont_auth::PasteCode;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match text.parse::<PasteCode>() {
        Ok(code) => {
            let code = code.expose_secret();
            assert_eq!(code.len(), 16);
            assert_eq!(code.parse::<PasteCode>().unwrap().expose_secret(), code);
        }
        Err(error) => assert!(error.is_invalid_input()),
    }
});
