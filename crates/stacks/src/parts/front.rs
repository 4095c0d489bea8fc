//! The front of a Region, an API or a load balancer: the target of the Region's names in DNS.

use leeward_construct::Ref;
use leeward_construct::ty::Str;

/// The targets of a Region's names in DNS.
pub(crate) struct Front {
    pub(crate) name: Ref<Str>,
    pub(crate) zone_id: Ref<Str>,
    /// The target of the Region's own name, which differs where the service routes by name.
    pub(crate) own_name: Ref<Str>,
}
