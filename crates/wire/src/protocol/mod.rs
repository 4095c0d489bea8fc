//! AWS's protocols: the translation from HTTP requests to the model's requests, and back.

mod dynamodb;
pub(crate) mod dynamodb_json;
mod query;
mod rds;
mod sns;
mod sqs;

use bytes::Bytes;
use http::Response as HttpResponse;
use http::request::Parts;
use http_body_util::Full;
use leeward_cloud::{Call, Cloud, Output, Place, RegionIx, Reply, Request, Response, ServiceError};

/// An HTTP response.
pub type Http = HttpResponse<Full<Bytes>>;

/// The context in which a request is parsed.
pub(crate) struct Scene<'a> {
    /// The names of the Regions, in the model's order.
    pub(crate) regions: &'a [String],
    /// The wall-clock time at the model's time zero.
    pub(crate) began_wall_ms: u64,
}

/// A request, together with the writer of its response.
pub(crate) struct Wire {
    pub(crate) region: RegionIx,
    pub(crate) request: Request,
    pub(crate) writer: Writer,
}

pub(crate) enum Writer {
    Dynamo(dynamodb::ResponseFormat),
    Sqs(sqs::ResponseFormat),
    Rds { action: &'static str, names: Vec<String> },
    Sns(sns::ResponseFormat),
}

impl Writer {
    pub(crate) fn write(self, result: Result<Response, ServiceError>) -> Http {
        match self {
            Writer::Dynamo(format) => dynamodb::write(&format, result),
            Writer::Sqs(format) => sqs::write(&format, result),
            Writer::Rds { action, names } => rds::write(action, &names, result),
            Writer::Sns(format) => sns::write(&format, result),
        }
    }
}

pub(crate) fn plain(status: u16, text: &str) -> Http {
    let body = Full::new(Bytes::copy_from_slice(text.as_bytes()));
    HttpResponse::builder().status(status).body(body).expect("a plain answer is well-formed")
}

pub(crate) fn json(status: u16, body: String) -> HttpResponse<Full<Bytes>> {
    HttpResponse::builder()
        .status(status)
        .header("content-type", "application/x-amz-json-1.0")
        .header("x-amzn-requestid", "local")
        .body(Full::new(Bytes::from(body)))
        .expect("a JSON answer is well-formed")
}

pub(crate) fn xml(status: u16, body: String) -> Http {
    HttpResponse::builder()
        .status(status)
        .header("content-type", "text/xml")
        .body(Full::new(Bytes::from(body)))
        .expect("an XML answer is well-formed")
}

/// Returns whether the text is valid as the id of an SQS or SNS batch entry, and as the name of an SQS queue.
fn is_name(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (1..=80).contains(&text.len()) && text.chars().all(allowed)
}

/// Returns the Region and the service that `Authorization: AWS4-HMAC-SHA256 Credential=ID/date/region/service/…` names.
fn scope(parts: &Parts) -> Option<(&str, &str)> {
    let header = parts.headers.get("authorization")?.to_str().ok()?;
    let credential = header.split("Credential=").nth(1)?.split(',').next()?;
    let mut fields = credential.split('/').skip(2);
    Some((fields.next()?, fields.next()?))
}

/// Returns an error response for a request that reaches no service. The response is JSON if the request has a target
/// header, and XML otherwise.
fn refused(parts: &Parts, for_json: ServiceError, for_query: &ServiceError) -> Box<Http> {
    Box::new(if parts.headers.contains_key("x-amz-target") {
        dynamodb::write(&dynamodb::ResponseFormat::Plain, Err(for_json))
    } else {
        xml(for_query.status, query::error("https://amazonaws.com/doc/", for_query))
    })
}

fn unsigned(parts: &Parts) -> Box<Http> {
    let text = "Request is missing Authentication Token";
    let for_json = ServiceError::new("MissingAuthenticationTokenException", text);
    let for_query =
        ServiceError { status: 403, ..ServiceError::new("MissingAuthenticationToken", text) };
    refused(parts, for_json, &for_query)
}

fn unknown_region(parts: &Parts, region: &str) -> Box<Http> {
    let text = format!(
        "Credential should be scoped to a valid Region: the local cloud has no Region {region}"
    );
    let for_json = ServiceError::new("InvalidSignatureException", text.clone());
    let for_query =
        ServiceError { status: 403, ..ServiceError::new("SignatureDoesNotMatch", text) };
    refused(parts, for_json, &for_query)
}

pub(crate) fn read(scene: &Scene<'_>, parts: &Parts, body: &[u8]) -> Result<Wire, Box<Http>> {
    let Some((region_name, service)) = scope(parts) else { return Err(unsigned(parts)) };
    let Some(at) = scene.regions.iter().position(|name| name == region_name) else {
        return Err(unknown_region(parts, region_name));
    };
    let region = RegionIx(at as u8);
    let target = parts.headers.get("x-amz-target").and_then(|t| t.to_str().ok()).unwrap_or("");
    let operation = target.split('.').nth(1).unwrap_or("");
    match service {
        "dynamodb" => dynamodb::read(scene.regions, region, operation, body)
            .map(|(request, format)| Wire {
                region,
                request: Request::Dynamo(request),
                writer: Writer::Dynamo(format),
            })
            .map_err(|error| {
                Box::new(dynamodb::write(&dynamodb::ResponseFormat::Plain, Err(error)))
            }),
        "sqs" => {
            let scene = sqs::Scene { region: region_name, began_wall_ms: scene.began_wall_ms };
            sqs::read(&scene, operation, parts, body).map(|(request, format)| Wire {
                region,
                request: Request::Sqs(request),
                writer: Writer::Sqs(format),
            })
        }
        "rds" => rds::read(body).map(|(request, action)| Wire {
            region,
            request: Request::Rds(request),
            writer: Writer::Rds { action, names: scene.regions.to_vec() },
        }),
        "sns" => sns::read(region_name, body).map(|(request, format)| Wire {
            region,
            request: Request::Sns(request),
            writer: Writer::Sns(format),
        }),
        other => {
            let text = format!("the local cloud has no service {other}");
            Err(Box::new(plain(400, &text)))
        }
    }
}

/// Sends one request from inside its Region to the model, without sockets and without waiting. Returns `None` if the
/// response is not ready immediately. The model must run without external disks.
pub fn exchange(cloud: &mut Cloud, now_us: u64, parts: &Parts, body: &[u8]) -> Option<Http> {
    let regions: Vec<String> =
        cloud.net().regions().map(|region| cloud.region_name(region).to_owned()).collect();
    let wire = match read(&Scene { regions: &regions, began_wall_ms: 0 }, parts, body) {
        Ok(wire) => wire,
        Err(refused) => return Some(*refused),
    };
    let Wire { region, request, writer } = wire;
    cloud.call(now_us, Call { id: 0, from: Place::Region(region), to: region, request });
    cloud.advance(now_us);
    let result = cloud.take_outputs().into_iter().find_map(|output| match output {
        Output::Reply { reply: Reply::Answer(result), .. } => Some(result),
        _ => None,
    });
    result.map(|result| writer.write(result))
}
