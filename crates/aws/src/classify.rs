//! The meaning of AWS errors: rejected, transient, or unknown. When in doubt: unknown (SAFE-7).

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use leeward_ports::Outcome;
use std::future::Future;
use std::time::Duration;

/// Codes by which the service says that it looked at the request and will never do it.
const REJECTED: [&str; 15] = [
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationError",
    "AWS.SimpleQueueService.NonExistentQueue",
    "DBClusterNotFoundFault",
    "GlobalClusterNotFoundFault",
    "InvalidClientTokenId",
    "InvalidParameter",
    "InvalidParameterValue",
    "NotFound",
    "QueueDoesNotExist",
    "ResourceNotFoundException",
    "SerializationException",
    "UnrecognizedClientException",
    "ValidationException",
];

/// Codes documented as refusing before any effect: throttles, and a cluster that is busy with something else
/// now and may not be in a minute (SAFE-7: refused-because-busy).
const TRANSIENT: [&str; 9] = [
    "InvalidDBClusterStateFault",
    "InvalidGlobalClusterStateFault",
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "TooManyRequestsException",
];

pub(crate) fn by_code<T>(code: Option<&str>, text: String) -> Outcome<T> {
    match code {
        Some(code) if REJECTED.contains(&code) => Outcome::Rejected(text),
        Some(code) if TRANSIENT.contains(&code) => Outcome::Transient(text),
        // Everything else, ReplicatedWriteConflictException and 5xx included.
        _ => Outcome::Unknown(text),
    }
}

pub(crate) fn error<T, E>(error: &SdkError<E, HttpResponse>) -> Outcome<T>
where
    E: ProvideErrorMetadata,
{
    match error {
        SdkError::ServiceError(context) => {
            let code = context.err().code();
            let message = context.err().message().unwrap_or("");
            by_code(code, format!("{}: {message}", code.unwrap_or("unnamed error")))
        }
        // Nothing was sent.
        SdkError::ConstructionFailure(_) => Outcome::Rejected("the request cannot be built".into()),
        SdkError::TimeoutError(_) => Outcome::Unknown("timeout".into()),
        SdkError::DispatchFailure(failure) => {
            let what = failure.as_connector_error().map(ToString::to_string).unwrap_or_default();
            Outcome::Unknown(format!("connection: {what}"))
        }
        SdkError::ResponseError(_) => Outcome::Unknown("an answer that cannot be read".into()),
        _ => Outcome::Unknown("an error of an unknown kind".into()),
    }
}

/// One call within its time.
pub(crate) async fn within<T, E>(
    limit: Duration,
    call: impl Future<Output = Result<T, SdkError<E, HttpResponse>>>,
) -> Result<T, Option<SdkError<E, HttpResponse>>> {
    match tokio::time::timeout(limit, call).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => Err(Some(error)),
        Err(_) => Err(None),
    }
}

/// The outcome of a failed call; `None` is a limit of time that was reached.
pub(crate) fn failed<T, E>(failure: Option<SdkError<E, HttpResponse>>) -> Outcome<T>
where
    E: ProvideErrorMetadata,
{
    match failure {
        Some(e) => error(&e),
        None => Outcome::Unknown("no answer in time".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn when_in_doubt_it_is_unknown() {
        // SAFE-7.
        let check = |code: Option<&str>, expect: fn(String) -> Outcome<()>| {
            assert_eq!(by_code::<()>(code, "t".into()), expect("t".into()), "{code:?}");
        };
        check(Some("ValidationException"), Outcome::Rejected);
        check(Some("ThrottlingException"), Outcome::Transient);
        check(Some("InvalidGlobalClusterStateFault"), Outcome::Transient);
        check(Some("ReplicatedWriteConflictException"), Outcome::Unknown);
        check(Some("InternalServerError"), Outcome::Unknown);
        check(Some("SomethingNew"), Outcome::Unknown);
        check(None, Outcome::Unknown);
    }
}
