//! Timers for later actions, which run in the order of their times. Actions with the same time run in the order in
//! which they were added.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

#[derive(Debug)]
pub(crate) struct Timers<T> {
    /// The time, order and slot of each action. The actions themselves stay in place while the heap is reordered.
    heap: BinaryHeap<Reverse<(u64, u64, u32)>>,
    slots: Vec<Option<T>>,
    free: Vec<u32>,
    order: u64,
}

impl<T> Timers<T> {
    pub(crate) fn new() -> Timers<T> {
        Timers { heap: BinaryHeap::new(), slots: Vec::new(), free: Vec::new(), order: 0 }
    }

    pub(crate) fn at(&mut self, at_us: u64, what: T) {
        let slot = match self.free.pop() {
            Some(slot) => {
                self.slots[slot as usize] = Some(what);
                slot
            }
            None => {
                self.slots.push(Some(what));
                u32::try_from(self.slots.len() - 1).expect("fewer timers at once")
            }
        };
        self.order += 1;
        self.heap.push(Reverse((at_us, self.order, slot)));
    }

    pub(crate) fn next_us(&self) -> Option<u64> {
        self.heap.peek().map(|Reverse((at_us, _, _))| *at_us)
    }

    pub(crate) fn pop_due(&mut self, now_us: u64) -> Option<(u64, T)> {
        if self.next_us()? > now_us {
            return None;
        }
        let Reverse((at_us, _, slot)) = self.heap.pop()?;
        self.free.push(slot);
        self.slots[slot as usize].take().map(|what| (at_us, what))
    }
}
