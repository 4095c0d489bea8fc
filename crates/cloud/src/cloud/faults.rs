//! Faults of Regions, links and services, which the caller switches on and off.

use super::*;

/// Methods that switch faults on and off.
impl Cloud {
    /// Makes a whole Region unreachable, or restores it. Nothing in such a *dark* Region responds, and nothing leaves
    /// it.
    pub fn set_dark(&mut self, now_us: u64, region: RegionIx, dark: bool) {
        if self.net.is_dark(region) == dark {
            return;
        }
        self.net.set_dark(region, dark);
        if dark {
            self.connectivity_lost(now_us);
        } else {
            self.connectivity_back(now_us, region);
        }
    }

    /// Cuts or restores one direction of a link: packets from `from` do not arrive at `to` while it is cut.
    pub fn set_cut(&mut self, now_us: u64, from: RegionIx, to: RegionIx, cut: bool) {
        if self.net.is_cut(from, to) == cut {
            return;
        }
        self.net.set_cut(from, to, cut);
        if cut {
            self.connectivity_lost(now_us);
        } else {
            self.connectivity_back(now_us, from);
            self.connectivity_back(now_us, to);
        }
    }

    fn connectivity_lost(&mut self, now_us: u64) {
        self.dynamo.connectivity_lost(now_us);
        self.aurora.connectivity_lost(now_us, &self.net);
        self.take_aurora();
    }

    fn connectivity_back(&mut self, now_us: u64, region: RegionIx) {
        self.dynamo.connectivity_back(now_us, region, &self.net);
        self.take_effects(now_us);
        self.aurora.connectivity_back(now_us, &self.net);
        self.take_aurora();
    }

    /// Sets the fault of a service in a Region.
    pub fn set_fault(&mut self, region: RegionIx, service: Service, fault: Fault) {
        self.net.set_fault(region, service, fault);
    }

    /// Sets the extra latency of one direction.
    pub fn set_slow(&mut self, from: RegionIx, to: RegionIx, extra_us: u64) {
        self.net.set_extra_us(from, to, extra_us);
    }

    /// Sets the one-way latency between two Regions.
    pub fn set_distance(&mut self, a: RegionIx, b: RegionIx, one_way_us: u64) {
        self.net.set_distance(a, b, one_way_us);
    }

    /// Sets the extra lag of replication out of a Region.
    pub fn set_lag(&mut self, region: RegionIx, lag_us: u64) {
        self.net.lag_us[region.0 as usize] = lag_us;
    }

    /// Sets the fault of a global cluster.
    pub fn set_database_fault(&mut self, id: &str, fault: AuroraFault) {
        self.aurora.set_fault(id, fault);
    }
}
