//! The shape of a source: its length, its first line, and words that stand for unfinished work.

use super::tree::{File, Tree};
use std::collections::BTreeMap;

/// The most lines that a file may have.
const LINES: usize = 500;
const LONGER: &str = "xtask/long-files.txt";
/// The most files that the list of longer ones may name; it only shrinks.
const LONGER_AT_MOST: usize = 5;

pub(super) fn check(tree: &Tree) -> anyhow::Result<Vec<String>> {
    let list = tree.list(LONGER);
    let mut problems = Vec::new();
    if list.len() > LONGER_AT_MOST {
        problems.push(format!("{LONGER}: {} files, more than {LONGER_AT_MOST}", list.len()));
    }
    let mut longer = BTreeMap::new();
    for line in &list {
        match line.split_once(' ').map(|(path, lines)| (path, lines.trim().parse::<usize>())) {
            Some((path, Ok(lines))) => drop(longer.insert(path, lines)),
            _ => problems.push(format!("{LONGER}: expected a path and a number, got {line:?}")),
        }
    }
    for path in longer.keys().filter(|path| !tree.has(path)) {
        problems.push(format!("{LONGER}: {path} does not exist: remove the line"));
    }
    for source in tree.sources() {
        problems.extend(judge(source, longer.get(source.path.as_str()).copied()));
    }
    Ok(problems)
}

fn judge(source: &File, allowed: Option<usize>) -> Vec<String> {
    let path = &source.path;
    let mut problems = Vec::new();
    let lines = source.text.lines().count();
    // A generated file describes one type and is as long as the type.
    if !source.is_generated() {
        match allowed {
            Some(_) if lines <= LINES => {
                problems.push(format!("{LONGER}: {path} has {lines} lines now: remove the line"));
            }
            None if lines > LINES => {
                problems.push(format!(
                    "{path}: {lines} lines, more than {LINES}: split it by what changes together"
                ));
            }
            Some(most) if lines > most => {
                problems.push(format!(
                    "{path}: {lines} lines, more than the {most} in {LONGER}: split it"
                ));
            }
            _ => {}
        }
    }
    if !source.text.starts_with("//!") && !source.path.contains("/fuzz_targets/") {
        problems.push(format!(
            "{path}:1: begin with a `//!` comment that states the purpose of the file"
        ));
    }
    // Split here, so that the check does not find its own text.
    for word in [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("#[igno", "re]")] {
        if source.text.contains(word) {
            problems.push(format!("{path}: contains {word}: finish it or remove it"));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, allowed: Option<usize>, expect: usize) {
        let source = File { path: "crates/core/src/a.rs".into(), text: text.into() };
        let problems = judge(&source, allowed);
        assert_eq!(problems.len(), expect, "{problems:?}");
    }

    #[test]
    fn long_files_missing_purposes_and_unfinished_work_are_problems() {
        let long = |lines: usize| format!("//! A.\n{}", "\n".repeat(lines - 1));
        check(&long(500), None, 0);
        check(&long(501), None, 1);
        check(&long(501), Some(600), 0);
        check(&long(601), Some(600), 1);
        check(&long(400), Some(600), 1);
        check("fn a() {}", None, 1);
        check(concat!("//! A.\n// TO", "DO"), None, 1);
    }
}
