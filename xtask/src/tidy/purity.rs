//! Checks that the pure crates use no clock, randomness, async, logging, environment or hash map, so that the same
//! inputs give the same decisions and the simulator can replay them.

use super::tree::{File, Tree};

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

pub(super) fn check(tree: &Tree) -> anyhow::Result<Vec<String>> {
    let pure = |source: &&File| source.krate().is_some_and(|krate| PURE.contains(&krate));
    Ok(tree.sources().filter(pure).filter(|source| !source.is_test()).flat_map(judge).collect())
}

fn judge(source: &File) -> Vec<String> {
    let mut problems = Vec::new();
    for (index, line) in source.text.lines().enumerate() {
        if line.trim_start().starts_with("//") {
            continue;
        }
        for word in IMPURE.iter().filter(|word| line.contains(**word)) {
            let krate = source.krate().unwrap_or_default();
            problems.push(format!(
                "{}:{}: {word} in `{krate}`, which is pure",
                source.path,
                index + 1
            ));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: usize) {
        let source = File { path: "crates/core/src/a.rs".into(), text: text.into() };
        assert_eq!(judge(&source).len(), expect, "{text}");
    }

    #[test]
    fn impure_code_is_a_problem() {
        check("let now = Instant::now();", 1);
        check("use std::collections::HashMap;", 1);
        check("// a HashMap has no order", 0);
        check("use std::collections::BTreeMap;", 0);
    }
}
