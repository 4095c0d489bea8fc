//! The files of the repository, which are read once for all checks.

use super::unit_tests::start_of_tests;
use anyhow::Context;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The directories whose files are not part of the repository.
const SKIPPED: [&str; 6] = ["target", ".git", ".terraform", "__pycache__", "node_modules", ".venv"];

/// A text file.
#[derive(Debug, Default)]
pub(super) struct File {
    /// The path relative to the repository's root, with `/` as its separator.
    pub(super) path: String,
    pub(super) text: String,
}

#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) root: PathBuf,
    /// The Rust sources, Python scripts and documents.
    pub(super) files: Vec<File>,
    /// The paths of all files of the repository.
    pub(super) paths: BTreeSet<String>,
}

impl File {
    /// Returns the crate to which the file belongs, if any.
    pub(super) fn krate(&self) -> Option<&str> {
        match self.path.split('/').collect::<Vec<_>>()[..] {
            ["crates", krate, ..] => Some(krate),
            [krate @ ("xtask" | "fuzz"), ..] => Some(krate),
            _ => None,
        }
    }

    pub(super) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    pub(super) fn is_document(&self) -> bool {
        self.path.ends_with(".md")
    }

    /// Returns whether the file consists of tests.
    pub(super) fn is_test(&self) -> bool {
        self.path.contains("/tests/") || self.path.contains("conformance")
    }

    /// Returns whether `cargo xtask codegen` wrote the file.
    pub(super) fn is_generated(&self) -> bool {
        self.text.contains("//! Made by `cargo xtask codegen`")
    }

    /// Returns the part of the file before its unit tests, and the unit tests.
    pub(super) fn code_and_tests(&self) -> (&str, &str) {
        match start_of_tests(&self.text) {
            Some(at) => self.text.split_at(at),
            None if self.is_test() => ("", &self.text),
            None => (&self.text, ""),
        }
    }
}

impl Tree {
    pub(super) fn read(root: &Path) -> anyhow::Result<Tree> {
        let mut tree = Tree { root: root.to_owned(), ..Tree::default() };
        let mut stack = vec![root.to_owned()];
        while let Some(dir) = stack.pop() {
            for entry in std::fs::read_dir(&dir)? {
                let path = entry?.path();
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                if path.is_dir() {
                    if !SKIPPED.contains(&name.as_str()) {
                        stack.push(path);
                    }
                    continue;
                }
                let shown = path.strip_prefix(root).unwrap_or(&path).display().to_string();
                if [".rs", ".py", ".md"].iter().any(|end| name.ends_with(end)) {
                    let text =
                        std::fs::read_to_string(&path).with_context(|| format!("read {shown}"))?;
                    tree.files.push(File { path: shown.clone(), text });
                }
                tree.paths.insert(shown);
            }
        }
        tree.files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(tree)
    }

    /// Returns the Rust sources of all crates, including xtask and the fuzz targets.
    pub(super) fn sources(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.is_rust())
    }

    /// Returns the text of a document. A missing document is an error.
    pub(super) fn document(&self, path: &str) -> anyhow::Result<&str> {
        let file = self.files.iter().find(|file| file.path == path);
        Ok(&file.with_context(|| format!("{path} is missing"))?.text)
    }

    /// Returns the lines of a list file without its comments. Returns none if the file does not exist.
    pub(super) fn list(&self, path: &str) -> Vec<String> {
        let text = std::fs::read_to_string(self.root.join(path)).unwrap_or_default();
        let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
        lines.map(str::to_owned).collect()
    }

    /// Returns whether a file or a directory with this path exists.
    pub(super) fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        self.paths.contains(path) || {
            let dir = format!("{path}/");
            self.paths.range(dir.clone()..).next().is_some_and(|next| next.starts_with(&dir))
        }
    }
}

#[cfg(test)]
impl Tree {
    /// Returns a tree of the given files, for the tests of a check.
    pub(super) fn of(files: &[(&str, &str)]) -> Tree {
        let files = files
            .iter()
            .map(|(path, text)| File { path: (*path).to_owned(), text: (*text).to_owned() });
        let files: Vec<File> = files.collect();
        let paths = files.iter().map(|file| file.path.clone()).collect();
        Tree { root: PathBuf::from("/nowhere"), files, paths }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_begin_with_their_module() {
        let check = |text: &str, expect: &str| {
            let file = File { path: "crates/core/src/a.rs".into(), text: text.into() };
            assert_eq!(file.code_and_tests().0, expect, "{text}");
        };
        check("a\n#[cfg(test)]\nmod tests {}", "a\n");
        check("a\n#[cfg(test)]\npub(crate) mod tests {}", "a\n");
        let other = "#[cfg(test)]\nuse a;\nb\n";
        check(other, other);
        check(&format!("{other}#[cfg(test)]\nmod tests {{}}"), other);
    }
}
