//! Growth of a claim that the API server accepts, and the driver or the cloud rejects.

use super::table;
use crate::catalog::driver;
use crate::document::Document;
use crate::document::object::Object;
use crate::document::reporter::Reporter;
use crate::rules::driver::VolumeRequest;
use crate::yaml::path::Path;

/// Checks the growth of a claim at `spec` from `old` to `new`, in billionths of a byte.
pub(super) fn check(old: i128, new: i128, class: &Document<'_>, spec: &Path<'_>, out: &mut Reporter<'_>) {
    let (old, new) = (gib(old), gib(new));
    let Object::StorageClass(class) = &class.object else { return };
    let Some(driver) = driver::find(&class.provisioner).filter(|_| old < new) else { return };
    let request = VolumeRequest::of_class(driver, class);
    let at = spec.field("resources");
    let at = at.field("requests");
    let at = at.field("storage");
    if !driver.expands || driver.fixed_size.iter().any(|condition| condition.holds(&request)) {
        out.report(&table::GROWTH_REJECTED, &at, "the driver cannot grow volumes of this class").help(
            "it rejects the request for ever, and the volume keeps its size; make a larger claim under a new name and copy the data",
        );
        return;
    }
    let disk_type = driver.find_type(request.disk_type());
    if let Some(disk_type) = disk_type.filter(|disk_type| (old..new).contains(&disk_type.most_size)) {
        let (name, most) = (&disk_type.name, disk_type.most_size);
        let message = format!("a disk of type {name} has at most {most} GiB");
        out.report(&table::GROWTH_REJECTED, &at, message).help(format!(
            "the cloud's API rejects it, and the volume keeps its size; write `{most}Gi` or less"
        ));
        return;
    }
    let limit = driver.growth.iter().find(|limit| {
        (old..new).contains(&limit.most) && limit.when.iter().all(|condition| condition.holds(&request))
    });
    if let Some(limit) = limit {
        out.report(&table::GROWTH_REJECTED, &at, limit.message)
            .help(format!("the cloud's API rejects it, and the volume keeps its size; {}", limit.help));
    }
}

/// Whole GiB of billionths of a byte, rounded up.
fn gib(billionths: i128) -> i64 {
    const GIB: i128 = (1 << 30) * 1_000_000_000;
    i64::try_from(billionths.div_euclid(GIB) + i128::from(billionths.rem_euclid(GIB) > 0)).unwrap_or(i64::MAX)
}
