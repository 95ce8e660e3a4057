//! How long `openapi-drift` takes to compare two documents, by their size, against only parsing them.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use harmont_auth_bench::document::{changed, document};
use openapi_drift::{Options, RustStyle, compare, compare_generated};
use serde_json::Value;

fn drift(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("drift");
    group.sample_size(10).measurement_time(Duration::from_secs(5));
    for operations in [10, 100, 1_000, 10_000] {
        let old = document(operations);
        let new = changed(&old);
        let texts = [old.to_string(), new.to_string()];
        group.throughput(Throughput::Bytes(texts.iter().map(|text| text.len() as u64).sum()));
        group.bench_with_input(BenchmarkId::new("parse", operations), &texts, |bencher, texts| {
            bencher.iter(|| texts.each_ref().map(|text| serde_json::from_str::<Value>(text)));
        });
        group.bench_with_input(
            BenchmarkId::new("compare", operations),
            &(old, new),
            |bencher, (old, new)| {
                bencher.iter(|| compare(black_box(old), black_box(new), &Options::default()));
            },
        );
    }
    group.finish();
}

/// How long the Rust side takes: both clients generated and their items compared.
fn rust(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("rust");
    group.sample_size(10).measurement_time(Duration::from_secs(10));
    for operations in [10, 100, 300] {
        let old = document(operations);
        let new = changed(&old);
        group.bench_with_input(BenchmarkId::new("items", operations), &(old, new), |bencher, (old, new)| {
            bencher.iter(|| {
                compare_generated(black_box(old), black_box(new), RustStyle::Positional)
                    .expect("both can be generated")
            });
        });
    }
    group.finish();
}

criterion_group!(benches, drift, rust);
criterion_main!(benches);
