//! The Prometheus metrics of one process.

use crate::samples::Samples;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

/// The label of a metric that counts by HTTP status.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Status {
    pub status: u16,
}

/// The metrics, and the registry that renders them.
pub struct Metrics {
    registry: Registry,
    /// The number of responses to order requests, by HTTP status.
    pub order_answers: Family<Status, Counter>,
    pub append_seconds: Histogram,
    /// A sample of the append times in milliseconds, for CloudWatch.
    pub append_ms: Samples,
    pub orders_booked: Counter,
    pub events_published: Counter,
    pub epoch: Gauge,
    pub active: Gauge,
    pub accepting: Gauge,
}

impl Metrics {
    pub fn new() -> Metrics {
        let mut registry = Registry::with_prefix("leeward");
        let order_answers = Family::<Status, Counter>::default();
        registry.register("order_answers", "Responses to order requests", order_answers.clone());
        let append_seconds = Histogram::new(exponential_buckets(0.001, 2.0, 14));
        registry.register(
            "append_seconds",
            "Time to the response to an order request",
            append_seconds.clone(),
        );
        let (orders_booked, events_published) = (Counter::default(), Counter::default());
        registry.register("orders_booked", "Orders booked by this process", orders_booked.clone());
        registry.register(
            "events_published",
            "Events published from the outbox",
            events_published.clone(),
        );
        let (epoch, active, accepting) = (Gauge::default(), Gauge::default(), Gauge::default());
        registry.register("epoch", "Epoch as last read", epoch.clone());
        registry.register("active", "1 while this Region holds the authority", active.clone());
        registry.register("accepting", "1 while canaries are accepted", accepting.clone());
        Metrics {
            registry,
            order_answers,
            append_seconds,
            append_ms: Samples::default(),
            orders_booked,
            events_published,
            epoch,
            active,
            accepting,
        }
    }

    /// Renders the metrics in the text format of Prometheus.
    pub fn text(&self) -> String {
        let mut out = String::new();
        encode(&mut out, &self.registry).expect("writing to a string does not fail");
        out
    }
}

impl Default for Metrics {
    fn default() -> Metrics {
        Metrics::new()
    }
}
