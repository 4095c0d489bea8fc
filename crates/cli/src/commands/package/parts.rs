//! The bill of materials of a package: name, version and licence of each crate.

use super::build::{Program, cargo, checkout};
use anyhow::{Context, bail};
use serde_json::{Value, json};

/// Returns a CycloneDX 1.5 document (<https://cyclonedx.org/docs/1.5/json/>) of the crates that are linked into the
/// program; `None` outside a checkout.
pub(super) fn bill_of_materials(
    program: Program,
    package_sha256: &str,
) -> anyhow::Result<Option<Value>> {
    let Ok(root) = checkout() else { return Ok(None) };
    let tree = cargo(&root)
        .args(["tree", "-p", program.krate, "-e", "normal", "--prefix", "none"])
        .args(["--format", "{p}|{l}", "--locked"])
        .output()
        .context("LW-C018: cargo cannot be started")?;
    if !tree.status.success() {
        bail!("LW-C034: cargo tree failed: {}", String::from_utf8_lossy(&tree.stderr));
    }
    let text = String::from_utf8_lossy(&tree.stdout);
    let mut parts: Vec<(&str, &str, &str)> = text.lines().filter_map(part).collect();
    parts.sort_unstable();
    parts.dedup();
    let component = |(name, version, license): &(&str, &str, &str)| {
        let mut component = json!({
            "type": "library",
            "name": name,
            "version": version,
            "purl": format!("pkg:cargo/{name}@{version}"),
        });
        if !license.is_empty() {
            component["licenses"] = json!([{ "expression": license }]);
        }
        component
    };
    let components: Vec<Value> = parts.iter().map(component).collect();
    Ok(Some(json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": { "component": {
            "type": "application",
            "name": program.krate,
            "version": env!("CARGO_PKG_VERSION"),
            "hashes": [{ "alg": "SHA-256", "content": package_sha256 }],
        } },
        "components": components,
    })))
}

/// Parses a line of `cargo tree` such as `name v1.2.3 (path)|license (*)`.
fn part(line: &str) -> Option<(&str, &str, &str)> {
    let (named, license) = line.split_once('|')?;
    let mut words = named.split(' ');
    let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
    Some((name, version, license.trim_end_matches("(*)").trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_tree_are_parts() {
        assert_eq!(
            part("serde v1.0.1|MIT OR Apache-2.0"),
            Some(("serde", "1.0.1", "MIT OR Apache-2.0"))
        );
        assert_eq!(
            part("a v0.1.0 (/somewhere)|Apache-2.0 (*)"),
            Some(("a", "0.1.0", "Apache-2.0"))
        );
        assert_eq!(part("nothing"), None);
    }
}
