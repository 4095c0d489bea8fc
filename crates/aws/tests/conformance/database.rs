//! The global cluster: its writer, and moves of the writer.

use crate::check::{Kind, assert_kind, assert_refused, done, eventually};
use crate::ports::{Ports, WITNESS, region};
use leeward_model::{DatabaseView, Region};

async fn described(ports: &Ports, at: &Region) -> DatabaseView {
    let mut view = done(ports.database.describe(at).await);
    view.members.sort();
    view
}

fn settled(ports: &Ports, writer: &Region) -> DatabaseView {
    let members = vec![ports.home.clone(), ports.away.clone()];
    DatabaseView {
        writer: Some(writer.clone()),
        moving: false,
        members,
        resyncing: vec![],
        detached: vec![],
    }
}

pub(crate) async fn the_writer_is_described(ports: &Ports) {
    for at in [&ports.home, &ports.away] {
        let view = described(ports, at).await;
        assert_eq!(view, settled(ports, &ports.home), "as {at} sees it");
        assert!(view.writes_at(&ports.home) && !view.writes_at(&ports.away));
    }
}

async fn moved(ports: &Ports, to: &Region) {
    for at in [&ports.home, &ports.away] {
        let look = || async {
            let view = described(ports, at).await;
            // `Done` means that the call was accepted; only `describe` shows the move.
            let settled = view == settled(ports, to);
            settled.then_some(())
        };
        eventually(&format!("{to} is the writer, as {at} sees it"), look).await;
    }
}

pub(crate) async fn a_failover_moves_the_writer(ports: &Ports) {
    for to in [&ports.away, &ports.home] {
        done(ports.database.failover(to).await);
        moved(ports, to).await;
    }
}

pub(crate) async fn a_switchover_moves_the_writer(ports: &Ports) {
    for (from, to) in [(&ports.home, &ports.away), (&ports.away, &ports.home)] {
        done(ports.database.switchover(from, to).await);
        moved(ports, to).await;
    }
}

pub(crate) async fn a_member_is_taken_out_once(ports: &Ports) {
    let away = &ports.away;
    // The writer cannot be removed while the cluster has readers.
    assert_refused(ports.database.remove(&ports.home).await);
    done(ports.database.remove(away).await);
    let look = || async {
        let view = described(ports, &ports.home).await;
        (view.members == [ports.home.clone()] && view.writes_at(&ports.home)).then_some(())
    };
    eventually(&format!("{away} is not a member"), look).await;
    // SAFE-7: a repeated call, as after a lost response, changes nothing.
    assert_refused(ports.database.remove(away).await);
    assert_refused(ports.database.failover(away).await);
}

pub(crate) async fn impossible_failovers_are_rejected(ports: &Ports) {
    let witness = region(WITNESS);
    assert_kind(Kind::Rejected, ports.database.describe(&witness).await);
    assert_kind(Kind::Rejected, ports.database.failover(&witness).await);
    // The home Region is already the writer. AWS does not document whether this refusal is permanent or temporary.
    assert_refused(ports.database.failover(&ports.home).await);
    assert_kind(Kind::Rejected, ports.database.switchover(&ports.home, &witness).await);
    assert_refused(ports.database.switchover(&ports.home, &ports.home).await);
    assert_eq!(described(ports, &ports.home).await, settled(ports, &ports.home));

    let astray = ports.without_resources().database;
    assert_kind(Kind::Rejected, astray.describe(&ports.home).await);
    assert_kind(Kind::Rejected, astray.failover(&ports.away).await);
}
