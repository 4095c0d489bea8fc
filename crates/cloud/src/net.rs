//! Regions, the links between them, and every fault that can be switched on.

use crate::rng::Rng;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A Region by its place in the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegionIx(pub u8);

/// Where a caller is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Outside of all Regions: customers, operators.
    Internet,
    Region(RegionIx),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    DynamoDb,
    Sqs,
    Rds,
    Sns,
}

/// What a service does wrong. Percentages are of calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Fault {
    /// No answer at all.
    pub dead: bool,
    /// Answers 500 without effect.
    pub error_percent: u8,
    /// Answers a throttling error without effect.
    pub throttle_percent: u8,
    /// Takes effect and does not answer.
    pub lost_reply_percent: u8,
    pub slow_us: u64,
}

/// What a fault makes of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Served { reply_lost: bool, slow_us: u64 },
    Unanswered,
    Error,
    Throttled,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Link {
    cut: bool,
    extra_us: u64,
}

#[derive(Debug)]
pub struct Net {
    regions: usize,
    /// Half of the round trip, one way.
    one_way_us: Vec<u64>,
    links: Vec<Link>,
    dark: Vec<bool>,
    /// Extra delay of replication out of a Region, for eventual tables and the database.
    pub lag_us: Vec<u64>,
    faults: BTreeMap<(RegionIx, Service), Fault>,
}

impl Net {
    pub(crate) fn new(regions: usize, one_way_us: u64) -> Net {
        let mut net = Net {
            regions,
            one_way_us: vec![one_way_us; regions * regions],
            links: vec![Link::default(); regions * regions],
            dark: vec![false; regions],
            lag_us: vec![0; regions],
            faults: BTreeMap::new(),
        };
        for r in 0..regions {
            net.one_way_us[r * regions + r] = 0;
        }
        net
    }

    pub fn regions(&self) -> impl Iterator<Item = RegionIx> + use<> {
        (0..self.regions as u8).map(RegionIx)
    }

    fn at(&self, from: RegionIx, to: RegionIx) -> usize {
        from.0 as usize * self.regions + to.0 as usize
    }

    /// Both directions of a pair.
    pub fn set_distance(&mut self, a: RegionIx, b: RegionIx, one_way_us: u64) {
        let (ab, ba) = (self.at(a, b), self.at(b, a));
        self.one_way_us[ab] = one_way_us;
        self.one_way_us[ba] = one_way_us;
    }

    pub fn is_dark(&self, region: RegionIx) -> bool {
        self.dark[region.0 as usize]
    }

    pub(crate) fn set_dark(&mut self, region: RegionIx, dark: bool) {
        self.dark[region.0 as usize] = dark;
    }

    /// One direction only: what `from` sends does not arrive at `to`.
    pub(crate) fn set_cut(&mut self, from: RegionIx, to: RegionIx, cut: bool) {
        let at = self.at(from, to);
        self.links[at].cut = cut;
    }

    pub(crate) fn is_cut(&self, from: RegionIx, to: RegionIx) -> bool {
        self.links[self.at(from, to)].cut
    }

    pub fn set_extra_us(&mut self, from: RegionIx, to: RegionIx, extra_us: u64) {
        let at = self.at(from, to);
        self.links[at].extra_us = extra_us;
    }

    pub fn set_fault(&mut self, region: RegionIx, service: Service, fault: Fault) {
        if fault == Fault::default() {
            self.faults.remove(&(region, service));
        } else {
            self.faults.insert((region, service), fault);
        }
    }

    pub fn fault(&self, region: RegionIx, service: Service) -> Fault {
        self.faults.get(&(region, service)).copied().unwrap_or_default()
    }

    /// Whether what is sent arrives.
    pub fn passes(&self, from: Place, to: Place) -> bool {
        let up = |place| match place {
            Place::Internet => true,
            Place::Region(r) => !self.is_dark(r),
        };
        let linked = match (from, to) {
            (Place::Region(a), Place::Region(b)) => !self.links[self.at(a, b)].cut,
            _ => true,
        };
        up(from) && up(to) && linked
    }

    /// Whether two Regions can talk: both ways.
    pub fn connected(&self, a: RegionIx, b: RegionIx) -> bool {
        let (a, b) = (Place::Region(a), Place::Region(b));
        self.passes(a, b) && self.passes(b, a)
    }

    pub fn delay_us(&self, from: Place, to: Place) -> u64 {
        match (from, to) {
            (Place::Region(a), Place::Region(b)) => {
                let at = self.at(a, b);
                self.one_way_us[at] + self.links[at].extra_us
            }
            _ => 0,
        }
    }

    pub fn round_trip_us(&self, a: RegionIx, b: RegionIx) -> u64 {
        let (a, b) = (Place::Region(a), Place::Region(b));
        self.delay_us(a, b) + self.delay_us(b, a)
    }

    pub(crate) fn fate(&self, region: RegionIx, service: Service, rng: &mut Rng) -> Fate {
        let Some(fault) = self.faults.get(&(region, service)) else {
            return Fate::Served { reply_lost: false, slow_us: 0 };
        };
        if fault.dead {
            Fate::Unanswered
        } else if rng.percent(fault.error_percent) {
            Fate::Error
        } else if rng.percent(fault.throttle_percent) {
            Fate::Throttled
        } else {
            let reply_lost = rng.percent(fault.lost_reply_percent);
            Fate::Served { reply_lost, slow_us: fault.slow_us }
        }
    }
}
