//! LW-R007: the dead-letter queues are empty, and no backlog of hints builds up (REQ-O2).

use super::{Gathered, Judged, regions};
use leeward_model::readiness::Facts;

pub(super) fn judge(facts: &Facts) -> Judged {
    let mut found = Gathered::default();
    for asked in regions(facts, &mut found) {
        let (region, most) = (&asked.region, facts.limits.waiting_messages);
        let Some(queues) = found.known(region, &asked.queues) else { continue };
        found.require(queues.dead == 0, || format!("{} dead letters in {region}", queues.dead));
        found.require(queues.waiting <= most, || {
            format!("{} messages wait in {region}; the limit is {most}", queues.waiting)
        });
    }
    found.judged()
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;
    use leeward_model::readiness::QueueFacts;

    #[test]
    fn queues_are_short_and_dead_letter_queues_empty() {
        let failed = |part: &str| Judged::Failed(part.into());
        check(judge, |_| {}, Judged::Passed);
        check(judge, |r| r.queues = Ok(QueueFacts { waiting: 1_000, dead: 0 }), Judged::Passed);
        check(
            judge,
            |r| r.queues = Ok(QueueFacts { waiting: 1_001, dead: 0 }),
            failed("1001 messages"),
        );
        check(
            judge,
            |r| r.queues = Ok(QueueFacts { waiting: 0, dead: 1 }),
            failed("1 dead letters"),
        );
        check(judge, |r| r.queues = Err("denied".into()), Judged::Unknown("denied".into()));
    }
}
