//! Responses that do not come from the cloud: a proxy's page, half a response, a closed connection, no listener. None
//! of them shows the outcome of the call (SAFE-7), and no client repeats the call. The tests also cover partial
//! results, which AWS may return and neither test cloud returns.

use crate::check::{Kind, assert_kind, done};
use crate::faults::{CALLS, Call, ELSEWHERE, all_are, these_are};
use crate::local::{HASTY, PATIENT};
use crate::ports::{AWAY, HOME, Ports, Site, account, region};
use crate::samples::client_id;
use leeward_aws::{AwsConfig, Inspector};
use leeward_model::readiness::{FleetScope, Limits, Peer, Scope};
use leeward_model::{Epoch, Seq};
use leeward_ports::OrderEvent;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const PAGE: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 19\r\n\
    connection: close\r\n\r\n<html>hello</html>\n";
const BAD_GATEWAY: &[u8] = b"HTTP/1.1 502 Bad Gateway\r\ncontent-type: text/html\r\n\
    content-length: 19\r\nconnection: close\r\n\r\n<html>sorry</html>\n";
const FORBIDDEN: &[u8] =
    b"HTTP/1.1 403 Forbidden\r\ncontent-length: 4\r\nconnection: close\r\n\r\nno!\n";
const HALF: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\n\
    content-length: 500\r\nconnection: close\r\n\r\n{";
const NOT_HTTP: &[u8] = b"SSH-2.0-stranger\r\n";
const NOTHING: &[u8] = b"";

/// Reads the headers and body of one request, as far as they arrive.
async fn read_request(stream: &mut TcpStream) {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
            let length = length.and_then(|n| n.trim().parse().ok()).unwrap_or(0);
            if body.len() >= length {
                return;
            }
        }
        match stream.read_buf(&mut bytes).await {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
    }
}

/// Starts a listener that reads each request and then runs `does` on the connection.
async fn serve_each<F>(does: impl Fn(TcpStream) -> F + Clone + Send + 'static) -> String
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let endpoint = format!("http://{}", listener.local_addr().expect("bound"));
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let does = does.clone();
            tokio::spawn(async move {
                read_request(&mut stream).await;
                does(stream).await;
            });
        }
    });
    endpoint
}

/// Starts a listener that sends the same response to every client and counts the requests.
async fn serve_fixed(answer: &'static [u8]) -> (String, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = asked.clone();
    let endpoint = serve_each(move |mut stream| {
        counter.fetch_add(1, Ordering::Relaxed);
        async move {
            let _ = stream.write_all(answer).await;
        }
    });
    (endpoint.await, asked)
}

fn ports_at(endpoint: String) -> Ports {
    Ports::new(&Site { endpoint, limit: PATIENT }, "strange", HOME, AWAY)
}

async fn unknown_and_asked_once(says: &'static [u8]) {
    let (endpoint, asked) = serve_fixed(says).await;
    let calls = everything();
    these_are(Kind::Unknown, ports_at(endpoint.clone()), &calls).await;
    assert_eq!(asked.load(Ordering::Relaxed), calls.len(), "calls and requests");
    nothing_is_known(endpoint).await;
}

fn everything() -> Vec<(&'static str, Call)> {
    CALLS.iter().chain(ELSEWHERE).copied().collect()
}

/// Asserts that readiness learns no fact from such responses.
async fn nothing_is_known(endpoint: String) {
    let config = AwsConfig::local(&endpoint, PATIENT);
    let database = ports_at(endpoint).database;
    let facts = Inspector::new(&config, scope(), database.into()).facts().await;
    let facts = serde_json::to_value(&facts).expect("plain fields");
    for (name, fact) in facts.as_object().expect("an object") {
        let known = name != "region" && fact.get("Err").is_none();
        assert!(!known, "{name}: {fact}");
    }
}

fn scope() -> Scope {
    let of = |name: &str| BTreeMap::from([("orders".to_owned(), name.to_owned())]);
    Scope {
        region: region(HOME),
        cluster: "c".into(),
        parameter_group: "g".into(),
        lag_metric: "m".into(),
        functions: of("f"),
        parameters: vec!["/p".into()],
        secrets: vec!["s".into()],
        key: "alias/k".into(),
        queue_url: "https://q".into(),
        dead_letters_url: "https://d".into(),
        certificate: "arn".into(),
        zone: "Z".into(),
        public_name: "orders.example.com".into(),
        records: Vec::new(),
        fleet: Some(FleetScope { group: "g".into(), targets: "t".into() }),
        audit_bucket: "a".into(),
        limits: Limits {
            replication_lag_ms: 1,
            waiting_messages: 1,
            certificate_days: 1,
            spare_concurrency: 1,
        },
        peer: Peer { region: region(AWAY), function: "f".into(), role: "r".into() },
    }
}

/// A host name that does not resolve leaves the outcome unknown.
#[tokio::test]
async fn an_unknown_host_is_no_answer() {
    these_are(Kind::Unknown, ports_at("http://unknown.invalid:4566".into()), &everything()).await;
}

/// A connection that is reset after the request does not show whether the call took effect.
#[tokio::test]
async fn a_reset_connection_is_no_answer() {
    let endpoint = serve_each(|stream: TcpStream| async move {
        // With this option, closing the connection resets it.
        #[expect(deprecated, reason = "it does not block at zero")]
        let _ = stream.set_linger(Some(std::time::Duration::ZERO));
    });
    these_are(Kind::Unknown, ports_at(endpoint.await), &everything()).await;
}

/// A response that stops in the middle of its body leaves the outcome unknown when the time limit expires.
#[tokio::test]
async fn an_endless_answer_is_no_answer() {
    let endpoint = serve_each(|mut stream: TcpStream| async move {
        let _ = stream.write_all(HALF).await;
        std::future::pending::<()>().await;
    });
    let ports = Ports::new(&Site { endpoint: endpoint.await, limit: HASTY }, "strange", HOME, AWAY);
    these_are(Kind::Unknown, ports, &everything()).await;
}

#[tokio::test]
async fn a_page_is_no_answer() {
    unknown_and_asked_once(PAGE).await;
}

#[tokio::test]
async fn a_broken_gateway_is_no_answer() {
    unknown_and_asked_once(BAD_GATEWAY).await;
}

#[tokio::test]
async fn an_unsigned_refusal_is_no_answer() {
    unknown_and_asked_once(FORBIDDEN).await;
}

#[tokio::test]
async fn half_an_answer_is_no_answer() {
    unknown_and_asked_once(HALF).await;
}

#[tokio::test]
async fn another_protocol_is_no_answer() {
    unknown_and_asked_once(NOT_HTTP).await;
}

#[tokio::test]
async fn a_closed_connection_is_no_answer() {
    unknown_and_asked_once(NOTHING).await;
}

#[tokio::test]
async fn a_refused_connection_is_no_answer() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let endpoint = format!("http://{}", listener.local_addr().expect("bound"));
    drop(listener);
    all_are(Kind::Unknown, ports_at(endpoint)).await;
}

/// Returns a complete response.
fn ok(kind: &str, body: &str) -> &'static [u8] {
    let length = body.len();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {length}");
    format!("{head}\r\nconnection: close\r\n\r\n{body}").leak().as_bytes()
}

/// Only entries that the topic lists as successful count as published.
#[tokio::test]
async fn a_batch_can_be_published_in_part() {
    let body = "<PublishBatchResponse><PublishBatchResult>\
        <Successful><member><Id>1</Id><MessageId>m</MessageId></member></Successful>\
        <Failed><member><Id>0</Id><Code>InternalError</Code><SenderFault>false</SenderFault>\
        </member></Failed></PublishBatchResult></PublishBatchResponse>";
    let (endpoint, _) = serve_fixed(ok("text/xml", body)).await;
    let event = |index| OrderEvent {
        account: account("acct"),
        seq: Seq(1),
        index,
        client_order_id: client_id("1"),
        status: "booked".into(),
        epoch: Epoch(1),
    };
    let events: Vec<OrderEvent> = (0..250).map(event).collect();
    let taken = done(ports_at(endpoint).events.publish(&events).await);
    // A message takes 100 events: the first message failed, and the response does not mention the third.
    let expect: Vec<bool> = (0..250).map(|n| (100..200).contains(&n)).collect();
    assert_eq!(taken, expect);
}

/// A response without some of the requested entries is not `Done`, because a caller would take them for absent.
#[tokio::test]
async fn a_part_of_the_requested_entries_is_no_answer() {
    let body = r#"{"Responses": {"strange-ledger": []}, "UnprocessedKeys": {"strange-ledger":
        {"Keys": [{"pk": {"S": "acct"}, "sk": {"S": "00000000000000000001"}}]}}}"#;
    let (endpoint, _) = serve_fixed(ok("application/x-amz-json-1.0", body)).await;
    let keys = [(account("acct"), Seq(1))];
    assert_kind(Kind::Transient, ports_at(endpoint).ledger.entries_at(&keys).await);
}
