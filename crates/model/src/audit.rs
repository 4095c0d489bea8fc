//! The audit log: one hash chain per writer in the control table (SAFE-10, R13).

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ChainHead {
    pub seq: u64,
    pub hash: String,
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
    /// `intent`, `result`, `refusal`, `verdict`, `operator`.
    pub kind: String,
    pub what: String,
    pub hash: String,
}

impl AuditRecord {
    pub fn link(
        writer: &str,
        head: Option<&ChainHead>,
        at_ms: u64,
        kind: &str,
        what: &str,
    ) -> AuditRecord {
        let mut record = AuditRecord {
            writer: writer.to_owned(),
            seq: head.map_or(1, |h| h.seq + 1),
            previous: head.map_or_else(String::new, |h| h.hash.clone()),
            at_ms,
            kind: kind.to_owned(),
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

    #[test]
    fn a_changed_record_breaks_the_chain() {
        // SAFE-10: tampering shows.
        let mut chain = vec![AuditRecord::link("w", None, 1, "intent", "move")];
        for n in 0..3 {
            let head = chain.last().map(AuditRecord::head);
            chain.push(AuditRecord::link("w", head.as_ref(), 2 + n, "result", "done"));
        }
        assert_eq!(AuditRecord::first_broken(&chain), None);
        chain[2].what = "never happened".into();
        assert_eq!(AuditRecord::first_broken(&chain), Some(3));
        chain.remove(2);
        assert_eq!(AuditRecord::first_broken(&chain), Some(4));
    }
}
