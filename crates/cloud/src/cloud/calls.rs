//! The model's interface: its configuration, its calls and replies, and the actions that it asks the caller to carry
//! out.

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
    /// The latency of the model's own disks in microseconds. `None` means that the caller keeps the disks and reports
    /// each write to [`crate::Cloud::persisted`].
    pub disk_us: Option<u64>,
    /// The wall-clock time at the model's time zero, in seconds since 1970. TTLs and timestamps use it.
    pub epoch_s: u64,
    /// The seed from which random faults are drawn.
    pub seed: u64,
}

/// A request of one caller to one Region.
#[derive(Debug, Clone)]
pub struct Call {
    /// The number that the reply repeats.
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

/// A successful response of one of the services.
#[derive(Debug, Clone)]
pub enum Response {
    /// A response of DynamoDB.
    Dynamo(DynamoResponse),
    /// A response of SQS.
    Sqs(SqsResponse),
    /// A response of RDS.
    Rds(RdsResponse),
    /// A response of SNS.
    Sns(SnsResponse),
}

/// The reply to a call.
#[derive(Debug, Clone)]
pub enum Reply {
    /// The response or the error of the service.
    Answer(Result<Response, ServiceError>),
    /// No reply ever arrives.
    Silence,
}

/// A version of an item that a Region's disk must store.
#[derive(Debug, Clone)]
pub struct Persist {
    /// The Region of the disk.
    pub region: RegionIx,
    /// The number of the write. If several disks hold versions of a key, the version with the highest number is the
    /// newest.
    pub index: u64,
    /// The name of the table.
    pub table: crate::dynamodb::Text,
    /// The key of the item.
    pub key: Key,
    /// The item, or `None` if it was deleted.
    pub item: Option<SharedItem>,
    /// Whether the key had no earlier version, so that append-only storage is enough.
    pub first: bool,
}

/// An action that the caller must carry out.
#[derive(Debug)]
pub enum Output {
    /// Deliver a reply to the caller of a call.
    Reply {
        /// The number of the call.
        call: CallId,
        /// The reply. It has crossed the network already.
        reply: Reply,
    },
    /// Store a version on a disk, and report that to [`crate::Cloud::persisted`].
    Persist(Persist),
    /// Send the request of a health checker, and report the result to [`crate::Cloud::probe_answered`].
    Probe(Probe),
    /// Act on the pages of a database.
    Aurora(AuroraEvent),
}
