//! The stacks of single Regions: the two Regions that accept orders, whose parts are added in the order of their
//! dependencies, and the smaller witness Region.

use crate::context::RegionStack;
use crate::global::Globals;
use crate::parts::alarms::watch::{Watched, WatchedRegion};
use crate::parts::events::Listeners;
use crate::parts::files::Files;
use crate::parts::front::Front;
use crate::parts::inputs::RegionInputs;
use crate::parts::network::Network;
use crate::parts::{
    alarms, api, balancer, dashboard, database, events, files, fleet, functions, machine, network,
    operators, parameters, queues, readiness, topics, triggers,
};
use leeward_blueprint::deploy::Profile;
use leeward_blueprint::schema::TableRole;

pub(crate) struct RegionResources {
    pub(crate) network: Network,
    pub(crate) database: database::Cluster,
    pub(crate) files: Files,
    pub(crate) front: Front,
}

pub(crate) fn add(
    place: &RegionStack,
    globals: &Globals,
    writer: Option<&database::Cluster>,
) -> RegionResources {
    let network = network::add(place);
    let queues = queues::add(place);
    let topic = topics::add(place);
    let files = files::add(place);
    let bus = events::bus(place, &queues.dead);
    let database = database::add(place, globals, &network, writer);
    parameters::add(place);
    let around =
        RegionInputs { network: &network, queues: &queues, database: &database, bus: bus.arn() };
    let functions = functions::add(place, Some(&around));
    triggers::add(place, &functions, Some(&queues));
    let machine = machine::add(place, &functions);
    let listeners = Listeners { bus: &bus, machine: &machine, topic: &topic, dead: &queues.dead };
    events::rules(place, &listeners);
    operators::add(place, &functions);
    let fleet = (place.blueprint.profile == Profile::Instances).then(|| {
        let balancer = balancer::add(place, globals, &network, &files);
        let agents = fleet::add(place, &around, &balancer, &files);
        (balancer, agents)
    });
    let watched = WatchedRegion {
        cluster: database.identifier.clone(),
        fleet: fleet.as_ref().map(|(balancer, agents)| (balancer, agents)),
    };
    let watched = Watched { functions: &functions, region: Some(watched) };
    alarms::add(place, &watched, &topic);
    dashboard::add(place);
    readiness::add(place, globals, &queues, fleet.as_ref().map(|(balancer, _)| balancer));
    let front = match fleet {
        Some((balancer, _)) => balancer.front,
        None => api::add(place, globals, &functions),
    };
    outputs(place, &database, &files);
    RegionResources { network, database, files, front }
}

/// Adds the witness Region's parts: a sentinel, the operator function, and alarms on both.
pub(crate) fn add_witness(place: &RegionStack) {
    let topic = topics::add(place);
    let functions = functions::add(place, None);
    triggers::add(place, &functions, None);
    operators::add(place, &functions);
    parameters::add(place);
    events::forward_from_witness(place);
    alarms::add(place, &Watched { functions: &functions, region: None }, &topic);
}

/// Adds the outputs by which scripts find the Region's resources (REQ-T5). No output is secret.
fn outputs(place: &RegionStack, database: &database::Cluster, files: &Files) {
    let scope = &place.scope;
    scope.output("api", place.host().as_str());
    scope.output("database", database.cluster.endpoint());
    scope.output("config_bucket", files.config.bucket.id());
    scope.output("audit_bucket", files.audit.bucket.id());
    for role in TableRole::ALL {
        let name = role.table_name(&place.names);
        scope.output(format!("{}_table", role.as_str()), name.as_str());
    }
}
