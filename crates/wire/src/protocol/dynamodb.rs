//! DynamoDB's AwsJson1.0 protocol.

use super::dynamodb_json::{Av, AvRef, ItemRef, too_deep, unwrap};
use super::{Http, json};
use crate::engine::Engine;
use leeward_cloud::dynamodb::expression::{Names, Path};
use leeward_cloud::dynamodb::{
    BatchWrite, DynamoRequest, DynamoResponse, Item, KeySchema, Query, Returns, Scan, SharedItem,
    TableDescription, TableKind, TableSpec, Write, parse, project,
};
use leeward_cloud::{RegionIx, Response, ServiceError};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// How the answer to an operation is shaped.
pub(crate) enum Shape {
    Plain,
    Item { projection: Option<Vec<Path>> },
    Page { projection: Option<Vec<Path>>, count_only: bool },
    Table { wrapper: &'static str },
}

type Read<T> = Result<T, ServiceError>;

fn invalid(text: impl Into<String>) -> ServiceError {
    ServiceError::new("ValidationException", text)
}

fn body<T: DeserializeOwned>(body: &[u8]) -> Read<T> {
    serde_json::from_slice(body)
        .map_err(|e| ServiceError::new("SerializationException", e.to_string()))
}

type AvMap = BTreeMap<String, Av>;

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct Input {
    table_name: String,
    item: Option<AvMap>,
    key: Option<AvMap>,
    condition_expression: Option<String>,
    update_expression: Option<String>,
    key_condition_expression: Option<String>,
    filter_expression: Option<String>,
    projection_expression: Option<String>,
    expression_attribute_names: BTreeMap<String, String>,
    expression_attribute_values: AvMap,
    return_values: Option<String>,
    return_values_on_condition_check_failure: Option<String>,
    consistent_read: bool,
    scan_index_forward: Option<bool>,
    limit: Option<usize>,
    exclusive_start_key: Option<AvMap>,
    select: Option<String>,
    index_name: Option<String>,
}

impl Input {
    fn names(&mut self) -> Names {
        Names {
            names: std::mem::take(&mut self.expression_attribute_names),
            values: unwrap(std::mem::take(&mut self.expression_attribute_values)),
        }
    }

    fn returns(&self) -> Read<Returns> {
        match self.return_values.as_deref() {
            None | Some("NONE") => Ok(Returns::None),
            Some("ALL_OLD" | "UPDATED_OLD") => Ok(Returns::AllOld),
            Some("ALL_NEW" | "UPDATED_NEW") => Ok(Returns::AllNew),
            Some(other) => Err(invalid(format!("Return values set to invalid value: {other}"))),
        }
    }

    fn old_on_failure(&self) -> bool {
        self.return_values_on_condition_check_failure.as_deref() == Some("ALL_OLD")
    }

    fn condition(
        &self,
        text: Option<&String>,
        names: &Names,
    ) -> Read<Option<leeward_cloud::dynamodb::expression::Condition>> {
        text.map(|text| parse::condition(text, names).map_err(invalid)).transpose()
    }

    fn projection(&self, names: &Names) -> Read<Option<Vec<Path>>> {
        let text = self.projection_expression.as_ref();
        text.map(|text| parse::projection(text, names).map_err(invalid)).transpose()
    }

    fn key(&mut self) -> Read<Item> {
        let key = self.key.take().ok_or_else(|| invalid("Key is required"))?;
        Ok(unwrap(key))
    }

    fn item(&mut self) -> Read<Item> {
        let item = unwrap(self.item.take().ok_or_else(|| invalid("Item is required"))?);
        if item.values().any(too_deep) {
            return Err(invalid("Nesting Levels have exceeded supported limits"));
        }
        Ok(item)
    }
}

pub(crate) fn read(
    engine: &Engine,
    region: RegionIx,
    operation: &str,
    bytes: &[u8],
) -> Read<(DynamoRequest, Shape)> {
    match operation {
        "PutItem" | "UpdateItem" | "DeleteItem" => {
            Ok((DynamoRequest::Write(write_request(operation, bytes)?), Shape::Plain))
        }
        "GetItem" => {
            let mut input: Input = body(bytes)?;
            let key = input.key()?;
            let names = input.names();
            let projection = input.projection(&names)?;
            let (table, consistent) = (input.table_name, input.consistent_read);
            Ok((DynamoRequest::Get { table, key, consistent }, Shape::Item { projection }))
        }
        "Query" | "Scan" => page_request(operation, bytes),
        "BatchGetItem" => Ok((batch_get(bytes)?, Shape::Plain)),
        "BatchWriteItem" => Ok((batch_write(bytes)?, Shape::Plain)),
        "TransactWriteItems" | "TransactGetItems" => {
            let input: Json = body(bytes)?;
            let tables = input["TransactItems"].as_array().map(|items| {
                let names = items.iter().filter_map(|item| {
                    let action = item.as_object()?.values().next()?;
                    Some(action["TableName"].as_str()?.to_owned())
                });
                names.collect::<Vec<_>>()
            });
            let tables = tables.ok_or_else(|| invalid("TransactItems is required"))?;
            Ok((DynamoRequest::Transact { tables }, Shape::Plain))
        }
        "DescribeTable" | "DeleteTable" => {
            let input: Input = body(bytes)?;
            let table = input.table_name;
            Ok(if operation == "DescribeTable" {
                (DynamoRequest::Describe { table }, Shape::Table { wrapper: "Table" })
            } else {
                (DynamoRequest::DeleteTable { table }, Shape::Table { wrapper: "TableDescription" })
            })
        }
        "ListTables" => Ok((DynamoRequest::List, Shape::Plain)),
        "CreateTable" => {
            let spec = table_spec(engine, region, &body(bytes)?)?;
            Ok((DynamoRequest::Create(spec), Shape::Table { wrapper: "TableDescription" }))
        }
        other => Err(ServiceError::new(
            "UnknownOperationException",
            format!("the local cloud does not serve DynamoDB {other}"),
        )),
    }
}

fn write_request(operation: &str, bytes: &[u8]) -> Read<Write> {
    let mut input: Input = body(bytes)?;
    let names = input.names();
    let condition = input.condition(input.condition_expression.as_ref(), &names)?;
    let (returns, old_on_failure) = (input.returns()?, input.old_on_failure());
    let table = std::mem::take(&mut input.table_name);
    Ok(match operation {
        "PutItem" => Write::Put { table, item: input.item()?, condition, old_on_failure, returns },
        "DeleteItem" => {
            Write::Delete { table, key: input.key()?, condition, old_on_failure, returns }
        }
        _ => {
            let updates = match &input.update_expression {
                Some(text) => parse::updates(text, &names).map_err(invalid)?,
                None => Vec::new(),
            };
            let key = input.key()?;
            Write::Update { table, key, updates, condition, old_on_failure, returns }
        }
    })
}

fn page_request(operation: &str, bytes: &[u8]) -> Read<(DynamoRequest, Shape)> {
    let mut input: Input = body(bytes)?;
    if input.index_name.is_some() {
        return Err(invalid("The table does not have the specified index"));
    }
    if input.limit == Some(0) {
        return Err(invalid("Limit must be greater than or equal to 1"));
    }
    let names = input.names();
    let filter = input.condition(input.filter_expression.as_ref(), &names)?;
    let projection = input.projection(&names)?;
    let start = input.exclusive_start_key.take().map(unwrap);
    let shape = Shape::Page { projection, count_only: input.select.as_deref() == Some("COUNT") };
    let (table, limit, consistent) = (input.table_name.clone(), input.limit, input.consistent_read);
    if operation == "Scan" {
        return Ok((DynamoRequest::Scan(Scan { table, filter, limit, start, consistent }), shape));
    }
    let condition = input
        .condition(input.key_condition_expression.as_ref(), &names)?
        .ok_or_else(|| invalid("Either the KeyConditions or KeyConditionExpression is required"))?;
    let query = Query {
        table,
        condition,
        filter,
        forward: input.scan_index_forward.unwrap_or(true),
        limit,
        start,
        consistent,
        projection: None,
    };
    Ok((DynamoRequest::Query(query), shape))
}

fn batch_get(bytes: &[u8]) -> Read<DynamoRequest> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Keys {
        keys: Vec<AvMap>,
        #[serde(default)]
        consistent_read: bool,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Batch {
        request_items: BTreeMap<String, Keys>,
    }
    let input: Batch = body(bytes)?;
    let consistent = input.request_items.values().any(|k| k.consistent_read);
    let keys = input
        .request_items
        .into_iter()
        .flat_map(|(table, k)| k.keys.into_iter().map(move |key| (table.clone(), unwrap(key))))
        .collect();
    Ok(DynamoRequest::BatchGet { keys, consistent })
}

fn batch_write(bytes: &[u8]) -> Read<DynamoRequest> {
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
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Batch {
        request_items: BTreeMap<String, Vec<One>>,
    }
    let input: Batch = body(bytes)?;
    let mut writes = Vec::new();
    for (table, list) in input.request_items {
        for one in list {
            writes.push(match (one.put_request, one.delete_request) {
                (Some(put), None) => {
                    BatchWrite::Put { table: table.clone(), item: unwrap(put.item) }
                }
                (None, Some(delete)) => {
                    BatchWrite::Delete { table: table.clone(), key: unwrap(delete.key) }
                }
                _ => return Err(invalid("Supplied AttributeValue has more than one request")),
            });
        }
    }
    Ok(DynamoRequest::BatchWrite { writes })
}

/// CreateTable makes a table of one Region; global ones are part of the local platform.
fn table_spec(_engine: &Engine, region: RegionIx, input: &Json) -> Read<TableSpec> {
    let name = input["TableName"].as_str().ok_or_else(|| invalid("TableName is required"))?;
    let attribute = |wanted: &str| {
        let of_kind = |kind: &Json| kind["KeyType"].as_str() == Some(wanted);
        let schema = input["KeySchema"].as_array()?.iter().find(|k| of_kind(k))?;
        let name = schema["AttributeName"].as_str()?;
        let definitions = input["AttributeDefinitions"].as_array()?;
        let definition = definitions.iter().find(|d| d["AttributeName"].as_str() == Some(name))?;
        Some((name.to_owned(), definition["AttributeType"].as_str()?.chars().next()?))
    };
    let (partition, partition_type) =
        attribute("HASH").ok_or_else(|| invalid("KeySchema must have a HASH key"))?;
    let schema = KeySchema { partition, partition_type, sort: attribute("RANGE") };
    let kind = TableKind::Eventual { replicas: vec![region] };
    Ok(TableSpec { name: name.to_owned(), schema, kind, ttl: None })
}

fn describe(table: &TableDescription) -> Json {
    let schema = &table.spec.schema;
    let mut definitions = vec![json!({
        "AttributeName": schema.partition, "AttributeType": schema.partition_type.to_string()
    })];
    let mut keys = vec![json!({"AttributeName": schema.partition, "KeyType": "HASH"})];
    if let Some((name, kind)) = &schema.sort {
        definitions.push(json!({"AttributeName": name, "AttributeType": kind.to_string()}));
        keys.push(json!({"AttributeName": name, "KeyType": "RANGE"}));
    }
    let consistency = match &table.spec.kind {
        TableKind::Strong { .. } => "STRONG",
        TableKind::Eventual { .. } => "EVENTUAL",
    };
    json!({
        "TableName": table.spec.name,
        "TableStatus": "ACTIVE",
        "KeySchema": keys,
        "AttributeDefinitions": definitions,
        "ItemCount": table.items,
        "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
        "MultiRegionConsistency": consistency,
        "TableArn": format!("arn:aws:dynamodb:local:000000000000:table/{}", table.spec.name),
    })
}

fn projected(item: &SharedItem, projection: Option<&Vec<Path>>) -> Json {
    let json = match projection {
        Some(paths) => serde_json::to_value(ItemRef(&project(item, paths))),
        None => serde_json::to_value(ItemRef(item)),
    };
    json.expect("an item always serializes")
}

pub(crate) fn write(shape: &Shape, result: Result<Response, ServiceError>) -> Http {
    let response = match result {
        Ok(Response::Dynamo(response)) => response,
        Ok(_) => unreachable!("a DynamoDB request has a DynamoDB answer"),
        Err(error) => return json(error.status, error_body(&error)),
    };
    let body = match response {
        DynamoResponse::Empty => return json(200, "{\"UnprocessedItems\":{}}".into()),
        // The hot path: a put answers with nothing.
        DynamoResponse::Attributes(None) => return json(200, "{}".into()),
        DynamoResponse::Attributes(Some(item)) => json!({"Attributes": projected(&item, None)}),
        DynamoResponse::Item(None) => return json(200, "{}".into()),
        DynamoResponse::Item(Some(item)) => {
            let projection = match shape {
                Shape::Item { projection } => projection.as_ref(),
                _ => None,
            };
            json!({"Item": projected(&item, projection)})
        }
        DynamoResponse::BatchGet(found) => return json(200, batch_body(&found)),
        DynamoResponse::Page(page) => {
            let (projection, count_only) = match shape {
                Shape::Page { projection, count_only } => (projection.as_ref(), *count_only),
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
        DynamoResponse::Table(table) => match shape {
            Shape::Table { wrapper } => json!({*wrapper: describe(&table)}),
            _ => json!({"TableDescription": describe(&table)}),
        },
        DynamoResponse::Tables(names) => json!({"TableNames": names}),
    };
    json(200, body.to_string())
}

fn batch_body(found: &[(String, SharedItem)]) -> String {
    let mut tables: BTreeMap<&str, Vec<ItemRef<'_>>> = BTreeMap::new();
    for (table, item) in found {
        tables.entry(table).or_default().push(ItemRef(item));
    }
    let responses = serde_json::to_string(&tables).expect("items always serialize");
    format!("{{\"Responses\":{responses},\"UnprocessedKeys\":{{}}}}")
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
            (name.clone(), value)
        });
        out["Item"] = Json::Object(attributes.collect());
    }
    out.to_string()
}
