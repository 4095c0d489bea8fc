//! Requests and answers, already parsed.

use super::expression::{Condition, Path, Update, apply_updates};
use super::{Item, Key, MAX_ITEM_BYTES, SharedItem, Table, TableSpec, item_size};
use crate::ServiceError;
use std::sync::Arc;

#[derive(Debug, Clone)]
pub enum DynamoRequest {
    Write(Write),
    Get { table: String, key: Item, consistent: bool },
    BatchGet { keys: Vec<(String, Item)>, consistent: bool },
    Query(Query),
    Scan(Scan),
    BatchWrite { writes: Vec<BatchWrite> },
    Transact { tables: Vec<String> },
    Describe { table: String },
    List,
    Create(TableSpec),
    DeleteTable { table: String },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Returns {
    #[default]
    None,
    AllOld,
    AllNew,
}

#[derive(Debug, Clone)]
pub enum Write {
    Put {
        table: String,
        item: Item,
        condition: Option<Condition>,
        old_on_failure: bool,
        returns: Returns,
    },
    Update {
        table: String,
        key: Item,
        updates: Vec<Update>,
        condition: Option<Condition>,
        old_on_failure: bool,
        returns: Returns,
    },
    Delete {
        table: String,
        key: Item,
        condition: Option<Condition>,
        old_on_failure: bool,
        returns: Returns,
    },
}

#[derive(Debug, Clone)]
pub enum BatchWrite {
    Put { table: String, item: Item },
    Delete { table: String, key: Item },
}

#[derive(Debug, Clone)]
pub struct Query {
    pub table: String,
    pub condition: Condition,
    pub filter: Option<Condition>,
    pub forward: bool,
    pub limit: Option<usize>,
    pub start: Option<Item>,
    pub consistent: bool,
    pub projection: Option<Vec<Path>>,
}

#[derive(Debug, Clone)]
pub struct Scan {
    pub table: String,
    pub filter: Option<Condition>,
    pub limit: Option<usize>,
    pub start: Option<Item>,
    pub consistent: bool,
}

#[derive(Debug, Clone)]
pub struct Page {
    pub items: Vec<SharedItem>,
    pub scanned: usize,
    /// Where the next page begins, if this one was cut.
    pub last: Option<Item>,
}

#[derive(Debug, Clone)]
pub struct TableDescription {
    pub spec: TableSpec,
    pub items: usize,
}

#[derive(Debug, Clone)]
pub enum DynamoResponse {
    Empty,
    /// `Attributes` of a write.
    Attributes(Option<SharedItem>),
    Item(Option<SharedItem>),
    BatchGet(Vec<(String, SharedItem)>),
    Page(Page),
    Table(TableDescription),
    Tables(Vec<String>),
}

impl BatchWrite {
    pub(super) fn as_write(&self) -> Write {
        let returns = Returns::None;
        match self {
            BatchWrite::Put { table, item } => Write::Put {
                table: table.clone(),
                item: item.clone(),
                condition: None,
                old_on_failure: false,
                returns,
            },
            BatchWrite::Delete { table, key } => Write::Delete {
                table: table.clone(),
                key: key.clone(),
                condition: None,
                old_on_failure: false,
                returns,
            },
        }
    }
}

impl Write {
    pub(super) fn table(&self) -> &str {
        match self {
            Write::Put { table, .. }
            | Write::Update { table, .. }
            | Write::Delete { table, .. } => table,
        }
    }

    pub(super) fn condition(&self) -> Option<&Condition> {
        match self {
            Write::Put { condition, .. }
            | Write::Update { condition, .. }
            | Write::Delete { condition, .. } => condition.as_ref(),
        }
    }

    pub(super) fn old_on_failure(&self) -> bool {
        match self {
            Write::Put { old_on_failure, .. }
            | Write::Update { old_on_failure, .. }
            | Write::Delete { old_on_failure, .. } => *old_on_failure,
        }
    }

    pub(super) fn key(&self, table: &Table) -> Result<Key, ServiceError> {
        match self {
            Write::Put { item, .. } => {
                if item_size(item) > MAX_ITEM_BYTES {
                    let text = "Item size has exceeded the maximum allowed size";
                    return Err(ServiceError::new("ValidationException", text));
                }
                table.spec.schema.key_of(item).map_err(|text| {
                    let text = format!("One or more parameter values were invalid: {text}");
                    ServiceError::new("ValidationException", text)
                })
            }
            Write::Update { key, .. } | Write::Delete { key, .. } => table.key(key),
        }
    }

    /// The item after the write and what is answered.
    pub(super) fn outcome(
        &self,
        old: Option<SharedItem>,
    ) -> Result<(Option<SharedItem>, DynamoResponse), ServiceError> {
        let (new, returns) = match self {
            Write::Put { item, returns, .. } => (Some(Arc::new(item.clone())), returns),
            Write::Delete { returns, .. } => (None, returns),
            Write::Update { key, updates, returns, .. } => {
                let mut item = old.as_deref().cloned().unwrap_or_else(|| key.clone());
                apply_updates(&mut item, updates)
                    .map_err(|text| ServiceError::new("ValidationException", text))?;
                if key.iter().any(|(name, value)| item.get(name) != Some(value)) {
                    let text = "One or more parameter values were invalid: Cannot update \
                                attribute: This attribute is part of the key";
                    return Err(ServiceError::new("ValidationException", text));
                }
                (Some(Arc::new(item)), returns)
            }
        };
        let attributes = match returns {
            Returns::None => None,
            Returns::AllOld => old,
            Returns::AllNew => new.clone(),
        };
        Ok((new, DynamoResponse::Attributes(attributes)))
    }
}
