//! The model's interface: its configuration, calls and answers, and what it wants done outside.

use crate::ServiceError;
use crate::aurora::{AuroraEvent, AuroraTiming, RdsRequest, RdsResponse};
use crate::dynamodb::{DynamoRequest, DynamoResponse, DynamoTiming, Key, SharedItem};
use crate::net::{Place, RegionIx};
use crate::route53::Probe;
use crate::sns::{SnsRequest, SnsResponse};
use crate::sqs::{SqsRequest, SqsResponse};

/// The number of a call, unique among those in flight.
pub type CallId = u64;

/// The configuration of the model.
#[derive(Debug, Clone)]
pub struct Config {
    /// The names of the Regions, in the order of their [`RegionIx`].
    pub regions: Vec<String>,
    /// The one-way latency between any two Regions in microseconds, until
    /// [`crate::Cloud::set_distance`] changes it.
    pub one_way_us: u64,
    /// The times inside DynamoDB.
    pub dynamo: DynamoTiming,
    /// The times inside Aurora.
    pub aurora: AuroraTiming,
    /// The latency of the model's own disks in microseconds; `None` if the caller keeps the disks and reports each
    /// write to [`crate::Cloud::persisted`].
    pub disk_us: Option<u64>,
    /// The wall clock at time zero in seconds since 1970, for TTLs and timestamps.
    pub epoch_s: u64,
    /// The seed of the faults that are drawn.
    pub seed: u64,
}

/// A request of one caller to one Region.
#[derive(Debug, Clone)]
pub struct Call {
    /// The number under which the reply comes back.
    pub id: CallId,
    /// The network position of the caller.
    pub from: Place,
    /// The Region whose endpoint is called.
    pub to: RegionIx,
    /// The request.
    pub request: Request,
}

/// A request to one of the services.
#[derive(Debug, Clone)]
#[allow(clippy::large_enum_variant, reason = "a request lives for one call; boxing it costs more")]
pub enum Request {
    /// A request to DynamoDB.
    Dynamo(DynamoRequest),
    /// A request to SQS.
    Sqs(SqsRequest),
    /// A request to RDS.
    Rds(RdsRequest),
    /// A request to SNS.
    Sns(SnsRequest),
}

/// A successful answer of one of the services.
#[derive(Debug, Clone)]
pub enum Response {
    /// An answer of DynamoDB.
    Dynamo(DynamoResponse),
    /// An answer of SQS.
    Sqs(SqsResponse),
    /// An answer of RDS.
    Rds(RdsResponse),
    /// An answer of SNS.
    Sns(SnsResponse),
}

/// The reply to a call.
#[derive(Debug, Clone)]
pub enum Reply {
    /// An answer or an error of the service.
    Answer(Result<Response, ServiceError>),
    /// No answer ever comes back.
    Silence,
}

/// A version that a Region's disk must store.
#[derive(Debug, Clone)]
pub struct Persist {
    /// The Region whose disk it is.
    pub region: RegionIx,
    /// The number of the write. Of the versions on several disks, the highest number is the newest.
    pub index: u64,
    /// The name of the table.
    pub table: crate::dynamodb::Text,
    /// The key.
    pub key: Key,
    /// The item; `None` if it was deleted.
    pub item: Option<SharedItem>,
    /// Whether the key had no version before, so that append-only storage is enough.
    pub first: bool,
}

/// An action that the caller must carry out.
#[derive(Debug)]
pub enum Output {
    /// Deliver a reply to the caller of a call.
    Reply {
        /// The number of the call.
        call: CallId,
        /// The reply. An answer has already crossed the network.
        reply: Reply,
    },
    /// Store a version on a disk, and report it to [`crate::Cloud::persisted`].
    Persist(Persist),
    /// Send the request of a health checker.
    Probe(Probe),
    /// Act on the pages of a database.
    Aurora(AuroraEvent),
}
