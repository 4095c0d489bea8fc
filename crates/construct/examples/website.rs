//! An example: the bucket of a static website in two Regions, with a queue that receives the bucket's notifications.
//! The program writes to `cdktf.out`, or to the directory in `CDKTF_OUTDIR`.

use leeward_construct::aws::s3_bucket_versioning::VersioningConfiguration;
use leeward_construct::aws::{self, sqs_queue};
use leeward_construct::{App, AwsProvider, Handle, Lifecycle, Output, Scope, json, text};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = App::from_environment()?;
    fill(&app);
    let written = app.write()?;
    println!("{}: {}", app.out().display(), written.deployment_order().join(", "));
    Ok(())
}

/// Returns the app with all stacks of the website.
pub(crate) fn fill(app: &App) {
    let storage = app.stack("storage");
    let east = storage.aws_provider(AwsProvider::new().region("us-east-1"));
    let west = storage.aws_provider(AwsProvider::new().region("us-west-2").alias("west"));
    let east = storage.scope("east").provider(&east).tag("site", "example");
    let west = storage.scope("west").provider(&west).tag("site", "example");
    let (site, _copy) = (bucket(&east), bucket(&west));

    let secret = east.add("key", aws::SecretsmanagerSecret::new().name("site/key"));
    let password = aws::ephemeral::SecretsmanagerRandomPassword::new().password_length(32);
    let password = east.add("key", password);
    east.add(
        "key",
        aws::SecretsmanagerSecretVersion::new(secret.id())
            .secret_string_wo(password.random_password())
            .secret_string_wo_version(1),
    );

    let events = app.stack("events");
    events.aws_provider(AwsProvider::new().region("us-east-1"));
    let queue = notices(&events, &site);
    events.output("queue", Output::new(queue.url()).description("where notices arrive"));
}

fn bucket(scope: &Scope) -> Handle<aws::S3Bucket> {
    let bucket = scope.add(
        "site",
        aws::S3Bucket::new()
            .bucket_prefix("example-site-")
            .lifecycle(Lifecycle::new().prevent_destroy().ignore_changes(["tags"])),
    );
    scope.add(
        "site",
        aws::S3BucketVersioning::new(aws::S3BucketVersioningArgs {
            bucket: bucket.id(),
            versioning_configuration: VersioningConfiguration::new("Enabled"),
        }),
    );
    scope.add(
        "site",
        aws::S3BucketPublicAccessBlock::new(bucket.id())
            .block_public_acls(true)
            .block_public_policy(true)
            .ignore_public_acls(true)
            .restrict_public_buckets(true),
    );
    scope.add("index", {
        let page = scope.asset_of("index", "index.html", b"<h1>Hello</h1>\n".to_vec());
        aws::S3Object::new(aws::S3ObjectArgs { bucket: bucket.id(), key: "index.html" })
            .source(page.relative_path())
            .content_type("text/html")
    });
    bucket
}

fn notices(scope: &Scope, site: &Handle<aws::S3Bucket>) -> Handle<aws::SqsQueue> {
    let account = scope.add("account", aws::data::CallerIdentity::new());
    let queue = scope.add(
        "notices",
        aws::SqsQueue::new()
            .message_retention_seconds(86_400)
            .sqs_managed_sse_enabled(true)
            .timeouts(sqs_queue::Timeouts::new().create("2m")),
    );
    let policy = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "Service": "s3.amazonaws.com" },
            "Action": "sqs:SendMessage",
            "Resource": queue.arn(),
            "Condition": {
                "ArnLike": { "aws:SourceArn": text!("{}*", site.arn()) },
                "StringEquals": { "aws:SourceAccount": account.account_id() },
            },
        }],
    });
    scope.add(
        "notices",
        aws::SqsQueuePolicy::new(aws::SqsQueuePolicyArgs { queue_url: queue.url(), policy }),
    );
    queue
}
