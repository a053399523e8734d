//! Shares the bytes that may come out of archives among the members, before any is read: each gets its allowance, so
//! that what is cut does not depend on which thread reads first. Must not know containers.

use super::Member;
use super::content::Content;
use super::problems::Problems;
use crate::limits::Limits;
use crate::model::ProblemKind;

/// Sets the allowance of every member: what its container promises for those that promise, in the order of their
/// paths, then equal shares of what is left for the others. Members for which nothing is left are taken out.
pub(super) fn share(members: &mut Vec<Member>, total: u64, limits: &Limits, problems: &mut Problems) {
    let mut left = total;
    for member in members.iter_mut() {
        let bound = member.content.bound(limits);
        member.allowance = match (&member.content, member.size) {
            (Content::File { .. }, _) => u64::MAX,
            (_, Some(size)) => {
                let share = size.min(bound).min(limits.entry_bytes).min(left);
                left = left.saturating_sub(share);
                share
            }
            (_, None) => 0,
        };
    }
    share_rest(members, left, limits);
    members.retain(|member| {
        let kept = member.allowance > 0 || member.size == Some(0);
        if !kept {
            let container = archive_of(&member.path).into();
            let text = format!(
                "left out: more than {} bytes come out of archives",
                limits.total_bytes
            );
            problems.push(&container, &member.path, ProblemKind::LimitHit, text);
        }
        kept
    });
}

/// Shares `left` among the members of unknown size, small needs first.
fn share_rest(members: &mut [Member], mut left: u64, limits: &Limits) {
    let mut unknown: Vec<_> = members
        .iter_mut()
        .filter(|member| member.size.is_none())
        .map(|member| (member.content.bound(limits), member))
        .collect();
    unknown.sort_by(|(a, first), (b, second)| (a, &first.path).cmp(&(b, &second.path)));
    let mut waiting = unknown.len() as u64;
    for (bound, member) in unknown {
        let share = left.checked_div(waiting).unwrap_or(0).min(bound);
        member.allowance = share;
        left = left.saturating_sub(share);
        waiting = waiting.saturating_sub(1);
    }
}

/// The archive that a member lies in, or the member itself.
pub(super) fn archive_of(path: &str) -> &str {
    path.rsplit_once("!/").map_or(path, |(archive, _)| archive)
}
