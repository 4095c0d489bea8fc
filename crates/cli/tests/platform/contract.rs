//! The API's contract, in both Regions.

use crate::harness::{Platform, order};
use leeward_api::{Accepted, OrderStatus, Problem, ProblemCode};
use leeward_model::{Decimal, Symbol};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_accepted_booked_and_readable() {
    let p = Platform::up();
    let (status, told) = p.order(0, "desk-1", "o-1").await;
    assert_eq!(status, 202, "{told}");
    assert_eq!(told.position(), Some((1, 0)));
    assert_eq!(told.accepted().status, OrderStatus::Accepted);
    assert_eq!(told.accepted().region.as_str(), "us-east-1");
    // SAFE-4: when the other Region receives the same order, it returns the same ledger position.
    let (status, again) = p.order(1, "desk-1", "o-1").await;
    assert_eq!((status, again.position()), (200, Some((1, 0))), "{again}");
    let mut other = order("desk-1", "o-1");
    other["quantity"] = json!("3");
    let conflict = p.post(1, "/v1/orders", &other).await.expect("an answer");
    assert_eq!(conflict.status, 409);
    let booked = p.wait_booked(0, "desk-1", "o-1").await;
    assert_eq!((booked.as_of_seq.0, booked.epoch.0), (1, 1));
    let account = p.account(0, "desk-1").await;
    let acme = Symbol::new("ACME").expect("valid");
    assert_eq!(account.positions.get(&acme).copied(), Decimal::parse("2").ok());
    assert_eq!(account.watermark.0, 1);
    // A Region never returns 404 for an acknowledged order, even if its own projection does not contain the order yet.
    let (_, told) = p.order(1, "desk-1", "o-2").await;
    assert_eq!(told.accepted().seq.0, 2);
    assert_eq!(p.get(1, "/v1/accounts/desk-1/orders/o-2").await.status, 200);
    assert_eq!(p.get(0, "/v1/accounts/desk-1/orders/never").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_has_one_seq_and_a_refusal_names_every_invalid_field() {
    let p = Platform::up();
    let one = json!({"symbol": "ACME", "side": "sell", "type": "market", "quantity": "1"});
    let batch = json!({"client_batch_id": "b-1", "account": "desk-2", "orders": vec![one; 500]});
    let told = p.post(0, "/v1/orders:batch", &batch).await.expect("an answer");
    let accepted: Accepted = serde_json::from_slice(&told.body).expect("accepted");
    assert_eq!((told.status, accepted.seq.0), (202, 1), "{accepted:?}");
    assert_eq!(p.post(1, "/v1/orders:batch", &batch).await.expect("an answer").status, 200);
    let booked = p.wait_booked(0, "desk-2", "b-1").await;
    assert_eq!(booked.orders.len(), 500);
    let wrong = json!({"account": "no spaces", "symbol": "", "side": "up", "quantity": "-1"});
    let refused = p.post(0, "/v1/orders", &wrong).await.expect("an answer");
    assert_eq!(refused.status, 422);
    let problem: Problem = serde_json::from_slice(&refused.body).expect("a problem document");
    let mut fields: Vec<&str> = problem.errors.iter().map(|error| error.field.as_str()).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["account", "client_order_id", "quantity", "side", "symbol", "type"]);
    assert_eq!(problem.code, ProblemCode::Invalid);
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_act_for_their_accounts_and_sessions_have_versions() {
    let p = Platform::up();
    let limit = std::time::Duration::from_secs(5);
    let send = |method, path: &str, token: Option<&str>, bytes: Vec<u8>| {
        let (client, url) = (p.client.clone(), format!("{}{path}", p.apis[0]));
        let token = token.map(str::to_owned);
        async move { client.send(method, &url, token.as_deref(), bytes, limit).await.expect("sent") }
    };
    use http::Method;
    let bytes = || order("desk-3", "o").to_string().into_bytes();
    assert_eq!(send(Method::POST, "/v1/orders", None, bytes()).await.status, 401);
    assert_eq!(send(Method::POST, "/v1/orders", Some("guess"), bytes()).await.status, 401);
    let canary = std::fs::read_to_string(p.dir.path().join("canary-token")).expect("a token");
    assert_eq!(send(Method::POST, "/v1/orders", Some(&canary), bytes()).await.status, 403);
    let trader = Some(p.trader.as_str());
    assert_eq!(send(Method::GET, "/v1/status", trader, vec![]).await.status, 403);
    let made = send(Method::PUT, "/v1/sessions/s1", trader, b"one".to_vec()).await;
    assert_eq!(made.status, 201);
    let first = made.headers["etag"].clone();
    let read = send(Method::GET, "/v1/sessions/s1", trader, vec![]).await;
    assert_eq!(&read.body[..], b"one");
    assert_eq!(send(Method::PUT, "/v1/sessions/s1", trader, b"two".to_vec()).await.status, 200);
    let large = vec![b'x'; 64 * 1024 + 1];
    assert_eq!(send(Method::PUT, "/v1/sessions/s1", trader, large).await.status, 413);
    assert_eq!(send(Method::DELETE, "/v1/sessions/s1", trader, vec![]).await.status, 204);
    assert_eq!(send(Method::GET, "/v1/sessions/s1", trader, vec![]).await.status, 404);
    // The tag of a deleted session does not match a later session of the same name.
    let again = send(Method::PUT, "/v1/sessions/s1", trader, b"three".to_vec()).await;
    assert_ne!(again.headers["etag"], first);
    // The API does not examine the body of an unknown sender. The framework's own refusals are problem documents too.
    assert_eq!(send(Method::POST, "/v1/orders", None, b"{}".to_vec()).await.status, 401);
    for (method, odd) in
        [(Method::GET, "/v1/accounts/%ff"), (Method::PUT, "/v1/sessions/s1?ttl_s=-1")]
    {
        let refused = send(method, odd, trader, b"x".to_vec()).await;
        assert!((400..500).contains(&refused.status), "{odd}: {}", refused.status);
        assert_eq!(refused.headers["content-type"], "application/problem+json", "{odd}");
    }
    assert_eq!(send(Method::PATCH, "/v1/orders", trader, vec![]).await.status, 405);
}
