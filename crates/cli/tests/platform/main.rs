//! The built binary against real processes, real kills and real sockets. One platform a test, one
//! test at a time: what they measure is behaviour, and two platforms on two cores disturb each other.

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
