//! Terraform's types as markers: they exist in signatures only, never as values.

use crate::schema::{Block, Type};
use std::marker::PhantomData;

/// A string.
#[derive(Debug, Clone, Copy)]
pub enum Str {}
/// A number.
#[derive(Debug, Clone, Copy)]
pub enum Num {}
/// A boolean.
#[derive(Debug, Clone, Copy)]
pub enum Bool {}
/// A value of a type that the schema leaves open.
#[derive(Debug, Clone, Copy)]
pub enum Any {}
/// An ordered list.
#[derive(Debug, Clone, Copy)]
pub struct List<T>(PhantomData<T>);
/// A set; it has no order, so it cannot be indexed.
#[derive(Debug, Clone, Copy)]
pub struct Set<T>(PhantomData<T>);
/// A map with text for keys.
#[derive(Debug, Clone, Copy)]
pub struct Map<T>(PhantomData<T>);
/// A nested block of which there is at most one.
#[derive(Debug, Clone, Copy)]
pub struct One<B>(PhantomData<B>);
/// Nested blocks of which there may be several.
#[derive(Debug, Clone, Copy)]
pub struct Many<B>(PhantomData<B>);
/// An argument that Terraform sends and never stores. Only such arguments accept [`Ephemeral`](crate::Ephemeral).
#[derive(Debug, Clone, Copy)]
pub struct WriteOnly<T>(PhantomData<T>);

/// A marker that the schema's table can describe.
pub trait Typed {
    /// The type in the schema.
    const TYPE: Type;
}

impl Typed for Str {
    const TYPE: Type = Type::Str;
}
impl Typed for Num {
    const TYPE: Type = Type::Num;
}
impl Typed for Bool {
    const TYPE: Type = Type::Bool;
}
impl Typed for Any {
    const TYPE: Type = Type::Any;
}
impl<T: Typed> Typed for List<T> {
    const TYPE: Type = Type::List(&T::TYPE);
}
impl<T: Typed> Typed for Set<T> {
    const TYPE: Type = Type::Set(&T::TYPE);
}
impl<T: Typed> Typed for Map<T> {
    const TYPE: Type = Type::Map(&T::TYPE);
}
impl<T: Typed> Typed for WriteOnly<T> {
    const TYPE: Type = T::TYPE;
}

/// A struct generated from a nested block, or a marker around one.
pub trait Nested {
    /// The schema of the block.
    const BLOCK: &'static Block;
}

impl<B: Nested> Nested for One<B> {
    const BLOCK: &'static Block = B::BLOCK;
}
impl<B: Nested> Nested for Many<B> {
    const BLOCK: &'static Block = B::BLOCK;
}
impl<B: Nested> Nested for Map<B> {
    const BLOCK: &'static Block = B::BLOCK;
}
