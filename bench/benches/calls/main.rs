//! What a call costs, one after the other and 64 at once on one client, beside the ways to make it without this crate.

mod peers;

use std::time::Duration;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, criterion_group, criterion_main};
use futures_util::future::join_all;
use harmont_auth_bench::server;
use peers::{Auth, Call, Hyper, Reqwest, Ureq, Vendor};
use tokio::runtime::Runtime;

const AT_ONCE: usize = 64;

fn calls(criterion: &mut Criterion) {
    let base = server::start().expect("a port on the loopback address");
    // Each client has one thread, beside the server's: what is compared is work, not luck in scheduling.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (auth, vendor) = (Auth::new(&base), Vendor::new(&base));
    let (hyper, reqwest, ureq) = (Hyper::new(), Reqwest::new(), Ureq::new());
    for call in Call::all(&base) {
        let mut group = criterion.benchmark_group(call.operation);
        group.warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(3));
        measure(&mut group, &runtime, "hyper", || hyper.call(&call));
        measure(&mut group, &runtime, "reqwest", || reqwest.call(&call));
        measure(&mut group, &runtime, "harmont-auth", || auth.call(&call));
        measure(&mut group, &runtime, "harmont-cloud", || vendor.call(&call));
        measure(&mut group, &runtime, "ureq", || ureq.call(&call));
        group.finish();
    }
}

fn measure<F: Future<Output = ()>>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    runtime: &Runtime,
    peer: &str,
    call: impl Fn() -> F,
) {
    group.bench_function(BenchmarkId::new("sequential", peer), |bencher| {
        bencher.to_async(runtime).iter(&call);
    });
    group.bench_function(BenchmarkId::new("64 at once", peer), |bencher| {
        bencher.to_async(runtime).iter(|| join_all((0..AT_ONCE).map(|_| call())));
    });
}

criterion_group!(benches, calls);
criterion_main!(benches);
