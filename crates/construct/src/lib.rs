//! Writes Terraform JSON from Rust. The constructs resemble those of the CDK and are typed by the provider's schema.
//!
//! An [`App`] has [`Stack`]s, a stack has [`Scope`]s, and a scope takes the resources, data sources and ephemeral
//! resources of [`aws`]. [`App::write`] writes the same files as CDKTF, so that CDKTF's tools can read them:
//! `manifest.json` and one `stacks/NAME/cdk.tf.json` for each stack.
//!
//! ```
//! use leeward_construct::{App, AwsProvider, aws, json, text};
//!
//! let app = App::new("cdktf.out");
//! let network = app.stack("network");
//! let east = network.aws_provider(AwsProvider::new().region("us-east-1").alias("east"));
//! let east = network.scope("east").provider(&east).tag("team", "platform");
//! let vpc = east.add("main", aws::Vpc::new().cidr_block("10.0.0.0/16").tag("Name", "x"));
//! let zones = east.add("zones", aws::data::AvailabilityZones::new().state("available"));
//! let zone = zones.names().at(0);
//! east.add("a", aws::Subnet::new(vpc.id()).cidr_block("10.0.0.0/24").availability_zone(zone));
//!
//! let service = app.stack("service");
//! let policy = json!({ "Statement": [{ "Resource": text!("{}/*", vpc.arn()) }] });
//! service.add("read", aws::IamPolicy::new(policy));
//! let synthesis = app.synthesize()?;
//! // `service` reads the VPC from the state of `network`, so `network` comes first.
//! assert_eq!(synthesis.deployment_order(), ["network", "service"]);
//! # Ok::<(), leeward_construct::SynthError>(())
//! ```
//!
//! **Required arguments are parameters.** A single required argument is passed to `new`. Several are passed as a struct
//! with named fields, so that neither a missing argument nor two swapped ones compile:
//!
//! ```compile_fail
//! leeward_construct::aws::Subnet::new().cidr_block("10.0.0.0/24");
//! ```
//! ```compile_fail
//! use leeward_construct::aws::{SqsQueuePolicy, SqsQueuePolicyArgs};
//! SqsQueuePolicy::new(SqsQueuePolicyArgs { queue_url: "https://…" });
//! ```
//! ```
//! use leeward_construct::aws::{SqsQueuePolicy, SqsQueuePolicyArgs};
//! SqsQueuePolicy::new(SqsQueuePolicyArgs { queue_url: "https://…", policy: "{}" });
//! ```
//! A typestate for each argument would report the same mistakes in unreadable messages, and multiply the compiler's
//! work by the number of arguments.
//!
//! **A reference carries its type and its origin.** `vpc.id()` is a [`Ref`]`<Str>`, which an
//! argument of type number or list does not accept:
//!
//! ```compile_fail
//! use leeward_construct::{App, aws};
//! let stack = App::new("out").stack("s");
//! let vpc = stack.add("v", aws::Vpc::new());
//! aws::Vpc::new().enable_dns_support(vpc.arn());
//! ```
//! A reference knows its stack and its address, and becomes text only when the element that holds it is rendered.
//! In its own stack it is rendered as an attribute; in another stack, as an output with the remote state that
//! reads it. There is therefore no registry of tokens, no global state, and no placeholder that could leak from a
//! string. [`text!`] makes strings with references, and [`json!`] makes documents; both escape a literal `${`.
//!
//! **Values that must not be stored** are [`Ephemeral`]. This type is separate from [`Ref`], because only the arguments
//! that Terraform sends and does not store accept such a value.
//!
//! **The bindings are rows.** `cargo xtask codegen` writes one line per argument into `src/aws/`, and the macros of
//! `bind.rs` expand it to the setter, the reference and the row of the table that [`check`] reads.
//! Full structs for every block would take minutes to compile. Typed setters in front of a map of expressions compile
//! in seconds, and synthesis writes that map.
//!
//! **Not supported:** `count` and `for_each`, because programs have loops; modules; providers other than AWS. Duplicate
//! ids and invalid names are mistakes in the program, and the call that makes them panics. Everything that depends on
//! data returns an error.

#![warn(missing_docs)]

mod app;
mod asset;
#[macro_use]
mod bind;
pub mod aws;
pub mod body;
pub mod check;
mod convert;
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
#[doc(hidden)]
pub mod text;
pub mod ty;
mod value;

pub use app::{App, LAYOUT_VERSION};
pub use asset::Asset;
pub use body::{Construct, Dependency, Handle, Lifecycle, With};
pub use error::{AssetError, EnvironmentError, SynthError};
pub use json::Json;
pub use provider::{AwsProvider, Backend, Provider};
pub use scope::{Output, Scope, Stack};
pub use synth::Synthesis;
pub use value::{Ephemeral, Ref, Value};
