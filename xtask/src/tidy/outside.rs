//! Checks that the repository needs nothing outside it: no source, script or document names a path outside the
//! repository, or a path that exists on one machine only. Only code generation reads a file outside, the provider's
//! schema, and it is skipped when that file is absent.

use super::tree::{File, Tree};
use anyhow::Context;
use regex_lite::Regex;

/// The files that may name such paths: the task that reads the schema, and this check itself.
const ALLOWED: [&str; 2] = ["xtask/src/codegen.rs", "xtask/src/tidy/outside.rs"];

/// The pattern of paths in one person's working directory, which mean nothing on another machine.
const MACHINE: &str = r"(?:^|[\s\x22'`(=])/(?:home|work)/\w+";

fn form() -> anyhow::Result<Regex> {
    Regex::new(&format!(r"\.\./shared\b|{MACHINE}")).context("paths outside the repository")
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
                "{}:{}: {} is outside the repository: use a path relative to its root",
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
    fn paths_outside_the_repository_are_problems() {
        check("root.join(\"../shared/schema\")", 1);
        check(concat!("let a = \"/ho", "me/a/b\";"), 1);
        check("// the path `/home`", 0);
        check("// (docs/spec/moves.md)", 0);
    }
}
