//! The `leeward` command: one file a verb in `commands/`.
//!
//! Exit codes: 0 done, 1 what was asked for is false or has failed, 2 it could not be run.

mod args;
mod commands;
mod confirm;
mod inputs;
mod output;
#[cfg(test)]
mod reference;
mod remote;
mod terraform;

use clap::Parser;
use std::process::ExitCode;

/// A fifth of the CPU went into glibc's allocator, whose arenas the worker threads fight over
/// (docs/results/performance.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Ends the process quietly when its reader has gone, as in `leeward cost | head`.
fn end_with_the_reader() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let said = panic.payload().downcast_ref::<String>().map_or("", String::as_str);
        if said.starts_with("failed printing to stdout") && said.contains("Broken pipe") {
            std::process::exit(0);
        }
        usual(panic);
    }));
}

fn main() -> ExitCode {
    end_with_the_reader();
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
    // A thread that waits for standard input would keep the process alive until a line is typed.
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
