//! The global cluster, whose members are the Regions' database clusters (REQ-D1).

use leeward_blueprint::Blueprint;
use leeward_blueprint::names::Names;
use leeward_construct::{Handle, Scope, aws};

pub(crate) fn add(
    scope: &Scope,
    blueprint: &Blueprint,
    names: &Names,
) -> Handle<aws::RdsGlobalCluster> {
    let database = &blueprint.database;
    scope.add(
        "database",
        aws::RdsGlobalCluster::new(names.global_cluster())
            .engine(database.engine(blueprint.profile).as_str())
            .engine_version(database.engine_version(blueprint.profile))
            .database_name("orders")
            .storage_encrypted(true)
            .deletion_protection(false),
    )
}
