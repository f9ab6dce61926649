//! The texts of one side: read once for the outlines of their objects, and once more for the objects that are needed.

use std::collections::{HashSet, VecDeque};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::app::input::{self, Files};
use crate::catalog::kubernetes::KubernetesVersion;
use crate::diff::{Outliner, Outlines};
use crate::document::Document;
use crate::document::foreign;
use crate::document::load::Loaded;
use crate::error::Error;
use crate::finding::Finding;
use crate::output::DocumentName;
use crate::parallel;
use crate::source::{SourceId, SourceKind, Sources};
use crate::suppression;
use crate::tree::{EntryKind, FileTree};
use crate::yaml::read::{DocumentSlice, Syntax, read_piece, split};

/// How many bytes of text that can be read again stay in memory.
const KEPT: usize = 8 << 20;

/// About how many bytes of text, and how many objects, one thread reads at a time.
const SHARE: usize = 64 << 10;
const SHARE_OF_OBJECTS: usize = 64;

/// The manifests of one side, by file.
pub(super) struct Texts<'t> {
    tree: FileTree<'t>,
    files: Vec<File>,
}

/// A file, or standard input.
struct File {
    id: SourceId,
    path: PathBuf,
    /// Whether it was found in a directory, so that it need not be a manifest.
    is_found: bool,
    /// The hash of its text, if the text was released.
    released: Option<u64>,
}

/// How objects are read.
pub(super) struct Scan<'a> {
    pub(super) version: KubernetesVersion,
    pub(super) outliner: &'a Outliner,
    /// Whether the report lists documents.
    pub(super) names: bool,
    /// Whether findings about objects that can be read are dropped.
    pub(super) is_old: bool,
}

/// Where an object is in its text.
#[derive(Clone, Copy)]
struct Place {
    start: u32,
    end: u32,
    form: Syntax,
    /// Its position among the objects of its document: a List has several.
    item: u32,
}

/// What was read of some texts.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) outlines: Outlines,
    pub(super) findings: Vec<Finding>,
    pub(super) names: Vec<DocumentName>,
    /// How many documents there are, unreadable ones included.
    pub(super) count: usize,
    places: Places,
}

/// The place of each object that has an outline.
#[derive(Default)]
pub(super) struct Places(Vec<Place>);

/// Documents that are read together.
type Share = Vec<(SourceId, Arc<str>, DocumentSlice)>;

impl<'t> Texts<'t> {
    /// The files of an input, before they are read.
    ///
    /// # Errors
    ///
    /// If a directory cannot be read, and if standard input is empty.
    pub(super) fn new(tree: FileTree<'t>, path: &Path, sources: &mut Sources) -> Result<Self, Error> {
        let Files { paths, found } = input::files(tree, &[path.to_owned()])?;
        let file = |path: PathBuf| File {
            id: sources.add(tree.shown(&path), "", SourceKind::Manifest),
            is_found: found.contains(&path),
            path,
            released: None,
        };
        Ok(Self { tree, files: paths.into_iter().map(file).collect() })
    }

    /// The IDs of the texts.
    pub(super) fn ids(&self) -> impl Iterator<Item = SourceId> {
        self.files.iter().map(|file| file.id)
    }

    /// Reads every text once. Texts that can be read again are released if there are many.
    ///
    /// # Errors
    ///
    /// If a file cannot be read or is not text.
    pub(super) fn outline(&mut self, scan: &Scan<'_>, sources: &mut Sources) -> Result<Seen, Error> {
        let shares = Shares {
            tree: self.tree,
            files: self.files.iter_mut(),
            sources,
            outliner: scan.outliner,
            kept: 0,
            waiting: VecDeque::new(),
        };
        let all = parallel::map(shares, |share| Ok(Seen::of(&share?, scan)));
        let all = all.into_iter().collect::<Result<Vec<Seen>, Error>>()?;
        let mut seen = Seen::default();
        for share in all {
            seen.append(share);
        }
        Ok(seen)
    }

    /// Reads the texts again that are needed and were released.
    ///
    /// # Errors
    ///
    /// If a file cannot be read any more, or has changed.
    pub(super) fn restore(
        &mut self,
        needed: &HashSet<SourceId>,
        outliner: &Outliner,
        sources: &mut Sources,
    ) -> Result<(), Error> {
        for file in self.files.iter_mut().filter(|file| needed.contains(&file.id)) {
            let Some(hash) = file.released.take() else { continue };
            let text = input::read(self.tree, &file.path)?;
            if outliner.text(&text) != hash {
                let source = io::Error::other("the file changed while it was read");
                return Err(Error::Read { path: self.tree.shown(&file.path).into(), source });
            }
            sources.set_text(file.id, text);
        }
        Ok(())
    }
}

/// The documents of some files, in shares for one thread each.
struct Shares<'a, 't> {
    tree: FileTree<'t>,
    files: std::slice::IterMut<'a, File>,
    sources: &'a mut Sources,
    outliner: &'a Outliner,
    /// How many bytes of text stay in memory.
    kept: usize,
    waiting: VecDeque<(SourceId, Arc<str>, DocumentSlice)>,
}

impl Shares<'_, '_> {
    fn read(&mut self, file: &mut File) -> Result<(), Error> {
        let text: Arc<str> = input::read(self.tree, &file.path)?.into();
        if file.is_found && !foreign::may_be_manifest(&text) {
            return Ok(());
        }
        let is_small = self.kept + text.len() <= KEPT;
        // Standard input and pipes cannot be read again.
        let is_stdin = file.path.as_os_str() == "-";
        if is_small || is_stdin || self.tree.kind(&file.path).ok() != Some(EntryKind::File) {
            self.kept += text.len();
            self.sources.set_text(file.id, Arc::clone(&text));
        } else {
            file.released = Some(self.outliner.text(&text));
        }
        self.waiting.extend(split(&text).map(|slice| (file.id, Arc::clone(&text), slice)));
        Ok(())
    }
}

impl Iterator for Shares<'_, '_> {
    type Item = Result<Share, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let (mut share, mut bytes) = (Share::new(), 0);
        while bytes < SHARE {
            if let Some(one) = self.waiting.pop_front() {
                bytes += one.2.range.len();
                share.push(one);
                continue;
            }
            let Some(file) = self.files.next() else { break };
            if let Err(error) = self.read(file) {
                self.files = [].iter_mut();
                return Some(Err(error));
            }
        }
        (!share.is_empty()).then_some(Ok(share))
    }
}

impl Seen {
    /// The outlines of some documents, which are not kept.
    fn of(share: &Share, scan: &Scan<'_>) -> Self {
        let mut seen = Self::default();
        for (source, text, slice) in share {
            let Some(reading) = read_piece(*source, text, slice) else { continue };
            let mut loaded = Loaded { count: seen.count, ..Loaded::default() };
            loaded.add(*source, reading, scan.version);
            seen.count = loaded.count;
            let (start, end) = (slice.range.start as u32, slice.range.end as u32);
            let place = |item| Place { start, end, form: slice.form, item };
            seen.places.0.extend((0..loaded.documents.len() as u32).map(place));
            seen.add(&loaded.documents, loaded.findings, scan);
        }
        seen
    }

    /// The outlines of objects that are in memory, with the findings about them.
    pub(super) fn of_documents(
        documents: &[Document<'_>],
        findings: Vec<Finding>,
        count: usize,
        scan: &Scan<'_>,
    ) -> Self {
        let mut seen = Self { count, ..Self::default() };
        seen.add(documents, findings, scan);
        seen
    }

    fn add(&mut self, documents: &[Document<'_>], mut findings: Vec<Finding>, scan: &Scan<'_>) {
        for document in documents {
            self.outlines.add(document, suppression::is_in(document), scan.outliner);
            if scan.names {
                self.names.push(DocumentName::new(document, String::new()));
            }
        }
        if scan.is_old {
            // This change cannot fix defects of the old manifests; but what could not be read is
            // not compared either, and would look as if it had been added.
            let read: HashSet<_> = documents.iter().map(|document| document.index).collect();
            findings.retain(|finding| finding.document.is_some_and(|index| !read.contains(&index)));
        }
        self.findings.append(&mut findings);
    }

    /// Adds what was read of the following texts.
    pub(super) fn append(&mut self, mut behind: Self) {
        for finding in &mut behind.findings {
            finding.document = finding.document.map(|index| index + self.count);
        }
        for name in &mut behind.names {
            name.index += self.count;
        }
        self.outlines.append(behind.outlines, self.count);
        self.findings.append(&mut behind.findings);
        self.names.append(&mut behind.names);
        self.places.0.append(&mut behind.places.0);
        self.count += behind.count;
    }

    /// Takes the places of the objects.
    pub(super) fn take_places(&mut self) -> Places {
        std::mem::take(&mut self.places)
    }
}

impl Places {
    /// Decodes the objects at `wanted` among these, which are those of `outlines` from `first` on.
    pub(super) fn load<'s>(
        &self,
        wanted: &[usize],
        (outlines, first): (&Outlines, usize),
        sources: &'s Sources,
        version: KubernetesVersion,
    ) -> Vec<Document<'s>> {
        let place = |at: usize| (outlines.place(first + at).1, self.0[at].start);
        let documents: Vec<&[usize]> = wanted.chunk_by(|one, other| place(*one) == place(*other)).collect();
        let read = |items: &[usize]| {
            let Some(place) = items.first().map(|at| self.0[*at]) else { return Vec::new() };
            let source = outlines.place(first + items[0]).1;
            let slice = DocumentSlice { range: place.start as usize..place.end as usize, form: place.form };
            let Some(reading) = read_piece(source, &sources.get(source).text, &slice) else {
                return Vec::new();
            };
            let mut loaded = Loaded::default();
            loaded.add(source, reading, version);
            let mut items = items.iter().peekable();
            let mut documents = Vec::new();
            for (item, mut document) in loaded.documents.into_iter().enumerate() {
                if let Some(at) = items.next_if(|at| self.0[**at].item as usize == item) {
                    document.shift(outlines.place(first + at).0);
                    documents.push(document);
                }
            }
            documents
        };
        let shares = parallel::map(documents.chunks(SHARE_OF_OBJECTS), |share: &[&[usize]]| {
            share.iter().flat_map(|items| read(items)).collect::<Vec<_>>()
        });
        shares.into_iter().flatten().collect()
    }
}
