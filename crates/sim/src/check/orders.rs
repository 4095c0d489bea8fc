//! Compares the answers that customers received with the ledger (SAFE-1, SAFE-4). After a 503 or without an answer, the
//! order may be in the ledger once or not at all.

use super::Findings;
use super::ledger::LedgerWatch;
use std::collections::BTreeMap;

/// A request of a customer, which may be sent several times.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(crate) account: String,
    pub(crate) id: String,
    pub(crate) hash: String,
}

#[derive(Debug, Default)]
pub(crate) struct OrderHistory {
    pub(super) findings: Findings,
    operations: Vec<(Operation, Option<(u64, u32)>)>,
}

impl OrderHistory {
    /// Adds an operation and returns its number.
    pub(crate) fn begin(&mut self, operation: Operation) -> u32 {
        self.operations.push((operation, None));
        (self.operations.len() - 1) as u32
    }

    pub(crate) fn operation(&self, operation: u32) -> &Operation {
        &self.operations[operation as usize].0
    }

    /// Checks a 202 or 200. `copies` is the number of disks that held the entry at that time.
    pub(crate) fn observe_acknowledgement(
        &mut self,
        now_us: u64,
        operation: u32,
        at: (u64, u32),
        copies: u8,
    ) {
        let (asked, place) = &mut self.operations[operation as usize];
        if copies < 2 {
            let what = format!("{} was acknowledged on {copies} disks", asked.id);
            self.findings.add(now_us, "SAFE-1", what);
        }
        match place {
            None => *place = Some(at),
            Some(before) if *before == at => {}
            Some(before) => {
                let what = format!("{} was acknowledged at {before:?}, then at {at:?}", asked.id);
                self.findings.add(now_us, "SAFE-4", what);
            }
        }
    }

    /// Reports a 409, which is always wrong because no customer uses an id twice.
    pub(crate) fn observe_conflict(&mut self, now_us: u64, operation: u32) {
        let (asked, _) = &self.operations[operation as usize];
        let what = format!("{} was refused as a conflict and is none", asked.id);
        self.findings.add(now_us, "SAFE-4", what);
    }

    /// Checks that each acknowledged order is in the ledger, and that each order in the ledger was sent.
    pub(super) fn compare(&mut self, now_us: u64, ledger: &LedgerWatch) {
        let mut sent = BTreeMap::new();
        for (asked, place) in &self.operations {
            sent.insert((asked.account.as_str(), asked.id.as_str()), asked.hash.as_str());
            let Some((seq, index)) = place else { continue };
            let there = ledger.groups_at(&asked.account, *seq, *index);
            if !there.contains(&(asked.id.as_str(), asked.hash.as_str())) {
                let what = format!(
                    "{} was acknowledged at ({}, {seq}, {index}), where the ledger has {there:?}",
                    asked.id, asked.account
                );
                self.findings.add(now_us, "SAFE-1", what);
            }
        }
        for (account, entries) in &ledger.entries {
            if account.starts_with("canary:") {
                continue;
            }
            for (i, entry) in entries.iter().enumerate() {
                for group in &entry.groups {
                    if sent.get(&(account.as_str(), group.id.as_str())) != Some(&&*group.hash) {
                        let what = format!(
                            "entry {} of {account} holds {}, which no customer sent",
                            i + 1,
                            group.id
                        );
                        self.findings.add(now_us, "SAFE-4", what);
                    }
                }
            }
        }
    }
}
