//! Tests that every stack conforms to the provider's schema, and that Terraform accepts it with the real provider.

use crate::older;
use crate::terraform::validate;
use leeward_blueprint::Blueprint;
use leeward_blueprint::deploy::{Engine, Nat, Profile};
use leeward_construct::{App, Synthesis, check};
use leeward_stacks::{Packages, add_stacks};

pub(crate) fn blueprints() -> Vec<Blueprint> {
    let default = Blueprint { suffix: "test".into(), ..Blueprint::default() };
    let mut instances = Blueprint { profile: Profile::Instances, ..default.clone() };
    instances.network.nat = Nat::PerRegion;
    instances.notices.emails = vec!["desk@example.com".into()];
    let mut other_engine = instances.clone();
    other_engine.database.engine = Some(Engine::AuroraPostgresql);
    other_engine.database.instances = 3;
    vec![default, instances, other_engine]
}

pub(crate) fn synthesize(blueprint: &Blueprint) -> Synthesis {
    let app = App::new("out");
    add_stacks(&app, blueprint, Packages::default());
    app.synthesize().expect("the stacks are sound")
}

#[test]
fn every_stack_conforms_to_the_schema() {
    for blueprint in blueprints() {
        let synthesis = synthesize(&blueprint);
        assert_eq!(
            synthesis.deployment_order(),
            ["zone", "global", "primary", "secondary", "witness", "links"]
        );
        for (name, config) in &synthesis.stacks {
            assert_eq!(check::conforms(config), [], "{name}");
        }
    }
}

#[test]
fn terraform_finds_every_stack_valid() {
    let out = tempfile::tempdir().expect("a temporary directory");
    let mut stacks = Vec::new();
    for (at, blueprint) in blueprints().iter().enumerate() {
        let out = out.path().join(at.to_string());
        // The test accepts whichever provider version is on disk.
        let app = App::new(&out).aws_version(">= 5.0");
        add_stacks(&app, blueprint, Packages::default());
        let mut synthesis = app.synthesize().expect("the stacks are sound");
        for config in synthesis.stacks.values_mut() {
            older::without_newer(config);
        }
        synthesis.write(&out).expect("written");
        let order = synthesis.deployment_order();
        stacks.extend(order.iter().map(|stack| out.join("stacks").join(stack)));
    }
    validate(&stacks);
}

#[test]
fn the_same_blueprint_gives_the_same_bytes() {
    for blueprint in blueprints() {
        assert_eq!(synthesize(&blueprint).files(), synthesize(&blueprint).files());
    }
}
