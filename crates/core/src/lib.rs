//! Makes every decision of Leeward and does no I/O.
//!
//! Each machine has the same shape: `step(&mut self, now_ms, Event) -> Vec<Command>`, and `next_deadline_ms` if it
//! waits for a time. The shell (`driver`) carries the commands out and passes their results back as events. The
//! simulator does the same in virtual time, so production runs the code that every simulated failover ran.
//!
//! - [`append`]: puts orders into the ledger of one account (SAFE-1, SAFE-2, SAFE-4, SAFE-7).
//! - [`fold`]: the pure function from ledger to book (SAFE-3).
//! - [`apply`]: reads after the watermark, folds, and commits against it (SAFE-6).
//! - [`audit`]: the hash chain of one writer (SAFE-10).
//! - [`health`]: a Region's answers to Route 53's checkers (LIVE-1).
//! - [`detect`] and [`decide`]: from probe answers to a verdict by quorum (SAFE-8, LIVE-3).
//! - [`sentinel`]: one tick of a sentinel.
//! - [`sweep`]: compares each account with the ledger and reports the result to runs (SAFE-6, LIVE-2).
//! - [`readiness`]: rules that judge, from the facts of both Regions, whether a move would succeed (REQ-T1).
//! - [`run`]: carries out a plan, with any number of executors (SAFE-5, SAFE-7, LIVE-2).
//!
//! Clocks, randomness, async, logging and hash maps are deliberately absent. Time comes in as `now_ms` of the caller's
//! own monotonic clock and is never compared with another machine's. A command that needs jitter names its bound, and
//! the shell draws it.
//!
//! Rejected: a saga library, because a fixed graph cannot react to a second failure during a run, and actors, because
//! the simulator cannot enumerate their interleavings.
#![warn(missing_docs)]

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
