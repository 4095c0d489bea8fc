//! `leeward package`: the functions' one zip (REQ-C1), or with `--agent` what an instance unpacks (REQ-C2); the same to
//! the last bit wherever it is made, and a list of what is in it (CycloneDX) beside it.

mod archive;
mod build;
mod parts;

use crate::args::Package;
use anyhow::{Context, bail};
use archive::File;
use build::Program;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// What `synth` and `deploy` take when they are told of no other.
pub(crate) const FUNCTIONS_HERE: &str = "leeward-functions.zip";
pub(crate) const AGENT_HERE: &str = "leeward-agent.tar.zst";
/// Lambda takes this much at most in one call (docs: "Lambda quotas").
const MOST_BYTES: usize = 50 * 1024 * 1024;
const FUNCTIONS: Program = Program { krate: "leeward-functions", name: "bootstrap" };
const AGENT: Program = Program { krate: "leeward-agent", name: "leeward-agent" };

pub(crate) fn run(args: &Package) -> anyhow::Result<bool> {
    let program = if args.agent { AGENT } else { FUNCTIONS };
    let bytes = program.bytes(args.program.as_deref())?;
    let authorities = args.database_ca.as_deref().map(authorities).transpose()?;
    let package =
        if args.agent { agent(bytes, authorities) } else { functions(bytes, authorities) };
    let package = package.context("LW-C013: the package cannot be made")?;
    if package.len() > MOST_BYTES && !args.agent {
        bail!(
            "LW-C035: the package has {} bytes; Lambda accepts at most {MOST_BYTES}",
            package.len()
        );
    }
    let here = if args.agent { AGENT_HERE } else { FUNCTIONS_HERE };
    let out = args.out.clone().unwrap_or_else(|| here.into());
    let digest = hex::encode(Sha256::digest(&package));
    write(&out, &package)?;
    let listed = list_of(&out);
    let parts = parts::bill_of_materials(program, &digest)?;
    if let Some(parts) = &parts {
        write(&listed, format!("{parts:#}\n").as_bytes())?;
    }
    if args.json {
        let listed = parts.is_some().then_some(listed);
        let said =
            json!({"package": out, "bytes": package.len(), "sha256": digest, "sbom": listed});
        println!("{said}");
    } else {
        println!("{}: {} bytes, SHA-256 {digest}", out.display(), package.len());
        match parts {
            Some(_) => println!("{}: what is in it", listed.display()),
            None => println!("no list of what is in it: this is no checkout of Leeward"),
        }
    }
    Ok(true)
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("LW-C014: {} cannot be read", path.display()))
}

/// Certificates and nothing else: a key in a package is a key that everybody has.
fn authorities(path: &Path) -> anyhow::Result<Vec<u8>> {
    let pem = read(path)?;
    let text = String::from_utf8_lossy(&pem);
    if !text.contains("-----BEGIN CERTIFICATE-----") || text.contains("PRIVATE KEY") {
        bail!("LW-C036: {} is not a list of certificates in PEM form", path.display());
    }
    Ok(pem)
}

fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    std::fs::write(path, bytes)
        .with_context(|| format!("LW-C040: {} cannot be written", path.display()))
}

/// Beside the package, by its first name.
fn list_of(package: &Path) -> PathBuf {
    let name = package.file_name().unwrap_or_default().to_string_lossy();
    let first = name.split('.').next().unwrap_or_default();
    package.with_file_name(format!("{first}.cdx.json"))
}

fn functions(program: Vec<u8>, authorities: Option<Vec<u8>>) -> anyhow::Result<Vec<u8>> {
    let mut files: Vec<File> = vec![("bootstrap", 0o755, program)];
    files.extend(authorities.map(|pem| ("database-ca.pem", 0o644, pem)));
    archive::zip(files)
}

/// As it lies on an instance's disk. What differs from one platform to another is not in it: user data writes that.
fn agent(program: Vec<u8>, authorities: Option<Vec<u8>>) -> anyhow::Result<Vec<u8>> {
    let text = |text: &str| text.as_bytes().to_vec();
    let mut files: Vec<File> = vec![
        ("usr/local/bin/leeward-agent", 0o755, program),
        ("etc/systemd/system/leeward-agent.service", 0o644, text(leeward_agent::UNIT)),
        ("etc/logrotate.d/leeward", 0o644, text(leeward_agent::LOG_ROTATION)),
    ];
    files.extend(authorities.map(|pem| ("etc/leeward/database-ca.pem", 0o644, pem)));
    archive::tar_zst(files)
}
