//! The resource `aws_wafv2_web_acl`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Any, Bool, List, Many, Map, Num, One, Set, Str};

construct! {
    resource Wafv2WebAcl = "aws_wafv2_web_acl";
    new Wafv2WebAclArgs (scope: Str, default_action: One<DefaultAction>, visibility_config: One<VisibilityConfig>);
    required {
        scope: Str,
    }
    optional {
        description: Str,
        rule_json: Str,
        tags: Map<Str>,
        token_domains: Set<Str>,
    }
    settable {
        name: Str,
        name_prefix: Str,
        region: Str,
    }
    computed {
        application_integration_url: Str,
        arn: Str,
        capacity: Num,
        id: Str,
        lock_token: Str,
        tags_all: Map<Str>,
    }
    required_blocks {
        default_action: One<DefaultAction> = List 1 1,
        visibility_config: One<VisibilityConfig> = List 1 1,
    }
    blocks {
        association_config: One<AssociationConfig> = List 0 1,
        captcha_config: One<CaptchaConfig> = List 0 1,
        challenge_config: One<ChallengeConfig> = List 0 1,
        custom_response_body: Many<CustomResponseBody> = Set 0 0,
        data_protection_config: One<DataProtectionConfig> = List 0 1,
        rule: Many<Rule> = Set 0 0,
    }
}

tagged!(Wafv2WebAcl);

block! {
    AssociationConfig;
    new ();
    blocks {
        request_body: Many<AssociationConfigRequestBody> = List 0 0,
    }
}

block! {
    AssociationConfigRequestBody;
    new ();
    blocks {
        api_gateway: One<AssociationConfigRequestBodyApiGateway> = List 0 1,
        app_runner_service: One<AssociationConfigRequestBodyAppRunnerService> = List 0 1,
        cloudfront: One<AssociationConfigRequestBodyCloudfront> = List 0 1,
        cognito_user_pool: One<AssociationConfigRequestBodyCognitoUserPool> = List 0 1,
        verified_access_instance: One<AssociationConfigRequestBodyVerifiedAccessInstance> = List 0 1,
    }
}

block! {
    AssociationConfigRequestBodyApiGateway;
    new (default_size_inspection_limit: Str);
    required {
        default_size_inspection_limit: Str,
    }
}

block! {
    AssociationConfigRequestBodyAppRunnerService;
    new (default_size_inspection_limit: Str);
    required {
        default_size_inspection_limit: Str,
    }
}

block! {
    AssociationConfigRequestBodyCloudfront;
    new (default_size_inspection_limit: Str);
    required {
        default_size_inspection_limit: Str,
    }
}

block! {
    AssociationConfigRequestBodyCognitoUserPool;
    new (default_size_inspection_limit: Str);
    required {
        default_size_inspection_limit: Str,
    }
}

block! {
    AssociationConfigRequestBodyVerifiedAccessInstance;
    new (default_size_inspection_limit: Str);
    required {
        default_size_inspection_limit: Str,
    }
}

block! {
    CaptchaConfig;
    new ();
    blocks {
        immunity_time_property: One<CaptchaConfigImmunityTimeProperty> = List 0 1,
    }
}

block! {
    CaptchaConfigImmunityTimeProperty;
    new ();
    optional {
        immunity_time: Num,
    }
}

block! {
    ChallengeConfig;
    new ();
    blocks {
        immunity_time_property: One<ChallengeConfigImmunityTimeProperty> = List 0 1,
    }
}

block! {
    ChallengeConfigImmunityTimeProperty;
    new ();
    optional {
        immunity_time: Num,
    }
}

block! {
    CustomResponseBody;
    new CustomResponseBodyArgs (content: Str, content_type: Str, key: Str);
    required {
        content: Str,
        content_type: Str,
        key: Str,
    }
}

block! {
    DataProtectionConfig;
    new ();
    blocks {
        data_protection: Many<DataProtectionConfigDataProtection> = List 0 0,
    }
}

block! {
    DataProtectionConfigDataProtection;
    new DataProtectionConfigDataProtectionArgs (action: Str, field: One<DataProtectionConfigDataProtectionField>);
    required {
        action: Str,
    }
    optional {
        exclude_rate_based_details: Bool,
        exclude_rule_match_details: Bool,
    }
    required_blocks {
        field: One<DataProtectionConfigDataProtectionField> = List 1 1,
    }
}

block! {
    DataProtectionConfigDataProtectionField;
    new (field_type: Str);
    required {
        field_type: Str,
    }
    optional {
        field_keys: List<Str>,
    }
}

block! {
    DefaultAction;
    new ();
    blocks {
        allow: One<DefaultActionAllow> = List 0 1,
        block: One<DefaultActionBlock> = List 0 1,
    }
}

block! {
    DefaultActionAllow;
    new ();
    blocks {
        custom_request_handling: One<DefaultActionAllowCustomRequestHandling> = List 0 1,
    }
}

block! {
    DefaultActionAllowCustomRequestHandling;
    new (insert_header: Many<DefaultActionAllowCustomRequestHandlingInsertHeader>);
    required_blocks {
        insert_header: Many<DefaultActionAllowCustomRequestHandlingInsertHeader> = Set 1 0,
    }
}

block! {
    DefaultActionAllowCustomRequestHandlingInsertHeader;
    new DefaultActionAllowCustomRequestHandlingInsertHeaderArgs (name: Str, value: Str);
    required {
        name: Str,
        value: Str,
    }
}

block! {
    DefaultActionBlock;
    new ();
    blocks {
        custom_response: One<DefaultActionBlockCustomResponse> = List 0 1,
    }
}

block! {
    DefaultActionBlockCustomResponse;
    new (response_code: Num);
    required {
        response_code: Num,
    }
    optional {
        custom_response_body_key: Str,
    }
    blocks {
        response_header: Many<DefaultActionBlockCustomResponseResponseHeader> = Set 0 0,
    }
}

block! {
    DefaultActionBlockCustomResponseResponseHeader;
    new DefaultActionBlockCustomResponseResponseHeaderArgs (name: Str, value: Str);
    required {
        name: Str,
        value: Str,
    }
}

block! {
    Rule;
    new RuleArgs (name: Str, priority: Num, visibility_config: One<RuleVisibilityConfig>);
    required {
        name: Str,
        priority: Num,
    }
    optional {
        statement: Any,
    }
    required_blocks {
        visibility_config: One<RuleVisibilityConfig> = List 1 1,
    }
    blocks {
        action: One<RuleAction> = List 0 1,
        captcha_config: One<RuleCaptchaConfig> = List 0 1,
        challenge_config: One<RuleChallengeConfig> = List 0 1,
        override_action: One<RuleOverrideAction> = List 0 1,
        rule_label: Many<RuleRuleLabel> = Set 0 0,
    }
}

block! {
    RuleAction;
    new ();
    blocks {
        allow: One<RuleActionAllow> = List 0 1,
        block: One<RuleActionBlock> = List 0 1,
        captcha: One<RuleActionCaptcha> = List 0 1,
        challenge: One<RuleActionChallenge> = List 0 1,
        count: One<RuleActionCount> = List 0 1,
    }
}

block! {
    RuleActionAllow;
    new ();
    blocks {
        custom_request_handling: One<RuleActionAllowCustomRequestHandling> = List 0 1,
    }
}

block! {
    RuleActionAllowCustomRequestHandling;
    new (insert_header: Many<RuleActionAllowCustomRequestHandlingInsertHeader>);
    required_blocks {
        insert_header: Many<RuleActionAllowCustomRequestHandlingInsertHeader> = Set 1 0,
    }
}

block! {
    RuleActionAllowCustomRequestHandlingInsertHeader;
    new RuleActionAllowCustomRequestHandlingInsertHeaderArgs (name: Str, value: Str);
    required {
        name: Str,
        value: Str,
    }
}

block! {
    RuleActionBlock;
    new ();
    blocks {
        custom_response: One<RuleActionBlockCustomResponse> = List 0 1,
    }
}

block! {
    RuleActionBlockCustomResponse;
    new (response_code: Num);
    required {
        response_code: Num,
    }
    optional {
        custom_response_body_key: Str,
    }
    blocks {
        response_header: Many<RuleActionBlockCustomResponseResponseHeader> = Set 0 0,
    }
}

block! {
    RuleActionBlockCustomResponseResponseHeader;
    new RuleActionBlockCustomResponseResponseHeaderArgs (name: Str, value: Str);
    required {
        name: Str,
        value: Str,
    }
}

block! {
    RuleActionCaptcha;
    new ();
    blocks {
        custom_request_handling: One<RuleActionCaptchaCustomRequestHandling> = List 0 1,
    }
}

block! {
    RuleActionCaptchaCustomRequestHandling;
    new (insert_header: Many<RuleActionCaptchaCustomRequestHandlingInsertHeader>);
    required_blocks {
        insert_header: Many<RuleActionCaptchaCustomRequestHandlingInsertHeader> = Set 1 0,
    }
}

block! {
    RuleActionCaptchaCustomRequestHandlingInsertHeader;
    new RuleActionCaptchaCustomRequestHandlingInsertHeaderArgs (name: Str, value: Str);
    required {
        name: Str,
        value: Str,
    }
}

block! {
    RuleActionChallenge;
    new ();
    blocks {
        custom_request_handling: One<RuleActionChallengeCustomRequestHandling> = List 0 1,
    }
}

block! {
    RuleActionChallengeCustomRequestHandling;
    new (insert_header: Many<RuleActionChallengeCustomRequestHandlingInsertHeader>);
    required_blocks {
        insert_header: Many<RuleActionChallengeCustomRequestHandlingInsertHeader> = Set 1 0,
    }
}

block! {
    RuleActionChallengeCustomRequestHandlingInsertHeader;
    new RuleActionChallengeCustomRequestHandlingInsertHeaderArgs (name: Str, value: Str);
    required {
        name: Str,
        value: Str,
    }
}

block! {
    RuleActionCount;
    new ();
    blocks {
        custom_request_handling: One<RuleActionCountCustomRequestHandling> = List 0 1,
    }
}

block! {
    RuleActionCountCustomRequestHandling;
    new (insert_header: Many<RuleActionCountCustomRequestHandlingInsertHeader>);
    required_blocks {
        insert_header: Many<RuleActionCountCustomRequestHandlingInsertHeader> = Set 1 0,
    }
}

block! {
    RuleActionCountCustomRequestHandlingInsertHeader;
    new RuleActionCountCustomRequestHandlingInsertHeaderArgs (name: Str, value: Str);
    required {
        name: Str,
        value: Str,
    }
}

block! {
    RuleCaptchaConfig;
    new ();
    blocks {
        immunity_time_property: One<RuleCaptchaConfigImmunityTimeProperty> = List 0 1,
    }
}

block! {
    RuleCaptchaConfigImmunityTimeProperty;
    new ();
    optional {
        immunity_time: Num,
    }
}

block! {
    RuleChallengeConfig;
    new ();
    blocks {
        immunity_time_property: One<RuleChallengeConfigImmunityTimeProperty> = List 0 1,
    }
}

block! {
    RuleChallengeConfigImmunityTimeProperty;
    new ();
    optional {
        immunity_time: Num,
    }
}

block! {
    RuleOverrideAction;
    new ();
    blocks {
        count: One<RuleOverrideActionCount> = List 0 1,
        none: One<RuleOverrideActionNone> = List 0 1,
    }
}

block! {
    RuleOverrideActionCount;
    new ();
}

block! {
    RuleOverrideActionNone;
    new ();
}

block! {
    RuleRuleLabel;
    new (name: Str);
    required {
        name: Str,
    }
}

block! {
    RuleVisibilityConfig;
    new RuleVisibilityConfigArgs (cloudwatch_metrics_enabled: Bool, metric_name: Str, sampled_requests_enabled: Bool);
    required {
        cloudwatch_metrics_enabled: Bool,
        metric_name: Str,
        sampled_requests_enabled: Bool,
    }
}

block! {
    VisibilityConfig;
    new VisibilityConfigArgs (cloudwatch_metrics_enabled: Bool, metric_name: Str, sampled_requests_enabled: Bool);
    required {
        cloudwatch_metrics_enabled: Bool,
        metric_name: Str,
        sampled_requests_enabled: Bool,
    }
}
