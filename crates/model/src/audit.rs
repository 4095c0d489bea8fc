//! The audit log: one hash chain for each writer, in the control table (SAFE-10, R13).

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The newest record of a chain.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ChainHead {
    /// The record's position in the chain; the first is 1.
    pub seq: u64,
    /// The record's hash.
    pub hash: String,
}

/// The kind of an audit record.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditKind {
    /// An action that follows this record. The action must not have an effect unless this record is in the log
    /// (SAFE-10).
    Intent,
    /// The result of an action.
    Result,
    /// A sentinel's verdict, recorded when it differs from the last one.
    Verdict,
    /// A kind that a newer binary wrote and this binary does not know.
    #[serde(untagged)]
    Other(String),
}

/// One record of a chain. `hash` covers all other fields, including the previous hash, so a changed or missing record
/// is detected. To detect a truncated tail, compare the chain with the heads in the authority item.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AuditRecord {
    /// The name of the writer. Each process that writes a chain has its own name.
    pub writer: String,
    /// The position in the writer's chain; the first is 1.
    pub seq: u64,
    /// The hash of the preceding record; empty for the first.
    pub previous: String,
    /// The wall-clock time in milliseconds since 1970. It is for display only; no rule compares it.
    pub at_ms: u64,
    /// The kind of the record.
    pub kind: AuditKind,
    /// The action, result or verdict in words.
    pub what: String,
    /// The SHA-256 of all other fields, in hex.
    pub hash: String,
}

impl AuditRecord {
    /// Creates the record that follows `head`, or the first record of a chain if `head` is `None`.
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

    /// Returns the head of the chain after this record is appended.
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

    /// Returns the sequence number of the first record that breaks the chain, or `None` if the chain is intact.
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

    /// Checks that chains written before the kind became an enum still verify, and that a newer binary's kind does too.
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
    fn a_changed_or_missing_record_breaks_the_chain() {
        // SAFE-10: tampering is detected.
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
