//! Takes what was sent apart: decides for each thing whether it is a container and goes into it. Owns the order in
//! which limits are used up, which is that of the names, so that the same input always loses the same members.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

#[cfg(not(feature = "archives"))]
use super::codec::NEEDS_ARCHIVES;
use super::content::{Content, limited, unpacked_bound};
use super::digest::{Hash, digest};
use super::hold::{Memory, hold};
use super::magic::{HEAD, Kind, TAIL, ends_as_zip};
use super::path::Names;
use super::problems::Problems;
#[cfg(feature = "archives")]
use super::sevenz;
use super::{Bundle, Member, cab, codec::Codec, duplicate, mail, problem, share, tar, zip};
use crate::limits::Limits;
use crate::model::{Problem, ProblemKind};
use crate::source::{Cursor, FileAt, ReadAt, Source};

/// One bundle while it is opened.
pub(super) struct Walk<'a> {
    pub(super) limits: &'a Limits,
    pub(super) passwords: &'a [String],
    names: Names,
    members: Vec<Member>,
    problems: Problems,
    memory: Memory,
    /// Bytes that may still come out of archives.
    unpack_left: u64,
    /// Files and members that may still be looked at.
    entries_left: u64,
    /// Containers gone into, by size.
    opened: HashMap<u64, Vec<Opened>>,
    /// Files and members that were not looked at because the run was to end.
    skipped: u64,
}

/// A container that was gone into, to know it again: what holds itself never ends.
struct Opened {
    path: Arc<str>,
    bytes: Arc<dyn ReadAt>,
    hash: Option<Hash>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(limits: &'a Limits, passwords: &'a [String]) -> Self {
        Self {
            limits,
            passwords,
            names: Names::default(),
            members: Vec::new(),
            problems: Problems::new(limits.problems_per_artifact),
            memory: Memory::new(limits.memory_bytes),
            unpack_left: limits.total_bytes,
            entries_left: limits.entries,
            opened: HashMap::new(),
            skipped: 0,
        }
    }

    /// Gives out a path once.
    pub(super) fn name(&mut self, path: String) -> Arc<str> {
        self.names.unique(path, self.limits.path_bytes)
    }

    /// Counts one file or member.
    pub(super) const fn count(&mut self) {
        self.entries_left = self.entries_left.saturating_sub(1);
    }

    /// How many further files and members are looked at.
    pub(super) fn room(&self) -> usize {
        usize::try_from(self.entries_left).unwrap_or(usize::MAX)
    }

    /// Whether no further file or member is looked at.
    pub(super) const fn is_full(&self) -> bool {
        self.entries_left == 0
    }

    pub(super) fn full_text(&self) -> String {
        let limit = self.limits.entries;
        format!("more than {limit} files and members: the rest is left out")
    }

    pub(super) fn problem(
        &mut self,
        container: &Arc<str>,
        path: &Arc<str>,
        kind: ProblemKind,
        detail: impl Into<String>,
    ) {
        self.problems.push(container, path, kind, detail);
    }

    /// Shares the limits out, finds what is there twice, and ends.
    pub(super) fn finish(self) -> Bundle {
        let mut members = self.members;
        let mut problems = self.problems;
        if let Some(reason) = self.limits.stop.reason().filter(|_| self.skipped > 0) {
            let all: Arc<str> = Arc::from("");
            let text = format!(
                "{reason}: files and members that were not looked at: {}",
                self.skipped
            );
            problems.push(&all, &all, ProblemKind::Interrupted, text);
        }
        members.sort_by(|a, b| a.path.cmp(&b.path));
        share::share(&mut members, self.unpack_left, self.limits, &mut problems);
        duplicate::fold(&mut members, &self.limits.stop, &mut problems);
        Bundle {
            members,
            problems: problems.into_sorted(),
        }
    }

    /// Takes one thing at `path` that lies in `container`, `depth` archives deep.
    pub(super) fn take(&mut self, container: &Arc<str>, path: &Arc<str>, content: Content, depth: u32) {
        if self.limits.stop.reason().is_some() {
            self.skipped = self.skipped.saturating_add(1);
            return;
        }
        let head = match content.head(HEAD) {
            Ok(head) => head,
            Err(error) => {
                let problem = unreadable(path, &error);
                self.problem(container, path, problem.kind, problem.detail);
                return;
            }
        };
        let zip_by_its_end = || ends_as_zip(&content.tail(TAIL).unwrap_or_default()).then_some(Kind::Zip);
        let Some(kind) = Kind::of(&head).or_else(zip_by_its_end) else {
            self.attached(container, path, (&content, &head), depth);
            self.members.push(Member {
                path: path.clone(),
                size: content.size(),
                duplicates: Vec::new(),
                content,
                allowance: u64::MAX,
            });
            return;
        };
        if depth >= self.limits.archive_depth {
            let limit = self.limits.archive_depth;
            let text = format!("lies deeper than {limit} archives and is not opened");
            self.problem(container, path, ProblemKind::LimitHit, text);
            return;
        }
        self.unfold(container, path, (kind, content), depth);
    }

    /// Takes what is in a container.
    fn unfold(
        &mut self,
        container: &Arc<str>,
        path: &Arc<str>,
        (kind, content): (Kind, Content),
        depth: u32,
    ) {
        match kind {
            Kind::Unread(what) => {
                self.problem(
                    container,
                    path,
                    ProblemKind::Unreadable,
                    format!("{what}: not read"),
                );
            }
            Kind::Coded(coding) => {
                let inner = Arc::new(content);
                let codec = Codec::from(coding);
                self.take(
                    container,
                    path,
                    Content::Coded { inner, codec },
                    depth.saturating_add(1),
                );
            }
            Kind::Zip => self.go_into(container, path, &content, depth, zip::take),
            Kind::Tar => self.go_into(container, path, &content, depth, tar::take),
            Kind::Cabinet => self.go_into(container, path, &content, depth, cab::take),
            #[cfg(not(feature = "archives"))]
            Kind::SevenZip => self.problem(
                container,
                path,
                ProblemKind::Unreadable,
                NEEDS_ARCHIVES.to_owned(),
            ),
            #[cfg(feature = "archives")]
            Kind::SevenZip => self.go_into(container, path, &content, depth, sevenz::take),
        }
    }

    /// Takes what is attached to a mail; the mail itself is a member as well.
    fn attached(
        &mut self,
        container: &Arc<str>,
        path: &Arc<str>,
        (content, head): (&Content, &[u8]),
        depth: u32,
    ) {
        let has_parts = || content.head(mail::HEAD).is_ok_and(|head| mail::has_parts(&head));
        if !mail::may_be(head) || !has_parts() {
            return;
        }
        if depth >= self.limits.archive_depth {
            let limit = self.limits.archive_depth;
            let text = format!("lies deeper than {limit} archives: what is attached to it is not opened");
            self.problem(container, path, ProblemKind::LimitHit, text);
            return;
        }
        self.go_into(container, path, content, depth, mail::take);
    }

    /// Makes a container's bytes seekable and lists it, unless it was listed before.
    fn go_into(
        &mut self,
        container: &Arc<str>,
        path: &Arc<str>,
        content: &Content,
        depth: u32,
        list: fn(&mut Walk<'_>, &Arc<str>, &Arc<dyn ReadAt>, u32),
    ) {
        let Some(bytes) = self.seekable(container, path, content) else {
            return;
        };
        if let Some(first) = self.opened_before(path, &bytes) {
            let text = format!("the same archive as {first}: opened once");
            self.problem(container, path, ProblemKind::Duplicate, text);
            return;
        }
        list(self, path, &bytes, depth.saturating_add(1));
    }

    /// The bytes of a container, to be read anywhere. What comes as a stream is held.
    fn seekable(
        &mut self,
        container: &Arc<str>,
        path: &Arc<str>,
        content: &Content,
    ) -> Option<Arc<dyn ReadAt>> {
        let opened = match content {
            Content::File { path, .. } => std::fs::File::open(path)
                .and_then(FileAt::new)
                .map(|file| Source::At(Arc::new(file))),
            _ => content.open_within(content.bound(self.limits).min(self.unpack_left)),
        };
        let stream = match opened.map(|source| source.until(&self.limits.stop)) {
            Ok(Source::At(bytes)) => return Some(bytes),
            Ok(Source::Stream(stream)) => Ok(stream),
            Err(error) => Err(error),
        };
        match stream.and_then(|stream| hold(stream, &self.memory)) {
            Ok(held) => {
                self.unpack_left = self.unpack_left.saturating_sub(held.bytes.len());
                if let Some(error) = held.error {
                    let problem = unreadable(path, &error);
                    self.problem(container, path, problem.kind, problem.detail);
                }
                Some(held.bytes)
            }
            Err(error) => {
                let problem = unreadable(path, &error);
                self.problem(container, path, problem.kind, problem.detail);
                None
            }
        }
    }

    /// Holds a stream of `packed` bytes that lies in a container, as far as the limits let it.
    pub(super) fn hold(
        &mut self,
        container: &Arc<str>,
        stream: impl io::Read + Send + 'static,
        packed: u64,
    ) -> Option<Arc<dyn ReadAt>> {
        let allowance = unpacked_bound(packed, self.limits).min(self.unpack_left);
        let stream = Source::Stream(Box::new(limited(Box::new(stream), allowance)));
        match hold(stream.until(&self.limits.stop).into_stream(), &self.memory) {
            Ok(held) => {
                self.unpack_left = self.unpack_left.saturating_sub(held.bytes.len());
                if let Some(error) = held.error {
                    let problem = unreadable(container, &error);
                    self.problem(container, container, problem.kind, problem.detail);
                }
                Some(held.bytes)
            }
            Err(error) => {
                let problem = unreadable(container, &error);
                self.problem(container, container, problem.kind, problem.detail);
                None
            }
        }
    }

    /// Where the same container was opened before. Only those of one size are hashed.
    fn opened_before(&mut self, path: &Arc<str>, bytes: &Arc<dyn ReadAt>) -> Option<Arc<str>> {
        let same_size = self.opened.entry(bytes.len()).or_default();
        let mut hash = None;
        if !same_size.is_empty() {
            hash = digest(Cursor::new(bytes.clone())).ok();
            for opened in same_size.iter_mut() {
                if opened.hash.is_none() {
                    opened.hash = digest(Cursor::new(opened.bytes.clone())).ok();
                }
                if hash.is_some() && opened.hash == hash {
                    return Some(opened.path.clone());
                }
            }
        }
        same_size.push(Opened {
            path: path.clone(),
            bytes: bytes.clone(),
            hash,
        });
        None
    }
}

/// The problem that an error of reading `path` is.
pub(super) fn unreadable(path: &Arc<str>, error: &io::Error) -> Problem {
    problem(path, ProblemKind::of(error), error.to_string())
}
