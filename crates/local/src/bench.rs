pub struct BenchOptions;
pub struct BenchReport;
pub fn bench_orders() {}
