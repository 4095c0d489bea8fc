//! The network between Regions, for what agents say to each other over HTTP: one listener per
//! direction and pair, which passes bytes on while the model's links are up and is a black hole
//! while they are not.

use crate::engine::Engine;
use leeward_cloud::{Place, RegionIx};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// How long bytes that cannot pass are held before the connection is given up.
const BLACK_HOLE: Duration = Duration::from_secs(5);
/// How often a held connection looks whether the link is back.
const LOOK: Duration = Duration::from_millis(20);

/// Serves connections that callers in `from` open to `target` in `to`, until dropped.
pub async fn serve_link(
    engine: Engine,
    listener: TcpListener,
    from: RegionIx,
    to: RegionIx,
    target: SocketAddr,
) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let engine = engine.clone();
        tokio::spawn(async move {
            let _: std::io::Result<()> = forward(&engine, stream, from, to, target).await;
        });
    }
}

fn passes(engine: &Engine, from: RegionIx, to: RegionIx) -> bool {
    engine.with(|cloud, _| cloud.net().passes(Place::Region(from), Place::Region(to)))
}

fn delay(engine: &Engine, from: RegionIx, to: RegionIx) -> Duration {
    let us = engine.with(|cloud, _| cloud.net().delay_us(Place::Region(from), Place::Region(to)));
    Duration::from_micros(us)
}

async fn wait_until_passes(engine: &Engine, from: RegionIx, to: RegionIx) -> std::io::Result<()> {
    let held = async {
        while !passes(engine, from, to) {
            tokio::time::sleep(LOOK).await;
        }
    };
    tokio::time::timeout(BLACK_HOLE, held).await.map_err(|_| std::io::ErrorKind::TimedOut.into())
}

async fn forward(
    engine: &Engine,
    mut near: TcpStream,
    from: RegionIx,
    to: RegionIx,
    target: SocketAddr,
) -> std::io::Result<()> {
    wait_until_passes(engine, from, to).await?;
    let mut far = TcpStream::connect(target).await?;
    near.set_nodelay(true)?;
    far.set_nodelay(true)?;
    let (mut near_read, mut near_write) = near.split();
    let (mut far_read, mut far_write) = far.split();
    let there = pass(engine, &mut near_read, &mut far_write, from, to);
    let back = pass(engine, &mut far_read, &mut near_write, to, from);
    tokio::try_join!(there, back).map(drop)
}

async fn pass(
    engine: &Engine,
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
        wait_until_passes(engine, from, to).await?;
        let delay = delay(engine, from, to);
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        write.write_all(&buffer[..length]).await?;
    }
}
