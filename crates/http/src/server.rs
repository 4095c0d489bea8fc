//! The server: bounded connections, headers and handshakes, and an orderly end.

use bytes::Bytes;
use http::{Request, Response};
use hyper::body::{Body, Incoming};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio_rustls::TlsAcceptor;

/// After `stop`, requests in work may take this long to end.
const DRAIN: Duration = Duration::from_secs(5);
/// A slower TLS handshake is abandoned.
const HANDSHAKE: Duration = Duration::from_secs(5);
/// The pause of the listener when the process is out of file descriptors.
const OUT_OF_FILES: Duration = Duration::from_millis(10);

/// The limits of a server.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections beyond this are closed at once, which is cheaper for both sides than a queue.
    pub connections_max: usize,
    /// The time that a request's headers may take, and that a connection may be idle.
    pub head: Duration,
    /// The buffer of a connection, which bounds its headers; `None` leaves hyper's 400 KiB.
    pub buffer_max_bytes: Option<usize>,
}

/// Keep-alive, and the time that a request's headers may take (docs/spec/timing.md).
const HEAD: Duration = Duration::from_secs(30);

impl Limits {
    /// Returns the limits towards callers outside the platform: 32 KiB for headers.
    pub fn public(connections_max: usize) -> Limits {
        Limits { connections_max, head: HEAD, buffer_max_bytes: Some(32 * 1024) }
    }

    /// Returns the limits towards processes of the same machine: any number of connections, and headers
    /// as long as hyper's own buffer.
    pub fn trusted() -> Limits {
        Limits { connections_max: Semaphore::MAX_PERMITS, head: HEAD, buffer_max_bytes: None }
    }
}

/// A listener that is about to serve.
pub struct Server {
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    limits: Limits,
}

/// Completes when `stop` changes or its sender is dropped.
pub async fn stopped(mut stop: watch::Receiver<bool>) {
    let _ = stop.changed().await;
}

impl Server {
    /// Returns a server of plain HTTP on `listener`.
    pub fn new(listener: TcpListener, limits: Limits) -> Server {
        Server { listener, tls: None, limits }
    }

    /// Returns the same server behind TLS (REQ-G2).
    pub fn with_tls(self, tls: rustls::ServerConfig) -> Server {
        Server { tls: Some(TlsAcceptor::from(Arc::new(tls))), ..self }
    }

    /// Serves until `stop` completes, then lets requests in work end. An error of `service` closes its
    /// connection without an answer.
    pub async fn serve<S, B>(self, service: S, stop: impl Future<Output = ()>)
    where
        S: tower::Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
        S::Future: Send,
        S::Error: Into<Box<dyn StdError + Send + Sync>>,
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn StdError + Send + Sync>>,
    {
        let Server { listener, tls, limits } = self;
        let room = Arc::new(Semaphore::new(limits.connections_max));
        let graceful = GracefulShutdown::new();
        tokio::pin!(stop);
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = &mut stop => break,
            };
            let Ok((stream, _)) = accepted else {
                tokio::time::sleep(OUT_OF_FILES).await;
                continue;
            };
            let Ok(permit) = room.clone().try_acquire_owned() else { continue };
            let _: std::io::Result<()> = stream.set_nodelay(true);
            let (service, watcher, tls) = (service.clone(), graceful.watcher(), tls.clone());
            tokio::spawn(async move {
                let _permit = permit;
                match tls {
                    None => converse(stream, service, limits, watcher).await,
                    Some(tls) => {
                        let secured = tokio::time::timeout(HANDSHAKE, tls.accept(stream)).await;
                        if let Ok(Ok(stream)) = secured {
                            converse(stream, service, limits, watcher).await;
                        }
                    }
                }
            });
        }
        drop(listener);
        let _: Result<(), _> = tokio::time::timeout(DRAIN, graceful.shutdown()).await;
    }
}

/// Answers the requests of one connection until either side closes it.
async fn converse<C, S, B>(stream: C, service: S, limits: Limits, watcher: Watcher)
where
    C: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    S: tower::Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Into<Box<dyn StdError + Send + Sync>>,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    let mut builder = hyper::server::conn::http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(limits.head);
    if let Some(bytes) = limits.buffer_max_bytes {
        builder.max_buf_size(bytes);
    }
    let service = TowerToHyperService::new(service);
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    let _: Result<(), _> = watcher.watch(connection).await;
}
