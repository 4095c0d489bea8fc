//! The front of a Region: what its names in DNS lead to, be it an API or a load balancer.

use leeward_construct::Ref;
use leeward_construct::ty::Str;

/// What a name in DNS leads to.
pub(crate) struct Front {
    pub(crate) name: Ref<Str>,
    pub(crate) zone_id: Ref<Str>,
    /// The Region's own name leads to a front of its own where the service tells names apart.
    pub(crate) own_name: Ref<Str>,
}
