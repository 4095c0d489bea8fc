//! The credentials that sign calls: either fixed at start, or those of the instance, which change every few hours.

use aws_credential_types::Credentials;
use aws_smithy_runtime_api::client::identity::Identity;
use std::sync::{Arc, RwLock};

/// Credentials shared by all clients of a configuration. Clones are cheap, and every clone sees a replacement.
#[derive(Clone)]
pub(crate) struct Keys(Arc<RwLock<Identity>>);

impl Keys {
    pub(crate) fn new(credentials: Credentials) -> Keys {
        Keys(Arc::new(RwLock::new(credentials.into())))
    }

    pub(crate) fn now(&self) -> Identity {
        self.0.read().expect("cloning does not panic").clone()
    }

    pub(crate) fn replace(&self, credentials: Credentials) {
        *self.0.write().expect("assigning does not panic") = credentials.into();
    }

    /// Reports whether this is the only remaining handle.
    pub(crate) fn is_last_handle(&self) -> bool {
        Arc::strong_count(&self.0) == 1
    }
}
