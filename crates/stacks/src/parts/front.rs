//! The front of a Region, to which the Region's names in DNS point. It is an API or a load balancer.

use leeward_construct::Ref;
use leeward_construct::ty::Str;

/// The targets of the Region's names in DNS.
pub(crate) struct Front {
    pub(crate) name: Ref<Str>,
    pub(crate) zone_id: Ref<Str>,
    /// The target of the Region's own name. It differs from `name` if the front routes requests by host name.
    pub(crate) own_name: Ref<Str>,
}
