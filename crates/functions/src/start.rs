//! From the environment to the loop that asks Lambda for events.

use crate::platform::Platform;
use crate::settings::{Settings, Unsettled};
use crate::{operator, processor, readiness, run, sentinel, sweeper, web};
use lambda_runtime::{Diagnostic, LambdaEvent, service_fn};
use leeward_model::FunctionRole as Role;
use serde_json::Value;
use std::sync::Arc;

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Settings(#[from] Unsettled),
    #[error("LW-X012: {0}")]
    Aws(#[from] leeward_aws::ConfigError),
    #[error("LW-X020: no runtime: {0}")]
    Runtime(#[from] std::io::Error),
    #[error("LW-X021: the Runtime API: {0}")]
    Lambda(String),
}

/// Works until the environment ends. What cannot be read from the environment ends it at once.
pub fn start() -> Result<(), StartError> {
    log();
    let settings = Settings::read(|name| std::env::var(name).ok())?;
    let role = settings.role;
    let platform = Arc::new(Platform::new(settings)?);
    // One event at a time: one thread, and no time spent on starting others.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let ended = runtime.block_on(async {
        match role {
            Role::Orders | Role::Health => {
                let answer = |request| web::answer(platform.clone(), request);
                lambda_http::run(lambda_http::service_fn(answer)).await
            }
            _ => {
                let answer = |event: LambdaEvent<Value>| work(platform.clone(), event);
                lambda_runtime::run(service_fn(answer)).await
            }
        }
    });
    ended.map_err(|e| StartError::Lambda(e.to_string()))
}

/// JSON, as the function's log group is told to expect; `AWS_LAMBDA_LOG_LEVEL` or `RUST_LOG` say how much.
fn log() {
    let level = |name: &str| std::env::var(name).ok().filter(|level| !level.is_empty());
    let level = level("RUST_LOG").or_else(|| level("AWS_LAMBDA_LOG_LEVEL"));
    let filter = level.map(|level| level.to_lowercase()).unwrap_or_else(|| "info".into());
    let _ = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_env_filter(tracing_subscriber::EnvFilter::new(filter))
        .try_init();
}

type Error = lambda_runtime::Error;

async fn work(platform: Arc<Platform>, event: LambdaEvent<Value>) -> Result<Value, Diagnostic> {
    let role = platform.settings.role;
    let LambdaEvent { payload, context } = event;
    let trace = context.xray_trace_id.clone().unwrap_or_default();
    let span = tracing::info_span!("event", %role, request = %context.request_id, %trace);
    let done = tracing::Instrument::instrument(
        async {
            match role {
                Role::Processor => {
                    processor::handle(&platform, &payload).await.map_err(Error::from)
                }
                Role::Sweeper => sweeper::handle(&platform, &context).await.map_err(Error::from),
                Role::Sentinel => sentinel::handle(&platform, &context).await.map_err(Error::from),
                Role::Run => run::handle(&platform, &payload, &context).await.map_err(Error::from),
                Role::Operator => {
                    operator::handle(&platform, &payload, &context).await.map_err(Error::from)
                }
                Role::Readiness => {
                    readiness::handle(&platform, &payload, &context).await.map_err(Error::from)
                }
                Role::Orders | Role::Health => unreachable!("these are asked over HTTP"),
            }
        },
        span.clone(),
    )
    .await;
    done.map_err(|error| {
        // Once, with the reason; Lambda's own line has only its text.
        span.in_scope(|| tracing::error!(%error, "this event was not handled"));
        diagnostic(&error.to_string())
    })
}

/// What Lambda calls the error's type is the code that an operator can look up.
fn diagnostic(text: &str) -> Diagnostic {
    let code = text.split(':').next().filter(|code| code.starts_with("LW-"));
    Diagnostic { error_type: code.unwrap_or("LW-X000").to_owned(), error_message: text.to_owned() }
}
