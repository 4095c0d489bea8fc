//! Judges SAFE-10: audit chains grow record by record, and the intent of a run precedes its start.

use super::Findings;
use leeward_model::{AuditKind, AuditRecord, Authority};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Default)]
pub(crate) struct AuditWatch {
    pub(super) findings: Findings,
    /// The sequence number and the hash of each writer's newest record.
    heads: BTreeMap<String, (u64, String)>,
    seen: BTreeMap<(String, u64), AuditRecord>,
    intents: BTreeSet<String>,
    runs: BTreeSet<String>,
}

impl AuditWatch {
    /// Returns all records that were observed, ordered by writer and sequence number.
    pub(crate) fn records(&self) -> impl Iterator<Item = &AuditRecord> {
        self.seen.values()
    }

    /// Checks a record of an audit chain.
    pub(crate) fn observe(&mut self, now_us: u64, record: &AuditRecord) {
        let place = (record.writer.clone(), record.seq);
        if let Some(before) = self.seen.get(&place) {
            if before != record {
                let what = format!("{}'s record {} was changed", record.writer, record.seq);
                self.findings.add(now_us, "SAFE-10", what);
            }
            return;
        }
        self.seen.insert(place, record.clone());
        let (seq, hash) = self.heads.get(&record.writer).cloned().unwrap_or_default();
        if record.seq != seq + 1 || record.previous != hash {
            let what =
                format!("the chain of {} continues after {seq} with {}", record.writer, record.seq);
            self.findings.add(now_us, "SAFE-10", what);
        }
        self.heads.insert(record.writer.clone(), (record.seq, record.hash.clone()));
        if record.kind == AuditKind::Intent
            && let Some(rest) = record.what.strip_prefix("start ")
            && let Some((id, _)) = rest.split_once(':')
        {
            self.intents.insert(id.to_owned());
        }
    }

    /// Checks the open run of a version of the authority.
    pub(crate) fn observe_authority(&mut self, now_us: u64, authority: &Authority) {
        let Some(run) = authority.run.as_ref() else { return };
        if self.runs.insert(run.id.clone()) && run.automatic && !self.intents.contains(&run.id) {
            let what = format!("run {} began, and its intent is in no log", run.id);
            self.findings.add(now_us, "SAFE-10", what);
        }
    }
}
