//! Each Region's disk for the cloud's tables: a write is safe when it is through, in order.

use crate::faults::Site;
use leeward_cloud::dynamodb::{KeyPart, Text};
use leeward_cloud::{Persist, RegionIx};
use std::collections::{BTreeMap, VecDeque};

const WRITE_US: u64 = 400;

#[derive(Debug, Default)]
struct Disk {
    free_at_us: u64,
    stalled_us: u64,
    /// When each write is through, and which entry of the ledger it is, if one.
    under_way: VecDeque<(u64, Option<(Text, u64)>)>,
}

pub(crate) struct Disks {
    disks: [Disk; 3],
    /// On how many disks each entry of the ledger is, by account and seq.
    durable: BTreeMap<Text, BTreeMap<u64, u8>>,
}

impl Disks {
    pub(super) fn new() -> Disks {
        Disks { disks: Default::default(), durable: BTreeMap::new() }
    }

    pub(crate) fn stall(&mut self, site: Site, by_ms: u64) {
        self.disks[site as usize].stalled_us = by_ms * 1_000;
    }

    /// A write begins now; it is through after those before it.
    pub(super) fn keep(&mut self, now_us: u64, persist: Persist) {
        let entry = match (&persist.key.partition, &persist.key.sort) {
            (KeyPart::S(account), KeyPart::S(seq)) if persist.table == super::LEDGER => {
                seq.parse().ok().map(|seq| (account.clone(), seq))
            }
            _ => None,
        };
        let disk = &mut self.disks[usize::from(persist.region.0)];
        disk.free_at_us = disk.free_at_us.max(now_us + WRITE_US + disk.stalled_us);
        disk.under_way.push_back((disk.free_at_us, entry));
    }

    pub(super) fn next_us(&self) -> Option<u64> {
        self.disks.iter().filter_map(|disk| disk.under_way.front().map(|(at_us, _)| *at_us)).min()
    }

    /// A Region whose oldest write is through by now.
    pub(super) fn done(&mut self, now_us: u64) -> Option<RegionIx> {
        for (region, disk) in self.disks.iter_mut().enumerate() {
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

    pub(crate) fn copies(&self, account: &str, seq: u64) -> u8 {
        self.durable.get(account).and_then(|seqs| seqs.get(&seq)).copied().unwrap_or(0)
    }
}
