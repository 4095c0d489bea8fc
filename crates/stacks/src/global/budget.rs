//! A monthly cost budget. Its alerts go to the addresses that receive the platform's notices.

use leeward_blueprint::Blueprint;
use leeward_construct::aws::budgets_budget::{Notification, NotificationArgs};
use leeward_construct::{Scope, aws};

use leeward_blueprint::names::Names;

pub(crate) fn add(scope: &Scope, blueprint: &Blueprint, names: &Names) {
    let (dollars, people) = (blueprint.access.budget_usd, &blueprint.notices.emails);
    if dollars == 0 || people.is_empty() {
        return;
    }
    let notice = |percent: u32, kind: &str| {
        Notification::new(NotificationArgs {
            comparison_operator: "GREATER_THAN",
            notification_type: kind,
            threshold: percent,
            threshold_type: "PERCENTAGE",
        })
        .subscriber_email_addresses(people.as_slice())
    };
    scope.add(
        "platform",
        aws::BudgetsBudget::new(aws::BudgetsBudgetArgs {
            budget_type: "COST",
            time_unit: "MONTHLY",
        })
        .name(names.name("platform", "budget"))
        .limit_amount(dollars.to_string())
        .limit_unit("USD")
        .notification([notice(80, "ACTUAL"), notice(100, "FORECASTED")]),
    );
}
