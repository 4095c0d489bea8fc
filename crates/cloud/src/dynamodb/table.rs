//! A table in all its Regions.

use super::{Context, Effect, Item, Key, KeySchema, SharedItem, Text};
use crate::net::{Net, RegionIx};
use crate::{ServiceError, cloud::Persist};
use std::collections::{BTreeMap, BTreeSet};

/// The consistency of a table, and the Regions that hold it (`docs/spec/aws-facts.md`, section 2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableKind {
    /// Multi-Region strong consistency, with three participants, of which one may be a witness.
    Strong {
        /// The Regions that serve the table.
        replicas: Vec<RegionIx>,
        /// The Region that serves nothing and stores only the writes that a single replica could store.
        witness: Option<RegionIx>,
    },
    /// Eventual consistency, in which the last writer wins. A table with one replica is a plain table.
    Eventual {
        /// The Regions that serve the table.
        replicas: Vec<RegionIx>,
    },
}

/// The definition of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSpec {
    /// The name, which is unique in each Region that holds the table.
    pub name: Text,
    /// The attributes of the primary key.
    pub schema: KeySchema,
    /// The consistency and the Regions.
    pub kind: TableKind,
    /// The attribute that holds the expiry in seconds since 1970. Tables with strong consistency have none.
    pub ttl: Option<Text>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Version {
    pub(crate) index: u64,
    pub(crate) region: RegionIx,
    pub(crate) at_us: u64,
}

/// A stored version: the item, or `None` if it was deleted.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) item: Option<SharedItem>,
    pub(crate) version: Version,
}

#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) spec: TableSpec,
    /// The latest state of a table with strong consistency. It is empty for a table with eventual consistency, whose
    /// replicas each have their own state in `local`.
    latest: BTreeMap<Key, Stored>,
    /// For a table with strong consistency: the versions that a lagging replica still shows for keys that were written
    /// since.
    shadows: BTreeMap<RegionIx, BTreeMap<Key, Option<SharedItem>>>,
    local: BTreeMap<RegionIx, BTreeMap<Key, Stored>>,
    /// For a table with eventual consistency: the keys that were written in the first Region and have not arrived in
    /// the second.
    unsent: BTreeSet<(RegionIx, RegionIx, Key)>,
}

impl Table {
    pub(crate) fn new(spec: TableSpec) -> Table {
        let mut table = Table {
            latest: BTreeMap::new(),
            shadows: BTreeMap::new(),
            local: BTreeMap::new(),
            unsent: BTreeSet::new(),
            spec,
        };
        for region in table.replicas().to_vec() {
            table.shadows.insert(region, BTreeMap::new());
            table.local.insert(region, BTreeMap::new());
        }
        table
    }

    pub(crate) fn replicas(&self) -> &[RegionIx] {
        match &self.spec.kind {
            TableKind::Strong { replicas, .. } | TableKind::Eventual { replicas } => replicas,
        }
    }

    pub(crate) fn is_mrsc(&self) -> bool {
        matches!(self.spec.kind, TableKind::Strong { .. })
    }

    pub(crate) fn serves(&self, region: RegionIx) -> bool {
        self.replicas().contains(&region)
    }

    fn witness(&self) -> Option<RegionIx> {
        match &self.spec.kind {
            TableKind::Strong { witness, .. } => *witness,
            TableKind::Eventual { .. } => None,
        }
    }

    /// Returns the Regions whose disks hold data of the table.
    pub(crate) fn participants(&self) -> impl Iterator<Item = RegionIx> + '_ {
        self.replicas().iter().copied().chain(self.witness())
    }

    /// Returns the other participants that `region` can reach, with the witness last.
    pub(crate) fn peers<'a>(
        &'a self,
        region: RegionIx,
        net: &'a Net,
    ) -> impl Iterator<Item = RegionIx> + 'a {
        self.participants().filter(move |peer| *peer != region && net.connected(region, *peer))
    }

    pub(crate) fn key(&self, item: &Item) -> Result<Key, ServiceError> {
        self.spec
            .schema
            .exact_key(item)
            .map_err(|text| ServiceError::new("ValidationException", text))
    }

    pub(crate) fn stored(&self, region: RegionIx, key: &Key) -> Option<&Stored> {
        if self.is_mrsc() { self.latest.get(key) } else { self.local[&region].get(key) }
    }

    /// Returns the state that a read in this Region sees, in the order of the keys.
    pub(crate) fn states(&self, region: RegionIx) -> &BTreeMap<Key, Stored> {
        if self.is_mrsc() { &self.latest } else { &self.local[&region] }
    }

    pub(crate) fn states_mut(&mut self, region: RegionIx) -> &mut BTreeMap<Key, Stored> {
        if self.is_mrsc() {
            return &mut self.latest;
        }
        self.local.get_mut(&region).expect("a replica")
    }

    /// Returns the version of a stored key that a read of this consistency sees, and the index of the write on which it
    /// depends.
    pub(crate) fn visible(
        &self,
        region: RegionIx,
        key: &Key,
        stored: &Stored,
        consistent: bool,
    ) -> (Option<SharedItem>, u64) {
        if self.is_mrsc()
            && !consistent
            && let Some(old) = self.shadows[&region].get(key)
        {
            return (old.clone(), 0);
        }
        (stored.item.clone(), stored.version.index)
    }

    pub(crate) fn get(
        &self,
        region: RegionIx,
        key: &Key,
        consistent: bool,
    ) -> (Option<SharedItem>, u64) {
        match self.stored(region, key) {
            Some(stored) => self.visible(region, key, stored, consistent),
            None => (None, 0),
        }
    }

    fn persist(&self, region: RegionIx, key: &Key, stored: &Stored, first: bool) -> Persist {
        Persist {
            region,
            index: stored.version.index,
            table: self.spec.name.clone(),
            key: key.clone(),
            item: stored.item.clone(),
            first,
        }
    }

    /// Hands a write to the disks. Returns the number of disks that must have the write before the response is sent.
    pub(crate) fn keep(
        &mut self,
        cx: &Context<'_>,
        key: &Key,
        stored: &Stored,
        replaced: Option<Stored>,
        effects: &mut Vec<Effect>,
    ) -> u8 {
        let first = replaced.is_none();
        if !self.is_mrsc() {
            effects.push(Effect::Persist(self.persist(cx.region, key, stored, first)));
            return 1;
        }
        let old = replaced.and_then(|stored| stored.item);
        let elsewhere = |peer: &RegionIx| *peer != cx.region && cx.net.connected(cx.region, *peer);
        // The witness stores a write that only one replica could store, so that two of three participants have it.
        let spared = self.witness().filter(|_| self.replicas().iter().any(elsewhere));
        let disks = std::iter::once(cx.region).chain(self.peers(cx.region, cx.net));
        for disk in disks.filter(|disk| Some(*disk) != spared) {
            effects.push(Effect::Persist(self.persist(disk, key, stored, first)));
        }
        for (replica, shadow) in &mut self.shadows {
            let lag = cx.net.delay_us(place(cx.region), place(*replica));
            if *replica != cx.region && (lag > 0 || !cx.net.connected(cx.region, *replica)) {
                shadow.entry(key.clone()).or_insert_with(|| old.clone());
            }
        }
        2
    }

    /// Sends the key's state to the other replicas.
    pub(crate) fn replicate(
        &mut self,
        cx: &Context<'_>,
        key: &Key,
        eventual_lag_us: u64,
        effects: &mut Vec<Effect>,
    ) {
        for at in 0..self.replicas().len() {
            let to = self.replicas()[at];
            if to == cx.region {
                continue;
            }
            let delay = cx.net.delay_us(place(cx.region), place(to));
            let lag = if self.is_mrsc() {
                if !self.shadows[&to].contains_key(key) || !cx.net.connected(cx.region, to) {
                    continue;
                }
                delay
            } else {
                self.unsent.insert((cx.region, to, key.clone()));
                delay + eventual_lag_us + cx.net.lag_us[cx.region.0 as usize]
            };
            effects.push(Effect::Replicate {
                at_us: cx.now_us + lag,
                table: self.spec.name.clone(),
                from: cx.region,
                to,
                key: key.clone(),
            });
        }
    }

    /// Delivers a version to `to`. Returns the copy that its disk must store, if any.
    pub(crate) fn arrive(
        &mut self,
        from: RegionIx,
        to: RegionIx,
        key: &Key,
        net: &Net,
    ) -> Option<Persist> {
        if !net.connected(from, to) {
            return None;
        }
        if self.is_mrsc() {
            self.shadows.get_mut(&to)?.remove(key);
            return None;
        }
        self.unsent.remove(&(from, to, key.clone()));
        let arriving = self.local[&from].get(key)?.clone();
        let there = self.local[&to].get(key);
        // The last writer wins: versions are ordered by time and then by Region. The losing write leaves no trace.
        let order = |v: &Version| (v.at_us, v.region, v.index);
        if there.is_some_and(|t| order(&t.version) >= order(&arriving.version)) {
            return None;
        }
        let persist = self.persist(to, key, &arriving, false);
        self.local.get_mut(&to)?.insert(key.clone(), arriving);
        Some(persist)
    }

    /// Handles the return of `region`. That Region and the other replicas receive the versions that they missed.
    pub(crate) fn catch_up(&mut self, region: RegionIx, net: &Net) -> Vec<Persist> {
        let mut out = Vec::new();
        if !self.is_mrsc() {
            return out;
        }
        for replica in self.replicas().to_vec() {
            let reachable =
                replica == region || net.connected(region, replica) && !net.is_dark(replica);
            let quorum = self.peers(replica, net).next().is_some();
            if !reachable || !quorum || net.is_dark(replica) {
                continue;
            }
            let missed = std::mem::take(self.shadows.get_mut(&replica).expect("a replica"));
            for key in missed.keys() {
                out.push(self.persist(replica, key, &self.latest[key], false));
            }
        }
        out
    }

    pub(crate) fn unsent(&self, region: RegionIx, net: &Net) -> Vec<(RegionIx, RegionIx, Key)> {
        self.unsent
            .iter()
            .filter(|(from, to, _)| (*from == region || *to == region) && net.connected(*from, *to))
            .cloned()
            .collect()
    }

    /// Returns all versions that the Region's disk should hold.
    pub(crate) fn backfill(&self, region: RegionIx) -> Vec<Persist> {
        if !self.serves(region) && self.witness() != Some(region) {
            return Vec::new();
        }
        let states = if self.is_mrsc() { &self.latest } else { &self.local[&region] };
        states.iter().map(|(key, stored)| self.persist(region, key, stored, false)).collect()
    }

    /// Loads a version that was found on the Region's disk. The newest version on any disk becomes the latest.
    pub(crate) fn load(&mut self, region: RegionIx, key: Key, stored: Stored) {
        let states = if self.is_mrsc() {
            &mut self.latest
        } else {
            let Some(states) = self.local.get_mut(&region) else { return };
            states
        };
        let newer = states.get(&key).is_none_or(|s| s.version.index < stored.version.index);
        if newer {
            states.insert(key, stored);
        }
    }

    /// Returns the keys that expire before `now_s`, with their Regions.
    pub(crate) fn expired(&self, now_s: u64) -> Vec<(RegionIx, Key)> {
        let Some(attribute) = &self.spec.ttl else { return Vec::new() };
        let mut out = Vec::new();
        for (region, states) in &self.local {
            for (key, stored) in states {
                let at = stored.item.as_ref().and_then(|item| match item.get(attribute) {
                    Some(super::Value::N(n)) => n.to_u64(),
                    _ => None,
                });
                if at.is_some_and(|at| at < now_s) {
                    out.push((*region, key.clone()));
                }
            }
        }
        out
    }

    pub(crate) fn describe(&self, region: RegionIx) -> super::TableDescription {
        super::TableDescription {
            spec: self.spec.clone(),
            items: self.states(region).values().filter(|s| s.item.is_some()).count(),
        }
    }
}

fn place(region: RegionIx) -> crate::Place {
    crate::Place::Region(region)
}
