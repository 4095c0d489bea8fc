//! The parts of a Region that its functions and its fleet refer to.

use crate::parts::database::Cluster;
use crate::parts::network::Network;
use crate::parts::queues::Queues;
use leeward_construct::Ref;
use leeward_construct::ty::Str;

/// The parts of a Region that exist before its functions.
pub(crate) struct RegionInputs<'a> {
    pub(crate) network: &'a Network,
    pub(crate) queues: &'a Queues,
    pub(crate) database: &'a Cluster,
    pub(crate) bus: Ref<Str>,
}
