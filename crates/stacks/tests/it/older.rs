//! Removes arguments that the 5.x provider lacks, because some mirrors offer only that provider.

use serde_json::Value;

/// The arguments of the 6.x provider that version 5.100.0 lacks.
const NEWER: [(&str, &[&str]); 2] = [
    ("aws_cloudwatch_event_archive", &["kms_key_identifier"]),
    ("aws_dynamodb_table", &["global_table_witness", "replica.consistency_mode"]),
];

/// Removes exactly these arguments from a stack.
pub(crate) fn without_newer(config: &mut Value) {
    for (kind, paths) in NEWER {
        for path in paths {
            remove(config, kind, path);
        }
    }
}

/// Removes an argument, a nested argument (`block.argument`) or a block from every resource of a type.
pub(crate) fn remove(config: &mut Value, kind: &str, path: &str) {
    let of_kind = config.pointer_mut(&format!("/resource/{kind}"));
    for (_, body) in of_kind.and_then(Value::as_object_mut).into_iter().flatten() {
        out_of(body, path);
    }
}

fn out_of(body: &mut Value, path: &str) {
    match path.split_once('.') {
        None => drop(body.as_object_mut().map(|body| body.remove(path))),
        Some((block, rest)) => {
            let blocks = body.get_mut(block).and_then(Value::as_array_mut);
            for one in blocks.into_iter().flatten() {
                out_of(one, rest);
            }
        }
    }
}
