//! Tables, queues, clusters and records of a cloud: made at once, and inspected from outside.

use super::*;

/// Methods that set up the world and inspect it.
impl Cloud {
    /// Adds a table at once.
    pub fn create_table(&mut self, spec: TableSpec) -> Result<(), ServiceError> {
        self.dynamo.create(spec)
    }

    /// Adds a queue at once.
    pub fn create_queue(&mut self, region: RegionIx, queue: &str, attributes: Attributes) {
        self.sqs.create(region, queue, attributes);
    }

    /// Adds a topic at once.
    pub fn create_topic(&mut self, region: RegionIx, topic: &str) {
        self.sns.create(region, topic);
    }

    /// Adds a global cluster at once.
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

    /// Reports the result of a switchover's [`crate::aurora::AuroraEvent::Drain`]: `complete` if the target now has
    /// everything that the source has. An incomplete drain ends the switchover and leaves the writer where it was.
    /// `number` is that of the event: a report of an earlier switchover changes nothing.
    pub fn report_drain(&mut self, now_us: u64, id: &str, number: u64, complete: bool) {
        self.changes += 1;
        self.aurora.report_drain(now_us, id, number, complete, &self.net);
        self.take_aurora();
    }

    /// Returns a global cluster by its id.
    pub fn cluster(&self, id: &str) -> Option<&GlobalCluster> {
        self.aurora.cluster(id)
    }

    /// Returns the pairs of Regions between which database pages flow now, with their extra lag.
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

    /// Returns the records that a resolver gets for a name now.
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

    /// Returns the messages that were last published to a topic.
    pub fn notices(&self, region: RegionIx, topic: &str) -> Vec<Notice> {
        self.sns.notices(region, topic)
    }

    /// Loads a version found on a disk, before anything is served.
    pub fn load(&mut self, persist: Persist) {
        self.dynamo.durability.continue_after(persist.index);
        let Some(table) = self.dynamo.tables.kept_mut(&persist.table, persist.region) else {
            return;
        };
        let version = Version { index: persist.index, region: persist.region, at_us: 0 };
        table.load(persist.region, persist.key, Stored { item: persist.item, version });
    }

    /// Copies everything that a Region's disk should hold, for a disk that lost its data. These copies are outputs like
    /// any other write.
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
