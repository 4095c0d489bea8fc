//! `leeward fault …`

use super::remote::Remote;
use crate::args::{Fault, FaultName};
use anyhow::bail;
use serde_json::{Value, json};

fn verb(name: FaultName) -> anyhow::Result<Value> {
    Ok(match name {
        FaultName::Kill { region } => json!({"verb": "kill", "region": region}),
        FaultName::Restart { region } => json!({"verb": "restart", "region": region}),
        FaultName::Destroy { region } => json!({"verb": "destroy", "region": region}),
        FaultName::Pause { region } => json!({"verb": "pause", "region": region}),
        FaultName::Resume { region } => json!({"verb": "resume", "region": region}),
        FaultName::Isolate { region } => json!({"verb": "isolate", "region": region}),
        FaultName::Cut { from, to } => json!({"verb": "cut", "from": from, "to": to}),
        FaultName::Lag { region, ms } => json!({"verb": "lag", "region": region, "ms": ms}),
        FaultName::Fail { region, service, kind, amount } => {
            if !["dynamodb", "sqs", "rds", "sns"].contains(&service.as_str()) {
                bail!("LW-F004: no service {service}; it is one of dynamodb, sqs, rds, sns");
            }
            if kind != "slow" && kind != "dead" && amount > 100 {
                bail!("LW-F005: {amount} percent is more than all calls");
            }
            let fault = match kind.as_str() {
                "dead" => json!({"dead": true}),
                "error" => json!({"error_percent": amount}),
                "throttle" => json!({"throttle_percent": amount}),
                "lost-reply" => json!({"lost_reply_percent": amount}),
                "slow" => json!({"slow_us": amount * 1_000}),
                other => bail!(
                    "LW-F006: no kind {other}; it is one of dead, error, throttle, lost-reply, slow"
                ),
            };
            json!({"verb": "fail", "region": region, "service": service, "fault": fault})
        }
        FaultName::Clear => json!({"verb": "clear"}),
    })
}

pub(crate) async fn run(args: Fault) -> anyhow::Result<bool> {
    let verb = verb(args.verb)?;
    let Remote::Local(local) = Remote::find(&args.target)? else {
        // REQ-G4.
        bail!(
            "LW-F009: faults can be injected only into a platform on this machine; rehearse a deployed one by a switchover"
        );
    };
    let done = local.post("/fault", &verb).await?;
    if args.target.at.json {
        println!("{done}");
    } else {
        println!("{}", done["done"].as_str().unwrap_or("done"));
    }
    Ok(true)
}
