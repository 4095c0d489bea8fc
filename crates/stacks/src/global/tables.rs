//! The three tables (design.md §5). The ledger and the sessions have two replicas and a witness; the
//! control table has three replicas, since the witness Region's sentinel writes its observations there.

use crate::blocks::policy;
use crate::context::Place;
use leeward_blueprint::Blueprint;
use leeward_blueprint::names::Names;
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
    match blueprint.sessions.consistency {
        Consistency::Strong => table("sessions", &[&r.secondary], true),
        Consistency::Eventual => eventual_sessions(scope, names, &r.primary, &r.secondary, keys),
    }
}

/// REQ-S1: the other mode has what strong tables lack, streams and expiry by DynamoDB itself.
fn eventual_sessions(scope: &Scope, names: &Names, here: &Region, there: &Region, keys: &Keys) {
    let other = Replica::new(there.as_str())
        .point_in_time_recovery(true)
        .propagate_tags(true)
        .kms_key_arn(keys[there].arn());
    let table = aws::DynamodbTable::new(names.name("sessions", "table"))
        .billing_mode("PAY_PER_REQUEST")
        .hash_key("pk")
        .range_key("sk")
        .attribute([key_part("pk"), key_part("sk")])
        .stream_enabled(true)
        .stream_view_type("NEW_AND_OLD_IMAGES")
        .ttl(Ttl::new().attribute_name("expires_s").enabled(true))
        .point_in_time_recovery(PointInTimeRecovery::new(true))
        .server_side_encryption(ServerSideEncryption::new(true).kms_key_arn(keys[here].arn()))
        .deletion_protection_enabled(false)
        .replica([other]);
    scope.add("sessions", table);
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

fn access(place: &Place, role: &str, actions: &[&str]) -> Json {
    let table = format!("table/{}", place.name(role, "table"));
    policy::allow(actions, vec![place.arn("dynamodb", table)])
}

/// The ledger: read, and put what is not there yet. Nobody has more (SAFE-1).
pub(crate) mod ledger {
    use super::*;

    pub(crate) fn read(place: &Place) -> Json {
        access(place, "ledger", &["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"])
    }

    pub(crate) fn append(place: &Place) -> Json {
        let actions =
            ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"];
        access(place, "ledger", &actions)
    }
}

/// Authority, observations and the audit log: every role reads, those that decide or act write.
pub(crate) mod control {
    use super::*;

    pub(crate) fn read(place: &Place) -> Json {
        access(place, "control", &["dynamodb:GetItem", "dynamodb:Query"])
    }

    pub(crate) fn write(place: &Place) -> Json {
        access(place, "control", &["dynamodb:PutItem", "dynamodb:UpdateItem"])
    }

    /// To keep a report of readiness, and nothing else of the table.
    pub(crate) fn report(place: &Place) -> Json {
        put_below(place, "readiness")
    }

    /// To say how far the book is, which runs wait for, and nothing else of the table.
    pub(crate) fn say(place: &Place) -> Json {
        put_below(place, "processors")
    }

    fn put_below(place: &Place, key: &str) -> Json {
        let table = place.arn("dynamodb", format!("table/{}", place.name("control", "table")));
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

    pub(crate) fn write(place: &Place) -> Json {
        let actions = [
            "dynamodb:DeleteItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
        ];
        access(place, "sessions", &actions)
    }

    /// To find those that have expired.
    pub(crate) fn sweep(place: &Place) -> Json {
        access(place, "sessions", &["dynamodb:Scan"])
    }
}
