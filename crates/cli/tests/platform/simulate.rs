//! `leeward simulate` as a process: the arguments that it refuses, and its JSON report.

use crate::harness::leeward;
use serde_json::Value;

fn assert_refused(args: &[&str], says: &str) {
    let dir = tempfile::tempdir().expect("a directory");
    let old = "format = 0\n";
    std::fs::write(dir.path().join("old.toml"), old).expect("written");
    std::fs::write(dir.path().join("wrong.toml"), "[timing]\ntick_ms = 0\n").expect("written");
    let args = [&["simulate"], args].concat();
    let output = leeward(&args).current_dir(dir.path()).output().expect("it runs");
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{args:?}: {told}");
    assert!(told.contains(says), "{args:?}: {told}");
    assert!(!dir.path().join("new.toml").exists(), "{args:?} left a file behind");
}

#[test]
fn invalid_simulations_are_refused() {
    assert_refused(&["--blueprint", "wrong.toml"], "tick_ms");
    assert_refused(&["--worlds", "0"], "--worlds");
    assert_refused(&["--years", "0"], "--years");
    assert_refused(&["--worlds", "5", "--shrink-to", "no/new.toml"], "LW-S006");
    assert_refused(&["--scenario", "none.toml"], "LW-S004");
    assert_refused(&["--scenario", "old.toml"], "LW-S002");
}

#[test]
fn the_json_report_has_the_documented_fields() {
    let dir = tempfile::tempdir().expect("a directory");
    let args = ["simulate", "--timing", "local", "--worlds", "60", "--json"];
    let output = leeward(&args).current_dir(dir.path()).output().expect("it runs");
    assert_eq!(output.status.code(), Some(0));
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let promised = [
        "worlds",
        "events",
        "events_per_second",
        "failovers",
        "simulated_hours",
        "violations",
        "detect_ms",
        "acceptance_ms",
        "processing_ms",
        "false_moves",
        "false_moves_per_year",
        "trace_hash",
    ];
    for name in promised {
        assert!(report.get(name).is_some(), "{name} is missing in {report}");
    }
    assert_eq!((&report["worlds"], &report["asked"]), (&60.into(), &60.into()));
}
