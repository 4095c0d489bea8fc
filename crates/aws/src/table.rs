//! What the DynamoDB adapters share: a table in a Region, typed reads of attributes, and the one
//! conditional put that they all use.

use crate::classify::{failed, within};
use crate::config::{AwsConfig, client};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use leeward_model::Region;
use leeward_ports::Outcome;
use std::collections::HashMap;
use std::time::Duration;

pub(crate) type Attributes = HashMap<String, AttributeValue>;

/// What a conditional put met.
pub(crate) enum Put {
    Stored,
    /// The condition does not hold; `ALL_OLD`, empty when there is no item.
    Occupied(Attributes),
}

#[derive(Clone)]
pub(crate) struct Table {
    pub(crate) client: Client,
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
    item.get(name)?.as_s().ok().map(String::as_str)
}

pub(crate) fn number(item: &Attributes, name: &str) -> Option<u64> {
    item.get(name)?.as_n().ok()?.parse().ok()
}

/// An item whose `body` is JSON; an unreadable one is no answer.
pub(crate) fn body<T: serde::de::DeserializeOwned>(item: &Attributes) -> Option<T> {
    serde_json::from_str(text(item, "body")?).ok()
}

impl Table {
    pub(crate) fn new(config: &AwsConfig, region: &Region, name: &str) -> Table {
        Table {
            client: client!(aws_sdk_dynamodb, config, region),
            name: name.to_owned(),
            limit: config.call_timeout,
        }
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

    /// `names`: attributes that the condition names through `#`.
    pub(crate) async fn put_named(
        &self,
        item: Attributes,
        condition: &str,
        names: &[(&str, &str)],
        values: &[(&str, AttributeValue)],
        limit: Duration,
    ) -> Outcome<Put> {
        let mut request = self
            .client
            .put_item()
            .table_name(&self.name)
            .set_item(Some(item))
            .condition_expression(condition)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        for (name, value) in values {
            request = request.expression_attribute_values(*name, value.clone());
        }
        for (short, name) in names {
            request = request.expression_attribute_names(*short, *name);
        }
        match within(limit, request.send()).await {
            Ok(_) => Outcome::Done(Put::Stored),
            Err(Some(error)) => match error.as_service_error() {
                Some(PutItemError::ConditionalCheckFailedException(held)) => {
                    Outcome::Done(Put::Occupied(held.item.clone().unwrap_or_default()))
                }
                _ => crate::classify::error(&error),
            },
            Err(None) => Outcome::Unknown("no answer in time".into()),
        }
    }

    /// Strong.
    pub(crate) async fn get(&self, pk: &str, sk: &str) -> Outcome<Option<Attributes>> {
        let request = self
            .client
            .get_item()
            .table_name(&self.name)
            .key("pk", s(pk))
            .key("sk", s(sk))
            .consistent_read(true);
        match within(self.limit, request.send()).await {
            Ok(answer) => Outcome::Done(answer.item),
            Err(failure) => failed(failure),
        }
    }

    /// One strong page of a partition.
    pub(crate) async fn page(
        &self,
        pk: &str,
        after: Option<&str>,
        forward: bool,
        limit: Option<u32>,
    ) -> Outcome<Vec<Attributes>> {
        let mut request = self
            .client
            .query()
            .table_name(&self.name)
            .consistent_read(true)
            .scan_index_forward(forward)
            .set_limit(limit.map(|l| l as i32))
            .expression_attribute_values(":pk", s(pk));
        request = match after {
            Some(after) => request
                .key_condition_expression("pk = :pk AND sk > :sk")
                .expression_attribute_values(":sk", s(after)),
            None => request.key_condition_expression("pk = :pk"),
        };
        match within(self.limit, request.send()).await {
            Ok(answer) => Outcome::Done(answer.items.unwrap_or_default()),
            Err(failure) => failed(failure),
        }
    }
}
