//! The resource `aws_budgets_budget`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, List, Many, Map, Num, One, Set, Str};

construct! {
    resource BudgetsBudget = "aws_budgets_budget";
    new BudgetsBudgetArgs (budget_type: Str, time_unit: Str);
    required {
        budget_type: Str,
        time_unit: Str,
    }
    optional {
        billing_view_arn: Str,
        metrics: List<Str>,
        tags: Map<Str>,
        time_period_end: Str,
    }
    settable {
        account_id: Str,
        limit_amount: Str,
        limit_unit: Str,
        name: Str,
        name_prefix: Str,
        time_period_start: Str,
    }
    computed {
        arn: Str,
        id: Str,
        tags_all: Map<Str>,
    }
    blocks {
        auto_adjust_data: One<AutoAdjustData> = List 0 1,
        cost_filter: Many<CostFilter> = Set 0 0,
        cost_types: One<CostTypes> = List 0 1,
        filter_expression: One<FilterExpression> = List 0 1,
        notification: Many<Notification> = Set 0 0,
        planned_limit: Many<PlannedLimit> = Set 0 0,
    }
    block_references {
        auto_adjust_data: List<AutoAdjustData>,
    }
}

tagged!(BudgetsBudget);

block! {
    AutoAdjustData;
    new (auto_adjust_type: Str);
    required {
        auto_adjust_type: Str,
    }
    computed {
        last_auto_adjust_time: Str,
    }
    blocks {
        historical_options: One<AutoAdjustDataHistoricalOptions> = List 0 1,
    }
    block_references {
        historical_options: List<AutoAdjustDataHistoricalOptions>,
    }
}

block! {
    AutoAdjustDataHistoricalOptions;
    new (budget_adjustment_period: Num);
    required {
        budget_adjustment_period: Num,
    }
    computed {
        lookback_available_periods: Num,
    }
}

block! {
    CostFilter;
    new CostFilterArgs (name: Str, values: List<Str>);
    required {
        name: Str,
        values: List<Str>,
    }
}

block! {
    CostTypes;
    new ();
    optional {
        include_credit: Bool,
        include_discount: Bool,
        include_other_subscription: Bool,
        include_recurring: Bool,
        include_refund: Bool,
        include_subscription: Bool,
        include_support: Bool,
        include_tax: Bool,
        include_upfront: Bool,
        use_amortized: Bool,
        use_blended: Bool,
    }
}

block! {
    FilterExpression;
    new ();
    blocks {
        and: Many<FilterExpressionAnd> = List 0 0,
        cost_categories: One<FilterExpressionCostCategories> = List 0 1,
        dimensions: One<FilterExpressionDimensions> = List 0 1,
        not: One<FilterExpressionNot> = List 0 1,
        or: Many<FilterExpressionOr> = List 0 0,
        tags: One<FilterExpressionTags> = List 0 1,
    }
}

block! {
    FilterExpressionAnd;
    new ();
    blocks {
        and: Many<FilterExpressionAndAnd> = List 0 0,
        cost_categories: One<FilterExpressionAndCostCategories> = List 0 1,
        dimensions: One<FilterExpressionAndDimensions> = List 0 1,
        not: One<FilterExpressionAndNot> = List 0 1,
        or: Many<FilterExpressionAndOr> = List 0 0,
        tags: One<FilterExpressionAndTags> = List 0 1,
    }
}

block! {
    FilterExpressionAndAnd;
    new ();
    blocks {
        cost_categories: One<FilterExpressionAndAndCostCategories> = List 0 1,
        dimensions: One<FilterExpressionAndAndDimensions> = List 0 1,
        tags: One<FilterExpressionAndAndTags> = List 0 1,
    }
}

block! {
    FilterExpressionAndAndCostCategories;
    new ();
    optional {
        key: Str,
        match_options: List<Str>,
        values: List<Str>,
    }
}

block! {
    FilterExpressionAndAndDimensions;
    new FilterExpressionAndAndDimensionsArgs (key: Str, values: List<Str>);
    required {
        key: Str,
        values: List<Str>,
    }
    optional {
        match_options: List<Str>,
    }
}

block! {
    FilterExpressionAndAndTags;
    new ();
    optional {
        key: Str,
        match_options: List<Str>,
        values: List<Str>,
    }
}

block! {
    FilterExpressionAndCostCategories;
    new ();
    optional {
        key: Str,
        match_options: List<Str>,
        values: List<Str>,
    }
}

block! {
    FilterExpressionAndDimensions;
    new FilterExpressionAndDimensionsArgs (key: Str, values: List<Str>);
    required {
        key: Str,
        values: List<Str>,
    }
    optional {
        match_options: List<Str>,
    }
}

block! {
    FilterExpressionAndNot;
    new ();
    blocks {
        cost_categories: One<FilterExpressionAndNotCostCategories> = List 0 1,
        dimensions: One<FilterExpressionAndNotDimensions> = List 0 1,
        tags: One<FilterExpressionAndNotTags> = List 0 1,
    }
}

block! {
    FilterExpressionAndNotCostCategories;
    new ();
    optional {
        key: Str,
        match_options: List<Str>,
        values: List<Str>,
    }
}

block! {
    FilterExpressionAndNotDimensions;
    new FilterExpressionAndNotDimensionsArgs (key: Str, values: List<Str>);
    required {
        key: Str,
        values: List<Str>,
    }
    optional {
        match_options: List<Str>,
    }
}

block! {
    FilterExpressionAndNotTags;
    new ();
    optional {
        key: Str,
        match_options: List<Str>,
        values: List<Str>,
    }
}

block! {
    FilterExpressionAndOr;
    new ();
    blocks {
        cost_categories: One<FilterExpressionAndOrCostCategories> = List 0 1,
        dimensions: One<FilterExpressionAndOrDimensions> = List 0 1,
        tags: One<FilterExpressionAndOrTags> = List 0 1,
    }
}

block! {
    FilterExpressionAndOrCostCategories;
    new ();
    optional {
        key: Str,
        match_options: List<Str>,
        values: List<Str>,
    }
}

block! {
    FilterExpressionAndOrDimensions;
    new FilterExpressionAndOrDimensionsArgs (key: Str, values: List<Str>);
    required {
        key: Str,
        values: List<Str>,
    }
    optional {
        match_options: List<Str>,
    }
}

block! {
    FilterExpressionAndOrTags;
    new ();
    optional {
        key: Str,
        match_options: List<Str>,
        values: List<Str>,
    }
}

block! {
    FilterExpressionAndTags;
    new ();
    optional {
        key: Str,
        match_options: List<Str>,
        values: List<Str>,
    }
}

block! {
    FilterExpressionCostCategories;
    new ();
    optional {
        key: Str,
        match_options: List<Str>,
        values: List<Str>,
    }
}

block! {
    FilterExpressionDimensions;
    new FilterExpressionDimensionsArgs (key: Str, values: List<Str>);
    required {
        key: Str,
        values: List<Str>,
    }
    optional {
        match_options: List<Str>,
    }
}

block! {
    FilterExpressionNot;
    new ();
    blocks {
        and: Many<FilterExpressionNotAnd> = List 0 0,
        cost_categories: One<FilterExpressionNotCostCategories> = List 0 1,
        dimensions: One<FilterExpressionNotDimensions> = List 0 1,
        not: One<FilterExpressionNotNot> = List 0 1,
        or: Many<FilterExpressionNotOr> = List 0 0,
        tags: One<FilterExpressionNotTags> = List 0 1,
    }
}

block! {
    FilterExpressionNotAnd;
    new ();
    blocks {
        cost_categories: One<FilterExpressionNotAndCostCategories> = List 0 1,
        dimensions: One<FilterExpressionNotAndDimensions> = List 0 1,
        tags: One<FilterExpressionNotAndTags> = List 0 1,
    }
}

block! {
    FilterExpressionNotAndCostCategories;
    new ();
    optional {
        key: Str,
        match_options: List<Str>,
        values: List<Str>,
    }
}

block! {
    FilterExpressionNotAndDimensions;
    new FilterExpressionNotAndDimensionsArgs (key: Str, values: List<Str>);
    required {
        key: Str,
        values: List<Str>,
    }
    optional {
        match_options: List<Str>,
    }
}

block! {
    FilterExpressionNotAndTags;
    new ();
    optional {
        key: Str,
        match_options: List<Str>,
        values: List<Str>,
    }
}

block! {
    FilterExpressionNotCostCategories;
    new ();
    optional {
        key: Str,
        match_options: List<Str>,
        values: List<Str>,
    }
}

block! {
    FilterExpressionNotDimensions;
    new FilterExpressionNotDimensionsArgs (key: Str, values: List<Str>);
    required {
        key: Str,
        values: List<Str>,
    }
    optional {
        match_options: List<Str>,
    }
}

block! {
    FilterExpressionNotNot;
    new ();
    blocks {
        cost_categories: One<FilterExpressionNotNotCostCategories> = List 0 1,
        dimensions: One<FilterExpressionNotNotDimensions> = List 0 1,
        tags: One<FilterExpressionNotNotTags> = List 0 1,
    }
}

block! {
    FilterExpressionNotNotCostCategories;
    new ();
    optional {
        key: Str,
        match_options: List<Str>,
        values: List<Str>,
    }
}

block! {
    FilterExpressionNotNotDimensions;
    new FilterExpressionNotNotDimensionsArgs (key: Str, values: List<Str>);
    required {
        key: Str,
        values: List<Str>,
    }
    optional {
        match_options: List<Str>,
    }
}

block! {
    FilterExpressionNotNotTags;
    new ();
    optional {
        key: Str,
        match_options: List<Str>,
        values: List<Str>,
    }
}

block! {
    FilterExpressionNotOr;
    new ();
    blocks {
        cost_categories: One<FilterExpressionNotOrCostCategories> = List 0 1,
        dimensions: One<FilterExpressionNotOrDimensions> = List 0 1,
        tags: One<FilterExpressionNotOrTags> = List 0 1,
    }
}

block! {
    FilterExpressionNotOrCostCategories;
    new ();
    optional {
        key: Str,
        match_options: List<Str>,
        values: List<Str>,
    }
}

block! {
    FilterExpressionNotOrDimensions;
    new FilterExpressionNotOrDimensionsArgs (key: Str, values: List<Str>);
    required {
        key: Str,
        values: List<Str>,
    }
    optional {
        match_options: List<Str>,
    }
}

block! {
    FilterExpressionNotOrTags;
    new ();
    optional {
        key: Str,
        match_options: List<Str>,
        values: List<Str>,
    }
}

block! {
    FilterExpressionNotTags;
    new ();
    optional {
        key: Str,
        match_options: List<Str>,
        values: List<Str>,
    }
}

block! {
    FilterExpressionOr;
    new ();
    blocks {
        and: Many<FilterExpressionOrAnd> = List 0 0,
        cost_categories: One<FilterExpressionOrCostCategories> = List 0 1,
        dimensions: One<FilterExpressionOrDimensions> = List 0 1,
        not: One<FilterExpressionOrNot> = List 0 1,
        or: Many<FilterExpressionOrOr> = List 0 0,
        tags: One<FilterExpressionOrTags> = List 0 1,
    }
}

block! {
    FilterExpressionOrAnd;
    new ();
    blocks {
        cost_categories: One<FilterExpressionOrAndCostCategories> = List 0 1,
        dimensions: One<FilterExpressionOrAndDimensions> = List 0 1,
        tags: One<FilterExpressionOrAndTags> = List 0 1,
    }
}

block! {
    FilterExpressionOrAndCostCategories;
    new ();
    optional {
        key: Str,
        match_options: List<Str>,
        values: List<Str>,
    }
}

block! {
    FilterExpressionOrAndDimensions;
    new FilterExpressionOrAndDimensionsArgs (key: Str, values: List<Str>);
    required {
        key: Str,
        values: List<Str>,
    }
    optional {
        match_options: List<Str>,
    }
}

block! {
    FilterExpressionOrAndTags;
    new ();
    optional {
        key: Str,
        match_options: List<Str>,
        values: List<Str>,
    }
}

block! {
    FilterExpressionOrCostCategories;
    new ();
    optional {
        key: Str,
        match_options: List<Str>,
        values: List<Str>,
    }
}

block! {
    FilterExpressionOrDimensions;
    new FilterExpressionOrDimensionsArgs (key: Str, values: List<Str>);
    required {
        key: Str,
        values: List<Str>,
    }
    optional {
        match_options: List<Str>,
    }
}

block! {
    FilterExpressionOrNot;
    new ();
    blocks {
        cost_categories: One<FilterExpressionOrNotCostCategories> = List 0 1,
        dimensions: One<FilterExpressionOrNotDimensions> = List 0 1,
        tags: One<FilterExpressionOrNotTags> = List 0 1,
    }
}

block! {
    FilterExpressionOrNotCostCategories;
    new ();
    optional {
        key: Str,
        match_options: List<Str>,
        values: List<Str>,
    }
}

block! {
    FilterExpressionOrNotDimensions;
    new FilterExpressionOrNotDimensionsArgs (key: Str, values: List<Str>);
    required {
        key: Str,
        values: List<Str>,
    }
    optional {
        match_options: List<Str>,
    }
}

block! {
    FilterExpressionOrNotTags;
    new ();
    optional {
        key: Str,
        match_options: List<Str>,
        values: List<Str>,
    }
}

block! {
    FilterExpressionOrOr;
    new ();
    blocks {
        cost_categories: One<FilterExpressionOrOrCostCategories> = List 0 1,
        dimensions: One<FilterExpressionOrOrDimensions> = List 0 1,
        tags: One<FilterExpressionOrOrTags> = List 0 1,
    }
}

block! {
    FilterExpressionOrOrCostCategories;
    new ();
    optional {
        key: Str,
        match_options: List<Str>,
        values: List<Str>,
    }
}

block! {
    FilterExpressionOrOrDimensions;
    new FilterExpressionOrOrDimensionsArgs (key: Str, values: List<Str>);
    required {
        key: Str,
        values: List<Str>,
    }
    optional {
        match_options: List<Str>,
    }
}

block! {
    FilterExpressionOrOrTags;
    new ();
    optional {
        key: Str,
        match_options: List<Str>,
        values: List<Str>,
    }
}

block! {
    FilterExpressionOrTags;
    new ();
    optional {
        key: Str,
        match_options: List<Str>,
        values: List<Str>,
    }
}

block! {
    FilterExpressionTags;
    new ();
    optional {
        key: Str,
        match_options: List<Str>,
        values: List<Str>,
    }
}

block! {
    Notification;
    new NotificationArgs (comparison_operator: Str, notification_type: Str, threshold: Num, threshold_type: Str);
    required {
        comparison_operator: Str,
        notification_type: Str,
        threshold: Num,
        threshold_type: Str,
    }
    optional {
        subscriber_email_addresses: Set<Str>,
        subscriber_sns_topic_arns: Set<Str>,
    }
}

block! {
    PlannedLimit;
    new PlannedLimitArgs (amount: Str, start_time: Str, unit: Str);
    required {
        amount: Str,
        start_time: Str,
        unit: Str,
    }
}
