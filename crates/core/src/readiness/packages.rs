//! LW-R003: every function of both Regions runs the same package, byte for byte (REQ-C1).

use super::{Gathered, Judged, regions};
use leeward_model::readiness::Facts;
use std::collections::BTreeMap;

pub(super) fn judge(facts: &Facts) -> Judged {
    let mut found = Gathered::default();
    let mut by_hash: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut roles = Vec::new();
    for asked in regions(facts, &mut found) {
        let Some(packages) = found.known(&asked.region, &asked.packages) else { continue };
        for (role, hash) in packages {
            by_hash.entry(hash).or_default().push(format!("{role} in {}", asked.region));
        }
        roles.push((&asked.region, packages.keys().collect::<Vec<_>>()));
    }
    if by_hash.len() > 1 {
        // The package that the fewest functions run is reported as the odd one.
        let few = by_hash.values().min_by_key(|functions| functions.len()).expect("more than one");
        found.wrong(format!(
            "{} different packages are deployed; the odd one is {}",
            by_hash.len(),
            few.join(", ")
        ));
    }
    if let [(first, a), (second, b)] = roles.as_slice()
        && a != b
    {
        found.wrong(format!("{first} has functions {a:?}, {second} {b:?}"));
    }
    found.judged()
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn every_function_runs_the_same_package() {
        let failed = |part: &str| Judged::Failed(part.into());
        check(judge, |_| {}, Judged::Passed);
        check(
            judge,
            |r| r.packages = Ok(BTreeMap::from([("orders".into(), "xyz".into())])),
            failed("2 different packages"),
        );
        check(judge, |r| r.packages = Ok(BTreeMap::new()), failed("us-east-2 []"));
        check(
            judge,
            |r| r.packages = Err("gone".into()),
            Judged::Unknown("us-east-2: gone".into()),
        );
    }
}
