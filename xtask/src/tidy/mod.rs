//! Tests the conventions of the repository. Each check is one file: it reads the [`Tree`] and returns problems, one
//! line each, which name a file and state what to do.

mod adr;
mod arrows;
mod attacks;
mod citations;
mod comments;
mod diagnoses;
mod kept;
mod outside;
mod paths;
mod phrasing;
mod purity;
mod rules;
mod shape;
mod tree;
mod unit_tests;
mod unused;
mod walks;

use anyhow::bail;
use std::path::Path;
use tree::Tree;

type Check = fn(&Tree) -> anyhow::Result<Vec<String>>;

const CHECKS: [Check; 15] = [
    arrows::check,
    unused::check,
    shape::check,
    purity::check,
    rules::check,
    citations::check,
    paths::check,
    outside::check,
    adr::check,
    attacks::check,
    diagnoses::check,
    walks::check,
    phrasing::check,
    kept::check,
    planted,
];

pub(crate) fn run(root: &Path) -> anyhow::Result<()> {
    println!("== tidy");
    let tree = Tree::read(root)?;
    let mut problems = Vec::new();
    for check in CHECKS {
        problems.extend(check(&tree)?);
    }
    if problems.is_empty() {
        return Ok(());
    }
    for problem in &problems {
        eprintln!("tidy: {problem}");
    }
    bail!("{} problems", problems.len())
}

/// Checks that the text of every planted bug occurs exactly once in the code that the bug changes.
fn planted(tree: &Tree) -> anyhow::Result<Vec<String>> {
    crate::planted::stale(&tree.root)
}
