//! Reads accounts and orders, and changes the limits of an account.

use super::orders::append;
use super::{Problem, authenticate, authenticate_operator, body, json};
use crate::reads::{self, Read};
use crate::region::RegionRuntime;
use crate::validate;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use leeward_api::{AccountView, OrderView, ProblemCode, RequestId};
use leeward_model::{AccountId, ClientId, Payload};
use std::sync::Arc;

const MAX_LIMITS_BYTES: usize = 4 * 1024;

fn no_such_account() -> Problem {
    Problem::new(404, ProblemCode::NoAccount, "no such account")
}

/// Returns the account that the path names, if the caller may read it.
fn readable_account(
    region: &RegionRuntime,
    headers: &HeaderMap,
    account: &str,
) -> Result<AccountId, Problem> {
    let grant = authenticate(region, headers)?;
    let account = AccountId::new(account).map_err(|_| no_such_account())?;
    if !grant.allows(&account) && !grant.operator {
        return Err(Problem::not_your_account(&account));
    }
    Ok(account)
}

pub(super) async fn read(
    State(region): State<Arc<RegionRuntime>>,
    headers: HeaderMap,
    Path(account): Path<String>,
) -> Result<Response, Problem> {
    let account = readable_account(&region, &headers, &account)?;
    match reads::account(&region, &account).await {
        Read::Found { value, as_of } => {
            let state_hash = value.hash();
            let view = AccountView {
                account,
                positions: value.positions,
                limits: value.limits,
                booked: value.booked,
                rejected: value.rejected,
                watermark: as_of,
                state_hash,
                region: region.name.clone(),
                epoch: region.epoch_or_read().await,
            };
            Ok(json(200, &view))
        }
        Read::NotFound => Err(no_such_account()),
        Read::Unknown => Err(Problem::unknown()),
    }
}

pub(super) async fn read_order(
    State(region): State<Arc<RegionRuntime>>,
    headers: HeaderMap,
    Path((account, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let account = readable_account(&region, &headers, &account)?;
    let missing = || {
        let detail = "no order was accepted under this id";
        Problem::new(404, ProblemCode::NoOrder, detail)
    };
    let id = ClientId::new(&id).map_err(|_| missing())?;
    match reads::order(&region, &account, &id).await {
        Read::Found { value: parts, as_of } => {
            let first = parts.first().cloned().expect("an order that was found has a part");
            let view = OrderView {
                account,
                client_order_id: id,
                first,
                orders: if parts.len() > 1 { parts } else { Vec::new() },
                as_of_seq: as_of,
                region: region.name.clone(),
                epoch: region.epoch_or_read().await,
            };
            Ok(json(200, &view))
        }
        Read::NotFound => Err(missing()),
        Read::Unknown => Err(Problem::unknown()),
    }
}

/// Changes the limits of an account. The change is an entry in the ledger of the account, under a claim (SAFE-3).
pub(super) async fn change_limits(
    State(region): State<Arc<RegionRuntime>>,
    headers: HeaderMap,
    Path(account): Path<String>,
    body: Body,
) -> Result<Response, Problem> {
    let grant = authenticate_operator(&region, &headers, "a change of limits")?;
    let account = AccountId::new(&account).map_err(|_| no_such_account())?;
    let document = body::parse(&headers, body, MAX_LIMITS_BYTES).await?;
    let change = validate::limits(&document).map_err(Problem::invalid)?;
    let id = RequestId::Change(change.client_change_id);
    append(&region, &grant, account, id, Payload::Limits(change.limits)).await
}
