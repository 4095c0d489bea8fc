//! The `bootstrap` as Lambda starts it, where its environment is not what it should be: it ends at once, having
//! said why, once. What it does with events is told by tests/functions.

use std::process::Command;

fn check(variables: &[(&str, &str)], expect: &str) {
    let output = Command::new(env!("CARGO_BIN_EXE_bootstrap"))
        .env_clear()
        .envs(variables.iter().copied())
        .output()
        .expect("it starts");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(!output.status.success(), "{said}");
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 1, "{said}");
    assert!(lines[0].contains(expect), "{said}");
}

#[test]
fn an_environment_that_is_not_complete_is_said() {
    let region = ("AWS_REGION", "us-east-1");
    let parameter = ("LEEWARD_PARAMETER", "/leeward/x");
    check(&[], "LW-A006: AWS_REGION");
    check(&[region, parameter], "LW-A006: LEEWARD_ROLE");
    check(&[region, parameter, ("LEEWARD_ROLE", "cook")], "LW-X001");
    check(&[region, ("LEEWARD_ROLE", "orders")], "LW-A006: LEEWARD_PARAMETER");
    check(&[region, parameter, ("LEEWARD_ROLE", "orders")], "LW-X012");
}
