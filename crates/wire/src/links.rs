//! The network between Regions, for the HTTP traffic between agents. Each pair of Regions has one listener for each
//! direction. The listener forwards bytes while the model's link is up and holds them back while the link is down.

use crate::cloud_server::CloudServer;
use leeward_cloud::{Place, RegionIx};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The time for which bytes are held back before the connection is closed.
const HOLD_LIMIT: Duration = Duration::from_secs(5);
/// The interval between checks whether the link is up again.
const POLL: Duration = Duration::from_millis(20);

/// Forwards connections from callers in `from` to `target` in `to`, until the future is dropped.
pub async fn serve_link(
    server: CloudServer,
    listener: TcpListener,
    from: RegionIx,
    to: RegionIx,
    target: SocketAddr,
) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let server = server.clone();
        tokio::spawn(async move {
            let _: std::io::Result<()> = forward(&server, stream, from, to, target).await;
        });
    }
}

fn passes(server: &CloudServer, from: RegionIx, to: RegionIx) -> bool {
    server.with(|cloud, _| cloud.net().passes(Place::Region(from), Place::Region(to)))
}

fn delay(server: &CloudServer, from: RegionIx, to: RegionIx) -> Duration {
    let us = server.with(|cloud, _| cloud.net().delay_us(Place::Region(from), Place::Region(to)));
    Duration::from_micros(us)
}

async fn wait_until_passes(
    server: &CloudServer,
    from: RegionIx,
    to: RegionIx,
) -> std::io::Result<()> {
    let held = async {
        while !passes(server, from, to) {
            tokio::time::sleep(POLL).await;
        }
    };
    tokio::time::timeout(HOLD_LIMIT, held).await.map_err(|_| std::io::ErrorKind::TimedOut.into())
}

async fn forward(
    server: &CloudServer,
    mut near: TcpStream,
    from: RegionIx,
    to: RegionIx,
    target: SocketAddr,
) -> std::io::Result<()> {
    wait_until_passes(server, from, to).await?;
    let mut far = TcpStream::connect(target).await?;
    near.set_nodelay(true)?;
    far.set_nodelay(true)?;
    let (mut near_read, mut near_write) = near.split();
    let (mut far_read, mut far_write) = far.split();
    let there = copy(server, &mut near_read, &mut far_write, from, to);
    let back = copy(server, &mut far_read, &mut near_write, to, from);
    tokio::try_join!(there, back).map(drop)
}

async fn copy(
    server: &CloudServer,
    read: &mut (impl AsyncReadExt + Unpin),
    write: &mut (impl AsyncWriteExt + Unpin),
    from: RegionIx,
    to: RegionIx,
) -> std::io::Result<()> {
    let mut buffer = vec![0u8; 16 * 1024];
    loop {
        let length = read.read(&mut buffer).await?;
        if length == 0 {
            return write.shutdown().await;
        }
        wait_until_passes(server, from, to).await?;
        let delay = delay(server, from, to);
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        write.write_all(&buffer[..length]).await?;
    }
}
