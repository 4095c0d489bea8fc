//! The sessions table: `strong` by conditional writes on `version`.

use crate::classify::{error, failed, within};
use crate::config::AwsConfig;
use crate::table::{Attributes, Put, Table, body, n, number, s, text};
use async_trait::async_trait;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure;
use leeward_model::{Region, Session};
use leeward_ports::{ExpiredPage, Outcome, Sessions, Swap};

pub struct DynamoSessions {
    table: Table,
}

const KEY: &str = "session#";

fn key(id: &str) -> String {
    format!("{KEY}{id}")
}

/// What a refused write met; an item that cannot be read is no answer.
fn changed(there: Option<&Attributes>) -> Outcome<Swap<Session>> {
    match there.filter(|item| !item.is_empty()) {
        None => Outcome::Done(Swap::Changed(None)),
        Some(item) => match body(item) {
            Some(session) => Outcome::Done(Swap::Changed(Some(Box::new(session)))),
            None => Outcome::Unknown("the session there cannot be read".into()),
        },
    }
}

impl DynamoSessions {
    pub fn new(config: &AwsConfig, region: &Region, table: &str) -> DynamoSessions {
        DynamoSessions { table: Table::new(config, region, table) }
    }
}

#[async_trait]
impl Sessions for DynamoSessions {
    async fn session(&self, id: &str) -> Outcome<Option<Session>> {
        match self.table.get(&key(id), "session").await {
            Outcome::Done(Some(item)) => match body(&item) {
                Some(session) => Outcome::Done(Some(session)),
                None => Outcome::Rejected("the session cannot be read".into()),
            },
            other => other.map(|_| None),
        }
    }

    async fn swap_session(&self, next: &Session, expect: Option<u64>) -> Outcome<Swap<Session>> {
        let content = serde_json::to_string(next).expect("a session always serializes");
        let item = Attributes::from([
            ("pk".into(), s(key(&next.id))),
            ("sk".into(), s("session")),
            ("version".into(), n(next.version)),
            ("expires".into(), n(next.expires_at_s)),
            ("body".into(), s(content)),
        ]);
        let limit = self.table.limit;
        let put = match expect {
            Some(version) => {
                let values = [(":expect", n(version))];
                self.table.put(item, "version = :expect", &values, limit).await
            }
            None => self.table.put(item, "attribute_not_exists(pk)", &[], limit).await,
        };
        match put {
            Outcome::Done(Put::Stored) => Outcome::Done(Swap::Stored),
            Outcome::Done(Put::Occupied(there)) => changed(Some(&there)),
            other => other.map(|_| Swap::Stored),
        }
    }

    async fn delete_session(&self, id: &str, expect: u64) -> Outcome<Swap<Session>> {
        let request = self
            .table
            .client
            .delete_item()
            .table_name(&self.table.name)
            .key("pk", s(key(id)))
            .key("sk", s("session"))
            .condition_expression("attribute_not_exists(pk) OR version = :expect")
            .expression_attribute_values(":expect", n(expect))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match within(self.table.limit, request.send()).await {
            Ok(_) => Outcome::Done(Swap::Stored),
            Err(Some(e)) => match e.as_service_error() {
                Some(DeleteItemError::ConditionalCheckFailedException(held)) => {
                    changed(held.item.as_ref())
                }
                _ => error(&e),
            },
            Err(None) => Outcome::Unknown("no answer in time".into()),
        }
    }

    async fn expired(&self, before_s: u64, from: Option<String>) -> Outcome<ExpiredPage> {
        let start = from
            .map(|id| Attributes::from([("pk".into(), s(key(&id))), ("sk".into(), s("session"))]));
        let request = self
            .table
            .client
            .scan()
            .table_name(&self.table.name)
            .set_exclusive_start_key(start)
            .filter_expression("#expires < :before")
            .projection_expression("pk, #version")
            .expression_attribute_names("#expires", "expires")
            .expression_attribute_names("#version", "version")
            .expression_attribute_values(":before", n(before_s));
        match within(self.table.limit, request.send()).await {
            Ok(answer) => {
                let id = |item: &Attributes| Some(text(item, "pk")?.strip_prefix(KEY)?.to_owned());
                let items = answer.items.unwrap_or_default();
                let sessions =
                    items.iter().filter_map(|item| Some((id(item)?, number(item, "version")?)));
                let next = answer.last_evaluated_key.as_ref().and_then(id);
                Outcome::Done(ExpiredPage { sessions: sessions.collect(), next })
            }
            Err(failure) => failed(failure),
        }
    }
}
