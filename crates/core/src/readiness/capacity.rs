//! LW-R008: each Region alone could serve all traffic. It has enough unreserved concurrency, and its fleet may grow to
//! the size of the other Region's fleet.

use super::{Gathered, Judged, regions};
use leeward_model::readiness::Facts;

pub(super) fn judge(facts: &Facts) -> Judged {
    let mut found = Gathered::default();
    let mut fleets = Vec::new();
    for asked in regions(facts, &mut found) {
        let (region, spare) = (&asked.region, facts.limits.spare_concurrency);
        let Some(capacity) = found.known(region, &asked.capacity) else { continue };
        found.require(capacity.unreserved >= spare, || {
            format!(
                "{region} has {} unreserved concurrent invocations of {}; at least {spare} are needed",
                capacity.unreserved, capacity.concurrency
            )
        });
        if let Some(fleet) = &capacity.fleet {
            found.require(fleet.healthy > 0, || format!("no instance of {region} is in service"));
            fleets.push((region, fleet));
        }
    }
    if let [(first, a), (second, b)] = fleets.as_slice() {
        for ((here, most), (there, desired)) in
            [((first, a.most), (second, b.desired)), ((second, b.most), (first, a.desired))]
        {
            found.require(most >= desired, || {
                format!("{here} may have {most} instances, and {there} has {desired}")
            });
        }
    }
    found.judged()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, good};
    use super::*;
    use leeward_model::readiness::{CapacityFacts, FleetFacts};

    #[test]
    fn each_region_alone_could_serve_all_traffic() {
        let failed = |part: &str| Judged::Failed(part.into());
        let left = |unreserved| Ok(CapacityFacts { concurrency: 1_000, unreserved, fleet: None });
        check(judge, |_| {}, Judged::Passed);
        check(judge, |r| r.capacity = left(100), Judged::Passed);
        check(judge, |r| r.capacity = left(99), failed("us-east-2 has 99 unreserved concurrent"));
        check(judge, |r| r.capacity = Err("denied".into()), Judged::Unknown("denied".into()));
    }

    #[test]
    fn a_fleet_may_grow_to_the_size_of_the_other() {
        let with = |fleets: [FleetFacts; 2]| {
            let mut facts = good();
            for (asked, fleet) in facts.regions.iter_mut().zip(fleets) {
                let capacity = asked.as_mut().expect("answered").capacity.as_mut();
                capacity.expect("known").fleet = Some(fleet);
            }
            judge(&facts)
        };
        let fleet = |most, desired, healthy| FleetFacts { most, desired, healthy };
        assert_eq!(with([fleet(10, 8, 8), fleet(10, 3, 3)]), Judged::Passed);
        let small = with([fleet(10, 8, 8), fleet(6, 3, 3)]);
        assert_eq!(
            small,
            Judged::Failed("us-east-2 may have 6 instances, and us-east-1 has 8".into())
        );
        let none = with([fleet(10, 3, 3), fleet(10, 3, 0)]);
        assert_eq!(none, Judged::Failed("no instance of us-east-2 is in service".into()));
    }
}
