//! The texts of one side: read once for the outlines of their objects, and once more for the objects that are needed.

use std::collections::{HashMap, HashSet, VecDeque};
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
use crate::lines::line_start;
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

    /// Provides the texts of the objects that are needed. If not all texts stayed in memory, only those of `whole` are complete;
    /// of the others, their IDs are returned, and the objects move to their new places.
    ///
    /// # Errors
    ///
    /// If a file cannot be read any more, or has changed.
    pub(super) fn restore(
        &mut self,
        needed: &mut [Needed],
        whole: &HashSet<SourceId>,
        outliner: &Outliner,
        sources: &mut Sources,
    ) -> Result<HashSet<SourceId>, Error> {
        let mut reduced = HashSet::new();
        if self.files.iter().all(|file| file.released.is_none()) {
            return Ok(reduced);
        }
        let by_text = needed.chunk_by_mut(|one, other| one.source == other.source);
        let mut by_text: HashMap<SourceId, &mut [Needed]> =
            by_text.map(|objects| (objects[0].source, objects)).collect();
        for file in &mut self.files {
            let objects = by_text.remove(&file.id).unwrap_or_default();
            let is_whole = whole.contains(&file.id);
            let text = match file.released.take() {
                None => Arc::clone(&sources.get(file.id).text),
                Some(_) if objects.is_empty() && !is_whole => continue,
                Some(hash) => {
                    let text = input::read(self.tree, &file.path)?;
                    if outliner.text(&text) != hash {
                        let source = io::Error::other("the file changed while it was read");
                        return Err(Error::Read { path: self.tree.shown(&file.path).into(), source });
                    }
                    text.into()
                }
            };
            if is_whole {
                sources.set_text(file.id, text);
            } else {
                reduced.insert(file.id);
                sources.set_text(file.id, reduce(&text, objects));
            }
        }
        Ok(reduced)
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

/// An object that is needed.
pub(super) struct Needed {
    /// Its position among the objects of its part.
    pub(super) at: usize,
    /// The position of its document in the whole input.
    index: usize,
    source: SourceId,
    place: Place,
    /// Where its document began when it was read for the first time.
    began: u32,
}

impl Needed {
    /// How many bytes before its first place an object is now.
    pub(super) fn moved_by(&self) -> u32 {
        self.began - self.place.start
    }
}

impl Places {
    /// The object at `at` as one that is needed; `index` and `source` are those of its document.
    pub(super) fn needed(&self, at: usize, (index, source): (usize, SourceId)) -> Needed {
        let place = self.0[at];
        Needed { at, index, source, place, began: place.start }
    }
}

/// Decodes objects, and appends them to `found`.
pub(super) fn decode<'s>(
    needed: &[&Needed],
    sources: &'s Sources,
    version: KubernetesVersion,
    found: &mut Vec<Document<'s>>,
) {
    let place = |one: &Needed| (one.source, one.place.start);
    let documents: Vec<&[&Needed]> = needed.chunk_by(|one, other| place(one) == place(other)).collect();
    let read = |items: &[&Needed]| {
        let Some(first) = items.first() else { return Vec::new() };
        let (source, place) = (first.source, first.place);
        let slice = DocumentSlice { range: place.start as usize..place.end as usize, form: place.form };
        let Some(reading) = read_piece(source, &sources.get(source).text, &slice) else {
            return Vec::new();
        };
        let mut loaded = Loaded::default();
        loaded.add(source, reading, version);
        let mut items = items.iter().peekable();
        let mut documents = Vec::new();
        for (item, mut document) in loaded.documents.into_iter().enumerate() {
            if let Some(one) = items.next_if(|one| one.place.item as usize == item) {
                document.shift(one.index);
                documents.push(document);
            }
        }
        documents
    };
    let shares = parallel::map(documents.chunks(SHARE_OF_OBJECTS), |share: &[&[&Needed]]| {
        share.iter().flat_map(|items| read(items)).collect::<Vec<_>>()
    });
    shares.into_iter().for_each(|mut share| found.append(&mut share));
}

/// The documents of `text` that have the objects `needed`, which are in order, with as many line breaks between them as before.
/// The objects move to their new places.
fn reduce(text: &str, needed: &mut [Needed]) -> String {
    let mut reduced = String::new();
    // The end of the last document that was copied, and where it begins in both texts.
    let (mut end, mut copied) = (0, (0, 0));
    for Needed { place, .. } in needed {
        let range = place.start as usize..place.end as usize;
        // The items of a List are in one document.
        if range.start >= end {
            skip(text.get(end..range.start).unwrap_or_default(), &mut reduced);
            copied = (range.start, reduced.len());
            end = range.end;
            reduced.push_str(text.get(range.clone()).unwrap_or_default());
        }
        place.start = (range.start - copied.0 + copied.1) as u32;
        place.end = (range.end - copied.0 + copied.1) as u32;
    }
    reduced.shrink_to_fit();
    reduced
}

/// Up to this many lines stay between two documents: reports show what is between two places that are near each other.
const SHOWN: usize = 4;

/// Appends what keeps the lines and columns of what follows `skipped`.
fn skip(skipped: &str, reduced: &mut String) {
    let lines = memchr::memchr_iter(b'\n', skipped.as_bytes()).count();
    if lines <= SHOWN {
        reduced.push_str(skipped);
    } else {
        reduced.extend(std::iter::repeat_n('\n', lines));
        reduced.push_str(&skipped[line_start(skipped, skipped.len())..]);
    }
}
