//! A world of three Regions at given distances, with disks that the model simulates itself, and a caller that waits for
//! replies.

use leeward_cloud::aurora::AuroraTiming;
use leeward_cloud::dynamodb::expression::Condition;
use leeward_cloud::dynamodb::{
    DynamoRequest, DynamoResponse, DynamoTiming, Item, KeySchema, Number, Returns, TableKind,
    TableSpec, Value, Write,
};
use leeward_cloud::{Call, Cloud, Config, Output, Place, RegionIx, Reply, Request, Response};
use std::collections::BTreeMap;

pub(crate) const A: RegionIx = RegionIx(0);
pub(crate) const B: RegionIx = RegionIx(1);
pub(crate) const W: RegionIx = RegionIx(2);
pub(crate) const MS: u64 = 1_000;

pub(crate) struct World {
    pub(crate) cloud: Cloud,
    pub(crate) now_us: u64,
    next: u64,
    replies: BTreeMap<u64, (u64, Reply)>,
    pub(crate) others: Vec<Output>,
}

impl World {
    /// Creates the world. A and B are 6 ms apart one way, and W is 30 ms from both. The table `ledger` has a witness,
    /// and `control` has three replicas.
    pub(crate) fn new() -> World {
        let mut cloud = Cloud::new(Config {
            regions: ["a", "b", "w"].map(str::to_owned).to_vec(),
            one_way_us: 30 * MS,
            dynamo: DynamoTiming {
                requorum_us: 500 * MS,
                catch_up_us: 1_000 * MS,
                quorum_timeout_us: 100 * MS,
                eventual_lag_us: 200 * MS,
            },
            aurora: AuroraTiming {
                switchover_us: 1_000 * MS,
                failover_us: 2_000 * MS,
                rebuild_us: 5_000 * MS,
            },
            disk_us: Some(100),
            epoch_s: 1_000_000,
            seed: 1,
        });
        cloud.set_distance(A, B, 6 * MS);
        let schema = KeySchema {
            partition: "pk".into(),
            partition_type: 'S',
            sort: Some(("sk".into(), 'S')),
        };
        let kinds = [
            ("ledger", TableKind::Strong { replicas: vec![A, B], witness: Some(W) }, None),
            ("control", TableKind::Strong { replicas: vec![A, B, W], witness: None }, None),
            ("sessions", TableKind::Eventual { replicas: vec![A, B] }, Some("ttl".into())),
        ];
        for (name, kind, ttl) in kinds {
            let schema = schema.clone();
            let spec = TableSpec { name: name.into(), schema, kind, ttl };
            cloud.create_table(spec).expect("new");
        }
        cloud.create_cluster("global", "aurora-postgresql", A, &[A, B]);
        World { cloud, now_us: 0, next: 0, replies: BTreeMap::new(), others: Vec::new() }
    }

    pub(crate) fn run_until(&mut self, until_us: u64) {
        loop {
            self.take();
            match self.cloud.next_deadline_us() {
                Some(at) if at <= until_us => {
                    self.now_us = at.max(self.now_us);
                    self.cloud.advance(self.now_us);
                }
                _ => break,
            }
        }
        self.now_us = until_us;
        self.take();
    }

    fn take(&mut self) {
        for output in self.cloud.take_outputs() {
            match output {
                Output::Reply { call, reply } => {
                    self.replies.insert(call, (self.now_us, reply));
                }
                other => self.others.push(other),
            }
        }
    }

    pub(crate) fn send(&mut self, from: Place, to: RegionIx, request: Request) -> u64 {
        self.next += 1;
        let call = Call { id: self.next, from, to, request };
        self.cloud.call(self.now_us, call);
        self.take();
        self.next
    }

    pub(crate) fn reply(&mut self, call: u64) -> Option<(u64, Reply)> {
        self.replies.remove(&call)
    }

    /// Sends a request, and returns the response and its latency. Returns `Err("silence")` if no reply comes within ten
    /// seconds.
    pub(crate) fn ask(
        &mut self,
        from: RegionIx,
        to: RegionIx,
        request: Request,
    ) -> (u64, Result<Response, String>) {
        let began = self.now_us;
        let call = self.send(Place::Region(from), to, request);
        let limit = began + 10_000 * MS;
        while !self.replies.contains_key(&call) && self.now_us < limit {
            let next = self.cloud.next_deadline_us().unwrap_or(limit).min(limit);
            self.run_until(next);
        }
        let silence = (limit, Reply::Silence);
        let (at, reply) = self.replies.remove(&call).unwrap_or(silence);
        let told = match reply {
            Reply::Answer(Ok(response)) => Ok(response),
            Reply::Answer(Err(error)) => Err(error.code.to_owned()),
            Reply::Silence => Err("silence".into()),
        };
        (at - began, told)
    }

    /// Puts a new item at a Region's own endpoint. Returns the latency, or the code of the error.
    pub(crate) fn put(
        &mut self,
        at: RegionIx,
        table: &str,
        pk: &str,
        n: u64,
    ) -> Result<u64, String> {
        let (took, told) = self.ask(at, at, put(table, pk, n));
        told.map(|_| took)
    }

    /// Reads an item. Returns `Ok(None)` if there is none.
    pub(crate) fn get(
        &mut self,
        at: RegionIx,
        table: &str,
        pk: &str,
        consistent: bool,
    ) -> Result<Option<u64>, String> {
        let request = DynamoRequest::Get { table: table.into(), key: key(pk), consistent };
        let (_, told) = self.ask(at, at, Request::Dynamo(request));
        match told? {
            Response::Dynamo(DynamoResponse::Item(item)) => {
                Ok(item.and_then(|item| match item.get("n") {
                    Some(Value::N(n)) => n.to_u64(),
                    _ => None,
                }))
            }
            other => panic!("{other:?}"),
        }
    }
}

pub(crate) fn key(pk: &str) -> Item {
    [("pk", pk), ("sk", "s")]
        .map(|(name, text)| (name.into(), Value::S(text.into())))
        .into_iter()
        .collect()
}

pub(crate) fn put(table: &str, pk: &str, n: u64) -> Request {
    put_when(table, pk, n, Some(Condition::absent("pk")))
}

pub(crate) fn put_when(table: &str, pk: &str, n: u64, condition: Option<Condition>) -> Request {
    let mut item = key(pk);
    item.insert("n".into(), Value::N(Number::from_u64(n)));
    Request::Dynamo(DynamoRequest::Write(Write::Put {
        table: table.into(),
        item: item.into(),
        condition,
        old_on_failure: true,
        returns: Returns::None,
    }))
}
