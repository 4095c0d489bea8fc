//! The common base of the DynamoDB adapters: the operations on one table in one Region, their requests and responses,
//! and the conditional put that the adapters share.

use crate::config::AwsConfig;
use crate::signed::{Failure, JsonService};
use leeward_model::{Region, Session};
use leeward_ports::Outcome;
use serde::{Deserialize, Serialize};
use serde_dynamo::AttributeValue;
use std::collections::HashMap;
use std::time::{Duration, Instant};

pub(crate) type Attributes = HashMap<String, AttributeValue>;

/// The result of a conditional put.
pub(crate) enum Put {
    Stored,
    /// The condition does not hold. Holds the existing item (`ALL_OLD`), which is empty if there is none.
    Occupied(Attributes),
}

#[derive(Clone)]
pub(crate) struct Table {
    service: JsonService,
    pub(crate) name: String,
    pub(crate) limit: Duration,
}

pub(crate) fn s(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

pub(crate) fn n(number: u64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

pub(crate) fn text<'a>(item: &'a Attributes, name: &str) -> Option<&'a str> {
    match item.get(name)? {
        AttributeValue::S(text) => Some(text),
        _ => None,
    }
}

pub(crate) fn number(item: &Attributes, name: &str) -> Option<u64> {
    match item.get(name)? {
        AttributeValue::N(number) => number.parse().ok(),
        _ => None,
    }
}

/// Decodes the JSON in `body`; `None` if it cannot be read.
pub(crate) fn body<T: serde::de::DeserializeOwned>(item: &Attributes) -> Option<T> {
    serde_json::from_str(text(item, "body")?).ok()
}

/// The request parameters of all operations; empty fields are not sent.
#[derive(Serialize, Default)]
#[serde(rename_all = "PascalCase")]
struct Request<'a> {
    table_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<Attributes>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<Attributes>,
    #[serde(skip_serializing_if = "Option::is_none")]
    consistent_read: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition_expression: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    return_values_on_condition_check_failure: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_condition_expression: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    filter_expression: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    projection_expression: Option<&'a str>,
    #[serde(skip_serializing_if = "HashMap::is_empty")]
    expression_attribute_names: HashMap<&'a str, &'a str>,
    #[serde(skip_serializing_if = "HashMap::is_empty")]
    expression_attribute_values: HashMap<&'a str, AttributeValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exclusive_start_key: Option<Attributes>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scan_index_forward: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<u32>,
}

/// A response or a refusal that may contain an item.
#[derive(Deserialize)]
struct OneItem {
    #[serde(rename = "Item")]
    item: Option<Attributes>,
}

/// A page of a query or a scan.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Page {
    #[serde(default)]
    pub(crate) items: Vec<Attributes>,
    pub(crate) last_evaluated_key: Option<Attributes>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct BatchGet<'a> {
    request_items: HashMap<&'a str, Keys>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Keys {
    keys: Vec<Attributes>,
    #[serde(skip_deserializing)]
    consistent_read: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct BatchGot {
    #[serde(default)]
    responses: HashMap<String, Vec<Attributes>>,
    #[serde(default)]
    unprocessed_keys: HashMap<String, Keys>,
}

/// The pause before the rest of a batch is asked for; it doubles each time, as DynamoDB's documentation advises.
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const ALL_OLD: &str = "ALL_OLD";
const REFUSED_BY_CONDITION: &str = "ConditionalCheckFailedException";

fn key(pk: &str, sk: &str) -> Attributes {
    Attributes::from([("pk".into(), s(pk)), ("sk".into(), s(sk))])
}

impl Table {
    pub(crate) fn new(config: &AwsConfig, region: &Region, name: &str) -> Table {
        let service = JsonService::new(config, region, "dynamodb", "DynamoDB_20120810");
        Table { service, name: name.to_owned(), limit: config.call_timeout }
    }

    pub(crate) async fn put(
        &self,
        item: Attributes,
        condition: &str,
        values: &[(&str, AttributeValue)],
        limit: Duration,
    ) -> Outcome<Put> {
        self.put_named(item, condition, &[], values, limit).await
    }

    /// Puts an item under a condition. `names` maps the condition's `#` placeholders to the names of attributes.
    pub(crate) async fn put_named(
        &self,
        item: Attributes,
        condition: &str,
        names: &[(&str, &str)],
        values: &[(&str, AttributeValue)],
        limit: Duration,
    ) -> Outcome<Put> {
        let request = Request {
            table_name: &self.name,
            item: Some(item),
            condition_expression: Some(condition),
            return_values_on_condition_check_failure: Some(ALL_OLD),
            expression_attribute_names: names.iter().copied().collect(),
            expression_attribute_values: values.iter().cloned().collect(),
            ..Request::default()
        };
        self.write("PutItem", &request, limit).await
    }

    /// Deletes an item under a condition.
    pub(crate) async fn delete(
        &self,
        pk: &str,
        sk: &str,
        condition: &str,
        values: &[(&str, AttributeValue)],
    ) -> Outcome<Put> {
        let request = Request {
            table_name: &self.name,
            key: Some(key(pk, sk)),
            condition_expression: Some(condition),
            return_values_on_condition_check_failure: Some(ALL_OLD),
            expression_attribute_values: values.iter().cloned().collect(),
            ..Request::default()
        };
        self.write("DeleteItem", &request, self.limit).await
    }

    async fn write(&self, operation: &str, request: &Request<'_>, limit: Duration) -> Outcome<Put> {
        let answer: Result<OneItem, Failure> = self.service.call(operation, request, limit).await;
        match answer {
            Ok(_) => Outcome::Done(Put::Stored),
            Err(Failure::Refused { code: Some(code), body, .. })
                if code == REFUSED_BY_CONDITION =>
            {
                match serde_json::from_slice::<OneItem>(&body) {
                    Ok(held) => Outcome::Done(Put::Occupied(held.item.unwrap_or_default())),
                    Err(e) => Outcome::unclear(format!("the existing item cannot be read: {e}")),
                }
            }
            Err(failure) => failure.outcome(),
        }
    }

    /// Reads one item with strong consistency.
    pub(crate) async fn get(&self, pk: &str, sk: &str) -> Outcome<Option<Attributes>> {
        let request = Request {
            table_name: &self.name,
            key: Some(key(pk, sk)),
            consistent_read: Some(true),
            ..Request::default()
        };
        self.service.ask("GetItem", &request, self.limit).await.map(|one: OneItem| one.item)
    }

    /// Reads all items or none, with strong consistency. The caller would take an item that is left out for absent.
    ///
    /// DynamoDB returns at most 16 MB, and less when it is busy. The items of a part are kept, and the next call asks for
    /// the rest, because a call for all keys would return the same part again. All calls together have one time limit.
    pub(crate) async fn get_all(&self, mut keys: Vec<Attributes>) -> Outcome<Vec<Attributes>> {
        let began = Instant::now();
        let mut items = Vec::with_capacity(keys.len());
        let mut pause = FIRST_PAUSE;
        loop {
            let asked = keys.len();
            let of_table = Keys { keys, consistent_read: true };
            let request =
                BatchGet { request_items: HashMap::from([(self.name.as_str(), of_table)]) };
            let limit = self.limit.saturating_sub(began.elapsed());
            let mut part = match self.service.ask::<BatchGot>("BatchGetItem", &request, limit).await
            {
                Outcome::Done(part) => part,
                other => return other.map(|_| Vec::new()),
            };
            items.extend(part.responses.into_values().flatten());
            keys = part.unprocessed_keys.remove(&self.name).map_or(Vec::new(), |rest| rest.keys);
            // SAFE-7: keys under another name are not understood, so the items are not known to be complete.
            if !part.unprocessed_keys.is_empty() || keys.len() >= asked {
                return Outcome::Transient("the table did not process the keys".into());
            }
            if keys.is_empty() {
                return Outcome::Done(items);
            }
            if began.elapsed() + pause >= self.limit {
                return Outcome::Transient("the table returned only a part of the items".into());
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
    }

    /// Reads one page of a partition with strong consistency.
    pub(crate) async fn page(
        &self,
        pk: &str,
        after: Option<&str>,
        forward: bool,
        limit: Option<u32>,
    ) -> Outcome<Vec<Attributes>> {
        let mut values = HashMap::from([(":pk", s(pk))]);
        let mut condition = "pk = :pk";
        if let Some(after) = after {
            values.insert(":sk", s(after));
            condition = "pk = :pk AND sk > :sk";
        }
        let request = Request {
            table_name: &self.name,
            consistent_read: Some(true),
            key_condition_expression: Some(condition),
            expression_attribute_values: values,
            scan_index_forward: Some(forward),
            limit,
            ..Request::default()
        };
        self.service.ask("Query", &request, self.limit).await.map(|page: Page| page.items)
    }

    /// Reads one page of the keys and versions of items whose expiry is below `before`.
    pub(crate) async fn expired(&self, before: u64, from: Option<Attributes>) -> Outcome<Page> {
        let request = Request {
            table_name: &self.name,
            exclusive_start_key: from,
            filter_expression: Some("#expires < :before"),
            projection_expression: Some("pk, #version"),
            expression_attribute_names: HashMap::from([
                ("#expires", Session::EXPIRES_ATTRIBUTE),
                ("#version", "version"),
            ]),
            expression_attribute_values: HashMap::from([(":before", n(before))]),
            ..Request::default()
        };
        self.service.ask("Scan", &request, self.limit).await
    }
}
