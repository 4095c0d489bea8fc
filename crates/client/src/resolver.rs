//! The resolver of a customer. For a local platform it queries the DNS server over UDP and caches the answer for its
//! TTL. For a deployed platform it uses the system's resolver, which caches answers itself.

use hickory_proto::op::{Message, Query};
use hickory_proto::rr::{Name, RData, RecordType};
use std::net::{IpAddr, SocketAddr};
use std::sync::Mutex;
use std::time::{Duration, Instant};
use tokio::net::UdpSocket;

const QUERY_TIMEOUT: Duration = Duration::from_millis(500);
const SYSTEM_TIMEOUT: Duration = Duration::from_secs(5);
/// The minimum time for which an answer is cached, as in common resolvers.
const TTL_MIN: Duration = Duration::from_secs(1);

/// The source of addresses.
#[derive(Debug, Clone, Copy)]
pub enum Dns {
    /// A DNS server over UDP.
    Server(SocketAddr),
    /// The operating system's resolver.
    System,
}

pub(crate) struct Resolver {
    dns: Dns,
    name: String,
    cached: Mutex<Option<(IpAddr, Instant)>>,
}

impl Resolver {
    pub(crate) fn new(dns: Dns, name: &str) -> Resolver {
        Resolver { dns, name: name.to_owned(), cached: Mutex::new(None) }
    }

    /// Returns the address, from the cache while its TTL lasts. If the server does not answer, it returns the expired
    /// address.
    pub(crate) async fn resolve(&self) -> Option<IpAddr> {
        let server = match self.dns {
            Dns::Server(server) => server,
            Dns::System => {
                let found = tokio::net::lookup_host((self.name.as_str(), 0));
                let found = tokio::time::timeout(SYSTEM_TIMEOUT, found).await.ok()?.ok();
                return found?.next().map(|address| address.ip());
            }
        };
        let cached = *self.cached.lock().expect("a copy does not panic");
        if let Some((address, until)) = cached
            && Instant::now() < until
        {
            return Some(address);
        }
        match tokio::time::timeout(QUERY_TIMEOUT, self.query(server)).await {
            Ok(Ok(Some((address, ttl)))) => {
                let until = Instant::now() + ttl.max(TTL_MIN);
                *self.cached.lock().expect("a copy does not panic") = Some((address, until));
                Some(address)
            }
            _ => cached.map(|(address, _)| address),
        }
    }

    async fn query(&self, server: SocketAddr) -> std::io::Result<Option<(IpAddr, Duration)>> {
        let invalid = |_| std::io::Error::from(std::io::ErrorKind::InvalidData);
        let name = Name::from_ascii(format!("{}.", self.name)).map_err(invalid)?;
        let mut query = Message::query();
        query.add_query(Query::query(name, RecordType::A));
        let socket = UdpSocket::bind("127.0.0.1:0").await?;
        socket.connect(server).await?;
        socket.send(&query.to_vec().map_err(invalid)?).await?;
        let mut buffer = [0u8; 2048];
        let length = socket.recv(&mut buffer).await?;
        let answer = Message::from_vec(&buffer[..length])
            .map_err(|_| std::io::Error::from(std::io::ErrorKind::InvalidData))?;
        if answer.metadata.id != query.metadata.id {
            return Ok(None);
        }
        Ok(answer.answers.iter().find_map(|record| match &record.data {
            RData::A(a) => Some((IpAddr::V4(a.0), Duration::from_secs(u64::from(record.ttl)))),
            _ => None,
        }))
    }
}
