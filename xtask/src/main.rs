//! The command `cargo xtask …`, with the tasks that contributors and CI run.

mod ci;
mod codegen;
mod files;
mod planted;
mod tidy;

use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "cargo xtask tidy | codegen [--check] | planted [SECONDS] [NAME] | ci | e2e-aws | nightly [--beyond-ci]";

fn main() -> ExitCode {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let task = std::env::args().nth(1).unwrap_or_default();
    let done = match task.as_str() {
        "tidy" => tidy::run(&root),
        "ci" => ci::run(&root),
        "e2e-aws" => ci::e2e_aws(&root),
        "codegen" => {
            let check = std::env::args().nth(2);
            match check.as_deref() {
                None => codegen::run(&root),
                Some("--check") => codegen::check(&root).map(|_| ()),
                Some(other) => Err(anyhow::anyhow!("{other}: usage: {USAGE}")),
            }
        }
        "planted" => {
            let seconds = std::env::args().nth(2).map_or(Ok(120), |text| text.parse());
            let only = std::env::args().nth(3);
            match seconds {
                Ok(seconds) => planted::run(&root, seconds, only.as_deref()),
                Err(_) => Err(anyhow::anyhow!("seconds are a whole number; usage: {USAGE}")),
            }
        }
        "nightly" => match std::env::args().nth(2).as_deref() {
            None => ci::run(&root).and_then(|()| ci::beyond_ci(&root)),
            Some("--beyond-ci") => ci::beyond_ci(&root),
            Some(other) => Err(anyhow::anyhow!("{other}: usage: {USAGE}")),
        },
        _ => Err(anyhow::anyhow!("usage: {USAGE}")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask {task}: {error:#}");
            ExitCode::FAILURE
        }
    }
}
