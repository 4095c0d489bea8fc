//! The steps of CI. The first step that fails ends the run. A referee is a third-party tool that checks the product;
//! the run fails if a referee is not installed.

use anyhow::{Context, bail};
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::Instant;

/// The library that the scenario with jumping clocks needs. If it is missing, the scenario is skipped.
const FAKETIME: &str = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

/// The arguments that simulate 20,000 worlds in a few minutes. `nightly` simulates more worlds.
const SIMULATE: [&str; 5] = ["simulate", "--worlds", "20000", "--timing", "local"];
/// The arguments that simulate at the timing of AWS. Only this timing covers sentinels that live for minutes and
/// targets of minutes.
const SIMULATE_AWS: [&str; 3] = ["simulate", "--worlds", "1000"];

/// Simulates fifty times as many worlds at the timing of AWS as CI does, with other seeds.
const SIMULATE_MORE: [&str; 5] = ["simulate", "--worlds", "50000", "--first-seed", "1000000"];

fn step(root: &Path, name: &str, command: &mut Command) -> anyhow::Result<()> {
    println!("== {name}");
    let began = Instant::now();
    let status = command.current_dir(root).status().with_context(|| format!("{name}: start"))?;
    println!("== {name}: {:.0} s", began.elapsed().as_secs_f64());
    if status.success() { Ok(()) } else { bail!("{name} failed ({status})") }
}

/// Returns a Cargo command without the variables that Cargo has set for `xtask` itself. The build script of ring watches
/// them, so that each change between `cargo xtask` and plain `cargo` would compile ring and all that needs it again.
fn cargo(args: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args);
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(name.as_ref());
        }
    }
    command
}

/// Returns the path of a referee's program in the Python environment that `.ci/run` installs.
fn referee(root: &Path, name: &str, program: &str) -> anyhow::Result<PathBuf> {
    let path = root.join("target/referees").join(name).join("bin").join(program);
    if path.exists() {
        return Ok(path);
    }
    bail!("the referee {} is missing: .ci/run installs it", path.display())
}

/// The referees that `.ci/run` installs.
struct Referees {
    boto3: PathBuf,
    ministack: PathBuf,
    scanners: PathBuf,
    /// The directory with the `node_modules` of cdktf.
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
    report(&check(root, &referees)?);
    Ok(())
}

/// Prints the skipped checks and their number as the last lines of a run.
fn report(skipped: &[String]) {
    for line in skipped {
        println!("{line}");
    }
    println!("{} skipped, everything else passed", skipped.len());
}

/// Runs every check, and returns the lines of the checks that were skipped.
fn check(root: &Path, referees: &Referees) -> anyhow::Result<Vec<String>> {
    let built = root.join("target/release/leeward");
    step(root, "format", &mut cargo(&["fmt", "--all", "--check"]))?;
    crate::tidy::run(root)?;
    let mut skipped = Vec::from_iter(crate::codegen::check(root)?);
    let emulator = Beside::start(root, "emulator", &mut emulator(root, referees, "serverless")?)?;
    step(
        root,
        "build of the tests",
        &mut cargo(&["test", "--release", "--workspace", "--no-run"]),
    )?;
    let package = root.join(PACKAGE);
    step(
        root,
        "lint",
        cargo(&["clippy", "--release", "--workspace", "--all-targets"]).args(["--", "-Dwarnings"]),
    )?;
    skipped.extend(skipped_in(
        root,
        "test",
        cargo(&["test", "--release", "--workspace", "--no-fail-fast", "--lib", "--bins"])
            .args(["--test", "it", "--test", "conformance", "--test", "corpus", "--test", "codes"])
            .args(["--test", "help", "--test", "functions"])
            .args(["--test", "models", "--test", "sqlite", "--test", "postgres", "--test", "mysql"])
            .args(["--", "--test-threads=2"])
            .env("LEEWARD_MINISTACK", &referees.ministack),
    )?);
    // The proofs that incorrect use does not compile (REQ-D4) are documentation tests, which no other step runs.
    step(root, "documentation tests", &mut cargo(&["test", "--release", "--workspace", "--doc"]))?;
    run_referees(root, referees, &built, &package)?;
    step(root, "simulate", &mut leeward(root, &SIMULATE))?;
    step(root, "simulate at AWS's pace", &mut leeward(root, &SIMULATE_AWS))?;
    two_builds(root)?;
    skipped.extend(emulator.end()?);
    skipped.extend(skipped_in(
        root,
        "platform",
        cargo(&["test", "--release", "--workspace", "--test", "platform", "--no-fail-fast"])
            .args(["--", "--test-threads=2"]),
    )?);
    step(root, "drill", &mut leeward(root, &["drill", "--rate", "1000", "--kills", "2"]))?;
    let pair = ["drill", "--database", "postgres", "--kills", "1"];
    step(root, "drill on PostgreSQL", &mut leeward(root, &pair))?;
    Ok(skipped)
}

/// Runs the third-party tools that check the product's output.
fn run_referees(
    root: &Path,
    referees: &Referees,
    built: &Path,
    package: &Path,
) -> anyhow::Result<()> {
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

/// The functions' package, which [`emulator`] makes from the build that the tests use.
const PACKAGE: &str = "target/leeward-functions.zip";

fn agent_package(root: &Path) -> anyhow::Result<PathBuf> {
    let package = root.join("target/leeward-agent.tar.zst");
    let program = ["package", "--agent", "--program", "target/release/leeward-agent"];
    step(root, "the instances' package", leeward(root, &program).arg("--out").arg(&package))?;
    Ok(package)
}

/// Builds the programs, the functions' package and the emulator's test, and returns the command of that test. It deploys
/// the whole platform to the emulator with Terraform, and sends orders through it while a Region is lost.
///
/// The test mostly waits for Terraform, so it starts before the other tests are built, and runs beside the steps that
/// follow. It is started without Cargo, whose lock it would otherwise await until these are built.
fn emulator(root: &Path, referees: &Referees, profiles: &str) -> anyhow::Result<Command> {
    // Every step builds the whole workspace, because a part of it would be compiled again with other features. Building
    // a test also builds the programs of its crate: the command, and the functions' `bootstrap`.
    let build = ["test", "--release", "--workspace", "--no-run"];
    let tests = ["--test", "emulator", "--test", "functions"];
    step(root, "build of the programs", cargo(&build).args(tests))?;
    let output = cargo(&build)
        .args(tests)
        .args(["--quiet", "--message-format", "json"])
        .current_dir(root)
        .stderr(Stdio::inherit())
        .output()?;
    let test = test_program(&String::from_utf8(output.stdout)?, "emulator")?;
    let package = root.join(PACKAGE);
    let mut command = leeward(root, &["package", "--program", "target/release/bootstrap"]);
    step(root, "package", command.arg("--out").arg(&package))?;
    let mut command = Command::new(test);
    command
        .env("LEEWARD_MINISTACK", &referees.ministack)
        .env("LEEWARD_BOTO3", &referees.boto3)
        .env("LEEWARD_SCANNERS", &referees.scanners)
        .env("LEEWARD_PACKAGE", package)
        .env("LEEWARD_PROFILES", profiles);
    Ok(command)
}

/// Returns the path of a test program from the messages of `cargo test --no-run --message-format json`.
fn test_program(messages: &str, name: &str) -> anyhow::Result<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|message| message["target"]["name"] == name && message["profile"]["test"] == true)
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .with_context(|| format!("Cargo has built no test program {name}"))
}

/// Runs `cargo xtask e2e-aws`: packages and deploys the platform, makes it lose a Region, checks that every order is
/// booked once, and destroys the platform.
pub(crate) fn e2e_aws(root: &Path) -> anyhow::Result<()> {
    let root = &root.canonicalize()?;
    let referees = Referees::find(root)?;
    let mut command = emulator(root, &referees, "serverless")?;
    report(&skipped_in(root, "end to end", command.arg("--nocapture"))?);
    Ok(())
}

/// Checks that a seed produces the same world with and without optimization.
fn two_builds(root: &Path) -> anyhow::Result<()> {
    const WORLDS: &str = "100";
    println!("== two builds");
    let stdout_of = |command: &mut Command| -> anyhow::Result<String> {
        let output = command.current_dir(root).stderr(Stdio::inherit()).output()?;
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    };
    let simulate = ["simulate", "--worlds", WORLDS, "--timing", "local", "--json"];
    let release = stdout_of(&mut leeward(root, &simulate))?;
    let report: serde_json::Value = serde_json::from_str(&release).context("simulate --json")?;
    let plain =
        stdout_of(&mut cargo(&["run", "-q", "-p", "leeward-sim", "--example", "trace", WORLDS]))?;
    if plain.is_empty() || report["trace_hash"] != plain.as_str() {
        bail!(
            "two builds differ: trace {} with optimization, {plain} without",
            report["trace_hash"]
        );
    }
    println!("{WORLDS} worlds, trace {plain} with and without optimization");
    Ok(())
}

/// Returns the lines that report a skipped check.
fn skipped_lines(text: &str) -> Vec<String> {
    text.lines().filter(|line| line.starts_with("SKIPPED")).map(str::to_owned).collect()
}

/// Runs a step, and returns the lines of its standard error that report a skipped check.
fn skipped_in(root: &Path, name: &str, command: &mut Command) -> anyhow::Result<Vec<String>> {
    Beside::start(root, name, command)?.end()
}

/// A step that runs in parallel with the following steps.
struct Beside {
    name: String,
    child: Child,
    stderr: Option<JoinHandle<String>>,
    began: Instant,
}

impl Beside {
    fn start(root: &Path, name: &str, command: &mut Command) -> anyhow::Result<Beside> {
        println!("== {name}");
        let command = command.current_dir(root).stderr(Stdio::piped()).process_group(0);
        let mut child = command.spawn()?;
        let pipe = child.stderr.take().context("the step has no pipe for its standard error")?;
        let stderr = std::thread::spawn(move || {
            let mut all = String::new();
            for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                eprintln!("{line}");
                all += &line;
                all.push('\n');
            }
            all
        });
        Ok(Beside { name: name.to_owned(), child, stderr: Some(stderr), began: Instant::now() })
    }

    fn end(mut self) -> anyhow::Result<Vec<String>> {
        let status = self.child.wait()?;
        let stderr = self.stderr.take().context("a step ends once")?;
        println!("== {}: {:.0} s", self.name, self.began.elapsed().as_secs_f64());
        let stderr = stderr
            .join()
            .map_err(|_| anyhow::anyhow!("{}: its standard error is lost", self.name))?;
        if status.success() {
            Ok(skipped_lines(&stderr))
        } else {
            bail!("{} failed ({status})", self.name)
        }
    }
}

/// Ends the step and all processes that it started. This is necessary if another step has failed.
impl Drop for Beside {
    fn drop(&mut self) {
        if self.stderr.is_some() {
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

/// Fuzzes each decoder for a minute under coverage, if a nightly toolchain and cargo-fuzz are installed. Otherwise the
/// function returns the line that reports the skip. The fuzzer writes failing inputs to `fuzz/artifacts`; the author of
/// a fix adds them to `fuzz/corpus`.
fn fuzz(root: &Path) -> anyhow::Result<Option<String>> {
    let nightly = |args: &[&str]| {
        let mut command = Command::new("cargo");
        command.arg("+nightly").args(args).env_remove("RUSTUP_TOOLCHAIN").current_dir(root);
        command
    };
    if !nightly(&["fuzz", "--version"]).output().is_ok_and(|output| output.status.success()) {
        let line = "SKIPPED: fuzzing under coverage (no nightly toolchain with cargo-fuzz)";
        println!("{line}");
        return Ok(Some(line.to_owned()));
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
    Ok(None)
}

/// Runs the checks that take too long for every submission.
pub(crate) fn beyond_ci(root: &Path) -> anyhow::Result<()> {
    let root = &root.canonicalize()?;
    let referees = Referees::find(root)?;
    let mut emulated = emulator(root, &referees, "instances")?;
    let emulator = Beside::start(root, "emulator, instances", &mut emulated)?;
    step(
        root,
        "build of the tests",
        &mut cargo(&["test", "--release", "--workspace", "--no-run"]),
    )?;
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
    let mut skipped = Vec::from_iter(fuzz(root)?);
    step(root, "simulate, more", &mut leeward(root, &SIMULATE_MORE))?;
    step(root, "simulate, years", &mut leeward(root, &["simulate", "--years", "20"]))?;
    skipped.extend(emulator.end()?);
    println!("== planted bugs");
    crate::planted::run(root, 300, None)?;
    step(root, "fifty kills", &mut leeward(root, &["drill", "--rate", "2000", "--kills", "50"]))?;
    step(root, "bench", &mut leeward(root, &["bench", "orders"]))?;
    report(&skipped);
    Ok(())
}
