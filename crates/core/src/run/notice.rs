//! Notices to operators about runs, with the matching audit records.

use super::{Command, Leave};
use leeward_model::{AuditKind, Region, Run, RunKind};

/// A message to operators, with the matching audit record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The subject.
    pub subject: String,
    /// The text.
    pub message: String,
    /// The record that is appended to the writer's chain before the message is sent.
    pub record: Option<(AuditKind, String)>,
}

/// Describes a call that has an effect, for the intent before the call and the result after it.
///
/// # Panics
///
/// Panics if the command is not a call that has an effect.
pub fn of_call(call: &Command) -> String {
    let (id, what) = match call {
        Command::FailoverDatabase { id, to } => (id, format!("fail the database over to {to}")),
        Command::SwitchoverDatabase { id, from, to } => {
            (id, format!("hand the database over from {from} to {to}"))
        }
        other => panic!("{other:?} has no effect outside the authority"),
    };
    format!("{} {} attempt {}: {what}", id.run, id.step, id.attempt)
}

/// Returns the notice that an executor has stopped; `None` if the reason does not concern operators.
pub fn of_leaving(run_id: &str, leave: &Leave) -> Option<Notice> {
    match leave {
        Leave::Parked(why) => Some(Notice {
            subject: format!("ERROR: run {run_id} is parked"),
            message: why.clone(),
            // SAFE-10: the run loses its reason once an operator resumes it, but the log keeps the reason.
            record: Some((AuditKind::Result, format!("run {run_id} parked: {why}"))),
        }),
        Leave::Abandoned(why) => Some(Notice {
            subject: format!("run {run_id} was abandoned, and nothing has changed"),
            message: why.clone(),
            record: Some((AuditKind::Result, format!("run {run_id} abandoned: {why}"))),
        }),
        Leave::LeftOpen(why) => Some(Notice {
            subject: format!("WARNING: the state machine no longer carries out run {run_id}"),
            message: format!(
                "{why}. A sentinel takes the run over once its progress stands still."
            ),
            record: Some((AuditKind::Result, format!("run {run_id} left to the sentinels: {why}"))),
        }),
        Leave::Completed | Leave::NotMine | Leave::LostStep | Leave::LifetimeOver => None,
    }
}

/// Returns the notice of a completed run. The platform fails back automatically to `home` only.
pub fn of_completion(run: &Run, home: &Region) -> Notice {
    let first_ms = run.history.first().map_or(0, |mark| mark.done_at_ms);
    let steps: Vec<String> = run
        .history
        .iter()
        .map(|mark| format!("{} after {} ms", mark.step, mark.done_at_ms.saturating_sub(first_ms)))
        .collect();
    let next = match run.kind {
        RunKind::Failover if run.automatic && run.from == *home => format!(
            "the platform runs in {}. It fails back by itself once {} is healthy for the cooldown, unless \
             the blueprint turns that off.",
            run.target, run.from
        ),
        _ => format!("the platform runs in {} and stays there.", run.target),
    };
    Notice {
        subject: format!("{} to {} completed", run.kind, run.target),
        message: format!(
            "run {} ({}) from {} to {}\nreason: {}\nactive: {} in epoch {}\nsteps: {}\nnext: {next}",
            run.id,
            run.kind,
            run.from,
            run.target,
            run.reason,
            run.target,
            run.epoch,
            steps.join(", "),
        ),
        record: Some((AuditKind::Result, format!("run {} completes", run.id))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{Begin, begin};
    use leeward_model::{Authority, Class};

    fn completed(kind: RunKind, automatic: bool, home: &str) -> String {
        let region = |name: &str| Region::new(name).expect("a valid name");
        let next = begin(
            &Authority::initial(region("a")),
            Begin {
                id: "r".into(),
                kind,
                from: region("a"),
                target: region("b"),
                class: Class::Dark,
                reason: "dark".into(),
                automatic: automatic.then(Default::default),
                by: "me".into(),
                at_ms: 1,
            },
        );
        of_completion(&next.run.expect("open"), &region(home)).message
    }

    /// Checks that only the notice of an automatic failover from home announces a failback.
    #[test]
    fn a_notice_does_not_promise_a_failback_that_will_not_come() {
        let check = |kind, automatic, home, expect| {
            let notice = completed(kind, automatic, home);
            assert_eq!(notice.contains("fails back by itself"), expect, "{notice}");
        };
        check(RunKind::Failover, true, "a", true);
        check(RunKind::Failover, true, "b", false);
        check(RunKind::Failover, false, "a", false);
        check(RunKind::Switchover, false, "a", false);
        check(RunKind::Failback, true, "b", false);
    }

    #[test]
    fn a_lost_step_sends_no_notice_and_a_parked_run_does() {
        assert_eq!(of_leaving("r", &Leave::LostStep), None);
        let parked = of_leaving("r", &Leave::Parked("no member".into())).expect("a notice");
        assert_eq!(parked.subject, "ERROR: run r is parked");
        assert!(parked.record.is_some(), "SAFE-10: the reason outlives the resumption of the run");
        let abandoned = of_leaving("r", &Leave::Abandoned("lag".into())).expect("a notice");
        assert!(abandoned.record.is_some(), "SAFE-10: the end of the run is in the log");
    }
}
