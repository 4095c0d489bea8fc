//! Compares a small app with its golden files, byte by byte.

use leeward_construct::{App, AwsProvider, Backend, Lifecycle, Output, aws, check, json, text};

fn app() -> App {
    let app = App::new("unused");
    let stack = app.stack("small");
    stack.backend(Backend::s3("state", "small.tfstate", "us-west-2"));
    stack.aws_provider(AwsProvider::new().region("us-east-1"));
    let west = stack.aws_provider(
        AwsProvider::new().region("us-west-2").alias("west").default_tags([("app", "small")]),
    );
    let scope = stack.scope("jobs").provider(&west).tag("Team", "a").tag("Cost", "1");
    let dead = scope.add("dead", aws::SqsQueue::new().name("dead"));
    let redrive = json!({ "deadLetterTargetArn": dead.arn(), "maxReceiveCount": 3 });
    let jobs = scope.add(
        "main",
        aws::SqsQueue::new()
            .name(text!("{}-${{jobs}}", dead.name()))
            .redrive_policy(redrive)
            .tag("Team", "b")
            .depends_on(&dead)
            .lifecycle(Lifecycle::new().create_before_destroy().replace_triggered_by(&dead.arn())),
    );
    let group = scope.add(
        "open",
        aws::SecurityGroup::new().ingress([aws::security_group::Ingress::new()
            .cidr_blocks(["10.0.0.0/8"])
            .from_port(443)
            .to_port(443)
            .protocol("tcp")]),
    );
    stack.output("jobs", jobs.url());
    scope.output("group", Output::new(group.id()).sensitive());
    scope.warn("the group is open");
    app
}

#[test]
fn a_small_app() {
    let synthesis = app().synthesize().expect("it is sound");
    let config = &synthesis.stacks["small"];
    assert_eq!(check::conforms(config), []);
    let text = format!("{:#}\n{config:#}\n", synthesis.manifest);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/golden.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, &text).expect("the golden file can be written");
    }
    let expect = std::fs::read_to_string(path).unwrap_or_default();
    assert!(text == expect, "UPDATE_GOLDEN=1 accepts what is new:\n{text}");
}

#[test]
fn the_same_from_run_to_run() {
    let files = || app().synthesize().expect("it is sound").files();
    assert_eq!(files(), files());
}

#[test]
fn siblings_do_not_change_ids() {
    let address = |siblings: &[&str]| {
        let stack = App::new("unused").stack("s");
        let scope = stack.scope("a");
        for sibling in siblings {
            scope.add(*sibling, aws::Vpc::new());
        }
        scope.add("main", aws::Vpc::new()).terraform_address().to_owned()
    };
    assert_eq!(address(&[]), address(&["first", "second"]));
}

#[test]
#[should_panic(expected = "stack s has a aws_vpc at a/main already")]
fn an_id_that_is_taken() {
    let stack = App::new("unused").stack("s");
    stack.scope("a").add("main", aws::Vpc::new());
    stack.scope("a").add("main", aws::Vpc::new());
}
