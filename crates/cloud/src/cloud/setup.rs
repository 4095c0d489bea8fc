//! Tables, queues, clusters and records of a cloud. These methods create them without delay and inspect them from
//! outside.

use super::*;

/// Methods that set up the cloud and inspect it.
impl Cloud {
    /// Creates a table without delay.
    pub fn create_table(&mut self, spec: TableSpec) -> Result<(), ServiceError> {
        let expires = spec.ttl.is_some();
        self.dynamo.create(spec)?;
        if expires && !self.expires {
            self.expires = true;
            self.timers.at(self.now_us + EXPIRY_US, Timer::Expire);
        }
        Ok(())
    }

    /// Creates a queue without delay.
    pub fn create_queue(&mut self, region: RegionIx, queue: &str, attributes: Attributes) {
        self.sqs.create(region, queue, attributes);
    }

    /// Creates a topic without delay.
    pub fn create_topic(&mut self, region: RegionIx, topic: &str) {
        self.sns.create(region, topic);
    }

    /// Creates a global cluster without delay.
    pub fn create_cluster(
        &mut self,
        id: &str,
        engine: &str,
        writer: RegionIx,
        members: &[RegionIx],
    ) {
        self.aurora.create(id, engine, writer, members);
    }

    /// Restores the state of a cluster after a restart.
    pub fn restore_cluster(&mut self, id: &str, writer: RegionIx, detached: &[RegionIx]) {
        self.aurora.restore(id, writer, detached);
    }

    /// Reports the result of a switchover's [`crate::aurora::AuroraEvent::Drain`]. `complete` is true if the target now
    /// has everything that the source has. An incomplete drain ends the switchover, and the writer stays where it was.
    /// `number` is the number of the event; a report about an earlier switchover changes nothing.
    pub fn report_drain(&mut self, now_us: u64, id: &str, number: u64, complete: bool) {
        self.changes += 1;
        self.aurora.report_drain(now_us, id, number, complete, &self.net);
        self.take_aurora();
    }

    /// Returns the global cluster with this id.
    pub fn cluster(&self, id: &str) -> Option<&GlobalCluster> {
        self.aurora.cluster(id)
    }

    /// Returns the pairs of Regions between which database pages are currently replicated, with their extra lag.
    pub fn database_replication(&self, id: &str) -> Vec<(RegionIx, RegionIx, u64)> {
        let pairs = self.aurora.replication(id, &self.net).into_iter();
        pairs.map(|(from, to)| (from, to, self.net.lag_us[from.0 as usize])).collect()
    }

    /// Adds a health check.
    pub fn add_health_check(&mut self, now_us: u64, spec: HealthCheckSpec) {
        self.dns.add_check(now_us, spec);
        self.take_dns();
    }

    /// Adds a DNS record.
    pub fn add_record(&mut self, record: Record) {
        self.dns.add_record(record);
    }

    /// Returns the records that a resolver currently gets for a name.
    pub fn resolve(&self, name: &str) -> Vec<&Record> {
        self.dns.resolve(name)
    }

    /// Returns whether the name has records.
    pub fn has_name(&self, name: &str) -> bool {
        self.dns.has_name(name)
    }

    /// Returns whether a health check is healthy.
    pub fn is_check_healthy(&self, check: &str) -> bool {
        self.dns.is_healthy(check)
    }

    /// Returns the most recent messages that were published to a topic.
    pub fn notices(&self, region: RegionIx, topic: &str) -> Vec<Notice> {
        self.sns.notices(region, topic)
    }

    /// Loads a version that was found on a disk. All versions must be loaded before the first call.
    pub fn load(&mut self, persist: Persist) {
        self.dynamo.durability.continue_after(persist.index);
        let Some(table) = self.dynamo.tables.kept_mut(&persist.table, persist.region) else {
            return;
        };
        let version = Version { index: persist.index, region: persist.region, at_us: 0 };
        table.load(persist.region, persist.key, Stored { item: persist.item, version });
    }

    /// Copies everything that a Region's disk should hold, for a disk that lost its data. The copies are outputs like
    /// all other writes.
    pub fn backfill(&mut self, now_us: u64, region: RegionIx) {
        let tables = self.dynamo.tables.iter();
        let all: Vec<Persist> = tables.flat_map(|t| t.backfill(region)).collect();
        for persist in all {
            self.dynamo.durability.catch_up(region, persist.index);
            self.dynamo.effects.push(Effect::Persist(persist));
        }
        self.take_effects(now_us);
    }
}
