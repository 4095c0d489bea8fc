//! Checks for dependencies that a manifest names but no source uses, because they cost build time and mislead readers.
//!
//! This check replaces `cargo-machete` and `cargo-shear`, whose installation would take CI longer than all tidy checks.
//! Both tools also decide by the names in the sources.

use super::tree::Tree;
use anyhow::Context;

/// The packages whose library has another name.
const LIBRARIES: [(&str, &str); 1] = [("md-5", "md5")];

/// Returns a problem for each dependency of the workspace's packages that their sources never name.
pub(super) fn check(tree: &Tree) -> anyhow::Result<Vec<String>> {
    let mut problems = Vec::new();
    for manifest in tree.paths.iter().filter(|path| path.ends_with("/Cargo.toml")) {
        let text = std::fs::read_to_string(tree.root.join(manifest))?;
        problems.extend(judge(tree, manifest, &text).with_context(|| manifest.clone())?);
    }
    Ok(problems)
}

fn judge(tree: &Tree, manifest: &str, text: &str) -> anyhow::Result<Vec<String>> {
    let package = manifest.trim_end_matches("/Cargo.toml");
    let manifest: toml::Table = toml::from_str(text)?;
    let product = sources(tree, package, &["src/", "fuzz_targets/", "build.rs"]);
    let tests = product.clone() + &sources(tree, package, &["tests/", "benches/", "examples/"]);
    let mut problems = Vec::new();
    for (section, text) in [("dependencies", &product), ("dev-dependencies", &tests)] {
        for name in names(&manifest, section).filter(|name| !is_used(text, name)) {
            problems.push(format!("{package} names {name} in [{section}] and never uses it"));
        }
    }
    Ok(problems)
}

fn names<'a>(manifest: &'a toml::Table, section: &str) -> impl Iterator<Item = &'a String> {
    let section = manifest.get(section).and_then(toml::Value::as_table);
    section.into_iter().flat_map(toml::Table::keys)
}

/// Returns all Rust source below `parts` of a package, without its comments.
fn sources(tree: &Tree, package: &str, parts: &[&str]) -> String {
    let within = |path: &str| {
        let inner = path.strip_prefix(package).and_then(|rest| rest.strip_prefix('/'));
        inner.is_some_and(|inner| parts.iter().any(|part| inner.starts_with(part)))
    };
    let mut all = String::new();
    for source in tree.sources().filter(|source| within(&source.path)) {
        let lines = source.text.lines().filter(|line| !line.trim_start().starts_with("//"));
        lines.for_each(|line| all.extend([line, "\n"]));
    }
    all
}

/// Returns whether `text` contains a path that begins with the dependency, or imports the dependency.
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
    fn a_dependency_belongs_to_the_sources_of_its_package_and_section() {
        let check = |files: &[(&str, &str)], expect: usize| {
            let manifest = "[dependencies]\na = \"1\"\n[dev-dependencies]\nb = \"1\"";
            let found = judge(&Tree::of(files), "crates/core/Cargo.toml", manifest);
            assert_eq!(found.expect("a manifest").len(), expect, "{files:?}");
        };
        let (product, test) = ("crates/core/src/a.rs", "crates/core/tests/it/a.rs");
        check(&[(product, "use a::C;"), (test, "use b::C;")], 0);
        check(&[(product, "use a::C; use b::C;")], 0);
        check(&[(test, "use a::C; use b::C;")], 1);
        check(&[("crates/coreless/src/a.rs", "use a::C; use b::C;")], 2);
        check(&[(product, "// use a::C;")], 2);
    }

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
