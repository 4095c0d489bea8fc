//! Requests that bypass the adapters: they create the resources of the suites and read what arrived. Each is written
//! out here, so that neither an adapter nor a library that one of them uses checks itself. The protocols themselves are
//! checked by AWS's own client for Python in `tests/boto3`.

use crate::check::eventually;
use crate::ports::{Names, arn};
use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use leeward_http::Client;
use leeward_model::Region;
use serde_json::{Value, json};
use std::time::Duration;

/// The time limit of a request.
const LIMIT: Duration = Duration::from_secs(20);
/// The visibility timeout in seconds, short enough for a test to see an undeleted message return.
pub(crate) const VISIBILITY_S: &str = "2";

#[derive(Clone)]
pub(crate) struct Raw {
    endpoint: String,
    region: Region,
    client: Client,
}

/// A message that a topic delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Delivered {
    /// The subject; `None` if the cloud delivers the bare message.
    pub(crate) subject: Option<String>,
    pub(crate) message: String,
}

impl Raw {
    pub(crate) fn new(endpoint: &str, region: &Region) -> Raw {
        let client = Client::plain(Duration::from_secs(5));
        Raw { endpoint: endpoint.to_owned(), region: region.clone(), client }
    }

    /// Makes a request. The local clouds read the Region and the service from its credentials and verify no signature.
    async fn request(&self, service: &str, headers: &[(&str, &str)], body: String) -> String {
        let scope = format!("local/20260101/{}/{service}/aws4_request", self.region);
        let authorization =
            format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0");
        let mut request = Request::post(format!("{}/", self.endpoint))
            .header("host", self.endpoint.trim_start_matches("http://"))
            .header("authorization", authorization);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(Bytes::from(body))).expect("a request");
        let response = self.client.exchange(request, LIMIT).await.expect("a response");
        let text = String::from_utf8_lossy(response.body()).into_owned();
        assert!(response.status().is_success(), "{service}: {} {text}", response.status());
        text
    }

    /// Calls a service whose protocol is JSON, such as `DynamoDB_20120810.PutItem` of `dynamodb`.
    pub(crate) async fn call(&self, service: &str, target: &str, body: &Value) -> Value {
        let headers = [("content-type", "application/x-amz-json-1.0"), ("x-amz-target", target)];
        let text = self.request(service, &headers, body.to_string()).await;
        serde_json::from_str(&text).unwrap_or_else(|e| panic!("{target}: {e}: {text}"))
    }

    /// Calls a service whose protocol has forms and XML, and returns the document.
    pub(crate) async fn submit(&self, service: &str, form: &[(&str, &str)]) -> String {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        self.request(service, &headers, body).await
    }

    async fn sqs(&self, action: &str, body: &Value) -> Value {
        self.call("sqs", &format!("AmazonSQS.{action}"), body).await
    }

    /// Creates the Region's queue and topics.
    pub(crate) async fn create_resources(&self, names: &Names) {
        self.create_queue(&names.queue).await;
        for topic in [&names.notices, &names.events] {
            let form = [("Action", "CreateTopic"), ("Version", "2010-03-31"), ("Name", topic)];
            let made = self.submit("sns", &form).await;
            let arn = arn("sns", &self.region, topic);
            assert!(made.contains(&format!("<TopicArn>{arn}</TopicArn>")), "{made}");
        }
    }

    async fn create_queue(&self, name: &str) -> String {
        let attributes = json!({ "VisibilityTimeout": VISIBILITY_S });
        let call = json!({ "QueueName": name, "Attributes": attributes });
        let made = self.sqs("CreateQueue", &call).await;
        made["QueueUrl"].as_str().expect("a queue has a URL").to_owned()
    }

    /// Sends a message that no adapter wrote.
    pub(crate) async fn send(&self, queue: &str, body: &str) {
        let found = self.sqs("GetQueueUrl", &json!({ "QueueName": queue })).await;
        let message = json!({ "QueueUrl": found["QueueUrl"], "MessageBody": body });
        self.sqs("SendMessage", &message).await;
    }

    /// Puts an item that no adapter wrote, either with format and body or with keys only.
    pub(crate) async fn put_item(
        &self,
        table: &str,
        pk: &str,
        sk: &str,
        content: Option<(u16, &str)>,
    ) {
        let mut item = json!({ "pk": { "S": pk }, "sk": { "S": sk } });
        if let Some((format, body)) = content {
            item["v"] = json!({ "N": format.to_string() });
            item["body"] = json!({ "S": body });
        }
        let put = json!({ "TableName": table, "Item": item });
        self.call("dynamodb", "DynamoDB_20120810.PutItem", &put).await;
    }

    /// Subscribes a new queue to the messages that the topic receives from now on.
    pub(crate) async fn listen(&self, topic: &str) -> Listener {
        let name = format!("{topic}-subscriber");
        let url = self.create_queue(&name).await;
        let (topic, queue) = (arn("sns", &self.region, topic), arn("sqs", &self.region, &name));
        let form = [
            ("Action", "Subscribe"),
            ("Version", "2010-03-31"),
            ("TopicArn", topic.as_str()),
            ("Protocol", "sqs"),
            ("Endpoint", queue.as_str()),
        ];
        self.submit("sns", &form).await;
        Listener { raw: self.clone(), url }
    }
}

pub(crate) struct Listener {
    raw: Raw,
    url: String,
}

impl Listener {
    /// Waits for `count` messages.
    pub(crate) async fn receive(&self, count: usize) -> Vec<Delivered> {
        let mut delivered = Vec::new();
        while delivered.len() < count {
            delivered.extend(eventually("a message on the topic", || self.poll()).await);
        }
        assert_eq!(delivered.len(), count, "more messages than expected");
        delivered
    }

    async fn poll(&self) -> Option<Vec<Delivered>> {
        let call = json!({ "QueueUrl": self.url, "MaxNumberOfMessages": 10 });
        let received = self.raw.sqs("ReceiveMessage", &call).await;
        let messages = received["Messages"].as_array().filter(|all| !all.is_empty())?;
        let mut delivered = Vec::with_capacity(messages.len());
        for message in messages {
            let receipt = &message["ReceiptHandle"];
            assert!(receipt.is_string(), "a received message has a receipt: {message}");
            let delete = json!({ "QueueUrl": self.url, "ReceiptHandle": receipt });
            self.raw.sqs("DeleteMessage", &delete).await;
            let body = message["Body"].as_str().expect("a message has a body");
            delivered.push(unwrap_delivery(body));
        }
        Some(delivered)
    }
}

/// Unwraps a delivery. SNS wraps the message unless the subscription requests the bare message.
fn unwrap_delivery(body: &str) -> Delivered {
    let json: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    match json["Message"].as_str() {
        Some(message) => Delivered {
            subject: json["Subject"].as_str().map(str::to_owned),
            message: message.to_owned(),
        },
        None => Delivered { subject: None, message: body.to_owned() },
    }
}
