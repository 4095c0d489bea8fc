//! Route 53's health checkers, which probe real endpoints over HTTP and report the results to the model.

use crate::cloud_server::CloudServer;
use leeward_cloud::route53::Probe;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

/// The endpoint of a health check, parsed from the check's `target`, which has the form `http://ADDRESS:PORT/PATH`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckEndpoint {
    pub address: SocketAddr,
    pub path: String,
}

impl CheckEndpoint {
    pub fn parse(text: &str) -> Option<CheckEndpoint> {
        let rest = text.strip_prefix("http://")?;
        let (host, path) = rest.split_once('/')?;
        Some(CheckEndpoint { address: host.parse().ok()?, path: format!("/{path}") })
    }
}

/// Carries out probes until the channel closes. A probe fails if its response takes longer than `timeout`.
pub async fn run_prober(
    server: CloudServer,
    mut probes: mpsc::UnboundedReceiver<Probe>,
    timeout: Duration,
) {
    while let Some(probe) = probes.recv().await {
        let server = server.clone();
        tokio::spawn(async move {
            let good = match CheckEndpoint::parse(&probe.target) {
                Some(target) => {
                    matches!(
                        tokio::time::timeout(timeout, probe_endpoint(&target)).await,
                        Ok(Ok(true))
                    )
                }
                None => false,
            };
            server.with(|cloud, now_us| {
                cloud.probe_answered(now_us, &probe.check, probe.checker, good);
            });
        });
    }
}

/// Returns whether the endpoint responds with a status of 2xx or 3xx.
async fn probe_endpoint(target: &CheckEndpoint) -> std::io::Result<bool> {
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
