//! References between stacks.

use crate::error::SynthError;
use crate::expr::Place;
use crate::id::hash;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The references between stacks that rendering found.
#[derive(Debug, Default)]
pub(crate) struct Links {
    /// The outputs that other stacks need, with their expressions, by producer.
    pub(crate) outputs: BTreeMap<Rc<str>, BTreeMap<String, String>>,
    /// The first use of each producer by each consumer, in words, for messages.
    edges: BTreeMap<Rc<str>, BTreeMap<Rc<str>, String>>,
    /// Consumers that read the state of producers.
    reads: BTreeSet<Site>,
    problem: Option<SynthError>,
}

/// A stack that reads the state of another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Site {
    pub(crate) consumer: Rc<str>,
    pub(crate) producer: Rc<str>,
}

/// An element of a stack that is being rendered.
pub(crate) struct Rendering<'a> {
    pub(crate) stack: &'a Rc<str>,
    pub(crate) user: String,
    pub(crate) links: &'a mut Links,
}

impl Links {
    pub(crate) fn depend(
        &mut self,
        consumer: &Rc<str>,
        producer: &Rc<str>,
        because: impl FnOnce() -> String,
    ) {
        let of = self.edges.entry(consumer.clone()).or_default();
        of.entry(producer.clone()).or_insert_with(because);
    }

    pub(crate) fn refuse(&mut self, problem: SynthError) {
        self.problem.get_or_insert(problem);
    }

    pub(crate) fn sites(&self) -> impl Iterator<Item = Site> {
        self.reads.iter().cloned()
    }

    pub(crate) fn dependencies(&self, consumer: &str) -> Vec<&str> {
        let of = self.edges.get(consumer);
        of.map(|producers| producers.keys().map(|name| &**name).collect()).unwrap_or_default()
    }

    /// Returns the name of the data source through which other stacks read `producer`.
    pub(crate) fn input(producer: &str) -> String {
        format!("cross-stack-reference-input-{producer}")
    }

    /// Returns the name of the output that carries an expression. Dots become dashes; where that could be
    /// ambiguous, a hash distinguishes the names.
    fn output(expression: &str) -> String {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        let readable: String = expression
            .chars()
            .map(|c| if c == '.' || !(plain(c) || c == '-') { '-' } else { c })
            .collect();
        let readable = readable.trim_end_matches('-');
        if expression.chars().all(plain) {
            format!("cross-stack-output-{readable}")
        } else {
            format!("cross-stack-output-{readable}-{}", hash(expression))
        }
    }

    /// Checks that the named stacks exist and that their dependencies form no cycle.
    pub(crate) fn check(&mut self, known: &BTreeSet<&str>) -> Result<(), SynthError> {
        if let Some(problem) = self.problem.take() {
            return Err(problem);
        }
        for (consumer, producers) in &self.edges {
            for (producer, because) in producers {
                if !known.contains(&**producer) {
                    return Err(SynthError::UnknownStack {
                        stack: consumer.to_string(),
                        of: producer.to_string(),
                        because: because.clone(),
                    });
                }
            }
        }
        match self.edges.keys().find_map(|start| self.cycle(start)) {
            None => Ok(()),
            Some(stacks) => {
                let because: Vec<String> = stacks
                    .windows(2)
                    .map(|pair| {
                        let because = &self.edges[pair[0].as_str()][pair[1].as_str()];
                        format!("{} needs {}: {because}", pair[0], pair[1])
                    })
                    .collect();
                Err(SynthError::Cycle { stacks, because: because.join("; ") })
            }
        }
    }

    /// Returns the path from a stack back to itself, if there is one.
    fn cycle(&self, start: &Rc<str>) -> Option<Vec<String>> {
        let mut seen = BTreeSet::new();
        let mut ways = vec![vec![start.clone()]];
        while let Some(way) = ways.pop() {
            let last = way.last()?;
            for next in self.edges.get(last).into_iter().flat_map(BTreeMap::keys) {
                let mut longer = way.clone();
                longer.push(next.clone());
                if next == start {
                    return Some(longer.iter().map(ToString::to_string).collect());
                }
                if seen.insert(next.clone()) {
                    ways.push(longer);
                }
            }
        }
        None
    }
}

impl Place for Rendering<'_> {
    fn attribute(&mut self, stack: &Rc<str>, address: &Rc<str>, path: &str) -> String {
        let local = if path.is_empty() { address.to_string() } else { format!("{address}.{path}") };
        if stack == self.stack {
            return local;
        }
        if address.starts_with("ephemeral.") {
            self.links.refuse(SynthError::EphemeralAcrossStacks {
                stack: self.stack.to_string(),
                user: self.user.clone(),
                address: address.to_string(),
                of: stack.to_string(),
            });
            return local;
        }
        let user = &self.user;
        self.links.depend(self.stack, stack, || format!("{user} uses {local}"));
        let name = Links::output(&local);
        let site = Site { consumer: self.stack.clone(), producer: stack.clone() };
        self.links.reads.insert(site);
        let input = Links::input(stack);
        self.links.outputs.entry(stack.clone()).or_default().insert(name.clone(), local);
        format!("data.terraform_remote_state.{input}.outputs.{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expression: &str, expect: &str) {
        assert_eq!(Links::output(expression), format!("cross-stack-output-{expect}"));
    }

    #[test]
    fn names_of_outputs_are_readable_and_never_shared() {
        check("aws_vpc.main.id", "aws_vpc-main-id");
        check("aws_vpc.endpoint_x.id", "aws_vpc-endpoint_x-id");
        check("aws_vpc_endpoint.x.id", "aws_vpc_endpoint-x-id");
        assert_ne!(Links::output("aws_vpc.a-b.c"), Links::output("aws_vpc.a.b.c"));
    }
}
