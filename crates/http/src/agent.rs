//! The `User-Agent` of every request.

use http::{HeaderValue, Request, header};

const AGENT: HeaderValue = HeaderValue::from_static(concat!("leeward/", env!("CARGO_PKG_VERSION")));

/// Names the sender of a request, unless the caller named it. AWS's managed firewall rules block requests without a
/// `User-Agent` (`NoUserAgent_HEADER` in the common rule set), and so they would block every canary order.
///
/// <https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html>
pub(crate) fn identify<B>(request: &mut Request<B>) {
    request.headers_mut().entry(header::USER_AGENT).or_insert(AGENT);
}
