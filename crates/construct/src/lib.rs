//! Rust in, Terraform JSON out.
mod app;
mod asset;
#[macro_use]
mod bind;
pub mod aws;
pub mod body;
pub mod check;
mod error;
mod expr;
mod id;
mod json;
mod links;
mod provider;
mod render;
pub mod schema;
mod scope;
mod synth;
pub mod ty;
#[doc(hidden)]
pub mod value;

pub use app::{App, LAYOUT_VERSION};
pub use asset::Asset;
pub use body::{Construct, Dependency, Handle, Lifecycle};
pub use error::{AssetError, EnvironmentError, SynthError};
pub use json::Json;
pub use provider::{AwsProvider, Backend, Provider};
pub use scope::{Output, Scope, Stack};
pub use synth::Synthesis;
pub use value::{Ephemeral, Ref, Value};
