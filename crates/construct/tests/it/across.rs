//! References between stacks.

use leeward_construct::{App, AwsProvider, SynthError, aws, check, text};
use serde_json::json;

#[test]
fn a_reference_becomes_an_output_and_a_remote_state() {
    let app = App::new("unused").state_directory("/states");
    // The consumer is made first, to show that the order does not matter.
    let consumer = app.stack("consumer");
    let producer = app.stack("producer");
    let vpc = producer.add("main", aws::Vpc::new());
    let zones = producer.add("zones", aws::data::AvailabilityZones::new());
    consumer.add(
        "a",
        aws::Subnet::new(vpc.id())
            .availability_zone(zones.names().at(1))
            .tag("Name", text!("of-{}", vpc.id())),
    );
    let synthesis = app.synthesize().expect("it is sound");
    let (consumer, producer) = (&synthesis.stacks["consumer"], &synthesis.stacks["producer"]);
    let state = "data.terraform_remote_state.cross-stack-reference-input-producer";
    let id = format!("${{{state}.outputs.cross-stack-output-aws_vpc-main-id}}");
    let subnet = &consumer["resource"]["aws_subnet"]["a"];
    assert_eq!(subnet["vpc_id"], json!(id));
    assert_eq!(subnet["tags"]["Name"], json!(format!("of-{id}")));
    assert_eq!(
        consumer["data"]["terraform_remote_state"]["cross-stack-reference-input-producer"],
        json!({
            "backend": "local",
            "config": { "path": "/states/terraform.producer.tfstate" },
            "workspace": "${terraform.workspace}",
        })
    );
    assert_eq!(
        producer["output"]["cross-stack-output-aws_vpc-main-id"],
        json!({ "sensitive": true, "value": "${aws_vpc.main.id}" })
    );
    let names = "cross-stack-output-data-aws_availability_zones-zones-names";
    assert!(
        subnet["availability_zone"].as_str().is_some_and(|z| z.ends_with(&format!("{names}[1]}}")))
    );
    assert_eq!(synthesis.manifest["stacks"]["consumer"]["dependencies"], json!(["producer"]));
    assert_eq!(synthesis.deployment_order(), ["producer", "consumer"]);
    assert_eq!(check::conforms(consumer), []);
    assert_eq!(check::conforms(producer), []);
}

#[test]
fn a_cycle_of_stacks_names_them_and_why() {
    let app = App::new("unused");
    let (one, two) = (app.stack("one"), app.stack("two"));
    let a = one.add("a", aws::Vpc::new());
    let b = two.add("b", aws::Subnet::new(a.id()));
    one.add("c", aws::Subnet::new("vpc-1").tag("of", b.arn()));
    let error = app.synthesize().expect_err("they need each other").to_string();
    let expect = "stacks depend on each other in a cycle: one -> two -> one; \
        one needs two: aws_subnet.c uses aws_subnet.b.arn; \
        two needs one: aws_subnet.b uses aws_vpc.a.id. Move what both need into a third stack";
    assert_eq!(error, expect);
}

#[test]
fn what_cannot_cross() {
    let app = App::new("unused");
    let (one, two) = (app.stack("one"), app.stack("two"));
    let password = one.add("p", aws::ephemeral::SecretsmanagerRandomPassword::new());
    let version = aws::SecretsmanagerSecretVersion::new("secret");
    two.add("v", version.secret_string_wo(password.random_password()));
    let error = app.synthesize().expect_err("it would have to be stored");
    assert!(matches!(error, SynthError::EphemeralAcrossStacks { .. }), "{error}");

    let app = App::new("unused");
    let (one, two) = (app.stack("one"), app.stack("two"));
    let provider = one.aws_provider(AwsProvider::new().region("us-east-1"));
    two.add("v", aws::Vpc::new().provider(&provider));
    let error = app.synthesize().expect_err("providers are of one stack");
    assert!(matches!(error, SynthError::ForeignProvider { .. }), "{error}");

    let elsewhere = App::new("unused").stack("elsewhere");
    let vpc = elsewhere.add("v", aws::Vpc::new());
    let app = App::new("unused");
    app.stack("here").add("s", aws::Subnet::new(vpc.id()));
    let error = app.synthesize().expect_err("there is no such stack");
    assert!(matches!(error, SynthError::UnknownStack { .. }), "{error}");
}

#[test]
fn order_without_references() {
    let app = App::new("unused");
    let (one, two) = (app.stack("one"), app.stack("two"));
    let vpc = two.add("v", aws::Vpc::new());
    one.add("s", aws::Subnet::new("vpc-1").depends_on(&vpc));
    let synthesis = app.synthesize().expect("it is sound");
    assert_eq!(synthesis.manifest["stacks"]["one"]["dependencies"], json!(["two"]));
    assert!(synthesis.stacks["one"]["resource"]["aws_subnet"]["s"].get("depends_on").is_none());
}
