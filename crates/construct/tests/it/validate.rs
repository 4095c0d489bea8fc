//! The example, before Terraform itself, where there is one with a provider on disk.

use leeward_construct::{App, check};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A directory that `terraform init -plugin-dir` takes.
fn plugins() -> Option<PathBuf> {
    let named = std::env::var_os("TERRAFORM_PLUGIN_DIR").map(PathBuf::from);
    let home = std::env::var_os("HOME").map(|home| Path::new(&home).join(".terraform.d/plugins"));
    let usual = ["/opt/tf-plugins", "/usr/share/terraform/plugins"].map(PathBuf::from);
    let all = named.into_iter().chain(usual).chain(home);
    all.into_iter().find(|dir| dir.join("registry.terraform.io/hashicorp/aws").is_dir())
}

fn terraform(stack: &Path) -> Command {
    let mut command = Command::new("terraform");
    command.current_dir(stack).env("CHECKPOINT_DISABLE", "1").env_remove("TF_CLI_CONFIG_FILE");
    command
}

/// Has Terraform validate stacks that were written. Says whether it could.
pub(crate) fn validate(out: &Path, stacks: &[&str]) -> bool {
    let there = Command::new("terraform").env_remove("TF_CLI_CONFIG_FILE").arg("version").output();
    let (Ok(_), Some(plugins)) = (there, plugins()) else {
        // Past the test harness, which keeps what is printed to itself.
        let line = "SKIPPED: no terraform, or no provider on disk: NOTHING was validated";
        writeln!(std::io::stderr(), "{line}").expect("there is a standard error");
        return false;
    };
    for stack in stacks {
        let stack = out.join("stacks").join(stack);
        let init = terraform(&stack)
            .args(["init", "-no-color", "-input=false", "-backend=false", "-plugin-dir"])
            .arg(&plugins)
            .output()
            .expect("terraform runs");
        assert!(init.status.success(), "{}", String::from_utf8_lossy(&init.stderr));
        let validate = terraform(&stack).args(["validate", "-no-color"]).output();
        let validate = validate.expect("terraform runs");
        assert!(validate.status.success(), "{}", String::from_utf8_lossy(&validate.stderr));
    }
    true
}

#[allow(dead_code)]
#[path = "../../examples/website.rs"]
mod website;

#[test]
fn terraform_finds_the_example_valid() {
    let out = tempfile::tempdir().expect("a temporary directory");
    // Whatever version is on disk.
    let app = App::new(out.path()).aws_version(">= 5.0");
    website::fill(&app);
    let synthesis = app.write().expect("it is sound");
    for config in synthesis.stacks.values() {
        assert_eq!(check::conforms(config), []);
    }
    validate(out.path(), &synthesis.deployment_order());
}
