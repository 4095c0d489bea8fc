//! The input of CreateTable and the output of DescribeTable.

use super::{Read, body, invalid};
use leeward_cloud::RegionIx;
use leeward_cloud::dynamodb::{KeySchema, TableDescription, TableKind, TableSpec, Text};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value as Json, json};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct KeyElement {
    attribute_name: Text,
    key_type: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Definition {
    attribute_name: Text,
    attribute_type: String,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct Stream {
    stream_enabled: bool,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct Input {
    table_name: Text,
    key_schema: Vec<KeyElement>,
    attribute_definitions: Vec<Definition>,
    global_secondary_indexes: Vec<IgnoredAny>,
    local_secondary_indexes: Vec<IgnoredAny>,
    stream_specification: Stream,
}

impl Input {
    /// Returns an error if the request uses a feature that the model lacks.
    fn check_modelled(&self) -> Read<()> {
        if !self.global_secondary_indexes.is_empty() || !self.local_secondary_indexes.is_empty() {
            return Err(invalid(
                "the local cloud does not model secondary indexes; create the table without them",
            ));
        }
        if self.stream_specification.stream_enabled {
            return Err(invalid(
                "the local cloud does not model streams; create the table without one",
            ));
        }
        Ok(())
    }

    fn schema(&self) -> Read<KeySchema> {
        let (hash, range) = match &self.key_schema[..] {
            [hash] if hash.key_type == "HASH" => (hash, None),
            [hash, range] if hash.key_type == "HASH" && range.key_type == "RANGE" => {
                (hash, Some(range))
            }
            _ => return Err(invalid("KeySchema must be a HASH key, or one and then a RANGE key")),
        };
        if range.is_some_and(|range| range.attribute_name == hash.attribute_name) {
            return Err(invalid(
                "Both the Hash Key and the Range Key element in the KeySchema have the same name",
            ));
        }
        let partition_type = self.defined(&hash.attribute_name)?;
        let sort = match range {
            Some(range) => {
                Some((range.attribute_name.clone(), self.defined(&range.attribute_name)?))
            }
            None => None,
        };
        if self.attribute_definitions.len() != self.key_schema.len() {
            return Err(invalid(
                "Number of attributes in KeySchema does not exactly match number of attributes \
                 defined in AttributeDefinitions",
            ));
        }
        Ok(KeySchema { partition: hash.attribute_name.clone(), partition_type, sort })
    }

    fn defined(&self, name: &str) -> Read<char> {
        let named = |definition: &&Definition| definition.attribute_name == name;
        let definition = self.attribute_definitions.iter().find(named).ok_or_else(|| {
            invalid(format!(
                "Some index key attributes are not defined in AttributeDefinitions. Keys: [{name}]"
            ))
        })?;
        match definition.attribute_type.as_str() {
            "S" => Ok('S'),
            "N" => Ok('N'),
            "B" => Ok('B'),
            other => Err(invalid(format!("{other} is no type of a key attribute: use S, N or B"))),
        }
    }
}

/// Parses the input of CreateTable, which creates a table in one Region. The local platform creates global tables
/// itself.
pub(super) fn spec(region: RegionIx, bytes: &[u8]) -> Read<TableSpec> {
    let input: Input = body(bytes)?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    if !(3..=255).contains(&input.table_name.len()) || !input.table_name.chars().all(allowed) {
        return Err(invalid(
            "TableName must be 3 to 255 characters long and contain only the characters a-z, A-Z, \
             0-9, '_', '-', and '.'",
        ));
    }
    input.check_modelled()?;
    let schema = input.schema()?;
    let kind = TableKind::Eventual { replicas: vec![region] };
    Ok(TableSpec { name: input.table_name, schema, kind, ttl: None })
}

/// Describes the table as `region` sees it. `names` holds the names of all Regions.
pub(super) fn describe(table: &TableDescription, region: RegionIx, names: &[String]) -> Json {
    let schema = &table.spec.schema;
    let mut definitions = vec![json!({
        "AttributeName": schema.partition, "AttributeType": schema.partition_type.to_string()
    })];
    let mut keys = vec![json!({"AttributeName": schema.partition, "KeyType": "HASH"})];
    if let Some((name, kind)) = &schema.sort {
        definitions.push(json!({"AttributeName": name, "AttributeType": kind.to_string()}));
        keys.push(json!({"AttributeName": name, "KeyType": "RANGE"}));
    }
    let name = |region: RegionIx| names[usize::from(region.0)].as_str();
    let table_name = &table.spec.name;
    let mut out = json!({
        "TableName": table_name,
        "TableStatus": "ACTIVE",
        "KeySchema": keys,
        "AttributeDefinitions": definitions,
        "ItemCount": table.items,
        "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
        "TableArn": format!("arn:aws:dynamodb:{}:000000000000:table/{table_name}", name(region)),
    });
    let (replicas, witness, consistency) = match &table.spec.kind {
        TableKind::Strong { replicas, witness } => (replicas, *witness, "STRONG"),
        TableKind::Eventual { replicas } => (replicas, None, "EVENTUAL"),
    };
    if replicas.len() > 1 {
        let others = replicas.iter().filter(|replica| **replica != region);
        let shown = others.map(|r| json!({"RegionName": name(*r), "ReplicaStatus": "ACTIVE"}));
        out["Replicas"] = shown.collect();
        out["MultiRegionConsistency"] = consistency.into();
        out["GlobalTableVersion"] = "2019.11.21".into();
    }
    if let Some(witness) = witness {
        out["GlobalTableWitnesses"] =
            json!([{"RegionName": name(witness), "WitnessStatus": "ACTIVE"}]);
    }
    out
}
