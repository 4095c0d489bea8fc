//! Each Region's disk for the cloud's tables: a write is safe when it is through, in order.

use crate::faults::Site;
use leeward_cloud::dynamodb::KeyPart;
use leeward_cloud::{Persist, RegionIx};
use std::collections::{BTreeMap, VecDeque};

const WRITE_US: u64 = 400;

#[derive(Debug, Default)]
struct Disk {
    free_at_us: u64,
    stalled_us: u64,
    under_way: VecDeque<Option<(String, u64)>>,
}

/// On how many disks each entry of the ledger is.
pub(crate) struct Disks {
    disks: [Disk; 3],
    durable: BTreeMap<(String, u64), u8>,
}

impl Disks {
    pub(super) fn new() -> Disks {
        Disks { disks: Default::default(), durable: BTreeMap::new() }
    }

    pub(crate) fn stall(&mut self, site: Site, by_ms: u64) {
        self.disks[site as usize].stalled_us = by_ms * 1_000;
    }

    /// When a write that begins now is safe.
    pub(super) fn write_done_us(&mut self, now_us: u64, region: RegionIx) -> u64 {
        let disk = &mut self.disks[usize::from(region.0)];
        disk.free_at_us = disk.free_at_us.max(now_us + WRITE_US + disk.stalled_us);
        disk.free_at_us
    }

    /// Entries are counted when their write is through; see [`Disks::done`].
    pub(super) fn keep(&mut self, persist: Persist) {
        let entry = match (&persist.key.partition, &persist.key.sort) {
            (KeyPart::S(account), KeyPart::S(seq)) if persist.table == super::LEDGER => {
                seq.parse().ok().map(|seq| (account.to_string(), seq))
            }
            _ => None,
        };
        self.disks[usize::from(persist.region.0)].under_way.push_back(entry);
    }

    /// The oldest write of this disk is through.
    pub(super) fn done(&mut self, region: RegionIx) {
        let written = self.disks[usize::from(region.0)].under_way.pop_front().flatten();
        if let Some(entry) = written {
            *self.durable.entry(entry).or_default() += 1;
        }
    }

    pub(crate) fn copies(&self, account: &str, seq: u64) -> u8 {
        self.durable.get(&(account.to_owned(), seq)).copied().unwrap_or(0)
    }
}
