//! Trees are read into the API's types as `serde` reads them: every field of every kind that rules read.

use k8s_openapi::api::apps::v1::{DaemonSet, Deployment, ReplicaSet, StatefulSet};
use k8s_openapi::api::batch::v1::{CronJob, Job};
use k8s_openapi::api::core::v1::{
    PersistentVolume, PersistentVolumeClaim, Pod, PodTemplate, ReplicationController,
};
use k8s_openapi::api::storage::v1::{StorageClass, VolumeAttributesClass};
use serde_json::{Value, json};
use volwright::catalog::kubernetes::KubernetesVersion;
use volwright::document::fields::{self, Shape, Type};
use volwright::document::load::load;
use volwright::document::object::Object;
use volwright::source::{SourceKind, Sources};

const VERSION: KubernetesVersion = KubernetesVersion::NEWEST;

type Make = dyn Fn(Shape, &[&str]) -> Value;

/// Compares what volwright reads from an object of each kind with what `serde` reads. `value` makes the fields, and `check`
/// looks at the object as written and as read.
fn compare(value: &Make, check: impl Fn(Value, Value)) {
    macro_rules! compare {
        ($($kind:ident $api_version:literal),* $(,)?) => {
            $({
                let kind = fields::find(stringify!($kind)).expect("a type");
                let mut given = object(kind, &[], value);
                given["apiVersion"] = json!($api_version);
                given["kind"] = json!(stringify!($kind));
                let Object::$kind(read) = read(&given) else { panic!("{given}") };
                strip(&mut given);
                let expected: $kind = serde_json::from_value(given.clone()).expect("an object");
                assert_eq!(*read, expected);
                check(given, serde_json::to_value(&*read).expect("JSON"));
            })*
        };
    }
    compare! {
        StorageClass "storage.k8s.io/v1", VolumeAttributesClass "storage.k8s.io/v1", PersistentVolume "v1",
        PersistentVolumeClaim "v1", Pod "v1", Job "batch/v1", CronJob "batch/v1", StatefulSet "apps/v1",
        Deployment "apps/v1", DaemonSet "apps/v1", ReplicaSet "apps/v1", ReplicationController "v1", PodTemplate "v1",
    }
}

#[test]
fn every_field_is_read() {
    compare(&whole, |given, mut read| {
        strip(&mut read);
        assert_eq!(read, given);
    });
}

#[test]
fn null_is_the_zero_value_of_a_field() {
    compare(&|_, _| Value::Null, |_, _| {});
}

#[test]
fn null_is_the_zero_value_of_an_item() {
    let spec = json!({ "containers": [null], "nodeSelector": { "a": null }, "overhead": { "cpu": null } });
    let Object::Pod(pod) = read(&json!({ "apiVersion": "v1", "kind": "Pod", "spec": spec })) else {
        panic!("a pod")
    };
    let read = serde_json::to_value(&pod.spec).expect("JSON");
    let zero =
        json!({ "containers": [{ "name": "" }], "nodeSelector": { "a": "" }, "overhead": { "cpu": "0" } });
    assert_eq!(read, zero);
}

#[test]
fn every_time_that_go_reads_is_a_time() {
    for time in ["2026-01-31T12:00:00Z", "2026-01-31T12:00:00,5Z", "2026-01-31T12:00:00.123456789+24:00"] {
        let metadata = json!({ "name": "pod", "creationTimestamp": time });
        let spec = json!({ "containers": [] });
        let read = read(&json!({ "apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec }));
        assert!(matches!(read, Object::Pod(_)), "{time}");
    }
}

/// An object with every field of its type, each of which `value` makes.
fn object(kind: &'static Type, above: &[&str], value: &Make) -> Value {
    let above = [above, &[kind.name]].concat();
    let fields = kind.fields.iter().filter(|field| field.is_in(VERSION) && !field.is_dropped_by(VERSION));
    Value::Object(fields.map(|field| (field.name.to_owned(), value(field.shape, &above))).collect())
}

fn whole(shape: Shape, above: &[&str]) -> Value {
    match shape {
        Shape::String => json!("text"),
        Shape::Bool => json!(true),
        Shape::Int32 => json!(7),
        Shape::Int64 => json!(1_i64 << 40),
        Shape::Float => json!(0.5),
        Shape::Quantity => json!("1Gi"),
        Shape::IntOrString => json!(80),
        // Rules look only at whether there is a time.
        Shape::Time => json!("1970-01-01T00:00:00Z"),
        Shape::Bytes => json!("YQ=="),
        Shape::Any => json!({}),
        Shape::Object(kind) if above.contains(&kind.name) => json!({}),
        Shape::Object(kind) => object(kind, above, &whole),
        Shape::List(item) => json!([whole(*item, above), whole(*item, above)]),
        Shape::Map(item) => json!({ "one": whole(*item, above), "two": whole(*item, above) }),
    }
}

/// Reads an object as volwright does.
fn read(value: &Value) -> Object {
    let mut sources = Sources::new();
    let text = serde_json::to_string(value).expect("JSON");
    let id = sources.add("object.json", text, SourceKind::Manifest);
    let mut loaded = load(&sources, &[id], VERSION);
    let messages: Vec<&str> = loaded.findings.iter().map(|finding| &*finding.message).collect();
    assert!(messages.is_empty(), "{messages:?}");
    loaded.documents.remove(0).object
}

/// Removes what no rule reads and what the types write by themselves.
fn strip(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            if fields.contains_key("metadata") && fields.contains_key("kind") {
                fields.retain(|name, _| !["apiVersion", "kind", "status"].contains(&&**name));
            }
            fields.remove("fieldsV1");
            fields.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}
