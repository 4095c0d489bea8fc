//! The one table of routes, from which the router and the OpenAPI document are both built.

/// What a route does; the router has one handler for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Endpoint {
    /// Accept one order.
    SubmitOrder,
    /// Accept a batch.
    SubmitBatch,
    /// Read an account's book.
    ReadAccount,
    /// Read what became of an order.
    ReadOrder,
    /// Change an account's limits.
    ChangeLimits,
    /// Read a session.
    ReadSession,
    /// Write a session.
    WriteSession,
    /// Delete a session.
    DeleteSession,
    /// Read what the Region says of itself.
    ReadStatus,
    /// Carry out an operator's verb.
    Operate,
    /// Read the OpenAPI document.
    ReadOpenApi,
    /// Read the metrics.
    ReadMetrics,
    /// The process answers.
    CheckLiveness,
    /// The public name may lead here.
    CheckTraffic,
    /// Orders are accepted here.
    CheckAccepting,
}

/// An HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// GET, and HEAD with it.
    Get,
    /// POST.
    Post,
    /// PUT.
    Put,
    /// DELETE.
    Delete,
}

/// Which token a route requires.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Caller {
    /// None: health, metrics and the document itself.
    Anyone,
    /// Any valid token; what it may see and trade depends on its grant.
    TokenHolder,
    /// An operator's token.
    Operator,
}

/// The body of a request or an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Body {
    /// None.
    Empty,
    /// JSON of the named schema.
    Json(&'static str),
    /// The client's own bytes with the client's own content type.
    Bytes,
    /// Any other media type, named.
    Text(&'static str),
}

/// One answer of a route that is not a problem document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// What it means.
    pub meaning: &'static str,
    /// What it carries.
    pub body: Body,
}

/// One route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// What it does.
    pub endpoint: Endpoint,
    /// Its method.
    pub method: Method,
    /// Its path; parameters are in braces.
    pub path: &'static str,
    /// The document's operation id.
    pub operation_id: &'static str,
    /// What it does, in a sentence.
    pub summary: &'static str,
    /// Which token it requires.
    pub caller: Caller,
    /// What a request carries.
    pub request: Body,
    /// The answers that carry a result.
    pub answers: &'static [Answer],
    /// Statuses of problem documents beyond those that every authenticated route may answer.
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
            summary: "Read what became of an order or a batch. An acknowledged order is never 404.",
            caller: Caller::TokenHolder,
            request: Body::Empty,
            answers: &[answer(200, "What became of it", Body::Json("OrderView"))],
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
            summary: "Read what the Region says of itself.",
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
                answer(200, "The operation holds", Body::Json("OperationDone")),
                answer(
                    409,
                    "Refused: it would not do what it says",
                    Body::Json("OperationRefused"),
                ),
                answer(
                    503,
                    "Unknown whether it took effect; repeat it with the same id",
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
            summary: "Read the process's metrics in Prometheus's text format.",
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
            answers: &[answer(200, "It answers", Body::Json("LivenessHealth"))],
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
                answer(200, "The public name may lead here", Body::Json("TrafficHealth")),
                answer(503, "It must not, or that is unknown", Body::Json("TrafficHealth")),
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
                answer(503, "They are not, or that is unknown", Body::Json("AcceptingHealth")),
            ],
            problems: &[],
        },
    ];
}

impl Endpoint {
    /// Whether the route answers for the Region's health. The health function serves these routes
    /// alone, with concurrency that no flood of orders can take.
    pub fn is_health(self) -> bool {
        matches!(self, Endpoint::CheckLiveness | Endpoint::CheckTraffic | Endpoint::CheckAccepting)
    }
}

impl Method {
    /// Returns the method as OpenAPI writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "get",
            Method::Post => "post",
            Method::Put => "put",
            Method::Delete => "delete",
        }
    }
}
