//! Usage costs, computed from the number of orders in a month.

use crate::cost::bill::{Bill, HOURS, Load};
use leeward_blueprint::Blueprint;
use leeward_blueprint::deploy::Profile;

pub(crate) const CALL_MS: f64 = 60.0;
pub(crate) const WIRE_BYTES: f64 = 1_000.0;
pub(crate) const LOG_BYTES: f64 = 600.0;
const MILLION: f64 = 1e6;
const GB: f64 = 1e9;
/// The number of orders per hint message. Hints are coalesced; each message is sent, received and deleted once.
const ORDERS_OF_A_HINT: f64 = 10.0;
/// The number of I/O pages per order in the projection: order, position, outbox and account.
const IO_OF_AN_ORDER: f64 = 4.0;
/// The number of ticks in a month: three sentinels tick every 5 s.
const TICKS: f64 = 3.0 * HOURS * 3_600.0 / 5.0;
/// The number of small requests per second that one load balancer capacity unit covers if each connection carries
/// twenty of them. A unit includes 25 new connections per second.
const REQUESTS_OF_A_UNIT: f64 = 500.0;

pub(crate) fn add(bill: &mut Bill<'_>, blueprint: &Blueprint, load: Load) {
    let r = &blueprint.regions;
    let (primary, secondary) = (r.primary.as_str(), r.secondary.as_str());
    let orders = load.orders_per_second * HOURS * 3_600.0;
    let million = orders / MILLION;
    for region in [primary, secondary] {
        let writes = (2.0 * million, "M units");
        bill.add(region, "DynamoDB", "claims and entries", writes, "table_write_million");
        let stored = (load.stored_gb, "GB");
        bill.add(region, "DynamoDB", "stored", stored, "table_storage_gb");
        bill.add(region, "DynamoDB", "point-in-time recovery", stored, "table_backup_gb");
        bill.add(region, "Aurora", "stored", stored, "database_storage_gb");
    }
    for region in [primary, secondary, r.witness.as_str()] {
        let ticks = (TICKS / 3.0 * 4.0 / MILLION, "M units");
        bill.add(region, "DynamoDB", "sentinels", ticks, "table_write_million");
        // A sentinel always runs. Successive sentinels overlap, so one and a half of them run on average.
        let seconds = 1.5 * HOURS * 3_600.0 * f64::from(blueprint.functions.memory_mb) / 1_024.0;
        bill.add(region, "Lambda", "sentinel", (seconds, "GB-s"), "function_gb_second");
    }
    let reads = (2.0 * million, "M units");
    bill.add(primary, "DynamoDB", "strong reads", reads, "table_read_million");
    let io = (IO_OF_AN_ORDER * million, "M I/O");
    bill.add(primary, "Aurora", "I/O", io, "database_io_million");
    bill.add(secondary, "Aurora", "replicated I/O", io, "database_replicated_million");
    let hints = (3.0 * million / ORDERS_OF_A_HINT, "M calls");
    bill.add(primary, "SQS", "hints", hints, "queue_million");
    bill.add(primary, "EventBridge", "events of orders", (million, "M events"), "event_million");
    let logs = (orders * LOG_BYTES / GB, "GB");
    bill.add(primary, "CloudWatch", "logs", logs, "log_gb");
    let requests = (million, "M requests");
    bill.add(primary, "WAF", "requests", requests, "firewall_million");
    let wire = orders * WIRE_BYTES / GB;
    bill.add(primary, "Transfer", "to customers", (wire, "GB"), "transfer_internet_gb");
    bill.add(primary, "Transfer", "between Regions", (3.0 * wire, "GB"), "transfer_regions_gb");
    match blueprint.profile {
        Profile::Serverless => {
            bill.add(primary, "API Gateway", "requests", requests, "api_million");
            let calls = 1.0 + 1.0 / ORDERS_OF_A_HINT;
            bill.add(primary, "Lambda", "calls", (calls * million, "M calls"), "function_million");
            let memory = f64::from(blueprint.functions.memory_mb) / 1_024.0;
            let seconds = calls * orders * CALL_MS / 1_000.0 * memory;
            bill.add(primary, "Lambda", "at work", (seconds, "GB-s"), "function_gb_second");
        }
        Profile::Instances => {
            let units = (load.orders_per_second / REQUESTS_OF_A_UNIT * HOURS, "unit-h");
            bill.add(primary, "Load balancing", "capacity units", units, "balancer_unit_hour");
        }
    }
}
