//! The `leeward` command: one file a verb in `commands/`.
//!
//! Exit codes: 0 done, 1 the thing asked for is false or failed, 2 it could not be run.

mod args;
mod commands;
mod output;
mod terraform;

use clap::Parser;
use std::process::ExitCode;

/// A fifth of the CPU went into glibc's allocator, whose arenas the worker threads fight over
/// (docs/performance.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let args = args::Args::parse();
    output::init_logging(&args.command);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("leeward: the runtime does not start: {error}");
            return ExitCode::from(2);
        }
    };
    let done = runtime.block_on(commands::run(args));
    // A thread that waits for standard input would hold the process up until somebody types.
    runtime.shutdown_background();
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("leeward: {error:#}");
            ExitCode::from(2)
        }
    }
}
