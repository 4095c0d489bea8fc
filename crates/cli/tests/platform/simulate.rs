//! `leeward simulate` from outside: what it refuses, and what it says to a program.

use crate::harness::leeward;
use serde_json::Value;

fn refuses(args: &[&str], says: &str) {
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
fn what_cannot_be_simulated_is_refused() {
    refuses(&["--blueprint", "wrong.toml"], "tick_ms");
    refuses(&["--worlds", "0"], "--worlds");
    refuses(&["--years", "0"], "--years");
    refuses(&["--worlds", "5", "--shrink-to", "no/new.toml"], "LW-S006");
    refuses(&["--scenario", "none.toml"], "LW-S004");
    refuses(&["--scenario", "old.toml"], "LW-S002");
}

#[test]
fn a_program_reads_what_is_promised() {
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
