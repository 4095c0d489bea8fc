//! The types of the AWS provider, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

// Setters and references are named by the provider, who knows nothing of Rust's habits.
#![allow(clippy::new_without_default, clippy::wrong_self_convention)]
#![allow(clippy::should_implement_trait)]

pub mod acm_certificate;
pub mod acm_certificate_validation;
pub mod api_gateway_account;
pub mod api_gateway_base_path_mapping;
pub mod api_gateway_deployment;
pub mod api_gateway_domain_name;
pub mod api_gateway_integration;
pub mod api_gateway_method;
pub mod api_gateway_method_settings;
pub mod api_gateway_model;
pub mod api_gateway_request_validator;
pub mod api_gateway_resource;
pub mod api_gateway_rest_api;
pub mod api_gateway_rest_api_policy;
pub mod api_gateway_stage;
pub mod autoscaling_group;
pub mod autoscaling_policy;
pub mod backup_plan;
pub mod backup_selection;
pub mod backup_vault;
pub mod budgets_budget;
pub mod cloudtrail;
pub mod cloudwatch_composite_alarm;
pub mod cloudwatch_dashboard;
pub mod cloudwatch_event_archive;
pub mod cloudwatch_event_bus;
pub mod cloudwatch_event_bus_policy;
pub mod cloudwatch_event_rule;
pub mod cloudwatch_event_target;
pub mod cloudwatch_log_group;
pub mod cloudwatch_log_metric_filter;
pub mod cloudwatch_log_resource_policy;
pub mod cloudwatch_metric_alarm;
pub mod data;
pub mod db_parameter_group;
pub mod db_subnet_group;
pub mod default_security_group;
pub mod dynamodb_resource_policy;
pub mod dynamodb_table;
pub mod eip;
pub mod ephemeral;
pub mod flow_log;
pub mod iam_instance_profile;
pub mod iam_policy;
pub mod iam_role;
pub mod iam_role_policy;
pub mod iam_role_policy_attachment;
pub mod internet_gateway;
pub mod internet_gateway_attachment;
pub mod kms_alias;
pub mod kms_key;
pub mod kms_replica_key;
pub mod lambda_alias;
pub mod lambda_event_source_mapping;
pub mod lambda_function;
pub mod lambda_function_event_invoke_config;
pub mod lambda_permission;
pub mod lambda_provisioned_concurrency_config;
pub mod launch_template;
pub mod lb;
pub mod lb_listener;
pub mod lb_listener_rule;
pub mod lb_target_group;
pub mod nat_gateway;
pub mod rds_cluster;
pub mod rds_cluster_instance;
pub mod rds_cluster_parameter_group;
pub mod rds_global_cluster;
pub mod route;
pub mod route53_health_check;
pub mod route53_record;
pub mod route53_zone;
pub mod route_table;
pub mod route_table_association;
pub mod s3_bucket;
pub mod s3_bucket_acl;
pub mod s3_bucket_lifecycle_configuration;
pub mod s3_bucket_logging;
pub mod s3_bucket_object_lock_configuration;
pub mod s3_bucket_ownership_controls;
pub mod s3_bucket_policy;
pub mod s3_bucket_public_access_block;
pub mod s3_bucket_replication_configuration;
pub mod s3_bucket_server_side_encryption_configuration;
pub mod s3_bucket_versioning;
pub mod s3_bucket_website_configuration;
pub mod s3_object;
pub mod scheduler_schedule;
pub mod scheduler_schedule_group;
pub mod secretsmanager_secret;
pub mod secretsmanager_secret_policy;
pub mod secretsmanager_secret_version;
pub mod security_group;
pub mod sfn_state_machine;
pub mod sns_topic;
pub mod sns_topic_policy;
pub mod sns_topic_subscription;
pub mod sqs_queue;
pub mod sqs_queue_policy;
pub mod sqs_queue_redrive_allow_policy;
pub mod sqs_queue_redrive_policy;
pub mod ssm_parameter;
pub mod subnet;
pub mod vpc;
pub mod vpc_endpoint;
pub mod vpc_peering_connection;
pub mod vpc_peering_connection_accepter;
pub mod vpc_peering_connection_options;
pub mod vpc_security_group_egress_rule;
pub mod vpc_security_group_ingress_rule;
pub mod wafv2_web_acl;
pub mod wafv2_web_acl_association;
pub mod wafv2_web_acl_logging_configuration;

pub use acm_certificate::AcmCertificate;
pub use acm_certificate_validation::AcmCertificateValidation;
pub use api_gateway_account::ApiGatewayAccount;
pub use api_gateway_base_path_mapping::{ApiGatewayBasePathMapping, ApiGatewayBasePathMappingArgs};
pub use api_gateway_deployment::ApiGatewayDeployment;
pub use api_gateway_domain_name::ApiGatewayDomainName;
pub use api_gateway_integration::{ApiGatewayIntegration, ApiGatewayIntegrationArgs};
pub use api_gateway_method::{ApiGatewayMethod, ApiGatewayMethodArgs};
pub use api_gateway_method_settings::{ApiGatewayMethodSettings, ApiGatewayMethodSettingsArgs};
pub use api_gateway_model::{ApiGatewayModel, ApiGatewayModelArgs};
pub use api_gateway_request_validator::{
    ApiGatewayRequestValidator, ApiGatewayRequestValidatorArgs,
};
pub use api_gateway_resource::{ApiGatewayResource, ApiGatewayResourceArgs};
pub use api_gateway_rest_api::ApiGatewayRestApi;
pub use api_gateway_rest_api_policy::{ApiGatewayRestApiPolicy, ApiGatewayRestApiPolicyArgs};
pub use api_gateway_stage::{ApiGatewayStage, ApiGatewayStageArgs};
pub use autoscaling_group::{AutoscalingGroup, AutoscalingGroupArgs};
pub use autoscaling_policy::{AutoscalingPolicy, AutoscalingPolicyArgs};
pub use backup_plan::{BackupPlan, BackupPlanArgs};
pub use backup_selection::{BackupSelection, BackupSelectionArgs};
pub use backup_vault::BackupVault;
pub use budgets_budget::{BudgetsBudget, BudgetsBudgetArgs};
pub use cloudtrail::{Cloudtrail, CloudtrailArgs};
pub use cloudwatch_composite_alarm::{CloudwatchCompositeAlarm, CloudwatchCompositeAlarmArgs};
pub use cloudwatch_dashboard::{CloudwatchDashboard, CloudwatchDashboardArgs};
pub use cloudwatch_event_archive::{CloudwatchEventArchive, CloudwatchEventArchiveArgs};
pub use cloudwatch_event_bus::CloudwatchEventBus;
pub use cloudwatch_event_bus_policy::CloudwatchEventBusPolicy;
pub use cloudwatch_event_rule::CloudwatchEventRule;
pub use cloudwatch_event_target::{CloudwatchEventTarget, CloudwatchEventTargetArgs};
pub use cloudwatch_log_group::CloudwatchLogGroup;
pub use cloudwatch_log_metric_filter::{CloudwatchLogMetricFilter, CloudwatchLogMetricFilterArgs};
pub use cloudwatch_log_resource_policy::CloudwatchLogResourcePolicy;
pub use cloudwatch_metric_alarm::CloudwatchMetricAlarm;
pub use db_parameter_group::DbParameterGroup;
pub use db_subnet_group::DbSubnetGroup;
pub use default_security_group::DefaultSecurityGroup;
pub use dynamodb_resource_policy::{DynamodbResourcePolicy, DynamodbResourcePolicyArgs};
pub use dynamodb_table::DynamodbTable;
pub use eip::Eip;
pub use flow_log::FlowLog;
pub use iam_instance_profile::IamInstanceProfile;
pub use iam_policy::IamPolicy;
pub use iam_role::IamRole;
pub use iam_role_policy::{IamRolePolicy, IamRolePolicyArgs};
pub use iam_role_policy_attachment::{IamRolePolicyAttachment, IamRolePolicyAttachmentArgs};
pub use internet_gateway::InternetGateway;
pub use internet_gateway_attachment::{InternetGatewayAttachment, InternetGatewayAttachmentArgs};
pub use kms_alias::KmsAlias;
pub use kms_key::KmsKey;
pub use kms_replica_key::KmsReplicaKey;
pub use lambda_alias::{LambdaAlias, LambdaAliasArgs};
pub use lambda_event_source_mapping::LambdaEventSourceMapping;
pub use lambda_function::{LambdaFunction, LambdaFunctionArgs};
pub use lambda_function_event_invoke_config::LambdaFunctionEventInvokeConfig;
pub use lambda_permission::{LambdaPermission, LambdaPermissionArgs};
pub use lambda_provisioned_concurrency_config::{
    LambdaProvisionedConcurrencyConfig, LambdaProvisionedConcurrencyConfigArgs,
};
pub use launch_template::LaunchTemplate;
pub use lb::Lb;
pub use lb_listener::{LbListener, LbListenerArgs};
pub use lb_listener_rule::{LbListenerRule, LbListenerRuleArgs};
pub use lb_target_group::LbTargetGroup;
pub use nat_gateway::NatGateway;
pub use rds_cluster::RdsCluster;
pub use rds_cluster_instance::{RdsClusterInstance, RdsClusterInstanceArgs};
pub use rds_cluster_parameter_group::RdsClusterParameterGroup;
pub use rds_global_cluster::RdsGlobalCluster;
pub use route::Route;
pub use route_table::RouteTable;
pub use route_table_association::RouteTableAssociation;
pub use route53_health_check::Route53HealthCheck;
pub use route53_record::{Route53Record, Route53RecordArgs};
pub use route53_zone::Route53Zone;
pub use s3_bucket::S3Bucket;
pub use s3_bucket_acl::S3BucketAcl;
pub use s3_bucket_lifecycle_configuration::S3BucketLifecycleConfiguration;
pub use s3_bucket_logging::{S3BucketLogging, S3BucketLoggingArgs};
pub use s3_bucket_object_lock_configuration::S3BucketObjectLockConfiguration;
pub use s3_bucket_ownership_controls::{S3BucketOwnershipControls, S3BucketOwnershipControlsArgs};
pub use s3_bucket_policy::{S3BucketPolicy, S3BucketPolicyArgs};
pub use s3_bucket_public_access_block::S3BucketPublicAccessBlock;
pub use s3_bucket_replication_configuration::{
    S3BucketReplicationConfiguration, S3BucketReplicationConfigurationArgs,
};
pub use s3_bucket_server_side_encryption_configuration::{
    S3BucketServerSideEncryptionConfiguration, S3BucketServerSideEncryptionConfigurationArgs,
};
pub use s3_bucket_versioning::{S3BucketVersioning, S3BucketVersioningArgs};
pub use s3_bucket_website_configuration::S3BucketWebsiteConfiguration;
pub use s3_object::{S3Object, S3ObjectArgs};
pub use scheduler_schedule::{SchedulerSchedule, SchedulerScheduleArgs};
pub use scheduler_schedule_group::SchedulerScheduleGroup;
pub use secretsmanager_secret::SecretsmanagerSecret;
pub use secretsmanager_secret_policy::{
    SecretsmanagerSecretPolicy, SecretsmanagerSecretPolicyArgs,
};
pub use secretsmanager_secret_version::SecretsmanagerSecretVersion;
pub use security_group::SecurityGroup;
pub use sfn_state_machine::{SfnStateMachine, SfnStateMachineArgs};
pub use sns_topic::SnsTopic;
pub use sns_topic_policy::{SnsTopicPolicy, SnsTopicPolicyArgs};
pub use sns_topic_subscription::{SnsTopicSubscription, SnsTopicSubscriptionArgs};
pub use sqs_queue::SqsQueue;
pub use sqs_queue_policy::{SqsQueuePolicy, SqsQueuePolicyArgs};
pub use sqs_queue_redrive_allow_policy::{
    SqsQueueRedriveAllowPolicy, SqsQueueRedriveAllowPolicyArgs,
};
pub use sqs_queue_redrive_policy::{SqsQueueRedrivePolicy, SqsQueueRedrivePolicyArgs};
pub use ssm_parameter::{SsmParameter, SsmParameterArgs};
pub use subnet::Subnet;
pub use vpc::Vpc;
pub use vpc_endpoint::VpcEndpoint;
pub use vpc_peering_connection::{VpcPeeringConnection, VpcPeeringConnectionArgs};
pub use vpc_peering_connection_accepter::VpcPeeringConnectionAccepter;
pub use vpc_peering_connection_options::VpcPeeringConnectionOptions;
pub use vpc_security_group_egress_rule::{
    VpcSecurityGroupEgressRule, VpcSecurityGroupEgressRuleArgs,
};
pub use vpc_security_group_ingress_rule::{
    VpcSecurityGroupIngressRule, VpcSecurityGroupIngressRuleArgs,
};
pub use wafv2_web_acl::{Wafv2WebAcl, Wafv2WebAclArgs};
pub use wafv2_web_acl_association::{Wafv2WebAclAssociation, Wafv2WebAclAssociationArgs};
pub use wafv2_web_acl_logging_configuration::{
    Wafv2WebAclLoggingConfiguration, Wafv2WebAclLoggingConfigurationArgs,
};

use crate::body::Construct;
use crate::schema::ResourceType;

/// The version of the provider whose schema this is.
pub const VERSION: &str = "6.62.0";

/// The versions that have at least what is bound here.
pub const VERSION_CONSTRAINT: &str = "~> 6.62";

const fn entry<T: Construct>() -> ResourceType {
    ResourceType { mode: T::MODE, name: T::TYPE, block: T::BLOCK }
}

/// All types, by mode and name.
pub static TYPES: [ResourceType; 123] = [
    entry::<AcmCertificate>(),
    entry::<AcmCertificateValidation>(),
    entry::<ApiGatewayAccount>(),
    entry::<ApiGatewayBasePathMapping>(),
    entry::<ApiGatewayDeployment>(),
    entry::<ApiGatewayDomainName>(),
    entry::<ApiGatewayIntegration>(),
    entry::<ApiGatewayMethod>(),
    entry::<ApiGatewayMethodSettings>(),
    entry::<ApiGatewayModel>(),
    entry::<ApiGatewayRequestValidator>(),
    entry::<ApiGatewayResource>(),
    entry::<ApiGatewayRestApi>(),
    entry::<ApiGatewayRestApiPolicy>(),
    entry::<ApiGatewayStage>(),
    entry::<AutoscalingGroup>(),
    entry::<AutoscalingPolicy>(),
    entry::<BackupPlan>(),
    entry::<BackupSelection>(),
    entry::<BackupVault>(),
    entry::<BudgetsBudget>(),
    entry::<Cloudtrail>(),
    entry::<CloudwatchCompositeAlarm>(),
    entry::<CloudwatchDashboard>(),
    entry::<CloudwatchEventArchive>(),
    entry::<CloudwatchEventBus>(),
    entry::<CloudwatchEventBusPolicy>(),
    entry::<CloudwatchEventRule>(),
    entry::<CloudwatchEventTarget>(),
    entry::<CloudwatchLogGroup>(),
    entry::<CloudwatchLogMetricFilter>(),
    entry::<CloudwatchLogResourcePolicy>(),
    entry::<CloudwatchMetricAlarm>(),
    entry::<DbParameterGroup>(),
    entry::<DbSubnetGroup>(),
    entry::<DefaultSecurityGroup>(),
    entry::<DynamodbResourcePolicy>(),
    entry::<DynamodbTable>(),
    entry::<Eip>(),
    entry::<FlowLog>(),
    entry::<IamInstanceProfile>(),
    entry::<IamPolicy>(),
    entry::<IamRole>(),
    entry::<IamRolePolicy>(),
    entry::<IamRolePolicyAttachment>(),
    entry::<InternetGateway>(),
    entry::<InternetGatewayAttachment>(),
    entry::<KmsAlias>(),
    entry::<KmsKey>(),
    entry::<KmsReplicaKey>(),
    entry::<LambdaAlias>(),
    entry::<LambdaEventSourceMapping>(),
    entry::<LambdaFunction>(),
    entry::<LambdaFunctionEventInvokeConfig>(),
    entry::<LambdaPermission>(),
    entry::<LambdaProvisionedConcurrencyConfig>(),
    entry::<LaunchTemplate>(),
    entry::<Lb>(),
    entry::<LbListener>(),
    entry::<LbListenerRule>(),
    entry::<LbTargetGroup>(),
    entry::<NatGateway>(),
    entry::<RdsCluster>(),
    entry::<RdsClusterInstance>(),
    entry::<RdsClusterParameterGroup>(),
    entry::<RdsGlobalCluster>(),
    entry::<Route>(),
    entry::<Route53HealthCheck>(),
    entry::<Route53Record>(),
    entry::<Route53Zone>(),
    entry::<RouteTable>(),
    entry::<RouteTableAssociation>(),
    entry::<S3Bucket>(),
    entry::<S3BucketAcl>(),
    entry::<S3BucketLifecycleConfiguration>(),
    entry::<S3BucketLogging>(),
    entry::<S3BucketObjectLockConfiguration>(),
    entry::<S3BucketOwnershipControls>(),
    entry::<S3BucketPolicy>(),
    entry::<S3BucketPublicAccessBlock>(),
    entry::<S3BucketReplicationConfiguration>(),
    entry::<S3BucketServerSideEncryptionConfiguration>(),
    entry::<S3BucketVersioning>(),
    entry::<S3BucketWebsiteConfiguration>(),
    entry::<S3Object>(),
    entry::<SchedulerSchedule>(),
    entry::<SchedulerScheduleGroup>(),
    entry::<SecretsmanagerSecret>(),
    entry::<SecretsmanagerSecretPolicy>(),
    entry::<SecretsmanagerSecretVersion>(),
    entry::<SecurityGroup>(),
    entry::<SfnStateMachine>(),
    entry::<SnsTopic>(),
    entry::<SnsTopicPolicy>(),
    entry::<SnsTopicSubscription>(),
    entry::<SqsQueue>(),
    entry::<SqsQueuePolicy>(),
    entry::<SqsQueueRedriveAllowPolicy>(),
    entry::<SqsQueueRedrivePolicy>(),
    entry::<SsmParameter>(),
    entry::<Subnet>(),
    entry::<Vpc>(),
    entry::<VpcEndpoint>(),
    entry::<VpcPeeringConnection>(),
    entry::<VpcPeeringConnectionAccepter>(),
    entry::<VpcPeeringConnectionOptions>(),
    entry::<VpcSecurityGroupEgressRule>(),
    entry::<VpcSecurityGroupIngressRule>(),
    entry::<Wafv2WebAcl>(),
    entry::<Wafv2WebAclAssociation>(),
    entry::<Wafv2WebAclLoggingConfiguration>(),
    entry::<data::Ami>(),
    entry::<data::AvailabilityZones>(),
    entry::<data::CallerIdentity>(),
    entry::<data::ElbServiceAccount>(),
    entry::<data::Partition>(),
    entry::<data::PrefixList>(),
    entry::<data::RdsEngineVersion>(),
    entry::<data::Region>(),
    entry::<data::Route53Zone>(),
    entry::<data::SsmParameter>(),
    entry::<ephemeral::SecretsmanagerRandomPassword>(),
    entry::<ephemeral::SecretsmanagerSecretVersion>(),
];
