//! Tests that a platform of two Regions is synthesized quickly.

use leeward_construct::{App, AwsProvider, aws, check, json, text};
use std::time::{Duration, Instant};

fn large() -> App {
    let app = App::new("unused");
    let network = app.stack("network");
    let compute = app.stack("compute");
    compute.aws_provider(AwsProvider::new().region("us-east-1"));
    for region in ["us-east-1", "us-east-2"] {
        let provider = network.aws_provider(AwsProvider::new().region(region).alias(region));
        let scope = network.scope(region).provider(&provider).tag("region", region);
        let vpc = scope.add("main", aws::Vpc::new().cidr_block("10.0.0.0/16"));
        for number in 0..75 {
            let below = scope.scope(number.to_string());
            let queue = below.add("jobs", aws::SqsQueue::new().name(text!("jobs-{}", vpc.id())));
            let policy = json!({ "Statement": [{ "Resource": queue.arn(), "Effect": "Allow" }] });
            below.add(
                "jobs",
                aws::SqsQueuePolicy::new(aws::SqsQueuePolicyArgs {
                    queue_url: queue.url(),
                    policy: &policy,
                }),
            );
            compute.scope(region).add(number.to_string(), aws::IamPolicy::new(policy));
        }
    }
    app
}

#[test]
fn synthesis_of_hundreds_of_resources() {
    let best = (0..5)
        .map(|_| {
            let start = Instant::now();
            let files = large().synthesize().expect("it is sound").files();
            assert!(files.values().map(Vec::len).sum::<usize>() > 100_000);
            start.elapsed()
        })
        .min()
        .expect("five runs");
    println!("452 resources in {best:?}");
    // Other tests run in parallel; the synthesis usually takes a tenth of this limit.
    assert!(best < Duration::from_millis(100), "{best:?}");
    for config in large().synthesize().expect("it is sound").stacks.values() {
        assert_eq!(check::conforms(config), []);
    }
}
