//! The helpers that the suites on real servers share: certificates, an endpoint that moves, and a secret that is
//! rotated.

use async_trait::async_trait;
use leeward_core::fold::AccountState;
use leeward_model::{AccountId, Epoch, Seq};
use leeward_store::connect::{CredentialSource, Credentials, ServerConfig, Trust};
use leeward_store::{AccountDelta, Committed, Projection, StoreError, Stored};
use std::net::TcpListener as StdListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};

pub(crate) const PASSWORD: &str = "first-password";
pub(crate) const USER: &str = "leeward";

pub(crate) fn free_port() -> u16 {
    let listener = StdListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("bound").port()
}

pub(crate) fn run(what: &str, command: &mut Command) {
    let output = command.current_dir("/").stdin(Stdio::null()).output().expect(what);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{what}: {stderr}");
}

/// A directory with two certificate authorities, one of which has signed the certificate of a server at 127.0.0.1.
pub(crate) struct Certificates {
    dir: tempfile::TempDir,
}

impl Certificates {
    pub(crate) fn new() -> Certificates {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let openssl = |arguments: &str| {
            let mut command = Command::new("openssl");
            let name = |word: &str| {
                word.replace('_', " ").replace('@', &format!("{}/", dir.path().display()))
            };
            run("openssl", command.args(arguments.split(' ').map(name)));
        };
        for (name, subject) in [("ca", "/CN=ca_of_a_test"), ("stranger", "/CN=another_ca")] {
            openssl(&format!(
                "req -x509 -newkey rsa:2048 -nodes -days 2 -subj {subject} \
                 -addext basicConstraints=critical,CA:TRUE -keyout @{name}.key -out @{name}.pem"
            ));
        }
        openssl(
            "req -newkey rsa:2048 -nodes -subj /CN=database -keyout @server.key -out @server.csr",
        );
        std::fs::write(dir.path().join("names"), "subjectAltName=IP:127.0.0.1\n").expect("written");
        openssl(
            "x509 -req -in @server.csr -CA @ca.pem -CAkey @ca.key -days 2 -extfile @names \
             -out @server.pem",
        );
        Certificates { dir }
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Makes `user` the owner of the directory, because the server refuses to run as root and runs as that user.
    pub(crate) fn owned_by(self, user: &str) -> Certificates {
        if rustix::process::geteuid().is_root() {
            run("chown", Command::new("chown").args(["-R", user]).arg(self.path()));
        }
        self
    }

    pub(crate) fn authorities(&self, of: &str) -> Trust {
        Trust::Authorities(std::fs::read(self.at(&format!("{of}.pem"))).expect("it was made"))
    }

    pub(crate) fn config(&self, port: u16, database: &str) -> ServerConfig {
        ServerConfig {
            host: "127.0.0.1".into(),
            port,
            database: database.into(),
            trust: self.authorities("ca"),
            connections_max: 4,
            connect_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(5),
        }
    }
}

pub(crate) fn credentials(password: &str) -> Credentials {
    Credentials { user: USER.into(), password: password.into() }
}

pub(crate) fn account(name: &str) -> AccountId {
    AccountId::new(name).expect("valid")
}

/// Returns a delta without orders.
pub(crate) fn step(name: &str, seq: u64) -> AccountDelta {
    let state = AccountState { seq: Seq(seq), ..AccountState::empty(account(name)) };
    AccountDelta { base: Seq(seq - 1), state, orders: vec![], parked: None }
}

pub(crate) async fn commit(
    store: &dyn Projection,
    deltas: Vec<AccountDelta>,
) -> Stored<Vec<Committed>> {
    store.commit(Epoch(1), 1, deltas).await
}

/// Checks that the store refuses a server with another authority and a server with another name, and that the server
/// refuses a wrong password.
pub(crate) async fn only_the_right_server_is_trusted<S: Projection>(
    right: ServerConfig,
    another_authority: Trust,
    open: impl Fn(ServerConfig, Arc<dyn CredentialSource>) -> Stored<S>,
) {
    let role = async |config: &ServerConfig, password: &str| {
        let store = open(config.clone(), Arc::new(credentials(password))).expect("made");
        store.role().await
    };
    let strangers = [
        ServerConfig { trust: another_authority, ..right.clone() },
        ServerConfig { host: "localhost".into(), ..right.clone() },
    ];
    for config in strangers {
        let refused = role(&config, PASSWORD).await;
        let Err(StoreError::Unavailable(why)) = &refused else { panic!("{refused:?}") };
        assert!(why.contains("certificate"), "{why}");
    }
    let refused = role(&right, "guess").await;
    assert!(matches!(refused, Err(StoreError::Refused(_))), "{refused:?}");
    let text = format!("{refused:?} {:?}", credentials("guess"));
    assert!(!text.contains("guess"), "no message contains a password: {text}");
    assert!(role(&right, PASSWORD).await.expect("the right one").writable);
}

/// A secret that is rotated. As with Secrets Manager, credentials are cached until the server refuses them.
pub(crate) struct Secret {
    now: Mutex<Credentials>,
    cached: Mutex<Option<Credentials>>,
}

impl Secret {
    pub(crate) fn new() -> Arc<Secret> {
        Arc::new(Secret { now: Mutex::new(credentials(PASSWORD)), cached: Mutex::default() })
    }
}

#[async_trait]
impl CredentialSource for Secret {
    async fn credentials(&self, fresh: bool) -> Result<Credentials, String> {
        let mut cached = self.cached.lock().expect("not poisoned");
        if fresh || cached.is_none() {
            *cached = Some(self.now.lock().expect("not poisoned").clone());
        }
        Ok(cached.clone().expect("just read"))
    }
}

/// Checks that commits continue while the password is rotated. `rotate` changes it on the server and ends all open
/// connections.
pub(crate) async fn a_rotated_password_is_read_again(
    store: &dyn Projection,
    secret: &Secret,
    rotate: impl AsyncFn(String),
) {
    for seq in 1..=40 {
        if seq == 20 {
            let second = "second-password";
            rotate(second.to_owned()).await;
            *secret.now.lock().expect("not poisoned") = credentials(second);
        }
        // A commit with an unknown outcome is repeated. The watermark shows whether the first attempt took effect
        // (SAFE-7).
        let mut tries = 0;
        let done = loop {
            match commit(store, vec![step("rotated", seq)]).await {
                Ok(done) => break done,
                Err(StoreError::Unavailable(_)) if tries < 8 => tries += 1,
                Err(error) => panic!("step {seq}: {error}"),
            }
        };
        assert!(tries == 0 || seq == 20, "step {seq} took {tries} more tries");
        assert!(done == [Committed::Applied] || tries > 0, "step {seq}: {done:?}");
    }
    assert_eq!(store.watermarks().await.expect("read")[&account("rotated")], Seq(40));
}

/// An address whose target can change, like the name of an endpoint. Open connections stay on the old target.
#[derive(Clone)]
pub(crate) struct Endpoint {
    pub(crate) port: u16,
    leads_to: Arc<Mutex<u16>>,
}

impl Endpoint {
    pub(crate) async fn new(leads_to: u16) -> Endpoint {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let leads_to = Arc::new(Mutex::new(leads_to));
        let target = leads_to.clone();
        tokio::spawn(async move {
            while let Ok((mut from, _)) = listener.accept().await {
                let port = *target.lock().expect("not poisoned");
                tokio::spawn(async move {
                    if let Ok(mut to) = TcpStream::connect(("127.0.0.1", port)).await {
                        let _ = tokio::io::copy_bidirectional(&mut from, &mut to).await;
                    }
                });
            }
        });
        Endpoint { port, leads_to }
    }

    pub(crate) fn lead_to(&self, port: u16) {
        *self.leads_to.lock().expect("not poisoned") = port;
    }
}
