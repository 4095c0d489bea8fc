//! The table of routes, from which both the router and the OpenAPI document are built.

/// The purpose of a route. The router has one handler for each purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Endpoint {
    /// Accept one order.
    SubmitOrder,
    /// Accept a batch.
    SubmitBatch,
    /// Read an account's book.
    ReadAccount,
    /// Read the outcome of an order.
    ReadOrder,
    /// Change an account's limits.
    ChangeLimits,
    /// Read a session.
    ReadSession,
    /// Write a session.
    WriteSession,
    /// Delete a session.
    DeleteSession,
    /// Read the status of the Region.
    ReadStatus,
    /// Carry out an operator's verb.
    Operate,
    /// Read the OpenAPI document.
    ReadOpenApi,
    /// Read the metrics.
    ReadMetrics,
    /// Check that the process responds.
    CheckLiveness,
    /// Check that the public name may resolve to this Region.
    CheckTraffic,
    /// Check that this Region accepts orders.
    CheckAccepting,
}

/// An HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// GET, which includes HEAD.
    Get,
    /// POST.
    Post,
    /// PUT.
    Put,
    /// DELETE.
    Delete,
}

/// The token that a route requires.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Caller {
    /// No token. This applies to the health routes, the metrics and the OpenAPI document.
    Anyone,
    /// Any valid token. Its grant determines for which accounts the caller may read and trade.
    TokenHolder,
    /// An operator's token.
    Operator,
}

/// The body of a request or a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Body {
    /// No body.
    Empty,
    /// JSON of the named schema.
    Json(&'static str),
    /// The client's own bytes with the client's own content type.
    Bytes,
    /// Text of the named media type.
    Text(&'static str),
}

/// One response of a route, other than a problem document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The meaning of the response.
    pub meaning: &'static str,
    /// The body of the response.
    pub body: Body,
}

/// One route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// The purpose of the route.
    pub endpoint: Endpoint,
    /// The HTTP method.
    pub method: Method,
    /// The path, with parameters in braces.
    pub path: &'static str,
    /// The operation id in the OpenAPI document.
    pub operation_id: &'static str,
    /// A sentence that describes the route.
    pub summary: &'static str,
    /// The token that the route requires.
    pub caller: Caller,
    /// The body of a request.
    pub request: Body,
    /// The responses that carry a result.
    pub answers: &'static [Answer],
    /// The statuses of problem documents that this route may return, beyond those of every authenticated route.
    pub problems: &'static [u16],
}

const fn answer(status: u16, meaning: &'static str, body: Body) -> Answer {
    Answer { status, meaning, body }
}

const ACCEPTED: &[Answer] = &[
    answer(202, "Accepted: durable in two Regions", Body::Json("Accepted")),
    answer(200, "The same id and content were accepted before", Body::Json("Accepted")),
];
const WRITE_PROBLEMS: &[u16] = &[400, 408, 409, 413, 422];

impl Route {
    /// Every route of a Region.
    pub const ALL: [Route; 15] = [
        Route {
            endpoint: Endpoint::SubmitOrder,
            method: Method::Post,
            path: "/v1/orders",
            operation_id: "submitOrder",
            summary: "Submit an order. Repeat it with the same id until there is an answer other than 503.",
            caller: Caller::TokenHolder,
            request: Body::Json("OrderRequest"),
            answers: ACCEPTED,
            problems: WRITE_PROBLEMS,
        },
        Route {
            endpoint: Endpoint::SubmitBatch,
            method: Method::Post,
            path: "/v1/orders:batch",
            operation_id: "submitBatch",
            summary: "Submit 1 to 500 orders of one account that are accepted together or not at all.",
            caller: Caller::TokenHolder,
            request: Body::Json("BatchRequest"),
            answers: ACCEPTED,
            problems: WRITE_PROBLEMS,
        },
        Route {
            endpoint: Endpoint::ReadAccount,
            method: Method::Get,
            path: "/v1/accounts/{account}",
            operation_id: "readAccount",
            summary: "Read an account's positions and limits.",
            caller: Caller::TokenHolder,
            request: Body::Empty,
            answers: &[answer(200, "The book as of a watermark", Body::Json("AccountView"))],
            problems: &[404],
        },
        Route {
            endpoint: Endpoint::ReadOrder,
            method: Method::Get,
            path: "/v1/accounts/{account}/orders/{id}",
            operation_id: "readOrder",
            summary: "Read the outcome of an order or a batch. An acknowledged order is never 404.",
            caller: Caller::TokenHolder,
            request: Body::Empty,
            answers: &[answer(200, "The outcome", Body::Json("OrderView"))],
            problems: &[404],
        },
        Route {
            endpoint: Endpoint::ChangeLimits,
            method: Method::Put,
            path: "/v1/accounts/{account}/limits",
            operation_id: "changeLimits",
            summary: "Replace an account's limits.",
            caller: Caller::Operator,
            request: Body::Json("LimitsRequest"),
            answers: ACCEPTED,
            problems: &[400, 404, 408, 409, 413, 422],
        },
        Route {
            endpoint: Endpoint::ReadSession,
            method: Method::Get,
            path: "/v1/sessions/{id}",
            operation_id: "readSession",
            summary: "Read a session.",
            caller: Caller::TokenHolder,
            request: Body::Empty,
            answers: &[answer(200, "The session's bytes; its version is in the ETag", Body::Bytes)],
            problems: &[404],
        },
        Route {
            endpoint: Endpoint::WriteSession,
            method: Method::Put,
            path: "/v1/sessions/{id}",
            operation_id: "writeSession",
            summary: "Create or replace a session; If-Match and If-None-Match make it conditional.",
            caller: Caller::TokenHolder,
            request: Body::Bytes,
            answers: &[
                answer(200, "Replaced; the new version is in the ETag", Body::Empty),
                answer(201, "Created; the version is in the ETag", Body::Empty),
            ],
            problems: &[400, 404, 408, 412, 413, 422],
        },
        Route {
            endpoint: Endpoint::DeleteSession,
            method: Method::Delete,
            path: "/v1/sessions/{id}",
            operation_id: "deleteSession",
            summary: "Delete a session; If-Match makes it conditional.",
            caller: Caller::TokenHolder,
            request: Body::Empty,
            answers: &[answer(204, "Deleted", Body::Empty)],
            problems: &[404, 412],
        },
        Route {
            endpoint: Endpoint::ReadStatus,
            method: Method::Get,
            path: "/v1/status",
            operation_id: "readStatus",
            summary: "Read the status of the Region.",
            caller: Caller::Operator,
            request: Body::Empty,
            answers: &[answer(200, "The Region's own view", Body::Json("RegionStatus"))],
            problems: &[],
        },
        Route {
            endpoint: Endpoint::Operate,
            method: Method::Post,
            path: "/v1/operations",
            operation_id: "operate",
            summary: "Carry out an operator's verb. The same id is the same operation.",
            caller: Caller::Operator,
            request: Body::Json("OperationRequest"),
            answers: &[
                answer(200, "The operation is in effect", Body::Json("OperationDone")),
                answer(
                    409,
                    "Rejected: the operation is not possible in the present state",
                    Body::Json("OperationRefused"),
                ),
                answer(
                    503,
                    "It is unknown whether the operation took effect; repeat it with the same id",
                    Body::Json("OperationRefused"),
                ),
            ],
            problems: &[400, 408, 413, 422],
        },
        Route {
            endpoint: Endpoint::ReadOpenApi,
            method: Method::Get,
            path: "/v1/openapi.json",
            operation_id: "readOpenApi",
            summary: "Read this document.",
            caller: Caller::Anyone,
            request: Body::Empty,
            answers: &[answer(200, "The document", Body::Text("application/json"))],
            problems: &[],
        },
        Route {
            endpoint: Endpoint::ReadMetrics,
            method: Method::Get,
            path: "/metrics",
            operation_id: "readMetrics",
            summary: "Read the metrics of the process in the text format of Prometheus.",
            caller: Caller::Anyone,
            request: Body::Empty,
            answers: &[answer(200, "The metrics", Body::Text("text/plain"))],
            problems: &[],
        },
        Route {
            endpoint: Endpoint::CheckLiveness,
            method: Method::Get,
            path: "/health",
            operation_id: "checkLiveness",
            summary: "Check that the process answers.",
            caller: Caller::Anyone,
            request: Body::Empty,
            answers: &[answer(200, "The process answers", Body::Json("LivenessHealth"))],
            problems: &[],
        },
        Route {
            endpoint: Endpoint::CheckTraffic,
            method: Method::Get,
            path: "/health/traffic",
            operation_id: "checkTraffic",
            summary: "Check that this Region is active and accepts orders.",
            caller: Caller::Anyone,
            request: Body::Empty,
            answers: &[
                answer(
                    200,
                    "The public name may resolve to this Region",
                    Body::Json("TrafficHealth"),
                ),
                answer(
                    503,
                    "The public name must not resolve to this Region, or that is unknown",
                    Body::Json("TrafficHealth"),
                ),
            ],
            problems: &[],
        },
        Route {
            endpoint: Endpoint::CheckAccepting,
            method: Method::Get,
            path: "/health/accepting",
            operation_id: "checkAccepting",
            summary: "Check that this Region accepts orders, whether or not it is active.",
            caller: Caller::Anyone,
            request: Body::Empty,
            answers: &[
                answer(200, "Orders are accepted", Body::Json("AcceptingHealth")),
                answer(
                    503,
                    "Orders are not accepted, or that is unknown",
                    Body::Json("AcceptingHealth"),
                ),
            ],
            problems: &[],
        },
    ];
}

impl Endpoint {
    /// Returns whether the route is a health check. The health function serves only these routes, so that a flood of
    /// orders cannot use up its concurrency.
    pub fn is_health(self) -> bool {
        matches!(self, Endpoint::CheckLiveness | Endpoint::CheckTraffic | Endpoint::CheckAccepting)
    }
}

impl Method {
    /// Returns the method in OpenAPI's spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "get",
            Method::Post => "post",
            Method::Put => "put",
            Method::Delete => "delete",
        }
    }
}
