//! The treatment of a run that its driver gives up: a state machine that has used up its attempts, or an operator that
//! did not confirm.

use super::finished;
use leeward_model::{Authority, Plan, RunEnd, Step};

/// Returns the authority in which the run is given up; `None` if the run is not open or is parked already. A
/// planned move that has not begun is abandoned with nothing changed (SAFE-9). Any other run is parked with the
/// reason and waits for an operator (LIVE-2).
pub fn give_up(read: &Authority, run_id: &str, why: &str) -> Option<Authority> {
    let mut next = read.next();
    let run = next.run.as_mut().filter(|run| run.id == run_id && run.parked.is_none())?;
    let not_begun = run.step == Step::Check && Plan::first(run.kind) == Step::Check;
    if not_begun {
        let run = next.run.take()?;
        next.marks.last_run = Some(finished(&run, RunEnd::Abandoned, Some(why.to_owned())));
    } else {
        run.parked = Some(why.to_owned());
    }
    Some(next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{Begin, begin};
    use leeward_model::{Class, Region, RunKind};

    fn check(kind: RunKind, step: Step, parked: bool, expect: Option<&str>) {
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
        let became = next.as_ref().map(|next| match &next.run {
            Some(run) => run.parked.clone().expect("parked"),
            None => next.marks.last_run.as_ref().expect("ended").end.as_str().to_owned(),
        });
        assert_eq!(became.as_deref(), expect, "{kind} at {step}");
        assert_eq!(give_up(&read, "another", "tired"), None);
    }

    #[test]
    fn a_move_that_has_not_begun_is_abandoned_and_any_other_run_is_parked() {
        check(RunKind::Switchover, Step::Check, false, Some("abandoned"));
        check(RunKind::Switchover, Step::HandOverDatabase, false, Some("tired"));
        check(RunKind::Failback, Step::Reconcile, false, Some("tired"));
        check(RunKind::Failover, Step::PromoteDatabase, false, Some("tired"));
        check(RunKind::Failover, Step::PromoteDatabase, true, None);
    }
}
