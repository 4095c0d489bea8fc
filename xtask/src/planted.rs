//! The test of the simulator itself. It plants bugs one at a time in a copy of the simulated crates, and measures how
//! long the simulator takes to find each bug. A bug is a replacement of text and not a feature, so that the code of
//! `core` has no branches for it.

use anyhow::{Context, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

const LIST: &str = "crates/sim/planted.toml";
/// The crates from which a simulated world is built.
const CRATES: [&str; 5] = ["model", "core", "cloud", "blueprint", "sim"];

struct Bug {
    name: String,
    file: String,
    find: String,
    replace: String,
}

fn bugs(root: &Path) -> anyhow::Result<Vec<Bug>> {
    let text = std::fs::read_to_string(root.join(LIST))?;
    let table: toml::Table = text.parse().with_context(|| format!("{LIST} is not TOML"))?;
    let list = table.get("bug").and_then(toml::Value::as_array).context("no bugs in the list")?;
    let field = |bug: &toml::Value, name: &str| {
        let text = bug.get(name).and_then(toml::Value::as_str).map(str::to_owned);
        text.with_context(|| format!("a bug in {LIST} has no {name}"))
    };
    list.iter()
        .map(|bug| {
            Ok(Bug {
                name: field(bug, "name")?,
                file: field(bug, "file")?,
                find: field(bug, "find")?,
                replace: field(bug, "replace")?,
            })
        })
        .collect()
}

/// Returns a problem, for the tidy check, for each bug whose text does not occur exactly once in its file.
pub(crate) fn stale(root: &Path) -> anyhow::Result<Vec<String>> {
    let mut out = Vec::new();
    for bug in bugs(root)? {
        let text = std::fs::read_to_string(root.join("crates").join(&bug.file)).unwrap_or_default();
        let places = text.matches(&bug.find).count();
        if places != 1 {
            out.push(format!(
                "{LIST}: the text of \"{}\" occurs {places} times in {}, expected once",
                bug.name, bug.file
            ));
        }
    }
    Ok(out)
}

/// Copies the simulated crates into a separate workspace.
fn copy(root: &Path, to: &Path) -> anyhow::Result<()> {
    let manifest = std::fs::read_to_string(root.join("Cargo.toml"))?;
    let manifest = manifest.lines().filter_map(|line| match line.split(' ').next() {
        Some("members") => Some("members = [\"crates/*\"]\n".to_owned()),
        Some("default-members") => None,
        _ => Some(format!("{line}\n")),
    });
    let manifest: String = manifest.collect();
    write_if_changed(&to.join("Cargo.toml"), &manifest)?;
    write_if_changed(&to.join("Cargo.lock"), &std::fs::read_to_string(root.join("Cargo.lock"))?)?;
    for name in CRATES {
        let from = root.join("crates").join(name);
        for path in crate::files::below(&from)? {
            let inside = path.strip_prefix(root).context("below the root")?;
            // The file is copied as bytes, because a fixture need not be text.
            let there = to.join(inside);
            let bytes = std::fs::read(&path)?;
            if std::fs::read(&there).ok().as_deref() != Some(&bytes) {
                std::fs::create_dir_all(there.parent().context("a file has a folder")?)?;
                std::fs::write(there, bytes)?;
            }
        }
    }
    Ok(())
}

/// Writes a file unless it already has the same text, because Cargo rebuilds everything that depends on a newer file.
fn write_if_changed(path: &Path, text: &str) -> anyhow::Result<()> {
    if std::fs::read_to_string(path).ok().as_deref() != Some(text) {
        std::fs::create_dir_all(path.parent().context("a file has a folder")?)?;
        std::fs::write(path, text)?;
    }
    Ok(())
}

fn build(work: &Path) -> anyhow::Result<PathBuf> {
    let status = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["build", "--release", "--quiet", "-p", "leeward-sim", "--example", "hunt"])
        .env("RUSTFLAGS", "-Awarnings")
        .env("CARGO_TARGET_DIR", work.join("target"))
        .current_dir(work)
        .status()?;
    if !status.success() {
        bail!("the copy of the simulated crates does not build");
    }
    Ok(work.join("target/release/examples/hunt"))
}

/// The number of concurrent builds and hunts. Most of a build runs on one core.
const WORKERS: usize = 2;

/// The result of one hunt.
struct Hunt {
    found: bool,
    seconds: f64,
}

/// Hunts each bug, or only the bugs whose names contain `only`. Fails if a bug is not found within `seconds`.
pub(crate) fn run(root: &Path, seconds: u64, only: Option<&str>) -> anyhow::Result<()> {
    let root = &root.canonicalize()?;
    let wanted = |bug: &Bug| only.is_none_or(|part| bug.name.contains(part));
    let bugs: Vec<Bug> = bugs(root)?.into_iter().filter(wanted).collect();
    // A world in which the unchanged code also breaks a rule does not count as a find, so the unchanged code is built
    // first.
    let first = root.join("target/planted/0");
    copy(root, &first)?;
    let sound = root.join("target/planted/sound");
    std::fs::copy(build(&first)?, &sound)?;
    println!("| bug | found by | worlds | seconds |\n|---|---|---|---|");
    let next = AtomicUsize::new(0);
    let work = |worker: usize| -> anyhow::Result<Vec<(usize, Hunt)>> {
        let place = root.join("target/planted").join(worker.to_string());
        let mut hunts = Vec::new();
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            let Some(bug) = bugs.get(n) else { return Ok(hunts) };
            hunts.push((n, hunt(root, &place, &sound, bug, seconds)?));
        }
    };
    let hunts: Vec<(usize, Hunt)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS).map(|n| scope.spawn(move || work(n))).collect();
        let ended = workers.into_iter().map(|worker| worker.join().expect("no panic"));
        ended.collect::<anyhow::Result<Vec<_>>>().map(|all| all.into_iter().flatten().collect())
    })?;
    let mut took: Vec<f64> =
        hunts.iter().filter(|(_, hunt)| hunt.found).map(|(_, hunt)| hunt.seconds).collect();
    took.sort_by(f64::total_cmp);
    let median = took.get(took.len() / 2).copied().unwrap_or(0.0);
    println!("\n{} of {} found, median {median:.1} s", took.len(), bugs.len());
    let missed = hunts.iter().filter(|(_, hunt)| !hunt.found).map(|(n, _)| bugs[*n].name.as_str());
    let missed: Vec<&str> = missed.collect();
    if missed.is_empty() { Ok(()) } else { bail!("not found: {}", missed.join(", ")) }
}

/// Plants one bug in the worker's own copy of the crates, and lets the simulator look for it.
fn hunt(root: &Path, work: &Path, sound: &Path, bug: &Bug, seconds: u64) -> anyhow::Result<Hunt> {
    copy(root, work)?;
    let path = work.join("crates").join(&bug.file);
    let text = std::fs::read_to_string(&path)?;
    std::fs::write(&path, text.replacen(&bug.find, &bug.replace, 1))?;
    let hunt = build(work).with_context(|| format!("\"{}\"", bug.name))?;
    let began = Instant::now();
    let output = Command::new(hunt)
        .arg(seconds.to_string())
        .env("RUST_BACKTRACE", "0")
        .current_dir(work)
        .output()?;
    let seconds = began.elapsed().as_secs_f64();
    let line = String::from_utf8_lossy(&output.stdout);
    let mut fields = line.trim().split('\t');
    let worlds = fields.next().unwrap_or("?");
    let rule = fields.nth(1).unwrap_or("?");
    let world = fields.next().unwrap_or("?");
    let found = output.status.success();
    if found && Command::new(sound).args(["0", world]).output()?.status.success() {
        bail!("world {world} breaks a rule without any bug: fix that first");
    }
    println!("| {} | {rule} | {worlds} | {seconds:.1} |", bug.name);
    Ok(Hunt { found, seconds })
}
