//! Reads of accounts and orders, and the change of an account's limits.

use super::orders::{append, parse};
use super::{Problem, authenticate, json};
use crate::reads::{self, Read};
use crate::region::Region;
use crate::validate;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use leeward_model::{AccountId, ClientId, Payload};
use serde_json::{Value, json};
use std::sync::Arc;

const MAX_LIMITS_BYTES: usize = 4 * 1024;

fn account_of(region: &Region, headers: &HeaderMap, account: &str) -> Result<AccountId, Problem> {
    let grant = authenticate(region, headers)?;
    let missing = || Problem::new(404, "no_account", "there is no such account");
    let account = AccountId::new(account).map_err(|_| missing())?;
    if !grant.allows(&account) && !grant.operator {
        let detail = format!("this token may not act for {account}");
        return Err(Problem::new(403, "not_your_account", detail));
    }
    Ok(account)
}

pub(super) async fn read(
    State(region): State<Arc<Region>>,
    headers: HeaderMap,
    Path(account): Path<String>,
) -> Result<Response, Problem> {
    let account = account_of(&region, &headers, &account)?;
    match reads::account(&region, &account).await {
        Read::Found { value, as_of } => Ok(json(
            200,
            json!({
                "account": account,
                "positions": value.positions,
                "limits": value.limits,
                "booked": value.booked,
                "rejected": value.rejected,
                "watermark": as_of,
                "state_hash": value.hash(),
                "region": region.name,
                "epoch": region.epoch_told().await,
            }),
        )),
        Read::NotFound => Err(Problem::new(404, "no_account", "there is no such account")),
        Read::Unknown => Err(Problem::unknown()),
    }
}

pub(super) async fn read_order(
    State(region): State<Arc<Region>>,
    headers: HeaderMap,
    Path((account, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let account = account_of(&region, &headers, &account)?;
    let missing = || Problem::new(404, "no_order", "no order was accepted under this id");
    let id = ClientId::new(&id).map_err(|_| missing())?;
    match reads::order(&region, &account, &id).await {
        Read::Found { value, as_of } => {
            let orders: Vec<Value> = value
                .iter()
                .map(|o| {
                    let mut shown = json!({"seq": o.seq, "index": o.index, "status": o.status});
                    if let Some(reason) = &o.reason {
                        shown["reason"] = json!(reason);
                    }
                    shown
                })
                .collect();
            let mut body = json!({
                "account": account,
                "client_order_id": id,
                "as_of_seq": as_of,
                "region": region.name,
                "epoch": region.epoch_told().await,
            });
            for (name, value) in orders[0].as_object().expect("made above") {
                body[name] = value.clone();
            }
            if orders.len() > 1 {
                body["orders"] = orders.into();
            }
            Ok(json(200, body))
        }
        Read::NotFound => Err(missing()),
        Read::Unknown => Err(Problem::unknown()),
    }
}

/// An operator's change of limits is an entry of the account's own ledger, under a claim (SAFE-3).
pub(super) async fn change_limits(
    State(region): State<Arc<Region>>,
    headers: HeaderMap,
    Path(account): Path<String>,
    body: Body,
) -> Result<Response, Problem> {
    let grant = authenticate(&region, &headers)?;
    if !grant.operator {
        return Err(Problem::new(403, "operators_only", "limits are changed by operators"));
    }
    let account = account_of(&region, &headers, &account)?;
    let body = parse(&headers, body, MAX_LIMITS_BYTES).await?;
    let request = validate::limits(&body).map_err(Problem::invalid)?;
    let payload = Payload::Limits(request.limits);
    append(&region, &grant, account, request.id, payload, "client_change_id").await
}
