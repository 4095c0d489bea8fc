//! The listener: bounded connections, bounded headers, nobody keeps a connection for nothing.

use axum::Router;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio_rustls::TlsAcceptor;

/// Keep-alive, and the time that a request's head may take (docs/spec/timing.md).
const HEAD_TIME: Duration = Duration::from_secs(30);
/// A handshake that takes longer holds a connection for nothing.
const HANDSHAKE: Duration = Duration::from_secs(5);
/// Headers and the buffer of one connection.
const BUFFER_BYTES: usize = 32 * 1024;
/// After `stop`: requests in work may end.
const DRAIN: Duration = Duration::from_secs(5);

/// Serves until `stop` turns true, then lets requests in work end.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    connections_max: usize,
    stop: watch::Receiver<bool>,
) {
    accept(listener, None, router, connections_max, stop).await;
}

/// The same behind TLS (REQ-G2).
pub async fn serve_tls(
    listener: TcpListener,
    tls: Arc<rustls::ServerConfig>,
    router: Router,
    connections_max: usize,
    stop: watch::Receiver<bool>,
) {
    accept(listener, Some(TlsAcceptor::from(tls)), router, connections_max, stop).await;
}

async fn accept(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    router: Router,
    connections_max: usize,
    mut stop: watch::Receiver<bool>,
) {
    let room = Arc::new(Semaphore::new(connections_max));
    let graceful = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.changed() => break,
        };
        let Ok((stream, _)) = accepted else {
            // Out of file descriptors: wait for some to come back.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        // Beyond the limit a connection is closed at once: cheaper for both than a queue.
        let Ok(permit) = room.clone().try_acquire_owned() else { continue };
        let _: std::io::Result<()> = stream.set_nodelay(true);
        let (router, watcher, tls) = (router.clone(), graceful.watcher(), tls.clone());
        tokio::spawn(async move {
            let _permit = permit;
            match tls {
                None => converse(stream, router, watcher).await,
                Some(tls) => {
                    let shaken = tokio::time::timeout(HANDSHAKE, tls.accept(stream)).await;
                    if let Ok(Ok(stream)) = shaken {
                        converse(stream, router, watcher).await;
                    }
                }
            }
        });
    }
    drop(listener);
    let _: Result<(), _> = tokio::time::timeout(DRAIN, graceful.shutdown()).await;
}

async fn converse<S>(stream: S, router: Router, watcher: Watcher)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(BUFFER_BYTES)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let _: Result<(), _> = watcher.watch(connection).await;
}
