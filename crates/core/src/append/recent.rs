//! The last entries that a lane read or put, without a gap up to its head. With them the lane judges most retries and
//! most lost races without another read.

use leeward_model::{ClientId, ContentHash, Entry, Seq};
use std::collections::VecDeque;

/// The number of entries that are kept. More entries would save reads only for very late retries.
const KEPT: usize = 64;

#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Recent {
    entries: VecDeque<Known>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Known {
    seq: Seq,
    /// The ids in the entry; `None` if a newer binary wrote the entry and its content is unknown.
    groups: Option<Vec<(ClientId, ContentHash, u32)>>,
}

/// The result of looking for one member in the known entries.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Judgement {
    /// The member is in the ledger already.
    Found { seq: Seq, index: u32 },
    /// The member is not in `(seen, head]`.
    Absent,
    /// An entry in between is unknown and must be read.
    MustRead,
    /// This binary cannot read an entry in between, so no put is allowed (SAFE-4).
    Unreadable,
}

impl Recent {
    pub(super) fn clear(&mut self) {
        self.entries.clear();
    }

    pub(super) fn push(&mut self, seq: Seq, entry: Option<&Entry>) {
        if self.entries.back().is_some_and(|last| last.seq.next() != seq) {
            self.entries.clear();
        }
        let groups = entry.map(|entry| {
            let mut index = 0;
            entry
                .groups
                .iter()
                .map(|g| {
                    let at = index;
                    index += g.payload.orders().len() as u32;
                    (g.id.clone(), g.hash.clone(), at)
                })
                .collect()
        });
        self.entries.push_back(Known { seq, groups });
        if self.entries.len() > KEPT {
            self.entries.pop_front();
        }
    }

    /// Returns whether one of the entries in `(seen, head]` holds the id with the hash.
    pub(super) fn judge(
        &self,
        seen: Seq,
        head: Seq,
        id: &ClientId,
        hash: &ContentHash,
    ) -> Judgement {
        if seen >= head {
            return Judgement::Absent;
        }
        let reaches = self.entries.back().is_some_and(|last| last.seq == head)
            && self.entries.front().is_some_and(|first| first.seq <= seen.next());
        if !reaches {
            return Judgement::MustRead;
        }
        for known in self.entries.iter().filter(|k| k.seq > seen) {
            let Some(groups) = &known.groups else { return Judgement::Unreadable };
            if let Some((_, _, index)) = groups.iter().find(|(i, h, _)| i == id && h == hash) {
                return Judgement::Found { seq: known.seq, index: *index };
            }
        }
        Judgement::Absent
    }
}
