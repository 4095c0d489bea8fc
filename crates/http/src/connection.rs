//! A single connection to an address that the caller chooses.

use crate::agent::identify;
use crate::client::{HttpResponse, read_body};
use crate::error::{Error, Stage};
use bytes::Bytes;
use http::{Request, Response, header};
use http_body_util::Full;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use rustls::pki_types::{InvalidDnsNameError, ServerName};
use std::error::Error as StdError;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// The TLS settings for a server with a given name.
#[derive(Clone)]
pub struct Secure {
    connector: TlsConnector,
    name: ServerName<'static>,
}

impl Secure {
    /// Returns settings that verify the server's certificate for `name` with the authorities of `tls`.
    pub fn new(tls: rustls::ClientConfig, name: &str) -> Result<Secure, InvalidDnsNameError> {
        let name = ServerName::try_from(name.to_owned())?;
        Ok(Secure { connector: TlsConnector::from(Arc::new(tls)), name })
    }
}

/// An open HTTP/1.1 connection.
pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
    peer: SocketAddr,
}

impl Connection {
    /// Connects to `peer`, with TLS if `secure` is given. `limit` applies to the TCP connection and to the TLS
    /// handshake separately.
    pub async fn open(
        peer: SocketAddr,
        secure: Option<&Secure>,
        limit: Duration,
    ) -> Result<Connection, Error> {
        let stream = in_time(limit, TcpStream::connect(peer)).await?;
        stream.set_nodelay(true).map_err(|e| Error::failed(Stage::Connect, &e))?;
        let sender = match secure {
            None => open_on(stream).await?,
            Some(Secure { connector, name }) => {
                open_on(in_time(limit, connector.connect(name.clone(), stream)).await?).await?
            }
        };
        Ok(Connection { sender, peer })
    }

    /// Returns the address of the other side.
    pub fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// Returns whether the other side has closed the connection.
    pub fn is_closed(&self) -> bool {
        self.sender.is_closed()
    }

    /// Sends `request` and reads a response of at most `answer_max_bytes`. The request needs a `host` header.
    pub async fn send(
        &mut self,
        mut request: Request<Full<Bytes>>,
        answer_max_bytes: usize,
    ) -> Result<HttpResponse, Error> {
        identify(&mut request);
        self.sender.ready().await.map_err(|e| Error::failed(Stage::Connect, &e))?;
        let answer = self.sender.send_request(request).await;
        let answer = answer.map_err(|e| Error::failed(Stage::Request, &e))?;
        let (head, body) = answer.into_parts();
        let body = read_body(body, answer_max_bytes).await?;
        Ok(Response::from_parts(head, body).into())
    }
}

impl HttpResponse {
    /// Returns whether the other side closes the connection after this response.
    pub fn closes(&self) -> bool {
        self.headers.get(header::CONNECTION).is_some_and(|value| value == "close")
    }
}

async fn open_on<S>(stream: S) -> Result<SendRequest<Full<Bytes>>, Error>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let opened = handshake(TokioIo::new(stream)).await;
    let (sender, connection) = opened.map_err(|e| Error::failed(Stage::Connect, &e))?;
    // The task ends with the connection, and the pending request reports the connection's error.
    tokio::spawn(connection);
    Ok(sender)
}

async fn in_time<T, E: StdError>(
    limit: Duration,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, Error> {
    match tokio::time::timeout(limit, work).await {
        Ok(done) => done.map_err(|e| Error::failed(Stage::Connect, &e)),
        Err(_) => Err(Error::Timeout { limit, stage: Stage::Connect }),
    }
}
