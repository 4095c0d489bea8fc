//! Regions, the links between them, and all faults that can be switched on.

use crate::rng::Rng;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A Region, given by its index in the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegionIx(pub u8);

/// The network position of a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Outside of all Regions, where customers and operators are.
    Internet,
    /// Inside a Region.
    Region(RegionIx),
}

/// A service that can have a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    /// DynamoDB, the service of tables.
    DynamoDb,
    /// SQS, the service of queues.
    Sqs,
    /// RDS, the control plane of the databases. Their data plane has no such fault.
    Rds,
    /// SNS, the service of topics.
    Sns,
}

/// A fault of a service in a Region. For each call, the percentages are drawn in the order of the fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Fault {
    /// Whether the service never responds.
    pub dead: bool,
    /// The percentage of calls to which the service responds with status 500, without an effect.
    pub error_percent: u8,
    /// The percentage of calls to which the service responds with a throttling error, without an effect.
    pub throttle_percent: u8,
    /// The percentage of calls that take effect but get no response.
    pub lost_reply_percent: u8,
    /// The extra latency of each call that takes effect, in microseconds.
    pub slow_us: u64,
}

/// The effect of a fault on one call.
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

/// The links between all Regions, and their faults.
#[derive(Debug)]
pub struct Net {
    regions: usize,
    /// The latency of one direction, which is half of the round trip.
    one_way_us: Vec<u64>,
    links: Vec<Link>,
    dark: Vec<bool>,
    /// The extra lag of replication out of each Region, for eventually consistent tables and for the database.
    pub(crate) lag_us: Vec<u64>,
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

    /// Returns all Regions.
    pub fn regions(&self) -> impl Iterator<Item = RegionIx> + use<> {
        (0..self.regions as u8).map(RegionIx)
    }

    fn at(&self, from: RegionIx, to: RegionIx) -> usize {
        from.0 as usize * self.regions + to.0 as usize
    }

    /// Sets the one-way latency between two Regions in both directions.
    pub(crate) fn set_distance(&mut self, a: RegionIx, b: RegionIx, one_way_us: u64) {
        let (ab, ba) = (self.at(a, b), self.at(b, a));
        self.one_way_us[ab] = one_way_us;
        self.one_way_us[ba] = one_way_us;
    }

    /// Returns whether the whole Region is unreachable.
    pub fn is_dark(&self, region: RegionIx) -> bool {
        self.dark[region.0 as usize]
    }

    pub(crate) fn set_dark(&mut self, region: RegionIx, dark: bool) {
        self.dark[region.0 as usize] = dark;
    }

    /// Cuts or restores one direction only: packets from `from` do not arrive at `to` while it is cut.
    pub(crate) fn set_cut(&mut self, from: RegionIx, to: RegionIx, cut: bool) {
        let at = self.at(from, to);
        self.links[at].cut = cut;
    }

    pub(crate) fn is_cut(&self, from: RegionIx, to: RegionIx) -> bool {
        self.links[self.at(from, to)].cut
    }

    /// Sets the extra latency of one direction.
    pub(crate) fn set_extra_us(&mut self, from: RegionIx, to: RegionIx, extra_us: u64) {
        let at = self.at(from, to);
        self.links[at].extra_us = extra_us;
    }

    /// Sets the fault of a service in a Region.
    pub(crate) fn set_fault(&mut self, region: RegionIx, service: Service, fault: Fault) {
        if fault == Fault::default() {
            self.faults.remove(&(region, service));
        } else {
            self.faults.insert((region, service), fault);
        }
    }

    /// Returns whether packets from one place arrive at the other.
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

    /// Returns whether two Regions can reach each other in both directions.
    pub(crate) fn connected(&self, a: RegionIx, b: RegionIx) -> bool {
        let (a, b) = (Place::Region(a), Place::Region(b));
        self.passes(a, b) && self.passes(b, a)
    }

    /// Returns the latency from one place to another.
    pub fn delay_us(&self, from: Place, to: Place) -> u64 {
        match (from, to) {
            (Place::Region(a), Place::Region(b)) => {
                let at = self.at(a, b);
                self.one_way_us[at] + self.links[at].extra_us
            }
            _ => 0,
        }
    }

    /// Returns the round trip time between two Regions.
    pub(crate) fn round_trip_us(&self, a: RegionIx, b: RegionIx) -> u64 {
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
