//! Tests of whole machines of `core` against small worlds of their own.

mod append;
mod apply;
mod attacks;
mod decide;
mod fold;
mod run;
mod successors;
mod tasks;
mod trio;
