//! Provider configurations, one for each Region by alias, and the backends that hold state.

use crate::body::Args;
use crate::json::Json;
use crate::ty::{Bool, List, Map, Num, Str};
use crate::value::Value;
use std::rc::Rc;

/// A configured provider of one stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    pub(crate) stack: Rc<str>,
    /// `aws`, or `aws.east` when it has an alias.
    pub(crate) reference: Rc<str>,
}

/// The configuration of the AWS provider. Elements that name no provider use the one without an alias.
#[derive(Debug, Clone, Default)]
pub struct AwsProvider {
    pub(crate) alias: Option<String>,
    pub(crate) args: Args,
}

macro_rules! provider_arguments {
    ($($(#[$doc:meta])* $name:ident: $ty:ty,)*) => { $(
        $(#[$doc])*
        #[doc = concat!("Sets the argument `", stringify!($name), "`.")]
        pub fn $name(mut self, value: impl Into<Value<$ty>>) -> AwsProvider {
            self.args.put(stringify!($name), value.into());
            self
        }
    )* };
}

impl AwsProvider {
    /// Returns a provider that takes everything from the environment.
    pub fn new() -> AwsProvider {
        AwsProvider::default()
    }

    /// Sets the alias by which elements choose the provider.
    pub fn alias(mut self, alias: impl Into<String>) -> AwsProvider {
        self.alias = Some(alias.into());
        self
    }

    /// Sets the tags of all resources of the provider.
    pub fn default_tags(self, tags: impl Into<Value<Map<Str>>>) -> AwsProvider {
        let mut inner = Args::default();
        inner.put("tags", tags.into());
        self.block("default_tags", inner)
    }

    /// Sets the role that the provider assumes.
    pub fn assume_role(self, role_arn: impl Into<Value<Str>>) -> AwsProvider {
        let mut inner = Args::default();
        inner.put("role_arn", role_arn.into());
        self.block("assume_role", inner)
    }

    /// Sets endpoints of services, which replace AWS's own.
    pub fn endpoints<S: Into<String>, V: Into<Value<Str>>>(
        self,
        endpoints: impl IntoIterator<Item = (S, V)>,
    ) -> AwsProvider {
        let mut inner = Args::default();
        for (service, address) in endpoints {
            inner.put(service.into(), address.into());
        }
        self.block("endpoints", inner)
    }

    /// Sets an argument that has no method here.
    pub fn raw_argument(mut self, name: &str, value: impl Into<Json>) -> AwsProvider {
        self.args.0.insert(name.to_owned().into(), value.into().0);
        self
    }

    fn block(mut self, name: &'static str, inner: Args) -> AwsProvider {
        let blocks = crate::expr::Node::Blocks(vec![crate::expr::Node::Map(inner.0)]);
        self.args.put::<()>(name, Value::of(blocks));
        self
    }

    provider_arguments! {
        /// Sets the Region.
        region: Str,
        profile: Str,
        access_key: Str,
        secret_key: Str,
        token: Str,
        /// Sets the AWS accounts in which the provider may work.
        allowed_account_ids: List<Str>,
        retry_mode: Str,
        max_retries: Num,
        sts_region: Str,
        s3_use_path_style: Bool,
        skip_credentials_validation: Bool,
        skip_metadata_api_check: Bool,
        skip_region_validation: Bool,
        skip_requesting_account_id: Bool,
    }
}

/// The location of a stack's state, from which other stacks read outputs.
#[derive(Debug, Clone)]
pub struct Backend {
    pub(crate) kind: String,
    pub(crate) config: serde_json::Map<String, serde_json::Value>,
}

impl Backend {
    /// Returns a backend of a kind with its configuration. The configuration must not hold references, because
    /// Terraform reads it before anything else.
    pub fn new(kind: &str, config: serde_json::Map<String, serde_json::Value>) -> Backend {
        Backend { kind: kind.to_owned(), config }
    }

    /// Returns a backend that keeps the state in the file `path`, relative to the directory of the stack.
    pub fn local(path: &str) -> Backend {
        let config = serde_json::Map::from_iter([("path".to_owned(), path.into())]);
        Backend::new("local", config)
    }

    /// Returns a backend that keeps the state in an object of a bucket. A lock file beside the object locks the state.
    pub fn s3(bucket: &str, key: &str, region: &str) -> Backend {
        let config = serde_json::Map::from_iter([
            ("bucket".to_owned(), bucket.into()),
            ("encrypt".to_owned(), true.into()),
            ("key".to_owned(), key.into()),
            ("region".to_owned(), region.into()),
            ("use_lockfile".to_owned(), true.into()),
        ]);
        Backend::new("s3", config)
    }
}
