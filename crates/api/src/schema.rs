//! The schemas of `model`'s types, for the OpenAPI document.

use leeward_model as model;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;

macro_rules! schema {
    ($name:ident: $schema:tt) => {
        pub(crate) struct $name;
        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    };
}

/// Defines the schema of an enum of `model`. The match in it does not compile if a variant is missing here.
macro_rules! vocabulary {
    ($name:ident: $($variant:ident),+) => {
        pub(crate) struct $name;
        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                fn _every_variant_is_listed(value: model::$name) {
                    match value {
                        $(model::$name::$variant => {}),+
                    }
                }
                let words = [$(model::$name::$variant),+]
                    .map(|word| serde_json::to_value(word).expect("a word"));
                json_schema!({ "type": "string", "enum": words })
            }
        }
    };
}

schema!(Id: { "type": "string", "pattern": "^[A-Za-z0-9._:-]{1,64}$" });
schema!(SymbolName: { "type": "string", "pattern": "^[A-Za-z0-9._:-]{1,24}$" });
schema!(Amount: {
    "type": "string", "pattern": "^[0-9]{1,10}(\\.[0-9]{1,8})?$",
    "description": "A decimal above zero, in a string."
});
schema!(SignedAmount: {
    "type": "string", "pattern": "^-?[0-9]+(\\.[0-9]{1,8})?$", "description": "A decimal, in a string."
});
schema!(LimitsView: {
    "type": "object",
    "properties": {
        "max_order_quantity": {
            "type": "string", "pattern": "^[0-9]{1,10}(\\.[0-9]{1,8})?$",
            "description": "The largest quantity of one order."
        },
        "max_order_notional": {
            "type": "string", "pattern": "^[0-9]{1,10}(\\.[0-9]{1,8})?$",
            "description": "The largest price times quantity of one limit order."
        },
        "max_position": {
            "type": "string", "pattern": "^[0-9]{1,10}(\\.[0-9]{1,8})?$",
            "description": "The largest absolute position in one symbol."
        }
    }
});
schema!(Object: { "type": "object" });
schema!(ProbeAnswer: {
    "description": "good: the probe succeeded; silence: no answer in time; error: an error answer, with its text.",
    "oneOf": [
        { "type": "string", "enum": ["good", "silence"] },
        {
            "type": "object", "properties": { "error": { "type": "string" } },
            "required": ["error"], "additionalProperties": false
        }
    ]
});
schema!(Verdict: {
    "description": "One member, named no_action, start, take_over or alert.",
    "type": "object", "minProperties": 1, "maxProperties": 1
});
vocabulary!(Side: Buy, Sell);
vocabulary!(OrderType: Limit, Market);
vocabulary!(TimeInForce: Day, Gtc, Ioc, Fok);
vocabulary!(Mode: Automatic, Observe, Paused);
vocabulary!(RunKind: Failover, Switchover, Failback, Realign);
vocabulary!(
    Step: Check,
    HandOverDatabase,
    Fence,
    PromoteDatabase,
    ResumeProcessing,
    Reconcile,
    Verify,
    Announce
);
vocabulary!(
    Diagnosis: Healthy,
    Unknown,
    Silent,
    ApiUnreachable,
    OrderPathBroken,
    LedgerUnreachable,
    ControlImpaired,
    DbWriterElsewhere
);

/// The schema lists the known values. Clients also accept other values.
impl<T: JsonSchema> JsonSchema for crate::Open<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }
    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}
