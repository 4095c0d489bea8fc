//! The relay through which a standby follows the writer. It is open while the model replicates, and it delays data by
//! the model's lag. Data that is in transit when the relay closes is lost.

use leeward_cloud::RegionIx;
use leeward_wire::CloudServer;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{Receiver, Sender, channel};

const POLL_INTERVAL: Duration = Duration::from_millis(15);
/// The time for which a connection waits for the relay to open.
const BLACK_HOLE: Duration = Duration::from_secs(5);
const CHUNK: usize = 32 * 1024;
/// The maximum number of chunks in transit. When it is reached, the writer's log waits.
const IN_TRANSIT: usize = 4_096;
/// The number of bytes at the start of a connection that are not delayed. If they were, no standby could connect under
/// a long lag.
const HANDSHAKE: usize = 8 * 1024;

#[derive(Clone)]
pub(super) struct Relay {
    pub(super) engine: CloudServer,
    pub(super) cluster: String,
    pub(super) from: RegionIx,
    pub(super) to: RegionIx,
    pub(super) lag_ms: u64,
    /// Whether the relay skips the lag, because a planned move copies everything now.
    pub(super) hurry: Arc<AtomicBool>,
}

impl Relay {
    /// Returns the lag while the model replicates, or `None` while it does not.
    fn lag(&self) -> Option<Duration> {
        let flows = self.engine.with(|cloud, _| cloud.database_replication(&self.cluster));
        let flow = flows.iter().find(|(from, to, _)| (*from, *to) == (self.from, self.to))?;
        let late = Duration::from_millis(self.lag_ms) + Duration::from_micros(flow.2);
        Some(if self.hurry.load(Ordering::SeqCst) { Duration::ZERO } else { late })
    }

    pub(super) async fn serve(self, listener: TcpListener, target: SocketAddr) {
        loop {
            let Ok((near, _)) = listener.accept().await else { continue };
            let relay = self.clone();
            tokio::spawn(async move {
                let _: std::io::Result<()> = relay.forward(near, target).await;
            });
        }
    }

    /// Forwards a connection. The connection waits until the relay is open, and ends when the relay closes.
    async fn forward(&self, mut near: TcpStream, target: SocketAddr) -> std::io::Result<()> {
        let open = async {
            while self.lag().is_none() {
                tokio::time::sleep(POLL_INTERVAL).await;
            }
        };
        tokio::time::timeout(BLACK_HOLE, open).await?;
        let mut far = TcpStream::connect(target).await?;
        near.set_nodelay(true)?;
        far.set_nodelay(true)?;
        let (mut near_read, mut near_write) = near.split();
        let (mut far_read, mut far_write) = far.split();
        let (send, receive) = channel(IN_TRANSIT);
        let back = async {
            tokio::try_join!(
                read_chunks(&mut far_read, send),
                self.write_chunks(receive, &mut near_write)
            )
        };
        tokio::select! {
            done = tokio::io::copy(&mut near_read, &mut far_write) => done.map(drop),
            done = back => done.map(drop),
            () = self.closed() => Ok(()),
        }
    }

    async fn closed(&self) {
        while self.lag().is_some() {
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }

    /// Waits until data sent at `sent` is due. Returns `false` if the relay closes first.
    async fn wait_until_due(&self, sent: Instant) -> bool {
        loop {
            let Some(lag) = self.lag() else { return false };
            let left = lag.saturating_sub(sent.elapsed());
            if left.is_zero() {
                return true;
            }
            tokio::time::sleep(left.min(POLL_INTERVAL)).await;
        }
    }

    async fn write_chunks(
        &self,
        mut chunks: Receiver<(Instant, Vec<u8>)>,
        write: &mut (impl AsyncWriteExt + Unpin),
    ) -> std::io::Result<()> {
        let mut passed = 0;
        while let Some((at, chunk)) = chunks.recv().await {
            passed += chunk.len();
            if passed > HANDSHAKE && !self.wait_until_due(at).await {
                return Ok(());
            }
            write.write_all(&chunk).await?;
        }
        write.shutdown().await
    }
}

async fn read_chunks(
    read: &mut (impl AsyncReadExt + Unpin),
    send: Sender<(Instant, Vec<u8>)>,
) -> std::io::Result<()> {
    let mut buffer = vec![0u8; CHUNK];
    loop {
        let length = read.read(&mut buffer).await?;
        let chunk = buffer[..length].to_vec();
        if length == 0 || send.send((Instant::now(), chunk)).await.is_err() {
            return Ok(());
        }
    }
}
