//! The server: it limits connections, headers and handshakes, and shuts down gracefully.

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
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_rustls::TlsAcceptor;

/// The time that requests in progress have to finish after `stop`.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(5);
/// The time limit of a TLS handshake.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(5);
/// The delay before the listener retries after a failed `accept`, which usually fails for lack of file descriptors.
const ACCEPT_RETRY: Duration = Duration::from_millis(10);

/// The limits of a server.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The maximum number of concurrent connections. Further connections are closed immediately, which is cheaper for
    /// both sides than a queue.
    pub connections_max: usize,
    /// The time within which the headers of a request must arrive, and the maximum idle time of a connection.
    pub head: Duration,
    /// The buffer size of a connection, which limits the size of its headers. `None` keeps hyper's default of 400 KiB.
    pub buffer_max_bytes: Option<usize>,
}

/// The value of [`Limits::head`] for a server that is not behind a load balancer.
const HEAD: Duration = Duration::from_secs(30);

impl Limits {
    /// Returns the limits for callers outside the platform, which include 32 KiB of headers.
    pub fn public(connections_max: usize) -> Limits {
        Limits { connections_max, head: HEAD, buffer_max_bytes: Some(32 * 1024) }
    }

    /// Returns the limits of a server behind a load balancer that keeps idle connections for `balancer_idle`. The server
    /// keeps them for longer. Otherwise the balancer sends requests on connections that the server has just closed, and
    /// answers 502.
    ///
    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html>
    pub fn behind_balancer(connections_max: usize, balancer_idle: Duration) -> Limits {
        Limits { head: balancer_idle * 2, ..Limits::public(connections_max) }
    }

    /// Returns the limits for processes on the same machine: any number of connections, and headers up to hyper's
    /// default buffer size.
    pub fn trusted() -> Limits {
        Limits { connections_max: Semaphore::MAX_PERMITS, head: HEAD, buffer_max_bytes: None }
    }
}

/// A configured server that does not serve requests yet.
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
    /// Returns a server that serves plain HTTP on `listener`.
    pub fn new(listener: TcpListener, limits: Limits) -> Server {
        Server { listener, tls: None, limits }
    }

    /// Returns the same server with TLS (REQ-G2).
    pub fn with_tls(self, tls: rustls::ServerConfig) -> Server {
        Server { tls: Some(TlsAcceptor::from(Arc::new(tls))), ..self }
    }

    /// Serves requests until `stop` completes, then waits for the requests in progress. If `service` returns an error,
    /// its connection is closed without a response.
    pub async fn serve<S, B>(self, service: S, stop: impl Future<Output = ()>)
    where
        S: tower::Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
        S::Future: Send,
        S::Error: Into<Box<dyn StdError + Send + Sync>>,
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn StdError + Send + Sync>>,
    {
        let Server { listener, tls, limits } = self;
        let permits = Arc::new(Semaphore::new(limits.connections_max));
        let graceful = GracefulShutdown::new();
        tokio::pin!(stop);
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = &mut stop => break,
            };
            let Ok((stream, _)) = accepted else {
                tokio::time::sleep(ACCEPT_RETRY).await;
                continue;
            };
            let Ok(permit) = permits.clone().try_acquire_owned() else { continue };
            let _: std::io::Result<()> = stream.set_nodelay(true);
            let (service, watcher, tls) = (service.clone(), graceful.watcher(), tls.clone());
            // Plain and TLS connections have different tasks, because a task that serves both kinds is as large as its
            // larger branch, even while its connection is idle.
            match tls {
                None => {
                    tokio::spawn(serve_connection(stream, service, limits, watcher, permit));
                }
                Some(tls) => {
                    tokio::spawn(async move {
                        let secured =
                            tokio::time::timeout(HANDSHAKE_TIMEOUT, tls.accept(stream)).await;
                        if let Ok(Ok(stream)) = secured {
                            serve_connection(stream, service, limits, watcher, permit).await;
                        }
                    });
                }
            }
        }
        drop(listener);
        let _: Result<(), _> = tokio::time::timeout(DRAIN_TIMEOUT, graceful.shutdown()).await;
    }
}

/// Serves the requests of one connection until either side closes it, and holds its permit until then.
async fn serve_connection<C, S, B>(
    stream: C,
    service: S,
    limits: Limits,
    watcher: Watcher,
    _permit: OwnedSemaphorePermit,
) where
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_outlasts_the_idle_time_of_its_balancer() {
        let idle = Duration::from_secs(30);
        assert!(Limits::public(1).head <= idle, "a balancer would meet closed connections");
        assert!(Limits::behind_balancer(1, idle).head > idle);
    }
}
