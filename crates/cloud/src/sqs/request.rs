//! Parsed requests and responses.

use crate::net::RegionIx;
use std::collections::BTreeMap;
use std::fmt;

/// The attributes of a queue that the model supports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attributes {
    /// The time for which a received message is hidden, in seconds. A receive or a later change can set another time.
    pub visibility_timeout_s: u32,
    /// The name of the dead-letter queue in the same Region, and the number of receives after which a message moves to
    /// that queue.
    pub redrive: Option<(String, u32)>,
}

impl Default for Attributes {
    fn default() -> Attributes {
        Attributes { visibility_timeout_s: 30, redrive: None }
    }
}

/// An attribute of a message: its type and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageAttribute {
    /// The type: `String`, `Number` or `Binary`. The sender may append a dot and a label.
    pub data_type: String,
    /// The value.
    pub value: AttributeValue,
}

/// The value of a message attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttributeValue {
    /// The value of a `String` or a `Number`.
    Text(String),
    /// The value of a `Binary`.
    Binary(Vec<u8>),
}

impl AttributeValue {
    /// Returns the bytes that count in the size of a message and in the digest of its attributes.
    pub fn bytes(&self) -> &[u8] {
        match self {
            AttributeValue::Text(text) => text.as_bytes(),
            AttributeValue::Binary(bytes) => bytes,
        }
    }
}

/// The attributes of a message by their names.
pub type MessageAttributes = BTreeMap<String, MessageAttribute>;

/// A message that is sent to a queue.
#[derive(Debug, Clone, Default)]
pub struct Outgoing {
    /// The body, which the model does not interpret.
    pub body: String,
    /// The message attributes.
    pub attributes: MessageAttributes,
    /// The time for which the new message is hidden, in seconds.
    pub delay_s: u32,
}

impl Outgoing {
    /// Creates a message without attributes and without delay.
    pub fn new(body: impl Into<String>) -> Outgoing {
        Outgoing { body: body.into(), ..Outgoing::default() }
    }

    /// Returns the size that counts against the limit: the body and all attributes.
    pub fn size(&self) -> usize {
        let attribute = |(name, attribute): (&String, &MessageAttribute)| {
            name.len() + attribute.data_type.len() + attribute.value.bytes().len()
        };
        self.body.len() + self.attributes.iter().map(attribute).sum::<usize>()
    }
}

/// A request to the SQS of one Region, which names queues of that Region.
#[derive(Debug, Clone)]
pub enum SqsRequest {
    /// Creates a queue. Repeating the request with the same attributes changes nothing; repeating it with other
    /// attributes is an error.
    Create {
        /// The name of the queue.
        queue: String,
        /// The attributes of the queue.
        attributes: Attributes,
    },
    /// Deletes a queue together with its messages.
    Delete {
        /// The name of the queue.
        queue: String,
    },
    /// Looks up a queue. The caller derives the queue's URL from its name.
    Url {
        /// The name of the queue.
        queue: String,
    },
    /// Lists the queues.
    List {
        /// The prefix of the names to list. An empty prefix selects all queues.
        prefix: String,
    },
    /// Returns the attributes of a queue and the numbers of its messages.
    Attributes {
        /// The name of the queue.
        queue: String,
    },
    /// Sends messages. If the queue is full, none is sent.
    Send {
        /// The name of the queue.
        queue: String,
        /// The messages, in order.
        messages: Vec<Outgoing>,
    },
    /// Receives visible messages, and hides them until their visibility timeout ends.
    Receive {
        /// The name of the queue.
        queue: String,
        /// The maximum number of messages to receive. A value outside 1 to [`super::MAX_BATCH`] counts as the nearest
        /// value inside.
        max: usize,
        /// The time for which the messages are hidden, in seconds. `None` selects the queue's own timeout.
        visibility_timeout_s: Option<u32>,
        /// The time for which the call waits if there is no message, in microseconds.
        wait_us: u64,
    },
    /// Deletes received messages that are still hidden. A message that is visible again is not deleted, and there is no
    /// error.
    DeleteMessages {
        /// The name of the queue.
        queue: String,
        /// The receipts of the messages.
        receipts: Vec<String>,
    },
    /// Sets how long a received message stays hidden.
    ChangeVisibility {
        /// The name of the queue.
        queue: String,
        /// The receipt of the message.
        receipt: String,
        /// The time from now on, in seconds. With 0 the message becomes visible immediately.
        timeout_s: u32,
    },
    /// Deletes all messages of a queue.
    Purge {
        /// The name of the queue.
        queue: String,
    },
}

/// The id of a sent message. Its text looks like the service's own ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessageId {
    pub(super) number: u64,
    pub(super) region: RegionIx,
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}-0000-4000-8000-{:012x}", self.number, self.region.0)
    }
}

/// A message as one receive returned it. Times are in microseconds on the model's clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The id that the message got when it was sent.
    pub id: MessageId,
    /// The body.
    pub body: String,
    /// The message attributes.
    pub attributes: MessageAttributes,
    /// The receipt of this receive, which identifies the message when it is deleted or its visibility is changed.
    pub receipt: String,
    /// The number of receives so far, including this one.
    pub receive_count: u32,
    /// The time at which the message was sent.
    pub sent_at_us: u64,
    /// The time of the first receive.
    pub first_received_at_us: u64,
}

/// A response of SQS.
#[derive(Debug, Clone)]
pub enum SqsResponse {
    /// The response to a request that returns nothing.
    Empty,
    /// The name of the queue that was created or looked up.
    Queue(String),
    /// The names of the queues of the Region, sorted.
    Queues(Vec<String>),
    /// The attributes of a queue and the numbers of its messages.
    Attributes {
        /// The attributes.
        attributes: Attributes,
        /// The number of messages that can be received.
        visible: usize,
        /// The number of received messages that are still hidden.
        in_flight: usize,
        /// The number of sent messages whose delay has not ended.
        delayed: usize,
    },
    /// The ids of the messages, in order.
    Sent(Vec<MessageId>),
    /// The received messages. The list is empty if no message arrived in time.
    Received(Vec<Received>),
    /// Whether each receipt was valid. The receipt of a deleted message is still valid.
    Deleted(Vec<bool>),
}
