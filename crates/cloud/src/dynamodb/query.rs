//! Query and Scan over the ordered keys.

use super::expression::{Compare, Condition, Operand};
use super::{
    DynamoResponse, Item, Key, KeyPart, KeySchema, MAX_PAGE_BYTES, Page, Query, Scan, SharedItem,
    Stored, Table, item_size,
};
use crate::ServiceError;
use crate::net::RegionIx;
use std::ops::Bound;

/// One partition, and what the sort key must satisfy.
pub(super) struct Range {
    partition: KeyPart,
    low: Bound<KeyPart>,
    sort: Option<Condition>,
    start: Option<Key>,
}

fn invalid(text: &str) -> ServiceError {
    ServiceError::new("ValidationException", text)
}

impl Range {
    pub(super) fn of(query: &Query, schema: &KeySchema) -> Result<Range, ServiceError> {
        let mut partition = None;
        let mut sort = None;
        let mut low = Bound::Unbounded;
        for clause in query.condition.clauses() {
            match clause {
                Condition::Compare(Operand::Path(path), Compare::Eq, Operand::Value(value))
                    if path.name == schema.partition =>
                {
                    partition = KeyPart::of(value);
                }
                other => {
                    let name = schema.sort.as_ref().map(|(name, _)| name.as_str());
                    if name.is_none() || sort_attribute(other) != name || sort.is_some() {
                        return Err(invalid("Query key condition not supported"));
                    }
                    low = lower_bound(other);
                    sort = Some(other.clone());
                }
            }
        }
        let missing = "Query condition missed key schema element";
        let partition = partition.ok_or_else(|| invalid(missing))?;
        let start = match &query.start {
            Some(item) => Some(
                schema
                    .exact_key(item)
                    .map_err(|_| invalid("The provided starting key is invalid"))?,
            ),
            None => None,
        };
        Ok(Range { partition, low, sort, start })
    }
}

fn sort_attribute(condition: &Condition) -> Option<&str> {
    match condition {
        Condition::Compare(Operand::Path(path), op, Operand::Value(_)) if *op != Compare::Ne => {
            Some(&path.name)
        }
        Condition::Between(Operand::Path(path), ..)
        | Condition::BeginsWith(Operand::Path(path), _) => Some(&path.name),
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
        Condition::Between(_, low, _) | Condition::BeginsWith(_, low) => part(low),
        _ => None,
    };
    found.map_or(Bound::Unbounded, Bound::Included)
}

/// Collects a page by AWS's rules: the limit counts what is looked at, not what passes the filter.
struct Collect<'a> {
    schema: &'a KeySchema,
    filter: Option<&'a Condition>,
    limit: usize,
    page: Page,
    bytes: usize,
    newest: u64,
}

impl<'a> Collect<'a> {
    fn new(schema: &'a KeySchema, filter: Option<&'a Condition>, limit: Option<usize>) -> Self {
        let page = Page { items: Vec::new(), scanned: 0, last: None };
        Collect { schema, filter, limit: limit.unwrap_or(usize::MAX), page, bytes: 0, newest: 0 }
    }

    /// Whether there is room for more.
    fn take(&mut self, key: &Key, item: SharedItem, index: u64) -> bool {
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
    let mut collect = Collect::new(schema, query.filter.as_ref(), query.limit);
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
        // Without a start the partition's end is found from the first key beyond it.
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
    (DynamoResponse::Page(collect.page), collect.newest)
}

/// A key above everything in the partition, where one can be named.
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

pub(super) fn scan(table: &Table, region: RegionIx, scan: &Scan) -> (DynamoResponse, u64) {
    let schema = &table.spec.schema;
    let start = scan.start.as_ref().and_then(|item| schema.exact_key(item).ok());
    let low = start.map_or(Bound::Unbounded, Bound::Excluded);
    let mut collect = Collect::new(schema, scan.filter.as_ref(), scan.limit);
    for (key, stored) in table.states(region).range((low, Bound::Unbounded)) {
        let (item, index) = table.visible(region, key, stored, scan.consistent);
        let Some(item) = item else { continue };
        if !collect.take(key, item, index) {
            break;
        }
    }
    (DynamoResponse::Page(collect.page), collect.newest)
}

/// Only the named attributes.
pub fn project(item: &Item, paths: &[super::expression::Path]) -> Item {
    paths
        .iter()
        .filter_map(|path| path.get(item).map(|value| (path.name.clone(), value.clone())))
        .collect()
}
