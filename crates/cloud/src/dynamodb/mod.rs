//! DynamoDB: tables with multi-Region strong consistency (MRSC), eventually consistent global tables, and plain tables
//! (eventually consistent tables with one replica).
//!
//! The sources are the API reference, for names and limits, and the Prescriptive Guidance "DynamoDB global tables", for
//! these properties of MRSC:
//!
//! - A write returns after a synchronous copy to one other Region.
//! - Conditions and strong reads see the latest version.
//! - A witness serves nothing.
//! - A Region needs one other reachable Region.
//! - A returning Region responds with errors until it has caught up.
//! - There are no transactions, TTL or LSI.

mod durability;
pub mod expression;
mod names;
mod number;
pub mod parse;
mod projection;
mod query;
mod read;
mod request;
mod reserved;
mod scan;
mod table;
mod tables;
pub mod update;
mod value;
mod write;

pub use names::Names;
pub use number::{Number, NumberError};
pub use projection::project;
pub use request::{
    BatchKeys, BatchPart, BatchWrite, DynamoRequest, DynamoResponse, Page, Query, Returns, Scan,
    TableDescription, Write,
};
pub use table::{TableKind, TableSpec};
pub use value::{Item, Key, KeyPart, KeySchema, SharedItem, Text, Value, nests_too_deep};

pub(crate) use durability::Durability;
pub(crate) use table::{Stored, Table, Version};
pub(crate) use tables::Tables;
use value::item_size;

use crate::net::{Net, RegionIx};
use crate::{ServiceError, cloud::Persist};

// These limits come from DynamoDB's API reference and its quotas page.

/// The maximum size of an item in bytes, including attribute names.
const MAX_ITEM_BYTES: usize = 400 * 1024;
/// The number of bytes of items after which Query or Scan ends a page.
const MAX_PAGE_BYTES: usize = 1024 * 1024;
/// The maximum number of keys in one BatchGetItem, over all its tables.
const MAX_BATCH_GET: usize = 100;
/// The maximum number of bytes of items in a response of BatchGetItem, which leaves the remaining keys unprocessed.
const MAX_BATCH_GET_BYTES: usize = 16 * 1024 * 1024;
/// The same number for the keys of one partition.
const MAX_BATCH_GET_PARTITION_BYTES: usize = 1024 * 1024;
/// The maximum number of requests in one BatchWriteItem, over all its tables.
const MAX_BATCH_WRITE: usize = 25;
/// The maximum length of an expression's text in bytes.
const MAX_EXPRESSION_BYTES: usize = 4 * 1024;
/// The maximum nesting depth of lists and maps.
const MAX_NESTING: usize = 32;
/// The maximum size of a partition key in bytes.
const MAX_PARTITION_BYTES: usize = 2_048;
/// The maximum size of a sort key in bytes.
const MAX_SORT_BYTES: usize = 1_024;

/// The times inside DynamoDB. docs/spec/aws-facts.md has the published numbers. AWS does not publish how long a quorum
/// takes to re-form, so that time is an assumption.
#[derive(Debug, Clone, Copy)]
pub struct DynamoTiming {
    /// The time for which strong reads and writes of MRSC tables wait after the loss of a participant, in microseconds.
    pub requorum_us: u64,
    /// The time for which a returning Region responds to strong reads and writes of MRSC tables with errors, in
    /// microseconds.
    pub catch_up_us: u64,
    /// The time after which a Region without a quorum responds with an error, in microseconds.
    pub quorum_timeout_us: u64,
    /// The typical lag of eventually consistent global tables in microseconds. It is added to the latency between the
    /// Regions.
    pub eventual_lag_us: u64,
}

impl DynamoTiming {
    /// Returns settings with the two given times, and with fixed values for the other two.
    pub fn of(requorum_us: u64, catch_up_us: u64) -> DynamoTiming {
        let (quorum_timeout_us, eventual_lag_us) = (100_000, 100_000);
        DynamoTiming { requorum_us, catch_up_us, quorum_timeout_us, eventual_lag_us }
    }
}

/// The result of a request that DynamoDB accepted for processing.
pub(crate) enum Handled {
    Now(Result<DynamoResponse, ServiceError>),
    /// The response waits until this write is on two disks, and until the round trip is over.
    Durable {
        index: u64,
        not_before_us: u64,
        result: Result<DynamoResponse, ServiceError>,
    },
    /// The quorum is re-forming, so the request is retried at this time.
    Retry {
        at_us: u64,
    },
    /// The response is ready, but is sent after a delay.
    Late {
        at_us: u64,
        result: Result<DynamoResponse, ServiceError>,
    },
}

/// An action that DynamoDB schedules for later or requests from the caller.
#[derive(Debug)]
pub(crate) enum Effect {
    Persist(Persist),
    /// Deliver the version to this replica at `at_us`.
    Replicate {
        at_us: u64,
        table: Text,
        from: RegionIx,
        to: RegionIx,
        key: Key,
    },
}

pub(crate) struct Dynamo {
    pub(crate) tables: Tables,
    pub(crate) durability: Durability,
    timing: DynamoTiming,
    /// The time until which the quorums re-form after the loss of a participant.
    reforming_until_us: u64,
    /// The time until which each Region responds with errors after its return.
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
            tables: Tables::default(),
            durability: Durability::new(regions),
            timing,
            reforming_until_us: 0,
            catching_up_until_us: vec![0; regions],
            effects: Vec::new(),
        }
    }

    /// Handles the loss of a participant because of a dark Region or a cut link.
    pub(crate) fn connectivity_lost(&mut self, now_us: u64) {
        self.reforming_until_us = now_us + self.timing.requorum_us;
    }

    /// Handles the return of a Region, which catches up before it serves requests.
    pub(crate) fn connectivity_back(&mut self, now_us: u64, region: RegionIx, net: &Net) {
        self.catching_up_until_us[region.0 as usize] = now_us + self.timing.catch_up_us;
        for table in self.tables.iter_mut() {
            for persist in table.catch_up(region, net) {
                self.durability.catch_up(persist.region, persist.index);
                self.effects.push(Effect::Persist(persist));
            }
            for (from, to, key) in table.unsent(region, net) {
                let at_us = now_us + self.timing.eventual_lag_us;
                let table = table.spec.name.clone();
                self.effects.push(Effect::Replicate { at_us, table, from, to, key });
            }
        }
    }

    /// Returns a table that the Region serves. A witness serves no reads or writes and has no visible table.
    pub(crate) fn table(&self, name: &str, region: RegionIx) -> Result<&Table, ServiceError> {
        self.tables.get(name, region).ok_or_else(|| {
            ServiceError::new(
                "ResourceNotFoundException",
                format!("Requested resource not found: Table: {name} not found"),
            )
        })
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
            DynamoRequest::Get { table, key, consistent } => self.get(cx, table, key, *consistent),
            DynamoRequest::BatchGet { tables } => self.batch_get(cx, tables),
            DynamoRequest::Query(query) => self.query(cx, query),
            DynamoRequest::Scan(scan) => self.scan(cx, scan),
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
                Ok(Handled::Now(Ok(DynamoResponse::Table(Box::new(table.describe(cx.region))))))
            }
            DynamoRequest::List => {
                let served = self.tables.iter().filter(|t| t.serves(cx.region));
                let names = served.map(|t| t.spec.name.clone()).collect();
                Ok(Handled::Now(Ok(DynamoResponse::Tables(names))))
            }
            DynamoRequest::Create(spec) => {
                self.create(spec.clone())?;
                Ok(Handled::Now(
                    self.table(&spec.name, cx.region)
                        .map(|table| DynamoResponse::Table(Box::new(table.describe(cx.region)))),
                ))
            }
            DynamoRequest::DeleteTable { table } => {
                let description = self.table(table, cx.region)?.describe(cx.region);
                self.tables.remove(table, cx.region);
                Ok(Handled::Now(Ok(DynamoResponse::Table(Box::new(description)))))
            }
        }
    }

    pub(crate) fn create(&mut self, spec: TableSpec) -> Result<(), ServiceError> {
        let name = spec.name.clone();
        if self.tables.insert(Table::new(spec)) {
            return Ok(());
        }
        Err(ServiceError::new("ResourceInUseException", format!("Table already exists: {name}")))
    }

    fn unavailable(&self, cx: &Context<'_>) -> Handled {
        let error = ServiceError::server("InternalServerError", "The replica has no quorum");
        Handled::Late { at_us: cx.now_us + self.timing.quorum_timeout_us, result: Err(error) }
    }

    /// Returns how this replica currently fails a strong read or a write, or `None` if it may serve them.
    fn not_serving(&self, cx: &Context<'_>, table: &Table) -> Option<Handled> {
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

    /// Returns the round trip time to the nearest reachable participant.
    fn round_trip_us(cx: &Context<'_>, table: &Table) -> u64 {
        if !table.is_mrsc() {
            return 0;
        }
        let trips = table.peers(cx.region, cx.net).map(|p| cx.net.round_trip_us(cx.region, p));
        trips.min().unwrap_or(0)
    }

    /// Delivers a version to another replica.
    pub(crate) fn replicated(
        &mut self,
        table: &str,
        from: RegionIx,
        to: RegionIx,
        key: &Key,
        net: &Net,
    ) {
        let Some(table) = self.tables.get_mut(table, from) else { return };
        if let Some(persist) = table.arrive(from, to, key, net) {
            self.durability.catch_up(persist.region, persist.index);
            self.effects.push(Effect::Persist(persist));
        }
    }
}
