//! DynamoDB: tables with multi-Region strong consistency (MRSC), eventual global tables, and plain
//! ones (an eventual table with one replica).
//!
//! Sources: Prescriptive Guidance "DynamoDB global tables" (a write returns after a synchronous copy
//! to one other Region; conditions and strong reads see the latest version; a witness serves
//! nothing; a Region needs one other reachable Region; a returning one errors until caught up; no
//! transactions, TTL or LSI with MRSC), and the API reference for names and limits.

mod durability;
pub mod expression;
mod number;
pub mod parse;
mod query;
mod request;
mod table;
mod value;

pub use number::Number;
pub use query::project;
pub use request::{
    BatchWrite, DynamoRequest, DynamoResponse, Page, Query, Returns, Scan, TableDescription, Write,
};
pub use table::{TableKind, TableSpec};
pub use value::{Item, Key, KeyPart, KeySchema, SharedItem, Value, item_size};

pub(crate) use durability::Durability;
pub(crate) use table::{Stored, Table, Version};

use crate::net::{Net, RegionIx};
use crate::{ServiceError, cloud::Persist};
use std::collections::BTreeMap;

/// AWS's limits that callers meet.
pub const MAX_ITEM_BYTES: usize = 400 * 1024;
pub const MAX_PAGE_BYTES: usize = 1024 * 1024;
pub const MAX_BATCH_GET: usize = 100;
pub const MAX_BATCH_WRITE: usize = 25;

/// How long things take inside DynamoDB. Published numbers are in aws-facts §2; the re-forming of a
/// quorum is not published and is an assumption of ours.
#[derive(Debug, Clone, Copy)]
pub struct DynamoTiming {
    pub requorum_us: u64,
    pub catch_up_us: u64,
    /// How long a Region without a quorum takes to say so.
    pub quorum_timeout_us: u64,
    /// Typical lag of eventual global tables.
    pub eventual_lag_us: u64,
}

/// What became of a request that DynamoDB took on.
pub(crate) enum Handled {
    Now(Result<DynamoResponse, ServiceError>),
    /// The answer waits until this write is on two disks, and for the round trip.
    Durable {
        index: u64,
        not_before_us: u64,
        result: Result<DynamoResponse, ServiceError>,
    },
    /// The quorum re-forms: try again then.
    Retry {
        at_us: u64,
    },
    /// The answer, but only after a while.
    Late {
        at_us: u64,
        result: Result<DynamoResponse, ServiceError>,
    },
}

/// What DynamoDB wants done later or outside.
#[derive(Debug)]
pub(crate) enum Effect {
    Persist(Persist),
    /// At `at_us` this replica has the version.
    Replicate {
        at_us: u64,
        table: String,
        from: RegionIx,
        to: RegionIx,
        key: Key,
    },
}

pub(crate) struct Dynamo {
    pub(crate) tables: BTreeMap<String, Table>,
    pub(crate) durability: Durability,
    timing: DynamoTiming,
    /// Until when a lost participant keeps quorums from working.
    reforming_until_us: u64,
    /// Until when a returning Region answers with errors.
    catching_up_until_us: Vec<u64>,
    pub(crate) effects: Vec<Effect>,
}

pub(crate) struct Context<'a> {
    pub(crate) now_us: u64,
    pub(crate) region: RegionIx,
    pub(crate) net: &'a Net,
}

impl Dynamo {
    pub(crate) fn new(regions: usize, timing: DynamoTiming) -> Dynamo {
        Dynamo {
            tables: BTreeMap::new(),
            durability: Durability::new(regions),
            timing,
            reforming_until_us: 0,
            catching_up_until_us: vec![0; regions],
            effects: Vec::new(),
        }
    }

    /// A participant was lost, by darkness or by a cut link.
    pub(crate) fn connectivity_lost(&mut self, now_us: u64) {
        self.reforming_until_us = now_us + self.timing.requorum_us;
    }

    /// A Region is back, or reachable again: it catches up before it serves.
    pub(crate) fn connectivity_back(&mut self, now_us: u64, region: RegionIx, net: &Net) {
        self.catching_up_until_us[region.0 as usize] = now_us + self.timing.catch_up_us;
        let names: Vec<String> = self.tables.keys().cloned().collect();
        for name in names {
            let table = self.tables.get_mut(&name).expect("just listed");
            for persist in table.catch_up(region, net) {
                self.durability.catch_up(persist.region, persist.index);
                self.effects.push(Effect::Persist(persist));
            }
            for (from, to, key) in table.unsent(region, net) {
                let at_us = now_us + self.timing.eventual_lag_us;
                self.effects.push(Effect::Replicate { at_us, table: name.clone(), from, to, key });
            }
        }
    }

    pub(crate) fn table(
        &mut self,
        name: &str,
        region: RegionIx,
    ) -> Result<&mut Table, ServiceError> {
        let missing = || {
            ServiceError::new(
                "ResourceNotFoundException",
                format!("Requested resource not found: Table: {name} not found"),
            )
        };
        let table = self.tables.get_mut(name).ok_or_else(missing)?;
        // A witness serves no reads or writes and shows no table.
        if table.serves(region) { Ok(table) } else { Err(missing()) }
    }

    pub(crate) fn handle(&mut self, cx: &Context<'_>, request: &DynamoRequest) -> Handled {
        match self.try_handle(cx, request) {
            Ok(handled) => handled,
            Err(error) => Handled::Now(Err(error)),
        }
    }

    fn try_handle(
        &mut self,
        cx: &Context<'_>,
        request: &DynamoRequest,
    ) -> Result<Handled, ServiceError> {
        match request {
            DynamoRequest::Write(write) => self.write(cx, write),
            DynamoRequest::Get { table, key, consistent } => {
                let key = self.table(table, cx.region)?.key(key)?;
                self.read(cx, &[(table.clone(), *consistent)], |dynamo| {
                    let (item, index) = dynamo.tables[table].get(cx.region, &key, *consistent);
                    (DynamoResponse::Item(item), index)
                })
            }
            DynamoRequest::BatchGet { keys, consistent } => self.batch_get(cx, keys, *consistent),
            DynamoRequest::Query(query) => {
                self.table(&query.table, cx.region)?;
                let range = query::Range::of(query, &self.tables[&query.table].spec.schema)?;
                self.read(cx, &[(query.table.clone(), query.consistent)], |dynamo| {
                    query::run(&dynamo.tables[&query.table], cx.region, query, &range)
                })
            }
            DynamoRequest::Scan(scan) => {
                self.table(&scan.table, cx.region)?;
                self.read(cx, &[(scan.table.clone(), scan.consistent)], |dynamo| {
                    query::scan(&dynamo.tables[&scan.table], cx.region, scan)
                })
            }
            DynamoRequest::BatchWrite { writes } => self.batch_write(cx, writes),
            DynamoRequest::Transact { tables } => {
                for name in tables {
                    if self.table(name, cx.region)?.is_mrsc() {
                        return Err(ServiceError::new(
                            "ValidationException",
                            "Transactions are not supported on tables with multi-Region strong \
                             consistency",
                        ));
                    }
                }
                Err(ServiceError::new("ValidationException", "Transactions are not modelled"))
            }
            DynamoRequest::Describe { table } => {
                let table = self.table(table, cx.region)?;
                Ok(Handled::Now(Ok(DynamoResponse::Table(table.describe()))))
            }
            DynamoRequest::List => {
                let served = self.tables.values().filter(|t| t.serves(cx.region));
                let names = served.map(|t| t.spec.name.clone()).collect();
                Ok(Handled::Now(Ok(DynamoResponse::Tables(names))))
            }
            DynamoRequest::Create(spec) => self.create(spec.clone()).map(Handled::Now),
            DynamoRequest::DeleteTable { table } => {
                let description = self.table(table, cx.region)?.describe();
                self.tables.remove(table);
                Ok(Handled::Now(Ok(DynamoResponse::Table(description))))
            }
        }
    }

    pub(crate) fn create(
        &mut self,
        spec: TableSpec,
    ) -> Result<Result<DynamoResponse, ServiceError>, ServiceError> {
        if self.tables.contains_key(&spec.name) {
            return Err(ServiceError::new(
                "ResourceInUseException",
                format!("Table already exists: {}", spec.name),
            ));
        }
        let table = Table::new(spec);
        let description = table.describe();
        self.tables.insert(table.spec.name.clone(), table);
        Ok(Ok(DynamoResponse::Table(description)))
    }

    fn unavailable(&self, cx: &Context<'_>) -> Handled {
        let error = ServiceError::server("InternalServerError", "The replica has no quorum");
        Handled::Late { at_us: cx.now_us + self.timing.quorum_timeout_us, result: Err(error) }
    }

    /// Whether this replica may serve a strong read or a write now; `Some` says how it does not.
    fn not_serving(&self, cx: &Context<'_>, table: &str) -> Option<Handled> {
        let table = &self.tables[table];
        if !table.is_mrsc() {
            return None;
        }
        if cx.now_us < self.catching_up_until_us[cx.region.0 as usize] {
            let error = ServiceError::server("InternalServerError", "The replica is catching up");
            return Some(Handled::Now(Err(error)));
        }
        if table.peers(cx.region, cx.net).next().is_none() {
            return Some(self.unavailable(cx));
        }
        (cx.now_us < self.reforming_until_us)
            .then_some(Handled::Retry { at_us: self.reforming_until_us })
    }

    /// A read; a strong one waits until what it saw is durable.
    fn read(
        &mut self,
        cx: &Context<'_>,
        tables: &[(String, bool)],
        read: impl FnOnce(&Dynamo) -> (DynamoResponse, u64),
    ) -> Result<Handled, ServiceError> {
        let mut not_before_us = cx.now_us;
        for (name, consistent) in tables {
            self.table(name, cx.region)?;
            if *consistent {
                if let Some(handled) = self.not_serving(cx, name) {
                    return Ok(handled);
                }
                not_before_us = not_before_us.max(cx.now_us + self.round_trip_us(cx, name));
            }
        }
        let (response, index) = read(self);
        Ok(self.when_durable(index, not_before_us, cx.now_us, Ok(response)))
    }

    fn when_durable(
        &self,
        index: u64,
        not_before_us: u64,
        now_us: u64,
        result: Result<DynamoResponse, ServiceError>,
    ) -> Handled {
        if self.durability.is_pending(index) {
            Handled::Durable { index, not_before_us, result }
        } else if not_before_us > now_us {
            Handled::Late { at_us: not_before_us, result }
        } else {
            Handled::Now(result)
        }
    }

    /// To the nearest participant that can be reached.
    fn round_trip_us(&self, cx: &Context<'_>, table: &str) -> u64 {
        let table = &self.tables[table];
        if !table.is_mrsc() {
            return 0;
        }
        let trips = table.peers(cx.region, cx.net).map(|p| cx.net.round_trip_us(cx.region, p));
        trips.min().unwrap_or(0)
    }

    fn batch_get(
        &mut self,
        cx: &Context<'_>,
        keys: &[(String, Item)],
        consistent: bool,
    ) -> Result<Handled, ServiceError> {
        if keys.len() > MAX_BATCH_GET {
            let text = "Too many items requested for the BatchGetItem call";
            return Err(ServiceError::new("ValidationException", text));
        }
        let mut parsed = Vec::with_capacity(keys.len());
        let mut tables: Vec<(String, bool)> = Vec::new();
        for (table, key) in keys {
            parsed.push((table, self.table(table, cx.region)?.key(key)?));
            if !tables.iter().any(|(name, _)| name == table) {
                tables.push((table.clone(), consistent));
            }
        }
        self.read(cx, &tables, |dynamo| {
            let mut newest = 0;
            let mut found = Vec::new();
            for (table, key) in &parsed {
                let (item, index) = dynamo.tables[*table].get(cx.region, key, consistent);
                newest = newest.max(index);
                found.extend(item.map(|item| ((*table).clone(), item)));
            }
            (DynamoResponse::BatchGet(found), newest)
        })
    }

    fn batch_write(
        &mut self,
        cx: &Context<'_>,
        writes: &[BatchWrite],
    ) -> Result<Handled, ServiceError> {
        if writes.is_empty() || writes.len() > MAX_BATCH_WRITE {
            let text = "1 validation error detected: a batch has 1 to 25 requests";
            return Err(ServiceError::new("ValidationException", text));
        }
        for write in writes {
            // All of it is checked before any of it is written.
            let write = write.as_write();
            write.key(self.table(write.table(), cx.region)?)?;
        }
        let mut last = Handled::Now(Ok(DynamoResponse::Empty));
        for write in writes {
            let handled = self.write(cx, &write.as_write())?;
            match handled {
                Handled::Durable { index, not_before_us, .. } => {
                    let result = Ok(DynamoResponse::Empty);
                    last = Handled::Durable { index, not_before_us, result };
                }
                Handled::Now(Ok(_)) => {}
                other => return Ok(other),
            }
        }
        Ok(last)
    }

    /// One conditional write: judged against the latest version, in one place, at one moment.
    fn write(&mut self, cx: &Context<'_>, write: &Write) -> Result<Handled, ServiceError> {
        let table = self.table(write.table(), cx.region)?;
        let key = write.key(table)?;
        if let Some(handled) = self.not_serving(cx, write.table()) {
            return Ok(handled);
        }
        let not_before_us = cx.now_us + self.round_trip_us(cx, write.table());
        let table = self.tables.get_mut(write.table()).expect("found above");
        let old = table.stored(cx.region, &key);
        let (old_item, old_index) = old.map_or((None, 0), |s| (s.item.clone(), s.version.index));
        // Two Regions at one item at once: the later one is told to try again.
        let elsewhere = old.is_some_and(|s| s.version.region != cx.region);
        if table.is_mrsc() && elsewhere && self.durability.is_pending(old_index) {
            return Err(ServiceError::new(
                "ReplicatedWriteConflictException",
                "Another Region is writing this item",
            ));
        }
        if let Some(condition) = write.condition()
            && !condition.holds(old_item.as_deref().unwrap_or(&Item::new()))
        {
            let mut error = ServiceError::new(
                "ConditionalCheckFailedException",
                "The conditional request failed",
            );
            error.item = old_item.filter(|_| write.old_on_failure());
            let result = Err(error);
            return Ok(self.when_durable(old_index, not_before_us, cx.now_us, result));
        }
        let (new, response) = write.outcome(old_item)?;
        let table = self.tables.get_mut(write.table()).expect("found above");
        let index = self.durability.next_index();
        let version = Version { index, region: cx.region, at_us: cx.now_us };
        let needed = table.put(cx, &key, Stored { item: new, version }, &mut self.effects);
        let lag = self.timing.eventual_lag_us;
        table.replicate(cx, &key, lag, &mut self.effects);
        let persists = self.effects.iter().filter_map(|e| match e {
            Effect::Persist(p) if p.index == index => Some(p.region),
            _ => None,
        });
        self.durability.begin(index, needed, persists);
        Ok(Handled::Durable { index, not_before_us, result: Ok(response) })
    }

    /// A version arrives at another replica.
    pub(crate) fn replicated(
        &mut self,
        table: &str,
        from: RegionIx,
        to: RegionIx,
        key: &Key,
        net: &Net,
    ) {
        let Some(table) = self.tables.get_mut(table) else { return };
        if let Some(persist) = table.arrive(from, to, key, net) {
            self.durability.catch_up(persist.region, persist.index);
            self.effects.push(Effect::Persist(persist));
        }
    }
}
