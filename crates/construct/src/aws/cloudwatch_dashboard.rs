//! The resource `aws_cloudwatch_dashboard`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::Str;

construct! {
    resource CloudwatchDashboard = "aws_cloudwatch_dashboard";
    new CloudwatchDashboardArgs (dashboard_body: Str, dashboard_name: Str);
    required {
        dashboard_body: Str,
        dashboard_name: Str,
    }
    settable {
        region: Str,
    }
    computed {
        dashboard_arn: Str,
        id: Str,
    }
}
