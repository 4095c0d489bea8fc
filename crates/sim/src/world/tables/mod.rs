//! The layout of the platform's data in the cloud's tables. This module does for the simulated cloud what `aws` does
//! for the real services. Entries are stored as their real text. Bodies that only this world reads are kept beside the
//! table, and the item contains only their number. A million ticks therefore do not write and parse a million JSON
//! texts.

mod bodies;
mod items;
mod replies;
mod requests;

pub(crate) use bodies::Bodies;
pub(crate) use replies::claim_in;

use super::directory::Directory;
use super::{CLUSTER, CONTROL, DEAD_LETTERS, LEDGER, QUEUE};
use crate::faults::Site;
use crate::scenario::Scenario;
use leeward_blueprint::schema::{self, Table, TableRole};
use leeward_blueprint::services::Consistency;
use leeward_blueprint::{RegionRole, TimingProfile};
use leeward_cloud::aurora::AuroraTiming;
use leeward_cloud::dynamodb::{DynamoTiming, KeySchema, SharedItem, TableKind, TableSpec};
use leeward_cloud::sqs::Attributes;
use leeward_cloud::{Cloud, Config, RegionIx};
use leeward_model::{
    AuditRecord, Authority, Claim, ClientId, DatabaseView, Observation, ProcessorState, Seq,
    StoredEntry,
};

/// The number of shards of the account registry. A sweep reads each shard.
pub(crate) const SHARDS: u32 = 2;

fn shard_of(account: u16) -> u32 {
    u32::from(account) % SHARDS
}

/// A call of a process to AWS, as the ports define it.
pub(crate) enum PortCall {
    Head(u16),
    Register(u16),
    Claim(u16, ClientId, Claim),
    After(u16, Seq),
    At(Vec<(u16, Seq)>),
    Put(u16, Seq, String),
    Accounts(u32),
    Authority,
    SwapAuthority(Box<Authority>, Option<u64>),
    Observations,
    SwapObservation(Box<Observation>, Option<u64>),
    Processor(RegionIx),
    PutProcessor(ProcessorState),
    AuditHead(String),
    PutAudit(AuditRecord),
    SendHints(String),
    Receive { wait_us: u64 },
    DeleteHints(Vec<String>),
    Describe,
    Failover(RegionIx),
    Switchover(RegionIx),
}

/// The reply to a [`PortCall`]. Everything that the reply does not state is unknown (SAFE-7).
#[derive(Debug)]
pub(crate) enum PortReply {
    Head(Seq),
    Done,
    /// A conditional write was refused because this item was stored.
    Occupied(Option<SharedItem>),
    Entries(Vec<StoredEntry>),
    Accounts(Vec<u16>),
    Item(Option<SharedItem>),
    Items(Vec<SharedItem>),
    Hints(Vec<(String, String)>),
    Database(Box<DatabaseView>),
    /// The service permanently rejected the call, for this reason.
    Refused(String),
    /// The service replied, but the effect is unknown.
    Error,
}

/// The way in which the page of items in a reply is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReplyKind {
    Head,
    Entries,
    Accounts,
    Other,
}

impl PortCall {
    pub(crate) fn kind(&self) -> ReplyKind {
        match self {
            PortCall::Head(_) => ReplyKind::Head,
            PortCall::After(..) | PortCall::At(_) => ReplyKind::Entries,
            PortCall::Accounts(_) => ReplyKind::Accounts,
            _ => ReplyKind::Other,
        }
    }
}

/// Builds the cloud with the tables, queues and clusters of a new deployment.
pub(super) fn build_cloud(scenario: &Scenario, seed: u64) -> Cloud {
    let t = &scenario.timing;
    let ms = |ms: u64| ms * 1_000;
    let mut cloud = Cloud::new(Config {
        regions: Directory::region_names().0.iter().map(|r| r.as_str().to_owned()).collect(),
        one_way_us: 0,
        dynamo: DynamoTiming::of(ms(t.requorum_ms), ms(t.catch_up_ms)),
        aurora: AuroraTiming::of(ms(t.database_failover_ms), ms(t.database_rebuild_ms)),
        disk_us: None,
        epoch_s: 1_767_225_600,
        seed,
    });
    let [a, b, w] = Site::ALL.map(Site::ix);
    // docs/spec/aws-facts.md: the round trip takes 12–15 ms between the two Regions, and 50 and 68 ms to the witness.
    // In the local profile, all three are on one machine.
    let near = match t.profile {
        TimingProfile::Aws => 1,
        TimingProfile::Local => 50,
    };
    cloud.set_distance(a, b, 6_500 / near);
    cloud.set_distance(b, w, 25_000 / near);
    cloud.set_distance(a, w, 34_000 / near);
    for table in schema::tables(Consistency::Strong) {
        if let Some(spec) = table_spec(&table) {
            cloud.create_table(spec).expect("the model is new");
        }
    }
    for region in [a, b] {
        cloud.create_queue(region, DEAD_LETTERS, Attributes::default());
        let attributes = Attributes {
            visibility_timeout_s: schema::hint_visibility_s(t.profile),
            redrive: Some((DEAD_LETTERS.to_owned(), schema::MAX_RECEIVES)),
        };
        cloud.create_queue(region, QUEUE, attributes);
    }
    cloud.create_cluster(CLUSTER, "aurora-postgresql", a, &[a, b]);
    cloud
}

/// Returns the cloud model's description of a table of the blueprint; `None` for sessions, which the simulator does not
/// use.
fn table_spec(table: &Table) -> Option<TableSpec> {
    let name = match table.role {
        TableRole::Ledger => LEDGER,
        TableRole::Control => CONTROL,
        TableRole::Sessions => return None,
    };
    let ix = |role: RegionRole| match role {
        RegionRole::Primary => Site::Primary.ix(),
        RegionRole::Secondary => Site::Secondary.ix(),
        RegionRole::Witness => Site::Witness.ix(),
    };
    Some(TableSpec {
        name: name.into(),
        schema: KeySchema {
            partition: table.partition_key.into(),
            partition_type: schema::KEY_TYPE,
            sort: Some((table.sort_key.into(), schema::KEY_TYPE)),
        },
        kind: TableKind::Strong {
            replicas: table.replicas.iter().copied().map(ix).collect(),
            witness: table.witness.map(ix),
        },
        ttl: None,
    })
}
