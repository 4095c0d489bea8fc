//! Starts the `bootstrap` as Lambda does, with an invalid environment. The process must exit immediately and report the
//! reason in one line. tests/functions covers the handling of events.

use std::process::Command;

fn check(variables: &[(&str, &str)], expect: &str) {
    let output = Command::new(env!("CARGO_BIN_EXE_bootstrap"))
        .env_clear()
        .envs(variables.iter().copied())
        .output()
        .expect("it starts");
    let log = String::from_utf8_lossy(&output.stdout);
    assert!(!output.status.success(), "{log}");
    let lines: Vec<&str> = log.lines().collect();
    assert_eq!(lines.len(), 1, "{log}");
    assert!(lines[0].contains(expect), "{log}");
}

#[test]
fn an_incomplete_environment_is_reported() {
    let region = ("AWS_REGION", "us-east-1");
    let parameter = ("LEEWARD_PARAMETER", "/leeward/x");
    check(&[], "LW-A006: AWS_REGION");
    check(&[region, parameter], "LW-A006: LEEWARD_ROLE");
    check(&[region, parameter, ("LEEWARD_ROLE", "cook")], "LW-X001");
    check(&[region, ("LEEWARD_ROLE", "orders")], "LW-A006: LEEWARD_PARAMETER");
    check(&[region, parameter, ("LEEWARD_ROLE", "orders")], "LW-X012");
}
