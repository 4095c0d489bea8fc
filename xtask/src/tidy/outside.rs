//! The repository explains itself: no source, script or document refers to pages outside it. Only code generation
//! reads the provider's schema there, and does without when it is absent.

use super::tree::{File, Tree};
use anyhow::Context;
use regex_lite::Regex;

/// The files that may name such pages: the task that reads the schema, and this check.
const ALLOWED: [&str; 2] = ["xtask/src/codegen.rs", "xtask/src/tidy/outside.rs"];

/// A path in the working directory of one person, which means nothing on another machine.
const MACHINE: &str = r"(?:^|[\s\x22'`(=])/(?:home|work)/\w+";

fn form() -> anyhow::Result<Regex> {
    let pages = r"\b(?:design|numbers|style|voice|house|attacks-2|crates)\.md\b";
    Regex::new(&format!(
        r"\.\./shared\b|{MACHINE}|{pages}|\baws-facts §|\b(?:design|style)(?:\.md)? §"
    ))
    .context("pages outside the repository")
}

pub(super) fn check(tree: &Tree) -> anyhow::Result<Vec<String>> {
    let form = form()?;
    let files = tree.files.iter().filter(|file| !ALLOWED.contains(&file.path.as_str()));
    Ok(files.flat_map(|file| judge(file, &form)).collect())
}

fn judge(file: &File, form: &Regex) -> Vec<String> {
    let mut problems = Vec::new();
    for (index, line) in file.text.lines().enumerate() {
        for found in form.find_iter(line) {
            problems.push(format!(
                "{}:{}: {} is outside the repository: cite docs/spec, or use a path relative to it",
                file.path,
                index + 1,
                found.as_str()
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
        let file = File { path: "crates/core/src/a.rs".into(), text: text.into() };
        assert_eq!(judge(&file, &form().expect("a form")).len(), expect, "{text}");
    }

    #[test]
    fn pages_outside_the_repository_are_problems() {
        check("// (design.md §4)", 1);
        check("// (aws-facts §1)", 1);
        check("root.join(\"../shared/schema\")", 1);
        check(concat!("let a = \"/ho", "me/a/b\";"), 1);
        check("// the path `/home`", 0);
        check("// (docs/spec/aws-facts.md)", 0);
        check("// (docs/spec/moves.md)", 0);
    }
}
