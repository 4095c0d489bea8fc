//! Requests and answers, already parsed.

use crate::net::RegionIx;
use std::collections::BTreeMap;
use std::fmt;

/// The attributes of a queue that the model has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attributes {
    /// The time for which a received message is hidden, in seconds, unless its receive or a later change says
    /// otherwise.
    pub visibility_timeout_s: u32,
    /// The dead-letter queue of the same Region, and the number of receives before a message moves there.
    pub redrive: Option<(String, u32)>,
}

impl Default for Attributes {
    fn default() -> Attributes {
        Attributes { visibility_timeout_s: 30, redrive: None }
    }
}

/// An attribute of a message: the sender's name of its type, and the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageAttribute {
    /// The type: `String`, `Number` or `Binary`, with a label of the sender after a dot, if there is one.
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

/// A message on its way into a queue.
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
    /// Creates a queue. A repetition with the same attributes changes nothing, and one with others is an error.
    Create {
        /// The name of the queue.
        queue: String,
        /// The attributes of the queue.
        attributes: Attributes,
    },
    /// Deletes a queue with its messages.
    Delete {
        /// The name of the queue.
        queue: String,
    },
    /// Looks up a queue. The caller makes its URL from the name.
    Url {
        /// The name of the queue.
        queue: String,
    },
    /// Lists the queues.
    List {
        /// The text that the names begin with; empty for all.
        prefix: String,
    },
    /// Returns the attributes of a queue and the numbers of its messages.
    Attributes {
        /// The name of the queue.
        queue: String,
    },
    /// Sends messages: all of them, or none if the queue is full.
    Send {
        /// The name of the queue.
        queue: String,
        /// The messages in order.
        messages: Vec<Outgoing>,
    },
    /// Receives visible messages, which are hidden from then on until their timeout ends.
    Receive {
        /// The name of the queue.
        queue: String,
        /// The most messages to receive; values outside 1 to [`super::MAX_BATCH`] count as the nearer end.
        max: usize,
        /// The time for which the messages are hidden, in seconds; `None` for that of the queue.
        visibility_timeout_s: Option<u32>,
        /// The time for which the call waits for a message if there is none, in microseconds.
        wait_us: u64,
    },
    /// Deletes received messages that are still hidden. One that is visible again stays, without an error.
    DeleteMessages {
        /// The name of the queue.
        queue: String,
        /// The receipts of the messages.
        receipts: Vec<String>,
    },
    /// Hides a received message for another time.
    ChangeVisibility {
        /// The name of the queue.
        queue: String,
        /// The receipt of the message.
        receipt: String,
        /// The time from now on, in seconds; 0 makes the message visible at once.
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

/// A message as one receive returned it. Times are in microseconds of the model's clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The id that the message got when it was sent.
    pub id: MessageId,
    /// The body.
    pub body: String,
    /// The message attributes.
    pub attributes: MessageAttributes,
    /// The receipt of this receive, which names the message when it is deleted or hidden for longer.
    pub receipt: String,
    /// The number of receives so far, this one included.
    pub receive_count: u32,
    /// The time at which the message was sent.
    pub sent_at_us: u64,
    /// The time of the first receive.
    pub first_received_at_us: u64,
}

/// An answer of SQS.
#[derive(Debug, Clone)]
pub enum SqsResponse {
    /// The answer to a request that returns nothing.
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
    /// The received messages; empty if there were none in time.
    Received(Vec<Received>),
    /// The result for each receipt: whether it was valid. A second deletion is valid too.
    Deleted(Vec<bool>),
}
