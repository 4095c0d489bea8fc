//! What CI does, step by step. A step that fails ends it; a referee that is missing is a failure.

use anyhow::{Context, bail};
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::Instant;

/// Without it the scenario with jumping clocks skips itself.
const FAKETIME: &str = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

/// Twenty thousand worlds in a few minutes; `nightly` runs millions.
const SIMULATE: [&str; 5] = ["simulate", "--worlds", "20000", "--timing", "local"];
/// Sentinels that live for minutes, and a minute's target, are of AWS's pace alone.
const SIMULATE_AWS: [&str; 3] = ["simulate", "--worlds", "1000"];

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

/// The outside referees that `.ci/run` installs; one that is missing is a failure.
struct Referees {
    boto3: PathBuf,
    ministack: PathBuf,
    scanners: PathBuf,
    /// With `node_modules`.
    cdktf: PathBuf,
    asl: PathBuf,
}

impl Referees {
    fn find(root: &Path) -> anyhow::Result<Referees> {
        if !Path::new(FAKETIME).exists() {
            bail!("{FAKETIME} is missing: .ci/run installs it");
        }
        let cdktf = root.join("target/referees/cdktf");
        if !cdktf.join("node_modules/.bin/cdktf").exists() {
            bail!("the referee {} is missing: .ci/run installs it", cdktf.display());
        }
        let asl = root.join("target/referees/asl");
        if !asl.join("node_modules/.bin/asl-validator").exists() {
            bail!("the referee {} is missing: .ci/run installs it", asl.display());
        }
        Ok(Referees {
            boto3: referee(root, "boto3", "python")?,
            ministack: referee(root, "ministack", "ministack")?,
            scanners: referee(root, "scanners", "python")?,
            cdktf,
            asl,
        })
    }
}

pub(crate) fn run(root: &Path) -> anyhow::Result<()> {
    let root = &root.canonicalize()?;
    let referees = Referees::find(root)?;
    let skipped = check(root, &referees, "serverless")?;
    for line in &skipped {
        println!("{line}");
    }
    println!("{} skipped, everything else passed", skipped.len());
    Ok(())
}

/// Everything; returns the loud lines of what had to be skipped. The emulator mostly waits, so that it
/// runs beside what has no clock to watch.
fn check(root: &Path, referees: &Referees, profiles: &str) -> anyhow::Result<Vec<String>> {
    let built = root.join("target/release/leeward");
    step(root, "format", &mut cargo(&["fmt", "--all", "--check"]))?;
    crate::tidy::run(root)?;
    crate::codegen::run(root, true)?;
    // Always of the whole workspace: a part of it has other features, and would be compiled again. The
    // tests of the command bring the command with them.
    step(root, "build", &mut cargo(&["test", "--release", "--workspace", "--no-run"]))?;
    let package = package(root)?;
    let mut emulated = emulator(&referees.ministack, &referees.boto3, &package, profiles);
    let emulator = Beside::start(root, "emulator", &mut emulated)?;
    step(
        root,
        "lint",
        cargo(&["clippy", "--release", "--workspace", "--all-targets"]).args(["--", "-Dwarnings"]),
    )?;
    let mut skipped = noticed(
        root,
        "test",
        cargo(&["test", "--release", "--workspace", "--no-fail-fast", "--lib", "--bins"])
            .args(["--test", "it", "--test", "conformance", "--test", "corpus", "--test", "codes"])
            .args(["--test", "models", "--test", "sqlite", "--test", "postgres", "--test", "mysql"])
            .args(["--", "--test-threads=2"])
            .env("LEEWARD_MINISTACK", &referees.ministack),
    )?;
    outsiders(root, referees, &built, &package)?;
    step(root, "simulate", &mut leeward(root, &SIMULATE))?;
    step(root, "simulate at AWS's pace", &mut leeward(root, &SIMULATE_AWS))?;
    two_builds(root)?;
    skipped.extend(emulator.end()?);
    step(
        root,
        "platform",
        cargo(&["test", "--release", "--workspace", "--test", "platform", "--no-fail-fast"])
            .args(["--", "--test-threads=2"]),
    )?;
    step(root, "drill", &mut leeward(root, &["drill", "--rate", "1000", "--kills", "2"]))?;
    let pair = ["drill", "--database", "postgres", "--kills", "1"];
    step(root, "drill on PostgreSQL", &mut leeward(root, &pair))?;
    Ok(skipped)
}

/// What others wrote reads what the product made.
fn outsiders(root: &Path, referees: &Referees, built: &Path, package: &Path) -> anyhow::Result<()> {
    step(
        root,
        "scanners",
        Command::new(&referees.scanners).arg("tests/scanners/scan.py").env("LEEWARD_BIN", built),
    )?;
    step(
        root,
        "cdktf and cdktn",
        Command::new(&referees.scanners)
            .arg("tests/cdktf/check.py")
            .arg(&referees.cdktf)
            .env("LEEWARD_BIN", built),
    )?;
    step(
        root,
        "state machines",
        Command::new(&referees.scanners)
            .arg("tests/states/check.py")
            .arg(&referees.asl)
            .env("LEEWARD_BIN", built),
    )?;
    step(
        root,
        "boto3",
        Command::new(&referees.boto3)
            .args(["-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/boto3"])
            .env("LEEWARD_BIN", built),
    )?;
    step(
        root,
        "functions",
        Command::new(&referees.boto3)
            .args(["-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/functions"])
            .env("LEEWARD_MINISTACK", &referees.ministack)
            .env("LEEWARD_BIN", built)
            .env("LEEWARD_AGENT_PACKAGE", agent_package(root)?)
            .env("LEEWARD_PACKAGE", package),
    )
}

/// The functions' zip, of the build that was made for tests.
fn package(root: &Path) -> anyhow::Result<PathBuf> {
    let package = root.join("target/leeward-functions.zip");
    let mut command = leeward(root, &["package", "--bootstrap", "target/release/bootstrap"]);
    step(root, "package", command.arg("--out").arg(&package))?;
    Ok(package)
}

fn agent_package(root: &Path) -> anyhow::Result<PathBuf> {
    let package = root.join("target/leeward-agent.tar.zst");
    let program = ["package", "--agent", "--program", "target/release/leeward-agent"];
    step(root, "the instances' package", leeward(root, &program).arg("--out").arg(&package))?;
    Ok(package)
}

/// The whole platform from its Terraform, and an order through it while a Region is lost.
fn emulator(ministack: &Path, boto3: &Path, package: &Path, profiles: &str) -> Command {
    let mut command = cargo(&["test", "--release", "--workspace", "--test", "emulator"]);
    command
        .env("LEEWARD_MINISTACK", ministack)
        .env("LEEWARD_BOTO3", boto3)
        .env("LEEWARD_PACKAGE", package)
        .env("LEEWARD_PROFILES", profiles);
    command
}

/// `cargo xtask e2e-aws`: packaged, deployed, a Region lost, every order booked once, destroyed.
pub(crate) fn e2e_aws(root: &Path) -> anyhow::Result<()> {
    let root = &root.canonicalize()?;
    let ministack = referee(root, "ministack", "ministack")?;
    let boto3 = referee(root, "boto3", "python")?;
    // Tests bring the programs that they start with them.
    step(root, "build", &mut cargo(&["test", "--release", "--workspace", "--no-run"]))?;
    let package = package(root)?;
    let mut command = emulator(&ministack, &boto3, &package, "serverless");
    step(root, "end to end", command.args(["--", "--nocapture"]))
}

/// A seed is the same world in every build, down to the last bit.
fn two_builds(root: &Path) -> anyhow::Result<()> {
    const WORLDS: &str = "100";
    println!("== two builds");
    let told = |command: &mut Command| -> anyhow::Result<String> {
        let output = command.current_dir(root).stderr(Stdio::inherit()).output()?;
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    };
    let release =
        told(&mut leeward(root, &["simulate", "--worlds", WORLDS, "--timing", "local", "--json"]))?;
    let report: serde_json::Value = serde_json::from_str(&release).context("simulate --json")?;
    let plain =
        told(&mut cargo(&["run", "-q", "-p", "leeward-sim", "--example", "trace", WORLDS]))?;
    if plain.is_empty() || report["trace_hash"] != plain.as_str() {
        bail!("two builds: {} with optimization, {plain} without", report["trace_hash"]);
    }
    println!("{WORLDS} worlds, trace {plain} with and without optimization");
    Ok(())
}

/// Lines that say that something was not looked at.
fn loud(text: &str) -> Vec<String> {
    text.lines().filter(|line| line.starts_with("SKIPPED")).map(str::to_owned).collect()
}

/// A step whose standard error is also kept.
fn noticed(root: &Path, name: &str, command: &mut Command) -> anyhow::Result<Vec<String>> {
    Beside::start(root, name, command)?.end()
}

/// A step that runs beside the next ones.
struct Beside {
    name: String,
    child: Child,
    told: Option<JoinHandle<String>>,
    began: Instant,
}

impl Beside {
    fn start(root: &Path, name: &str, command: &mut Command) -> anyhow::Result<Beside> {
        println!("== {name}");
        let command = command.current_dir(root).stderr(Stdio::piped()).process_group(0);
        let mut child = command.spawn()?;
        let stderr = child.stderr.take().context("a pipe was asked for")?;
        let told = std::thread::spawn(move || {
            let mut all = String::new();
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                eprintln!("{line}");
                all += &line;
                all.push('\n');
            }
            all
        });
        Ok(Beside { name: name.to_owned(), child, told: Some(told), began: Instant::now() })
    }

    fn end(mut self) -> anyhow::Result<Vec<String>> {
        let status = self.child.wait()?;
        let told = self.told.take().context("it ends once")?;
        println!("== {}: {:.0} s", self.name, self.began.elapsed().as_secs_f64());
        let told = told.join().map_err(|_| anyhow::anyhow!("{}: lost", self.name))?;
        if status.success() { Ok(loud(&told)) } else { bail!("{} failed ({status})", self.name) }
    }
}

/// Another step failed: nothing that this one started goes on.
impl Drop for Beside {
    fn drop(&mut self) {
        if self.told.is_some() {
            let group = format!("-{}", self.child.id());
            let _ = Command::new("kill").args(["--", &group]).status();
        }
    }
}

fn leeward(root: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(root.join("target/release/leeward"));
    command.args(args);
    command
}

/// Each decoder for a minute under coverage, where a nightly toolchain and cargo-fuzz are. What is found is
/// left in `fuzz/artifacts`, and goes into `fuzz/corpus` with its mending.
fn fuzz(root: &Path) -> anyhow::Result<()> {
    let nightly = |args: &[&str]| {
        let mut command = Command::new("cargo");
        command.arg("+nightly").args(args).env_remove("RUSTUP_TOOLCHAIN").current_dir(root);
        command
    };
    if !nightly(&["fuzz", "--version"]).output().is_ok_and(|told| told.status.success()) {
        println!("SKIPPED: no nightly toolchain with cargo-fuzz: decoders met their corpus alone");
        return Ok(());
    }
    for entry in std::fs::read_dir(root.join("fuzz/corpus"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let grown = root.join("target/fuzz-corpus").join(&name);
        std::fs::create_dir_all(&grown)?;
        let mut command = nightly(&["fuzz", "run", "-s", "none", "--features", "libfuzzer", &name]);
        let seeds = Path::new("fuzz/corpus").join(&name);
        command.arg(grown).arg(seeds).args(["--", "-max_total_time=60", "-verbosity=0"]);
        step(root, &format!("fuzz {name}"), &mut command)?;
    }
    Ok(())
}

/// What takes too long for every submission.
pub(crate) fn nightly(root: &Path) -> anyhow::Result<()> {
    let root = &root.canonicalize()?;
    let skipped = check(root, &Referees::find(root)?, "serverless,instances")?;
    skipped.iter().for_each(|line| println!("{line}"));
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
    step(
        root,
        "models, wider",
        cargo(&["test", "--release", "-p", "leeward-core", "--test", "models", "--", "--ignored"])
            .arg("--test-threads=1"),
    )?;
    fuzz(root)?;
    let more = ["simulate", "--worlds", "200000", "--first-seed", "1000000"];
    step(root, "simulate, more", &mut leeward(root, &more))?;
    step(root, "simulate, years", &mut leeward(root, &["simulate", "--years", "20"]))?;
    println!("== planted bugs");
    crate::planted::run(root, 300, None)?;
    step(root, "fifty kills", &mut leeward(root, &["drill", "--rate", "2000", "--kills", "50"]))?;
    step(root, "bench", &mut leeward(root, &["bench", "orders"]))
}
