//! Parses the body of a request into its type. Serde would stop at the first error, but this module reports every
//! invalid field. It does not convert between JSON types.

use leeward_api::{BatchOrder, BatchRequest, FieldError, LimitsRequest, OrderRequest};
use leeward_model::{
    AccountId, ClientId, Decimal, Limits, MAX_ENTRY_ORDERS, OrderType, Side, Symbol, TimeInForce,
};
use serde_json::{Map, Value};

/// The maximum number of errors that a response lists.
const ERRORS_MAX: usize = 100;

/// The fields of one JSON object, and the errors found so far.
struct Fields<'a> {
    object: &'a Map<String, Value>,
    prefix: String,
    errors: &'a mut Vec<FieldError>,
}

impl Fields<'_> {
    fn reject(&mut self, field: &str, problem: impl Into<String>) {
        if self.errors.len() < ERRORS_MAX {
            let field = format!("{}{field}", self.prefix);
            self.errors.push(FieldError { field, problem: problem.into() });
        }
    }

    fn text(&mut self, field: &str) -> Option<String> {
        match self.object.get(field) {
            Some(Value::String(text)) => Some(text.clone()),
            Some(_) => {
                self.reject(field, "must be a string");
                None
            }
            None => {
                self.reject(field, "is missing");
                None
            }
        }
    }

    fn parsed<T, E: std::fmt::Display>(
        &mut self,
        field: &str,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = self.text(field)?;
        match parse(&text) {
            Ok(value) => Some(value),
            Err(problem) => {
                self.reject(field, problem.to_string());
                None
            }
        }
    }

    fn choice<T: serde::de::DeserializeOwned>(&mut self, field: &str, choices: &str) -> Option<T> {
        let text = self.text(field)?;
        match serde_json::from_value(Value::String(text)) {
            Ok(value) => Some(value),
            Err(_) => {
                self.reject(field, format!("must be one of {choices}"));
                None
            }
        }
    }

    fn positive(&mut self, field: &str) -> Option<Decimal> {
        let value = self.parsed(field, Decimal::parse)?;
        if value.is_positive() {
            return Some(value);
        }
        self.reject(field, "must be greater than zero");
        None
    }

    fn reject_unknown(&mut self, known: &[&str]) {
        let unknown: Vec<String> =
            self.object.keys().filter(|k| !known.contains(&k.as_str())).cloned().collect();
        for field in unknown {
            let shown: String = field.chars().take(64).collect();
            self.reject(&shown, "is not a known field");
        }
    }

    /// Parses the fields of an order, without its ids.
    fn order(&mut self) -> Option<BatchOrder> {
        let symbol = self.parsed("symbol", Symbol::new);
        let side: Option<Side> = self.choice("side", "buy, sell");
        let order_type: Option<OrderType> = self.choice("type", "limit, market");
        let quantity = self.positive("quantity");
        let limit_price = match (order_type, self.object.contains_key("limit_price")) {
            (Some(OrderType::Limit), true) | (None, true) => self.positive("limit_price"),
            (Some(OrderType::Limit), false) => {
                self.reject("limit_price", "is missing: a limit order has a price");
                None
            }
            (Some(OrderType::Market), true) => {
                self.reject("limit_price", "must be absent from a market order");
                None
            }
            _ => None,
        };
        let time_in_force = if self.object.contains_key("time_in_force") {
            self.choice("time_in_force", "day, gtc, ioc, fok")?
        } else {
            TimeInForce::default()
        };
        Some(BatchOrder {
            symbol: symbol?,
            side: side?,
            order_type: order_type?,
            quantity: quantity?,
            limit_price,
            time_in_force,
        })
    }
}

const ORDER: [&str; 6] = ["symbol", "side", "type", "quantity", "limit_price", "time_in_force"];

fn object(body: &Value) -> Result<&Map<String, Value>, Vec<FieldError>> {
    body.as_object().ok_or_else(|| {
        vec![FieldError { field: "$".into(), problem: "must be a JSON object".into() }]
    })
}

/// Parses the body of `POST /v1/orders`.
pub fn order(body: &Value) -> Result<OrderRequest, Vec<FieldError>> {
    let mut errors = Vec::new();
    let mut f = Fields { object: object(body)?, prefix: String::new(), errors: &mut errors };
    let known: Vec<&str> = ORDER.into_iter().chain(["account", "client_order_id"]).collect();
    f.reject_unknown(&known);
    let account = f.parsed("account", AccountId::new);
    let id = f.parsed("client_order_id", ClientId::new);
    let order = f.order();
    match (account, id, order) {
        (Some(account), Some(id), Some(order)) if errors.is_empty() => {
            Ok(OrderRequest { client_order_id: id, account, order })
        }
        _ => Err(errors),
    }
}

/// Parses the body of `POST /v1/orders:batch`.
pub fn batch(body: &Value) -> Result<BatchRequest, Vec<FieldError>> {
    let mut errors = Vec::new();
    let object = object(body)?;
    let mut f = Fields { object, prefix: String::new(), errors: &mut errors };
    f.reject_unknown(&["account", "client_batch_id", "orders"]);
    let account = f.parsed("account", AccountId::new);
    let id = f.parsed("client_batch_id", ClientId::new);
    let list = match object.get("orders") {
        Some(Value::Array(list)) if !list.is_empty() && list.len() <= MAX_ENTRY_ORDERS => {
            list.as_slice()
        }
        Some(_) => {
            f.reject("orders", format!("must be a list of 1 to {MAX_ENTRY_ORDERS} orders"));
            &[]
        }
        None => {
            f.reject("orders", "is missing");
            &[]
        }
    };
    let mut orders = Vec::with_capacity(list.len());
    for (i, item) in list.iter().enumerate() {
        let prefix = format!("orders[{i}].");
        match item.as_object() {
            Some(object) => {
                let mut f = Fields { object, prefix, errors: &mut errors };
                f.reject_unknown(&ORDER);
                orders.extend(f.order());
            }
            None if errors.len() < ERRORS_MAX => errors.push(FieldError {
                field: format!("orders[{i}]"),
                problem: "must be an object".into(),
            }),
            None => {}
        }
    }
    match (account, id) {
        (Some(account), Some(id)) if errors.is_empty() => {
            Ok(BatchRequest { client_batch_id: id, account, orders })
        }
        _ => Err(errors),
    }
}

/// Parses the body of `PUT /v1/accounts/{account}/limits`.
pub fn limits(body: &Value) -> Result<LimitsRequest, Vec<FieldError>> {
    const LIMITS: [&str; 3] = ["max_order_quantity", "max_order_notional", "max_position"];
    let mut errors = Vec::new();
    let object = object(body)?;
    let mut f = Fields { object, prefix: String::new(), errors: &mut errors };
    let known: Vec<&str> = LIMITS.into_iter().chain(["client_change_id"]).collect();
    f.reject_unknown(&known);
    let id = f.parsed("client_change_id", ClientId::new);
    let mut given =
        LIMITS.map(|name| object.contains_key(name).then(|| f.positive(name)).flatten());
    let limits = Limits {
        max_order_quantity: given[0].take(),
        max_order_notional: given[1].take(),
        max_position: given[2].take(),
    };
    match id {
        Some(id) if errors.is_empty() => Ok(LimitsRequest { client_change_id: id, limits }),
        _ => Err(errors),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(body: Value, expect: &[(&str, &str)]) {
        let errors = order(&body).err().unwrap_or_default();
        let got: Vec<(&str, &str)> =
            errors.iter().map(|e| (e.field.as_str(), e.problem.as_str())).collect();
        assert_eq!(got, expect, "{body}");
    }

    #[test]
    fn every_invalid_field_is_named() {
        let good = json!({"client_order_id": "1", "account": "a", "symbol": "X", "side": "buy",
            "type": "limit", "quantity": "1", "limit_price": "2.5"});
        check(good.clone(), &[]);
        let mut bad = good.clone();
        bad["side"] = json!("hold");
        bad["quantity"] = json!(1);
        bad["limit_price"] = json!("1e9");
        bad["extra"] = json!(true);
        check(
            bad,
            &[
                ("extra", "is not a known field"),
                ("side", "must be one of buy, sell"),
                ("quantity", "must be a string"),
                ("limit_price", "must be a decimal in a string, such as \"12.50\""),
            ],
        );
        check(json!([]), &[("$", "must be a JSON object")]);
        let mut market = good;
        market["type"] = json!("market");
        check(market, &[("limit_price", "must be absent from a market order")]);
    }

    /// Every request that a client builds with the protocol's types is accepted, and is parsed to the same value.
    #[test]
    fn requests_built_with_the_protocol_types_are_valid() {
        let order = BatchOrder {
            symbol: Symbol::new("ACME").expect("valid"),
            side: Side::Buy,
            order_type: OrderType::Limit,
            quantity: Decimal::parse("2").expect("valid"),
            limit_price: Some(Decimal::parse("10.5").expect("valid")),
            time_in_force: TimeInForce::Ioc,
        };
        let (account, id) =
            (AccountId::new("a").expect("valid"), ClientId::new("1").expect("valid"));
        let request = OrderRequest {
            client_order_id: id.clone(),
            account: account.clone(),
            order: order.clone(),
        };
        let written = serde_json::to_value(&request).expect("plain data");
        assert_eq!(super::order(&written), Ok(request));
        let request = BatchRequest { client_batch_id: id.clone(), account, orders: vec![order; 2] };
        let written = serde_json::to_value(&request).expect("plain data");
        assert_eq!(batch(&written), Ok(request));
        let max_position = Some(Decimal::parse("5").expect("valid"));
        let limits = Limits { max_position, ..Limits::default() };
        let request = LimitsRequest { client_change_id: id, limits };
        let written = serde_json::to_value(&request).expect("plain data");
        assert_eq!(super::limits(&written), Ok(request));
    }

    #[test]
    fn a_batch_has_one_to_500_orders_without_ids() {
        let one = json!({"symbol": "X", "side": "buy", "type": "market", "quantity": "1"});
        let of = |n: usize| json!({"account": "a", "client_batch_id": "b", "orders": vec![one.clone(); n]});
        assert!(batch(&of(0)).is_err());
        assert!(batch(&of(500)).is_ok());
        assert!(batch(&of(501)).is_err());
        let mut with_id = of(2);
        with_id["orders"][1]["client_order_id"] = json!("x");
        let errors = batch(&with_id).expect_err("S2: no ids inside a batch");
        assert_eq!(errors[0].field, "orders[1].client_order_id");
    }
}
