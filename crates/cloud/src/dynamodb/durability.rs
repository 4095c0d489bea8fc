//! Counts the disks that hold each write. A response that depends on a write waits here until a second disk has the
//! write.

use crate::net::RegionIx;
use std::collections::VecDeque;

#[derive(Debug, Default)]
struct Pending {
    needed: u8,
    acks: u8,
}

impl Pending {
    fn is_done(&self) -> bool {
        self.acks >= self.needed
    }
}

#[derive(Debug)]
pub(crate) struct Durability {
    next: u64,
    /// The index of the first write in `pending`. All earlier writes are durable.
    first: u64,
    pending: VecDeque<Pending>,
    /// The writes in flight to each Region's disk, in the order in which the disk received them.
    queues: Vec<VecDeque<u64>>,
}

impl Durability {
    pub(crate) fn new(regions: usize) -> Durability {
        let queues = vec![VecDeque::new(); regions];
        Durability { next: 1, first: 1, pending: VecDeque::new(), queues }
    }

    pub(crate) fn next_index(&mut self) -> u64 {
        self.next += 1;
        self.next - 1
    }

    /// Returns the number of writes so far.
    pub(crate) fn written(&self) -> u64 {
        self.next - 1
    }

    /// Makes the next index higher than an index that was loaded from disk.
    pub(crate) fn continue_after(&mut self, index: u64) {
        self.next = self.next.max(index + 1);
    }

    fn place(&self, index: u64) -> Option<usize> {
        index.checked_sub(self.first).and_then(|at| usize::try_from(at).ok())
    }

    pub(crate) fn is_pending(&self, index: u64) -> bool {
        let pending = self.place(index).and_then(|at| self.pending.get(at));
        pending.is_some_and(|pending| !pending.is_done())
    }

    pub(crate) fn begin(&mut self, index: u64, needed: u8, disks: impl Iterator<Item = RegionIx>) {
        if self.pending.is_empty() {
            self.first = index;
        }
        let at = self.place(index).expect("indexes grow");
        self.pending.resize_with(at, Pending::default);
        self.pending.push_back(Pending { needed, acks: 0 });
        for region in disks {
            self.queues[region.0 as usize].push_back(index);
        }
    }

    /// Records a copy for which no response waits.
    pub(crate) fn catch_up(&mut self, region: RegionIx, index: u64) {
        self.queues[region.0 as usize].push_back(index);
    }

    /// Records that the oldest write in flight to this disk is durable there. Returns the index of the write if it is
    /// now on enough disks.
    pub(crate) fn persisted(&mut self, region: RegionIx) -> Option<u64> {
        let index = self.queues[region.0 as usize].pop_front()?;
        let at = self.place(index)?;
        let pending = self.pending.get_mut(at).filter(|pending| !pending.is_done())?;
        pending.acks += 1;
        let done = pending.is_done();
        while self.pending.pop_front_if(|pending| pending.is_done()).is_some() {
            self.first += 1;
        }
        done.then_some(index)
    }
}
