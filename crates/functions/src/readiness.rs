//! Could it move? Each hour this Region looks at itself, asks the other one what it sees of itself, and judges both
//! (REQ-T1). `{"verb": "facts"}` is how the other one asks; `{"verb": "report"}` shows what the last look came to.

use crate::metrics;
use crate::platform::{NotReady, Parts, Platform};
use lambda_runtime::Context;
use leeward_agent::SourceError;
use leeward_aws::{AwsConfig, Files, Inspector, Parameters, assume, invoke};
use leeward_core::readiness::{judge, report};
use leeward_model::readiness::{Facts, Known, Readiness, RegionFacts, Scope, State};
use leeward_ports::{Control, Outcome};
use serde_json::{Value, json};
use std::time::Duration;

/// What one service may take for one question; nobody waits for this.
const CALL: Duration = Duration::from_secs(10);
/// For judging, telling and keeping.
const REPORT: Duration = Duration::from_secs(60);

pub(crate) async fn handle(
    platform: &Platform,
    payload: &Value,
    context: &Context,
) -> Result<Value, NotReady> {
    let parts = platform.parts().await?;
    let aws = parts.assembly.aws.with_timeout(CALL);
    let scope = scope(platform, &aws).await?;
    let inspector = Inspector::new(&aws, scope.clone(), parts.assembly.database.clone());
    match payload.get("verb").and_then(Value::as_str) {
        Some("facts") => Ok(told(&inspector.facts().await)),
        Some("report") => last(&parts, &scope).await,
        Some(other) => Err(SourceError::Content {
            what: "the event".into(),
            why: format!("no verb {other}; it is facts, report, or none"),
        }
        .into()),
        None => {
            // What is found of a Region that does not answer must still be told.
            let patience = platform.left(context).saturating_sub(REPORT);
            let facts = facts(&parts, (&aws, patience), &scope, &inspector).await;
            Ok(told(&looked(platform, &parts, &aws, &scope, &facts).await))
        }
    }
}

/// What the last look came to.
async fn last(parts: &Parts, scope: &Scope) -> Result<Value, NotReady> {
    let read = parts.assembly.control.readiness(&scope.region).await;
    let why = read.why().unwrap_or_default().to_owned();
    match read.done() {
        Some(report) => Ok(told(&report)),
        None => Err(SourceError::Unread { what: "the last report".into(), why }.into()),
    }
}

fn told(content: &impl serde::Serialize) -> Value {
    serde_json::to_value(content).expect("plain fields")
}

async fn scope(platform: &Platform, aws: &AwsConfig) -> Result<Scope, NotReady> {
    let Some(name) = &platform.settings.readiness else {
        let why = "LEEWARD_READINESS_PARAMETER is not set; the stacks set it".to_owned();
        return Err(SourceError::Unread { what: "what to look at".into(), why }.into());
    };
    let read = Parameters::new(aws, &platform.settings.environment.region).read(name).await;
    let why = read.why().unwrap_or_default().to_owned();
    let what = format!("parameter {name}");
    let text = read.done().ok_or_else(|| SourceError::Unread { what: what.clone(), why })?;
    let wrong = |e: serde_json::Error| SourceError::Content { what, why: e.to_string() };
    Ok(serde_json::from_str(&text).map_err(wrong)?)
}

async fn facts(
    parts: &Parts,
    (aws, patience): (&AwsConfig, Duration),
    scope: &Scope,
    own: &Inspector,
) -> Facts {
    let authority = parts.assembly.control.authority();
    let (own, peer, authority) = tokio::join!(own.facts(), peer(aws, patience, scope), authority);
    let active = match authority {
        Outcome::Done(Some(authority)) => Ok(authority.active),
        Outcome::Done(None) => Err("there is none yet".into()),
        other => Err(other.why().unwrap_or_default().to_owned()),
    };
    Facts {
        active,
        limits: scope.limits.clone(),
        records: scope.records.clone(),
        regions: [Ok(own), peer],
    }
}

/// What the other Region says of itself; whoever does not answer cannot be moved to.
async fn peer(aws: &AwsConfig, patience: Duration, scope: &Scope) -> Known<RegionFacts> {
    let peer = &scope.peer;
    let unknown = |why: &str| format!("{}: {why}", peer.region);
    let caller = match assume(aws, &scope.region, &peer.role, "readiness").await {
        // The other one's own questions take their time.
        Outcome::Done(caller) => caller.with_timeout(patience.saturating_sub(CALL)),
        other => return Err(unknown(other.why().unwrap_or_default())),
    };
    match invoke(&caller, &peer.region, &peer.function, &json!({ "verb": "facts" })).await {
        Outcome::Done(facts) => {
            let facts: RegionFacts =
                serde_json::from_value(facts).map_err(|e| unknown(&e.to_string()))?;
            if facts.region != peer.region {
                return Err(unknown(&format!("{} answers", facts.region)));
            }
            Ok(facts)
        }
        other => Err(unknown(other.why().unwrap_or_default())),
    }
}

/// The report: kept in the table, in a bucket, and counted. What cannot be kept is said, and counted all the same.
async fn looked(
    platform: &Platform,
    parts: &Parts,
    aws: &AwsConfig,
    scope: &Scope,
    facts: &Facts,
) -> Readiness {
    let (region, control) = (&scope.region, &parts.assembly.control);
    let before = control.readiness(region).await;
    let unread = before.why().map(str::to_owned);
    let before = before.done().flatten();
    let report = report(region, platform.clock.wall_ms(), judge(facts), before);
    for finding in report.findings.iter().filter(|finding| finding.state != State::Passed) {
        tracing::warn!(
            code = finding.code, rule = finding.rule, state = ?finding.state, why = finding.why,
            next = finding.next, "not ready"
        );
    }
    // SAFE-7: what follows nobody knows what does not take the place of it.
    let kept = match unread {
        Some(why) => Err(format!("the last one cannot be read: {why}")),
        None => {
            let put = control.put_readiness(&report).await;
            put.why().map_or(Ok(()), |why| Err(why.to_owned()))
        }
    };
    if let Err(why) = kept {
        tracing::error!(code = "LW-X050", %why, "the report is not kept in the table");
    }
    keep(&**control, &Files::new(aws, region, &scope.audit_bucket), &report).await;
    let suffix = &parts.assembly.config.suffix;
    metrics::ready(&*platform.clock, suffix, region, report.failed() as u64, report.score);
    report
}

/// SAFE-10: the heads of all chains that authority knows of, as they are now, where nobody who writes the chains can
/// reach them. A name is never written twice.
async fn keep(control: &dyn Control, files: &Files, report: &Readiness) {
    let name = |what: &str| format!("{what}/{}/{:015}.json", report.region, report.at_ms);
    let mut kept = vec![(name("readiness"), told(report))];
    match control.authority().await {
        Outcome::Done(Some(authority)) => {
            let mut heads = authority.chain_heads.clone();
            for (writer, head) in &mut heads {
                if let Outcome::Done(Some(now)) = control.audit_head(writer).await {
                    *head = now;
                }
            }
            let heads =
                json!({ "at_ms": report.at_ms, "version": authority.version, "heads": heads });
            kept.push((name("heads"), heads));
        }
        other => {
            tracing::warn!(why = other.why(), "the heads of the audit log are not exported");
        }
    }
    for (key, content) in kept {
        if let Some(why) = files.put(&key, content.to_string()).await.why() {
            tracing::error!(code = "LW-X051", key, %why, "this is not kept in the audit bucket");
        }
    }
}
