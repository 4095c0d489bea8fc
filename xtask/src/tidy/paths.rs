//! Checks that every path that a comment or a document names exists, and that every anchor of a relative link exists.
//!
//! A path is a name between backticks that ends in `.rs`, `.md` or `.py`, or a name that begins with one of the
//! repository's directories. It may be relative to the root, to `crates`, to the directory or the crate of its file, or
//! it may be the last parts of a path that exists.

use super::comments;
use super::tree::{File, Tree};
use anyhow::Context;
use regex_lite::Regex;
use std::collections::BTreeSet;

/// The paths that the commands in the documents create.
const MADE_ELSEWHERE: [&str; 1] = ["fuzz/artifacts"];

struct Forms {
    quoted: Regex,
    rooted: Regex,
    link: Regex,
}

impl Forms {
    fn new() -> anyhow::Result<Forms> {
        let form = |text| Regex::new(text).context("a form of path");
        Ok(Forms {
            quoted: form(r"`([A-Za-z0-9_.][A-Za-z0-9_./-]*\.(?:rs|md|py))(?::\d+)?`")?,
            rooted: form(
                r#"(?:^|[\s(`"])((?:crates|docs|xtask|tests|fuzz)/[A-Za-z0-9_./*-]*[A-Za-z0-9_/*])"#,
            )?,
            link: form(r"\]\(([^)\s]+)\)")?,
        })
    }
}

pub(super) fn check(tree: &Tree) -> anyhow::Result<Vec<String>> {
    let forms = Forms::new()?;
    let files = tree.files.iter().filter(|file| !file.is_generated());
    let files = files.filter(|file| !file.path.starts_with("xtask/src/tidy/"));
    Ok(files.flat_map(|file| judge(tree, file, &forms)).collect())
}

fn judge(tree: &Tree, file: &File, forms: &Forms) -> Vec<String> {
    let mut problems = Vec::new();
    for comment in comments::of(file) {
        let quoted = forms.quoted.captures_iter(comment.text);
        let named: BTreeSet<String> = quoted
            .chain(forms.rooted.captures_iter(comment.text))
            .map(|found| found[1].to_owned())
            .collect();
        for path in named.iter().filter(|path| !is_pattern(path) && !exists(tree, file, path)) {
            problems.push(format!("{}:{}: {path} does not exist", file.path, comment.line));
        }
        if file.is_document() {
            for found in forms.link.captures_iter(comment.text) {
                if let Some(why) = broken(tree, file, &found[1]) {
                    problems.push(format!("{}:{}: {}: {why}", file.path, comment.line, &found[1]));
                }
            }
        }
    }
    problems
}

/// Returns whether the path names no single file, like a glob or a placeholder such as `NNNN-what.toml`.
fn is_pattern(path: &str) -> bool {
    path.contains('*') || path.contains("NNNN") || MADE_ELSEWHERE.contains(&path)
}

fn exists(tree: &Tree, file: &File, path: &str) -> bool {
    let own_crate = file.krate().map(|krate| match krate {
        "xtask" | "fuzz" => krate.to_owned(),
        _ => format!("crates/{krate}"),
    });
    let own_crate = own_crate.unwrap_or_default();
    let starts = ["", "crates", directory(&file.path), &own_crate, &format!("{own_crate}/src")];
    if starts.iter().any(|start| tree.has(&joined(start, path))) {
        return true;
    }
    let suffix = format!("/{}", path.trim_end_matches('/'));
    tree.paths.iter().any(|known| known.ends_with(&suffix))
}

/// Returns the problem with a link that points into the repository, if there is one.
fn broken(tree: &Tree, file: &File, target: &str) -> Option<String> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (path, anchor) = target.split_once('#').map_or((target, None), |(p, a)| (p, Some(a)));
    let path =
        if path.is_empty() { file.path.clone() } else { joined(directory(&file.path), path) };
    if !tree.has(&path) {
        return Some("the link's target does not exist".to_owned());
    }
    let anchor = anchor?;
    let document = tree.files.iter().find(|known| known.path == path)?;
    let mut headings = document.text.lines().filter(|line| line.starts_with('#'));
    let found = headings.any(|line| slug(line.trim_start_matches('#')) == anchor);
    (!found).then(|| "the link's anchor does not exist".to_owned())
}

/// Returns the anchor that code hosts generate for a heading.
fn slug(heading: &str) -> String {
    let kept = heading.trim().chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
}

fn directory(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// Joins `path` to `start` and resolves each `..`.
fn joined(start: &str, path: &str) -> String {
    let mut parts: Vec<&str> = start.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, text: &str, expect: usize) {
        let tree = Tree::of(&[
            (path, text),
            ("crates/core/src/append/lane.rs", ""),
            ("docs/spec/moves.md", "# Moves\n## A run, step by step\n"),
        ]);
        let file = tree.files.iter().find(|file| file.path == path).expect("the file");
        let problems = judge(&tree, file, &Forms::new().expect("forms"));
        assert_eq!(problems.len(), expect, "{text}: {problems:?}");
    }

    #[test]
    fn paths_in_comments_exist() {
        check("crates/core/src/fold.rs", "// see `append/lane.rs`", 0);
        check("crates/core/src/fold.rs", "// see `src/append/lane.rs`", 0);
        check("crates/core/src/fold.rs", "// see docs/spec/moves.md.", 0);
        check("crates/core/src/fold.rs", "// see crates/core/src/append", 0);
        check("crates/core/src/fold.rs", "// see `append/street.rs`", 1);
        check("crates/core/src/fold.rs", "// see docs/moves.md", 1);
        check("crates/core/src/fold.rs", "let a = \"docs/moves.md\";", 0);
        check("docs/a.md", "`crates/sim/seeds/NNNN-what.toml`", 0);
    }

    #[test]
    fn links_and_their_anchors_exist() {
        check("docs/a.md", "[moves](spec/moves.md#a-run-step-by-step)", 0);
        check("docs/a.md", "[moves](spec/moves.md#a-walk)", 1);
        check("docs/a.md", "[moves](moves.md)", 1);
        check("docs/a.md", "[elsewhere](https://example.com/a.md)", 0);
    }
}
