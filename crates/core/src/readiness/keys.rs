//! LW-R006: each Region's key encrypts and decrypts (REQ-G2). A key that is disabled or scheduled for deletion
//! makes all data of its Region unreadable.

use super::{Gathered, Judged, regions};
use leeward_model::readiness::Facts;

pub(super) fn judge(facts: &Facts) -> Judged {
    let mut found = Gathered::default();
    for asked in regions(facts, &mut found) {
        let _ = found.known(&asked.region, &asked.key);
    }
    found.judged()
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn each_key_encrypts_and_decrypts() {
        check(judge, |_| {}, Judged::Passed);
        let why = "DisabledException: it is";
        check(judge, |r| r.key = Err(why.into()), Judged::Unknown(format!("us-east-2: {why}")));
    }
}
