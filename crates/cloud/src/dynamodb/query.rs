//! Query, which reads one partition in the order of its sort keys.

use super::expression::{Compare, Condition, Operand, Path};
use super::{
    DynamoResponse, Key, KeyPart, KeySchema, MAX_PAGE_BYTES, Page, Query, SharedItem, Stored,
    Table, Value, item_size,
};
use crate::ServiceError;
use crate::net::RegionIx;
use std::ops::Bound;

/// A partition, with the condition on its sort keys.
pub(super) struct Range {
    partition: KeyPart,
    low: Bound<KeyPart>,
    sort: Option<Condition>,
    start: Option<Key>,
}

fn invalid(text: impl Into<String>) -> ServiceError {
    ServiceError::new("ValidationException", text)
}

impl Range {
    pub(super) fn of(query: &Query, schema: &KeySchema) -> Result<Range, ServiceError> {
        let mut partition = None;
        let mut sort: Option<Condition> = None;
        let mut low = Bound::Unbounded;
        for clause in query.condition.clauses() {
            match clause {
                Condition::Compare(Operand::Path(path), Compare::Eq, Operand::Value(value))
                    if is_attribute(path, &schema.partition) && partition.is_none() =>
                {
                    partition = Some(key_part(value, &schema.partition, schema.partition_type)?);
                }
                other => {
                    let (Some((name, kind)), Some((path, operands)), None) =
                        (&schema.sort, sort_operands(other), &sort)
                    else {
                        return Err(invalid("Query key condition not supported"));
                    };
                    if !is_attribute(path, name) {
                        return Err(invalid("Query key condition not supported"));
                    }
                    for operand in operands {
                        let Operand::Value(value) = operand else {
                            return Err(invalid("Query key condition not supported"));
                        };
                        check_type(value, *kind)?;
                    }
                    low = lower_bound(other);
                    sort = Some(other.clone());
                }
            }
        }
        let missing = "Query condition missed key schema element";
        let partition = partition.ok_or_else(|| invalid(missing))?;
        check_filter(query, schema)?;
        let mut range = Range { partition, low, sort, start: None };
        range.start = range.start_of(query, schema)?;
        Ok(range)
    }

    /// Returns the key after which the page starts, or `None` if the query has no start key. A start key outside this
    /// range is an error.
    fn start_of(&self, query: &Query, schema: &KeySchema) -> Result<Option<Key>, ServiceError> {
        let Some(item) = &query.start else { return Ok(None) };
        let key = schema.exact_key(item);
        let key = key.map_err(|_| invalid("The provided starting key is invalid"))?;
        if key.partition != self.partition {
            return Err(invalid(
                "The provided starting key is outside query boundaries based on provided conditions",
            ));
        }
        if self.sort.as_ref().is_some_and(|sort| !sort.holds(item)) {
            let text = "The provided starting key does not match the range key predicate";
            return Err(invalid(text));
        }
        Ok(Some(key))
    }
}

fn is_attribute(path: &Path, name: &str) -> bool {
    path.name == name && path.rest.is_empty()
}

fn check_type(value: &Value, kind: char) -> Result<(), ServiceError> {
    if value.is_key_type(kind) {
        return Ok(());
    }
    Err(invalid(
        "One or more parameter values were invalid: Condition parameter type does not match schema \
         type",
    ))
}

fn key_part(value: &Value, name: &str, kind: char) -> Result<KeyPart, ServiceError> {
    check_type(value, kind)?;
    KeyPart::of(value).filter(|part| !part.is_empty()).ok_or_else(|| {
        invalid(format!(
            "One or more parameter values are not valid. The AttributeValue for a key attribute \
             cannot contain an empty value. Key: {name}"
        ))
    })
}

fn check_filter(query: &Query, schema: &KeySchema) -> Result<(), ServiceError> {
    let Some(filter) = &query.filter else { return Ok(()) };
    let sort = schema.sort.as_ref().map(|(name, _)| name.as_str());
    let names: Vec<&str> = std::iter::once(schema.partition.as_str()).chain(sort).collect();
    match filter.mentions(&names) {
        Some(name) => Err(invalid(format!(
            "Filter Expression can only contain non-primary key attributes: Primary key attribute: \
             {name}"
        ))),
        None => Ok(()),
    }
}

/// Returns the attribute and the bounds of a condition on a sort key.
fn sort_operands(condition: &Condition) -> Option<(&Path, Vec<&Operand>)> {
    match condition {
        Condition::Compare(Operand::Path(path), op, value) if *op != Compare::Ne => {
            Some((path, vec![value]))
        }
        Condition::Between(Operand::Path(path), ends) => Some((path, ends.iter().collect())),
        Condition::BeginsWith(Operand::Path(path), start) => Some((path, vec![start])),
        _ => None,
    }
}

fn lower_bound(condition: &Condition) -> Bound<KeyPart> {
    let part = |operand: &Operand| match operand {
        Operand::Value(value) => KeyPart::of(value),
        _ => None,
    };
    let found = match condition {
        Condition::Compare(_, Compare::Gt, value) => {
            return part(value).map_or(Bound::Unbounded, Bound::Excluded);
        }
        Condition::Compare(_, Compare::Ge | Compare::Eq, value) => part(value),
        Condition::Between(_, ends) => part(&ends[0]),
        Condition::BeginsWith(_, low) => part(low),
        _ => None,
    };
    found.map_or(Bound::Unbounded, Bound::Included)
}

/// Collects a page by AWS's rules. The limit counts the items that are read, not those that pass the filter.
pub(super) struct Collect<'a> {
    schema: &'a KeySchema,
    filter: Option<&'a Condition>,
    limit: usize,
    page: Page,
    bytes: usize,
    newest: u64,
}

impl<'a> Collect<'a> {
    pub(super) fn new(
        schema: &'a KeySchema,
        filter: Option<&'a Condition>,
        limit: Option<usize>,
    ) -> Self {
        let page = Page { items: Vec::new(), scanned: 0, last: None };
        Collect { schema, filter, limit: limit.unwrap_or(usize::MAX), page, bytes: 0, newest: 0 }
    }

    /// Adds an item to the page, and returns whether the page has room for more items.
    pub(super) fn take(&mut self, key: &Key, item: SharedItem, index: u64) -> bool {
        self.newest = self.newest.max(index);
        self.page.scanned += 1;
        self.bytes += item_size(&item);
        if self.filter.is_none_or(|f| f.holds(&item)) {
            self.page.items.push(item);
        }
        let room = self.page.scanned < self.limit && self.bytes < MAX_PAGE_BYTES;
        if !room {
            self.page.last = Some(self.schema.to_item(key));
        }
        room
    }

    /// Returns the page, and the index of the newest write on which it depends.
    pub(super) fn done(self) -> (DynamoResponse, u64) {
        (DynamoResponse::Page(self.page), self.newest)
    }
}

pub(super) fn run(
    table: &Table,
    region: RegionIx,
    query: &Query,
    range: &Range,
) -> (DynamoResponse, u64) {
    let schema = &table.spec.schema;
    let states = table.states(region);
    let bound = |part: &KeyPart| Key { partition: range.partition.clone(), sort: part.clone() };
    let low = match &range.low {
        Bound::Unbounded => Bound::Included(bound(&KeyPart::None)),
        Bound::Included(part) => Bound::Included(bound(part)),
        Bound::Excluded(part) => Bound::Excluded(bound(part)),
    };
    let low = match (&range.start, query.forward) {
        (Some(start), true) => Bound::Excluded(start.clone()),
        _ => low,
    };
    let mut collect = Collect::new(schema, query.filter.as_deref(), query.limit);
    let mut visit = |key: &Key, stored: &Stored| -> bool {
        let (item, index) = table.visible(region, key, stored, query.consistent);
        let Some(item) = item else { return true };
        if range.sort.as_ref().is_some_and(|c| !c.holds(&item)) {
            return true;
        }
        collect.take(key, item, index)
    };
    if query.forward {
        for (key, stored) in states.range((low, Bound::Unbounded)) {
            if key.partition != range.partition || !visit(key, stored) {
                break;
            }
        }
    } else {
        let high = match &range.start {
            Some(start) => Bound::Excluded(start.clone()),
            None => Bound::Unbounded,
        };
        // Without a start key, the upper bound is the first key beyond the partition.
        let end = next_partition(&range.partition);
        let high = match (high, end) {
            (Bound::Unbounded, Some(end)) => Bound::Excluded(end),
            (high, _) => high,
        };
        if ordered(&low, &high) {
            for (key, stored) in states.range((low, high)).rev() {
                if key.partition > range.partition {
                    continue;
                }
                if key.partition != range.partition || !visit(key, stored) {
                    break;
                }
            }
        }
    }
    collect.done()
}

/// Returns a key above all keys of the partition, or `None` if the partition key is not a text.
fn next_partition(partition: &KeyPart) -> Option<Key> {
    let KeyPart::S(text) = partition else { return None };
    let above = KeyPart::S(format!("{text}\u{0}").into());
    Some(Key { partition: above, sort: KeyPart::None })
}

fn ordered(low: &Bound<Key>, high: &Bound<Key>) -> bool {
    match (low, high) {
        (Bound::Included(a), Bound::Excluded(b)) => a <= b,
        (Bound::Excluded(a), Bound::Excluded(b)) => a < b,
        _ => true,
    }
}
