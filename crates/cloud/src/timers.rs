//! What is to happen later, in order of time and then of arrival.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

#[derive(Debug)]
struct Due<T> {
    at_us: u64,
    order: u64,
    what: T,
}

impl<T> PartialEq for Due<T> {
    fn eq(&self, other: &Self) -> bool {
        (self.at_us, self.order) == (other.at_us, other.order)
    }
}
impl<T> Eq for Due<T> {}
impl<T> PartialOrd for Due<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Due<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at_us, self.order).cmp(&(other.at_us, other.order))
    }
}

#[derive(Debug)]
pub(crate) struct Timers<T> {
    heap: BinaryHeap<Reverse<Due<T>>>,
    order: u64,
}

impl<T> Timers<T> {
    pub(crate) fn new() -> Timers<T> {
        Timers { heap: BinaryHeap::new(), order: 0 }
    }

    pub(crate) fn at(&mut self, at_us: u64, what: T) {
        self.order += 1;
        self.heap.push(Reverse(Due { at_us, order: self.order, what }));
    }

    pub(crate) fn next_us(&self) -> Option<u64> {
        self.heap.peek().map(|Reverse(due)| due.at_us)
    }

    pub(crate) fn pop_due(&mut self, now_us: u64) -> Option<(u64, T)> {
        if self.next_us()? > now_us {
            return None;
        }
        self.heap.pop().map(|Reverse(due)| (due.at_us, due.what))
    }
}
