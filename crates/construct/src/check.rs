//! Checks a configuration against the provider's schema, without Terraform or a provider.
//!
//! The checks read the written configuration, so they also cover arguments that bypassed the types, and configurations
//! that other programs wrote.

mod closest;
mod references;
mod types;

use crate::schema::{Block, Mode, Nesting, Presence, lookup};
use closest::closest;
use references::{Graph, Use};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::fmt;

/// A problem in one place of a configuration.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The address of the element, followed by the path to the argument.
    pub address: String,
    /// The problem and its fix, in words.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.address, self.message)
    }
}

/// The arguments that every element may have, whatever its type.
const META: [&str; 9] = [
    "//",
    "count",
    "connection",
    "depends_on",
    "for_each",
    "lifecycle",
    "precondition",
    "provider",
    "provisioner",
];

/// Returns all problems of the content of a `cdk.tf.json`, sorted by address.
pub fn conforms(config: &Value) -> Vec<Problem> {
    let mut checker = Checker { problems: Vec::new(), graph: Graph::new(config) };
    for mode in [Mode::Resource, Mode::Data, Mode::Ephemeral] {
        for (kind, named) in entries(&config[mode.section()]) {
            for (name, body) in entries(named) {
                checker.element(config, mode, kind, name, body);
            }
        }
    }
    for section in ["provider", "output", "locals"] {
        for (name, body) in entries(&config[section]) {
            checker.uses(&format!("{section}.{name}"), body, section == "provider");
        }
    }
    checker.outputs(&config["output"]);
    checker.graph.cycles(&mut checker.problems);
    checker.problems.sort();
    checker.problems.dedup();
    checker.problems
}

struct Checker {
    problems: Vec<Problem>,
    graph: Graph,
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

impl Checker {
    fn report(&mut self, address: &str, message: impl Into<String>) {
        self.problems.push(Problem { address: address.to_owned(), message: message.into() });
    }

    fn element(&mut self, config: &Value, mode: Mode, kind: &str, name: &str, body: &Value) {
        let address = format!("{}{kind}.{name}", mode.prefix());
        let Some(body) = body.as_object() else {
            self.report(&address, "is not an object");
            return;
        };
        self.meta(config, &address, body);
        if (mode, kind) == (Mode::Data, "terraform_remote_state") {
            return;
        }
        let Some(entry) = lookup(mode, kind) else {
            self.report(&address, format!("{kind} is no known {} type", mode.section()));
            for (argument, value) in body {
                self.uses_of(&address, &format!("{address}.{argument}"), value, true);
            }
            return;
        };
        self.block(&address, &address, entry.block, body, true);
        for ignored in
            body.get("lifecycle").and_then(|l| l["ignore_changes"].as_array()).into_iter().flatten()
        {
            let root = ignored.as_str().unwrap_or("").split(['.', '[']).next().unwrap_or("");
            if entry.block.attribute(root).is_none() && entry.block.nested(root).is_none() {
                self.report(
                    &address,
                    format!("ignores changes of {root:?}, which it does not have"),
                );
            }
        }
    }

    /// Checks that the element's provider is configured and that the elements in `depends_on` exist.
    fn meta(&mut self, config: &Value, address: &str, body: &Map<String, Value>) {
        if let Some(provider) = body.get("provider") {
            let name = provider.as_str().unwrap_or("");
            let (kind, alias) = name.split_once('.').unwrap_or((name, ""));
            let list = &config["provider"][kind];
            let one = [list.clone()];
            let all = list.as_array().map_or(&one[..], Vec::as_slice);
            if !all.iter().any(|p| p.is_object() && p["alias"].as_str().unwrap_or("") == alias) {
                self.report(address, format!("names provider {name:?}, which is not configured"));
            }
        }
        for on in body.get("depends_on").and_then(Value::as_array).into_iter().flatten() {
            let on = on.as_str().unwrap_or("");
            if !self.graph.connect(address, on) {
                self.report(address, format!("depends on {on:?}, which does not exist"));
            }
        }
        let triggers = body.get("lifecycle").and_then(|l| l["replace_triggered_by"].as_array());
        for trigger in triggers.into_iter().flatten() {
            let text = format!("${{{}}}", trigger.as_str().unwrap_or(""));
            self.uses_of(address, &format!("{address}.lifecycle"), &Value::String(text), false);
        }
    }

    fn block(
        &mut self,
        element: &str,
        at: &str,
        block: &Block,
        body: &Map<String, Value>,
        outermost: bool,
    ) {
        for (name, value) in body {
            if (outermost && META.contains(&name.as_str())) || name == "//" || name == "dynamic" {
                continue;
            }
            let here = format!("{at}.{name}");
            if let Some(attribute) = block.attribute(name) {
                if attribute.presence == Presence::Computed && !value.is_null() {
                    self.report(&here, "is set by the provider and cannot be given");
                }
                let write_only = attribute.presence == Presence::WriteOnly;
                let is_ephemeral = element.starts_with("ephemeral.");
                self.uses_of(element, &here, value, write_only || is_ephemeral);
                let graph = &self.graph;
                types::check(graph, &here, &attribute.ty, value, &mut self.problems);
            } else if let Some(nested) = block.nested(name) {
                self.nested(element, &here, nested, value);
            } else {
                let close = closest(block, name);
                self.report(&here, format!("there is no such argument{close}"));
            }
        }
        let attributes = block.attributes.iter().copied().flatten();
        for attribute in attributes.filter(|a| a.presence == Presence::Required) {
            if body.get(attribute.name).is_none_or(Value::is_null) {
                self.report(&format!("{at}.{}", attribute.name), "is required");
            }
        }
        for nested in block.blocks.iter().copied().flatten() {
            if nested.min > 0 && body.get(nested.name).is_none_or(Value::is_null) {
                self.report(&format!("{at}.{}", nested.name), "is required");
            }
        }
    }

    fn nested(
        &mut self,
        element: &str,
        at: &str,
        nested: &crate::schema::NestedBlock,
        value: &Value,
    ) {
        let (min, max) = (nested.min as usize, nested.max as usize);
        let bodies: Vec<(String, &Value)> = match value {
            Value::Null => return,
            Value::Array(items) => {
                items.iter().enumerate().map(|(i, item)| (format!("{at}[{i}]"), item)).collect()
            }
            Value::Object(map) if nested.nesting == Nesting::Map => {
                map.iter().map(|(key, item)| (format!("{at}.{key}"), item)).collect()
            }
            other => vec![(at.to_owned(), other)],
        };
        if bodies.len() < min || (max > 0 && bodies.len() > max) {
            let upper = if max == 0 { "any number".to_owned() } else { max.to_string() };
            self.report(at, format!("has {} blocks; {min} to {upper} are allowed", bodies.len()));
        }
        for (at, body) in bodies {
            match body.as_object() {
                Some(body) => self.block(element, &at, nested.block, body, false),
                None => self.report(&at, "is a nested block, so it must be an object"),
            }
        }
    }

    fn outputs(&mut self, outputs: &Value) {
        for (name, output) in entries(outputs) {
            if output.get("value").is_none() {
                self.report(&format!("output.{name}"), "has no value");
            }
        }
    }

    fn uses(&mut self, at: &str, value: &Value, ephemeral: bool) {
        self.uses_of(at, at, value, ephemeral);
    }

    /// Checks the references within a value: that the named elements exist and may be used here.
    fn uses_of(&mut self, element: &str, at: &str, value: &Value, ephemeral: bool) {
        let mut found = BTreeSet::new();
        references::within(value, &mut found);
        for reference in found {
            match self.graph.follow(element, &reference) {
                Use::Fine => {}
                Use::Wrong(message) => self.report(at, message),
            }
            if reference.mode == Some(Mode::Ephemeral) && !ephemeral {
                let message = format!("stores {}, which may only be written", reference.address());
                self.report(at, message);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn check(resources: Value, expect: &[&str]) {
        let config = json!({ "provider": { "aws": [{}] }, "resource": resources });
        let found: Vec<String> = conforms(&config).iter().map(ToString::to_string).collect();
        assert_eq!(found, expect);
    }

    proptest! {
        #[test]
        fn any_content_is_answered(text in "[$%{}()\\[\\]\"\\\\a-c_.é]{0,24}", vpc in any::<bool>()) {
            let kind = if vpc { "aws_vpc" } else { text.as_str() };
            conforms(&json!({ "resource": { kind: { "a": { "cidr_block": &text, (text.clone()): [&text] } } } }));
            conforms(&json!({ "resource": &text, "output": { "a": &text, "b": { "value": &text } } }));
        }
    }

    #[test]
    fn arguments_that_the_schema_has() {
        check(json!({ "aws_vpc": { "a": { "cidr_block": "10.0.0.0/16" } } }), &[]);
        check(
            json!({ "aws_vpc": { "a": { "cidr_blok": "10.0.0.0/16" } } }),
            &["aws_vpc.a.cidr_blok: there is no such argument; did you mean cidr_block?"],
        );
        check(
            json!({ "aws_vpc": { "a": { "arn": "x" } } }),
            &["aws_vpc.a.arn: is set by the provider and cannot be given"],
        );
        check(json!({ "aws_subnet": { "a": {} } }), &["aws_subnet.a.vpc_id: is required"]);
        check(
            json!({ "aws_moon": { "a": {} } }),
            &["aws_moon.a: aws_moon is no known resource type"],
        );
    }

    #[test]
    fn values_of_the_right_type() {
        check(
            json!({ "aws_vpc": { "a": {
                "enable_dns_support": "yes", "ipv4_netmask_length": "16", "tags": ["x"],
            } } }),
            &[
                "aws_vpc.a.enable_dns_support: is a string where a bool is wanted",
                "aws_vpc.a.ipv4_netmask_length: is a string where a number is wanted",
                "aws_vpc.a.tags: is a list where a map of string is wanted",
            ],
        );
        check(
            json!({ "aws_vpc": { "a": {}, "b": {
                "enable_dns_support": "${aws_vpc.a.tags}", "cidr_block": "${aws_vpc.a.cidr_block}",
            } } }),
            &[
                "aws_vpc.b.enable_dns_support: ${aws_vpc.a.tags} is a map of string where a bool is wanted",
            ],
        );
    }

    #[test]
    fn references_to_what_exists() {
        check(
            json!({ "aws_vpc": { "a": {} }, "aws_subnet": {
                "b": { "vpc_id": "${aws_vpc.z.id}" },
                "c": { "vpc_id": "${aws_vpc.a.name}" },
                "d": { "vpc_id": "${aws_vpc.a.id}", "depends_on": ["aws_vpc.y"], "provider": "aws.west" },
                "e": { "vpc_id": "$${aws_vpc.nobody.id}" },
            } }),
            &[
                "aws_subnet.b.vpc_id: aws_vpc.z does not exist",
                "aws_subnet.c.vpc_id: aws_vpc.a has no attribute name",
                "aws_subnet.d: depends on \"aws_vpc.y\", which does not exist",
                "aws_subnet.d: names provider \"aws.west\", which is not configured",
            ],
        );
    }

    #[test]
    fn cycles_of_references() {
        check(
            json!({ "aws_sqs_queue": {
                "a": { "redrive_policy": "{\"deadLetterTargetArn\":\"${aws_sqs_queue.b.arn}\"}" },
                "b": { "name": "x", "depends_on": ["aws_sqs_queue.a"] },
            } }),
            &[
                "aws_sqs_queue.a: depends on itself: aws_sqs_queue.a -> aws_sqs_queue.b -> aws_sqs_queue.a",
            ],
        );
    }

    #[test]
    fn ephemeral_values_are_not_stored() {
        let config = json!({
            "ephemeral": { "aws_secretsmanager_random_password": { "p": {} } },
            "resource": { "aws_secretsmanager_secret_version": { "v": {
                "secret_id": "s",
                "secret_string": "${ephemeral.aws_secretsmanager_random_password.p.random_password}",
                "secret_string_wo": "${ephemeral.aws_secretsmanager_random_password.p.random_password}",
            } } },
        });
        let found: Vec<String> = conforms(&config).iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            ["aws_secretsmanager_secret_version.v.secret_string: stores \
             ephemeral.aws_secretsmanager_random_password.p, which may only be written",]
        );
    }
}
