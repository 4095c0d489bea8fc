//! The style as a test: dependency arrows, file sizes, what pure crates may not name, and that each
//! SAFE/LIVE rule is cited by the code that enforces it and by a test that attacks it.

use anyhow::bail;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// design.md §7: a crate may depend on what its arrows reach, and on nothing else of ours.
const ARROWS: [(&str, &[&str]); 20] = [
    ("model", &[]),
    ("core", &["model"]),
    ("cloud", &[]),
    ("blueprint", &["model"]),
    ("ports", &["model"]),
    ("driver", &["core", "ports"]),
    ("http", &[]),
    ("client", &["http"]),
    ("aws", &["ports", "http"]),
    ("store", &["ports", "core"]),
    ("service", &["driver", "store", "ports", "http"]),
    ("agent", &["service", "aws"]),
    ("functions", &["agent"]),
    ("wire", &["cloud", "http"]),
    ("local", &["wire", "service", "blueprint", "client"]),
    ("bench", &["local", "client"]),
    ("sim", &["core", "cloud", "blueprint"]),
    ("cli", &["local", "agent", "stacks", "sim", "bench"]),
    ("construct", &[]),
    ("stacks", &["construct", "blueprint", "model"]),
];

const PURE: [&str; 3] = ["model", "core", "cloud"];
const IMPURE: [&str; 11] = [
    "Instant::now",
    "SystemTime",
    "tokio",
    "async fn",
    "async move",
    " rand::",
    "HashMap",
    "HashSet",
    "std::env",
    "tracing::",
    "println!",
];

/// Lines of a file at most.
const LINES: usize = 800;
/// Rules that nothing covers yet; this number only shrinks.
const UNCOVERED_AT_MOST: usize = 2;

struct Source {
    path: PathBuf,
    shown: String,
    krate: String,
    text: String,
    is_test: bool,
}

pub(crate) fn run(root: &Path) -> anyhow::Result<()> {
    println!("== tidy");
    let sources = sources(root)?;
    let mut problems = Vec::new();
    arrows(root, &mut problems)?;
    crate::unused::check(root, &mut problems)?;
    for source in &sources {
        shape(source, &mut problems);
        purity(source, &mut problems);
    }
    rules(root, &sources, &mut problems)?;
    diagnoses(root, &mut problems)?;
    attacks(root, &sources, &mut problems)?;
    problems.extend(crate::planted::stale(root)?);
    if problems.is_empty() {
        return Ok(());
    }
    for problem in &problems {
        eprintln!("tidy: {problem}");
    }
    bail!("{} problems", problems.len())
}

fn sources(root: &Path) -> anyhow::Result<Vec<Source>> {
    let mut out = Vec::new();
    for (krate, dir) in crates(root)? {
        let mut files = crate::files::below(&dir.join("src"))?;
        files.extend(crate::files::below(&dir.join("tests"))?);
        for path in files.into_iter().filter(|path| path.extension().is_some_and(|e| e == "rs")) {
            let shown = path.strip_prefix(root).unwrap_or(&path).display().to_string();
            let is_test = shown.contains("/tests/") || shown.contains("conformance");
            let text = std::fs::read_to_string(&path)?;
            out.push(Source { shown, krate: krate.clone(), text, is_test, path });
        }
    }
    out.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(out)
}

fn crates(root: &Path) -> anyhow::Result<Vec<(String, PathBuf)>> {
    let mut out = vec![("xtask".to_owned(), root.join("xtask"))];
    for entry in std::fs::read_dir(root.join("crates"))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        out.push((name, path));
    }
    Ok(out)
}

fn reach(krate: &str) -> BTreeSet<&'static str> {
    let mut all = BTreeSet::new();
    let mut stack = vec![krate.to_owned()];
    while let Some(next) = stack.pop() {
        for (from, to) in ARROWS {
            if from == next {
                for name in to {
                    if all.insert(*name) {
                        stack.push((*name).to_owned());
                    }
                }
            }
        }
    }
    all
}

fn arrows(root: &Path, problems: &mut Vec<String>) -> anyhow::Result<()> {
    for (krate, dir) in crates(root)? {
        if krate == "xtask" {
            continue;
        }
        if !ARROWS.iter().any(|(name, _)| *name == krate) {
            problems.push(format!("crates/{krate} is not in design.md's table"));
            continue;
        }
        let manifest = std::fs::read_to_string(dir.join("Cargo.toml"))?;
        let allowed = reach(&krate);
        let section = manifest.split("[dependencies]").nth(1).unwrap_or("");
        let section = section.split("\n[").next().unwrap_or("");
        for line in section.lines() {
            let Some(name) = line.strip_prefix("leeward-") else { continue };
            let name = name.split(['.', ' ', '=']).next().unwrap_or("");
            if !allowed.contains(name) {
                problems.push(format!("{krate} must not depend on {name}"));
            }
        }
    }
    Ok(())
}

fn shape(source: &Source, problems: &mut Vec<String>) {
    let lines = source.text.lines().count();
    // What is generated is split by type, and as long as the type is.
    let generated = source.text.contains("//! Made by `cargo xtask codegen`");
    if lines > LINES && !generated {
        problems.push(format!("{} has {lines} lines; split it by what changes", source.shown));
    }
    if !source.text.starts_with("//!") {
        problems.push(format!("{} does not begin by saying what it is for", source.shown));
    }
    // Put together here, so that this file does not find itself.
    for word in [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("#[igno", "re]")] {
        if source.text.contains(word) {
            problems.push(format!("{} has {word}", source.shown));
        }
    }
}

fn purity(source: &Source, problems: &mut Vec<String>) {
    if !PURE.contains(&source.krate.as_str()) || source.is_test {
        return;
    }
    for (number, line) in source.text.lines().enumerate() {
        if line.trim_start().starts_with("//") {
            continue;
        }
        for word in IMPURE {
            if line.contains(word) {
                let at = number + 1;
                problems
                    .push(format!("{}:{at} names {word}: {} is pure", source.shown, source.krate));
            }
        }
    }
}

/// Where each rule is cited: in enforcing code, in tests.
fn rules(root: &Path, sources: &[Source], problems: &mut Vec<String>) -> anyhow::Result<()> {
    let all: Vec<String> =
        (1..=10).map(|n| format!("SAFE-{n}")).chain((1..=3).map(|n| format!("LIVE-{n}"))).collect();
    let mut cited: BTreeMap<&str, (bool, bool)> = BTreeMap::new();
    for rule in &all {
        let (mut code, mut test) = (false, false);
        for source in sources.iter().filter(|s| s.krate != "xtask") {
            let (code_part, test_part) = match source.text.split_once("#[cfg(test)]") {
                Some((code, test)) => (code, test),
                None if source.is_test => ("", source.text.as_str()),
                None => (source.text.as_str(), ""),
            };
            let names = |text: &str| {
                text.split(rule.as_str())
                    .skip(1)
                    .any(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
            };
            code |= names(code_part);
            test |= names(test_part);
        }
        cited.insert(rule, (code, test));
    }
    let path = root.join("docs/rules-uncovered.txt");
    let listed = std::fs::read_to_string(&path).unwrap_or_default();
    let listed: BTreeSet<&str> =
        listed.lines().filter(|l| !l.starts_with('#') && !l.is_empty()).collect();
    for (rule, (code, test)) in &cited {
        match (code, test, listed.contains(rule)) {
            (true, true, true) => {
                problems.push(format!("{rule} is covered: take it off docs/rules-uncovered.txt"));
            }
            (false, _, false) => problems.push(format!("{rule} is cited by no enforcing code")),
            (_, false, false) => problems.push(format!("{rule} is cited by no test")),
            _ => {}
        }
    }
    if listed.len() > UNCOVERED_AT_MOST {
        problems.push(format!("docs/rules-uncovered.txt grew to {} rules", listed.len()));
    }
    Ok(())
}

/// Each diagnosis has its section for operators.
fn diagnoses(root: &Path, problems: &mut Vec<String>) -> anyhow::Result<()> {
    let code = std::fs::read_to_string(root.join("crates/model/src/diagnosis.rs"))?;
    let docs = std::fs::read_to_string(root.join("docs/diagnoses.md")).unwrap_or_default();
    let list = code.split("ALL: [Diagnosis; ").nth(1).unwrap_or("");
    let list = list.split("];").next().unwrap_or("");
    for name in list.split("Diagnosis::").skip(1).filter_map(|rest| rest.split(',').next()) {
        if !docs.contains(&format!("## {name}")) {
            problems.push(format!("docs/diagnoses.md has no section for {name}"));
        }
    }
    Ok(())
}

/// Every test that `docs/attacks.md` names exists, and every attack has its row.
fn attacks(root: &Path, sources: &[Source], problems: &mut Vec<String>) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(root.join("docs/attacks.md"))?;
    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("| ")).collect();
    let wanted = (1..=20).map(|n| format!("R{n}")).chain((1..=16).map(|n| format!("S{n}")));
    for attack in wanted {
        if !rows.iter().any(|row| row.starts_with(&format!("| {attack} |"))) {
            problems.push(format!("docs/attacks.md has no row for {attack}"));
        }
    }
    for row in rows {
        let tests = row.split('|').nth(3).unwrap_or("");
        // Every second part of a text split at back ticks was between two of them.
        for name in tests.split('`').skip(1).step_by(2).filter(|name| !name.contains(' ')) {
            let definition = format!("fn {name}(");
            if !sources.iter().any(|s| s.text.contains(&definition)) {
                problems.push(format!("docs/attacks.md names {name}, which is no test"));
            }
        }
    }
    Ok(())
}
