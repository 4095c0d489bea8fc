//! LW-R005: each secret has a value in both Regions, with the same version (REQ-D4).

use super::{Gathered, Judged, regions};
use leeward_model::readiness::Facts;

pub(super) fn judge(facts: &Facts) -> Judged {
    let mut found = Gathered::default();
    let mut kept = Vec::new();
    for asked in regions(facts, &mut found) {
        let Some(secrets) = found.known(&asked.region, &asked.secrets) else { continue };
        for (name, version) in secrets {
            found.require(!version.is_empty(), || {
                format!("{name} has no value in {}", asked.region)
            });
        }
        kept.push((&asked.region, secrets));
    }
    if let [(first, a), (second, b)] = kept.as_slice() {
        for (name, version) in *a {
            let there = b.get(name);
            found.require(there == Some(version), || {
                format!("{second} has another version of {name} than {first}")
            });
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
    fn secrets_are_replicated() {
        let failed = |part: &str| Judged::Failed(part.into());
        let of = |version: &str| Ok(BTreeMap::from([("grants".to_owned(), version.to_owned())]));
        check(judge, |_| {}, Judged::Passed);
        check(judge, |r| r.secrets = of("v0"), failed("us-east-2 has another version of grants"));
        check(judge, |r| r.secrets = of(""), failed("grants has no value in us-east-2"));
        check(judge, |r| r.secrets = Ok(BTreeMap::new()), failed("another version"));
        check(judge, |r| r.secrets = Err("denied".into()), Judged::Unknown("denied".into()));
    }
}
