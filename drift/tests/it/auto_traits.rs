//! Documents and reports can be shared between threads. The compiler checks it, without running anything.

use openapi_drift::{Accepted, Document, Error, Finding, Options, Report, RustReport, SpecSource, SpecUrl};

fn shared<T: Send + Sync + Unpin>() {}

#[test]
fn every_type_can_be_shared_between_threads() {
    shared::<Accepted>();
    shared::<Document>();
    shared::<Error>();
    shared::<Finding>();
    shared::<Options>();
    shared::<Report>();
    shared::<RustReport>();
    shared::<SpecSource>();
    shared::<SpecUrl>();
}
