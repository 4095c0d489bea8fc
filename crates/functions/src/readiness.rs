//! Checks each hour whether the platform could move (REQ-T1): this Region inspects itself, asks the other Region for
//! its facts, and judges both. The other Region sends `{"verb": "facts"}`; `{"verb": "report"}` returns the last
//! report.

use crate::metrics;
use crate::platform::{NotReady, Parts, Platform};
use crate::status::to_json;
use lambda_runtime::Context;
use leeward_agent::{SourceError, require_known};
use leeward_api::{ChainHeads, Open, ReadinessCall, ReadinessVerb};
use leeward_aws::{AwsConfig, Files, Inspector, Parameters, assume, invoke};
use leeward_core::readiness::{judge, report};
use leeward_model::readiness::{Facts, Known, Readiness, RegionFacts, Scope, State};
use leeward_ports::{Control, Outcome};
use serde::Deserialize;
use serde_json::Value;
use std::time::Duration;

/// The time limit of one call. It can be generous, because no request waits for the report.
const CALL: Duration = Duration::from_secs(10);
/// The time reserved for judging, counting and storing.
const REPORT: Duration = Duration::from_secs(60);

pub(crate) async fn handle(
    platform: &Platform,
    payload: &Value,
    context: &Context,
) -> Result<Value, NotReady> {
    let parts = platform.parts().await?;
    let aws = parts.assembly.aws.with_timeout(CALL);
    let scope = read_scope(platform, &aws).await?;
    let inspector = Inspector::new(&aws, scope.clone(), parts.assembly.database.clone());
    // An event without a readable verb comes from the schedule.
    let call = ReadinessCall::deserialize(payload).unwrap_or_default();
    match call.verb {
        Some(Open::Known(ReadinessVerb::Facts)) => Ok(to_json(&inspector.facts().await)),
        Some(Open::Known(ReadinessVerb::Report)) => read_report(&parts, &scope).await,
        Some(Open::Unknown(Value::String(other))) => Err(SourceError::Content {
            what: "the event".into(),
            why: format!("unknown verb {other}; expected facts, report, or no verb"),
        }
        .into()),
        Some(Open::Unknown(_)) | None => {
            // The report must state that a Region did not respond, so the calls leave time to write it.
            let patience = platform.remaining_time(context).saturating_sub(REPORT);
            let facts = gather_facts(&parts, (&aws, patience), &scope, &inspector).await;
            Ok(to_json(&store_report(platform, &parts, &aws, &scope, &facts).await))
        }
    }
}

/// Returns the last report.
async fn read_report(parts: &Parts, scope: &Scope) -> Result<Value, NotReady> {
    let read = parts.assembly.control.readiness(&scope.region).await;
    Ok(to_json(&require_known("the last report", read)?))
}

async fn read_scope(platform: &Platform, aws: &AwsConfig) -> Result<Scope, NotReady> {
    let Some(name) = &platform.settings.readiness else {
        let why = "LEEWARD_READINESS_PARAMETER is not set; the stacks set it".to_owned();
        return Err(
            SourceError::Unreadable { what: "the scope of the inspection".into(), why }.into()
        );
    };
    let read = Parameters::new(aws, &platform.settings.environment.region).read(name).await;
    let what = format!("parameter {name}");
    let text = require_known(&what, read)?;
    let invalid = |e: serde_json::Error| SourceError::Content { what, why: e.to_string() };
    Ok(serde_json::from_str(&text).map_err(invalid)?)
}

async fn gather_facts(
    parts: &Parts,
    (aws, patience): (&AwsConfig, Duration),
    scope: &Scope,
    own: &Inspector,
) -> Facts {
    let authority = parts.assembly.control.authority();
    let (own, peer, authority) =
        tokio::join!(own.facts(), ask_peer(aws, patience, scope), authority);
    let active = match authority {
        Outcome::Done(Some(authority)) => Ok(authority.active),
        Outcome::Done(None) => Err("there is no authority yet".into()),
        other => Err(other.why().unwrap_or_default().to_owned()),
    };
    Facts {
        active,
        limits: scope.limits.clone(),
        records: scope.records.clone(),
        regions: [Ok(own), peer],
    }
}

/// Asks the other Region for its facts. A Region that does not respond cannot be the target of a move.
async fn ask_peer(aws: &AwsConfig, patience: Duration, scope: &Scope) -> Known<RegionFacts> {
    let peer = &scope.peer;
    let unknown = |why: &str| format!("{}: {why}", peer.region);
    let caller = match assume(aws, &scope.region, &peer.role, "readiness").await {
        // The limit is long, because the other Region makes calls of its own before it responds.
        Outcome::Done(caller) => caller.with_timeout(patience.saturating_sub(CALL)),
        other => return Err(unknown(other.why().unwrap_or_default())),
    };
    let ask = ReadinessCall { verb: Some(ReadinessVerb::Facts.into()) };
    match invoke(&caller, &peer.region, &peer.function, &to_json(&ask)).await {
        Outcome::Done(facts) => {
            let facts: RegionFacts =
                serde_json::from_value(facts).map_err(|e| unknown(&e.to_string()))?;
            if facts.region != peer.region {
                return Err(unknown(&format!("{} answered instead", facts.region)));
            }
            Ok(facts)
        }
        other => Err(unknown(other.why().unwrap_or_default())),
    }
}

/// Judges the facts, stores the report in the table and the bucket, and counts its findings. A report that cannot be
/// stored is still logged and counted.
async fn store_report(
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
    // SAFE-7: while the previous report is unknown, this one must not replace it.
    let stored = match unread {
        Some(why) => Err(format!("the last report cannot be read: {why}")),
        None => {
            let put = control.put_readiness(&report).await;
            put.why().map_or(Ok(()), |why| Err(why.to_owned()))
        }
    };
    if let Err(why) = stored {
        tracing::error!(code = "LW-X050", %why, "the report could not be stored in the table");
    }
    export(&**control, &Files::new(aws, region, &scope.audit_bucket), &report).await;
    let suffix = &parts.assembly.config.suffix;
    metrics::count_readiness(
        &*platform.clock,
        suffix,
        region,
        report.failed() as u64,
        report.score,
    );
    report
}

/// SAFE-10: exports the current head of every chain that the authority names, to a bucket to which no writer of a chain
/// can write. A key is never written twice.
async fn export(control: &dyn Control, files: &Files, report: &Readiness) {
    let name = |what: &str| format!("{what}/{}/{:015}.json", report.region, report.at_ms);
    let mut documents = vec![(name("readiness"), to_json(report))];
    match control.authority().await {
        Outcome::Done(Some(authority)) => {
            let mut heads = authority.chain_heads.clone();
            for (writer, head) in &mut heads {
                if let Outcome::Done(Some(now)) = control.audit_head(writer).await {
                    *head = now;
                }
            }
            let heads = ChainHeads { at_ms: report.at_ms, version: authority.version, heads };
            documents.push((name("heads"), to_json(&heads)));
        }
        other => {
            tracing::warn!(why = other.why(), "the heads of the audit log could not be exported");
        }
    }
    for (key, content) in documents {
        if let Some(why) = files.put(&key, content.to_string()).await.why() {
            tracing::error!(code = "LW-X051", key, %why, "the document could not be stored in the audit bucket");
        }
    }
}
