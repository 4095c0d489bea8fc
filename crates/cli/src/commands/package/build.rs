//! Provides the program of a package, which is built here without traces of the build machine or was built before, and
//! checks that the program fits the target system.

use anyhow::{Context, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The glibc version of Amazon Linux 2023, which both Lambda's `provided.al2023` and the instances use. A program that
/// needs newer symbols fails to start.
const GLIBC: (u32, u32) = (2, 34);

/// A program and its crate.
#[derive(Clone, Copy)]
pub(super) struct Program {
    pub(super) krate: &'static str,
    pub(super) name: &'static str,
}

impl Program {
    /// Returns the program's bytes: from the file `named`, which was built before, or from a new build.
    pub(super) fn bytes(self, named: Option<&Path>) -> anyhow::Result<Vec<u8>> {
        let file = match named {
            Some(file) => file.to_owned(),
            None => build(self)?,
        };
        let program = std::fs::read(&file)
            .with_context(|| format!("LW-C014: {} cannot be read", file.display()))?;
        if !is_x86_64(&program) {
            bail!("LW-C015: {} is not a program for Linux on x86-64", file.display());
        }
        let (newest, most) = (newest_glibc(&program), GLIBC);
        if newest > most {
            bail!(
                "LW-C016: {} needs glibc {}.{}, and Amazon Linux 2023 has {}.{}; build it on an older system",
                file.display(),
                newest.0,
                newest.1,
                most.0,
                most.1
            );
        }
        Ok(program)
    }
}

/// Returns whether the ELF header describes a 64-bit program for x86-64: class, byte order and machine (62).
fn is_x86_64(program: &[u8]) -> bool {
    program.starts_with(b"\x7fELF\x02\x01") && program.get(18..20) == Some(&[62, 0])
}

/// Returns the newest `GLIBC_2.x` that the program names, or `(0, 0)` if it names none.
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

/// Returns the root of the checkout that contains the current directory.
pub(super) fn checkout() -> anyhow::Result<PathBuf> {
    let mut dir = std::env::current_dir()?;
    loop {
        if dir.join("crates/functions/Cargo.toml").is_file() {
            return Ok(dir);
        }
        if !dir.pop() {
            bail!(
                "LW-C017: this directory is not in a checkout of Leeward; name a built program with --program"
            );
        }
    }
}

pub(super) fn cargo(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    command
}

/// Builds a program that does not contain the path of the checkout, the path of cargo's registry, or anything else that
/// is specific to this build.
fn build(program: Program) -> anyhow::Result<PathBuf> {
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
        .args(["build", "--release", "--locked", "-p", program.krate, "--bin", program.name])
        .env("CARGO_TARGET_DIR", &target)
        .env("CARGO_INCREMENTAL", "0")
        // C compilers write this instead of the time (reproducible-builds.org/docs/source-date-epoch).
        .env("SOURCE_DATE_EPOCH", "315532800")
        .env("RUSTFLAGS", flags)
        .status()
        .context("LW-C018: cargo cannot be started")?;
    if !status.success() {
        bail!("LW-C019: {} does not build ({status})", program.krate);
    }
    Ok(target.join("release").join(program.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_programs_for_this_machine_are_packaged() {
        let mut head = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0".to_vec();
        assert!(is_x86_64(&head));
        head[18] = 183;
        assert!(!is_x86_64(&head), "aarch64");
        assert!(!is_x86_64(b"#!/bin/sh") && !is_x86_64(b""));
    }

    #[test]
    fn the_newest_glibc_is_found() {
        let check = |text: &[u8], expect| assert_eq!(newest_glibc(text), expect);
        check(b"\0GLIBC_2.9\0GLIBC_2.34\0GLIBC_2.2.5\0", (2, 34));
        check(b"GLIBC_PRIVATE\0GLIBC_2.17", (0, 0));
        check(b"", (0, 0));
    }
}
