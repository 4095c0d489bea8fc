//! Starts that cannot succeed: a clear message, exit code 2, and no leftovers.

use crate::harness::leeward;
use std::net::TcpListener;

fn assert_refused(args: &[&str], dir: &std::path::Path, expect: &str) {
    let out = leeward(args).arg("--dir").arg(dir).output().expect("runs");
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert_eq!(out.status.code(), Some(2), "{said}");
    assert!(said.contains(expect), "{expect:?} in {said}");
}

#[test]
fn ports_in_use_are_reported() {
    let dir = tempfile::tempdir().expect("a directory");
    // This port is outside the range from which the platforms of other tests choose their ports.
    let taken = TcpListener::bind("127.0.0.1:45603").expect("free in this test's own range");
    assert_refused(&["up", "--port", "45600"], dir.path(), "127.0.0.1:45603");
    drop(taken);
}

#[test]
fn an_unusable_directory_is_reported() {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("file");
    std::fs::write(&file, "not a directory").expect("written");
    assert_refused(&["up", "--port", "0"], &file.join("below"), "LW-U001");
    assert_refused(&["up", "--port", "0"], std::path::Path::new("/proc/leeward"), "LW-U001");
}

#[test]
fn an_invalid_blueprint_is_reported_with_line_and_column() {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("leeward.toml");
    std::fs::write(&file, "suffix = \"x\"\n[regions]\nprimry = \"us-east-1\"\n").expect("written");
    let path = file.to_str().expect("UTF-8");
    assert_refused(&["up", "--port", "0", "--blueprint", path], dir.path(), "leeward.toml:3:1");
    let missing = dir.path().join("none.toml");
    let path = missing.to_str().expect("UTF-8");
    assert_refused(&["up", "--port", "0", "--blueprint", path], dir.path(), "LW-C001");
}

#[test]
fn verbs_report_a_missing_platform() {
    let dir = tempfile::tempdir().expect("a directory");
    for verb in ["status", "down"] {
        assert_refused(&[verb], dir.path(), "LW-C002");
    }
}
