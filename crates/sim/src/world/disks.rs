//! The disks of the cloud's tables, one in each Region. Writes to a disk become durable in the order in which they
//! began.

use super::directory::PerRegion;
use crate::faults::Site;
use leeward_cloud::dynamodb::{KeyPart, Text};
use leeward_cloud::{Persist, RegionIx};
use std::collections::{BTreeMap, VecDeque};

const WRITE_US: u64 = 400;

#[derive(Debug, Default)]
struct Disk {
    free_at_us: u64,
    stalled_us: u64,
    /// The time at which each write becomes durable, and the ledger entry that the write contains, if any.
    under_way: VecDeque<(u64, Option<(Text, u64)>)>,
}

pub(crate) struct Disks {
    disks: PerRegion<Disk>,
    /// The number of disks that hold each ledger entry, by account and sequence number.
    durable: BTreeMap<Text, BTreeMap<u64, u8>>,
}

impl Disks {
    pub(super) fn new() -> Disks {
        Disks { disks: PerRegion::default(), durable: BTreeMap::new() }
    }

    pub(crate) fn stall(&mut self, site: Site, by_ms: u64) {
        self.disks[site.ix()].stalled_us = by_ms * 1_000;
    }

    /// Begins a write, which becomes durable after all earlier writes.
    pub(super) fn write(&mut self, now_us: u64, persist: Persist) {
        let entry = match (&persist.key.partition, &persist.key.sort) {
            (KeyPart::S(account), KeyPart::S(seq)) if persist.table == super::LEDGER => {
                seq.parse().ok().map(|seq| (account.clone(), seq))
            }
            _ => None,
        };
        let disk = &mut self.disks[persist.region];
        disk.free_at_us = disk.free_at_us.max(now_us + WRITE_US + disk.stalled_us);
        disk.under_way.push_back((disk.free_at_us, entry));
    }

    pub(super) fn next_us(&self) -> Option<u64> {
        self.disks.0.iter().filter_map(|disk| disk.under_way.front().map(|(at_us, _)| *at_us)).min()
    }

    /// Ends one write that is durable by now, and returns the Region of its disk.
    pub(super) fn pop_durable(&mut self, now_us: u64) -> Option<RegionIx> {
        for (region, disk) in self.disks.0.iter_mut().enumerate() {
            let Some((_, entry)) = disk.under_way.pop_front_if(|(at_us, _)| *at_us <= now_us)
            else {
                continue;
            };
            if let Some((account, seq)) = entry {
                *self.durable.entry(account).or_default().entry(seq).or_default() += 1;
            }
            return Some(RegionIx(region as u8));
        }
        None
    }

    /// Returns the number of disks that hold an entry.
    pub(crate) fn copies(&self, account: &str, seq: u64) -> u8 {
        self.durable.get(account).and_then(|seqs| seqs.get(&seq)).copied().unwrap_or(0)
    }
}
