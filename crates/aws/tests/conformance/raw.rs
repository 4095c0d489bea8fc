//! The services past the adapters: to make what the suites work on and to look at what arrived.

use crate::check::eventually;
use crate::ports::{Names, arn};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_sqs::types::QueueAttributeName;
use aws_smithy_types::retry::RetryConfig;
use aws_types::SdkConfig;
use leeward_model::Region;

/// Soon enough for a test to see a message that was not deleted come back.
pub(crate) const VISIBILITY_S: &str = "2";

#[derive(Clone)]
pub(crate) struct Raw {
    region: Region,
    pub(crate) dynamo: aws_sdk_dynamodb::Client,
    pub(crate) rds: aws_sdk_rds::Client,
    sns: aws_sdk_sns::Client,
    sqs: aws_sdk_sqs::Client,
}

/// What came out of a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Heard {
    /// `None` where the cloud hands on the bare message.
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

    /// The Region's queue and topics.
    pub(crate) async fn furnish(&self, names: &Names) {
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

    /// A message that no adapter wrote.
    pub(crate) async fn send(&self, queue: &str, body: &str) {
        let url = self.sqs.get_queue_url().queue_name(queue).send().await.expect("the queue");
        let call = self.sqs.send_message().set_queue_url(url.queue_url).message_body(body);
        call.send().await.expect("a message is sent");
    }

    /// An item that no adapter wrote: format and body, or its keys alone.
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

    /// A queue that gets what the topic is told from now on.
    pub(crate) async fn listen(&self, topic: &str) -> Listener {
        let name = format!("{topic}-heard");
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
    /// Waits until this many messages came.
    pub(crate) async fn hear(&self, count: usize) -> Vec<Heard> {
        let mut heard = Vec::new();
        while heard.len() < count {
            heard.extend(eventually("a message on the topic", || self.look()).await);
        }
        assert_eq!(heard.len(), count, "more was said than was asked for");
        heard
    }

    async fn look(&self) -> Option<Vec<Heard>> {
        let call = self.sqs.receive_message().queue_url(&self.url).max_number_of_messages(10);
        let messages = call.send().await.expect("a receive").messages?;
        let mut heard = Vec::with_capacity(messages.len());
        for message in messages {
            let receipt = message.receipt_handle.expect("a received message has a receipt");
            let delete = self.sqs.delete_message().queue_url(&self.url).receipt_handle(receipt);
            delete.send().await.expect("a delete");
            heard.push(opened(&message.body.expect("a message has a body")));
        }
        Some(heard)
    }
}

/// SNS wraps what it delivers, unless a subscription asks for the bare message.
fn opened(body: &str) -> Heard {
    let json: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    match json["Message"].as_str() {
        Some(message) => Heard {
            subject: json["Subject"].as_str().map(str::to_owned),
            message: message.to_owned(),
        },
        None => Heard { subject: None, message: body.to_owned() },
    }
}
