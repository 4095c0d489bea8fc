//! Values that a program gives to arguments: literals, references, and combinations of both. The type parameter is
//! Terraform's type, so that the signature of an argument shows the values that it accepts.

use crate::body::Args;
use crate::expr::{Expr, Node};
use crate::json::Json;
use crate::ty::{List, Map, Set};
use std::fmt;
use std::marker::PhantomData;
use std::rc::Rc;

/// A value for an argument of type `T`: a literal, a reference, or text with references in it.
pub struct Value<T> {
    pub(crate) node: Node,
    marker: PhantomData<fn() -> T>,
}

/// A reference to an attribute of an element. It may be used in any stack of the same app.
pub struct Ref<T> {
    pub(crate) expr: Rc<Expr>,
    marker: PhantomData<fn() -> T>,
}

/// A value that lives for one Terraform run only. Only write-only arguments accept it.
///
/// ```compile_fail
/// use leeward_construct::{App, aws};
/// let stack = App::new("out").stack("s");
/// let password = stack.add("p", aws::ephemeral::SecretsmanagerRandomPassword::new());
/// // Terraform stores this argument, so the password would end up in the state.
/// aws::SecretsmanagerSecretVersion::new("id").secret_string(password.random_password());
/// ```
///
/// ```
/// use leeward_construct::{App, aws};
/// let stack = App::new("out").stack("s");
/// let password = stack.add("p", aws::ephemeral::SecretsmanagerRandomPassword::new());
/// aws::SecretsmanagerSecretVersion::new("id").secret_string_wo(password.random_password());
/// ```
pub struct Ephemeral<T>(pub(crate) Value<T>);

impl<T> Value<T> {
    pub(crate) fn of(node: Node) -> Value<T> {
        Value { node, marker: PhantomData }
    }

    /// Returns an explicit null, which Terraform reads as unset.
    pub fn null() -> Value<T> {
        Value::of(Node::Null)
    }

    pub(crate) fn object(args: Args) -> Value<T> {
        Value::of(Node::Map(args.0))
    }
}

impl<T> Ref<T> {
    pub(crate) fn of(expr: Expr) -> Ref<T> {
        Ref { expr: Rc::new(expr), marker: PhantomData }
    }

    /// Returns an expression that means the same in every stack, such as `terraform.workspace`.
    pub fn expression(text: &'static str) -> Ref<T> {
        Ref::of(Expr::Raw(text))
    }

    /// Calls one of Terraform's functions with these arguments.
    pub fn call<A: Into<Json>>(
        function: &'static str,
        arguments: impl IntoIterator<Item = A>,
    ) -> Ref<T> {
        Ref::of(Expr::Call(function, arguments.into_iter().map(|a| a.into().0).collect()))
    }

    pub(crate) fn node(&self) -> Node {
        // `text` matters only inside documents, and `Json` derives it from the type of the reference.
        Node::Expr { expr: self.expr.clone(), text: false }
    }

    /// Returns a reference to a step into this value that no type describes, such as `.name` or `["key"]`.
    pub fn step<U>(&self, step: impl Into<String>) -> Ref<U> {
        Ref::of(Expr::Step(self.expr.clone(), step.into()))
    }
}

impl<T> Ref<List<T>> {
    /// Returns the element at this index, counted from zero.
    pub fn at(&self, index: usize) -> Ref<T> {
        self.step(format!("[{index}]"))
    }
}

impl<T> Ref<Set<T>> {
    /// Returns the only element; Terraform fails if the set has none or several.
    pub fn one(&self) -> Ref<T> {
        Ref::of(Expr::Call("one", vec![self.node()]))
    }

    /// Converts the set to a list, in the order in which Terraform sorts sets.
    pub fn list(&self) -> Ref<List<T>> {
        Ref::of(Expr::Call("tolist", vec![self.node()]))
    }
}

impl<T> Ref<Map<T>> {
    /// Returns the value under this key.
    pub fn key(&self, key: &str) -> Ref<T> {
        let quoted = Node::literal(key).to_hcl(&mut Nowhere);
        self.step(format!("[{quoted}]"))
    }
}

/// The place of literals, which refer to nothing.
struct Nowhere;

impl crate::expr::Place for Nowhere {
    fn attribute(&mut self, _: &Rc<str>, address: &Rc<str>, path: &str) -> String {
        format!("{address}.{path}")
    }
}

impl<T> Ephemeral<T> {
    pub(crate) fn of(reference: Ref<T>) -> Ephemeral<T> {
        Ephemeral(Value::from(reference))
    }

    /// Puts the value into a larger one, such as a document, which is then ephemeral too.
    pub fn map<U>(self, within: impl FnOnce(Value<T>) -> Value<U>) -> Ephemeral<U> {
        Ephemeral(within(self.0))
    }
}

impl<T> Clone for Value<T> {
    fn clone(&self) -> Value<T> {
        Value::of(self.node.clone())
    }
}

impl<T> Clone for Ref<T> {
    fn clone(&self) -> Ref<T> {
        Ref { expr: self.expr.clone(), marker: PhantomData }
    }
}

impl<T> Clone for Ephemeral<T> {
    fn clone(&self) -> Ephemeral<T> {
        Ephemeral(self.0.clone())
    }
}

impl<T> fmt::Debug for Value<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.node.fmt(f)
    }
}

impl<T> fmt::Debug for Ref<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.expr.fmt(f)
    }
}

impl<T> fmt::Debug for Ephemeral<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
