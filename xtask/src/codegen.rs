//! The generator of the AWS provider's bindings. It reads the provider's schema and the list of wanted types, and
//! writes the files of `crates/construct/src/aws/` with the macros of that crate's `bind.rs`.

mod emit;
mod modules;

use anyhow::{Context, bail};
use emit::{Bound, Kind};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The version of the provider whose schema the bindings follow.
const VERSION: &str = "6.62.0";
/// The version of the provider whose schema marks sensitive attributes. The schema of [`VERSION`] marks none.
const SENSITIVE_FROM: &str = "5.100.0";
const PROVIDER: &str = "registry.terraform.io/hashicorp/aws";
const LIST: &str = "crates/construct/aws-types.txt";
const OUT: &str = "crates/construct/src/aws";

/// Writes the bindings.
pub(crate) fn run(root: &Path) -> anyhow::Result<()> {
    println!("== codegen");
    write(root, &bindings(root)?)
}

/// Compares the bindings with the provider's schema. The schema is not part of the repository; if it is absent, the
/// function returns the line that reports the skip.
pub(crate) fn check(root: &Path) -> anyhow::Result<Option<String>> {
    println!("== codegen --check");
    let needed = [VERSION, SENSITIVE_FROM].map(|version| schema_path(root, version));
    if let Some(path) = needed.iter().find(|path| !path.is_file()) {
        let path = path.display();
        let line = format!("SKIPPED: codegen --check: the provider's schema is absent: {path}");
        println!("{line}");
        return Ok(Some(line));
    }
    compare(root, &bindings(root)?)?;
    Ok(None)
}

/// Returns the text of each file of the bindings. The keys are the files' paths below [`OUT`].
fn bindings(root: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let schema = schema(root, VERSION)?;
    let older = schema_of_sensitive(root)?;
    let list = std::fs::read_to_string(root.join(LIST)).with_context(|| LIST.to_owned())?;
    let mut bound = Vec::new();
    for (kind, name) in wanted(&list)? {
        let section = kind.section();
        let found = &schema[section][format!("aws_{name}")]["block"];
        if found.is_null() {
            bail!("{LIST} wants {name}, but the schema has no aws_{name} in {section}");
        }
        let hidden = &older[section][format!("aws_{name}")]["block"];
        bound.push(Bound::new(kind, name, found, hidden)?);
    }
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for one in &bound {
        files.insert(one.path(), one.text(VERSION));
    }
    for (path, text) in modules::modules(&bound, VERSION) {
        files.insert(path, formatted(root, &text)?);
    }
    Ok(files)
}

fn schema_path(root: &Path, version: &str) -> PathBuf {
    root.join(format!("../shared/schema/aws-{version}.json"))
}

fn schema(root: &Path, version: &str) -> anyhow::Result<Value> {
    let path = schema_path(root, version);
    let text = std::fs::read_to_string(&path).with_context(|| {
        format!(
            "the provider's schema is missing: {}; write it with `terraform providers schema \
             -json` where the provider is installed (the checked-in bindings do not need it)",
            path.display()
        )
    })?;
    let mut all: Value = serde_json::from_str(&text).with_context(|| path.display().to_string())?;
    Ok(all["provider_schemas"][PROVIDER].take())
}

fn schema_of_sensitive(root: &Path) -> anyhow::Result<Value> {
    schema(root, SENSITIVE_FROM).context("cannot tell which attributes are sensitive")
}

fn wanted(list: &str) -> anyhow::Result<BTreeSet<(Kind, String)>> {
    let mut out = BTreeSet::new();
    for line in list.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let (kind, name) = line.split_once(' ').with_context(|| format!("{LIST}: {line}"))?;
        let kind = Kind::parse(kind).with_context(|| format!("{LIST}: {line}: no such kind"))?;
        if !out.insert((kind, name.to_owned())) {
            bail!("{LIST} names {line} twice");
        }
    }
    Ok(out)
}

/// Formats the generated code that is outside the macros with rustfmt.
fn formatted(root: &Path, text: &str) -> anyhow::Result<String> {
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024", "--config-path"])
        .arg(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("rustfmt is needed to write the bindings")?;
    if let Some(mut input) = rustfmt.stdin.take() {
        input.write_all(text.as_bytes())?;
    }
    let done = rustfmt.wait_with_output()?;
    if !done.status.success() {
        bail!("rustfmt rejects the generated code");
    }
    Ok(String::from_utf8(done.stdout)?)
}

fn write(root: &Path, files: &BTreeMap<String, String>) -> anyhow::Result<()> {
    let out = root.join(OUT);
    for path in present(&out)? {
        if !files.contains_key(&path) {
            std::fs::remove_file(out.join(&path))?;
        }
    }
    for (path, text) in files {
        let path = out.join(path);
        std::fs::create_dir_all(path.parent().unwrap_or(&out))?;
        std::fs::write(&path, text).with_context(|| path.display().to_string())?;
    }
    println!("{} files in {OUT}", files.len());
    Ok(())
}

fn compare(root: &Path, files: &BTreeMap<String, String>) -> anyhow::Result<()> {
    let out = root.join(OUT);
    let mut stale: Vec<String> =
        present(&out)?.into_iter().filter(|path| !files.contains_key(path)).collect();
    for (path, text) in files {
        if std::fs::read_to_string(out.join(path)).ok().as_deref() != Some(text) {
            stale.push(path.clone());
        }
    }
    if !stale.is_empty() {
        stale.sort();
        bail!("differs from the schema: {}; run `cargo xtask codegen`", stale.join(", "));
    }
    println!("{} files are up to date", files.len());
    Ok(())
}

/// Returns the existing files, as paths below the directory.
fn present(out: &Path) -> anyhow::Result<Vec<String>> {
    let files = crate::files::below(out)?;
    files.iter().map(|path| Ok(path.strip_prefix(out)?.display().to_string())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_without_the_schema_is_a_skip_that_ci_counts() {
        let skipped = check(Path::new("/nowhere")).expect("not a failure");
        assert!(skipped.is_some_and(|line| line.starts_with("SKIPPED: ")));
    }
}
