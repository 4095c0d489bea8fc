//! Renders one stack as Terraform's JSON.

use crate::body::{Body, Dependency, Lifecycle};
use crate::error::SynthError;
use crate::expr::{Expr, Node, Place};
use crate::links::{Links, Rendering};
use crate::schema::Mode;
use crate::scope::{Element, StackInner};
use crate::synth::{SynthSettings, backend};
use serde_json::{Map, Value, json};
use std::rc::Rc;

/// Returns the configuration of a stack, without the outputs that other stacks need.
pub(crate) fn stack(
    stack: &StackInner,
    settings: &SynthSettings,
    links: &mut Links,
) -> Result<Value, SynthError> {
    let backend = backend(stack, settings);
    let mut config = json!({
        "//": {
            "metadata": {
                "backend": backend.kind,
                "stackName": &*stack.name,
                "version": crate::app::LAYOUT_VERSION,
            },
            "outputs": {},
        },
        "terraform": {
            "backend": { backend.kind.as_str(): backend.config },
            "required_providers": {
                "aws": { "source": "hashicorp/aws", "version": settings.aws_version },
            },
        },
    });
    if let Some(version) = &settings.terraform_version {
        config["terraform"]["required_version"] = json!(version);
    }
    let contents = stack.contents.borrow();
    for ((provider, alias), args) in &contents.providers {
        let user = format!("provider {provider}");
        let mut place = Rendering { stack: &stack.name, user, links };
        let mut rendered = arguments(&args.0, &mut place);
        if !alias.is_empty() {
            rendered.insert("alias".to_owned(), json!(alias));
        }
        let list = &mut config["provider"][provider];
        match list.as_array_mut() {
            Some(list) => list.push(Value::Object(rendered)),
            None => *list = json!([rendered]),
        }
    }
    for ((mode, kind, name), element) in &contents.elements {
        let user = format!("{}{kind}.{name}", mode.prefix());
        let mut place = Rendering { stack: &stack.name, user, links };
        config[mode.section()][kind][name] = self::element(*mode, name, element, &mut place);
    }
    for (name, (path, output)) in &contents.outputs {
        let mut place = Rendering { stack: &stack.name, user: format!("output {name}"), links };
        let mut rendered = json!({ "value": output.value.to_json(&mut place) });
        if output.sensitive {
            rendered["sensitive"] = json!(true);
        }
        if let Some(text) = &output.description {
            rendered["description"] = json!(text);
        }
        config["output"][name] = rendered;
        show(&mut config["//"]["outputs"][&*stack.name], path, name);
    }
    Ok(config)
}

/// Records an output under its path, where tools look it up. If an output and a scope have the same id, the outputs
/// of the scope are recorded under their full names.
fn show(outputs: &mut Value, path: &[String], name: &str) {
    let is_taken = |depth: usize| {
        path[..depth].iter().try_fold(&*outputs, |at, id| at.get(id)).is_some_and(Value::is_string)
    };
    if (1..path.len()).any(is_taken) {
        outputs[name] = json!(name);
        return;
    }
    *path.iter().fold(outputs, |at, id| &mut at[id]) = json!(name);
}

fn element(mode: Mode, name: &str, element: &Element, place: &mut Rendering<'_>) -> Value {
    let Body { args, provider, depends_on, lifecycle } = &element.body;
    let mut out = arguments(&args.0, place);
    let path = format!("{}/{}", place.stack, element.path.join("/"));
    out.insert("//".to_owned(), json!({ "metadata": { "path": path, "uniqueId": name } }));
    if let Some(provider) = provider {
        if provider.stack != *place.stack {
            let problem = SynthError::ForeignProvider {
                stack: place.stack.to_string(),
                user: place.user.clone(),
                provider: provider.reference.to_string(),
                of: provider.stack.to_string(),
            };
            place.links.refuse(problem);
        }
        out.insert("provider".to_owned(), json!(&*provider.reference));
    }
    let before = dependencies(depends_on, place);
    if !before.is_empty() {
        out.insert("depends_on".to_owned(), json!(before));
    }
    if mode == Mode::Resource && !lifecycle.is_default() {
        out.insert("lifecycle".to_owned(), self::lifecycle(lifecycle, place));
    }
    Value::Object(out)
}

fn arguments<'a, K: AsRef<str> + 'a>(
    args: impl IntoIterator<Item = (&'a K, &'a Node)>,
    place: &mut Rendering<'_>,
) -> Map<String, Value> {
    let mut out = Map::new();
    for (name, node) in args {
        let empty = matches!(node, Node::Blocks(blocks) if blocks.is_empty());
        if !empty && !matches!(node, Node::Null) {
            out.insert(name.as_ref().to_owned(), node.to_json(place));
        }
    }
    out
}

/// Returns the dependencies within the stack. Those on other stacks are recorded for the manifest, which orders stacks.
fn dependencies(depends_on: &[Dependency], place: &mut Rendering<'_>) -> Vec<String> {
    let mut here = Vec::new();
    for Dependency { stack, address } in depends_on {
        if stack == place.stack {
            here.push(address.to_string());
        } else {
            let user = &place.user;
            place.links.depend(place.stack, stack, || format!("{user} comes after {address}"));
        }
    }
    here.sort();
    here.dedup();
    here
}

fn lifecycle(lifecycle: &Lifecycle, place: &mut Rendering<'_>) -> Value {
    let mut out = Map::new();
    if lifecycle.create_before_destroy {
        out.insert("create_before_destroy".to_owned(), json!(true));
    }
    if lifecycle.ignore_all {
        out.insert("ignore_changes".to_owned(), json!("all"));
    } else if !lifecycle.ignore_changes.is_empty() {
        out.insert("ignore_changes".to_owned(), json!(lifecycle.ignore_changes));
    }
    if lifecycle.prevent_destroy {
        out.insert("prevent_destroy".to_owned(), json!(true));
    }
    if !lifecycle.replace_triggered_by.is_empty() {
        let triggers: Vec<String> = lifecycle
            .replace_triggered_by
            .iter()
            .map(|trigger| self::trigger(trigger, place))
            .collect();
        out.insert("replace_triggered_by".to_owned(), json!(triggers));
    }
    Value::Object(out)
}

fn trigger(expr: &Rc<Expr>, place: &mut Rendering<'_>) -> String {
    if let Expr::Attribute { stack, address, .. } = &**expr
        && stack != place.stack
    {
        let problem = SynthError::ForeignTrigger {
            stack: place.stack.to_string(),
            user: place.user.clone(),
            address: address.to_string(),
            of: stack.to_string(),
        };
        place.links.refuse(problem);
        return address.to_string();
    }
    expr.render(place as &mut dyn Place)
}
