//! The passwords that servers, supervisor and agents share. They are created once for a directory, in files of mode
//! 0600.

use super::super::Done;
use super::programs::at;
use crate::layout::{Layout, write_private};
use leeward_service::auth::new_token;
use serde::{Deserialize, Serialize};
use serde_json::json;

pub(super) const SUPERVISOR: &str = "supervisor";
pub(super) const REPLICA: &str = "replica";
/// The name of the database user of the agents, which is the same on AWS.
pub(super) const AGENT: &str = "leeward";
pub(super) const ORDERS: &str = "orders";

/// The passwords, and the token from which the label of this platform's processes is derived.
#[derive(Serialize, Deserialize)]
pub(super) struct Secrets {
    pub(super) mark: String,
    pub(super) supervisor: String,
    pub(super) replica: String,
    pub(super) agent: String,
}

impl Secrets {
    pub(super) fn of(layout: &Layout) -> Done<Secrets> {
        let path = layout.database_file("secrets.json");
        let kept = std::fs::read_to_string(&path).ok();
        let kept = kept.and_then(|text| serde_json::from_str(&text).ok());
        let secrets = kept.unwrap_or_else(|| Secrets {
            // A cluster's name has at most 63 letters, including the Region's name, so the token is shortened.
            mark: new_token("pg").chars().take(19).collect(),
            supervisor: new_token(SUPERVISOR),
            replica: new_token(REPLICA),
            agent: new_token(AGENT),
        });
        let text = serde_json::to_string(&secrets).expect("plain fields");
        write_private(&path, &text).map_err(at(&path))?;
        let path = layout.database_file("credentials.json");
        let document = json!({"username": AGENT, "password": secrets.agent});
        write_private(&path, &document.to_string()).map_err(at(&path))?;
        Ok(secrets)
    }

    /// Returns the label by which the processes of one server are found. It contains a hash of the directory's path, so
    /// that the processes of a copied directory, which has the same secrets, have a different label.
    pub(super) fn mark(&self, layout: &Layout, region: &str) -> String {
        let root = layout.root().canonicalize().unwrap_or_else(|_| layout.root().to_owned());
        let place = leeward_service::auth::hash(&root.to_string_lossy());
        format!("{}-{:.8}-{region}", self.mark, place)
    }

    /// Returns the contents of the password file for PostgreSQL's own programs.
    pub(super) fn passfile(&self) -> String {
        let line = |user: &str, password: &str| format!("*:*:*:{user}:{password}\n");
        line(SUPERVISOR, &self.supervisor) + &line(REPLICA, &self.replica)
    }
}
