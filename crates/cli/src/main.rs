//! The `leeward` command; `commands/` has one file per verb.
//!
//! Exit codes: 0 is success, 1 that the operation failed or a check found problems, 2 that the command could not run.

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

/// The allocator. That of glibc took a fifth of the CPU time, because worker threads contend for its arenas
/// (docs/results/performance.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Makes the process end quietly when the reader of its output has closed the pipe, as in `leeward cost | head`.
fn exit_on_broken_pipe() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let message = panic.payload().downcast_ref::<String>().map_or("", String::as_str);
        if message.starts_with("failed printing to stdout") && message.contains("Broken pipe") {
            std::process::exit(0);
        }
        usual(panic);
    }));
}

fn main() -> ExitCode {
    exit_on_broken_pipe();
    let args = args::Args::parse();
    output::init_logging(&args.command);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("leeward: LW-C043: the runtime cannot be started: {error}");
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
