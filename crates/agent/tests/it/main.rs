//! `leeward-agent` as systemd starts it, where its environment is not what it should be: it ends, having said why, and
//! the unit starts it anew. What it does on an instance is told by tests/functions.

use std::process::Command;

fn check(variables: &[(&str, &str)], expect: &str) {
    let output = Command::new(env!("CARGO_BIN_EXE_leeward-agent"))
        .env_clear()
        .envs(variables.iter().copied())
        .output()
        .expect("it starts");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(!output.status.success(), "{said}");
    assert!(said.contains(expect), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
}

#[test]
fn an_environment_that_is_not_complete_is_said() {
    let (region, parameter) = (("AWS_REGION", "us-east-1"), ("LEEWARD_PARAMETER", "/leeward/x"));
    check(&[], "LW-A006: AWS_REGION");
    check(&[region], "LW-A006: LEEWARD_PARAMETER");
    check(&[("AWS_REGION", "?"), parameter], "LW-A007");
    let database = ("LEEWARD_DATABASE_HOST", "h");
    check(&[region, parameter, database], "LW-A006: LEEWARD_ENGINE");
    check(&[region, parameter, ("LEEWARD_LISTEN", "here")], "LW-A003");
}
