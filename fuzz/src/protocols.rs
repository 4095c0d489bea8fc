//! Fuzz targets for the protocols of the local cloud. They run on a small cloud model with two Regions and a witness,
//! and with one resource of each kind.

use http::request::Parts;
use leeward_cloud::aurora::AuroraTiming;
use leeward_cloud::dynamodb::{DynamoTiming, KeySchema, TableKind, TableSpec};
use leeward_cloud::route53::{HealthCheckSpec, Record, Role};
use leeward_cloud::sqs::Attributes;
use leeward_cloud::{Cloud, Config, RegionIx};

/// The line that separates the requests of one input. All requests go to the same model, so a request can find what an
/// earlier one stored.
const NEXT: &str = "\n---\n";
const REQUESTS_MAX: usize = 16;

fn cloud() -> Cloud {
    let mut cloud = Cloud::new(Config {
        regions: ["us-east-1", "us-east-2", "us-west-2"].map(str::to_owned).to_vec(),
        one_way_us: 0,
        dynamo: DynamoTiming::of(0, 0),
        aurora: AuroraTiming::of(1_000, 1_000),
        disk_us: Some(0),
        epoch_s: 0,
        seed: 1,
    });
    let [a, b, w] = [0, 1, 2].map(RegionIx);
    let spec = TableSpec {
        name: "t".into(),
        schema: KeySchema {
            partition: "pk".into(),
            partition_type: 'S',
            sort: Some(("sk".into(), 'S')),
        },
        kind: TableKind::Strong { replicas: vec![a, b], witness: Some(w) },
        ttl: None,
    };
    cloud.create_table(spec).expect("the model is new");
    cloud.create_queue(a, "q", Attributes { visibility_timeout_s: 5, redrive: None });
    cloud.create_topic(a, "n");
    cloud.create_cluster("g", "aurora-postgresql", a, &[a, b]);
    cloud
}

/// Sends the input as a packet to the authoritative DNS server.
pub fn dns(data: &[u8]) {
    let mut cloud = cloud();
    cloud.add_health_check(
        0,
        HealthCheckSpec {
            id: "check".into(),
            target: String::new(),
            interval_us: 1_000_000,
            threshold: 2,
            checkers: 1,
            propagation_us: 0,
        },
    );
    cloud.add_record(Record {
        name: "orders.leeward.test".into(),
        address: "127.0.0.1".into(),
        role: Role::Primary,
        health_check: "check".into(),
        ttl_s: 1,
    });
    if let Some(answer) = leeward_wire::answer_question(&cloud, data) {
        assert!(
            answer.len() >= 12 && answer[..2] == data[..2],
            "the reply has the id of another query"
        );
        assert!(answer[2] & 0x80 != 0, "the reply is not marked as a reply");
    }
}

fn head(service: &str, target: &str) -> Option<Parts> {
    let scope = format!("AWS4-HMAC-SHA256 Credential=t/20260101/us-east-1/{service}/aws4_request");
    let mut request = http::Request::post("/").header("authorization", scope);
    if !target.is_empty() {
        request = request.header("x-amz-target", target);
    }
    Some(request.body(()).ok()?.into_parts().0)
}

/// Sends the input as requests to the services. Each request is a line `SERVICE [TARGET]` followed by a body.
pub fn wire(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (mut cloud, mut now_us) = (cloud(), 0);
    for request in text.split(NEXT).take(REQUESTS_MAX) {
        let (line, body) = request.split_once('\n').unwrap_or((request, ""));
        let (service, target) = line.split_once(' ').unwrap_or((line, ""));
        let Some(parts) = head(service, target) else { continue };
        now_us += 1_000_000;
        cloud.advance(now_us);
        cloud.take_outputs();
        if let Some(answer) = leeward_wire::exchange(&mut cloud, now_us, &parts, body.as_bytes()) {
            // No fault is switched on, so every error must be a client error.
            assert!(answer.status().as_u16() < 500, "{answer:?}");
        }
    }
}
