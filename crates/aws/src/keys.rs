//! What calls are signed with: given once, or an instance's own, which change every few hours.

use aws_credential_types::Credentials;
use aws_smithy_runtime_api::client::identity::Identity;
use std::sync::{Arc, RwLock};

/// Cheap to copy; all copies see a change.
#[derive(Clone)]
pub(crate) struct Keys(Arc<RwLock<Identity>>);

impl Keys {
    pub(crate) fn new(credentials: Credentials) -> Keys {
        Keys(Arc::new(RwLock::new(credentials.into())))
    }

    pub(crate) fn now(&self) -> Identity {
        self.0.read().expect("copying does not panic").clone()
    }

    pub(crate) fn replace(&self, credentials: Credentials) {
        *self.0.write().expect("copying does not panic") = credentials.into();
    }

    /// Whether nobody else signs with them any more.
    pub(crate) fn is_alone(&self) -> bool {
        Arc::strong_count(&self.0) == 1
    }
}
