//! The common parts of all elements: arguments, meta-arguments, and the handle that stands for an element
//! once it is in a stack.

use crate::expr::{Expr, Node};
use crate::json::Json;
use crate::provider::Provider;
use crate::schema::{Block, Mode};
use crate::value::{Ref, Value};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::rc::Rc;

/// The arguments of an element or of a nested block.
#[derive(Debug, Clone, Default)]
pub struct Args(pub(crate) BTreeMap<Cow<'static, str>, Node>);

/// A type that consists of arguments: a nested block or an object.
pub trait Object {
    #[doc(hidden)]
    fn into_args(self) -> Args;
}

impl Args {
    /// Sets an argument; nested blocks are added to those already there.
    pub(crate) fn put<T>(&mut self, name: impl Into<Cow<'static, str>>, value: Value<T>) {
        let name = name.into();
        match (self.0.get_mut(&name), value.node) {
            (Some(Node::Blocks(before)), Node::Blocks(more)) => before.extend(more),
            (_, node) => {
                self.0.insert(name, node);
            }
        }
    }

    pub(crate) fn tag(&mut self, key: String, value: Node) {
        let tags = self.0.entry("tags".into()).or_insert_with(|| Node::Map(BTreeMap::new()));
        match tags {
            Node::Map(tags) => {
                tags.insert(key.into(), value);
            }
            // Only Terraform knows the tags that come from a reference, so Terraform merges them.
            other => {
                let single = Node::Map(BTreeMap::from([(key.into(), value)]));
                let merged = Expr::Call("merge", vec![other.clone(), single]);
                *other = Node::Expr { expr: Rc::new(merged), text: false };
            }
        }
    }
}

/// Converts an object to a node that becomes part of a value. A separate trait keeps this method private.
pub(crate) trait IntoNode {
    fn into_node(self) -> Node;
}

impl<B: Object> IntoNode for B {
    fn into_node(self) -> Node {
        Node::Map(self.into_args().0)
    }
}

/// Conditional arguments within a chain of setters.
pub trait With: Sized {
    /// Applies the function if the condition holds.
    fn when(self, is_so: bool, with: impl FnOnce(Self) -> Self) -> Self {
        if is_so { with(self) } else { self }
    }

    /// Applies the function with the value, if there is one.
    fn when_some<V>(self, value: Option<V>, with: impl FnOnce(Self, V) -> Self) -> Self {
        match value {
            Some(value) => with(self, value),
            None => self,
        }
    }
}

impl<T> With for T {}

/// An element of a configuration: a resource, a data source or an ephemeral resource.
pub trait Construct: Sized {
    /// The kind of element.
    const MODE: Mode;
    /// The name of the type in Terraform.
    const TYPE: &'static str;
    /// The schema of the type.
    const BLOCK: &'static Block;
    #[doc(hidden)]
    fn into_body(self) -> Body;
}

/// An element's arguments and meta-arguments.
#[derive(Debug, Clone, Default)]
pub struct Body {
    pub(crate) args: Args,
    pub(crate) provider: Option<Provider>,
    pub(crate) depends_on: Vec<Dependency>,
    pub(crate) lifecycle: Lifecycle,
}

impl Body {
    pub(crate) fn put<T>(&mut self, name: impl Into<Cow<'static, str>>, value: Value<T>) {
        self.args.put(name, value);
    }

    pub(crate) fn put_raw(&mut self, name: &str, value: Json) {
        self.args.0.insert(name.to_owned().into(), value.0);
    }
}

/// The rules by which Terraform replaces, keeps and compares a resource.
#[derive(Debug, Clone, Default)]
pub struct Lifecycle {
    pub(crate) create_before_destroy: bool,
    pub(crate) prevent_destroy: bool,
    pub(crate) ignore_changes: Vec<String>,
    pub(crate) ignore_all: bool,
    pub(crate) replace_triggered_by: Vec<Rc<Expr>>,
}

impl Lifecycle {
    /// Returns Terraform's defaults.
    pub fn new() -> Lifecycle {
        Lifecycle::default()
    }

    /// Creates the replacement before the old resource is destroyed.
    pub fn create_before_destroy(mut self) -> Lifecycle {
        self.create_before_destroy = true;
        self
    }

    /// Makes Terraform reject any plan that would destroy the resource.
    pub fn prevent_destroy(mut self) -> Lifecycle {
        self.prevent_destroy = true;
        self
    }

    /// Ignores changes of these arguments.
    pub fn ignore_changes<S: Into<String>>(
        mut self,
        arguments: impl IntoIterator<Item = S>,
    ) -> Lifecycle {
        self.ignore_changes.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// Ignores changes of all arguments.
    pub fn ignore_all_changes(mut self) -> Lifecycle {
        self.ignore_all = true;
        self
    }

    /// Replaces the resource when this attribute changes.
    pub fn replace_triggered_by<T>(mut self, reference: &Ref<T>) -> Lifecycle {
        self.replace_triggered_by.push(reference.expr.clone());
        self
    }

    pub(crate) fn is_default(&self) -> bool {
        !self.create_before_destroy
            && !self.prevent_destroy
            && !self.ignore_all
            && self.ignore_changes.is_empty()
            && self.replace_triggered_by.is_empty()
    }
}

/// A dependency of an element or a stack.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dependency {
    pub(crate) stack: Rc<str>,
    pub(crate) address: Rc<str>,
}

/// A handle to an element in its stack. It has a method for each attribute, which returns a typed reference.
pub struct Handle<T> {
    pub(crate) stack: Rc<str>,
    pub(crate) address: Rc<str>,
    pub(crate) marker: PhantomData<fn() -> T>,
}

impl<T> Clone for Handle<T> {
    fn clone(&self) -> Handle<T> {
        Handle { stack: self.stack.clone(), address: self.address.clone(), marker: PhantomData }
    }
}

impl<T> std::fmt::Debug for Handle<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.stack, self.address)
    }
}

impl<T> Handle<T> {
    /// Returns the element's address within its stack, such as `aws_vpc.main`.
    pub fn terraform_address(&self) -> &str {
        &self.address
    }

    /// Returns a reference to an attribute that the bindings do not know.
    pub fn raw_attribute<U>(&self, path: impl Into<Cow<'static, str>>) -> Ref<U> {
        let (stack, address) = (self.stack.clone(), self.address.clone());
        Ref::of(Expr::Attribute { stack, address, path: path.into() })
    }

    /// Returns the element without its type, for lists of dependencies.
    pub fn dependency(&self) -> Dependency {
        Dependency { stack: self.stack.clone(), address: self.address.clone() }
    }
}

impl<T> From<&Handle<T>> for Dependency {
    fn from(handle: &Handle<T>) -> Dependency {
        handle.dependency()
    }
}
