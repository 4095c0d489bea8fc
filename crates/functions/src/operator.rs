//! Carries out an operator's verb in a surviving Region. The operator needs nothing but the AWS CLI (REQ-X4):
//! `aws lambda invoke --payload '{"verb":"failover","to":"us-east-2","reason":"…"}'`. IAM policies control access.

use crate::metrics;
use crate::platform::{NotReady, Platform};
use crate::status::{read_status, to_json};
use lambda_runtime::Context;
use leeward_api::{StatusCall, Unavailable};
use leeward_driver::Operated;
use leeward_model::FunctionRole;
use leeward_service::api::{describe_outcome, parse_operation};
use serde::Deserialize;
use serde_json::Value;

pub(crate) async fn handle(
    platform: &Platform,
    payload: &Value,
    context: &Context,
) -> Result<Value, NotReady> {
    let parts = platform.parts().await?;
    if StatusCall::deserialize(payload).is_ok() {
        return Ok(match read_status(&parts).await {
            Ok(status) => to_json(&status),
            Err(unavailable) => to_json(&unavailable),
        });
    }
    let document = payload.to_string();
    let by = format!("aws lambda invoke {}", context.request_id);
    let fresh = format!("{}-{}", parts.assembly.config.region, parts.assembly.clock.wall_ms());
    let operation = match parse_operation(document.as_bytes(), &by, &fresh) {
        Ok(operation) => operation,
        // The refusal is a normal response, because Lambda would invoke the function again after an error.
        Err(error) => {
            tracing::warn!(%error, "the event is not a valid operation");
            return Ok(to_json(&Unavailable { status: 422, detail: Some(error.to_string()) }));
        }
    };
    let operated = parts.assembly.operator().operate(operation.clone()).await;
    if let Operated::Holds(authority) = &operated {
        // The run starts immediately. If the start fails, a sentinel sees no progress and takes the run over.
        if let Some(run) = authority.run.as_ref().filter(|r| r.parked.is_none() && !r.paused) {
            parts.runner().start(run).await;
        }
    }
    let (answer, outcome) = match describe_outcome(&operation, &operated) {
        Ok(mut done) => {
            done.status = Some(200);
            (to_json(&done), "Accepted")
        }
        Err((status, mut refused)) => {
            refused.status = Some(status);
            (to_json(&refused), "Refused")
        }
    };
    let config = &parts.assembly.config;
    metrics::count_outcome(
        &*platform.clock,
        &config.suffix,
        &config.region,
        FunctionRole::Operator,
        outcome,
    );
    Ok(answer)
}
