//! LW-R004: both Regions have the same settings (REQ-C4).

use super::{Gathered, Judged, regions};
use leeward_model::readiness::Facts;

pub(super) fn judge(facts: &Facts) -> Judged {
    let mut found = Gathered::default();
    let mut reported = Vec::new();
    for asked in regions(facts, &mut found) {
        if let Some(settings) = found.known(&asked.region, &asked.settings) {
            reported.push((&asked.region, settings));
        }
    }
    if let [(first, a), (second, b)] = reported.as_slice() {
        for name in a.keys().chain(b.keys().filter(|name| !a.contains_key(*name))) {
            match (a.get(name), b.get(name)) {
                (Some(a), Some(b)) if a == b => {}
                (Some(_), Some(_)) => {
                    found.wrong(format!("{name} differs between {first} and {second}"));
                }
                (Some(_), None) => found.wrong(format!("{name} is not in {second}")),
                _ => found.wrong(format!("{name} is not in {first}")),
            }
        }
    }
    found.judged()
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn parameters_are_the_same() {
        let failed = |part: &str| Judged::Failed(part.into());
        check(judge, |_| {}, Judged::Passed);
        let other = |name: &str| Ok(BTreeMap::from([(name.to_owned(), "x".to_owned())]));
        check(
            judge,
            |r| r.settings = other("/leeward/platform"),
            failed("differs between us-east-1"),
        );
        check(
            judge,
            |r| r.settings = other("/leeward/more"),
            failed("/leeward/more is not in us-east-1"),
        );
        check(judge, |r| r.settings = Ok(BTreeMap::new()), failed("is not in us-east-2"));
        check(judge, |r| r.settings = Err("denied".into()), Judged::Unknown("denied".into()));
    }
}
