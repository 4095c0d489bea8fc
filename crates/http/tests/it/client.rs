//! Tests that a failed request reports how far it got, because that decides whether its effect is unknown (SAFE-7).

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use leeward_http::{Client, Connection, Error, Stage};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const LIMIT: Duration = Duration::from_secs(10);

/// Starts a server that reads a request and writes `answer`. It then closes the connection, unless it `holds` it.
async fn server(answer: impl Into<String>, holds: bool) -> SocketAddr {
    let answer = answer.into();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 4_096]).await;
            let _ = stream.write_all(answer.as_bytes()).await;
            if holds {
                tokio::spawn(hold(stream));
            }
        }
    });
    address
}

async fn hold(_stream: TcpStream) {
    std::future::pending::<()>().await;
}

async fn pooled(address: SocketAddr, limit: Duration) -> Result<u16, Error> {
    let url = format!("http://{address}/");
    let client = Client::plain(LIMIT);
    let sent = client.send(http::Method::POST, &url, None, vec![b'{'], limit);
    sent.await.map(|answer| answer.status)
}

async fn single(address: SocketAddr) -> Result<u16, Error> {
    let mut connection = Connection::open(address, None, LIMIT).await?;
    let request = Request::post("/").header("host", "x").body(Full::new(Bytes::new()))?;
    connection.send(request, 64).await.map(|answer| answer.status)
}

async fn check(address: SocketAddr, expect: Result<u16, Stage>) {
    for got in [pooled(address, LIMIT).await, single(address).await] {
        let shown = format!("{got:?}");
        assert_eq!(got.map_err(|error| error.stage()), expect, "{shown}");
    }
}

#[tokio::test]
async fn a_complete_answer_has_its_status_even_if_it_is_an_error() {
    check(server("HTTP/1.1 202 Accepted\r\ncontent-length: 2\r\n\r\n{}", false).await, Ok(202))
        .await;
    check(server("HTTP/1.1 302 Found\r\ncontent-length: 0\r\n\r\n", false).await, Ok(302)).await;
    check(server("HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n", false).await, Ok(503)).await;
}

#[tokio::test]
async fn a_refused_connection_had_no_effect() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    check(address, Err(Stage::Connect)).await;
    let error = pooled(address, LIMIT).await.expect_err("nothing listens");
    assert!(!error.may_have_reached(), "{error}");
    assert!(error.to_string().contains("refused"), "the error must name its cause: {error}");
}

#[tokio::test]
async fn a_connection_that_breaks_leaves_the_effect_unknown() {
    check(server("", false).await, Err(Stage::Request)).await;
    let half = "HTTP/1.1 202 Accepted\r\ncontent-length: 9\r\n\r\n{}";
    check(server(half, false).await, Err(Stage::Answer)).await;
    let long = format!("HTTP/1.1 200 OK\r\ncontent-length: 65\r\n\r\n{}", "x".repeat(65));
    let mut connection =
        Connection::open(server(long, true).await, None, LIMIT).await.expect("open");
    let request = Request::get("/").header("host", "x").body(Full::new(Bytes::new()));
    let error = connection
        .send(request.expect("valid"), 64)
        .await
        .expect_err("65 bytes exceed the limit of 64");
    assert!(error.may_have_reached(), "{error}");
}

#[tokio::test]
async fn a_timeout_reports_how_far_the_request_got() {
    let brief = Duration::from_millis(200);
    let check = |got: Result<u16, Error>, expect: Stage| match got {
        Err(Error::Timeout { stage, .. }) => assert_eq!(stage, expect),
        other => panic!("{other:?} instead of a timeout"),
    };
    check(pooled(server("", true).await, brief).await, Stage::Request);
    let half = "HTTP/1.1 202 Accepted\r\ncontent-length: 9\r\n\r\n{}";
    check(pooled(server(half, true).await, brief).await, Stage::Answer);
}

#[tokio::test]
async fn a_server_without_a_trusted_certificate_gets_no_request() {
    let url = format!("https://{}/", server("", true).await);
    let client = Client::plain(LIMIT);
    let sent = client.send(http::Method::GET, &url, None, Vec::new(), LIMIT / 5);
    let error = sent.await.expect_err("nothing is trusted");
    assert_eq!(error.stage(), Stage::Connect, "{error}");
}

/// Starts a server that answers 403 to a request without a `User-Agent`, as the firewall in front of the platform does.
async fn firewall() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut buffer = [0; 4_096];
            let read = stream.read(&mut buffer).await.unwrap_or(0);
            let head = String::from_utf8_lossy(&buffer[..read]).to_lowercase();
            let status = if head.contains("\r\nuser-agent: leeward/") { "202 A" } else { "403 F" };
            let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    address
}

#[tokio::test]
async fn every_request_passes_a_firewall_that_blocks_unnamed_senders() {
    check(firewall().await, Ok(202)).await;
}
