//! Checks the dependency arrows: a crate may depend on the crates that its arrows reach (ADR 4), and on no other crate
//! of the workspace.

use super::tree::Tree;
use std::collections::BTreeSet;

type Arrows = &'static [(&'static str, &'static [&'static str])];

const ARROWS: Arrows = &[
    ("model", &[]),
    ("core", &["model"]),
    ("cloud", &[]),
    ("blueprint", &["model"]),
    ("ports", &["model"]),
    ("http", &[]),
    ("api", &["model"]),
    ("driver", &["core", "ports"]),
    ("aws", &["ports", "http"]),
    ("store", &["ports", "core"]),
    ("service", &["driver", "store", "ports", "api", "http"]),
    ("agent", &["service", "aws"]),
    ("functions", &["agent"]),
    ("client", &["api", "http"]),
    ("wire", &["cloud", "http"]),
    ("local", &["wire", "service", "blueprint", "client"]),
    ("bench", &["local", "client"]),
    ("sim", &["core", "cloud", "blueprint"]),
    ("cli", &["local", "agent", "stacks", "sim", "bench"]),
    ("construct", &[]),
    ("iam", &[]),
    ("stacks", &["construct", "blueprint", "model"]),
];

/// The crates that a crate's tests and build scripts may reach in addition. The adapters are tested against the local
/// cloud, which the product must not contain, and the platform on an emulator is judged by its policies.
const FOR_TESTS: Arrows = &[("aws", &["wire"]), ("cli", &["iam"])];

pub(super) fn check(tree: &Tree) -> anyhow::Result<Vec<String>> {
    let mut problems = Vec::new();
    for path in &tree.paths {
        let parts: Vec<&str> = path.split('/').collect();
        let ["crates", krate, "Cargo.toml"] = parts[..] else { continue };
        let manifest = std::fs::read_to_string(tree.root.join(path))?;
        problems.extend(judge(krate, &manifest.parse()?));
    }
    Ok(problems)
}

fn judge(krate: &str, manifest: &toml::Table) -> Vec<String> {
    if !ARROWS.iter().any(|(name, _)| *name == krate) {
        return vec![format!("crates/{krate}: add it to the arrows in xtask/src/tidy/arrows.rs")];
    }
    let product = reach(krate, ARROWS);
    let mut tests = product.clone();
    for (_, more) in FOR_TESTS.iter().filter(|(name, _)| *name == krate) {
        for name in *more {
            tests.insert(name);
            tests.extend(reach(name, ARROWS));
        }
    }
    let mut problems = Vec::new();
    for (section, table) in sections(manifest) {
        let allowed = if section == "dependencies" { &product } else { &tests };
        for name in table.keys().filter_map(|name| name.strip_prefix("leeward-")) {
            // The tests of a crate may depend on the crate itself, to switch a feature on.
            if !allowed.contains(name) && (section != "dev-dependencies" || name != krate) {
                problems.push(format!(
                    "crates/{krate}/Cargo.toml: [{section}] must not contain leeward-{name}: no arrow reaches it"
                ));
            }
        }
    }
    problems
}

/// Returns the dependency tables of a manifest, including those for a single target platform.
fn sections(manifest: &toml::Table) -> Vec<(&'static str, &toml::Table)> {
    let targets = manifest.get("target").and_then(toml::Value::as_table);
    let targets = targets.into_iter().flat_map(|targets| targets.values());
    let tables: Vec<&toml::Table> =
        std::iter::once(manifest).chain(targets.filter_map(toml::Value::as_table)).collect();
    let names = ["dependencies", "dev-dependencies", "build-dependencies"];
    let of = |name| tables.iter().filter_map(move |table| table.get(name)?.as_table());
    names.into_iter().flat_map(|name| of(name).map(move |table| (name, table))).collect()
}

fn reach(krate: &str, arrows: Arrows) -> BTreeSet<&'static str> {
    let mut all = BTreeSet::new();
    let mut stack = vec![krate.to_owned()];
    while let Some(next) = stack.pop() {
        let targets = arrows.iter().filter(|(from, _)| *from == next);
        for name in targets.flat_map(|(_, to)| *to) {
            if all.insert(*name) {
                stack.push((*name).to_owned());
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(krate: &str, manifest: &str, expect: usize) {
        let problems = judge(krate, &manifest.parse().expect("TOML"));
        assert_eq!(problems.len(), expect, "{krate}: {problems:?}");
    }

    #[test]
    fn every_table_of_dependencies_follows_the_arrows() {
        check("core", "[dependencies]\nleeward-model.workspace = true", 0);
        check("agent", "[dependencies]\nleeward-model.workspace = true", 0);
        check("core", "[dependencies]\nleeward-store.workspace = true", 1);
        check("core", "[dev-dependencies]\nleeward-cloud.workspace = true", 1);
        check("core", "[build-dependencies]\nleeward-cloud.workspace = true", 1);
        check("core", "[target.'cfg(unix)'.dependencies]\nleeward-aws.workspace = true", 1);
    }

    #[test]
    fn tests_of_the_adapters_reach_the_local_cloud_and_the_product_does_not() {
        check("aws", "[dev-dependencies]\nleeward-wire.workspace = true", 0);
        check("aws", "[dependencies]\nleeward-wire.workspace = true", 1);
        check("unknown", "[dependencies]", 1);
    }
}
