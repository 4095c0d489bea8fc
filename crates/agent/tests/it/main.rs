//! Starts `leeward-agent` as systemd does, with an invalid environment. The process must exit and report the reason in
//! one line; the unit then restarts it. tests/functions covers its behaviour on an instance.

use std::process::Command;

fn check(variables: &[(&str, &str)], expect: &str) {
    let output = Command::new(env!("CARGO_BIN_EXE_leeward-agent"))
        .env_clear()
        .envs(variables.iter().copied())
        .output()
        .expect("it starts");
    let log = String::from_utf8_lossy(&output.stdout);
    assert!(!output.status.success(), "{log}");
    assert!(log.contains(expect), "{log}");
    assert_eq!(log.lines().count(), 1, "{log}");
}

#[test]
fn an_incomplete_environment_is_reported() {
    let (region, parameter) = (("AWS_REGION", "us-east-1"), ("LEEWARD_PARAMETER", "/leeward/x"));
    check(&[], "LW-A006: AWS_REGION");
    check(&[region], "LW-A006: LEEWARD_PARAMETER");
    check(&[("AWS_REGION", "?"), parameter], "LW-A007");
    let database = ("LEEWARD_DATABASE_HOST", "h");
    check(&[region, parameter, database], "LW-A006: LEEWARD_ENGINE");
    check(&[region, parameter, ("LEEWARD_LISTEN", "here")], "LW-A003");
}
