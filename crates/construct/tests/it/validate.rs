//! Validates the example with Terraform.

use crate::terraform::validate;
use leeward_construct::{App, check};

#[allow(dead_code)]
#[path = "../../examples/website.rs"]
mod website;

#[test]
fn terraform_finds_the_example_valid() {
    let out = tempfile::tempdir().expect("a temporary directory");
    // The test accepts any version of the provider that is on disk.
    let app = App::new(out.path()).aws_version(">= 5.0");
    website::fill(&app);
    let synthesis = app.write().expect("it is sound");
    for config in synthesis.stacks.values() {
        assert_eq!(check::conforms(config), []);
    }
    let stacks = synthesis.deployment_order();
    let dirs: Vec<_> = stacks.iter().map(|stack| out.path().join("stacks").join(stack)).collect();
    validate(&dirs);
}
