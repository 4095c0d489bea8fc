//! Requests and answers, already parsed.

use super::expression::Condition;
use super::update::{Update, apply_updates};
use super::{
    Item, Key, MAX_ITEM_BYTES, SharedItem, Table, TableSpec, Text, item_size, nests_too_deep,
    project,
};
use crate::ServiceError;
use std::sync::Arc;

#[derive(Debug, Clone)]
pub enum DynamoRequest {
    Write(Write),
    Get { table: Text, key: Item, consistent: bool },
    BatchGet { tables: Vec<BatchKeys> },
    Query(Query),
    Scan(Scan),
    BatchWrite { writes: Vec<BatchWrite> },
    Transact { tables: Vec<Text> },
    Describe { table: Text },
    List,
    Create(TableSpec),
    DeleteTable { table: Text },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Returns {
    #[default]
    None,
    AllOld,
    AllNew,
    /// The attributes that an update names, as they were before it.
    UpdatedOld,
    /// The attributes that an update names, as they are after it.
    UpdatedNew,
}

#[derive(Debug, Clone)]
pub enum Write {
    Put {
        table: Text,
        item: SharedItem,
        condition: Option<Condition>,
        old_on_failure: bool,
        returns: Returns,
    },
    Update {
        table: Text,
        key: Item,
        updates: Vec<Update>,
        condition: Option<Condition>,
        old_on_failure: bool,
        returns: Returns,
    },
    Delete {
        table: Text,
        key: Item,
        condition: Option<Condition>,
        old_on_failure: bool,
        returns: Returns,
    },
}

/// The keys that a batch reads from one table.
#[derive(Debug, Clone)]
pub struct BatchKeys {
    pub table: Text,
    pub keys: Vec<Item>,
    pub consistent: bool,
}

#[derive(Debug, Clone)]
pub enum BatchWrite {
    Put { table: Text, item: SharedItem },
    Delete { table: Text, key: Item },
}

#[derive(Debug, Clone)]
pub struct Query {
    pub table: Text,
    pub condition: Condition,
    pub filter: Option<Box<Condition>>,
    pub forward: bool,
    pub limit: Option<usize>,
    pub start: Option<Item>,
    pub consistent: bool,
}

#[derive(Debug, Clone)]
pub struct Scan {
    pub table: Text,
    pub filter: Option<Box<Condition>>,
    pub limit: Option<usize>,
    pub start: Option<Item>,
    pub consistent: bool,
    /// The segment and the number of segments.
    pub segment: Option<(u32, u32)>,
}

#[derive(Debug, Clone)]
pub struct Page {
    pub items: Vec<SharedItem>,
    pub scanned: usize,
    /// The key to continue after, if the page was cut.
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
    /// The `Attributes` of a write.
    Attributes(Option<SharedItem>),
    Item(Option<SharedItem>),
    /// The items found in each table, in the order of the request.
    BatchGet(Vec<(Text, Vec<SharedItem>)>),
    Page(Page),
    Table(Box<TableDescription>),
    Tables(Vec<Text>),
}

const NESTING: &str = "Nesting Levels have exceeded supported limits";

fn invalid(text: impl Into<String>) -> ServiceError {
    ServiceError::new("ValidationException", text)
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
                    return Err(invalid("Item size has exceeded the maximum allowed size"));
                }
                if nests_too_deep(item) {
                    return Err(invalid(NESTING));
                }
                table.spec.schema.key_of(item).map_err(|text| {
                    invalid(format!("One or more parameter values were invalid: {text}"))
                })
            }
            Write::Update { key, .. } | Write::Delete { key, .. } => table.key(key),
        }
    }

    /// Returns the item after the write, and the answer.
    pub(super) fn outcome(
        &self,
        old: Option<SharedItem>,
    ) -> Result<(Option<SharedItem>, DynamoResponse), ServiceError> {
        let (new, returns) = match self {
            Write::Put { item, returns, .. } => (Some(item.clone()), returns),
            Write::Delete { returns, .. } => (None, returns),
            Write::Update { key, updates, returns, .. } => {
                (Some(Arc::new(updated(old.as_deref(), key, updates)?)), returns)
            }
        };
        let part = |item: Option<&SharedItem>| {
            let part = project(item?, self.updates().iter().map(Update::path));
            (!part.is_empty()).then(|| Arc::new(part))
        };
        let attributes = match returns {
            Returns::None => None,
            Returns::AllOld => old,
            Returns::AllNew => new.clone(),
            Returns::UpdatedOld => part(old.as_ref()),
            Returns::UpdatedNew => part(new.as_ref()),
        };
        Ok((new, DynamoResponse::Attributes(attributes)))
    }

    fn updates(&self) -> &[Update] {
        match self {
            Write::Update { updates, .. } => updates,
            Write::Put { .. } | Write::Delete { .. } => &[],
        }
    }
}

/// Returns the item after an update, which creates a missing one.
fn updated(old: Option<&Item>, key: &Item, updates: &[Update]) -> Result<Item, ServiceError> {
    if let Some(name) = updates.iter().map(|u| &u.path().name).find(|n| key.contains_key(*n)) {
        return Err(invalid(format!(
            "One or more parameter values were invalid: Cannot update attribute {name}. This \
             attribute is part of the key"
        )));
    }
    let mut item = old.unwrap_or(key).clone();
    apply_updates(&mut item, updates).map_err(invalid)?;
    if item_size(&item) > MAX_ITEM_BYTES {
        return Err(invalid("Item size to update has exceeded the maximum allowed size"));
    }
    if nests_too_deep(&item) {
        return Err(invalid(NESTING));
    }
    Ok(item)
}
