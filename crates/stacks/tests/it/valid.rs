//! Every stack conforms to the provider's schema, and Terraform with the real provider agrees.

use crate::terraform::validate;
use leeward_blueprint::Blueprint;
use leeward_blueprint::deploy::{Engine, Nat, Shape};
use leeward_construct::{App, Synthesis, check};
use leeward_stacks::add_stacks;
use serde_json::Value;

/// Arguments of the 6.x provider that 5.100.0, which has a mirror in some places, does not know.
const NEWER: [(&str, &[&str]); 1] =
    [("aws_dynamodb_table", &["global_table_witness", "replica.consistency_mode"])];

pub(crate) fn blueprints() -> Vec<Blueprint> {
    let default = Blueprint { suffix: "test".into(), ..Blueprint::default() };
    let mut instances = Blueprint { shape: Shape::Instances, ..default.clone() };
    instances.network.nat = Nat::PerRegion;
    instances.notices.emails = vec!["desk@example.com".into()];
    let mut other_engine = instances.clone();
    other_engine.database.engine = Some(Engine::AuroraPostgresql);
    other_engine.database.instances = 3;
    vec![default, instances, other_engine]
}

pub(crate) fn synthesize(blueprint: &Blueprint) -> Synthesis {
    let app = App::new("out");
    add_stacks(&app, blueprint);
    app.synthesize().expect("the stacks are sound")
}

fn remove(body: &mut Value, path: &str) {
    match path.split_once('.') {
        None => drop(body.as_object_mut().map(|body| body.remove(path))),
        Some((block, rest)) => {
            let blocks = body.get_mut(block).and_then(Value::as_array_mut);
            for one in blocks.into_iter().flatten() {
                remove(one, rest);
            }
        }
    }
}

#[test]
fn every_stack_conforms_to_the_schema() {
    for blueprint in blueprints() {
        let synthesis = synthesize(&blueprint);
        assert_eq!(synthesis.deployment_order(), ["global", "primary", "secondary", "links"]);
        for (name, config) in &synthesis.stacks {
            assert_eq!(check::conforms(config), [], "{name}");
        }
    }
}

#[test]
fn terraform_finds_every_stack_valid() {
    for blueprint in blueprints() {
        let out = tempfile::tempdir().expect("a temporary directory");
        // Whatever version is on disk.
        let app = App::new(out.path()).aws_version(">= 5.0");
        add_stacks(&app, &blueprint);
        let mut synthesis = app.synthesize().expect("the stacks are sound");
        for config in synthesis.stacks.values_mut() {
            for (kind, paths) in NEWER {
                let of_kind = config.pointer_mut(&format!("/resource/{kind}"));
                for (_, body) in of_kind.and_then(Value::as_object_mut).into_iter().flatten() {
                    paths.iter().for_each(|path| remove(body, path));
                }
            }
        }
        synthesis.write(out.path()).expect("written");
        if !validate(out.path(), &synthesis.deployment_order()) {
            return;
        }
    }
}

#[test]
fn the_same_blueprint_gives_the_same_bytes() {
    for blueprint in blueprints() {
        assert_eq!(synthesize(&blueprint).files(), synthesize(&blueprint).files());
    }
}
