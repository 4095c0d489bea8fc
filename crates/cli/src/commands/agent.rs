//! `leeward agent`: the Region process.

use crate::args::Agent;
use anyhow::Context;

pub(crate) async fn run(args: Agent) -> anyhow::Result<bool> {
    let path = args.config.display();
    let text = std::fs::read_to_string(&args.config)
        .with_context(|| format!("LW-A001: cannot read {path}"))?;
    let config = serde_json::from_str(&text).with_context(|| {
        format!("LW-A002: {path} is invalid: expected the configuration of an agent")
    })?;
    leeward_agent::run_agent(config).await?;
    Ok(true)
}
