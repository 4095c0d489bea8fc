//! Dependencies that a manifest names and no source uses: they cost build time and mislead readers.
//!
//! A check of our own instead of `cargo-machete` or `cargo-shear`, whose installation would take CI longer
//! than all of tidy; both decide by names in the sources too.

use super::tree::Tree;
use anyhow::Context;
use std::path::{Path, PathBuf};

/// Packages whose library has another name.
const LIBRARIES: [(&str, &str); 1] = [("md-5", "md5")];

/// Returns a problem for each dependency of the workspace's packages that their sources never name.
pub(super) fn check(tree: &Tree) -> anyhow::Result<Vec<String>> {
    let root = &tree.root;
    let mut problems = Vec::new();
    let mut packages = vec![root.join("xtask"), root.join("fuzz")];
    for entry in std::fs::read_dir(root.join("crates"))? {
        packages.push(entry?.path());
    }
    packages.sort();
    for package in packages {
        let shown = package.strip_prefix(root).unwrap_or(&package).display().to_string();
        let manifest = std::fs::read_to_string(package.join("Cargo.toml"))
            .with_context(|| format!("{shown}/Cargo.toml"))?;
        let manifest: toml::Table = toml::from_str(&manifest)?;
        let product = read(&package, &["src", "fuzz_targets", "build.rs"])?;
        let tests = product.clone() + &read(&package, &["tests", "benches", "examples"])?;
        for (section, text) in [("dependencies", &product), ("dev-dependencies", &tests)] {
            for name in names(&manifest, section).filter(|name| !is_used(text, name)) {
                problems.push(format!("{shown} names {name} in [{section}] and never uses it"));
            }
        }
    }
    Ok(problems)
}

fn names<'a>(manifest: &'a toml::Table, section: &str) -> impl Iterator<Item = &'a String> {
    let section = manifest.get(section).and_then(toml::Value::as_table);
    section.into_iter().flat_map(toml::Table::keys)
}

/// Returns all Rust source below `parts` of a package, without comments.
fn read(package: &Path, parts: &[&str]) -> anyhow::Result<String> {
    let mut files: Vec<PathBuf> = Vec::new();
    for part in parts.iter().map(|part| package.join(part)) {
        match part.is_file() {
            true => files.push(part),
            false => files.extend(crate::files::below(&part)?),
        }
    }
    let mut all = String::new();
    for file in files.iter().filter(|file| file.extension().is_some_and(|e| e == "rs")) {
        let text = std::fs::read_to_string(file)?;
        for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
            all.push_str(line);
            all.push('\n');
        }
    }
    Ok(all)
}

/// Returns whether `text` has a path that begins with the dependency, or imports it.
fn is_used(text: &str, dependency: &str) -> bool {
    let library = LIBRARIES.iter().find(|(package, _)| *package == dependency);
    let name = library.map_or_else(|| dependency.replace('-', "_"), |(_, name)| (*name).to_owned());
    text.match_indices(&name).any(|(at, _)| {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let before = &text[..at];
        let after = &text[at + name.len()..];
        let imported = before.ends_with("use ") && after.starts_with([';', ' ']);
        !before.ends_with(is_word) && (after.starts_with("::") || imported)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_is_used_by_a_path_or_an_import() {
        let check = |text: &str, expect: bool| assert_eq!(is_used(text, "a-b"), expect, "{text}");
        check("use a_b::C;", true);
        check("    a_b::c();", true);
        check("use a_b;", true);
        check("use a_b as d;", true);
        check("let a_b = 1;", false);
        check("use x_a_b::C;", false);
        check("use a_b_c::C;", false);
        check("\"https://a_b/\"", false);
    }
}
