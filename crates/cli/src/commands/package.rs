//! `leeward package`: the functions' one zip, the same to the last bit wherever it is made (REQ-C1), and a
//! list of what is in it (CycloneDX) beside it.

use crate::args::Package;
use anyhow::{Context, bail};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// What `synth` and `deploy` take when they are told of no other.
pub(crate) const HERE: &str = "leeward-functions.zip";
/// Lambda takes this much at most in one call (docs: "Lambda quotas").
const MOST_BYTES: usize = 50 * 1024 * 1024;
/// `provided.al2023` has this glibc; a symbol of a newer one ends the function before it begins.
const GLIBC: (u32, u32) = (2, 34);

pub(crate) fn run(args: &Package) -> anyhow::Result<bool> {
    let bootstrap = match &args.bootstrap {
        Some(file) => file.clone(),
        None => build()?,
    };
    let program = std::fs::read(&bootstrap)
        .with_context(|| format!("LW-C013: {} cannot be read", bootstrap.display()))?;
    let newest = newest_glibc(&program);
    if newest > GLIBC {
        bail!(
            "LW-C013: {} asks for glibc {}.{}, and provided.al2023 has {}.{}: build it on an older system",
            bootstrap.display(),
            newest.0,
            newest.1,
            GLIBC.0,
            GLIBC.1
        );
    }
    let mut files = vec![("bootstrap", 0o755, program)];
    if let Some(pem) = &args.database_ca {
        let text = std::fs::read(pem)
            .with_context(|| format!("LW-C013: {} cannot be read", pem.display()))?;
        files.push(("database-ca.pem", 0o644, text));
    }
    let package = zip(files).context("LW-C013: the package cannot be made")?;
    if package.len() > MOST_BYTES {
        bail!("LW-C013: the package has {} bytes, and Lambda takes {MOST_BYTES}", package.len());
    }
    let digest = leeward_model::hex(&Sha256::digest(&package));
    let written = |path: &Path, bytes: &[u8]| {
        std::fs::write(path, bytes)
            .with_context(|| format!("LW-C013: {} cannot be written", path.display()))
    };
    written(&args.out, &package)?;
    let listed = args.out.with_extension("cdx.json");
    let parts = bill_of_materials(&digest)?;
    if let Some(parts) = &parts {
        written(&listed, format!("{parts:#}\n").as_bytes())?;
    }
    if args.json {
        let listed = parts.is_some().then_some(listed);
        let said =
            json!({"package": args.out, "bytes": package.len(), "sha256": digest, "sbom": listed});
        println!("{said}");
    } else {
        println!("{}: {} bytes, SHA-256 {digest}", args.out.display(), package.len());
        match parts {
            Some(_) => println!("{}: what is in it", listed.display()),
            None => println!("no list of what is in it: this is no checkout of Leeward"),
        }
    }
    Ok(true)
}

/// No times, no owners, one order: the same files are the same zip.
fn zip(files: Vec<(&str, u32, Vec<u8>)>) -> anyhow::Result<Vec<u8>> {
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, mode, bytes) in files {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(9))
            .last_modified_time(DateTime::default())
            .unix_permissions(mode);
        writer.start_file(name, options)?;
        writer.write_all(&bytes)?;
    }
    Ok(writer.finish()?.into_inner())
}

/// The newest `GLIBC_2.x` that the program names; `(0, 0)`: none.
fn newest_glibc(program: &[u8]) -> (u32, u32) {
    const NAME: &[u8] = b"GLIBC_";
    let version = |at: usize| {
        let rest = &program[at + NAME.len()..];
        let end = rest.iter().position(|b| !b.is_ascii_digit() && *b != b'.')?;
        let (major, minor) = std::str::from_utf8(&rest[..end]).ok()?.split_once('.')?;
        let minor = minor.split('.').next()?;
        Some((major.parse().ok()?, minor.parse().ok()?))
    };
    let places = program.windows(NAME.len()).enumerate().filter(|(_, part)| *part == NAME);
    places.filter_map(|(at, _)| version(at)).max().unwrap_or((0, 0))
}

/// The root of the checkout that this is called in.
fn checkout() -> anyhow::Result<PathBuf> {
    let mut dir = std::env::current_dir()?;
    loop {
        if dir.join("crates/functions/Cargo.toml").is_file() {
            return Ok(dir);
        }
        if !dir.pop() {
            bail!("LW-C013: this is no checkout of Leeward; name a `bootstrap` with --bootstrap");
        }
    }
}

fn cargo(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    command
}

/// Without the folder's name in it, nor the registry's, nor anything of this build alone.
fn build() -> anyhow::Result<PathBuf> {
    let root = checkout()?;
    let target = root.join("target/package");
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")));
    let mut flags = format!("--remap-path-prefix={}=/leeward -Cstrip=symbols", root.display());
    if let Some(home) = home {
        flags += &format!(" --remap-path-prefix={}=/cargo", home.display());
    }
    let status = cargo(&root)
        .args(["build", "--release", "--locked", "-p", "leeward-functions", "--bin", "bootstrap"])
        .env("CARGO_TARGET_DIR", &target)
        .env("CARGO_INCREMENTAL", "0")
        .env("RUSTFLAGS", flags)
        .status()
        .context("LW-C013: cargo does not start")?;
    if !status.success() {
        bail!("LW-C013: the functions do not build ({status})");
    }
    Ok(target.join("release/bootstrap"))
}

/// CycloneDX 1.5 (<https://cyclonedx.org/docs/1.5/json/>) of everything that is linked into the functions;
/// `None` outside a checkout.
fn bill_of_materials(package_sha256: &str) -> anyhow::Result<Option<Value>> {
    let Ok(root) = checkout() else { return Ok(None) };
    let tree = cargo(&root)
        .args(["tree", "-p", "leeward-functions", "-e", "normal", "--prefix", "none"])
        .args(["--format", "{p}|{l}", "--locked"])
        .output()
        .context("LW-C013: cargo tree")?;
    if !tree.status.success() {
        bail!("LW-C013: cargo tree: {}", String::from_utf8_lossy(&tree.stderr));
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
            "name": "leeward-functions",
            "version": env!("CARGO_PKG_VERSION"),
            "hashes": [{ "alg": "SHA-256", "content": package_sha256 }],
        } },
        "components": components,
    })))
}

/// `name v1.2.3 (where)|license (*)`.
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
    fn the_same_files_are_the_same_zip() {
        let make = || zip(vec![("bootstrap", 0o755, vec![7; 100_000])]).expect("made");
        let first = make();
        assert_eq!(first, make());
        let mut read = zip::ZipArchive::new(std::io::Cursor::new(first)).expect("a zip");
        let file = read.by_name("bootstrap").expect("there");
        assert_eq!((file.unix_mode().map(|m| m & 0o777), file.size()), (Some(0o755), 100_000));
    }

    #[test]
    fn the_newest_glibc_is_found() {
        let check = |text: &[u8], expect| assert_eq!(newest_glibc(text), expect);
        check(b"\0GLIBC_2.9\0GLIBC_2.34\0GLIBC_2.2.5\0", (2, 34));
        check(b"GLIBC_PRIVATE\0GLIBC_2.17", (0, 0));
        check(b"", (0, 0));
    }

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
