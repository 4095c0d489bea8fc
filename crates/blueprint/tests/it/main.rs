//! Tests of the blueprint from outside: the reference page.

mod meanings;
mod reference;
