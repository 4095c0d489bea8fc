//! The resource `aws_wafv2_web_acl_logging_configuration`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Many, One, Set, Str};

construct! {
    resource Wafv2WebAclLoggingConfiguration = "aws_wafv2_web_acl_logging_configuration";
    new Wafv2WebAclLoggingConfigurationArgs (log_destination_configs: Set<Str>, resource_arn: Str);
    required {
        log_destination_configs: Set<Str>,
        resource_arn: Str,
    }
    settable {
        region: Str,
    }
    computed {
        id: Str,
    }
    blocks {
        logging_filter: One<LoggingFilter> = List 0 1,
        redacted_fields: Many<RedactedFields> = List 0 0,
    }
}

block! {
    LoggingFilter;
    new LoggingFilterArgs (default_behavior: Str, filter: Many<LoggingFilterFilter>);
    required {
        default_behavior: Str,
    }
    required_blocks {
        filter: Many<LoggingFilterFilter> = Set 1 0,
    }
}

block! {
    LoggingFilterFilter;
    new LoggingFilterFilterArgs (behavior: Str, requirement: Str, condition: Many<LoggingFilterFilterCondition>);
    required {
        behavior: Str,
        requirement: Str,
    }
    required_blocks {
        condition: Many<LoggingFilterFilterCondition> = Set 1 0,
    }
}

block! {
    LoggingFilterFilterCondition;
    new ();
    blocks {
        action_condition: One<LoggingFilterFilterConditionActionCondition> = List 0 1,
        label_name_condition: One<LoggingFilterFilterConditionLabelNameCondition> = List 0 1,
    }
}

block! {
    LoggingFilterFilterConditionActionCondition;
    new (action: Str);
    required {
        action: Str,
    }
}

block! {
    LoggingFilterFilterConditionLabelNameCondition;
    new (label_name: Str);
    required {
        label_name: Str,
    }
}

block! {
    RedactedFields;
    new ();
    blocks {
        method: One<RedactedFieldsMethod> = List 0 1,
        query_string: One<RedactedFieldsQueryString> = List 0 1,
        single_header: One<RedactedFieldsSingleHeader> = List 0 1,
        uri_path: One<RedactedFieldsUriPath> = List 0 1,
    }
}

block! {
    RedactedFieldsMethod;
    new ();
}

block! {
    RedactedFieldsQueryString;
    new ();
}

block! {
    RedactedFieldsSingleHeader;
    new (name: Str);
    required {
        name: Str,
    }
}

block! {
    RedactedFieldsUriPath;
    new ();
}
