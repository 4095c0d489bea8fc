//! Benchmarks of a local platform: acknowledged orders per second compared with PostgreSQL, calls to the local cloud
//! compared with ministack, and the speed of booking after a move.
//!
//! The contestants take turns within each round on the same machine, so that all of them are subject to the same noise,
//! and the medians of the rounds are compared. Each figure is labelled as local: it holds for one machine, whose disks
//! and processors are shared by everything that is measured.

mod catch_up;
mod measure;
mod ministack;
mod orders;
mod postgres;
mod wire;

pub use catch_up::{CatchUp, CatchUpOptions, CatchUpReport, bench_catch_up};
pub use ministack::MinistackError;
pub use orders::{BenchError, BenchOptions, BenchReport, CONTESTS, Round, bench_orders};
pub use postgres::RivalError;
pub use wire::{Calls, WireClient, WireEndpoint, WireError, WireOptions, WireReport, bench_wire};
