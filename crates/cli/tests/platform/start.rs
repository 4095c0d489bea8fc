//! Starting where it cannot work: a clear message and exit 2, nothing left behind.

use crate::harness::leeward;
use std::net::TcpListener;

fn refused(args: &[&str], dir: &std::path::Path, expect: &str) {
    let out = leeward(args).arg("--dir").arg(dir).output().expect("runs");
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert_eq!(out.status.code(), Some(2), "{said}");
    assert!(said.contains(expect), "{expect:?} in {said}");
}

#[test]
fn taken_ports_are_named() {
    let dir = tempfile::tempdir().expect("a directory");
    // Far from where other tests' platforms find their places.
    let taken = TcpListener::bind("127.0.0.1:45603").expect("free in this test's own range");
    refused(&["up", "--port", "45600"], dir.path(), "127.0.0.1:45603");
    drop(taken);
}

#[test]
fn a_directory_that_cannot_be_used() {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("file");
    std::fs::write(&file, "not a directory").expect("written");
    refused(&["up", "--port", "0"], &file.join("below"), "LW-U001");
    refused(&["up", "--port", "0"], std::path::Path::new("/proc/leeward"), "LW-U001");
}

#[test]
fn a_wrong_blueprint_has_line_and_column() {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("leeward.toml");
    std::fs::write(&file, "suffix = \"x\"\n[regions]\nprimry = \"us-east-1\"\n").expect("written");
    let path = file.to_str().expect("UTF-8");
    refused(&["up", "--port", "0", "--blueprint", path], dir.path(), "leeward.toml:3:1");
    let missing = dir.path().join("none.toml");
    let path = missing.to_str().expect("UTF-8");
    refused(&["up", "--port", "0", "--blueprint", path], dir.path(), "LW-C001");
}

#[test]
fn nothing_runs_here() {
    let dir = tempfile::tempdir().expect("a directory");
    for verb in ["status", "down"] {
        refused(&[verb], dir.path(), "LW-C002");
    }
}
