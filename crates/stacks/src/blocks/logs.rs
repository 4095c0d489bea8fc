//! Log groups, which are encrypted with the Region's key and keep their events for the blueprint's retention period.

use crate::context::RegionStack;
use leeward_construct::ty::Str;
use leeward_construct::{Handle, Value, aws};

pub(crate) fn group(
    place: &RegionStack,
    id: &str,
    name: impl Into<Value<Str>>,
) -> Handle<aws::CloudwatchLogGroup> {
    place.scope.add(
        id,
        aws::CloudwatchLogGroup::new()
            .name(name)
            .retention_in_days(place.blueprint.functions.log_days)
            .kms_key_id(place.key.arn()),
    )
}
