//! Tests of the built binary with real processes, real kills and real sockets. Each test has its own platform, and the
//! tests run one at a time, because two platforms on two cores disturb each other.

mod attacks;
mod blueprints;
mod contract;
mod durability;
mod failures;
mod files;
mod harness;
mod hostile;
mod planned;
mod postgres;
mod same_decisions;
mod simulate;
mod start;
