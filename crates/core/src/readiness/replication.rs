//! LW-R001: both Regions have the database, the active one is the writer, and the replication lag is short.

use super::{Gathered, Judged, regions};
use leeward_model::readiness::Facts;

pub(super) fn judge(facts: &Facts) -> Judged {
    let mut found = Gathered::default();
    let active = match &facts.active {
        Ok(active) => Some(active),
        Err(why) => {
            found.unknown.push(format!("the authority: {why}"));
            None
        }
    };
    for asked in regions(facts, &mut found) {
        let region = &asked.region;
        if let Some(view) = found.known(region, &asked.database) {
            found.require(view.writer.as_ref() == active || active.is_none(), || {
                let name = |r: Option<&leeward_model::Region>| {
                    r.map_or_else(|| "no Region".to_owned(), ToString::to_string)
                };
                format!(
                    "{region} reports {} as the writer, and {} is active",
                    name(view.writer.as_ref()),
                    name(active)
                )
            });
            found.require(view.members.contains(region), || {
                format!("{region} is not a member of the global cluster, or is still being copied")
            });
            found.require(!view.moving, || format!("{region} reports that the writer is moving"));
        }
        let Some(lag_ms) = found.known(region, &asked.lag_ms) else { continue };
        match lag_ms {
            Some(lag_ms) => found.require(*lag_ms <= facts.limits.replication_lag_ms, || {
                format!(
                    "{region} is {lag_ms} ms behind; the limit is {} ms",
                    facts.limits.replication_lag_ms
                )
            }),
            None if active.is_some_and(|active| active != region) => {
                found.unknown.push(format!("{region}: the replication lag was not measured"));
            }
            None => {}
        }
    }
    found.judged()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, good, region};
    use super::*;

    #[test]
    fn the_active_region_writes_and_the_other_follows() {
        let failed = |part: &str| Judged::Failed(part.into());
        check(judge, |_| {}, Judged::Passed);
        check(judge, |r| r.lag_ms = Ok(Some(1_001)), failed("us-east-2 is 1001 ms behind"));
        check(judge, |r| r.lag_ms = Ok(None), Judged::Unknown("was not measured".into()));
        check(
            judge,
            |r| r.database.as_mut().expect("known").members.retain(|m| m.as_str() == "us-east-1"),
            failed("us-east-2 is not a member"),
        );
        check(judge, |r| r.database.as_mut().expect("known").moving = true, failed("moving"));
        check(
            judge,
            |r| r.database.as_mut().expect("known").writer = None,
            failed("no Region as the writer, and us-east-1 is active"),
        );
        check(judge, |r| r.database = Err("throttled".into()), Judged::Unknown("throttled".into()));
    }

    #[test]
    fn the_active_region_must_be_known() {
        let mut facts = good();
        facts.active = Err("no answer".into());
        assert_eq!(judge(&facts), Judged::Unknown("the authority: no answer".into()));
        facts.active = Ok(region("us-east-2"));
        assert!(matches!(judge(&facts), Judged::Failed(_)));
    }
}
