//! An operator's verb in the Region that is left, with nothing but the AWS CLI (REQ-X4):
//! `aws lambda invoke --payload '{"verb":"failover","to":"us-east-2","reason":"…"}'`. IAM says who may.

use crate::metrics;
use crate::platform::{NotReady, Platform};
use crate::status::status;
use lambda_runtime::Context;
use leeward_driver::Operated;
use leeward_model::FunctionRole as Role;
use leeward_service::api::{parse_operation, told};
use serde_json::{Value, json};

pub(crate) async fn handle(
    platform: &Platform,
    payload: &Value,
    context: &Context,
) -> Result<Value, NotReady> {
    let parts = platform.parts().await?;
    if payload.get("verb").and_then(Value::as_str) == Some("status") {
        return status(&parts).await;
    }
    let document = payload.to_string();
    let by = format!("aws lambda invoke {}", context.request_id);
    let fresh = format!("{}-{}", parts.assembly.config.region, parts.assembly.clock.wall_ms());
    // An answer and no error: Lambda calls a function that failed once more, a person does not want that.
    let operation = match parse_operation(document.as_bytes(), &by, &fresh) {
        Ok(operation) => operation,
        Err(error) => {
            tracing::warn!(%error, "no operation");
            return Ok(json!({ "status": 422, "detail": error.to_string() }));
        }
    };
    let operated = parts.assembly.operator().operate(operation.clone()).await;
    if let Operated::Holds(authority) = &operated {
        // What was begun is carried out at once; should that fail, a sentinel finds it standing still.
        if let Some(run) = authority.run.as_ref().filter(|r| r.parked.is_none() && !r.paused) {
            parts.runner().start(run).await;
        }
    }
    let (status, mut said) = told(&operation, &operated);
    let (config, came) =
        (&parts.assembly.config, if status == 200 { "Accepted" } else { "Refused" });
    metrics::acted(&*platform.clock, &config.suffix, &config.region, Role::Operator, came);
    said["status"] = json!(status);
    Ok(said)
}
