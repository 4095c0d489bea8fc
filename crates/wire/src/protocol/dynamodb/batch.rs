//! The input of operations on many items.

use super::input::{check_used, names_of, old_parameter, projection_of};
use super::{AvMap, Read, ResponseFormat, body, invalid, item_of};
use leeward_cloud::dynamodb::{BatchKeys, BatchWrite, DynamoRequest, Text};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::Arc;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Batch<T> {
    request_items: BTreeMap<Text, T>,
}

pub(super) fn get(bytes: &[u8]) -> Read<(DynamoRequest, ResponseFormat)> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Keys {
        keys: Vec<AvMap>,
        #[serde(default)]
        consistent_read: bool,
        projection_expression: Option<String>,
        expression_attribute_names: Option<BTreeMap<String, String>>,
        attributes_to_get: Option<IgnoredAny>,
    }
    let input: Batch<Keys> = body(bytes)?;
    let mut tables = Vec::with_capacity(input.request_items.len());
    let mut projections = Vec::with_capacity(input.request_items.len());
    for (table, of) in input.request_items {
        if of.attributes_to_get.is_some() {
            return Err(old_parameter("AttributesToGet"));
        }
        let names = names_of(of.expression_attribute_names, None)?;
        projections.push(projection_of(of.projection_expression.as_ref(), &names)?);
        check_used(&names)?;
        let keys = of.keys.into_iter().map(item_of).collect::<Read<Vec<_>>>()?;
        tables.push(BatchKeys { table, keys, consistent: of.consistent_read });
    }
    Ok((DynamoRequest::BatchGet { tables }, ResponseFormat::Batch { projections }))
}

pub(super) fn write(bytes: &[u8]) -> Read<DynamoRequest> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Put {
        item: AvMap,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Delete {
        key: AvMap,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct One {
        put_request: Option<Put>,
        delete_request: Option<Delete>,
    }
    let input: Batch<Vec<One>> = body(bytes)?;
    let mut writes = Vec::new();
    for (table, list) in input.request_items {
        for one in list {
            let table = table.clone();
            writes.push(match (one.put_request, one.delete_request) {
                (Some(put), None) => BatchWrite::Put { table, item: Arc::new(item_of(put.item)?) },
                (None, Some(delete)) => BatchWrite::Delete { table, key: item_of(delete.key)? },
                _ => {
                    return Err(invalid("A request of a batch is one PutRequest or DeleteRequest"));
                }
            });
        }
    }
    Ok(DynamoRequest::BatchWrite { writes })
}

pub(super) fn transaction(bytes: &[u8]) -> Read<DynamoRequest> {
    let input: Json = body(bytes)?;
    let items = input["TransactItems"].as_array();
    let tables = items.ok_or_else(|| invalid("TransactItems is required"))?.iter();
    let tables = tables.filter_map(|item| {
        let action = item.as_object()?.values().next()?;
        Some(Text::new(action["TableName"].as_str()?))
    });
    Ok(DynamoRequest::Transact { tables: tables.collect() })
}
