//! The resource `aws_backup_selection`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Many, Set, Str};

construct! {
    resource BackupSelection = "aws_backup_selection";
    new BackupSelectionArgs (iam_role_arn: Str, name: Str, plan_id: Str);
    required {
        iam_role_arn: Str,
        name: Str,
        plan_id: Str,
    }
    optional {
        resources: Set<Str>,
    }
    settable {
        not_resources: Set<Str>,
        region: Str,
    }
    computed {
        id: Str,
    }
    blocks {
        condition: Many<Condition> = Set 0 0,
        selection_tag: Many<SelectionTag> = Set 0 0,
    }
}

block! {
    Condition;
    new ();
    blocks {
        string_equals: Many<ConditionStringEquals> = Set 0 0,
        string_like: Many<ConditionStringLike> = Set 0 0,
        string_not_equals: Many<ConditionStringNotEquals> = Set 0 0,
        string_not_like: Many<ConditionStringNotLike> = Set 0 0,
    }
}

block! {
    ConditionStringEquals;
    new ConditionStringEqualsArgs (key: Str, value: Str);
    required {
        key: Str,
        value: Str,
    }
}

block! {
    ConditionStringLike;
    new ConditionStringLikeArgs (key: Str, value: Str);
    required {
        key: Str,
        value: Str,
    }
}

block! {
    ConditionStringNotEquals;
    new ConditionStringNotEqualsArgs (key: Str, value: Str);
    required {
        key: Str,
        value: Str,
    }
}

block! {
    ConditionStringNotLike;
    new ConditionStringNotLikeArgs (key: Str, value: Str);
    required {
        key: Str,
        value: Str,
    }
}

block! {
    SelectionTag;
    new SelectionTagArgs (key: Str, type_: Str, value: Str);
    required {
        key: Str,
        type_: Str,
        value: Str,
    }
}
