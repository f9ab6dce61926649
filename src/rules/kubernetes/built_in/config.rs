//! ConfigMap and Secret (core/validation/validation.go, `ValidateConfigMap`, `ValidateSecret`).

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::constraint::child;
use crate::document::reporter::Reporter;
use crate::encoding::decode_base64;
use crate::grammar;
use crate::rules::kubernetes::report;
use crate::yaml::node::{Entry, Node};
use crate::yaml::path::Path;

/// The largest sum of all values, in bytes (`MaxSecretSize`).
const LARGEST: usize = 1 << 20;

fn entries<'n, 't>(object: &'n Node<'t>, field: &str) -> &'n [Entry<'t>] {
    child(Some(object), field).map_or(&[], Node::entries)
}

fn size(entry: &Entry<'_>, is_encoded: bool) -> usize {
    let text = entry.value.as_str().unwrap_or_default();
    if is_encoded { decode_base64(text).map_or(0, |bytes| bytes.len()) } else { text.len() }
}

pub(super) fn config_map(object: &Node<'_>, out: &mut Reporter<'_>) {
    let (texts, bytes) = (entries(object, "data"), entries(object, "binaryData"));
    let root = Path::root();
    let path = root.field("data");
    for entry in texts {
        let key = &entry.key.value;
        if bytes.iter().any(|other| other.key.value == *key) {
            report::invalid(out, &path.key(key), format!("`{key}` is also a key of `binaryData`"));
        }
    }
    let total = texts.iter().map(|entry| size(entry, false)).sum::<usize>()
        + bytes.iter().map(|entry| size(entry, true)).sum::<usize>();
    if total > LARGEST {
        report::too_much(out, &root, format!("the data have {total} bytes, and {LARGEST} are allowed"));
    }
}

pub(super) fn secret(object: &Node<'_>, metadata: &ObjectMeta, out: &mut Reporter<'_>) {
    let root = Path::root();
    let path = root.field("data");
    let (bytes, texts) = (entries(object, "data"), entries(object, "stringData"));
    // The server merges `stringData` into `data` first, and reports its keys there.
    for (entry, place) in
        bytes.iter().map(|entry| (entry, "data")).chain(texts.iter().map(|entry| (entry, "stringData")))
    {
        let key = entry.key.value.as_ref();
        if let Some(wrong) = grammar::config_map_key(key) {
            let place = root.field(place);
            out.report_within(
                &crate::document::rules::INVALID_VALUE,
                &path.key(key),
                &place.key(key),
                format!("`{key}` {wrong}"),
            );
        }
    }
    let total = bytes.iter().map(|entry| size(entry, true)).sum::<usize>()
        + texts.iter().map(|entry| size(entry, false)).sum::<usize>();
    if total > LARGEST {
        report::too_much(out, &path, format!("the data have {total} bytes, and {LARGEST} are allowed"));
    }
    let has = |key: &str| bytes.iter().chain(texts).any(|entry| entry.key.value == key);
    let kind = child(Some(object), "type").and_then(Node::as_str).unwrap_or_default();
    let required: &[&str] = match kind {
        "kubernetes.io/service-account-token" => {
            const ACCOUNT: &str = "kubernetes.io/service-account.name";
            let account = metadata.annotations.as_ref().and_then(|annotations| annotations.get(ACCOUNT));
            if account.is_none_or(String::is_empty) {
                let path = root.field("metadata");
                report::required(
                    out,
                    &path.field("annotations").key(ACCOUNT),
                    "the service account is not named",
                );
            }
            &[]
        }
        "kubernetes.io/dockercfg" => &[".dockercfg"],
        "kubernetes.io/dockerconfigjson" => &[".dockerconfigjson"],
        "kubernetes.io/basic-auth" if !has("username") && !has("password") => &["username", "password"],
        "kubernetes.io/ssh-auth" => &["ssh-privatekey"],
        "kubernetes.io/tls" => &["tls.crt", "tls.key"],
        _ => &[],
    };
    for key in required {
        let at = path.key(key);
        if !has(key) {
            report::required(out, &at, format!("a Secret of type `{kind}` needs the key `{key}`"));
        } else if key.starts_with(".docker") && !is_json(key, bytes, texts) {
            report::invalid(out, &at, format!("the value of `{key}` is not JSON"));
        }
    }
}

/// Whether the value of a key is JSON; the text in `stringData` replaces the one in `data`.
fn is_json(key: &str, bytes: &[Entry<'_>], texts: &[Entry<'_>]) -> bool {
    let value = |list: &[Entry<'_>]| {
        let entry = list.iter().find(|entry| entry.key.value == key)?;
        Some(entry.value.as_str().unwrap_or_default().to_owned())
    };
    let text = value(texts).map(String::into_bytes);
    let Some(json) = text.or_else(|| value(bytes).and_then(|text| decode_base64(&text))) else { return true };
    serde_json::from_slice::<serde::de::IgnoredAny>(&json).is_ok()
}
