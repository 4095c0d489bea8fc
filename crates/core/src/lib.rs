//! Every decision of Leeward, and no I/O.
//!
//! Each machine here has one shape: `step(&mut self, now_ms, Event) -> Vec<Command>`, with
//! `next_deadline_ms` where it waits for time. The shell (`driver`) carries commands out and feeds
//! what came of them back as events; the simulator does the same in virtual time. So what runs in
//! production is what every simulated failover ran.
//!
//! - [`append`]: puts orders into the ledger of one account (SAFE-1, SAFE-2, SAFE-4, SAFE-7).
//! - [`fold`]: the pure function from ledger to book (SAFE-3).
//! - [`apply`]: reads after the watermark, folds, commits against it (SAFE-6).
//! - [`audit`]: one writer's hash chain (SAFE-10).
//! - [`health`]: what a Region answers to Route 53's checkers (LIVE-1).
//! - [`detect`] and [`decide`]: from probe answers to a verdict by quorum (SAFE-8, LIVE-3).
//! - [`sentinel`]: one tick of an observer.
//! - [`sweep`]: every account against the ledger, and what a run may be told of it (SAFE-6, LIVE-2).
//! - [`readiness`]: could the platform move? Rules over what both Regions say of themselves (REQ-T1).
//! - [`run`]: carries a plan through, whoever executes it (SAFE-5, SAFE-7, LIVE-2).
//!
//! Deliberately absent: clocks, randomness, async, logging, hash maps. Time comes in as `now_ms` of
//! the caller's own monotonic clock and is never compared with another machine's. Where jitter is
//! wanted the command names its bound and the shell draws it.
//!
//! Rejected: a saga library (a fixed graph cannot follow a second failure in mid-flight) and actors
//! (their interleavings cannot be enumerated by the simulator).

pub mod append;
pub mod apply;
pub mod audit;
pub mod decide;
pub mod detect;
pub mod fold;
pub mod health;
pub mod readiness;
pub mod run;
pub mod sentinel;
pub mod sweep;
