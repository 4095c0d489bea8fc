//! Durability across kills of all processes, a destroyed directory and a full disk.

use crate::harness::{A, B, Platform, accepts, active, has_role, leeward, processes_on, skipped};
use leeward_api::DatabaseRole;
use std::time::{Duration, Instant};

/// Orders survive SIGKILL of every process and the destruction of any one directory (SAFE-1).
#[tokio::test(flavor = "multi_thread")]
async fn orders_survive_kills_and_one_lost_directory() {
    for destroyed in [A, B] {
        let mut p = Platform::up();
        for n in 0..50 {
            p.accepted(0, "desk", &format!("o-{n}")).await;
        }
        for pid in processes_on(p.dir.path()) {
            let _ = std::process::Command::new("kill").args(["-9", &pid.to_string()]).status();
        }
        p.kill_supervisor();
        std::fs::remove_dir_all(p.dir.path().join("cloud").join(destroyed)).expect("deleted");
        p.up_again();
        for n in 0..50 {
            let (status, told) = p.order(1, "desk", &format!("o-{n}")).await;
            assert_eq!((status, told.position()), (200, Some((n + 1, 0))), "{destroyed}: {told}");
        }
    }
}

/// A Region that is destroyed while the platform runs receives its data again when it returns. The other Region can
/// then be lost for good, and no order is lost.
#[tokio::test(flavor = "multi_thread")]
async fn a_destroyed_region_receives_its_data_again() {
    let mut p = Platform::up();
    for n in 0..20 {
        p.accepted(0, "desk", &format!("o-{n}")).await;
    }
    p.fault(&["destroy", A]);
    p.wait_active(B);
    p.accepted(1, "desk", "meanwhile").await;
    p.fault(&["restart", A]);
    p.wait("A a reader again", 30, |s| accepts(s, A) && has_role(s, A, DatabaseRole::Reader));
    p.wait_booked(1, "desk", "meanwhile").await;
    assert!(p.run(&["down"]).status.success());
    std::fs::remove_dir_all(p.dir.path().join("cloud").join(B)).expect("deleted");
    p.up_again();
    assert_eq!(p.order(0, "desk", "o-19").await.0, 200);
    assert_eq!(p.order(0, "desk", "meanwhile").await.0, 200);
}

#[test]
fn a_killed_supervisor_leaves_nothing_running() {
    let mut p = Platform::up();
    assert_eq!(processes_on(p.dir.path()).len(), 3);
    p.kill_supervisor();
    let deadline = Instant::now() + Duration::from_secs(10);
    while !processes_on(p.dir.path()).is_empty() {
        assert!(Instant::now() < deadline, "agents outlived their supervisor");
        std::thread::park_timeout(Duration::from_millis(50));
    }
    p.up_again();
    assert_eq!(active(&p.status()).0, A);
    let second = leeward(&["up", "--port", "0", "--dir"]).arg(p.dir.path()).output().expect("runs");
    assert_eq!(second.status.code(), Some(2));
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(said.contains("LW-U002"), "{said}");
}

/// A Region with a full disk returns 503, loses nothing and recovers. The disk is a small tmpfs; without permission to
/// mount one, the test is skipped.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_and_recovers() {
    let mut p = Platform::up();
    assert_eq!(p.order(0, "desk", "before").await.0, 202);
    assert!(p.run(&["down"]).status.success());
    let replica = p.dir.path().join("cloud");
    let kept = p.dir.path().join("cloud-kept");
    std::fs::rename(&replica, &kept).expect("moved");
    std::fs::create_dir(&replica).expect("made");
    let mounted = std::process::Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=24m", "tmpfs"])
        .arg(&replica)
        .status()
        .is_ok_and(|s| s.success());
    if !mounted {
        return skipped("a full disk (no permission to mount a tmpfs)");
    }
    let mut copy = std::process::Command::new("cp");
    assert!(copy.arg("-a").arg(kept.join(".")).arg(&replica).status().expect("runs").success());
    p.up_again();
    assert_eq!(p.order(0, "desk", "before").await.0, 200);
    let filler = replica.join("filler");
    let full = std::process::Command::new("dd")
        .args(["if=/dev/zero", "bs=64k"])
        .arg(format!("of={}", filler.display()))
        .output();
    drop(full);
    let mut refused = false;
    for n in 0..40 {
        let (status, _) = p.order(0, "desk", &format!("full-{n}")).await;
        refused |= status == 503 || status == 0;
        if refused {
            break;
        }
    }
    assert!(refused, "SAFE-1: a write that is on no disk must not be acknowledged");
    std::fs::remove_file(&filler).expect("room again");
    let deadline = Instant::now() + Duration::from_secs(20);
    while p.order(0, "desk", "after").await.0 >= 300 || p.order(0, "desk", "after").await.0 == 0 {
        assert!(Instant::now() < deadline, "the Region does not recover");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert_eq!(p.order(0, "desk", "before").await.0, 200);
    let account = p.get(0, "/v1/accounts/desk").await;
    assert_eq!(account.status, 200, "{:?}", account.body);
    assert!(p.run(&["down"]).status.success());
    let _ = std::process::Command::new("umount").arg("-l").arg(&replica).status();
}

/// The platform restarts before an old primary with commits of its own has been rebuilt. These commits must not be
/// mixed with those that the new writer ships.
#[tokio::test(flavor = "multi_thread")]
async fn an_old_primary_is_rebuilt_after_a_restart() {
    let mut p = Platform::up();
    p.fault(&["lag", A, "60000"]);
    for n in 0..30 {
        p.accepted(0, "desk", &format!("o-{n}")).await;
    }
    p.wait_booked(0, "desk", "o-29").await;
    p.fault(&["kill", A]);
    p.wait_active(B);
    p.accepted(1, "desk", "later").await;
    p.wait_booked(1, "desk", "later").await;
    assert!(p.run(&["down"]).status.success());
    p.up_again();
    // `up` waits for the primary; the other Region may be ready a moment later.
    p.wait("B accepting", 20, |s| accepts(s, B));
    let (_, told) = p.order(1, "desk", "last").await;
    assert_eq!(told.accepted().seq.0, 32, "{told}");
    // The standby has the writer's book, including the orders whose first booking existed only at the standby.
    p.wait_booked(0, "desk", "last").await;
    let account = p.account(0, "desk").await;
    assert_eq!((account.booked, account.watermark.0), (32, 32), "{account:?}");
}
