//! The meaning of AWS errors: rejected, transient, or unknown. When in doubt: unknown (SAFE-7).

use leeward_ports::Outcome;

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
        _ => Outcome::unclear(text),
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
        check(Some("ReplicatedWriteConflictException"), Outcome::unclear);
        check(Some("InternalServerError"), Outcome::unclear);
        check(Some("SomethingNew"), Outcome::unclear);
        check(None, Outcome::unclear);
    }
}
