//! The three tables from the blueprint's schema, and each role's permissions on them.

use crate::blocks::policy;
use crate::context::RegionStack;
use leeward_blueprint::Blueprint;
use leeward_blueprint::names::Names;
use leeward_blueprint::schema::{self, Table, TableRole};
use leeward_blueprint::services::Consistency;
use leeward_construct::aws::dynamodb_table::{
    Attribute, AttributeArgs, GlobalTableWitness, PointInTimeRecovery, Replica,
    ServerSideEncryption, Ttl,
};
use leeward_construct::{Handle, Json, Scope, aws, json};
use leeward_model::Region;
use std::collections::BTreeMap;

type Keys = BTreeMap<Region, Handle<aws::KmsKey>>;

pub(crate) fn add(scope: &Scope, blueprint: &Blueprint, names: &Names, keys: &Keys) {
    for table in schema::tables(blueprint.sessions.consistency) {
        add_table(scope, blueprint, names, keys, &table);
    }
}

fn add_table(scope: &Scope, blueprint: &Blueprint, names: &Names, keys: &Keys, spec: &Table) {
    let regions = &blueprint.regions;
    let home = regions.with_role(spec.replicas[0]);
    let replicas = spec.replicas[1..].iter().map(|role| {
        let region = regions.with_role(*role);
        replica(region, &keys[region], spec.consistency)
    });
    let mut table = aws::DynamodbTable::new(spec.role.table_name(names))
        .billing_mode("PAY_PER_REQUEST")
        .hash_key(spec.partition_key)
        .range_key(spec.sort_key)
        .attribute([key_part(spec.partition_key), key_part(spec.sort_key)])
        .point_in_time_recovery(PointInTimeRecovery::new(true))
        .server_side_encryption(ServerSideEncryption::new(true).kms_key_arn(keys[home].arn()))
        // The table can be destroyed (docs/spec/requirements.md). IAM policies deny the platform's own roles every
        // deletion that must not happen.
        .deletion_protection_enabled(false)
        .replica(replicas.collect::<Vec<_>>());
    if let Some(witness) = spec.witness {
        let witness = regions.with_role(witness).as_str();
        table = table.global_table_witness(GlobalTableWitness::new().region_name(witness));
    }
    if let Some(view) = spec.stream {
        table = table.stream_enabled(true).stream_view_type(view);
    }
    if let Some(attribute) = spec.time_to_live {
        table = table.ttl(Ttl::new().attribute_name(attribute).enabled(true));
    }
    scope.add(spec.role.as_str(), table);
}

fn key_part(name: &str) -> Attribute {
    Attribute::new(AttributeArgs { name, type_: schema::KEY_TYPE.to_string() })
}

/// Returns a replica of a table. AWS acknowledges a write to a strongly consistent table only after two Regions have it
/// (SAFE-1).
fn replica(region: &Region, key: &Handle<aws::KmsKey>, consistency: Consistency) -> Replica {
    let replica = Replica::new(region.as_str())
        .point_in_time_recovery(true)
        .propagate_tags(true)
        .kms_key_arn(key.arn());
    match consistency {
        Consistency::Strong => replica.consistency_mode("STRONG"),
        Consistency::Eventual => replica,
    }
}

fn access(place: &RegionStack, role: TableRole, actions: &[&str]) -> Json {
    let table = format!("table/{}", role.table_name(&place.names));
    policy::allow(actions, vec![place.arn("dynamodb", table)])
}

/// Access to the ledger. No role may do more than read and put (SAFE-1).
pub(crate) mod ledger {
    use super::*;

    pub(crate) fn read(place: &RegionStack) -> Json {
        access(
            place,
            TableRole::Ledger,
            &["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"],
        )
    }

    pub(crate) fn append(place: &RegionStack) -> Json {
        let actions =
            ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"];
        access(place, TableRole::Ledger, &actions)
    }
}

/// Access to the authority, the observations and the audit log. Every role may read; only roles that decide or act may
/// write.
pub(crate) mod control {
    use super::*;

    pub(crate) fn read(place: &RegionStack) -> Json {
        access(place, TableRole::Control, &["dynamodb:GetItem", "dynamodb:Query"])
    }

    /// Allows reading the authority at the endpoints of the other Regions that take orders. A sentinel measures in this
    /// way whether the ledger of a Region answers (LIVE-1), and a failback needs that evidence.
    pub(crate) fn read_elsewhere(place: &RegionStack) -> Json {
        let r = &place.blueprint.regions;
        let table = format!("table/{}", place.names.control_table());
        let others =
            [&r.primary, &r.secondary].into_iter().filter(|region| **region != place.region);
        let tables = others.map(|region| place.arn_in(region.as_str(), "dynamodb", &table));
        policy::allow(&["dynamodb:GetItem"], tables.collect())
    }

    pub(crate) fn write(place: &RegionStack) -> Json {
        access(place, TableRole::Control, &["dynamodb:PutItem", "dynamodb:UpdateItem"])
    }

    /// Allows writing readiness reports, and nothing else in the control table.
    pub(crate) fn report(place: &RegionStack) -> Json {
        put_below(place, "readiness")
    }

    /// Allows writing booking progress, for which runs wait, and nothing else in the control table.
    pub(crate) fn say(place: &RegionStack) -> Json {
        put_below(place, "processors")
    }

    fn put_below(place: &RegionStack, key: &str) -> Json {
        let table = place.arn("dynamodb", format!("table/{}", place.names.control_table()));
        json!({
            "Effect": "Allow",
            "Action": "dynamodb:PutItem",
            "Resource": table,
            "Condition": { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": [key] } },
        })
    }
}

pub(crate) mod sessions {
    use super::*;

    pub(crate) fn write(place: &RegionStack) -> Json {
        let actions = [
            "dynamodb:DeleteItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
        ];
        access(place, TableRole::Sessions, &actions)
    }

    /// Allows the scan that finds expired sessions.
    pub(crate) fn sweep(place: &RegionStack) -> Json {
        access(place, TableRole::Sessions, &["dynamodb:Scan"])
    }
}
