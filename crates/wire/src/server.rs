//! The HTTP front: one listener for each place that callers can be in.

use crate::engine::Engine;
use crate::protocol::{self, Wire};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};

use http::{Request, Response};
use leeward_cloud::{Place, Reply};
use leeward_http::{Incoming, Limits, Server};
use std::time::Duration;
use tokio::net::TcpListener;

/// DynamoDB's own limit for a request.
const MAX_BODY_BYTES: usize = 16 * 1024 * 1024;
/// How long a caller that is never answered is kept waiting.
const SILENCE: Duration = Duration::from_secs(60);

/// Serves callers in `place` until dropped.
pub async fn serve(engine: Engine, listener: TcpListener, place: Place) {
    let service = tower::service_fn(move |request| answer(engine.clone(), place, request));
    Server::new(listener, Limits::trusted()).serve(service, std::future::pending()).await;
}

/// An error here makes hyper drop the connection, which is what silence looks like in the end.
#[derive(Debug)]
struct NeverAnswered;

impl std::fmt::Display for NeverAnswered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no answer")
    }
}

impl std::error::Error for NeverAnswered {}

async fn answer(
    engine: Engine,
    place: Place,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, NeverAnswered> {
    let (parts, body) = request.into_parts();
    let body = match Limited::new(body, MAX_BODY_BYTES).collect().await {
        Ok(body) => body.to_bytes(),
        Err(_) => return Ok(protocol::plain(413, "request too large")),
    };
    let wire = match protocol::read(&engine.scene(), &parts, &body) {
        Ok(wire) => wire,
        Err(response) => return Ok(*response),
    };
    let Wire { region, request, writer } = wire;
    match engine.call(place, region, request).await {
        Reply::Answer(result) => Ok(writer.write(result)),
        Reply::Silence => {
            tokio::time::sleep(SILENCE).await;
            Err(NeverAnswered)
        }
    }
}
