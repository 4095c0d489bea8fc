//! What people are told of runs: subjects and texts of notices, and the matching audit records.

use super::{Command, Leave};
use leeward_model::{AuditKind, Run, RunKind};

/// A message to people, and the record that goes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub subject: String,
    pub message: String,
    /// Appended to the writer's chain before the message is sent.
    pub record: Option<(AuditKind, String)>,
}

/// Describes a call with an effect, for the intent before it and the result after it.
///
/// # Panics
///
/// If the command is not a call with an effect.
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

/// What people are told of how an executor left a run; `None`: nothing that concerns them.
pub fn of_leaving(run_id: &str, left: &Leave) -> Option<Notice> {
    match left {
        Leave::Parked(why) => Some(Notice {
            subject: format!("ERROR: run {run_id} is parked"),
            message: why.clone(),
            record: None,
        }),
        Leave::Abandoned(why) => Some(Notice {
            subject: format!("run {run_id} was abandoned, and nothing has changed"),
            message: why.clone(),
            record: Some((AuditKind::Result, format!("run {run_id} abandoned: {why}"))),
        }),
        Leave::Completed | Leave::NotMine | Leave::LostStep | Leave::LifetimeOver => None,
    }
}

/// What people are told of a run that completes.
pub fn of_completion(run: &Run) -> Notice {
    let first_ms = run.history.first().map_or(0, |mark| mark.done_at_ms);
    let steps: Vec<String> = run
        .history
        .iter()
        .map(|mark| format!("{} after {} ms", mark.step, mark.done_at_ms.saturating_sub(first_ms)))
        .collect();
    let next = match run.kind {
        RunKind::Failover if run.automatic => format!(
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
    use leeward_model::{Authority, Class, Region};

    fn completed(kind: RunKind, automatic: bool) -> String {
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
        of_completion(&next.run.expect("open")).message
    }

    /// Only an automatic failover is followed by a failback, and only its notice says so.
    #[test]
    fn a_notice_does_not_promise_a_failback_that_will_not_come() {
        let promises =
            |kind, automatic| completed(kind, automatic).contains("fails back by itself");
        assert!(promises(RunKind::Failover, true));
        assert!(!promises(RunKind::Failover, false));
        assert!(!promises(RunKind::Switchover, false));
        assert!(!promises(RunKind::Failback, true));
    }

    #[test]
    fn a_lost_step_concerns_nobody_and_a_parked_run_everybody() {
        assert_eq!(of_leaving("r", &Leave::LostStep), None);
        let parked = of_leaving("r", &Leave::Parked("no member".into())).expect("a notice");
        assert_eq!((parked.subject.as_str(), parked.record), ("ERROR: run r is parked", None));
        let abandoned = of_leaving("r", &Leave::Abandoned("lag".into())).expect("a notice");
        assert!(abandoned.record.is_some(), "SAFE-10: its end is in the log");
    }
}
