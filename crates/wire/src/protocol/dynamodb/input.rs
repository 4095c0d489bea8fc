//! The input of operations on one item or one page.

use super::{AvMap, Read, ResponseFormat, body, invalid, item_of};
use leeward_cloud::ServiceError;
use leeward_cloud::dynamodb::expression::{Condition, Path};
use leeward_cloud::dynamodb::{
    DynamoRequest, Item, Names, Query, Returns, Scan, Text, Write, parse,
};
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The maximum number of tables in one page of ListTables.
const MAX_NAMES: usize = 100;

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Input {
    pub(super) table_name: Text,
    item: Option<AvMap>,
    key: Option<AvMap>,
    condition_expression: Option<String>,
    update_expression: Option<String>,
    key_condition_expression: Option<String>,
    filter_expression: Option<String>,
    projection_expression: Option<String>,
    expression_attribute_names: Option<BTreeMap<String, String>>,
    expression_attribute_values: Option<AvMap>,
    return_values: Option<String>,
    return_values_on_condition_check_failure: Option<String>,
    consistent_read: bool,
    scan_index_forward: Option<bool>,
    limit: Option<usize>,
    exclusive_start_key: Option<AvMap>,
    select: Option<String>,
    index_name: Option<String>,
    segment: Option<u32>,
    total_segments: Option<u32>,
    exclusive_start_table_name: Option<Text>,
    // These are legacy parameters, which expressions have replaced. A request with one of them is rejected, because a
    // write whose condition is ignored would always succeed.
    attribute_updates: Option<IgnoredAny>,
    attributes_to_get: Option<IgnoredAny>,
    conditional_operator: Option<IgnoredAny>,
    expected: Option<IgnoredAny>,
    key_conditions: Option<IgnoredAny>,
    query_filter: Option<IgnoredAny>,
    scan_filter: Option<IgnoredAny>,
}

pub(super) fn names_of(
    names: Option<BTreeMap<String, String>>,
    values: Option<AvMap>,
) -> Read<Names> {
    if names.as_ref().is_some_and(BTreeMap::is_empty) {
        return Err(invalid("ExpressionAttributeNames must not be empty"));
    }
    if values.as_ref().is_some_and(BTreeMap::is_empty) {
        return Err(invalid("ExpressionAttributeValues must not be empty"));
    }
    Ok(Names::new(names.unwrap_or_default(), item_of(values.unwrap_or_default())?))
}

pub(super) fn projection_of(text: Option<&String>, names: &Names) -> Read<Option<Vec<Path>>> {
    let parse = |text| parse::projection(text, names).map_err(refused("ProjectionExpression"));
    text.map(|text| parse(text)).transpose()
}

pub(super) fn check_used(names: &Names) -> Read<()> {
    names.check_used().map_err(invalid)
}

fn refused(expression: &str) -> impl Fn(String) -> ServiceError {
    move |text| invalid(format!("Invalid {expression}: {text}"))
}

pub(super) fn old_parameter(name: &str) -> ServiceError {
    invalid(format!("the local cloud does not model the parameter {name}; use an expression"))
}

impl Input {
    pub(super) fn read(bytes: &[u8]) -> Read<Input> {
        let input: Input = body(bytes)?;
        let old = [
            ("AttributeUpdates", &input.attribute_updates),
            ("AttributesToGet", &input.attributes_to_get),
            ("ConditionalOperator", &input.conditional_operator),
            ("Expected", &input.expected),
            ("KeyConditions", &input.key_conditions),
            ("QueryFilter", &input.query_filter),
            ("ScanFilter", &input.scan_filter),
        ];
        match old.iter().find(|(_, given)| given.is_some()) {
            Some((name, _)) => Err(old_parameter(name)),
            None => Ok(input),
        }
    }

    fn names(&mut self) -> Read<Names> {
        names_of(self.expression_attribute_names.take(), self.expression_attribute_values.take())
    }

    /// Parses which attributes the operation returns. Only an update can return new attributes.
    fn returns(&self, operation: &str) -> Read<Returns> {
        let is_update = operation == "UpdateItem";
        match self.return_values.as_deref() {
            None | Some("NONE") => Ok(Returns::None),
            Some("ALL_OLD") => Ok(Returns::AllOld),
            Some("ALL_NEW") if is_update => Ok(Returns::AllNew),
            Some("UPDATED_OLD") if is_update => Ok(Returns::UpdatedOld),
            Some("UPDATED_NEW") if is_update => Ok(Returns::UpdatedNew),
            Some(_) => Err(invalid("Return values set to invalid value")),
        }
    }

    fn old_on_failure(&self) -> bool {
        self.return_values_on_condition_check_failure.as_deref() == Some("ALL_OLD")
    }

    fn key(&mut self) -> Read<Item> {
        item_of(self.key.take().ok_or_else(|| invalid("Key is required"))?)
    }

    fn item(&mut self) -> Read<Item> {
        item_of(self.item.take().ok_or_else(|| invalid("Item is required"))?)
    }

    fn segment(&self) -> Read<Option<(u32, u32)>> {
        match (self.segment, self.total_segments) {
            (Some(segment), Some(total)) => Ok(Some((segment, total))),
            (None, None) => Ok(None),
            _ => Err(invalid("Segment and TotalSegments are given together or not at all")),
        }
    }
}

fn condition_of(text: Option<&String>, names: &Names, expression: &str) -> Read<Option<Condition>> {
    text.map(|text| parse::condition(text, names).map_err(refused(expression))).transpose()
}

pub(super) fn list(bytes: &[u8]) -> Read<(DynamoRequest, ResponseFormat)> {
    let input = Input::read(bytes)?;
    let limit = input.limit.unwrap_or(MAX_NAMES);
    if !(1..=MAX_NAMES).contains(&limit) {
        return Err(invalid(format!("Limit must be from 1 to {MAX_NAMES}")));
    }
    Ok((
        DynamoRequest::List,
        ResponseFormat::Names { after: input.exclusive_start_table_name, limit },
    ))
}

pub(super) fn get(bytes: &[u8]) -> Read<(DynamoRequest, ResponseFormat)> {
    let mut input = Input::read(bytes)?;
    let key = input.key()?;
    let names = input.names()?;
    let projection = projection_of(input.projection_expression.as_ref(), &names)?;
    check_used(&names)?;
    let (table, consistent) = (input.table_name, input.consistent_read);
    Ok((DynamoRequest::Get { table, key, consistent }, ResponseFormat::Item { projection }))
}

pub(super) fn write(operation: &str, bytes: &[u8]) -> Read<Write> {
    let mut input = Input::read(bytes)?;
    let names = input.names()?;
    let condition =
        condition_of(input.condition_expression.as_ref(), &names, "ConditionExpression")?;
    let updates = match &input.update_expression {
        Some(text) => parse::updates(text, &names).map_err(refused("UpdateExpression"))?,
        None => Vec::new(),
    };
    check_used(&names)?;
    let (returns, old_on_failure) = (input.returns(operation)?, input.old_on_failure());
    let table = std::mem::take(&mut input.table_name);
    Ok(match operation {
        "PutItem" => {
            Write::Put { table, item: Arc::new(input.item()?), condition, old_on_failure, returns }
        }
        "DeleteItem" => {
            Write::Delete { table, key: input.key()?, condition, old_on_failure, returns }
        }
        _ => {
            let key = input.key()?;
            Write::Update { table, key, updates, condition, old_on_failure, returns }
        }
    })
}

pub(super) fn page(operation: &str, bytes: &[u8]) -> Read<(DynamoRequest, ResponseFormat)> {
    let mut input = Input::read(bytes)?;
    if input.index_name.is_some() {
        return Err(invalid("The table does not have the specified index"));
    }
    if input.limit == Some(0) {
        return Err(invalid("Limit must be greater than or equal to 1"));
    }
    let names = input.names()?;
    let filter = condition_of(input.filter_expression.as_ref(), &names, "FilterExpression")?;
    let filter = filter.map(Box::new);
    let text = input.key_condition_expression.as_ref();
    let condition = condition_of(text, &names, "KeyConditionExpression")?;
    let projection = projection_of(input.projection_expression.as_ref(), &names)?;
    check_used(&names)?;
    let start = input.exclusive_start_key.take().map(item_of).transpose()?;
    let format =
        ResponseFormat::Page { projection, count_only: input.select.as_deref() == Some("COUNT") };
    let segment = input.segment()?;
    let (table, limit, consistent) = (input.table_name, input.limit, input.consistent_read);
    if operation == "Scan" {
        let scan = Scan { table, filter, limit, start, consistent, segment };
        return Ok((DynamoRequest::Scan(scan), format));
    }
    let query = Query {
        table,
        condition: condition.ok_or_else(|| {
            invalid("Either the KeyConditions or KeyConditionExpression parameter is required")
        })?,
        filter,
        forward: input.scan_index_forward.unwrap_or(true),
        limit,
        start,
        consistent,
    };
    Ok((DynamoRequest::Query(query), format))
}
