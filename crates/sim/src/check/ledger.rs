//! Judges the ledger as it grows: SAFE-1 (no entry changes), SAFE-2 (no gap) and SAFE-4 (no order twice).

use super::Findings;
use super::book::{LimitsText, OrderText};
use leeward_cloud::dynamodb::{Item, Key, KeyPart, Text, Value};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Default, Deserialize)]
struct Body {
    groups: Vec<Group>,
}

/// The part of an entry that belongs to one claim.
#[derive(Debug, Deserialize)]
pub(super) struct Group {
    pub(super) id: String,
    pub(super) hash: String,
    pub(super) payload: Payload,
}

#[derive(Debug, Deserialize)]
pub(super) struct Payload {
    order: Option<OrderText>,
    #[serde(default)]
    batch: Vec<OrderText>,
    pub(super) limits: Option<LimitsText>,
}

impl Payload {
    pub(super) fn orders(&self) -> impl Iterator<Item = &OrderText> {
        self.order.iter().chain(&self.batch)
    }
}

#[derive(Debug)]
pub(super) struct WatchedEntry {
    body: Text,
    pub(super) groups: Vec<Group>,
}

#[derive(Debug, Default)]
pub(crate) struct LedgerWatch {
    pub(super) findings: Findings,
    /// The entries of each account; entry n is at index n - 1.
    pub(super) entries: BTreeMap<String, Vec<WatchedEntry>>,
    /// The hash of each claim, by account and id.
    claims: BTreeMap<Text, BTreeMap<Text, Text>>,
    registered: BTreeSet<String>,
    /// The account, the id and the hash of every group that is in an entry.
    placed: BTreeSet<(String, String, String)>,
}

/// Returns an attribute. The text is shared with the table, which never changes a text in place.
fn text(item: &Item, name: &str) -> Text {
    match item.get(name) {
        Some(Value::S(text)) => text.clone(),
        _ => Text::default(),
    }
}

/// Returns the groups of an entry. An unreadable text has no groups, so its orders are reported as missing.
fn parse(body: &str) -> Vec<Group> {
    serde_json::from_str::<Body>(body).unwrap_or_default().groups
}

impl LedgerWatch {
    /// Checks a version of an item of the ledger table.
    pub(crate) fn observe(&mut self, now_us: u64, key: &Key, item: &Item) {
        let (KeyPart::S(pk), KeyPart::S(sk)) = (&key.partition, &key.sort) else { return };
        if pk.starts_with("#accounts#") {
            self.registered.insert(sk.to_string());
        } else if let Some((account, id)) = pk.split_once('#') {
            self.observe_claim(now_us, account, id, text(item, "hash"));
        } else if let Ok(seq) = sk.parse::<usize>() {
            self.observe_entry(now_us, pk, seq, text(item, "body"));
        }
    }

    fn observe_claim(&mut self, now_us: u64, account: &str, id: &str, hash: Text) {
        let of_account = match self.claims.get_mut(account) {
            Some(of_account) => of_account,
            None => self.claims.entry(account.into()).or_default(),
        };
        let there = of_account.entry(id.into()).or_insert_with(|| hash.clone());
        if *there != hash {
            let what = format!("the claim of {id} in {account} changed from {there} to {hash}");
            self.findings.add(now_us, "SAFE-1", what);
        }
    }

    fn observe_entry(&mut self, now_us: u64, account: &str, seq: usize, body: Text) {
        let entries = match self.entries.get_mut(account) {
            Some(entries) => entries,
            None => self.entries.entry(account.to_owned()).or_default(),
        };
        if let Some(there) = entries.get(seq.wrapping_sub(1)) {
            if there.body != body {
                let what = format!("entry {seq} of {account} changed");
                self.findings.add(now_us, "SAFE-1", what);
            }
            return;
        }
        if seq != entries.len() + 1 {
            let what = format!("{account} has entry {seq} and no entry {}", entries.len() + 1);
            self.findings.add(now_us, "SAFE-2", what);
            return;
        }
        if seq == 1 && !self.registered.contains(account) {
            let what =
                format!("{account} has an entry and is not registered, so no sweep finds it");
            self.findings.add(now_us, "SAFE-2", what);
        }
        // The orders of probers belong to no customer, so only their sequence numbers are checked.
        let groups = if account.starts_with("canary:") { Vec::new() } else { parse(&body) };
        for group in &groups {
            let claims = self.claims.get(account);
            let claim = claims.and_then(|claims| claims.get(group.id.as_str()));
            if claim.is_none_or(|hash| *hash != group.hash) {
                let what = format!("entry {seq} of {account} holds {} without its claim", group.id);
                self.findings.add(now_us, "SAFE-4", what);
            }
            let place = (account.to_owned(), group.id.clone(), group.hash.clone());
            if !self.placed.insert(place) {
                let what =
                    format!("{} is in the ledger of {account} twice, now at {seq}", group.id);
                self.findings.add(now_us, "SAFE-4", what);
            }
        }
        entries.push(WatchedEntry { body, groups });
    }

    /// Returns the number of entries of each customer's account.
    pub(crate) fn heads(&self) -> Vec<(String, u64)> {
        let customers = self.entries.iter().filter(|(name, _)| !name.starts_with("canary:"));
        customers.map(|(name, entries)| (name.clone(), entries.len() as u64)).collect()
    }

    /// Returns the ids and hashes of the groups that begin at an index of an entry. A change of limits contains no
    /// order and therefore shares the index of the next group.
    pub(super) fn groups_at(&self, account: &str, seq: u64, index: u32) -> Vec<(&str, &str)> {
        let entries = self.entries.get(account);
        let entry = entries.and_then(|all| all.get((seq as usize).checked_sub(1)?));
        let mut first = 0;
        let mut found = Vec::new();
        for group in entry.iter().flat_map(|entry| &entry.groups) {
            if index == first {
                found.push((group.id.as_str(), group.hash.as_str()));
            }
            first += group.payload.orders().count() as u32;
        }
        found
    }
}
