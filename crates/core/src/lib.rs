//! Makes every decision of Leeward and does no I/O.
//!
//! Each machine is a state machine without I/O. Its `step` method takes an event, and the time where the machine needs
//! it, and returns commands. The shell (`driver`) carries the commands out and passes their results back as events. The
//! simulator does the same in virtual time, so production runs the code that every simulated failover ran.
//!
//! - [`append`]: puts orders into the ledger of one account (SAFE-1, SAFE-2, SAFE-4, SAFE-7).
//! - [`fold`]: the pure function from ledger to book (SAFE-3).
//! - [`apply`]: reads the entries after the watermark, folds them, and commits the result if the watermark is unchanged
//!   (SAFE-6).
//! - [`audit`]: chains the audit records of one writer by their hashes (SAFE-10).
//! - [`health`]: decides how a Region responds to Route 53's health checks (LIVE-1).
//! - [`detect`] and [`decide`]: turn the answers to probes into a verdict that needs a quorum (SAFE-8, LIVE-3).
//! - [`sentinel`]: one tick of a sentinel.
//! - [`sweep`]: compares each account with the ledger and reports the result to runs (SAFE-6, LIVE-2).
//! - [`readiness`]: rules that judge, from the facts of both Regions, whether a move would succeed (REQ-T1).
//! - [`run`]: carries out a plan, with any number of executors (SAFE-5, SAFE-7, LIVE-2).
//!
//! Clocks, randomness, async, logging and hash maps are deliberately absent. The caller passes in `now_ms`, the time on
//! its own monotonic clock, and no machine compares it with a time from another host. A command that needs jitter gives
//! the upper bound, and the shell draws the random delay.
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
