//! Starts a function: reads its environment, then runs the loop that fetches events from Lambda.

use crate::platform::Platform;
use crate::settings::{FunctionSettings, SettingsError};
use crate::{operator, processor, readiness, run, sentinel, sweeper, web};
use lambda_runtime::{Diagnostic, LambdaEvent, service_fn};
use leeward_model::FunctionRole;
use serde_json::Value;
use std::sync::Arc;

/// The reasons why a function does not start, or stops.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error("LW-X012: {0}")]
    Aws(#[from] leeward_aws::ConfigError),
    #[error("LW-X020: cannot create the runtime: {0}")]
    Runtime(#[from] std::io::Error),
    #[error("LW-X021: the Runtime API failed: {0}")]
    Lambda(String),
}

/// Handles events until Lambda ends the execution environment. Fails immediately if a setting is missing or invalid.
pub fn start() -> Result<(), StartError> {
    init_logging();
    let settings = FunctionSettings::read(|name| std::env::var(name).ok())?;
    let role = settings.role;
    let platform = Arc::new(Platform::new(settings)?);
    // Lambda delivers one event at a time, so one thread suffices and starts fastest.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let ended = runtime.block_on(async {
        match role {
            FunctionRole::Orders | FunctionRole::Health => {
                let answer = |request| web::handle(platform.clone(), request);
                lambda_http::run(lambda_http::service_fn(answer)).await
            }
            _ => {
                let answer = |event: LambdaEvent<Value>| handle_event(platform.clone(), event);
                lambda_runtime::run(service_fn(answer)).await
            }
        }
    });
    ended.map_err(|e| StartError::Lambda(e.to_string()))
}

/// Writes the log as JSON, the format that the function's log group declares. `RUST_LOG` sets the level, or else
/// `AWS_LAMBDA_LOG_LEVEL`.
fn init_logging() {
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

async fn handle_event(
    platform: Arc<Platform>,
    event: LambdaEvent<Value>,
) -> Result<Value, Diagnostic> {
    let role = platform.settings.role;
    let LambdaEvent { payload, context } = event;
    let trace = context.xray_trace_id.clone().unwrap_or_default();
    let span = tracing::info_span!("event", %role, request = %context.request_id, %trace);
    let done = tracing::Instrument::instrument(
        async {
            match role {
                FunctionRole::Processor => {
                    processor::handle(&platform, &payload).await.map_err(Error::from)
                }
                FunctionRole::Sweeper => {
                    sweeper::handle(&platform, &context).await.map_err(Error::from)
                }
                FunctionRole::Sentinel => {
                    sentinel::handle(&platform, &context).await.map_err(Error::from)
                }
                FunctionRole::Run => {
                    run::handle(&platform, &payload, &context).await.map_err(Error::from)
                }
                FunctionRole::Operator => {
                    operator::handle(&platform, &payload, &context).await.map_err(Error::from)
                }
                FunctionRole::Readiness => {
                    readiness::handle(&platform, &payload, &context).await.map_err(Error::from)
                }
                FunctionRole::Orders | FunctionRole::Health => {
                    unreachable!("these roles serve HTTP")
                }
            }
        },
        span.clone(),
    )
    .await;
    done.map_err(|error| {
        // Only this log line has the fields of the span; Lambda's own line has just the text.
        span.in_scope(|| tracing::error!(%error, "the event was not handled"));
        diagnostic(&error.to_string())
    })
}

/// Builds Lambda's error document. Its error type is the code that an operator can look up.
fn diagnostic(text: &str) -> Diagnostic {
    let code = text.split(':').next().filter(|code| code.starts_with("LW-"));
    Diagnostic { error_type: code.unwrap_or("LW-X000").to_owned(), error_message: text.to_owned() }
}
