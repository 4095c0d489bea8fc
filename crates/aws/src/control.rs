//! The control table: authority, observations, processor states, audit chains and readiness reports.
//!
//! | pk | sk | attributes |
//! |---|---|---|
//! | `authority` | `authority` | `version`, `body` |
//! | `sentinels` | region | `counter`, `body` |
//! | `processors` | region | `body` |
//! | `audit#writer` | 20-digit seq | `body` |
//! | `readiness` | region | `counter`, `body` |

use crate::config::AwsConfig;
use crate::table::{Attributes, Put, Table, body, n, s};
use async_trait::async_trait;
use leeward_model::readiness::Readiness;
use leeward_model::{AuditRecord, Authority, ChainHead, Observation, ProcessorState, Region};
use leeward_ports::{Control, Outcome, Swap};
use serde::Serialize;
use serde::de::DeserializeOwned;

const ABSENT: &str = "attribute_not_exists(pk)";

pub struct DynamoControl {
    table: Table,
}

fn item(pk: &str, sk: &str, content: &impl Serialize) -> Attributes {
    let body = serde_json::to_string(content).expect("model types always serialize");
    Attributes::from([("pk".into(), s(pk)), ("sk".into(), s(sk)), ("body".into(), s(body))])
}

fn swap_result<T: DeserializeOwned>(outcome: Outcome<Put>) -> Outcome<Swap<T>> {
    match outcome {
        Outcome::Done(Put::Stored) => Outcome::Done(Swap::Stored),
        Outcome::Done(Put::Occupied(there)) if there.is_empty() => {
            Outcome::Done(Swap::Changed(None))
        }
        Outcome::Done(Put::Occupied(there)) => match body(&there) {
            Some(there) => Outcome::Done(Swap::Changed(Some(Box::new(there)))),
            None => Outcome::unclear("the existing item cannot be read"),
        },
        other => other.map(|_| Swap::Stored),
    }
}

impl DynamoControl {
    /// Creates the adapter, which calls only the replica in `region`.
    pub fn new(config: &AwsConfig, region: &Region, table: &str) -> DynamoControl {
        DynamoControl { table: Table::new(config, region, table) }
    }

    /// Performs a compare-and-swap on one numeric attribute.
    async fn swap<T: DeserializeOwned>(
        &self,
        mut item: Attributes,
        attribute: &str,
        value: u64,
        expect: Option<u64>,
    ) -> Outcome<Swap<T>> {
        item.insert(attribute.into(), n(value));
        let limit = self.table.limit;
        let outcome = match expect {
            Some(expect) => {
                // The name is passed as a `#` placeholder because `counter` is a reserved word of DynamoDB.
                let names = [("#attribute", attribute)];
                let values = [(":expect", n(expect))];
                self.table.put_named(item, "#attribute = :expect", &names, &values, limit).await
            }
            None => self.table.put(item, ABSENT, &[], limit).await,
        };
        swap_result(outcome)
    }

    async fn read<T: DeserializeOwned>(&self, pk: &str, sk: &str) -> Outcome<Option<T>> {
        match self.table.get(pk, sk).await {
            Outcome::Done(None) => Outcome::Done(None),
            Outcome::Done(Some(item)) => match body(&item) {
                Some(read) => Outcome::Done(Some(read)),
                None => Outcome::Rejected(format!("this binary cannot read the item {pk}/{sk}")),
            },
            other => other.map(|_| None),
        }
    }
}

#[async_trait]
impl Control for DynamoControl {
    async fn authority(&self) -> Outcome<Option<Authority>> {
        self.read("authority", "authority").await
    }

    /// SAFE-5: every change of authority is a conditional write on its version.
    async fn swap_authority(
        &self,
        next: &Authority,
        expect: Option<u64>,
    ) -> Outcome<Swap<Authority>> {
        let item = item("authority", "authority", next);
        self.swap(item, "version", next.version, expect).await
    }

    async fn observations(&self) -> Outcome<Vec<Observation>> {
        let page = self.table.page("sentinels", None, true, None).await;
        page.map(|items| items.iter().filter_map(body).collect())
    }

    async fn swap_observation(
        &self,
        observation: &Observation,
        expect: Option<u64>,
    ) -> Outcome<Swap<Observation>> {
        let item = item("sentinels", observation.sentinel.as_str(), observation);
        self.swap(item, "counter", observation.counter, expect).await
    }

    async fn processor(&self, region: &Region) -> Outcome<Option<ProcessorState>> {
        self.read("processors", region.as_str()).await
    }

    async fn put_processor(&self, state: &ProcessorState) -> Outcome<()> {
        // Each Region's state has one writer. A state under an older epoch never overwrites one under a newer epoch.
        let mut item = item("processors", state.region.as_str(), state);
        item.insert("epoch".into(), n(state.epoch.0));
        let condition = "attribute_not_exists(pk) OR epoch <= :epoch";
        let values = [(":epoch", n(state.epoch.0))];
        self.table.put(item, condition, &values, self.table.limit).await.map(drop)
    }

    async fn audit_head(&self, writer: &str) -> Outcome<Option<ChainHead>> {
        match self.table.page(&format!("audit#{writer}"), None, false, Some(1)).await {
            Outcome::Done(items) => match items.first().map(body::<AuditRecord>) {
                None => Outcome::Done(None),
                Some(Some(record)) => Outcome::Done(Some(record.head())),
                // SAFE-10: the caller starts a new chain if none exists, so an unreadable one must not look absent.
                Some(None) => {
                    Outcome::Rejected("this binary cannot read the head of the audit chain".into())
                }
            },
            other => other.map(|_| None),
        }
    }

    async fn put_audit(&self, record: &AuditRecord) -> Outcome<Swap<AuditRecord>> {
        let pk = format!("audit#{}", record.writer);
        let item = item(&pk, &format!("{:020}", record.seq), record);
        swap_result(self.table.put(item, ABSENT, &[], self.table.limit).await)
    }

    async fn audit_chain(&self, writer: &str, after: u64) -> Outcome<Vec<AuditRecord>> {
        let (partition, mut after) = (format!("audit#{writer}"), after);
        let mut chain: Vec<AuditRecord> = Vec::new();
        loop {
            let from = format!("{after:020}");
            let page = match self.table.page(&partition, Some(&from), true, None).await {
                Outcome::Done(page) => page,
                other => return other.map(|_| Vec::new()),
            };
            // SAFE-10: an unreadable record must not be reported as absent.
            let Some(records) = page.iter().map(body).collect::<Option<Vec<AuditRecord>>>() else {
                return Outcome::Rejected(
                    "this binary cannot read a record of the audit chain".into(),
                );
            };
            let Some(last) = records.last() else { return Outcome::Done(chain) };
            after = last.seq;
            chain.extend(records);
        }
    }

    async fn readiness(&self, region: &Region) -> Outcome<Option<Readiness>> {
        self.read("readiness", region.as_str()).await
    }

    async fn put_readiness(&self, report: &Readiness) -> Outcome<()> {
        let mut item = item("readiness", report.region.as_str(), report);
        item.insert("counter".into(), n(report.counter));
        let condition = "attribute_not_exists(pk) OR #attribute < :counter";
        let (names, values) = ([("#attribute", "counter")], [(":counter", n(report.counter))]);
        let put = self.table.put_named(item, condition, &names, &values, self.table.limit).await;
        match put {
            Outcome::Done(Put::Stored) => Outcome::Done(()),
            Outcome::Done(Put::Occupied(_)) => Outcome::Rejected("a newer report is stored".into()),
            other => other.map(drop),
        }
    }
}
