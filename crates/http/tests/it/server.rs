//! Tests the limits of the server, its TLS and its graceful shutdown.

use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::Full;
use leeward_http::{Client, Connection, Incoming, Limits, Secure, Server, Stage, stopped, tls};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};

const LIMIT: Duration = Duration::from_secs(10);

async fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    (listener, address)
}

async fn answer(_: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    Ok(Response::new(Full::new(Bytes::from_static(b"here"))))
}

#[tokio::test]
async fn a_connection_beyond_the_limit_is_closed_and_the_others_stay_open() {
    let (listener, address) = listener().await;
    let server = Server::new(listener, Limits::public(1));
    tokio::spawn(server.serve(tower::service_fn(answer), std::future::pending()));
    let request = || Request::get("/").header("host", "x").body(Full::new(Bytes::new()));
    let mut first = Connection::open(address, None, LIMIT).await.expect("room");
    assert_eq!(first.send(request().expect("valid"), 64).await.expect("served").status, 200);
    let mut second = Connection::open(address, None, LIMIT).await.expect("accepted by the kernel");
    second.send(request().expect("valid"), 64).await.expect_err("no room");
    let again = first.send(request().expect("valid"), 64).await.expect("still served");
    assert_eq!(again.body, "here");
    assert!(!again.closes());
}

#[tokio::test]
async fn headers_longer_than_the_buffer_are_rejected() {
    let (listener, address) = listener().await;
    let server = Server::new(listener, Limits::public(8));
    tokio::spawn(server.serve(tower::service_fn(answer), std::future::pending()));
    let request = Request::get(format!("http://{address}/")).header("long", "x".repeat(200_000));
    let request = request.body(Full::new(Bytes::new())).expect("valid");
    // The server closes the connection while the client still writes, so the client may miss the response.
    if let Ok(answer) = Client::plain(LIMIT).request(request, LIMIT).await {
        assert_eq!(answer.status, 431);
    }
}

#[tokio::test]
async fn a_request_in_progress_completes_after_the_server_is_stopped() {
    let (listener, address) = listener().await;
    let (stop_send, stop) = watch::channel(false);
    let (arrived, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let service = {
        let (arrived, go_on) = (arrived.clone(), go_on.clone());
        tower::service_fn(move |request: Request<Incoming>| {
            let (arrived, go_on) = (arrived.clone(), go_on.clone());
            async move {
                arrived.notify_one();
                go_on.notified().await;
                answer(request).await
            }
        })
    };
    let serving =
        tokio::spawn(Server::new(listener, Limits::trusted()).serve(service, stopped(stop)));
    let url = format!("http://{address}/");
    let client = Client::plain(LIMIT);
    let asking = tokio::spawn({
        let (client, url) = (client.clone(), url.clone());
        async move { client.send(Method::GET, &url, None, Vec::new(), LIMIT).await }
    });
    arrived.notified().await;
    stop_send.send(true).expect("the server listens");
    // Once a new connection is refused, the listener is closed, while the request is still in progress.
    while Connection::open(address, None, LIMIT).await.is_ok() {
        tokio::task::yield_now().await;
    }
    go_on.notify_one();
    assert_eq!(asking.await.expect("joined").expect("answered").body, "here");
    serving.await.expect("the server ends");
}

#[tokio::test]
async fn a_self_signed_server_encrypts_and_is_not_trusted() {
    let (listener, address) = listener().await;
    let certificate = tls::self_signed("leeward-agent").expect("a key pair");
    let server = Server::new(listener, Limits::public(8)).with_tls(certificate);
    tokio::spawn(server.serve(tower::service_fn(answer), std::future::pending()));
    let secure = Secure::new(tls::trusting_none(), "leeward-agent").expect("a name");
    let refused = Connection::open(address, Some(&secure), LIMIT).await.err().expect("not trusted");
    assert_eq!(refused.stage(), Stage::Connect, "{refused}");
    assert!(refused.to_string().contains("UnknownIssuer"), "{refused}");
}
