//! Problems met while a bundle is opened, folded so that a hostile archive cannot make a million of them.
//! Must not know containers.

use std::collections::HashMap;
use std::sync::Arc;

use crate::model::{Origin, Problem, ProblemKind};

/// The problems of a bundle, at most so many of one kind for each container.
#[derive(Debug)]
pub(super) struct Problems {
    list: Vec<Problem>,
    seen: HashMap<(Arc<str>, ProblemKind), Seen>,
    cap: usize,
}

#[derive(Debug, Default)]
struct Seen {
    count: usize,
    folded: Option<usize>,
}

impl Problems {
    /// At most `cap` problems of one kind for each container are listed one by one.
    pub(super) fn new(cap: usize) -> Self {
        Self {
            list: Vec::new(),
            seen: HashMap::new(),
            cap,
        }
    }

    /// A problem with what lies at `path` inside `container` (both the same for the container itself).
    pub(super) fn push(
        &mut self,
        container: &Arc<str>,
        path: &Arc<str>,
        kind: ProblemKind,
        detail: impl Into<String>,
    ) {
        let seen = self.seen.entry((container.clone(), kind)).or_default();
        seen.count = seen.count.saturating_add(1);
        if seen.count <= self.cap {
            self.list
                .push(Problem::new(kind, Origin::artifact(path.clone()), detail));
        } else if let Some(problem) = seen.folded.and_then(|index| self.list.get_mut(index)) {
            problem.count = problem.count.saturating_add(1);
        } else {
            seen.folded = Some(self.list.len());
            let detail = format!(
                "more like the {} listed, the first of them: {}",
                self.cap,
                detail.into()
            );
            self.list
                .push(Problem::new(kind, Origin::artifact(path.clone()), detail));
        }
    }

    /// All of them, in the order of their places.
    pub(super) fn into_sorted(self) -> Vec<Problem> {
        let mut list = self.list;
        list.sort_by(|a, b| (&a.origin, a.kind, &a.detail).cmp(&(&b.origin, b.kind, &b.detail)));
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_are_folded() {
        let mut problems = Problems::new(2);
        let zip: Arc<str> = "a.zip".into();
        for number in 0..1000 {
            let path: Arc<str> = format!("a.zip!/{number}").into();
            problems.push(&zip, &path, ProblemKind::Damaged, "broken");
        }
        let list = problems.into_sorted();
        assert_eq!(list.len(), 3);
        assert_eq!(list.iter().map(|problem| problem.count).sum::<u64>(), 1000);
    }
}
