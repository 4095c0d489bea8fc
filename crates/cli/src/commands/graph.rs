//! `leeward graph`

use super::synth;
use crate::args::Graph;
use crate::inputs::read_deployable;
use anyhow::{Context, bail};
use leeward_stacks::graph;
use serde_json::json;

pub(crate) fn run(args: &Graph) -> anyhow::Result<bool> {
    let draw = match args.out.extension().and_then(|e| e.to_str()) {
        Some("svg") => graph::svg,
        Some("html") => graph::html,
        _ => bail!("LW-C028: {} must end in .svg or .html", args.out.display()),
    };
    let blueprint = read_deployable(&args.which)?;
    let synthesis = synth::synthesize(&blueprint)?;
    let text = draw(&blueprint, &synthesis.stacks);
    std::fs::write(&args.out, text)
        .with_context(|| format!("LW-C040: {} cannot be written", args.out.display()))?;
    if args.which.json {
        println!("{}", json!({ "out": args.out }));
    } else {
        println!("{}", args.out.display());
    }
    Ok(true)
}
