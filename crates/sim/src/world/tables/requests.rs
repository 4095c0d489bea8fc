//! Translates the calls of the ports into requests of the cloud's services, as `aws` does.

use super::items::{
    PK, SK, absent, compare, get, item, key, number, put, query, s, sort_of, store, swap, with_body,
};
use super::{PortCall, shard_of};
use crate::world::env::Env;
use crate::world::{CLUSTER, CONTROL, LEDGER, QUEUE};
use leeward_cloud::aurora::RdsRequest;
use leeward_cloud::dynamodb::expression::{Compare, Condition};
use leeward_cloud::dynamodb::{BatchKeys, DynamoRequest, Text, Value};
use leeward_cloud::sqs::{Outgoing, SqsRequest};
use leeward_cloud::{RegionIx, Request};
use leeward_model::{Entry, Seq};
use std::sync::Arc;

impl Env {
    /// Builds the request for a call.
    pub(crate) fn request(&mut self, call: PortCall) -> Request {
        match call {
            PortCall::Head(_)
            | PortCall::Register(_)
            | PortCall::Claim(..)
            | PortCall::After(..)
            | PortCall::At(_)
            | PortCall::Put(..)
            | PortCall::Accounts(_) => Request::Dynamo(self.ledger_request(call)),
            PortCall::SendHints(body) => Request::Sqs(SqsRequest::Send {
                queue: QUEUE.to_owned(),
                messages: vec![Outgoing::new(body)],
            }),
            PortCall::Receive { wait_us } => Request::Sqs(SqsRequest::Receive {
                queue: QUEUE.to_owned(),
                max: 10,
                visibility_timeout_s: None,
                wait_us,
            }),
            PortCall::DeleteHints(receipts) => {
                Request::Sqs(SqsRequest::DeleteMessages { queue: QUEUE.to_owned(), receipts })
            }
            PortCall::Describe => {
                Request::Rds(RdsRequest::DescribeGlobalClusters { id: Some(CLUSTER.to_owned()) })
            }
            PortCall::Failover(to) => Request::Rds(RdsRequest::FailoverGlobalCluster {
                id: CLUSTER.to_owned(),
                target: self.cluster_arn(to),
                allow_data_loss: true,
                switchover: false,
            }),
            PortCall::Switchover(to) => Request::Rds(RdsRequest::SwitchoverGlobalCluster {
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

    fn ledger_request(&self, call: PortCall) -> DynamoRequest {
        let name = |account: u16| self.directory.account(account).as_str();
        match call {
            PortCall::Head(account) => query(LEDGER, name(account), None, false, 1),
            PortCall::Register(account) => {
                let pk = format!("#accounts#{}", shard_of(account));
                put(LEDGER, key(&pk, name(account)), absent())
            }
            PortCall::Claim(account, id, claim) => {
                let claim = item([
                    (Text::new_static("from"), number(claim.from.0)),
                    (Text::new_static("hash"), s(claim.hash.as_str())),
                    (PK, s([name(account), "#", id.as_str()].concat())),
                    (SK, Value::S(Text::new_static("claim"))),
                ]);
                put(LEDGER, claim, absent())
            }
            PortCall::After(account, after) => {
                query(LEDGER, name(account), Some(sort_of(after)), true, 100)
            }
            PortCall::At(keys) => {
                let keys = keys.iter().map(|(a, seq)| key(name(*a), &sort_of(*seq))).collect();
                let of = BatchKeys { table: Text::new_static(LEDGER), keys, consistent: true };
                DynamoRequest::BatchGet { tables: vec![of] }
            }
            PortCall::Put(account, seq, body) => {
                let mut item = with_body(name(account), &sort_of(seq), s(body));
                item.insert(Text::new_static("v"), number(u64::from(Entry::FORMAT)));
                // SAFE-1: on condition of absence, like every put into the ledger.
                put(LEDGER, item, absent())
            }
            PortCall::Accounts(shard) => {
                query(LEDGER, &format!("#accounts#{shard}"), None, true, 1_000)
            }
            _ => unreachable!("the caller routes it to the control table"),
        }
    }

    fn control_request(&mut self, call: PortCall) -> DynamoRequest {
        match call {
            PortCall::Authority => get("authority", "authority"),
            PortCall::SwapAuthority(next, expect) => {
                let version = next.version;
                let body = store(&mut self.bodies.authorities, Arc::new(*next));
                swap(with_body("authority", "authority", body), "version", version, expect)
            }
            PortCall::Observations => query(CONTROL, "sentinels", None, true, 100),
            PortCall::SwapObservation(observation, expect) => {
                let (counter, region) = (observation.counter, observation.sentinel.clone());
                let body = store(&mut self.bodies.observations, *observation);
                let item = with_body("sentinels", region.as_str(), body);
                swap(item, "counter", counter, expect)
            }
            PortCall::Processor(region) => get("processors", self.directory.name(region).as_str()),
            PortCall::PutProcessor(state) => {
                let (epoch, region) = (state.epoch.0, state.region.clone());
                let body = store(&mut self.bodies.processors, state);
                let mut item = with_body("processors", region.as_str(), body);
                item.insert(Text::new_static("epoch"), number(epoch));
                let newer = compare("epoch", Compare::Le, number(epoch));
                put(CONTROL, item, Condition::Or(Box::new(absent()), Box::new(newer)))
            }
            PortCall::AuditHead(writer) => {
                query(CONTROL, &format!("audit#{writer}"), None, false, 1)
            }
            PortCall::PutAudit(record) => {
                let (pk, sk) = (format!("audit#{}", record.writer), sort_of(Seq(record.seq)));
                let body = store(&mut self.bodies.audits, record);
                put(CONTROL, with_body(&pk, &sk, body), absent())
            }
            _ => unreachable!("the caller routes it to another service"),
        }
    }
}
