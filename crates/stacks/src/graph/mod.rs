//! The topology of a blueprint as a self-contained drawing. It shows the three Regions side by side, their parts, and
//! the traffic between them. The boxes reflect the resources in the stacks.

mod svg;

use crate::synthesized::{Stacks, resources};
use leeward_blueprint::Blueprint;
use leeward_blueprint::deploy::Profile;
use leeward_blueprint::services::Routing;
use svg::{Arrow, Box, Drawing, Point};

const COLUMN: f64 = 300.0;
const GAP: f64 = 130.0;
const BOX: f64 = 250.0;
const ROW: f64 = 62.0;
const HEIGHT: f64 = 44.0;
const TOP: f64 = 170.0;
const LEFT: f64 = 30.0;
const HEAD: f64 = 52.0;

/// A row of boxes, one for each Region. A Region has the box if its stack contains a resource of one of the `kinds`, or
/// if `kinds` is empty.
struct Row {
    title: String,
    below: String,
    kinds: &'static [&'static str],
    link: Option<&'static str>,
}

fn row(
    title: impl Into<String>,
    below: impl Into<String>,
    kinds: &'static [&'static str],
    link: Option<&'static str>,
) -> Row {
    Row { title: title.into(), below: below.into(), kinds, link }
}

fn rows(b: &Blueprint) -> Vec<Row> {
    let engine = b.database.engine(b.profile).as_str();
    let (front, work): (Row, Row) = match b.profile {
        Profile::Serverless => (
            row("API Gateway", "WAF · TLS · throttled", &["aws_api_gateway_rest_api"], None),
            row(
                "Functions",
                "orders · health · processor · sweeper",
                &["aws_lambda_function"],
                None,
            ),
        ),
        Profile::Instances => {
            let i = &b.instances;
            let size = format!("{} to {} agents in three zones", i.min, i.max);
            (
                row("Load balancer", "WAF · TLS · 80 redirects", &["aws_lb"], None),
                row("Auto Scaling group", size, &["aws_autoscaling_group"], None),
            )
        }
    };
    let database = format!("{} × {}", b.database.instances, b.database.instance_class);
    vec![
        front,
        work,
        row(
            "Ledger, control, sessions",
            "DynamoDB, strong in both",
            &[],
            Some("every write, before its answer"),
        ),
        row("SQS", "hints · dead letters", &["aws_sqs_queue"], None),
        row(
            format!("Aurora {engine}"),
            database,
            &["aws_rds_cluster"],
            Some("pages, within about a second"),
        ),
        row("Sentinel", "ticks every 5 s, votes", &["aws_lambda_function"], Some("probes")),
        row("Runs", "Step Functions, any Region's own", &["aws_sfn_state_machine"], None),
        row(
            "Event bus",
            "archive · rules",
            &["aws_cloudwatch_event_bus"],
            Some("what is said, both ways"),
        ),
        row(
            "Files",
            "config · audit · logs · access",
            &["aws_s3_bucket"],
            Some("config and audit, both ways"),
        ),
        row("VPC", "three zones · endpoints · NAT", &["aws_vpc"], Some("peering")),
    ]
}

/// Returns the drawing as SVG.
pub fn svg(blueprint: &Blueprint, stacks: &Stacks) -> String {
    let all = resources(stacks);
    let has = |stack: &str, kinds: &[&str]| {
        kinds.is_empty() || all.iter().any(|r| r.stack == stack && kinds.contains(&r.kind))
    };
    let rows = rows(blueprint);
    let height = TOP + HEAD + rows.len() as f64 * ROW + 20.0;
    let mut drawing = Drawing::new(2.0 * LEFT + 3.0 * COLUMN + 2.0 * GAP, height + 20.0);
    let r = &blueprint.regions;
    let sides = [("primary", &r.primary), ("secondary", &r.secondary), ("witness", &r.witness)];
    let column = |n: usize| LEFT + n as f64 * (COLUMN + GAP);
    for (n, (stack, region)) in sides.iter().enumerate() {
        let frame = Box { at: Point(column(n), TOP), width: COLUMN, height: height - TOP };
        drawing.region(&frame, &format!("{region}"), stack);
        let witness = *stack == "witness";
        for (at, row) in rows.iter().enumerate() {
            // The tables are in the global stack. The witness Region has only the control table.
            let tables = row.kinds.is_empty();
            if !(has(stack, row.kinds) && (!witness || tables || row.title == "Sentinel")) {
                continue;
            }
            let (title, below) = match (witness, tables) {
                (true, true) => ("Control; witness of the rest", "DynamoDB"),
                _ => (row.title.as_str(), row.below.as_str()),
            };
            drawing.element(&place(column(n), at), title, below);
        }
    }
    for (at, row) in rows.iter().enumerate() {
        let Some(label) = row.link else { continue };
        let y = TOP + HEAD + at as f64 * ROW + HEIGHT / 2.0;
        between(&mut drawing, &column, y, (0, 1), label);
        if row.kinds.is_empty() || row.title == "Sentinel" {
            between(&mut drawing, &column, y, (1, 2), label);
        }
    }
    traffic(&mut drawing, blueprint, &column);
    drawing.finish(&format!("Leeward {}", blueprint.suffix))
}

fn place(left: f64, row: usize) -> Box {
    let at = Point(left + (COLUMN - BOX) / 2.0, TOP + HEAD + row as f64 * ROW);
    Box { at, width: BOX, height: HEIGHT }
}

fn between(
    drawing: &mut Drawing,
    column: &impl Fn(usize) -> f64,
    y: f64,
    (from, to): (usize, usize),
    label: &str,
) {
    let inset = (COLUMN - BOX) / 2.0;
    let arrow = Arrow {
        from: Point(column(from) + COLUMN - inset, y),
        to: Point(column(to) + inset, y),
        dashed: false,
        both: true,
    };
    drawing.arrow(&arrow, label);
}

/// Draws the customers, the public name and the Regions that it points to.
fn traffic(drawing: &mut Drawing, b: &Blueprint, column: &impl Fn(usize) -> f64) {
    let middle = (column(0) + column(1) + COLUMN) / 2.0;
    let name = Box { at: Point(middle - 170.0, 20.0), width: 340.0, height: 54.0 };
    let latency = b.dns.routing == Routing::Latency;
    let how = if latency { "the nearer Region that accepts" } else { "the active Region" };
    drawing.element(&name, &b.public_name, &format!("Route 53 · {how}"));
    for (n, label) in [(0, "/health/traffic"), (1, "/health/accepting")] {
        let label = if latency { "/health/accepting" } else { label };
        let arrow = Arrow {
            from: Point(middle + if n == 0 { -60.0 } else { 60.0 }, 74.0),
            to: Point(column(n) + COLUMN / 2.0, TOP),
            dashed: n == 1 && !latency,
            both: false,
        };
        drawing.arrow(&arrow, label);
    }
}

/// Returns an HTML page with the drawing and the number of resources by type and stack.
pub fn html(blueprint: &Blueprint, stacks: &Stacks) -> String {
    let mut counts = std::collections::BTreeMap::<(&str, &str), usize>::new();
    let all = resources(stacks);
    for resource in &all {
        *counts.entry((resource.stack, resource.kind)).or_default() += 1;
    }
    let mut body = String::new();
    for stack in stacks.keys() {
        let of_stack: Vec<_> = counts.iter().filter(|((s, _), _)| s == stack).collect();
        let total: usize = of_stack.iter().map(|(_, count)| **count).sum();
        body += &format!("<h2>{} <small>{total} resources</small></h2><ul>", svg::escape(stack));
        for ((_, kind), count) in of_stack {
            body += &format!("<li>{count} × <code>{}</code></li>", svg::escape(kind));
        }
        body += "</ul>";
    }
    let title = format!("Leeward {}", svg::escape(&blueprint.suffix));
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title><style>\
         body{{font:15px system-ui,sans-serif;margin:2rem;color-scheme:light dark}}\
         svg{{max-width:100%;height:auto}}ul{{columns:3 18rem}}small{{opacity:.6}}</style>\
         <h1>{title}</h1>{}{body}</html>\n",
        self::svg(blueprint, stacks)
    )
}
