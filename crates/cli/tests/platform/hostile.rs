//! Hostile input costs a fixed amount of memory and does not disturb other customers (REQ-G3).

use crate::harness::{Platform, body, order, processes_on};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Returns the resident memory of all agents in MiB.
fn agents_mib(p: &Platform) -> u64 {
    let pages = processes_on(p.dir.path()).into_iter().filter_map(|pid| {
        let text = std::fs::read_to_string(format!("/proc/{pid}/statm")).ok()?;
        text.split(' ').nth(1)?.parse::<u64>().ok()
    });
    pages.sum::<u64>() * 4 / 1024
}

fn connect(p: &Platform) -> TcpStream {
    let stream = TcpStream::connect(p.apis[0].trim_start_matches("http://")).expect("connected");
    stream.set_read_timeout(Some(Duration::from_secs(5))).expect("set");
    stream.set_write_timeout(Some(Duration::from_secs(5))).expect("set");
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn a_huge_body_and_a_client_that_never_reads_cost_little_memory() {
    let p = Platform::up();
    assert_eq!(p.order(0, "desk", "warm").await.0, 202);
    let before = agents_mib(&p);
    let known = format!("authorization: Bearer {}\r\n", p.trader);
    // An unknown sender receives 401 before any part of the body is examined.
    for (token, expect) in [(known.as_str(), b"HTTP/1.1 413"), ("", b"HTTP/1.1 401")] {
        let mut announced = connect(&p);
        write!(
            announced,
            "POST /v1/orders HTTP/1.1\r\nhost: x\r\n{token}content-length: 1073741824\r\n\r\n"
        )
        .expect("sent");
        let mut head = [0u8; 12];
        announced.read_exact(&mut head).expect("an answer before the body");
        assert_eq!(&head, expect);
    }
    let mut chunked = connect(&p);
    write!(
        chunked,
        "POST /v1/orders HTTP/1.1\r\nhost: x\r\n{known}transfer-encoding: chunked\r\n\r\n"
    )
    .expect("sent");
    let chunk = vec![b'x'; 64 * 1024];
    for _ in 0..16_384 {
        let sent = write!(chunked, "10000\r\n")
            .and_then(|()| chunked.write_all(&chunk))
            .and_then(|()| chunked.write_all(b"\r\n"));
        if sent.is_err() {
            break;
        }
    }
    let mut deaf = Vec::new();
    for _ in 0..50 {
        let mut stream = connect(&p);
        let _ = stream.set_write_timeout(Some(Duration::from_millis(50)));
        for _ in 0..2_000 {
            if stream.write_all(b"GET /v1/openapi.json HTTP/1.1\r\nhost: x\r\n\r\n").is_err() {
                break;
            }
        }
        deaf.push(stream);
    }
    assert_eq!(p.order(0, "desk", "others").await.0, 202, "another customer is disturbed");
    let after = agents_mib(&p);
    assert!(after < before + 60, "from {before} to {after} MiB");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_idle_connections_cost_a_fixed_amount() {
    let p = Platform::up();
    assert_eq!(p.order(0, "desk", "warm").await.0, 202);
    let before = agents_mib(&p);
    let mut idle = Vec::new();
    for _ in 0..10_000 {
        match TcpStream::connect(p.apis[0].trim_start_matches("http://")) {
            Ok(stream) => idle.push(stream),
            // The test has reached its own limit of file descriptors.
            Err(_) => break,
        }
    }
    println!("{} idle connections", idle.len());
    assert!(idle.len() > 500, "this process may open {} sockets", idle.len());
    assert_eq!(p.order(0, "desk", "others").await.0, 202);
    let after = agents_mib(&p);
    assert!(after < before + 200, "from {before} to {after} MiB");
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_bodies_get_a_clear_answer() {
    let p = Platform::up();
    let send = |bytes: Vec<u8>| {
        let (client, url) = (p.client.clone(), format!("{}/v1/orders", p.apis[0]));
        let token = p.trader.clone();
        async move {
            let limit = Duration::from_secs(5);
            client.send(http::Method::POST, &url, Some(&token), bytes, limit).await.expect("sent")
        }
    };
    let nested = format!("{}{}", "[".repeat(8_000), "]".repeat(8_000));
    for (bytes, status) in [
        (b"".to_vec(), 400),
        (b"{".to_vec(), 400),
        (b"\xff\xfe".to_vec(), 400),
        (nested.into_bytes(), 400),
        (b"null".to_vec(), 422),
        (vec![b' '; 20_000], 413),
    ] {
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(20)]).into_owned();
        let answer = send(bytes).await;
        assert_eq!(answer.status, status, "{shown:?}: {}", body(&answer));
        let kind = answer.headers["content-type"].to_str().expect("text");
        assert_eq!(kind, "application/problem+json");
    }
    let mut huge = order("desk", "o");
    huge["quantity"] = serde_json::json!("1".repeat(5_000));
    assert_eq!(send(huge.to_string().into_bytes()).await.status, 422);
}
