//! How the platform's data lies in the cloud's tables: what `aws` does for the real services. Bodies
//! that only this world reads are kept beside the table and named by number in the item, so that a
//! million ticks do not write and parse a million JSON texts; entries are the real text.

use super::{CLUSTER, CONTROL, LEDGER, QUEUE, World};
use crate::faults::Site;
use crate::scenario::Scenario;
use leeward_blueprint::Profile;
use leeward_cloud::aurora::{AuroraTiming, GlobalCluster, Member, RdsRequest, RdsResponse};
use leeward_cloud::dynamodb::expression::{Compare, Condition, Operand, Path};
use leeward_cloud::dynamodb::{
    BatchKeys, DynamoRequest, DynamoResponse, DynamoTiming, Item, KeySchema, Query, Returns,
    SharedItem, TableKind, TableSpec, Text, Value, Write,
};
use leeward_cloud::sqs::{Attributes, Outgoing, SqsRequest, SqsResponse};
use leeward_cloud::{Cloud, Config, RegionIx, Request, Response, ServiceError};
use leeward_model::{
    AccountId, AuditRecord, Authority, ChainHead, Claim, ClientId, ContentHash, DatabaseView,
    Entry, Observation, ProcessorState, Region, Seq, StoredEntry,
};
use std::sync::Arc;

/// Of the registry. A pass reads each.
pub(super) const SHARDS: u32 = 2;

/// What a process asks of AWS, in the words of the ports.
pub(crate) enum Ask {
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

/// What came back. What is not here is not known (SAFE-7).
#[derive(Debug)]
pub(crate) enum Told {
    Head(Seq),
    Done,
    /// A put-if-absent, or a swap, met this.
    Met(Option<SharedItem>),
    Entries(Vec<StoredEntry>),
    Accounts(Vec<u16>),
    Item(Option<SharedItem>),
    Items(Vec<SharedItem>),
    Hints(Vec<(String, String)>),
    View(Box<DatabaseView>),
    /// Refused for good, in the service's words.
    Refused(String),
    /// An answer that says nothing of the effect; somebody is there.
    Error,
}

pub(super) fn region_names() -> Vec<Region> {
    ["primary", "secondary", "witness"]
        .map(|name| Region::new(name).expect("a plain name"))
        .to_vec()
}

/// Customers' accounts first, then one canary account for each prober and Region (R20).
pub(super) fn accounts(customers: u32, names: &[Region]) -> Vec<AccountId> {
    let account = |name: String| AccountId::new(&name).expect("a plain name");
    let mut all: Vec<AccountId> = (0..customers).map(|n| account(format!("acct-{n}"))).collect();
    for prober in names {
        for region in &names[..2] {
            all.push(account(format!("canary:{prober}:{region}")));
        }
    }
    all
}

pub(super) fn cloud(scenario: &Scenario, seed: u64) -> Cloud {
    let t = &scenario.timing;
    let ms = |ms: u64| ms * 1_000;
    let mut cloud = Cloud::new(Config {
        regions: region_names().iter().map(|r| r.as_str().to_owned()).collect(),
        one_way_us: 0,
        dynamo: DynamoTiming::of(ms(t.requorum_ms), ms(t.catch_up_ms)),
        aurora: AuroraTiming::of(ms(t.database_failover_ms), ms(t.database_rebuild_ms)),
        disk_us: None,
        epoch_s: 1_767_225_600,
        seed,
    });
    let [a, b, w] = Site::ALL.map(Site::ix);
    // docs/spec/aws-facts.md: 12–15 ms there and back between the two, 50 and 68 to the witness. On one machine
    // they are next to each other.
    let near = match t.profile {
        Profile::Aws => 1,
        Profile::Local => 50,
    };
    cloud.set_distance(a, b, 6_500 / near);
    cloud.set_distance(b, w, 25_000 / near);
    cloud.set_distance(a, w, 34_000 / near);
    let schema =
        KeySchema { partition: "pk".into(), partition_type: 'S', sort: Some(("sk".into(), 'S')) };
    let table = |name: &str, replicas: Vec<RegionIx>, witness| TableSpec {
        name: name.into(),
        schema: schema.clone(),
        kind: TableKind::Strong { replicas, witness },
        ttl: None,
    };
    cloud.create_table(table(LEDGER, vec![a, b], Some(w))).expect("the model is new");
    cloud.create_table(table(CONTROL, vec![a, b, w], None)).expect("the model is new");
    for region in [a, b] {
        let attributes = Attributes { visibility_timeout_s: 5, redrive: None };
        cloud.create_queue(region, QUEUE, attributes);
    }
    cloud.create_cluster(CLUSTER, "aurora-postgresql", a, &[a, b]);
    cloud
}

/// What items name by number.
#[derive(Default)]
pub(crate) struct Bodies {
    authorities: Vec<Arc<Authority>>,
    observations: Vec<Observation>,
    processors: Vec<ProcessorState>,
    audits: Vec<AuditRecord>,
}

fn s(text: impl Into<Text>) -> Value {
    Value::S(text.into())
}

/// Twenty digits, so that texts are in the order of their numbers.
fn digits(n: u64) -> Text {
    let (mut digits, mut rest) = ([b'0'; 20], n);
    for digit in digits.iter_mut().rev() {
        *digit += (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    Text::new(std::str::from_utf8(&digits).expect("digits are text"))
}

fn number(n: u64) -> Value {
    Value::S(digits(n))
}

fn text<'a>(item: &'a Item, name: &str) -> Option<&'a Text> {
    match item.get(name)? {
        Value::S(text) => Some(text),
        _ => None,
    }
}

fn body_number(item: &Item) -> Option<usize> {
    text(item, "body")?.parse().ok()
}

impl Bodies {
    /// The authority that an item of the control table holds, if it is that item.
    pub(crate) fn authority_in(&self, item: &Item) -> Option<&Arc<Authority>> {
        if text(item, "pk")? != "authority" {
            return None;
        }
        self.authorities.get(body_number(item)?)
    }

    pub(crate) fn observation_in(&self, item: &Item) -> Option<&Observation> {
        if text(item, "pk")? != "sentinels" {
            return None;
        }
        self.observations.get(body_number(item)?)
    }

    pub(crate) fn audit_in(&self, item: &Item) -> Option<&AuditRecord> {
        if !text(item, "pk")?.starts_with("audit#") {
            return None;
        }
        self.audits.get(body_number(item)?)
    }

    pub(crate) fn authority(&self, told: Option<&Told>) -> Option<Arc<Authority>> {
        let Some(Told::Item(Some(item))) = told else { return None };
        self.authority_in(item).cloned()
    }

    /// For a machine, which keeps it.
    pub(crate) fn owned_authority(&self, told: Option<&Told>) -> Option<Box<Authority>> {
        self.authority(told).map(|authority| Box::new(Authority::clone(&authority)))
    }

    /// What a lost swap of an observation met: known, and perhaps nothing.
    pub(crate) fn met_observation(&self, item: Option<&SharedItem>) -> Option<Box<Observation>> {
        Some(Box::new(self.observations.get(body_number(item?)?)?.clone()))
    }

    pub(crate) fn observations(&self, items: &[SharedItem]) -> Vec<Observation> {
        items.iter().filter_map(|item| self.observations.get(body_number(item)?).cloned()).collect()
    }

    /// `None`: not known. `Some(None)`: there is none yet.
    pub(crate) fn processor(&self, told: Option<&Told>) -> Option<Option<ProcessorState>> {
        let Some(Told::Item(item)) = told else { return None };
        let read = |item: &SharedItem| self.processors.get(body_number(item)?).cloned();
        Some(item.as_ref().and_then(read))
    }

    /// The head of an audit chain from its newest item.
    pub(crate) fn audit(&self, item: &SharedItem) -> Option<&AuditRecord> {
        self.audits.get(body_number(item)?)
    }

    pub(crate) fn audit_head(&self, items: &[SharedItem]) -> Option<ChainHead> {
        self.audit(items.first()?).map(AuditRecord::head)
    }
}

const PK: Text = Text::new_static("pk");
const SK: Text = Text::new_static("sk");

fn keep<T>(all: &mut Vec<T>, one: T) -> Value {
    all.push(one);
    number(all.len() as u64 - 1)
}

fn sort_of(seq: Seq) -> Text {
    digits(seq.0)
}

/// Attributes in the order of their names need no sorting.
fn item<const N: usize>(attributes: [(Text, Value); N]) -> Item {
    debug_assert!(attributes.is_sorted_by(|(a, _), (b, _)| a < b));
    Item::from_sorted_store_unchecked(attributes.into())
}

fn key(pk: &str, sk: &str) -> Item {
    item([(PK, s(pk)), (SK, s(sk))])
}

fn put(table: &'static str, item: Item, condition: Condition) -> DynamoRequest {
    DynamoRequest::Write(Write::Put {
        table: Text::new_static(table),
        item: Arc::new(item),
        condition: Some(condition),
        old_on_failure: true,
        returns: Returns::None,
    })
}

fn absent() -> Condition {
    Condition::absent("pk")
}

fn compare(attribute: &str, op: Compare, value: Value) -> Condition {
    let path = Operand::Path(Path::attribute(attribute));
    Condition::Compare(path, op, Operand::Value(value))
}

fn query(
    table: &'static str,
    pk: &str,
    after: Option<Text>,
    forward: bool,
    limit: usize,
) -> DynamoRequest {
    let mut condition = compare("pk", Compare::Eq, s(pk));
    if let Some(after) = after {
        let range = compare("sk", Compare::Gt, s(after));
        condition = Condition::And(Box::new(condition), Box::new(range));
    }
    DynamoRequest::Query(Query {
        table: Text::new_static(table),
        condition,
        filter: None,
        forward,
        limit: Some(limit),
        start: None,
        consistent: true,
    })
}

fn get(pk: &str, sk: &str) -> DynamoRequest {
    DynamoRequest::Get { table: Text::new_static(CONTROL), key: key(pk, sk), consistent: true }
}

fn swap(mut item: Item, attribute: &str, value: u64, expect: Option<u64>) -> DynamoRequest {
    item.insert(attribute.into(), number(value));
    let condition = match expect {
        Some(expect) => compare(attribute, Compare::Eq, number(expect)),
        None => absent(),
    };
    put(CONTROL, item, condition)
}

fn with_body(pk: &str, sk: &str, body: Value) -> Item {
    item([(Text::new_static("body"), body), (PK, s(pk)), (SK, s(sk))])
}

impl World {
    pub(super) fn account_number(&self, account: &AccountId) -> Option<u16> {
        self.accounts.iter().position(|a| a == account).map(|n| n as u16)
    }

    fn shard_of(account: u16) -> u32 {
        u32::from(account) % SHARDS
    }

    /// The request that an ask is.
    pub(super) fn request(&mut self, ask: Ask) -> Request {
        match ask {
            Ask::Head(_)
            | Ask::Register(_)
            | Ask::Claim(..)
            | Ask::After(..)
            | Ask::At(_)
            | Ask::Put(..)
            | Ask::Accounts(_) => Request::Dynamo(self.ledger_request(ask)),
            Ask::SendHints(body) => Request::Sqs(SqsRequest::Send {
                queue: QUEUE.to_owned(),
                messages: vec![Outgoing::new(body)],
            }),
            Ask::Receive { wait_us } => Request::Sqs(SqsRequest::Receive {
                queue: QUEUE.to_owned(),
                max: 10,
                visibility_timeout_s: None,
                wait_us,
            }),
            Ask::DeleteHints(receipts) => {
                Request::Sqs(SqsRequest::DeleteMessages { queue: QUEUE.to_owned(), receipts })
            }
            Ask::Describe => {
                Request::Rds(RdsRequest::DescribeGlobalClusters { id: Some(CLUSTER.to_owned()) })
            }
            Ask::Failover(to) => Request::Rds(RdsRequest::FailoverGlobalCluster {
                id: CLUSTER.to_owned(),
                target: self.cluster_arn(to),
                allow_data_loss: true,
                switchover: false,
            }),
            Ask::Switchover(to) => Request::Rds(RdsRequest::SwitchoverGlobalCluster {
                id: CLUSTER.to_owned(),
                target: self.cluster_arn(to),
            }),
            control => Request::Dynamo(self.control_request(control)),
        }
    }

    fn cluster_arn(&self, region: RegionIx) -> String {
        let cluster = self.cloud.cluster(CLUSTER).expect("made at the start");
        cluster.arn(self.cloud.region_name(region))
    }

    fn ledger_request(&self, ask: Ask) -> DynamoRequest {
        let name = |account: u16| self.accounts[usize::from(account)].as_str();
        match ask {
            Ask::Head(account) => query(LEDGER, name(account), None, false, 1),
            Ask::Register(account) => {
                let pk = format!("#accounts#{}", World::shard_of(account));
                put(LEDGER, key(&pk, name(account)), absent())
            }
            Ask::Claim(account, id, claim) => {
                let claim = item([
                    (Text::new_static("from"), number(claim.from.0)),
                    (Text::new_static("hash"), s(claim.hash.as_str())),
                    (PK, s([name(account), "#", id.as_str()].concat())),
                    (SK, Value::S(Text::new_static("claim"))),
                ]);
                put(LEDGER, claim, absent())
            }
            Ask::After(account, after) => {
                query(LEDGER, name(account), Some(sort_of(after)), true, 100)
            }
            Ask::At(keys) => {
                let keys = keys.iter().map(|(a, seq)| key(name(*a), &sort_of(*seq))).collect();
                let of = BatchKeys { table: Text::new_static(LEDGER), keys, consistent: true };
                DynamoRequest::BatchGet { tables: vec![of] }
            }
            Ask::Put(account, seq, body) => {
                let mut item = with_body(name(account), &sort_of(seq), s(body));
                item.insert(Text::new_static("v"), number(u64::from(Entry::FORMAT)));
                // SAFE-1: on condition of absence, like every put into the ledger.
                put(LEDGER, item, absent())
            }
            Ask::Accounts(shard) => query(LEDGER, &format!("#accounts#{shard}"), None, true, 1_000),
            _ => unreachable!("asked of the control table"),
        }
    }

    fn control_request(&mut self, ask: Ask) -> DynamoRequest {
        match ask {
            Ask::Authority => get("authority", "authority"),
            Ask::SwapAuthority(next, expect) => {
                let version = next.version;
                let body = keep(&mut self.bodies.authorities, Arc::new(*next));
                swap(with_body("authority", "authority", body), "version", version, expect)
            }
            Ask::Observations => query(CONTROL, "sentinels", None, true, 100),
            Ask::SwapObservation(observation, expect) => {
                let (counter, region) = (observation.counter, observation.sentinel.clone());
                let body = keep(&mut self.bodies.observations, *observation);
                let item = with_body("sentinels", region.as_str(), body);
                swap(item, "counter", counter, expect)
            }
            Ask::Processor(region) => get("processors", self.names[region.0 as usize].as_str()),
            Ask::PutProcessor(state) => {
                let (epoch, region) = (state.epoch.0, state.region.clone());
                let body = keep(&mut self.bodies.processors, state);
                let mut item = with_body("processors", region.as_str(), body);
                item.insert(Text::new_static("epoch"), number(epoch));
                let newer = compare("epoch", Compare::Le, number(epoch));
                put(CONTROL, item, Condition::Or(Box::new(absent()), Box::new(newer)))
            }
            Ask::AuditHead(writer) => query(CONTROL, &format!("audit#{writer}"), None, false, 1),
            Ask::PutAudit(record) => {
                let (pk, sk) = (format!("audit#{}", record.writer), sort_of(Seq(record.seq)));
                let body = keep(&mut self.bodies.audits, record);
                put(CONTROL, with_body(&pk, &sk, body), absent())
            }
            _ => unreachable!("asked of another service"),
        }
    }

    /// What an answer tells, given what was asked for.
    pub(super) fn told(&self, kind: AskKind, result: Result<Response, ServiceError>) -> Told {
        let response = match result {
            Ok(response) => response,
            Err(error) if error.code == "ConditionalCheckFailedException" => {
                return Told::Met(error.item);
            }
            Err(error) => {
                let gone = ["GlobalClusterNotFoundFault", "DBClusterNotFoundFault"];
                let refused = gone.contains(&error.code);
                return if refused { Told::Refused(error.message) } else { Told::Error };
            }
        };
        match (response, kind) {
            (Response::Dynamo(DynamoResponse::Page(page)), AskKind::Head) => {
                let head = page.items.first().and_then(|item| self.entry(item));
                Told::Head(head.map_or(Seq::ZERO, |entry| entry.seq))
            }
            (Response::Dynamo(DynamoResponse::Page(page)), AskKind::Entries) => {
                Told::Entries(page.items.iter().filter_map(|item| self.entry(item)).collect())
            }
            (Response::Dynamo(DynamoResponse::BatchGet(found)), _) => {
                let items = found.iter().flat_map(|(_, items)| items);
                Told::Entries(items.filter_map(|item| self.entry(item)).collect())
            }
            (Response::Dynamo(DynamoResponse::Page(page)), AskKind::Accounts) => {
                let read = |item: &SharedItem| {
                    let account = AccountId::new(text(item, "sk")?).ok()?;
                    self.account_number(&account)
                };
                Told::Accounts(page.items.iter().filter_map(read).collect())
            }
            (Response::Dynamo(DynamoResponse::Page(page)), AskKind::Other) => {
                Told::Items(page.items)
            }
            (Response::Dynamo(DynamoResponse::Item(item)), _) => Told::Item(item),
            (Response::Sqs(SqsResponse::Received(received)), _) => {
                Told::Hints(received.into_iter().map(|r| (r.receipt, r.body)).collect())
            }
            (Response::Rds(RdsResponse::Clusters(clusters)), _) => {
                clusters.first().map_or(Told::Error, |c| Told::View(Box::new(self.view(c))))
            }
            _ => Told::Done,
        }
    }

    fn view(&self, cluster: &GlobalCluster) -> DatabaseView {
        let name = |region: &RegionIx| self.names[region.0 as usize].clone();
        let of = |wanted: Member| {
            let found = cluster.members.iter().filter(move |(_, m)| **m == wanted);
            found.map(|(region, _)| name(region)).collect()
        };
        DatabaseView {
            writer: Some(name(&cluster.writer)),
            moving: cluster.status != "available",
            members: of(Member::Available),
            resyncing: of(Member::Rebuilding),
            // As the adapter for the real service: who left is no longer in the answer.
            detached: Vec::new(),
        }
    }

    fn entry(&self, item: &Item) -> Option<StoredEntry> {
        let pk = text(item, "pk")?;
        let account = self.accounts.iter().find(|a| pk == a.as_str())?;
        Some(StoredEntry {
            account: account.clone(),
            seq: Seq(text(item, "sk")?.parse().ok()?),
            format: text(item, "v")?.parse().ok()?,
            body: text(item, "body")?.clone().into(),
        })
    }

    /// The entry that a put met.
    pub(super) fn met_entry(&self, item: Option<&SharedItem>) -> Option<StoredEntry> {
        self.entry(item?)
    }
}

/// The claim that a claim met.
pub(super) fn met_claim(item: Option<&SharedItem>) -> Option<Claim> {
    let item = item?;
    let hash = ContentHash::from_text(text(item, "hash")?);
    Some(Claim { hash, from: Seq(text(item, "from")?.parse().ok()?) })
}

/// What a page of items is to be read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AskKind {
    Head,
    Entries,
    Accounts,
    Other,
}

impl Ask {
    pub(super) fn kind(&self) -> AskKind {
        match self {
            Ask::Head(_) => AskKind::Head,
            Ask::After(..) | Ask::At(_) => AskKind::Entries,
            Ask::Accounts(_) => AskKind::Accounts,
            _ => AskKind::Other,
        }
    }
}
