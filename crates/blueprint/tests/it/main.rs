//! Tests of the blueprint's public interface: the reference page.

mod meanings;
mod reference;
