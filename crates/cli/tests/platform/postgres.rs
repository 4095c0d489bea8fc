//! The platform on a pair of PostgreSQL servers. Without PostgreSQL these tests fail and name the package to install.

use crate::harness::{A, B, Platform, accepts, has_role, is_healthy, leeward};
use leeward_api::{DatabaseEngine, DatabaseRole, DatabaseView, PlatformStatus};
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

fn database(status: &PlatformStatus, region: usize) -> DatabaseView {
    status.regions.get(region).map(|region| region.database.clone()).unwrap_or_default()
}

/// Returns the process ids of the two servers and of their parent shells. All of them have the label `mark` of
/// `secrets.json` in their command lines.
fn servers_on(dir: &Path) -> Vec<u32> {
    let secrets = std::fs::read_to_string(dir.join("database/secrets.json")).expect("secrets");
    let secrets: Value = serde_json::from_str(&secrets).expect("JSON");
    let mark = secrets["mark"].as_str().expect("a mark").to_owned();
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").expect("procfs").flatten() {
        let Ok(pid) = entry.file_name().to_string_lossy().parse::<u32>() else { continue };
        let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        if String::from_utf8_lossy(&line).contains(&mark) {
            found.push(pid);
        }
    }
    found
}

fn wait_for_no_servers(dir: &Path) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !servers_on(dir).is_empty() {
        assert!(Instant::now() < deadline, "servers outlived their supervisor");
        std::thread::park_timeout(Duration::from_millis(50));
    }
}

fn wait_pair(p: &Platform, writer: usize) {
    p.wait("a writer and a reader", 60, |s| {
        has_role(s, [A, B][writer], DatabaseRole::Writer)
            && has_role(s, [A, B][1 - writer], DatabaseRole::Reader)
    });
}

async fn accept(p: &Platform, region: usize, ids: impl Iterator<Item = u32>) {
    for n in ids {
        p.accepted(region, "desk", &format!("o-{n}")).await;
    }
}

/// Asserts that each of the first `count` orders is in the Region's book exactly once (SAFE-1, SAFE-4).
async fn assert_all_booked(p: &Platform, region: usize, count: u32) {
    for n in 1..=count {
        p.wait_booked(region, "desk", &format!("o-{n}")).await;
    }
    let account = p.account(region, "desk").await;
    assert_eq!((account.booked, account.watermark.0), (count.into(), count.into()));
}

/// A Region and its server are lost and return. The server's database is rewound, and the platform fails back.
#[tokio::test(flavor = "multi_thread")]
async fn a_region_is_lost_with_its_server_and_returns() {
    let p = Platform::up_on_postgres();
    assert_eq!(database(&p.status(), 0).engine, Some(DatabaseEngine::Postgres.into()));
    wait_pair(&p, 0);
    accept(&p, 0, 1..=20).await;
    assert_all_booked(&p, 0, 20).await;
    p.fault(&["kill", A]);
    let status = p.wait_active(B);
    assert!(has_role(&status, A, DatabaseRole::Down), "a Region's loss takes its database with it");
    accept(&p, 1, 21..=40).await;
    assert_all_booked(&p, 1, 40).await;
    p.fault(&["restart", A]);
    wait_pair(&p, 1);
    assert_all_booked(&p, 0, 40).await;
    p.wait("A able to take over", 30, |s| accepts(s, A) && is_healthy(s, A));
    p.run_ok(&["failback", "--yes", "--json"]);
    p.wait_active(A);
    wait_pair(&p, 0);
    accept(&p, 0, 41..=50).await;
    assert_all_booked(&p, 0, 50).await;
    assert_all_booked(&p, 1, 50).await;
}

/// SAFE-9: a switchover in either direction loses no part of the book. No database is copied again, because the old
/// writer shuts down cleanly and then follows the new one.
#[tokio::test(flavor = "multi_thread")]
async fn a_switchover_and_a_failback_leave_no_database_diverged() {
    let p = Platform::up_on_postgres();
    accept(&p, 0, 1..=20).await;
    assert_all_booked(&p, 0, 20).await;
    let id = p.dir.path().join("database").join(A).join("whole");
    let made = std::fs::metadata(&id).expect("there").modified().expect("a time");
    p.run_ok(&["switchover", "--to", B, "--yes", "--json"]);
    wait_pair(&p, 1);
    accept(&p, 1, 21..=30).await;
    assert_all_booked(&p, 1, 30).await;
    assert_all_booked(&p, 0, 30).await;
    p.run_ok(&["failback", "--yes", "--json"]);
    wait_pair(&p, 0);
    accept(&p, 0, 31..=40).await;
    assert_all_booked(&p, 0, 40).await;
    assert_all_booked(&p, 1, 40).await;
    let now = std::fs::metadata(&id).expect("there").modified().expect("a time");
    assert_eq!(made, now, "neither rewound nor copied");
}

/// The new writer folds again the entries that the lost writer had committed but not sent. The lost writer's own
/// commits are never mixed with those of the new one, even after a restart of the platform.
#[tokio::test(flavor = "multi_thread")]
async fn a_tail_that_was_never_sent_is_folded_again() {
    let mut p = Platform::up_on_postgres();
    wait_pair(&p, 0);
    accept(&p, 0, 1..=5).await;
    p.wait("B level", 30, |s| database(s, 1).behind == Some(0));
    p.fault(&["lag", A, "600000"]);
    accept(&p, 0, 6..=30).await;
    assert_all_booked(&p, 0, 30).await;
    p.wait("B behind", 10, |s| database(s, 1).behind > Some(0));
    p.fault(&["kill", A]);
    p.wait_active(B);
    accept(&p, 1, 31..=40).await;
    assert_all_booked(&p, 1, 40).await;
    assert!(p.run(&["down"]).status.success());
    wait_for_no_servers(p.dir.path());
    p.up_again();
    wait_pair(&p, 1);
    p.wait("B accepting", 20, |s| accepts(s, B));
    accept(&p, 1, 41..=41).await;
    assert_all_booked(&p, 1, 41).await;
    assert_all_booked(&p, 0, 41).await;
}

/// A database with a destroyed volume is an orphan until it is copied.
#[tokio::test(flavor = "multi_thread")]
async fn a_destroyed_volume_is_copied_again() {
    let p = Platform::up_on_postgres();
    accept(&p, 0, 1..=20).await;
    assert_all_booked(&p, 0, 20).await;
    p.fault(&["destroy", A]);
    assert!(has_role(&p.status(), A, DatabaseRole::Orphan));
    p.wait_active(B);
    accept(&p, 1, 21..=25).await;
    p.fault(&["restart", A]);
    wait_pair(&p, 1);
    assert_all_booked(&p, 1, 25).await;
    assert_all_booked(&p, 0, 25).await;
    // The same holds for a standby, although its loss starts no move.
    p.fault(&["destroy", A]);
    p.fault(&["restart", A]);
    wait_pair(&p, 1);
    assert_all_booked(&p, 0, 25).await;
}

/// The surviving Region loses its book as well. It creates a new book and folds it from the ledger.
#[tokio::test(flavor = "multi_thread")]
async fn a_region_without_a_database_takes_over() {
    let p = Platform::up_on_postgres();
    wait_pair(&p, 0);
    accept(&p, 0, 1..=20).await;
    assert_all_booked(&p, 0, 20).await;
    p.fault(&["kill", B]);
    // The ledger stays; only the book is lost.
    std::fs::remove_file(p.dir.path().join("database").join(B).join("whole")).expect("removed");
    p.fault(&["kill", A]);
    p.fault(&["restart", B]);
    p.wait_active(B);
    accept(&p, 1, 21..=25).await;
    assert_all_booked(&p, 1, 25).await;
    p.fault(&["restart", A]);
    wait_pair(&p, 1);
    assert_all_booked(&p, 0, 25).await;
}

/// No process can reach an isolated writer to fence it, but nothing that the writer sends arrives.
#[tokio::test(flavor = "multi_thread")]
async fn isolation_stops_replication() {
    let p = Platform::up_on_postgres();
    wait_pair(&p, 0);
    accept(&p, 0, 1..=5).await;
    assert_all_booked(&p, 0, 5).await;
    p.fault(&["isolate", A]);
    p.wait_active(B);
    accept(&p, 1, 6..=10).await;
    assert_all_booked(&p, 1, 10).await;
    assert!(has_role(&p.status(), B, DatabaseRole::Writer));
    p.fault(&["clear"]);
    wait_pair(&p, 1);
    assert_all_booked(&p, 0, 10).await;
}

/// The next start succeeds after a SIGKILL of the supervisor alone, and after a SIGKILL of all processes.
#[tokio::test(flavor = "multi_thread")]
async fn a_killed_supervisor_does_not_block_the_next_start() {
    let mut p = Platform::up_on_postgres();
    wait_pair(&p, 0);
    accept(&p, 0, 1..=10).await;
    assert_all_booked(&p, 0, 10).await;
    assert!(servers_on(p.dir.path()).len() > 10, "two servers with their processes");
    p.kill_supervisor();
    wait_for_no_servers(p.dir.path());
    p.up_again();
    wait_pair(&p, 0);
    accept(&p, 0, 11..=20).await;
    assert_all_booked(&p, 0, 20).await;
    assert_all_booked(&p, 1, 20).await;
    // The next `up` runs while the servers are still ending.
    p.kill_supervisor();
    p.up_again();
    wait_pair(&p, 0);
    accept(&p, 0, 21..=30).await;
    assert_all_booked(&p, 1, 30).await;
    // The shells and the postmasters die first, so their children have no parent.
    p.kill_supervisor();
    for pid in servers_on(p.dir.path()) {
        let _ = Command::new("kill").args(["-9", &pid.to_string()]).output();
    }
    p.up_again();
    wait_pair(&p, 0);
    accept(&p, 0, 31..=40).await;
    assert_all_booked(&p, 0, 40).await;
    assert_all_booked(&p, 1, 40).await;
}

#[test]
fn a_directory_stays_with_its_database() {
    let p = Platform::up_on_postgres();
    assert!(p.run(&["down"]).status.success());
    let refused = |dir: &Path, asked: &str| {
        let up = ["up", "--port", "0", "--database", asked, "--dir"];
        let out = leeward(&up).arg(dir).output().expect("runs");
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        assert_eq!(out.status.code(), Some(2), "{said}");
        assert!(said.contains("LW-U008") && said.contains("--dir"), "{said}");
    };
    refused(p.dir.path(), "sqlite");
    // The refusal changed nothing: the platform starts with its own kind, even without the option.
    let mut p = p;
    p.up_again();
    assert_eq!(database(&p.status(), 0).engine, Some(DatabaseEngine::Postgres.into()));
    drop(p);
    let p = Platform::up();
    assert!(p.run(&["down"]).status.success());
    refused(p.dir.path(), "postgres");
}

/// No password appears in a command line, an environment or a log; each is only in files of mode 0600.
#[test]
fn passwords_are_in_private_files_alone() {
    use std::os::unix::fs::PermissionsExt;
    let p = Platform::up_on_postgres();
    wait_pair(&p, 0);
    let secrets = std::fs::read_to_string(p.dir.path().join("database/secrets.json"));
    let secrets: Value = serde_json::from_str(&secrets.expect("secrets")).expect("JSON");
    let passwords: Vec<&str> = ["supervisor", "replica", "agent"]
        .map(|name| secrets[name].as_str().expect("a password"))
        .to_vec();
    let says = |text: &[u8]| {
        let text = String::from_utf8_lossy(text);
        passwords.iter().any(|password| text.contains(password))
    };
    for entry in std::fs::read_dir("/proc").expect("procfs").flatten() {
        for name in ["cmdline", "environ"] {
            let text = std::fs::read(entry.path().join(name)).unwrap_or_default();
            assert!(!says(&text), "{}", entry.path().join(name).display());
        }
    }
    let mut found = 0;
    let mut left = vec![p.dir.path().to_owned()];
    while let Some(path) = left.pop() {
        let Ok(meta) = path.symlink_metadata() else { continue };
        if meta.is_dir() {
            left.extend(std::fs::read_dir(&path).expect("read").flatten().map(|e| e.path()));
        } else if std::fs::read(&path).is_ok_and(|text| says(&text)) {
            found += 1;
            assert_eq!(meta.permissions().mode() & 0o077, 0, "{}", path.display());
        }
    }
    assert!(found >= 4, "secrets, credentials and two passfiles; found {found}");
}
