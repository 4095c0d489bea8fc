//! The directory layout of one platform.

use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

#[derive(Debug, Clone)]
pub struct Layout {
    root: PathBuf,
}

/// The record from which the other verbs find a running supervisor.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RunningPlatform {
    pub pid: u32,
    /// Whether the authority is readable, every Region accepts orders and the public name resolves. Once true, it stays
    /// true.
    #[serde(default)]
    pub ready: bool,
    pub admin: String,
    pub tokens_file: PathBuf,
}

/// The tokens of the platform's user. `up` prints them once, and a file of mode 0600 keeps them for the local verbs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Secrets {
    pub trader: String,
    pub operator: String,
}

impl Layout {
    pub fn new(root: &Path) -> Layout {
        Layout { root: root.to_owned() }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn replica(&self, region: &str) -> PathBuf {
        self.root.join("cloud").join(region)
    }

    pub fn database(&self, region: &str) -> PathBuf {
        self.root.join("database").join(format!("{region}.sqlite"))
    }

    /// Returns the directory of a Region's database server.
    pub(crate) fn server(&self, region: &str) -> PathBuf {
        self.root.join("database").join(region)
    }

    pub(crate) fn database_file(&self, name: &str) -> PathBuf {
        self.root.join("database").join(name)
    }

    pub fn agent_config(&self, region: &str) -> PathBuf {
        self.root.join("agents").join(format!("{region}.json"))
    }

    pub fn agent_log(&self, region: &str) -> PathBuf {
        self.root.join("agents").join(format!("{region}.log"))
    }

    pub fn grants(&self) -> PathBuf {
        self.root.join("grants.json")
    }

    pub fn canary_token(&self) -> PathBuf {
        self.root.join("canary-token")
    }

    pub fn tokens(&self) -> PathBuf {
        self.root.join("tokens.json")
    }

    pub fn running(&self) -> PathBuf {
        self.root.join("platform.json")
    }

    pub fn cluster(&self) -> PathBuf {
        self.root.join("database").join("cluster.json")
    }

    pub fn create(&self) -> std::io::Result<()> {
        for dir in ["cloud", "database", "agents"] {
            std::fs::create_dir_all(self.root.join(dir))?;
        }
        Ok(())
    }

    /// Takes the lock that a supervisor holds while it runs on this directory. The operating system releases it when
    /// the supervisor dies. Returns `None` if another supervisor holds the lock.
    pub fn lock(&self) -> std::io::Result<Option<File>> {
        let file = OpenOptions::new()
            .create(true)
            .write(true)
            .truncate(false)
            .open(self.root.join("lock"))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(std::fs::TryLockError::WouldBlock) => Ok(None),
            Err(std::fs::TryLockError::Error(error)) => Err(error),
        }
    }

    pub fn read_running(&self) -> Option<RunningPlatform> {
        serde_json::from_str(&std::fs::read_to_string(self.running()).ok()?).ok()
    }

    pub fn read_secrets(&self) -> Option<Secrets> {
        serde_json::from_str(&std::fs::read_to_string(self.tokens()).ok()?).ok()
    }
}

/// Writes a file atomically with mode 0600, and syncs it to the disk.
pub(crate) fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let temporary = path.with_extension("new");
    let mut file =
        OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(&temporary)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(temporary, path)
}
