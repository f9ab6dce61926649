//! `volwright import` of several environments, and on top of another profile.

use std::fs;
use std::path::Path;

use crate::support::{Folder, command, files, run, text, volwright};

/// Writes the repository with some texts replaced to a folder of this name.
fn variant(folder: &Folder, name: &str, changes: &[(&str, &str)]) -> String {
    for (file, text) in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import/deploy")) {
        let text = changes.iter().fold(text, |text, (from, to)| text.replace(from, to));
        folder.write(format!("{name}/{file}"), text);
    }
    folder.path().join(name).display().to_string()
}

/// Imports two environments, and checks each against the layers that the project file names.
fn project_of(folder: &Folder, environments: [(&str, &str); 2], layers: [[&str; 2]; 2]) -> String {
    let project = folder.path().join("project");
    let given: Vec<String> = environments.iter().map(|(name, path)| format!("{name}={path}")).collect();
    let output = volwright(
        &["import", "--env", &given[0], "--env", &given[1], "--project", &project.to_string_lossy()],
        "",
    );
    let summary = text(&output.stderr);
    assert!(output.status.success(), "{summary}");
    let settings = fs::read_to_string(project.join("volwright.toml")).expect("a project file");
    for ((name, manifests), [profile, overlay]) in environments.into_iter().zip(layers) {
        let profile = project.join(profile).display().to_string();
        let overlay = project.join(overlay).display().to_string();
        let output = volwright(&["import", "--check", manifests, &profile, "-f", &overlay], "");
        assert!(output.status.success(), "{name}: {}", text(&output.stderr));
        assert!(settings.contains(&format!("outDir = \"rendered/{name}\"")), "{settings}");
    }
    let mut command = command(&["render", "-q", "--ignore", "A"]);
    command.current_dir(&project);
    let output = run(command, "");
    assert!(output.status.success(), "{}", text(&output.stderr));
    summary
}

#[test]
fn environments_share_a_profile_and_have_an_overlay_each() {
    let folder = Folder::new();
    let dev = [
        ("name: vision", "name: vision-dev"),
        ("Name: vision", "Name: vision-dev"),
        ("space: vision", "space: vision-dev"),
        ("500Gi", "50Gi"),
        ("replicas: 3", "replicas: 1"),
        ("in March", "in May"),
    ];
    let dev = variant(&folder, "dev", &dev);
    let prod = variant(&folder, "prod", &[]);
    let layers = [["profile.toml", "dev.toml"], ["profile.toml", "prod.toml"]];
    let summary = project_of(&folder, [("dev", &dev), ("prod", &prod)], layers);
    assert!(summary.contains("comments: 3 carried over, 1 lost"), "{summary}");
    let own = fs::read_to_string(folder.path().join("project/dev.toml")).expect("an overlay");
    assert!(own.contains("name = \"vision-dev\"") && own.contains("size = \"50Gi\""), "{own}");
    assert!(own.lines().count() < 25, "{own}");
}

#[test]
fn clouds_have_a_profile_each_and_share_an_overlay() {
    let folder = Folder::new();
    let aws = variant(&folder, "aws", &[]);
    let changes = [
        ("ebs.csi.aws.com", "pd.csi.storage.gke.io"),
        ("type: gp3", "type: hyperdisk-balanced"),
        ("\n  iops: \"12000\" # measured with fio in March", ""),
        ("\n  throughput: \"500\"", ""),
        ("\n  encrypted: \"true\"", ""),
    ];
    let gcp = variant(&folder, "gcp", &changes);
    let layers = [["aws.toml", "shared.toml"], ["gcp.toml", "shared.toml"]];
    project_of(&folder, [("aws", &aws), ("gcp", &gcp)], layers);
    let own = fs::read_to_string(folder.path().join("project/gcp.toml")).expect("a profile");
    assert!(own.contains("driver = \"pd.csi.storage.gke.io\"") && !own.contains("claims"), "{own}");
}

#[test]
fn a_file_can_be_extended_from_another_folder() {
    let folder = Folder::new();
    let manifests = variant(&folder, "deploy", &[]);
    let base = "name = \"base\"\ndriver = \"ebs.csi.aws.com\"\nlabels = { a = \"b\" }\n[defaults.storageClasses]\nreclaimPolicy = \"Retain\"\n";
    let base = folder.write("base.toml", base);
    let profile = folder.path().join("team/storage/profile.toml").display().to_string();
    let output = volwright(&["import", &manifests, "--extends", &base, "-o", &profile], "");
    assert!(output.status.success(), "{}", text(&output.stderr));
    let written = fs::read_to_string(&profile).expect("a profile");
    assert!(written.contains("extends = \"../../base.toml\"\n"), "{written}");
    assert!(written.contains("unset = [\"labels\"]") && !written.contains("Retain"), "{written}");
    let output = volwright(&["import", "--check", &manifests, &profile], "");
    assert!(output.status.success(), "{}", text(&output.stderr));
}
