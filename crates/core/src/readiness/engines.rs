//! LW-R002: both clusters run the same version with the same parameters, because AWS moves a writer only between such
//! clusters.

use super::{Gathered, Judged, regions, same};
use leeward_model::readiness::Facts;

pub(super) fn judge(facts: &Facts) -> Judged {
    let mut found = Gathered::default();
    let mut clusters = Vec::new();
    for asked in regions(facts, &mut found) {
        let Some(cluster) = found.known(&asked.region, &asked.cluster) else { continue };
        found.require(cluster.status == "available", || {
            format!("{}'s cluster is {:?}", asked.region, cluster.status)
        });
        found.require(cluster.instances > 0, || {
            format!("{}'s cluster has no instance that could write", asked.region)
        });
        clusters.push((&asked.region, cluster));
    }
    let each = |of: &dyn Fn(&leeward_model::readiness::ClusterFacts) -> String| {
        clusters.iter().map(|(region, cluster)| (*region, of(cluster))).collect::<Vec<_>>()
    };
    let versions = each(&|cluster| format!("{} {}", cluster.engine, cluster.engine_version));
    let versions: Vec<_> = versions.iter().map(|(region, text)| (*region, text)).collect();
    same(&mut found, "engine", &versions);
    let groups: Vec<_> = clusters.iter().map(|(r, cluster)| (*r, &cluster.parameters)).collect();
    same(&mut found, "parameters", &groups);
    found.judged()
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;
    use leeward_model::readiness::{ClusterFacts, RegionFacts};

    fn cluster(change: fn(&mut ClusterFacts)) -> impl FnOnce(&mut RegionFacts) {
        move |facts| change(facts.cluster.as_mut().expect("known"))
    }

    #[test]
    fn both_clusters_have_the_same_version_and_parameters() {
        let failed = |part: &str| Judged::Failed(part.into());
        check(judge, |_| {}, Judged::Passed);
        check(judge, cluster(|c| c.engine_version = "16.12".into()), failed("engine: us-east-1"));
        check(judge, cluster(|c| c.status = "upgrading".into()), failed("is \"upgrading\""));
        check(judge, cluster(|c| c.instances = 0), failed("no instance"));
        check(judge, cluster(|c| c.parameters.clear()), failed("parameters: us-east-1 has"));
        check(judge, |r| r.cluster = Err("denied".into()), Judged::Unknown("denied".into()));
    }
}
