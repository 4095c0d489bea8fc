//! Parsed requests and responses.

use super::expression::Condition;
use super::update::{Update, apply_updates};
use super::{
    Item, Key, MAX_ITEM_BYTES, SharedItem, Table, TableSpec, Text, item_size, nests_too_deep,
    project,
};
use crate::ServiceError;
use std::sync::Arc;

/// A request to DynamoDB. Its expressions are already parsed (see [`super::parse`]).
#[derive(Debug, Clone)]
pub enum DynamoRequest {
    /// Writes one item.
    Write(Write),
    /// Reads one item.
    Get {
        /// The name of the table.
        table: Text,
        /// The attributes of the key and no others.
        key: Item,
        /// Whether the read is strong, as in [`Query::consistent`].
        consistent: bool,
    },
    /// Reads up to 100 items of one or more tables. The response omits keys without an item.
    BatchGet {
        /// The keys in each table.
        tables: Vec<BatchKeys>,
    },
    /// Reads a page of one partition.
    Query(Query),
    /// Reads a page of a whole table.
    Scan(Scan),
    /// Writes up to 25 items. All of them are checked before the first is written, but the batch is not atomic.
    BatchWrite {
        /// The writes, each of a different item.
        writes: Vec<BatchWrite>,
    },
    /// A transaction, which is always refused. MRSC tables support no transactions (`docs/spec/aws-facts.md`, section
    /// 2), and the model supports none for other tables.
    Transact {
        /// The names of the tables that the transaction uses.
        tables: Vec<Text>,
    },
    /// Describes a table.
    Describe {
        /// The name of the table.
        table: Text,
    },
    /// Lists the tables that the Region serves.
    List,
    /// Creates a table without delay.
    Create(TableSpec),
    /// Deletes a table without delay, in all its Regions.
    DeleteTable {
        /// The name of the table.
        table: Text,
    },
}

/// The attributes that a write returns, as `ReturnValues` requests them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Returns {
    /// No attributes.
    #[default]
    None,
    /// The whole item as it was before the write.
    AllOld,
    /// The whole item as it is after the write.
    AllNew,
    /// The attributes that an update names, with their values before the update.
    UpdatedOld,
    /// The attributes that an update names, with their values after the update.
    UpdatedNew,
}

/// A write of one item, which takes effect if its condition holds.
#[derive(Debug, Clone)]
pub enum Write {
    /// Stores an item, and replaces the item with the same key, if there is one.
    Put {
        /// The name of the table.
        table: Text,
        /// The item, with its key.
        item: SharedItem,
        /// The condition on the stored item. If there is none, the condition is evaluated on an item without
        /// attributes.
        condition: Option<Condition>,
        /// Whether the error of a failed condition contains the stored item.
        old_on_failure: bool,
        /// The attributes to return.
        returns: Returns,
    },
    /// Changes attributes of an item, and creates the item if it is missing.
    Update {
        /// The name of the table.
        table: Text,
        /// The attributes of the key and no others.
        key: Item,
        /// The actions, none of which may change the key.
        updates: Vec<Update>,
        /// The condition on the stored item. If there is none, the condition is evaluated on an item without
        /// attributes.
        condition: Option<Condition>,
        /// Whether the error of a failed condition contains the stored item.
        old_on_failure: bool,
        /// The attributes to return.
        returns: Returns,
    },
    /// Deletes an item. Deleting a missing item succeeds.
    Delete {
        /// The name of the table.
        table: Text,
        /// The attributes of the key and no others.
        key: Item,
        /// The condition on the stored item. If there is none, the condition is evaluated on an item without
        /// attributes.
        condition: Option<Condition>,
        /// Whether the error of a failed condition contains the stored item.
        old_on_failure: bool,
        /// The attributes to return.
        returns: Returns,
    },
}

/// The keys that a batch reads from one table.
#[derive(Debug, Clone)]
pub struct BatchKeys {
    /// The name of the table.
    pub table: Text,
    /// The keys, which must differ. Each has the key attributes and no others.
    pub keys: Vec<Item>,
    /// Whether the reads are strong, as in [`Query::consistent`].
    pub consistent: bool,
}

/// The response to a batch of reads.
#[derive(Debug, Clone)]
pub struct BatchPart {
    /// The items found in each table, in the order of the request.
    pub found: Vec<(Text, Vec<SharedItem>)>,
    /// The keys that were not read because the items before them have 16 MB, or 1 MB in the same
    /// partition. The caller asks for them again.
    pub unprocessed: Vec<BatchKeys>,
}

/// One write of a batch. It has no condition and returns nothing.
#[derive(Debug, Clone)]
pub enum BatchWrite {
    /// Stores an item, and replaces the item with the same key, if there is one.
    Put {
        /// The name of the table.
        table: Text,
        /// The item, with its key.
        item: SharedItem,
    },
    /// Deletes an item. Deleting a missing item succeeds.
    Delete {
        /// The name of the table.
        table: Text,
        /// The attributes of the key and no others.
        key: Item,
    },
}

/// A read of one partition in the order of its sort keys.
#[derive(Debug, Clone)]
pub struct Query {
    /// The name of the table.
    pub table: Text,
    /// The key condition, with a value of the partition key and at most one range of the sort key.
    pub condition: Condition,
    /// The filter on the items that were read. It may not use key attributes.
    pub filter: Option<Box<Condition>>,
    /// Whether the items are returned in ascending order of their sort keys.
    pub forward: bool,
    /// The maximum number of items that the page reads, whether or not they pass the filter.
    pub limit: Option<usize>,
    /// The key after which the page starts, which is [`Page::last`] of the previous page.
    pub start: Option<Item>,
    /// Whether the read is strong. A strong read needs a quorum and sees the latest version. For tables with eventual
    /// consistency, the Region's own state is read either way.
    pub consistent: bool,
}

/// A read of a table, or of one of its segments, in the order of the keys.
#[derive(Debug, Clone)]
pub struct Scan {
    /// The name of the table.
    pub table: Text,
    /// The filter on the items that were read.
    pub filter: Option<Box<Condition>>,
    /// The maximum number of items that the page reads, whether or not they pass the filter.
    pub limit: Option<usize>,
    /// The key after which the page starts, which is [`Page::last`] of the previous page.
    pub start: Option<Item>,
    /// Whether the read is strong, as in [`Query::consistent`].
    pub consistent: bool,
    /// The segment's index, counted from 0, and the number of segments. All items of a partition belong to the same
    /// segment.
    pub segment: Option<(u32, u32)>,
}

/// A page of a query or a scan. It ends at the limit, at 1 MiB of items, or with the last item.
#[derive(Debug, Clone)]
pub struct Page {
    /// The items that passed the filter.
    pub items: Vec<SharedItem>,
    /// The number of items that were read.
    pub scanned: usize,
    /// The key after which the next page starts, if the page was cut.
    pub last: Option<Item>,
}

/// The description of a table in one Region.
#[derive(Debug, Clone)]
pub struct TableDescription {
    /// The definition of the table.
    pub spec: TableSpec,
    /// The exact number of items at the time of the response.
    pub items: usize,
}

/// A response of DynamoDB.
#[derive(Debug, Clone)]
pub enum DynamoResponse {
    /// The response to a batch of writes, all of which took effect.
    Empty,
    /// The response to a write, with the attributes that its [`Returns`] requests, if there are any.
    Attributes(Option<SharedItem>),
    /// The item that was read, if there is one.
    Item(Option<SharedItem>),
    /// A part of a batch of items, or all of them.
    BatchGet(BatchPart),
    /// A page of items.
    Page(Page),
    /// The description of a table. The description of a deleted table is from before its deletion.
    Table(Box<TableDescription>),
    /// The names of the tables that the Region serves, sorted.
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

    /// Returns the item after the write, and the response.
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

/// Returns the item after an update. If there was no item, the update creates one.
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
