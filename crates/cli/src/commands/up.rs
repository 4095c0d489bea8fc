//! `leeward up`

use crate::args::{TimingName, Up};
use crate::inputs::read_blueprint;
use crate::output::print_json;
use anyhow::{Context, bail};
use leeward_api::UpReport;
use leeward_local::{DatabaseKind, Layout, Supervisor, UpOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The time limit of a start. An idle machine needs a tenth of a second. The limit is much longer, so that a slow start
/// on a busy machine is not reported as failed.
const READY: Duration = Duration::from_secs(60);

pub(crate) async fn run(args: Up) -> anyhow::Result<bool> {
    let blueprint = read_blueprint(args.blueprint.as_deref())?;
    if args.detach {
        return detach(&args);
    }
    let first = !Layout::new(&args.at.dir).tokens().exists();
    let began = Instant::now();
    let supervisor = Supervisor::start(UpOptions {
        dir: args.at.dir.clone(),
        blueprint,
        profile: args.timing.into(),
        database: args.database.map(Into::into),
        port: (args.port != 0).then_some(args.port),
        program: std::env::current_exe()
            .context("LW-C005: the path of this program cannot be found")?,
    })
    .await?;
    let waited = supervisor.wait_ready(READY).await;
    if let Err(not_ready) = &waited {
        eprintln!("leeward: {not_ready}");
    }
    let ready = waited.is_ok();
    let addresses = supervisor.addresses();
    if args.at.json {
        let secrets = supervisor.secrets();
        print_json(&UpReport {
            ready,
            ready_ms: began.elapsed().as_millis() as u64,
            apis: [addresses.api(0).to_string(), addresses.api(1).to_string()],
            dns: addresses.dns().to_string(),
            cloud: format!("http://{}", addresses.cloud(3)),
            tokens_file: supervisor.layout().tokens().display().to_string(),
            trader_token: first.then(|| secrets.trader.clone()),
            operator_token: first.then(|| secrets.operator.clone()),
        })?;
    } else {
        println!(
            "up after {} ms: {} at {} (primary) and {} (secondary)",
            began.elapsed().as_millis(),
            supervisor.blueprint().public_name,
            addresses.api(0),
            addresses.api(1)
        );
        println!("DNS {}   cloud http://{}", addresses.dns(), addresses.cloud(3));
        if first {
            let secrets = supervisor.secrets();
            println!("trader token   {}", secrets.trader);
            println!("operator token {}", secrets.operator);
            println!("(shown once; stored in {})", supervisor.layout().tokens().display());
        }
    }
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        () = supervisor.wait_for_stop_request() => {}
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
    let stopping = supervisor.clone();
    tokio::task::spawn_blocking(move || stopping.stop()).await?;
    Ok(ready)
}

/// Starts this program again in the background and waits until that process is ready.
fn detach(args: &Up) -> anyhow::Result<bool> {
    std::fs::create_dir_all(&args.at.dir)
        .with_context(|| format!("LW-U001: {} cannot be used", args.at.dir.display()))?;
    let layout = Layout::new(&args.at.dir);
    // The log has mode 0600 because it contains the tokens. It is opened for append, so that earlier logs remain.
    let file = args.at.dir.join("supervisor.log");
    let log = std::fs::OpenOptions::new().create(true).append(true).mode(0o600).open(&file)?;
    let before = log.metadata()?.len() as usize;
    let mut command = Command::new(std::env::current_exe()?);
    command
        .arg("up")
        .arg("--dir")
        .arg(&args.at.dir)
        .args(["--port", &args.port.to_string()])
        .args(["--timing", if args.timing == TimingName::Aws { "aws" } else { "local" }])
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .process_group(0);
    if let Some(name) = args.database {
        command.args(["--database", DatabaseKind::from(name).name()]);
    }
    if let Some(file) = &args.blueprint {
        command.arg("--blueprint").arg(file);
    }
    let mut child = command.spawn()?;
    let deadline = Instant::now() + READY;
    loop {
        if child.try_wait()?.is_some() {
            let log = std::fs::read(&file)?;
            let message = String::from_utf8_lossy(log.get(before..).unwrap_or(&[])).into_owned();
            bail!("{}", message.trim().trim_start_matches("leeward: "));
        }
        let running = layout.read_running().filter(|r| r.pid == child.id() && r.ready);
        if let Some(running) = running {
            if args.at.json {
                println!("{}", serde_json::to_string(&running)?);
            } else {
                println!("running as process {}; `leeward status` shows it", running.pid);
            }
            return Ok(true);
        }
        if Instant::now() > deadline {
            let _ = child.kill();
            bail!(
                "LW-U006: the platform was not ready after {} s and was stopped; {} shows why",
                READY.as_secs(),
                file.display()
            );
        }
        std::thread::park_timeout(Duration::from_millis(10));
    }
}
