//! What CI does, step by step. A step that fails ends it; a referee that is missing is a failure.

use anyhow::{Context, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// Without it the scenario with jumping clocks skips itself.
const FAKETIME: &str = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

fn step(root: &Path, name: &str, command: &mut Command) -> anyhow::Result<()> {
    println!("== {name}");
    let began = Instant::now();
    let status = command.current_dir(root).status().with_context(|| format!("{name}: start"))?;
    println!("== {name}: {:.0} s", began.elapsed().as_secs_f64());
    if status.success() { Ok(()) } else { bail!("{name} failed ({status})") }
}

fn cargo(args: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args);
    command
}

/// Where `.ci/run` puts the referees' own Pythons.
fn referee(root: &Path, name: &str, program: &str) -> anyhow::Result<PathBuf> {
    let path = root.join("target/referees").join(name).join("bin").join(program);
    if path.exists() {
        return Ok(path);
    }
    bail!("the referee {} is missing: .ci/run installs it", path.display())
}

pub(crate) fn run(root: &Path) -> anyhow::Result<()> {
    let root = &root.canonicalize()?;
    let python = referee(root, "boto3", "python")?;
    let ministack = referee(root, "ministack", "ministack")?;
    if !Path::new(FAKETIME).exists() {
        bail!("{FAKETIME} is missing: .ci/run installs it");
    }
    step(root, "format", &mut cargo(&["fmt", "--all", "--check"]))?;
    crate::tidy::run(root)?;
    step(
        root,
        "lint",
        cargo(&["clippy", "--release", "--workspace", "--all-targets"]).args(["--", "-Dwarnings"]),
    )?;
    step(root, "build", &mut cargo(&["build", "--release", "--workspace"]))?;
    step(
        root,
        "test",
        cargo(&["test", "--release", "--workspace", "--no-fail-fast"])
            .args(["--", "--test-threads=2"])
            .env("LEEWARD_MINISTACK", ministack),
    )?;
    step(
        root,
        "boto3",
        Command::new(python)
            .args(["-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/boto3"])
            .env("LEEWARD_BIN", root.join("target/release/leeward")),
    )?;
    step(root, "drill", &mut leeward(root, &["drill", "--rate", "1000", "--kills", "2"]))
}

fn leeward(root: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(root.join("target/release/leeward"));
    command.args(args);
    command
}

/// What takes too long for every submission.
pub(crate) fn nightly(root: &Path) -> anyhow::Result<()> {
    let root = &root.canonicalize()?;
    run(root)?;
    step(
        root,
        "dependencies",
        &mut cargo(&["deny", "--all-features", "check", "bans", "licenses", "sources"]),
    )?;
    step(
        root,
        "append, deeper",
        cargo(&["test", "--release", "-p", "leeward-core", "--test", "it"])
            .env("PROPTEST_CASES", "200000"),
    )?;
    step(root, "fifty kills", &mut leeward(root, &["drill", "--rate", "2000", "--kills", "50"]))?;
    step(root, "bench", &mut leeward(root, &["bench", "orders"]))
}
