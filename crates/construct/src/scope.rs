//! Stacks, and scopes within them that give elements a path, a provider and tags.

use crate::asset::{Asset, Content};
use crate::body::{Args, Body, Construct, Dependency, Handle};
use crate::error::AssetError;
use crate::expr::Node;
use crate::id::logical;
use crate::provider::{AwsProvider, Backend, Provider};
use crate::schema::{Mode, Presence};
use crate::ty::Str;
use crate::value::{Ref, Value};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;
use std::ops::Deref;
use std::path::Path;
use std::rc::Rc;

/// The contents of a stack. They are sorted, so that the output does not depend on the order of the program's calls.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    pub(crate) elements: BTreeMap<(Mode, &'static str, String), Element>,
    /// Providers by name and alias; the empty alias is the default.
    pub(crate) providers: BTreeMap<(&'static str, String), Args>,
    pub(crate) outputs: BTreeMap<String, (Vec<String>, Output)>,
    /// Assets by path within the stack's directory.
    pub(crate) assets: BTreeMap<String, Rc<Content>>,
    pub(crate) after: BTreeSet<Rc<str>>,
    pub(crate) backend: Option<Backend>,
    pub(crate) annotations: Vec<(String, &'static str, String)>,
}

#[derive(Debug)]
pub(crate) struct Element {
    pub(crate) path: Vec<String>,
    pub(crate) body: Body,
}

#[derive(Debug)]
pub(crate) struct StackInner {
    pub(crate) name: Rc<str>,
    pub(crate) contents: RefCell<Contents>,
}

/// A unit of deployment with its own state. The stack is also the outermost [`Scope`] of its elements.
#[derive(Debug, Clone)]
pub struct Stack {
    root: Scope,
}

/// A place within a stack: the path from which ids are made, with the provider and tags that added elements inherit.
#[derive(Debug, Clone)]
pub struct Scope {
    pub(crate) stack: Rc<StackInner>,
    path: Vec<String>,
    provider: Option<Provider>,
    tags: BTreeMap<String, Node>,
}

/// A value that Terraform shows after it applies a stack.
#[derive(Debug, Clone)]
pub struct Output {
    pub(crate) value: Node,
    pub(crate) sensitive: bool,
    pub(crate) description: Option<String>,
}

impl Output {
    /// Returns an output of this value.
    pub fn new(value: impl Into<Output>) -> Output {
        value.into()
    }

    /// Hides the value in plans.
    pub fn sensitive(mut self) -> Output {
        self.sensitive = true;
        self
    }

    /// Describes the output.
    pub fn description(mut self, text: impl Into<String>) -> Output {
        self.description = Some(text.into());
        self
    }
}

impl<T> From<Ref<T>> for Output {
    fn from(reference: Ref<T>) -> Output {
        Value::<T>::of(reference.node()).into()
    }
}

impl From<&str> for Output {
    fn from(text: &str) -> Output {
        Value::<Str>::from(text).into()
    }
}

impl<T> From<Value<T>> for Output {
    fn from(value: Value<T>) -> Output {
        Output { value: value.node, sensitive: false, description: None }
    }
}

impl Deref for Stack {
    type Target = Scope;

    fn deref(&self) -> &Scope {
        &self.root
    }
}

impl Stack {
    pub(crate) fn new(stack: Rc<StackInner>) -> Stack {
        Stack { root: Scope { stack, path: Vec::new(), provider: None, tags: BTreeMap::new() } }
    }

    /// Configures the AWS provider. Panics if the stack already has a provider with this alias.
    #[track_caller]
    pub fn aws_provider(&self, provider: AwsProvider) -> Provider {
        let alias = provider.alias.unwrap_or_default();
        let reference = if alias.is_empty() { "aws".into() } else { format!("aws.{alias}") };
        let mut contents = self.root.stack.contents.borrow_mut();
        let before = contents.providers.insert(("aws", alias), provider.args);
        let name = &self.root.stack.name;
        assert!(before.is_none(), "stack {name} configures provider {reference} twice");
        Provider { stack: name.clone(), reference: reference.into() }
    }

    /// Keeps the state in this backend instead of a file beside the output.
    pub fn backend(&self, backend: Backend) {
        self.root.stack.contents.borrow_mut().backend = Some(backend);
    }

    /// Deploys this stack after `other`, even if it does not refer to `other`.
    pub fn after(&self, other: &Stack) {
        self.root.stack.contents.borrow_mut().after.insert(other.root.stack.name.clone());
    }
}

impl Scope {
    /// Returns a scope below this one. It inherits the current provider and tags.
    pub fn scope(&self, id: impl Into<String>) -> Scope {
        let mut below = self.clone();
        below.path.push(id.into());
        below
    }

    /// Returns the same scope with a provider for the elements that are added through it.
    pub fn provider(&self, provider: &Provider) -> Scope {
        Scope { provider: Some(provider.clone()), ..self.clone() }
    }

    /// Returns the same scope with one more tag, which is set on those elements added through it that take tags.
    pub fn tag(&self, key: impl Into<String>, value: impl Into<Value<Str>>) -> Scope {
        let mut with = self.clone();
        with.tags.insert(key.into(), value.into().node);
        with
    }

    /// Returns the name of the stack.
    pub fn stack_name(&self) -> &str {
        &self.stack.name
    }

    /// Adds an element. Its id must be unique in the scope among elements of its type; a duplicate is a mistake in the
    /// program, and the function panics.
    #[track_caller]
    pub fn add<T: Construct>(&self, id: impl Into<String>, construct: T) -> Handle<T> {
        let path = self.path_of(id);
        let name = logical(&path);
        let address = format!("{}{}.{name}", T::MODE.prefix(), T::TYPE);
        let mut body = construct.into_body();
        if body.provider.is_none() {
            body.provider = self.provider.clone();
        }
        let tags = T::BLOCK.attribute("tags");
        if T::MODE == Mode::Resource && tags.is_some_and(|a| a.presence != Presence::Computed) {
            self.inherit_tags(&mut body);
        }
        let shown = path.join("/");
        let key = (T::MODE, T::TYPE, name);
        let before = self.stack.contents.borrow_mut().elements.insert(key, Element { path, body });
        let stack = self.stack.name.clone();
        assert!(before.is_none(), "stack {stack} has a {} at {shown} already", T::TYPE);
        Handle { stack, address: address.into(), marker: PhantomData }
    }

    fn inherit_tags(&self, body: &mut Body) {
        match body.args.0.get_mut("tags") {
            None if self.tags.is_empty() => {}
            None => {
                let tags = self.tags.iter().map(|(k, v)| (k.clone().into(), v.clone()));
                body.args.0.insert("tags".into(), Node::Map(tags.collect()));
            }
            Some(Node::Map(own)) => {
                for (key, value) in &self.tags {
                    own.entry(key.clone().into()).or_insert_with(|| value.clone());
                }
            }
            // If the tags are a reference, the scope assumes that it contains all required tags.
            Some(_) => {}
        }
    }

    /// Adds an output, which Terraform shows after it applies the stack. Panics if the id is taken.
    #[track_caller]
    pub fn output(&self, id: impl Into<String>, output: impl Into<Output>) {
        let path = self.path_of(id);
        let name = logical(&path);
        let mut contents = self.stack.contents.borrow_mut();
        let before = contents.outputs.insert(name.clone(), (path, output.into()));
        assert!(before.is_none(), "stack {} has an output {name} already", self.stack.name);
    }

    /// Adds a file that is shipped with the stack, under a name with the hash of its content.
    pub fn asset(&self, id: impl Into<String>, file: &Path) -> Result<Asset, AssetError> {
        let content = Content::read(file)?;
        Ok(self.keep(id, content))
    }

    /// Adds bytes that are shipped with the stack as a file.
    pub fn asset_of(
        &self,
        id: impl Into<String>,
        file_name: impl Into<String>,
        bytes: Vec<u8>,
    ) -> Asset {
        self.keep(id, Content::new(file_name.into(), bytes))
    }

    fn keep(&self, id: impl Into<String>, content: Content) -> Asset {
        let asset = content.asset(&logical(&self.path_of(id)));
        let path = asset.relative_path().to_owned();
        self.stack.contents.borrow_mut().assets.insert(path, Rc::new(content));
        asset
    }

    /// Adds a warning to the manifest. Tools show the warning beside the plan.
    pub fn warn(&self, message: impl Into<String>) {
        let path = std::iter::once(&*self.stack.name).chain(self.path.iter().map(|s| &**s));
        let path = path.collect::<Vec<_>>().join("/");
        let entry = (path, "@cdktf/warn", message.into());
        self.stack.contents.borrow_mut().annotations.push(entry);
    }

    fn path_of(&self, id: impl Into<String>) -> Vec<String> {
        let mut path = self.path.clone();
        path.push(id.into());
        path
    }
}

impl Dependency {
    /// Returns the name of the stack that holds the element.
    pub fn stack_name(&self) -> &str {
        &self.stack
    }
}
