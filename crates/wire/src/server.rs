//! The HTTP server, which has one listener for each [`Place`] from which callers connect.

use crate::cloud_server::CloudServer;
use crate::protocol::{self, Wire};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};

use http::{Request, Response};
use leeward_cloud::{Place, Reply};
use leeward_http::{Incoming, Limits, Server};
use std::time::Duration;
use tokio::net::TcpListener;

/// The maximum size of a request body, which is DynamoDB's limit for a request.
const MAX_BODY_BYTES: usize = 16 * 1024 * 1024;
/// The time after which a connection without a reply is closed.
const SILENCE: Duration = Duration::from_secs(60);

/// Serves callers in `place` until the future is dropped.
pub async fn serve(cloud: CloudServer, listener: TcpListener, place: Place) {
    let service = tower::service_fn(move |request| answer(cloud.clone(), place, request));
    Server::new(listener, Limits::trusted()).serve(service, std::future::pending()).await;
}

/// The error that makes hyper close the connection of a request without a reply.
#[derive(Debug)]
struct NeverAnswered;

impl std::fmt::Display for NeverAnswered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no answer")
    }
}

impl std::error::Error for NeverAnswered {}

async fn answer(
    server: CloudServer,
    place: Place,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, NeverAnswered> {
    let (parts, body) = request.into_parts();
    let body = match Limited::new(body, MAX_BODY_BYTES).collect().await {
        Ok(body) => body.to_bytes(),
        Err(_) => return Ok(protocol::plain(413, "request too large")),
    };
    let wire = match protocol::read(&server.scene(), &parts, &body) {
        Ok(wire) => wire,
        Err(response) => return Ok(*response),
    };
    let Wire { region, request, writer } = wire;
    match server.call(place, region, request).await {
        Reply::Answer(result) => Ok(writer.write(result)),
        Reply::Silence => {
            tokio::time::sleep(SILENCE).await;
            Err(NeverAnswered)
        }
    }
}
