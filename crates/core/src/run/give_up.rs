//! Decides what happens to a run that its driver gives up. The driver is a state machine that has used up its attempts,
//! or an operator that did not confirm the run.

use super::finished;
use leeward_model::{Authority, Plan, RunEnd, Step};

/// Returns the authority in which a planned move that has not begun is abandoned, with nothing changed (SAFE-9).
/// Returns `None` for any other run. Such a run stays open for the sentinels, whose executors complete it or park it
/// (LIVE-2).
///
/// Earlier versions parked such a run. Simulation then found failovers that waited for an operator although a sentinel
/// was carrying them out, because a driver that fails proves nothing about the run.
pub fn give_up(read: &Authority, run_id: &str, why: &str) -> Option<Authority> {
    let mut next = read.next();
    let run = next.run.take_if(|run| run.id == run_id && run.parked.is_none())?;
    if run.step != Step::Check || Plan::first(run.kind) != Step::Check {
        return None;
    }
    next.marks.last_run = Some(finished(&run, RunEnd::Abandoned, Some(why.to_owned())));
    Some(next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{Begin, begin};
    use leeward_model::{Class, Region, RunKind};

    fn check(kind: RunKind, step: Step, parked: bool, abandons: bool) {
        let region = |name: &str| Region::new(name).expect("valid");
        let mut read = begin(
            &Authority::initial(region("a")),
            Begin {
                id: "r".into(),
                kind,
                from: region("a"),
                target: region("b"),
                class: Class::Doubtful,
                reason: String::new(),
                automatic: None,
                by: "me".into(),
                at_ms: 0,
            },
        );
        let run = read.run.as_mut().expect("begun");
        run.step = step;
        run.parked = parked.then(String::new);
        let next = give_up(&read, "r", "tired");
        let last = next.and_then(|next| next.marks.last_run);
        let end = last.map(|last| (last.end, last.why));
        let expect = abandons.then(|| (RunEnd::Abandoned, Some("tired".to_owned())));
        assert_eq!(end, expect, "{kind} at {step}");
        assert_eq!(give_up(&read, "another", "tired"), None);
    }

    #[test]
    fn only_a_planned_move_that_has_not_begun_is_abandoned() {
        for kind in [RunKind::Failover, RunKind::Switchover, RunKind::Failback, RunKind::Realign] {
            for step in Plan::steps(kind) {
                check(kind, *step, false, *step == Step::Check);
                check(kind, *step, true, false);
            }
        }
    }
}
