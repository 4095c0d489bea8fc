//! Classifies AWS errors as rejected, transient or unknown. An error in neither list is unknown (SAFE-7).

use leeward_ports::Outcome;

/// The error codes with which a service rejects a request for good.
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

/// The error codes of refusals that AWS documents as having no effect: throttles, and a cluster that is busy now and
/// may accept the same call later (SAFE-7 counts such a refusal as unknown).
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

pub(crate) fn classify_code<T>(code: Option<&str>, text: String) -> Outcome<T> {
    match code {
        Some(code) if REJECTED.contains(&code) => Outcome::Rejected(text),
        Some(code) if TRANSIENT.contains(&code) => Outcome::Transient(text),
        // Every other code is unknown, including ReplicatedWriteConflictException and those of 5xx responses.
        _ => Outcome::unclear(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unlisted_error_code_is_unknown() {
        // SAFE-7.
        let check = |code: Option<&str>, expect: fn(String) -> Outcome<()>| {
            assert_eq!(classify_code::<()>(code, "t".into()), expect("t".into()), "{code:?}");
        };
        check(Some("ValidationException"), Outcome::Rejected);
        check(Some("ThrottlingException"), Outcome::Transient);
        check(Some("InvalidGlobalClusterStateFault"), Outcome::Transient);
        check(Some("ReplicatedWriteConflictException"), Outcome::unclear);
        check(Some("InternalServerError"), Outcome::unclear);
        check(Some("SomethingNew"), Outcome::unclear);
        check(None, Outcome::unclear);
    }
}
