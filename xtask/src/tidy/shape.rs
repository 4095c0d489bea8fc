//! Checks the form of a source: its length, its first line, words that denote unfinished work, and skips that CI cannot
//! count.

use super::tree::{File, Tree};

/// The maximum number of lines of a file.
const LINES: usize = 500;

pub(super) fn check(tree: &Tree) -> anyhow::Result<Vec<String>> {
    Ok(tree.sources().flat_map(judge).collect())
}

fn judge(source: &File) -> Vec<String> {
    let path = &source.path;
    let mut problems = Vec::new();
    let lines = source.text.lines().count();
    // A generated file describes one type and may be as long as that type needs.
    if !source.is_generated() && lines > LINES {
        problems.push(format!(
            "{path}: {lines} lines, more than {LINES}: split it by what changes together"
        ));
    }
    if !source.text.starts_with("//!") && !source.path.contains("/fuzz_targets/") {
        problems.push(format!(
            "{path}:1: begin with a `//!` comment that states the purpose of the file"
        ));
    }
    // The words are split here, so that the check does not find its own text.
    for word in [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("#[igno", "re]")] {
        if source.text.contains(word) {
            problems.push(format!("{path}: contains {word}: finish it or remove it"));
        }
    }
    // The harness hides what a passing test prints with a macro, so CI would not count such a line.
    let hidden = concat!("println!(\"SKI", "PPED");
    if source.code_and_tests().1.contains(hidden) {
        problems.push(format!("{path}: write the line of a skip to std::io::stderr()"));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: usize) {
        let source = File { path: "crates/core/src/a.rs".into(), text: text.into() };
        let problems = judge(&source);
        assert_eq!(problems.len(), expect, "{problems:?}");
    }

    #[test]
    fn long_files_missing_purposes_and_unfinished_work_are_problems() {
        let long = |lines: usize| format!("//! A.\n{}", "\n".repeat(lines - 1));
        check(&long(500), 0);
        check(&long(501), 1);
        check("fn a() {}", 1);
        check(concat!("//! A.\n// TO", "DO"), 1);
    }

    #[test]
    fn a_test_does_not_print_its_skip_with_a_macro() {
        let told = concat!("eprintln!(\"SKI", "PPED: no server\");");
        check(&format!("//! A.\n#[cfg(test)]\nmod tests {{ {told} }}"), 1);
        check(&format!("//! A.\n{told}"), 0);
    }
}
