//! DynamoDB's AwsJson1.0 protocol.

mod batch;
mod input;
mod table;

use super::dynamodb_json::{Av, AvRef, ItemRef, unwrap};
use super::{Http, json};
use input::Input;
use leeward_cloud::dynamodb::expression::Path;
use leeward_cloud::dynamodb::{
    BatchPart, DynamoRequest, DynamoResponse, Item, SharedItem, Text, nests_too_deep, project,
};
use leeward_cloud::{RegionIx, Response, ServiceError};
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// The form of the response to an operation.
pub(crate) enum ResponseFormat {
    Plain,
    Item {
        projection: Option<Vec<Path>>,
    },
    Page {
        projection: Option<Vec<Path>>,
        count_only: bool,
    },
    /// A page of ListTables.
    Names {
        after: Option<Text>,
        limit: usize,
    },
    /// The items of BatchGetItem, with one projection for each table of the request.
    Batch {
        projections: Vec<Option<Vec<Path>>>,
    },
    Table {
        wrapper: &'static str,
        region: RegionIx,
        names: Vec<String>,
    },
}

type Read<T> = Result<T, ServiceError>;

fn invalid(text: impl Into<String>) -> ServiceError {
    ServiceError::new("ValidationException", text)
}

fn body<T: DeserializeOwned>(body: &[u8]) -> Read<T> {
    serde_json::from_slice(body)
        .map_err(|e| ServiceError::new("SerializationException", e.to_string()))
}

type AvMap = BTreeMap<Text, Av>;

/// Converts attribute values into an item, after checking that each value is valid and that none is nested too deeply.
fn item_of(map: AvMap) -> Read<Item> {
    let item = unwrap(map).map_err(invalid)?;
    if nests_too_deep(&item) {
        return Err(invalid("Nesting Levels have exceeded supported limits"));
    }
    Ok(item)
}

pub(crate) fn read(
    regions: &[String],
    region: RegionIx,
    operation: &str,
    bytes: &[u8],
) -> Read<(DynamoRequest, ResponseFormat)> {
    let shown_in = |wrapper| ResponseFormat::Table { wrapper, region, names: regions.to_vec() };
    match operation {
        "PutItem" | "UpdateItem" | "DeleteItem" => {
            Ok((DynamoRequest::Write(input::write(operation, bytes)?), ResponseFormat::Plain))
        }
        "GetItem" => input::get(bytes),
        "Query" | "Scan" => input::page(operation, bytes),
        "BatchGetItem" => batch::get(bytes),
        "BatchWriteItem" => Ok((batch::write(bytes)?, ResponseFormat::Plain)),
        "TransactWriteItems" | "TransactGetItems" => {
            Ok((batch::transaction(bytes)?, ResponseFormat::Plain))
        }
        "DescribeTable" => {
            let table = Input::read(bytes)?.table_name;
            Ok((DynamoRequest::Describe { table }, shown_in("Table")))
        }
        "DeleteTable" => {
            let table = Input::read(bytes)?.table_name;
            Ok((DynamoRequest::DeleteTable { table }, shown_in("TableDescription")))
        }
        "ListTables" => input::list(bytes),
        "CreateTable" => {
            let spec = table::spec(region, bytes)?;
            Ok((DynamoRequest::Create(spec), shown_in("TableDescription")))
        }
        other => Err(ServiceError::new(
            "UnknownOperationException",
            format!("the local cloud does not serve DynamoDB {other}"),
        )),
    }
}

fn projected(item: &SharedItem, projection: Option<&Vec<Path>>) -> Json {
    let json = match projection {
        Some(paths) => serde_json::to_value(ItemRef(&project(item, paths))),
        None => serde_json::to_value(ItemRef(item)),
    };
    json.expect("an item always serializes")
}

pub(crate) fn write(format: &ResponseFormat, result: Result<Response, ServiceError>) -> Http {
    let response = match result {
        Ok(Response::Dynamo(response)) => response,
        Ok(_) => unreachable!("a DynamoDB request has a DynamoDB answer"),
        Err(error) => return json(error.status, error_body(&error)),
    };
    let body = match response {
        DynamoResponse::Empty => return json(200, "{\"UnprocessedItems\":{}}".into()),
        // This is the hot path: the response to a put is empty.
        DynamoResponse::Attributes(None) => return json(200, "{}".into()),
        DynamoResponse::Attributes(Some(item)) => json!({"Attributes": projected(&item, None)}),
        DynamoResponse::Item(None) => return json(200, "{}".into()),
        DynamoResponse::Item(Some(item)) => {
            let projection = match format {
                ResponseFormat::Item { projection } => projection.as_ref(),
                _ => None,
            };
            json!({"Item": projected(&item, projection)})
        }
        DynamoResponse::BatchGet(part) => {
            let projections = match format {
                ResponseFormat::Batch { projections } => projections.as_slice(),
                _ => &[],
            };
            return json(200, batch_body(&part, projections));
        }
        DynamoResponse::Page(page) => {
            let (projection, count_only) = match format {
                ResponseFormat::Page { projection, count_only } => {
                    (projection.as_ref(), *count_only)
                }
                _ => (None, false),
            };
            let mut out = json!({"Count": page.items.len(), "ScannedCount": page.scanned});
            if !count_only {
                let items = page.items.iter().map(|item| projected(item, projection));
                out["Items"] = items.collect();
            }
            if let Some(last) = &page.last {
                out["LastEvaluatedKey"] =
                    serde_json::to_value(ItemRef(last)).expect("a key always serializes");
            }
            out
        }
        DynamoResponse::Table(table) => match format {
            ResponseFormat::Table { wrapper, region, names } => {
                json!({*wrapper: table::describe(&table, *region, names)})
            }
            _ => unreachable!("an operation that returns a table has a table's response format"),
        },
        DynamoResponse::Tables(names) => match format {
            ResponseFormat::Names { after, limit } => names_page(names, after.as_ref(), *limit),
            _ => unreachable!("an operation that returns names has the response format of names"),
        },
    };
    json(200, body.to_string())
}

fn names_page(mut names: Vec<Text>, after: Option<&Text>, limit: usize) -> Json {
    names.retain(|name| after.is_none_or(|after| name > after));
    let cut = names.len() > limit;
    names.truncate(limit);
    let mut out = json!({"TableNames": names});
    if cut {
        out["LastEvaluatedTableName"] = names.pop().map(|name| name.to_string()).into();
    }
    out
}

/// Returns the body of a BatchGetItem response. `projections` has one entry for each table, in the order of the items.
/// If a table's entry is `None`, its items are returned whole.
fn batch_body(part: &BatchPart, projections: &[Option<Vec<Path>>]) -> String {
    let found = &part.found;
    let projections = projections.iter().map(Option::as_ref).chain(std::iter::repeat(None));
    let projected: Vec<Vec<Item>> = found
        .iter()
        .zip(projections)
        .map(|((_, items), projection)| match projection {
            Some(paths) => items.iter().map(|item| project(item, paths)).collect(),
            None => Vec::new(),
        })
        .collect();
    let tables: BTreeMap<&str, Vec<ItemRef<'_>>> = found
        .iter()
        .zip(&projected)
        .map(|((table, items), parts)| {
            let shown = match parts.is_empty() {
                true => items.iter().map(|item| ItemRef(item)).collect(),
                false => parts.iter().map(ItemRef).collect(),
            };
            (table.as_str(), shown)
        })
        .collect();
    let responses = serde_json::to_string(&tables).expect("items always serialize");
    let rest: BTreeMap<&str, Json> = part
        .unprocessed
        .iter()
        .map(|of| {
            let keys: Vec<ItemRef<'_>> = of.keys.iter().map(ItemRef).collect();
            (of.table.as_str(), json!({"Keys": keys, "ConsistentRead": of.consistent}))
        })
        .collect();
    let rest = serde_json::to_string(&rest).expect("keys always serialize");
    format!("{{\"Responses\":{responses},\"UnprocessedKeys\":{rest}}}")
}

fn error_body(error: &ServiceError) -> String {
    let service = "com.amazonaws.dynamodb.v20120810";
    let mut out = json!({
        "__type": format!("{service}#{}", error.code),
        "message": error.message,
    });
    if let Some(item) = &error.item {
        let attributes = item.iter().map(|(name, value)| {
            let value = serde_json::to_value(AvRef(value)).expect("a value always serializes");
            (name.to_string(), value)
        });
        out["Item"] = Json::Object(attributes.collect());
    }
    out.to_string()
}
