//! Checks that every rule of `docs/spec/rules.md` is cited by the code that enforces it and by a test that attacks it,
//! and that every test that the page names exists.

use super::tree::{File, Tree};
use std::collections::BTreeSet;

const PAGE: &str = "docs/spec/rules.md";

pub(super) fn check(tree: &Tree) -> anyhow::Result<Vec<String>> {
    let page = tree.document(PAGE)?;
    let mut problems = coverage(tree, &defined(page));
    problems.extend(missing_tests(tree, PAGE, page));
    Ok(problems)
}

/// Returns the ids of the rules, in the order of the page.
pub(super) fn defined(page: &str) -> Vec<&str> {
    page.lines().filter_map(|line| line.strip_prefix("### ")).map(str::trim).collect()
}

fn coverage(tree: &Tree, rules: &[&str]) -> Vec<String> {
    let mut problems = Vec::new();
    let sources: Vec<&File> =
        tree.sources().filter(|source| source.krate() != Some("xtask")).collect();
    for rule in rules {
        let parts = || sources.iter().map(|source| source.code_and_tests());
        let in_code = parts().any(|(code, _)| cites(code, rule));
        let in_tests = parts().any(|(_, tests)| cites(tests, rule));
        if !in_code {
            problems.push(format!("{PAGE}: no code cites {rule}"));
        } else if !in_tests {
            problems.push(format!("{PAGE}: no test cites {rule}"));
        }
    }
    problems
}

/// Returns whether the text cites the rule itself, and not only a rule whose number begins with the same digits.
fn cites(text: &str, rule: &str) -> bool {
    text.split(rule).skip(1).any(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// Returns a problem for each name in backticks that looks like a test but is defined in no source.
pub(super) fn missing_tests(tree: &Tree, page: &str, text: &str) -> Vec<String> {
    let mut problems = Vec::new();
    let mut seen = BTreeSet::new();
    // If a text is split at backticks, every second part is a name between two backticks.
    for name in text.split('`').skip(1).step_by(2).filter(|name| is_test_name(name)) {
        let definition = format!("fn {name}(");
        if seen.insert(name) && !tree.sources().any(|source| source.text.contains(&definition)) {
            problems.push(format!("{page}: {name} is not a test"));
        }
    }
    problems
}

/// Returns whether the name can be a test, which is a sentence of at least three words. Shorter names in backticks are
/// fields and files.
fn is_test_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    name.chars().all(plain) && name.matches('_').count() >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(files: &[(&str, &str)], expect: usize) {
        let problems = coverage(&Tree::of(files), &["SAFE-1"]);
        assert_eq!(problems.len(), expect, "{problems:?}");
    }

    #[test]
    fn a_rule_is_cited_by_code_and_by_a_test() {
        let code = ("crates/core/src/a.rs", "// SAFE-1\n#[cfg(test)]\nmod tests {}");
        let test = ("crates/core/tests/it/a.rs", "/// SAFE-1");
        check(&[code, test], 0);
        check(&[code], 1);
        check(&[test], 1);
        check(&[("crates/core/src/a.rs", "// SAFE-10"), test], 1);
    }

    #[test]
    fn tests_that_a_page_names_exist() {
        let tree = Tree::of(&[("crates/core/tests/it/a.rs", "fn a_head_is_confirmed() {}")]);
        assert!(
            missing_tests(&tree, PAGE, "`a_head_is_confirmed`, `src/a.rs`, `tick_ms`").is_empty()
        );
        assert_eq!(missing_tests(&tree, PAGE, "`a_head_is_guessed`").len(), 1);
    }
}
