//! `leeward bench synth`: measures the time from a cold process to written stacks.

use super::{bench, synth};
use crate::args::BenchSynth;
use crate::inputs::read_deployable;
use anyhow::{Context, bail};
use serde_json::json;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

pub(crate) fn run(args: &BenchSynth) -> anyhow::Result<bool> {
    let blueprint = read_deployable(&args.which)?;
    let out = bench::scratch();
    let program =
        std::env::current_exe().context("LW-C005: the path of this program cannot be found")?;
    let mut times: Vec<Duration> = Vec::new();
    for _ in 0..args.rounds {
        let mut command = Command::new(&program);
        command.arg("synth").arg("--out").arg(&out).arg("--suffix").arg(&blueprint.suffix);
        if let Some(file) = &args.which.blueprint {
            command.arg("--blueprint").arg(file);
        }
        let began = Instant::now();
        if !command.stdout(Stdio::null()).status()?.success() {
            bail!("LW-C029: synth failed");
        }
        times.push(began.elapsed());
    }
    times.sort_unstable();
    let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
    let (median, worst) = (ms(times[times.len() / 2]), ms(times[times.len() - 1]));
    // This process repeats the work, so that the kernel reports the peak memory that the work needs.
    let stacks = synth::synthesize(&blueprint)?;
    stacks.write(&out)?;
    // The directory belongs to this benchmark alone.
    let _ = std::fs::remove_dir_all(&out);
    let peak_mb = peak_kb()? as f64 / 1_024.0;
    if args.which.json {
        println!(
            "{}",
            json!({"rounds": args.rounds, "median_ms": median, "max_ms": worst, "peak_mb": peak_mb})
        );
    } else {
        println!("{} cold processes: median {median:.0} ms, at most {worst:.0} ms", args.rounds);
        println!("peak memory {peak_mb:.0} MB");
    }
    Ok(true)
}

fn peak_kb() -> anyhow::Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status").context("/proc cannot be read")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.context("the kernel does not report the peak memory")
}
