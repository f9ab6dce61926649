//! Making manifests from profiles and templates.

use std::fs;
use std::path::PathBuf;

use volwright::profile;
use volwright::render::{Rendered, Request, render, stream};
use volwright::source::{SourceKind, Sources};
use volwright::template::Templates;

use super::text::round;
use super::{folder, parts, sound};

/// Any profile and overlay give documents or findings, never neither; and what is rendered is read back.
pub(crate) fn profile(data: &[u8]) {
    let Some((base, overlay)) = parts(data) else { return };
    let (path, above) = (folder().join("profile.toml"), folder().join("overlay.toml"));
    fs::write(&path, base).expect("written");
    fs::write(&above, overlay).expect("written");
    let mut sources = Sources::new();
    let templates = Templates::new(None, &mut sources).expect("built in");
    let request = profile::Request {
        profile: path.to_str().expect("plain"),
        overlays: &[above],
        ..profile::Request::default()
    };
    rendered(&mut sources, &templates, request);
}

/// Any text as a template gives documents or findings, in bounded time and memory. Its second part is included.
pub(crate) fn template(data: &[u8]) {
    let Some((text, part)) = parts(data) else { return };
    let own: PathBuf = folder().join("templates");
    fs::create_dir_all(&own).expect("a folder");
    fs::write(own.join("storageclass.yaml.j2"), text).expect("written");
    fs::write(own.join("part.yaml.j2"), part).expect("written");
    let mut sources = Sources::new();
    let templates = Templates::new(Some(&own), &mut sources).expect("readable");
    sound(&templates.findings, &sources);
    let path = folder().join("one.toml");
    fs::write(
        &path,
        "name = \"n\"\ndriver = \"csi.example.com\"\n[storageClasses.c]\nparameters = { a = \"b\", c = 1 }\n",
    )
    .expect("written");
    let request = profile::Request { profile: path.to_str().expect("plain"), ..profile::Request::default() };
    rendered(&mut sources, &templates, request);
}

fn rendered(sources: &mut Sources, templates: &Templates, profile: profile::Request<'_>) {
    let request = Request { profile, ..Request::default() };
    let Ok(Rendered { documents, findings, count, .. }) = render(sources, templates, &request) else {
        return;
    };
    sound(&findings, sources);
    assert!(documents.len() <= count);
    for document in &documents {
        round(&document.root);
    }
    let text = stream(&documents);
    let id = sources.add("-", text.as_str(), SourceKind::Rendered);
    let again = volwright::yaml::read::read(id, &text);
    assert_eq!(again.len(), documents.len(), "{text}");
}
