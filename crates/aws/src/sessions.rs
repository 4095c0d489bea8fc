//! The sessions table, kept consistent by conditional writes on `version`.

use crate::config::AwsConfig;
use crate::table::{Attributes, Put, Table, body, n, number, s, text};
use async_trait::async_trait;
use leeward_model::{Region, Session};
use leeward_ports::{ExpiredPage, Outcome, Sessions, Swap};

pub struct DynamoSessions {
    table: Table,
}

const KEY: &str = "session#";

fn key(id: &str) -> String {
    format!("{KEY}{id}")
}

/// Returns the stored session that made a conditional write fail. The outcome is unknown if that item cannot be read.
fn existing_session(there: Option<&Attributes>) -> Outcome<Swap<Session>> {
    match there.filter(|item| !item.is_empty()) {
        None => Outcome::Done(Swap::Changed(None)),
        Some(item) => match body(item) {
            Some(session) => Outcome::Done(Swap::Changed(Some(Box::new(session)))),
            None => Outcome::unclear("the existing session cannot be read"),
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
            (Session::EXPIRES_ATTRIBUTE.into(), n(next.expires_at_s)),
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
            Outcome::Done(Put::Occupied(there)) => existing_session(Some(&there)),
            other => other.map(|_| Swap::Stored),
        }
    }

    async fn delete_session(&self, id: &str, expect: u64) -> Outcome<Swap<Session>> {
        let values = [(":expect", n(expect))];
        let condition = "attribute_not_exists(pk) OR version = :expect";
        match self.table.delete(&key(id), "session", condition, &values).await {
            Outcome::Done(Put::Stored) => Outcome::Done(Swap::Stored),
            Outcome::Done(Put::Occupied(there)) => existing_session(Some(&there)),
            other => other.map(|_| Swap::Stored),
        }
    }

    async fn expired(&self, before_s: u64, from: Option<String>) -> Outcome<ExpiredPage> {
        let start = from
            .map(|id| Attributes::from([("pk".into(), s(key(&id))), ("sk".into(), s("session"))]));
        self.table.expired(before_s, start).await.map(|page| {
            let id = |item: &Attributes| Some(text(item, "pk")?.strip_prefix(KEY)?.to_owned());
            let sessions =
                page.items.iter().filter_map(|item| Some((id(item)?, number(item, "version")?)));
            let next = page.last_evaluated_key.as_ref().and_then(id);
            ExpiredPage { sessions: sessions.collect(), next }
        })
    }
}
