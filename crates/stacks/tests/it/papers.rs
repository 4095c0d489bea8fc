//! Tests of the output of `leeward cost` and `leeward graph`.

use crate::coverage::profiles;
use crate::valid::synthesize;
use leeward_stacks::cost::{Load, estimate};
use leeward_stacks::graph;

#[test]
fn a_bill_is_the_sum_of_its_lines_and_grows_with_the_load() {
    for blueprint in profiles() {
        let stacks = synthesize(&blueprint).stacks;
        let bill = |orders_per_second| {
            let load = Load { orders_per_second, ..Load::default() };
            estimate(&blueprint, &stacks, load)
        };
        let (idle, some, twice) = (bill(0.0), bill(100.0), bill(200.0));
        let sum: f64 = some.lines.iter().map(|line| line.count * line.usd_each).sum();
        assert!((sum - some.usd_month).abs() < 0.01);
        // Usage costs are proportional to the load; fixed costs are not.
        let (once, again) = (some.usd_month - idle.usd_month, twice.usd_month - some.usd_month);
        assert!(once > 100.0 && (once - again).abs() < 0.01, "{once} {again}");
        assert!(idle.usd_month > 1_000.0, "{}", idle.usd_month);
        for region in ["us-east-1", "us-east-2", "us-west-2"] {
            assert!(some.lines.iter().any(|line| line.region == region), "{region}");
        }
    }
}

#[test]
fn a_larger_database_costs_its_table_price() {
    let [cheap, _] = profiles();
    let mut dear = cheap.clone();
    dear.database.instance_class = "db.r6g.2xlarge".into();
    let bill = |b| estimate(b, &synthesize(b).stacks, Load::default()).usd_month;
    // Each of the four instances now costs three times 0.26 more per hour.
    assert!((bill(&dear) - bill(&cheap) - 4.0 * 730.0 * 3.0 * 0.26).abs() < 0.01);
}

#[test]
fn a_drawing_has_the_regions_and_their_parts() {
    for (blueprint, front) in profiles().iter().zip(["API Gateway", "Load balancer"]) {
        let drawing = graph::svg(blueprint, &synthesize(blueprint).stacks);
        for text in ["us-east-1", "us-east-2", "us-west-2", front, "orders.leeward.test"] {
            assert!(drawing.contains(text), "{text}");
        }
        assert_eq!(drawing.matches(front).count(), 2, "one in each Region that takes orders");
        assert_eq!(drawing.matches(">Sentinel<").count(), 3);
        let page = graph::html(blueprint, &synthesize(blueprint).stacks);
        assert!(page.contains("aws_dynamodb_table") && page.contains("<svg"));
    }
}
