//! LW-R010: the records of the public name and their health checks are as the stacks synthesize them (REQ-A2). A record
//! that was edited by hand, or a disabled check, would route orders to the wrong Region.

use super::{Gathered, Judged, regions};
use leeward_model::readiness::{Facts, Record};

pub(super) fn judge(facts: &Facts) -> Judged {
    let mut found = Gathered::default();
    for asked in regions(facts, &mut found) {
        let Some(there) = found.known(&asked.region, &asked.records) else { continue };
        for wanted in &facts.records {
            match there.iter().find(|record| record.set == wanted.set) {
                None => found.wrong(format!("there is no record {}", wanted.set)),
                Some(record) => compare(&mut found, wanted, record),
            }
        }
        for more in there.iter().filter(|r| facts.records.iter().all(|w| w.set != r.set)) {
            found.wrong(format!("the record {} was not synthesized", more.set));
        }
    }
    // Both Regions query the same global service, so each problem is found twice.
    found.wrong.sort_unstable();
    found.wrong.dedup();
    found.judged()
}

fn compare(found: &mut Gathered, wanted: &Record, there: &Record) {
    let set = &wanted.set;
    found.require(there.policy == wanted.policy, || {
        format!("record {set} is {}, not {}", there.policy, wanted.policy)
    });
    found.require(there.ttl_s == wanted.ttl_s, || {
        format!("record {set} is cached for {} s, not {}", there.ttl_s, wanted.ttl_s)
    });
    match (&wanted.check, &there.check) {
        (Some(_), None) => found.wrong(format!("record {set} has no health check")),
        (Some(_), Some(check)) if check.overridden => {
            found.wrong(format!("the health check of {set} is disabled or inverted"));
        }
        (wanted, there) if wanted != there => {
            found.wrong(format!("the health check of {set} is {there:?}, not {wanted:?}"));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;
    use leeward_model::readiness::RegionFacts;

    fn second(change: fn(&mut Record)) -> impl FnOnce(&mut RegionFacts) {
        move |facts| change(&mut facts.records.as_mut().expect("known")[1])
    }

    #[test]
    fn records_are_as_synthesized() {
        let failed = |part: &str| Judged::Failed(part.into());
        check(judge, |_| {}, Judged::Passed);
        check(judge, second(|r| r.ttl_s = 300), failed("cached for 300 s, not 10"));
        check(judge, second(|r| r.policy = "PRIMARY".into()), failed("us-east-2 is PRIMARY"));
        check(judge, second(|r| r.check = None), failed("has no health check"));
        check(
            judge,
            second(|r| r.check.as_mut().expect("one").overridden = true),
            failed("disabled or inverted"),
        );
        check(
            judge,
            second(|r| r.check.as_mut().expect("one").threshold = 10),
            failed("the health check of"),
        );
        check(judge, second(|r| r.set = "mine".into()), failed("was not synthesized"));
        check(judge, |r| r.records = Ok(Vec::new()), failed("there is no record us-east-1"));
        check(judge, |r| r.records = Err("denied".into()), Judged::Unknown("denied".into()));
    }
}
