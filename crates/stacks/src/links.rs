//! The links between the two Regions, added when both exist: networks, files, the CloudTrail trail and the public name.

use crate::context::RegionStack;
use crate::global::Globals;
use crate::parts::{alarms, peering, replication, traffic, trail};
use crate::region::RegionResources;
use leeward_blueprint::RegionRole;
use leeward_construct::Stack;

pub(crate) fn add(
    stack: &Stack,
    globals: &Globals,
    primary: &RegionResources,
    secondary: &RegionResources,
) {
    let sides = [RegionRole::Primary, RegionRole::Secondary, RegionRole::Witness];
    let [from, to, witness] = RegionStack::several(stack, &globals.shared, sides);
    peering::add(&from, &to, &primary.network, &secondary.network);
    let replicated = replication::add(&from, &to, &primary.files, &secondary.files);
    replication::add(&to, &from, &secondary.files, &primary.files);
    trail::add(&from, &primary.files, &replicated);
    let checks = [(&from, primary), (&to, secondary)]
        .map(|(place, region)| (&place.region, traffic::add(place, globals, &region.front)));
    for place in [&from, &to, &witness] {
        alarms::checks(place, &checks);
    }
    from.scope.output("public_name", globals.shared.blueprint.public_name.as_str());
}
