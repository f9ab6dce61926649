//! Streams of JSON objects, and Lists of any size, cut into parts where kubectl begins a document or an item.

use std::collections::VecDeque;
use std::sync::Arc;

use super::open::{Open, line_that_begins};
use super::store::Part;
use crate::error::Error;
use crate::yaml::read::{Cut, JsonScan, LARGEST_DOCUMENT, Progress, Start, last_separator, skip_space};

/// How much of a text is shown that cannot be read, in bytes.
const SHOWN: usize = 64 << 10;

/// The maximum number of bytes that are scanned without a result before the rest is not read as JSON any more.
const MOST_WASTED: usize = 64 << 20;

/// Where objects and documents begin behind broken JSON.
const BEGINNINGS: &[&str] = &["{", "---"];

/// The progress in a text that begins as JSON.
#[derive(Debug, Default)]
pub(super) struct JsonStream {
    /// How many objects there have been.
    objects: usize,
    /// The end of the last complete object that is in no part yet; 0 without one.
    pending: usize,
    /// The scan of the object behind it.
    scan: Option<JsonScan>,
    /// The List whose items are being cut.
    list: Option<List>,
    /// Bytes that turned out not to be JSON.
    wasted: usize,
    /// Whether a List has just turned out not to be JSON.
    is_broken: bool,
    /// Whether what follows is read as YAML.
    has_ended: bool,
}

/// A List. Positions count from the beginning of the rest of the input.
#[derive(Debug, Default)]
struct List {
    /// Where its next parts end.
    cuts: VecDeque<Cut>,
    /// Its end, once it is known.
    end: Option<usize>,
    /// Whether it turned out to be another object, and is too large for one.
    is_too_large: bool,
}

impl JsonStream {
    /// The next part, of about `size` bytes; none if what follows is read as YAML, or at the end.
    pub(super) fn next(&mut self, open: &mut Open, size: usize) -> Result<Option<(Part, Arc<str>)>, Error> {
        while !self.has_ended {
            if let Some(part) = self.of_list(open)? {
                return Ok(Some(part));
            }
            if std::mem::take(&mut self.is_broken) {
                let end = line_that_begins(open.rest(), 0, BEGINNINGS);
                let part = open.take(end.unwrap_or_else(|| open.boundary(SHOWN)))?;
                self.skip_broken(open)?;
                return Ok(Some(part));
            }
            let rest = open.rest();
            if self.scan.is_none() && skip_space(rest, self.pending) == rest.len() {
                if open.ended {
                    self.has_ended = true;
                    let length = rest.len();
                    return if length == 0 { Ok(None) } else { self.take(open, length).map(Some) };
                }
                open.fill(rest.len() + size)?;
                continue;
            }
            let scan = self.scan.get_or_insert_with(|| JsonScan::new(self.pending, size));
            let part = match scan.run(rest, open.ended) {
                Progress::Complete(end) => self.complete(open, end, size)?,
                Progress::More => self.more(open, size)?,
                Progress::Invalid => self.invalid(open)?,
            };
            if part.is_some() {
                return Ok(part);
            }
        }
        Ok(None)
    }

    /// The first bytes of the rest as a part; the next one begins behind a whole object, unless the caller says otherwise.
    fn take(&mut self, open: &mut Open, length: usize) -> Result<(Part, Arc<str>), Error> {
        let part = open.take(length)?;
        open.start = if self.objects > 1 { Start::Json } else { Start::AfterObject };
        self.pending = 0;
        if let Some(scan) = &mut self.scan {
            scan.removed(length);
        }
        if let Some(list) = &mut self.list {
            list.cuts.iter_mut().map(|cut| &mut cut.end).chain(&mut list.end).for_each(|at| *at -= length);
        }
        Ok(part)
    }

    /// The next part of the List that is being cut.
    fn of_list(&mut self, open: &mut Open) -> Result<Option<(Part, Arc<str>)>, Error> {
        let Some(list) = &mut self.list else { return Ok(None) };
        if let Some(cut) = list.cuts.pop_front() {
            let part = self.take(open, cut.end)?;
            (open.start, open.tokens) = (Start::Items, cut.tokens);
            return Ok(Some(part));
        }
        let Some(end) = list.end else { return Ok(None) };
        let is_too_large = std::mem::take(&mut list.is_too_large);
        if !is_too_large {
            self.list = None;
            self.objects += 1;
        }
        let part = self.take(open, end)?;
        if is_too_large {
            open.start = Start::LargeJson;
        }
        Ok(Some(part))
    }

    /// The object that is scanned ends here.
    fn complete(
        &mut self,
        open: &mut Open,
        end: usize,
        size: usize,
    ) -> Result<Option<(Part, Arc<str>)>, Error> {
        let Some(mut scan) = self.scan.take() else { return Ok(None) };
        let cuts = scan.take_cuts();
        if let Some(list) = &mut self.list {
            (list.end, list.is_too_large) = (Some(end), !scan.is_list());
            list.cuts.extend(cuts);
            return Ok(None);
        }
        if !scan.is_list() || cuts.is_empty() {
            self.objects += 1;
            self.pending = end;
            return if end >= size { self.take(open, end).map(Some) } else { Ok(None) };
        }
        self.list = Some(List { cuts: cuts.into(), end: Some(end), is_too_large: false });
        self.begin_list(open)
    }

    /// Takes what precedes a List.
    fn begin_list(&mut self, open: &mut Open) -> Result<Option<(Part, Arc<str>)>, Error> {
        let part = if self.pending > 0 { Some(self.take(open, self.pending)?) } else { None };
        open.start = Start::List;
        Ok(part)
    }

    /// The object goes on behind what was read.
    fn more(&mut self, open: &mut Open, size: usize) -> Result<Option<(Part, Arc<str>)>, Error> {
        let Some(scan) = &mut self.scan else { return Ok(None) };
        let length = open.rest().len();
        if let Some(list) = &mut self.list {
            list.cuts.extend(scan.take_cuts());
            if list.cuts.is_empty() && length <= LARGEST_DOCUMENT {
                open.fill(length + size)?;
            } else if list.cuts.is_empty() {
                return match scan.last_item() {
                    0 => self.too_large(open).map(Some),
                    end => {
                        let part = self.take(open, end)?;
                        open.start = Start::Items;
                        Ok(Some(part))
                    }
                };
            }
            return Ok(None);
        }
        if length - self.pending <= LARGEST_DOCUMENT {
            // No more than shows that it is too large.
            open.fill((length * 2).min(self.pending + LARGEST_DOCUMENT + 1))?;
            return Ok(None);
        }
        if scan.may_be_list() {
            let cuts = scan.take_cuts();
            if !cuts.is_empty() {
                self.list = Some(List { cuts: cuts.into(), ..List::default() });
                return self.begin_list(open);
            }
        }
        if self.pending > 0 {
            return self.take(open, self.pending).map(Some);
        }
        self.too_large(open).map(Some)
    }

    /// An object, or an item of a List, that is larger than any that is read: as much of it as shows this. The rest of the
    /// object is skipped.
    fn too_large(&mut self, open: &mut Open) -> Result<(Part, Arc<str>), Error> {
        let reached = self.scan.as_ref().map_or(SHOWN, JsonScan::reached);
        let mut scan = self.scan.take();
        self.list = None;
        open.start = Start::LargeJson;
        let shown = open.boundary(SHOWN.min(reached));
        let mut part = self.take(open, shown)?;
        part.0.is_cut = true;
        self.objects += 1;
        if let Some(scan) = &mut scan {
            scan.removed(shown.min(reached));
            scan.forget_items();
            loop {
                match scan.run(open.rest(), open.ended) {
                    Progress::Complete(end) => {
                        open.skip(end);
                        break;
                    }
                    Progress::More => {
                        let reached = scan.reached();
                        open.skip(reached);
                        scan.removed(reached);
                        open.fill(open.rest().len() + (1 << 20))?;
                    }
                    Progress::Invalid => {
                        self.skip_broken(open)?;
                        return Ok(part);
                    }
                }
            }
        }
        open.start = if self.objects > 1 { Start::Json } else { Start::AfterObject };
        Ok(part)
    }

    /// What follows the last complete object is not JSON.
    fn invalid(&mut self, open: &mut Open) -> Result<Option<(Part, Arc<str>)>, Error> {
        let Some(scan) = self.scan.take() else { return Ok(None) };
        if self.list.take().is_some() {
            // kubectl rejects the List as a whole; its complete items are checked all the same.
            self.is_broken = true;
            let part = match scan.last_item() {
                0 => None,
                end => Some(self.take(open, end)?),
            };
            open.start = Start::BrokenJson;
            return Ok(part);
        }
        let rest = open.rest();
        let (length, is_all) = (rest.len(), open.ended || rest.len() - self.pending > LARGEST_DOCUMENT);
        match self.objects {
            0 => {
                self.has_ended = true;
                Ok(None)
            }
            1 => {
                // kubectl reads what follows as YAML, up to a separator at least.
                let first = skip_space(rest, self.pending);
                let end = last_separator(rest).filter(|at| *at > first);
                if end.is_none() && !is_all {
                    open.fill(length * 2)?;
                    return Ok(None);
                }
                self.has_ended = true;
                let mut part = self.take(open, end.unwrap_or(length))?;
                open.start = Start::Separator;
                if end.is_none() && !open.ended {
                    part.0.is_cut = true;
                    open.skip_to(&["---"])?;
                }
                Ok(Some(part))
            }
            _ => {
                self.wasted += scan.reached() - self.pending;
                let next = line_that_begins(rest, self.pending, BEGINNINGS);
                if next.is_none() && !is_all {
                    open.fill(length * 2)?;
                    return Ok(None);
                }
                let end = next.unwrap_or_else(|| open.boundary(self.pending + SHOWN));
                let mut part = self.take(open, end)?;
                if self.wasted > MOST_WASTED || next.is_none() {
                    part.0.is_cut = !open.rest().is_empty();
                    let prefixes = if self.wasted > MOST_WASTED { &[][..] } else { BEGINNINGS };
                    open.skip_to(prefixes)?;
                }
                self.after_broken(open);
                Ok(Some(part))
            }
        }
    }

    /// Skips the rest of what is not JSON.
    fn skip_broken(&mut self, open: &mut Open) -> Result<(), Error> {
        if !BEGINNINGS.iter().any(|beginning| open.rest().starts_with(beginning.as_bytes())) {
            open.skip_to(BEGINNINGS)?;
        }
        self.after_broken(open);
        Ok(())
    }

    /// Continues as kubectl would: with the next document, or with the next object.
    fn after_broken(&mut self, open: &mut Open) {
        self.objects = 2;
        self.has_ended = open.rest().starts_with(b"---");
        open.start = if self.has_ended { Start::Separator } else { Start::Json };
    }
}
