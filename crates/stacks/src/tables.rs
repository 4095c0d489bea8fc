//! The three tables (design.md §5). The ledger and the sessions have two replicas and a witness; the
//! control table has three replicas, since the witness Region's sentinel writes its observations there.

use crate::names::Names;
use leeward_blueprint::Blueprint;
use leeward_construct::aws::dynamodb_table::{
    Attribute, AttributeArgs, GlobalTableWitness, PointInTimeRecovery, Replica,
    ServerSideEncryption,
};
use leeward_construct::{Handle, Scope, aws};
use leeward_model::Region;
use std::collections::BTreeMap;

type Keys = BTreeMap<Region, Handle<aws::KmsKey>>;

pub(crate) fn add(scope: &Scope, blueprint: &Blueprint, names: &Names, keys: &Keys) {
    let r = &blueprint.regions;
    let table = |role: &str, replicas: &[&Region], witness: bool| {
        let home = &keys[&r.primary];
        let mut table = aws::DynamodbTable::new(names.name(role, "table"))
            .billing_mode("PAY_PER_REQUEST")
            .hash_key("pk")
            .range_key("sk")
            .attribute([key_part("pk"), key_part("sk")])
            .point_in_time_recovery(PointInTimeRecovery::new(true))
            .server_side_encryption(ServerSideEncryption::new(true).kms_key_arn(home.arn()))
            // Destroyable (requirements.md): what must not be deleted by the platform itself is denied
            // to its roles.
            .deletion_protection_enabled(false)
            .replica(
                replicas.iter().map(|region| replica(region, &keys[*region])).collect::<Vec<_>>(),
            );
        if witness {
            table = table
                .global_table_witness(GlobalTableWitness::new().region_name(r.witness.as_str()));
        }
        scope.add(role, table);
    };
    table("ledger", &[&r.secondary], true);
    table("control", &[&r.secondary, &r.witness], false);
    table("sessions", &[&r.secondary], true);
}

fn key_part(name: &str) -> Attribute {
    Attribute::new(AttributeArgs { name, type_: "S" })
}

/// SAFE-1: strong, so that a write is in two Regions before it is answered.
fn replica(region: &Region, key: &Handle<aws::KmsKey>) -> Replica {
    Replica::new(region.as_str())
        .consistency_mode("STRONG")
        .point_in_time_recovery(true)
        .propagate_tags(true)
        .kms_key_arn(key.arn())
}
