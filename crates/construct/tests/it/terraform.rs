//! Validates stacks with Terraform itself, if Terraform and its AWS provider are installed.

use serde_json::{Map, Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

const PROVIDER: &str = "registry.terraform.io/hashicorp/aws";

/// Returns a directory for `terraform init -plugin-dir`: the one in `TERRAFORM_PLUGIN_DIR`, or else the first one found
/// in the usual places for such mirrors.
fn plugins() -> Option<PathBuf> {
    let named = std::env::var_os("TERRAFORM_PLUGIN_DIR").map(PathBuf::from);
    let home = std::env::var_os("HOME").map(|home| Path::new(&home).join(".terraform.d"));
    let usual = ["/opt", "/usr/share", "/usr/local/share"].map(PathBuf::from);
    let roots = usual.into_iter().chain(home);
    let below = roots.filter_map(|root| std::fs::read_dir(root).ok()).flatten().flatten();
    named.into_iter().chain(below.map(|entry| entry.path())).find(|dir| dir.join(PROVIDER).is_dir())
}

fn terraform(stack: &Path) -> Command {
    let mut command = Command::new("terraform");
    command.current_dir(stack).env("CHECKPOINT_DISABLE", "1").env_remove("TF_CLI_CONFIG_FILE");
    command
}

/// Returns the directory of the provider, if Terraform is installed too.
#[allow(dead_code, reason = "not every test that shares this file applies")]
pub(crate) fn usable() -> Option<PathBuf> {
    let there = Command::new("terraform").env_remove("TF_CLI_CONFIG_FILE").arg("version").output();
    there.ok().and_then(|_| plugins())
}

/// Validates the directories of written stacks with Terraform. Returns false if Terraform or the provider is not
/// installed.
#[allow(dead_code, reason = "not every test that shares this file validates")]
pub(crate) fn validate(stacks: &[PathBuf]) -> bool {
    let Some(plugins) = usable() else {
        // This line bypasses the test harness, which captures printed output.
        let line = "SKIPPED: no terraform, or no provider on disk: NOTHING was validated";
        writeln!(std::io::stderr(), "{line}").expect("there is a standard error");
        return false;
    };
    // One configuration has all stacks as its modules, because Terraform reads the provider's schema, which takes
    // seconds, once for each configuration.
    let modules: Map<String, Value> = stacks
        .iter()
        .enumerate()
        .map(|(at, stack)| (format!("stack-{at}"), json!({ "source": stack })))
        .collect();
    let root = tempfile::tempdir().expect("a temporary directory");
    let main = json!({ "module": modules }).to_string();
    std::fs::write(root.path().join("main.tf.json"), main).expect("written");
    let init = terraform(root.path())
        .args(["init", "-no-color", "-input=false", "-backend=false", "-plugin-dir"])
        .arg(&plugins)
        .output()
        .expect("terraform runs");
    assert!(init.status.success(), "{}", String::from_utf8_lossy(&init.stderr));
    let validate = terraform(root.path()).args(["validate", "-no-color"]).output();
    let validate = validate.expect("terraform runs");
    assert!(validate.status.success(), "{}", String::from_utf8_lossy(&validate.stderr));
    true
}
