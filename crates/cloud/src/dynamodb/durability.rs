//! Which writes are on how many disks. An answer that rests on a write waits here for the second.

use crate::net::RegionIx;
use std::collections::{BTreeMap, VecDeque};

#[derive(Debug)]
struct Pending {
    needed: u8,
    acks: u8,
}

#[derive(Debug)]
pub(crate) struct Durability {
    next: u64,
    pending: BTreeMap<u64, Pending>,
    /// Writes under way to each Region's disk, in the order they were handed to it.
    queues: Vec<VecDeque<u64>>,
}

impl Durability {
    pub(crate) fn new(regions: usize) -> Durability {
        Durability { next: 1, pending: BTreeMap::new(), queues: vec![VecDeque::new(); regions] }
    }

    pub(crate) fn next_index(&mut self) -> u64 {
        self.next += 1;
        self.next - 1
    }

    /// Writes so far.
    pub(crate) fn written(&self) -> u64 {
        self.next - 1
    }

    /// After loading from disk: indexes go on above what was there.
    pub(crate) fn continue_after(&mut self, index: u64) {
        self.next = self.next.max(index + 1);
    }

    pub(crate) fn is_pending(&self, index: u64) -> bool {
        self.pending.contains_key(&index)
    }

    pub(crate) fn begin(&mut self, index: u64, needed: u8, disks: impl Iterator<Item = RegionIx>) {
        self.pending.insert(index, Pending { needed, acks: 0 });
        for region in disks {
            self.queues[region.0 as usize].push_back(index);
        }
    }

    /// A copy that nobody waits for.
    pub(crate) fn catch_up(&mut self, region: RegionIx, index: u64) {
        self.queues[region.0 as usize].push_back(index);
    }

    /// The next `count` writes handed to this disk are safe. Returns the indexes that now are
    /// on enough disks.
    pub(crate) fn persisted(&mut self, region: RegionIx, count: usize) -> Vec<u64> {
        let mut done = Vec::new();
        for _ in 0..count {
            let Some(index) = self.queues[region.0 as usize].pop_front() else { break };
            let Some(pending) = self.pending.get_mut(&index) else { continue };
            pending.acks += 1;
            if pending.acks >= pending.needed {
                self.pending.remove(&index);
                done.push(index);
            }
        }
        done
    }
}
