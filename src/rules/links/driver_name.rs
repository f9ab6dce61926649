//! Names of drivers that are almost those of known ones.

use std::cell::RefCell;

use super::table;
use crate::catalog::driver;
use crate::document::Document;
use crate::document::object::Object;
use crate::document::reporter::Reporter;
use crate::finding::fix::{Applicability, Fix};
use crate::nearest::misspelled;
use crate::yaml::node::Node;
use crate::yaml::path::Path;

pub(super) fn check(document: &Document<'_>, out: &mut Reporter<'_>) {
    let root = Path::root();
    match &document.object {
        Object::StorageClass(class) => name(&class.provisioner, &root.field("provisioner"), out),
        Object::VolumeAttributesClass(class) => name(&class.driver_name, &root.field("driverName"), out),
        Object::PersistentVolume(volume) => {
            let csi = volume.spec.as_ref().and_then(|spec| spec.csi.as_ref());
            if let Some(csi) = csi {
                let spec = root.field("spec");
                name(&csi.driver, &spec.field("csi").field("driver"), out);
            }
        }
        Object::Other if document.kind == "VolumeSnapshotClass" => {
            if let Some(driver) = document.root.get("driver").and_then(Node::as_str) {
                name(driver, &root.field("driver"), out);
            }
        }
        object => {
            let Some(pod) = object.pod() else { return };
            for (index, volume) in pod.spec.volumes.iter().flatten().enumerate() {
                let Some(csi) = &volume.csi else { continue };
                pod.at(&mut |base| {
                    let spec = base.field("spec");
                    let list = spec.field("volumes");
                    let volume = list.index(index);
                    name(&csi.driver, &volume.field("csi").field("driver"), out);
                });
            }
        }
    }
}

/// The known driver that a name misspells, if any.
fn near(name: &str) -> Option<&'static str> {
    thread_local! {
        /// The last name and its result: many objects name the same driver, and each comparison is with all known ones.
        static LAST: RefCell<(String, Option<&'static str>)> = const { RefCell::new((String::new(), None)) };
    }
    LAST.with_borrow_mut(|(last, near)| {
        if last != name {
            *near = if driver::is_known(name) { None } else { misspelled(name, driver::provisioners()) };
            name.clone_into(last);
        }
        *near
    })
}

fn name(given: &str, path: &Path<'_>, out: &mut Reporter<'_>) {
    if let Some(near) = near(given) {
        out.report(
            &table::MISSPELLED_DRIVER,
            path,
            format!("the driver `{given}` is unknown; did you mean `{near}`?"),
        )
        .help("if no driver of this name is installed, nothing provisions or mounts the volume, and the claim stays Pending")
        .fix(Fix::replace(path, near, Applicability::Unsafe));
    }
}
