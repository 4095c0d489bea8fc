//! One executor: it carries a run out until the run ends or the executor leaves it.

use crate::audit::Auditor;
use crate::swap_reply;
use leeward_core::run::notice::{self, Notice};
use leeward_core::run::{CallReply, Command, Event, Executor, Leave, RunSettings};
use leeward_model::{AuditKind, Region};
use leeward_ports::{Clock, Control, DatabaseControl, Notify, Outcome, Probe};
use std::sync::Arc;
use std::time::Duration;

/// The ports of an executor.
#[derive(Clone)]
pub struct RunPorts {
    pub control: Arc<dyn Control>,
    pub database: Arc<dyn DatabaseControl>,
    pub probe: Arc<dyn Probe>,
    pub notify: Arc<dyn Notify>,
    pub clock: Arc<dyn Clock>,
    pub auditor: Arc<Auditor>,
    /// The Regions to whose topics notices are sent, home first.
    pub regions: Vec<Region>,
}

/// Carries out the run until the executor leaves it, and returns why it left.
pub async fn execute_run(
    ports: &RunPorts,
    settings: RunSettings,
    me: String,
    run_id: String,
) -> Leave {
    let mut executor = Executor::new(settings, me, run_id.clone());
    let mut event = Event::Begin;
    loop {
        let (now, at) = (ports.clock.now_ms(), ports.clock.wall_ms());
        let mut commands = executor.step(now, at, event).into_iter();
        let Some(command) = commands.next() else {
            // The machine issues exactly one command per step until it leaves, so this branch is unreachable.
            return Leave::NotMine;
        };
        if let Command::Leave(why) = command {
            notify_leaving(ports, &run_id, &why).await;
            return why;
        }
        event = carry_out(ports, command).await;
    }
}

/// Notifies operators if the run was parked, abandoned, or left to the sentinels. The other reasons for leaving a run
/// need no notice.
pub(crate) async fn notify_leaving(ports: &RunPorts, run_id: &str, reason: &Leave) {
    tracing::info!(run = %run_id, ?reason, "the executor leaves the run");
    if let Some(notice) = notice::of_leaving(run_id, reason) {
        send(ports, notice).await;
    }
}

pub(crate) async fn carry_out(ports: &RunPorts, command: Command) -> Event {
    match command {
        Command::ReadAuthority => {
            let read = ports.control.authority().await.done().flatten();
            Event::Authority(read.map(Box::new))
        }
        Command::Save { next, expect_version, what } => {
            tracing::debug!(%what, "save");
            let outcome = ports.control.swap_authority(&next, Some(expect_version)).await;
            Event::Saved(swap_reply(&outcome))
        }
        Command::DescribeDatabase { at } => {
            Event::Database(ports.database.describe(&at).await.done())
        }
        Command::FailoverDatabase { ref to, .. } => {
            audited(ports, &notice::of_call(&command), ports.database.failover(to)).await
        }
        Command::SwitchoverDatabase { ref from, ref to, .. } => {
            audited(ports, &notice::of_call(&command), ports.database.switchover(from, to)).await
        }
        Command::ReadProcessor { region } => {
            Event::Processor(ports.control.processor(&region).await.done())
        }
        Command::Canary { region } => Event::Canary(ports.probe.canary(&region).await.is_good()),
        Command::Announce { run } => {
            send(ports, notice::of_completion(&run, &ports.regions[0])).await;
            Event::Announced
        }
        Command::Wait { ms } => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            Event::Timer
        }
        Command::Leave(_) => unreachable!("handled by the caller"),
    }
}

/// Records the intent, makes the call, and records its result, in this order (SAFE-10).
async fn audited(ports: &RunPorts, what: &str, call: impl Future<Output = Outcome<()>>) -> Event {
    if ports.auditor.record(AuditKind::Intent, what).await.is_none() {
        // No call was made. The machine describes the database next, as after any unknown reply.
        return Event::Called(CallReply::Unknown);
    }
    let reply = match call.await {
        Outcome::Done(()) => CallReply::Accepted,
        Outcome::Rejected(why) => CallReply::Rejected(why),
        Outcome::Transient(_) | Outcome::Unknown { .. } => CallReply::Unknown,
    };
    ports.auditor.record(AuditKind::Result, &format!("{what}: {reply}")).await;
    Event::Called(reply)
}

/// Records a notice and sends it. A notice that cannot be sent does not delay the run.
async fn send(ports: &RunPorts, notice: Notice) {
    if let Some((kind, what)) = notice.record {
        ports.auditor.record(kind, &what).await;
    }
    notify_operators(ports, &notice.subject, &notice.message).await;
}

/// Sends a message to the topics of all Regions concurrently, because a lost Region must not delay the others, and
/// returns the number of Regions that accepted it.
pub async fn notify_operators(ports: &RunPorts, subject: &str, message: &str) -> usize {
    let sends = ports.regions.iter().map(|region| async move {
        let sent = ports.notify.notify(region, subject, message).await;
        if let Some(why) = sent.why() {
            tracing::warn!(%region, subject, why, "cannot send a notice to this Region");
        }
        sent.why().is_none()
    });
    futures::future::join_all(sends).await.into_iter().filter(|taken| *taken).count()
}
