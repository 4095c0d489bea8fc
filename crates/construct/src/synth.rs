//! Turns constructs into files. Every stack is rendered, and a reference to another stack becomes three things: an
//! output in that stack, a remote state in the referring stack, and a dependency in the manifest.

use crate::app::LAYOUT_VERSION;
use crate::asset::Content;
use crate::error::SynthError;
use crate::links::{Links, Site};
use crate::provider::Backend;
use crate::render;
use crate::scope::StackInner;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

#[derive(Debug)]
pub(crate) struct SynthSettings {
    pub(crate) aws_version: String,
    /// The constraint on the version of Terraform. It is unset by default, because scanners fail on it (checkov 3.3).
    pub(crate) terraform_version: Option<String>,
    pub(crate) state_directory: String,
}

impl Default for SynthSettings {
    fn default() -> SynthSettings {
        SynthSettings {
            aws_version: crate::aws::VERSION_CONSTRAINT.to_owned(),
            terraform_version: None,
            // `cdktf.out/stacks/NAME` is three levels below the directory in which the program runs.
            state_directory: "../../..".to_owned(),
        }
    }
}

/// The synthesized app.
#[derive(Debug)]
pub struct Synthesis {
    /// The manifest that CDKTF's tools read.
    pub manifest: Value,
    /// The configuration of each stack.
    pub stacks: BTreeMap<String, Value>,
    /// Other files, by path from the output directory.
    assets: BTreeMap<String, Rc<Content>>,
}

impl Synthesis {
    /// Returns all files, by path from the output directory.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        files.insert("manifest.json".to_owned(), pretty(&self.manifest));
        for (name, config) in &self.stacks {
            files.insert(format!("stacks/{name}/cdk.tf.json"), pretty(config));
        }
        for (path, content) in &self.assets {
            files.insert(path.clone(), content.bytes.clone());
        }
        files
    }

    /// Writes all files. Other files in the directory, such as Terraform's own working files, stay.
    pub fn write(&self, out: &Path) -> Result<(), SynthError> {
        for (name, bytes) in self.files() {
            let path = out.join(name);
            let written = path
                .parent()
                .map_or(Ok(()), std::fs::create_dir_all)
                .and_then(|()| std::fs::write(&path, bytes));
            written.map_err(|source| SynthError::Write { path, source })?;
        }
        Ok(())
    }

    /// Returns the stacks in an order in which each stack follows the stacks that it depends on.
    pub fn deployment_order(&self) -> Vec<&str> {
        let mut order: Vec<&str> = Vec::new();
        while order.len() < self.stacks.len() {
            let ready = self.stacks.keys().find(|name| {
                let needs = self.manifest["stacks"][name.as_str()]["dependencies"].as_array();
                let met = |need: &Value| need.as_str().is_some_and(|need| order.contains(&need));
                !order.contains(&name.as_str()) && needs.is_none_or(|all| all.iter().all(met))
            });
            // A synthesis has no dependency cycles, so one stack is always ready.
            let Some(ready) = ready else { break };
            order.push(ready);
        }
        order
    }
}

fn pretty(value: &Value) -> Vec<u8> {
    let mut text = format!("{value:#}");
    text.push('\n');
    text.into_bytes()
}

pub(crate) fn synthesize(
    stacks: &[Rc<StackInner>],
    settings: &SynthSettings,
) -> Result<Synthesis, SynthError> {
    let mut links = Links::default();
    let mut configs: BTreeMap<String, Value> = BTreeMap::new();
    for stack in stacks {
        for other in &stack.contents.borrow().after {
            links.depend(&stack.name, other, || format!("{} is deployed after it", stack.name));
        }
        configs.insert(stack.name.to_string(), render::stack(stack, settings, &mut links)?);
    }
    let backends: BTreeMap<String, Backend> =
        stacks.iter().map(|s| (s.name.to_string(), backend(s, settings))).collect();
    links.check(&backends.keys().map(String::as_str).collect())?;
    connect(&mut configs, &links, &backends);

    let mut entries = Map::new();
    let mut assets = BTreeMap::new();
    let mut sorted: Vec<_> = stacks.iter().collect();
    sorted.sort_by(|a, b| a.name.cmp(&b.name));
    for stack in sorted {
        entries.insert(stack.name.to_string(), manifest_entry(stack, &links));
        for (path, content) in &stack.contents.borrow().assets {
            assets.insert(format!("stacks/{}/{path}", stack.name), content.clone());
        }
    }
    let manifest = json!({ "stacks": entries, "version": LAYOUT_VERSION });
    Ok(Synthesis { manifest, stacks: configs, assets })
}

pub(crate) fn backend(stack: &StackInner, settings: &SynthSettings) -> Backend {
    stack.contents.borrow().backend.clone().unwrap_or_else(|| {
        let name = &stack.name;
        Backend::local(&format!("{}/terraform.{name}.tfstate", settings.state_directory))
    })
}

/// Adds to each producer the outputs that other stacks need, and to each consumer the remote states that it reads.
fn connect(
    configs: &mut BTreeMap<String, Value>,
    links: &Links,
    backends: &BTreeMap<String, Backend>,
) {
    for (producer, outputs) in &links.outputs {
        let Some(config) = configs.get_mut(&**producer) else { continue };
        for (name, expression) in outputs {
            // This function does not know whether the value is sensitive, so the output always hides it in plans.
            config["output"][name] =
                json!({ "sensitive": true, "value": format!("${{{expression}}}") });
            config["//"]["outputs"][&**producer][name] = json!(name);
        }
    }
    for Site { consumer, producer } in links.sites() {
        let (Some(config), Some(backend)) = (configs.get_mut(&*consumer), backends.get(&*producer))
        else {
            continue;
        };
        config["data"]["terraform_remote_state"][Links::input(&producer)] = json!({
            "backend": backend.kind,
            "config": backend.config,
            "workspace": "${terraform.workspace}",
        });
    }
    // With serde_json's feature `preserve_order`, the assignments above append their keys at the end of an object. The
    // keys are sorted here, so that a reader of the file finds them in the same order in every build.
    for config in configs.values_mut() {
        *config = sorted(config.take());
    }
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let map: BTreeMap<String, Value> =
                map.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            Value::Object(map.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}

fn manifest_entry(stack: &StackInner, links: &Links) -> Value {
    let name = &stack.name;
    let contents = stack.contents.borrow();
    let annotations: Vec<Value> = contents
        .annotations
        .iter()
        .map(|(path, level, message)| {
            json!({ "constructPath": path, "level": level, "message": message })
        })
        .collect();
    json!({
        "annotations": annotations,
        "constructPath": &**name,
        "dependencies": links.dependencies(name),
        "name": &**name,
        "synthesizedStackPath": format!("stacks/{name}/cdk.tf.json"),
        "workingDirectory": format!("stacks/{name}"),
    })
}
