//! Somebody else answers at the cloud's address, or nobody: a proxy's page, half an answer, a
//! closed connection. None of it says what became of the call (SAFE-7), and no client asks twice.

use crate::check::Kind;
use crate::faults::{CALLS, all_are};
use crate::local::HASTY;
use crate::ports::{AWAY, HOME, Ports, Site};
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

/// Headers and body of one request, as far as they come.
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

/// Says the same to everybody, and counts who came.
async fn stranger(says: &'static [u8]) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let endpoint = format!("http://{}", listener.local_addr().expect("bound"));
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = asked.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let counter = counter.clone();
            tokio::spawn(async move {
                read_request(&mut stream).await;
                counter.fetch_add(1, Ordering::Relaxed);
                let _ = stream.write_all(says).await;
            });
        }
    });
    (endpoint, asked)
}

fn ports_at(endpoint: String) -> Ports {
    Ports::new(&Site { endpoint, limit: HASTY }, "strange", HOME, AWAY)
}

async fn unknown_and_asked_once(says: &'static [u8]) {
    let (endpoint, asked) = stranger(says).await;
    all_are(Kind::Unknown, ports_at(endpoint)).await;
    assert_eq!(asked.load(Ordering::Relaxed), CALLS.len(), "calls and requests");
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
async fn half_an_answer_is_none() {
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
async fn where_nobody_listens_nothing_is_known() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let endpoint = format!("http://{}", listener.local_addr().expect("bound"));
    drop(listener);
    all_are(Kind::Unknown, ports_at(endpoint)).await;
}
