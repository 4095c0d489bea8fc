//! Route 53's health checkers: they ask real endpoints over HTTP and tell the model what they got.

use crate::engine::Engine;
use leeward_cloud::route53::Probe;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

/// What a check's `target` says: `http://ADDRESS:PORT/PATH`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpTarget {
    pub address: SocketAddr,
    pub path: String,
}

impl HttpTarget {
    pub fn parse(text: &str) -> Option<HttpTarget> {
        let rest = text.strip_prefix("http://")?;
        let (host, path) = rest.split_once('/')?;
        Some(HttpTarget { address: host.parse().ok()?, path: format!("/{path}") })
    }
}

/// Asks until the channel closes. `timeout`: a checker's patience for the whole answer.
pub async fn run_prober(
    engine: Engine,
    mut probes: mpsc::UnboundedReceiver<Probe>,
    timeout: Duration,
) {
    while let Some(probe) = probes.recv().await {
        let engine = engine.clone();
        tokio::spawn(async move {
            let good = match HttpTarget::parse(&probe.target) {
                Some(target) => {
                    matches!(tokio::time::timeout(timeout, ask(&target)).await, Ok(Ok(true)))
                }
                None => false,
            };
            engine.with(|cloud, now_us| {
                cloud.probe_answered(now_us, &probe.check, probe.checker, good);
            });
        });
    }
}

/// Whether the status is 2xx or 3xx.
async fn ask(target: &HttpTarget) -> std::io::Result<bool> {
    let mut stream = TcpStream::connect(target.address).await?;
    let request = format!(
        "GET {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: Amazon-Route53-Health-Check-Service\r\n\
         Connection: close\r\n\r\n",
        target.path, target.address
    );
    stream.write_all(request.as_bytes()).await?;
    let mut head = [0u8; 12];
    stream.read_exact(&mut head).await?;
    Ok(head.starts_with(b"HTTP/1.1 2") || head.starts_with(b"HTTP/1.1 3"))
}
