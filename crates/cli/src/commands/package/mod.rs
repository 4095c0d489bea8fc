//! `leeward package`: the functions' zip (REQ-C1), or with `--agent` the archive that an instance unpacks (REQ-C2). The
//! package is reproducible to the last bit, and a bill of materials (CycloneDX) is written beside it.

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

/// The functions' package that `synth` and `deploy` use by default.
pub(crate) const FUNCTIONS_HERE: &str = "leeward-functions.zip";
pub(crate) const AGENT_HERE: &str = "leeward-agent.tar.zst";
/// The largest package that Lambda accepts in one call (docs: "Lambda quotas").
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
    let listed = bill_path(&out);
    let parts = parts::bill_of_materials(program, &digest)?;
    if let Some(parts) = &parts {
        write(&listed, format!("{parts:#}\n").as_bytes())?;
    }
    if args.json {
        let listed = parts.is_some().then_some(listed);
        let document =
            json!({"package": out, "bytes": package.len(), "sha256": digest, "sbom": listed});
        println!("{document}");
    } else {
        println!("{}: {} bytes, SHA-256 {digest}", out.display(), package.len());
        match parts {
            Some(_) => println!("{}: bill of materials", listed.display()),
            None => {
                println!("no bill of materials: this directory is not in a checkout of Leeward")
            }
        }
    }
    Ok(true)
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("LW-C014: {} cannot be read", path.display()))
}

/// Reads a file of certificates and refuses one with a private key, which the package would publish.
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

/// Returns the path of the bill of materials: beside the package, under the package's name up to its first dot.
fn bill_path(package: &Path) -> PathBuf {
    let name = package.file_name().unwrap_or_default().to_string_lossy();
    let first = name.split('.').next().unwrap_or_default();
    package.with_file_name(format!("{first}.cdx.json"))
}

fn functions(program: Vec<u8>, authorities: Option<Vec<u8>>) -> anyhow::Result<Vec<u8>> {
    let mut files: Vec<File> = vec![("bootstrap", 0o755, program)];
    files.extend(authorities.map(|pem| ("database-ca.pem", 0o644, pem)));
    archive::zip(files)
}

/// Packs the files under their paths on an instance's disk. The instance's user data writes the files that differ
/// between platforms.
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
