//! The audit log: one hash chain per writer in the control table (SAFE-10, R13).

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ChainHead {
    pub seq: u64,
    pub hash: String,
}

/// What a record is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditKind {
    /// An act follows; it has no effect unless this is in the log (SAFE-10).
    Intent,
    /// What became of an act.
    Result,
    /// What a sentinel concluded, when its conclusion changed.
    Verdict,
    /// A kind that this binary does not know: a newer one wrote it.
    #[serde(untagged)]
    Other(String),
}

/// One link. `hash` covers everything else, the previous hash included, so that a changed or
/// missing record shows; a cut tail shows against the heads kept in the authority item.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AuditRecord {
    pub writer: String,
    pub seq: u64,
    pub previous: String,
    /// For people; compared by no rule.
    pub at_ms: u64,
    pub kind: AuditKind,
    pub what: String,
    pub hash: String,
}

impl AuditRecord {
    pub fn link(
        writer: &str,
        head: Option<&ChainHead>,
        at_ms: u64,
        kind: AuditKind,
        what: &str,
    ) -> AuditRecord {
        let mut record = AuditRecord {
            writer: writer.to_owned(),
            seq: head.map_or(1, |h| h.seq + 1),
            previous: head.map_or_else(String::new, |h| h.hash.clone()),
            at_ms,
            kind,
            what: what.to_owned(),
            hash: String::new(),
        };
        record.hash = record.digest();
        record
    }

    pub fn head(&self) -> ChainHead {
        ChainHead { seq: self.seq, hash: self.hash.clone() }
    }

    fn digest(&self) -> String {
        let text = serde_json::to_vec(&(
            &self.writer,
            self.seq,
            &self.previous,
            self.at_ms,
            &self.kind,
            &self.what,
        ))
        .expect("plain fields always serialize");
        hex::encode(Sha256::digest(text))
    }

    /// The first record at which the chain does not hold, by seq.
    pub fn first_broken(chain: &[AuditRecord]) -> Option<u64> {
        let mut previous = String::new();
        for (i, record) in chain.iter().enumerate() {
            let intact = record.seq == i as u64 + 1
                && record.previous == previous
                && record.hash == record.digest();
            if !intact {
                return Some(record.seq);
            }
            previous.clone_from(&record.hash);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Chains written before kinds were an enum still verify, and so does a newer binary's kind.
    #[test]
    fn a_kind_is_stored_as_its_name() {
        let check = |kind: AuditKind, text: &str| {
            assert_eq!(serde_json::to_string(&kind).expect("plain"), text);
            assert_eq!(serde_json::from_str::<AuditKind>(text).expect("a name"), kind);
        };
        check(AuditKind::Intent, "\"intent\"");
        check(AuditKind::Result, "\"result\"");
        check(AuditKind::Verdict, "\"verdict\"");
        check(AuditKind::Other("checkpoint".into()), "\"checkpoint\"");
    }

    #[test]
    fn a_changed_record_breaks_the_chain() {
        // SAFE-10: tampering shows.
        let mut chain = vec![AuditRecord::link("w", None, 1, AuditKind::Intent, "move")];
        for n in 0..3 {
            let head = chain.last().map(AuditRecord::head);
            chain.push(AuditRecord::link("w", head.as_ref(), 2 + n, AuditKind::Result, "done"));
        }
        assert_eq!(AuditRecord::first_broken(&chain), None);
        chain[2].what = "never happened".into();
        assert_eq!(AuditRecord::first_broken(&chain), Some(3));
        chain.remove(2);
        assert_eq!(AuditRecord::first_broken(&chain), Some(4));
    }
}
