//! `leeward orders`

use crate::args::{OrdersGenerate, OrdersSubmit};
use crate::remote::Remote;
use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use leeward_api::{BatchOrder, OrderRequest, PlatformStatus};
use leeward_client::{Destination, Dns, FileOptions, submit_file};
use leeward_model::{AccountId, ClientId, Decimal, OrderType, Side, Symbol, TimeInForce};
use std::io::Write;
use std::path::Path;
use std::time::Duration;

/// The maximum number of refused lines to print; `--json` prints all of them.
const SHOWN: usize = 50;

pub(crate) async fn submit(args: OrdersSubmit) -> anyhow::Result<bool> {
    let (to, token) = match Remote::find(&args.target)? {
        Remote::Local(local) => (local_destination(&local.status().await?)?, local.trader.clone()),
        Remote::Deployed(deployed) => {
            let token = read_token(args.token_file.as_deref())?;
            let endpoint = args.endpoint.clone();
            let endpoint = endpoint.unwrap_or_else(|| format!("https://{}", deployed.public_name));
            (parse_endpoint(&endpoint)?, token)
        }
    };
    let options = FileOptions {
        file: args.file.clone(),
        to,
        token,
        connections: args.connections.clamp(1, 1_000),
        patience: Duration::from_secs(12),
    };
    let bar = if args.target.at.json { ProgressBar::hidden() } else { ProgressBar::new_spinner() };
    bar.set_style(ProgressStyle::with_template("{pos} lines, {per_sec}, {elapsed} {spinner}")?);
    let summary = submit_file(&options, |_| bar.inc(1)).await?;
    bar.finish_and_clear();
    if args.target.at.json {
        println!("{}", serde_json::to_string(&summary)?);
    } else {
        println!(
            "{} accepted, {} refused, {} done before",
            summary.accepted,
            summary.refused.len(),
            summary.skipped
        );
        for refused in summary.refused.iter().take(SHOWN) {
            println!("  record {}: {}", refused.line, refused.why);
        }
    }
    Ok(summary.refused.is_empty())
}

fn local_destination(status: &PlatformStatus) -> anyhow::Result<Destination> {
    let unnamed = "LW-C008: the platform's status names no DNS server";
    let dns = status.dns.as_ref().context(unnamed)?;
    Ok(Destination {
        dns: Dns::Server(dns.address.parse().ok().context(unnamed)?),
        name: dns.name.clone(),
        port: dns.port,
        prefix: String::new(),
        secure: false,
    })
}

/// Reads the trader's token from a file or the environment. A token on the command line would be visible to every user
/// of the machine.
fn read_token(file: Option<&Path>) -> anyhow::Result<String> {
    let text = match file {
        Some(file) => std::fs::read_to_string(file)
            .with_context(|| format!("LW-C014: {} cannot be read", file.display()))?,
        // The cause is left out, because it would print the value.
        None => std::env::var("LEEWARD_TOKEN")
            .ok()
            .context("LW-C032: no trader's token; pass --token-file, or set LEEWARD_TOKEN")?,
    };
    let token = text.trim();
    if token.is_empty() || !token.chars().all(|c| c.is_ascii_graphic()) {
        bail!(
            "LW-C041: the trader's token is invalid: expected one line of printable ASCII characters"
        );
    }
    Ok(token.to_owned())
}

fn parse_endpoint(endpoint: &str) -> anyhow::Result<Destination> {
    let uri: http::Uri =
        endpoint.parse().with_context(|| format!("LW-C033: {endpoint} is not a URL of an API"))?;
    let secure = match uri.scheme_str() {
        Some("https") => true,
        Some("http") => false,
        _ => bail!("LW-C033: {endpoint} is not a URL of an API: it must begin with https://"),
    };
    let name = uri
        .host()
        .with_context(|| format!("LW-C033: {endpoint} is not a URL of an API: it names no host"))?;
    if !secure && !["127.0.0.1", "localhost"].contains(&name) {
        bail!("LW-C042: a token is not sent unencrypted to {name}; use https://");
    }
    Ok(Destination {
        dns: Dns::System,
        name: name.to_owned(),
        port: uri.port_u16().unwrap_or(if secure { 443 } else { 80 }),
        prefix: uri.path().trim_end_matches('/').to_owned(),
        secure,
    })
}

/// Returns the next number of splitmix64, so that the same seed produces the same file.
fn draw(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

fn draw_order(args: &OrdersGenerate, n: u64, state: &mut u64) -> anyhow::Result<OrderRequest> {
    const SYMBOLS: [&str; 5] = ["ACME", "GLOBEX", "INITECH", "UMBRELLA", "WONKA"];
    /// One hundredth, in the units of [`Decimal`].
    const CENT: i64 = 1_000_000;
    let account = draw(state) % args.accounts.max(1);
    // The order of these draws must not change, because another order would change the file of every seed.
    let order = BatchOrder {
        symbol: Symbol::new(SYMBOLS[(draw(state) % 5) as usize])?,
        side: if draw(state).is_multiple_of(2) { Side::Buy } else { Side::Sell },
        order_type: OrderType::Limit,
        quantity: Decimal::from(1 + (draw(state) % 500) as u32),
        limit_price: Some(Decimal::from_units((1_000 + draw(state) % 20_000) as i64 * CENT)),
        time_in_force: TimeInForce::Day,
    };
    Ok(OrderRequest {
        client_order_id: ClientId::new(&format!("s{}-{n}", args.seed))?,
        account: AccountId::new(&format!("acct-{account}"))?,
        order,
    })
}

fn write_csv(out: &mut impl Write, request: &OrderRequest) -> std::io::Result<()> {
    let OrderRequest { client_order_id: id, account, order } = request;
    let side = if order.side == Side::Buy { "buy" } else { "sell" };
    let price = order.limit_price.unwrap_or_default();
    writeln!(out, "{id},{account},{},{side},limit,{},{price}", order.symbol, order.quantity)
}

pub(crate) fn generate(args: &OrdersGenerate) -> anyhow::Result<bool> {
    let csv = match args.format.as_str() {
        "csv" => true,
        "ndjson" => false,
        other => bail!("LW-O005: no format {other}; it is ndjson or csv"),
    };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    if csv {
        writeln!(out, "client_order_id,account,symbol,side,type,quantity,limit_price")?;
    }
    let mut state = args.seed;
    for n in 0..args.count {
        let order = draw_order(args, n, &mut state)?;
        if csv {
            write_csv(&mut out, &order)?;
        } else {
            serde_json::to_writer(&mut out, &order)?;
            writeln!(out)?;
        }
    }
    out.flush()?;
    Ok(true)
}
