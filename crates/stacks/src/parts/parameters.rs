//! The settings of a Region's agents and functions (REQ-C4), stored in that Region so that reading them depends on no
//! other Region.

use crate::blocks::policy;
use crate::context::RegionStack;
use leeward_blueprint::{Locations, TimingProfile};
use leeward_construct::ty::Str;
use leeward_construct::{Json, Value, aws, text};

/// Adds the settings as one document, because processes read it and operators change it as a whole.
pub(crate) fn add(place: &RegionStack) {
    let place = &place.below("parameters");
    let value: Value<Str> = settings(place).into();
    place.scope.add(
        PLATFORM,
        aws::SsmParameter::new(aws::SsmParameterArgs {
            name: place.names.platform_parameter(),
            type_: "SecureString",
        })
        .description("Settings of the platform's processes")
        .key_id(place.key.arn())
        .value(value),
    );
}

const PLATFORM: &str = "platform";

/// The placeholders for the partition and the account. No name can contain a `<`.
const PARTITION: &str = "<partition>";
const ACCOUNT: &str = "<account>";

/// Returns the [`PlatformSettings`](leeward_model::settings::PlatformSettings) of the Region's processes. Only
/// Terraform knows the account and its partition, so the blueprint writes placeholders in their positions.
fn settings(place: &RegionStack) -> Json {
    let b = &place.blueprint;
    let at = Locations::on_aws(b, PARTITION, ACCOUNT);
    let settings = b.settings(&place.region, &b.timing(TimingProfile::Aws), at);
    let document = serde_json::to_value(&settings).expect("plain data is JSON");
    with_references(place, document)
}

/// Replaces the placeholders in every string of a document with references.
fn with_references(place: &RegionStack, value: serde_json::Value) -> Json {
    use serde_json::Value as V;
    match value {
        V::String(text) => text_with_references(place, &text).into(),
        V::Object(fields) => {
            Json::object(fields.into_iter().map(|(key, v)| (key, with_references(place, v))))
        }
        other => Json::from(other),
    }
}

fn text_with_references(place: &RegionStack, text: &str) -> Value<Str> {
    for (marker, reference) in [(PARTITION, place.partition()), (ACCOUNT, place.account())] {
        if let Some((before, after)) = text.split_once(marker) {
            let [before, after] = [before, after].map(|part| text_with_references(place, part));
            return text!("{}{}{}", before, reference, after);
        }
    }
    text.into()
}

/// Allows reading the platform's parameters.
pub(crate) fn read(place: &RegionStack) -> Json {
    let names = format!("parameter/leeward/{}", place.name("*", "parameter"));
    policy::allow(&["ssm:GetParameter"], vec![place.arn("ssm", names)])
}
