//! Clients that bypass the adapters: they create the resources of the suites and read what arrived.

use crate::check::eventually;
use crate::ports::{Names, arn};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_sqs::types::QueueAttributeName;
use aws_smithy_types::retry::RetryConfig;
use aws_types::SdkConfig;
use leeward_model::Region;

/// The visibility timeout in seconds, short enough for a test to see an undeleted message return.
pub(crate) const VISIBILITY_S: &str = "2";

#[derive(Clone)]
pub(crate) struct Raw {
    region: Region,
    pub(crate) dynamo: aws_sdk_dynamodb::Client,
    pub(crate) rds: aws_sdk_rds::Client,
    sns: aws_sdk_sns::Client,
    sqs: aws_sdk_sqs::Client,
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
        let credentials = Credentials::new("local", "local", None, None, "local");
        let config = SdkConfig::builder()
            .behavior_version(aws_sdk_sqs::config::BehaviorVersion::latest())
            .region(aws_types::region::Region::new(region.as_str().to_owned()))
            .endpoint_url(endpoint)
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .retry_config(RetryConfig::disabled())
            .build();
        Raw {
            region: region.clone(),
            dynamo: aws_sdk_dynamodb::Client::new(&config),
            rds: aws_sdk_rds::Client::new(&config),
            sns: aws_sdk_sns::Client::new(&config),
            sqs: aws_sdk_sqs::Client::new(&config),
        }
    }

    /// Creates the Region's queue and topics.
    pub(crate) async fn create_resources(&self, names: &Names) {
        self.create_queue(&names.queue).await;
        for topic in [&names.notices, &names.events] {
            let made = self.sns.create_topic().name(topic).send().await.expect("a topic");
            assert_eq!(made.topic_arn(), Some(arn("sns", &self.region, topic).as_str()));
        }
    }

    async fn create_queue(&self, name: &str) -> String {
        let call = self.sqs.create_queue().queue_name(name);
        let call = call.attributes(QueueAttributeName::VisibilityTimeout, VISIBILITY_S);
        let made = call.send().await.expect("a queue");
        made.queue_url().expect("a queue has a URL").to_owned()
    }

    /// Sends a message that no adapter wrote.
    pub(crate) async fn send(&self, queue: &str, body: &str) {
        let url = self.sqs.get_queue_url().queue_name(queue).send().await.expect("the queue");
        let call = self.sqs.send_message().set_queue_url(url.queue_url).message_body(body);
        call.send().await.expect("a message is sent");
    }

    /// Puts an item that no adapter wrote, either with format and body or with keys only.
    pub(crate) async fn put_item(
        &self,
        table: &str,
        pk: &str,
        sk: &str,
        content: Option<(u16, &str)>,
    ) {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let mut call = self.dynamo.put_item().table_name(table);
        call = call.item("pk", text(pk)).item("sk", text(sk));
        if let Some((format, body)) = content {
            let format = AttributeValue::N(format.to_string());
            call = call.item("v", format).item("body", text(body));
        }
        call.send().await.expect("an item is put");
    }

    /// Subscribes a new queue to the messages that the topic receives from now on.
    pub(crate) async fn listen(&self, topic: &str) -> Listener {
        let name = format!("{topic}-subscriber");
        let url = self.create_queue(&name).await;
        let call = self.sns.subscribe().topic_arn(arn("sns", &self.region, topic)).protocol("sqs");
        call.endpoint(arn("sqs", &self.region, &name)).send().await.expect("a subscription");
        Listener { sqs: self.sqs.clone(), url }
    }
}

pub(crate) struct Listener {
    sqs: aws_sdk_sqs::Client,
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
        let call = self.sqs.receive_message().queue_url(&self.url).max_number_of_messages(10);
        let messages = call.send().await.expect("a receive").messages?;
        let mut delivered = Vec::with_capacity(messages.len());
        for message in messages {
            let receipt = message.receipt_handle.expect("a received message has a receipt");
            let delete = self.sqs.delete_message().queue_url(&self.url).receipt_handle(receipt);
            delete.send().await.expect("a delete");
            delivered.push(unwrap_delivery(&message.body.expect("a message has a body")));
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
