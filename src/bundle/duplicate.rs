//! Finds members with the same bytes: the same log sent twice. Only members of one size are looked into, and only
//! those with the same first 64 KiB are read whole. Must not know containers.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;

use rayon::prelude::*;

use super::Member;
use super::digest::{Hash, digest};
use super::problems::Problems;
use super::share::archive_of;
use crate::limits::Stop;
use crate::model::ProblemKind;

/// How much of members of one size is compared first.
const HEAD: u64 = 64 << 10;

/// Members that may be the same, by index; always in the order of their paths.
type Class = Vec<usize>;

/// Takes duplicates out of the list; the first by path stays and names the others. Empty members, and those whose
/// size nobody tells, are no duplicates.
pub(super) fn fold(members: &mut Vec<Member>, stop: &Stop, problems: &mut Problems) {
    let mut by_size: BTreeMap<u64, Class> = BTreeMap::new();
    for (index, member) in members.iter().enumerate() {
        if let Some(size) = member.size.filter(|size| *size > 0 && *size <= member.allowance) {
            by_size.entry(size).or_default().push(index);
        }
    }
    let same_size = by_size.into_values().filter(|class| class.len() > 1);
    let alike = same_size.flat_map(|class| by_crc(members, class)).collect();
    let alike = refine(members, alike, HEAD, stop);
    let (long, mut same): (Vec<Class>, Vec<Class>) = alike.into_iter().partition(|class| {
        let first = class.first().and_then(|index| members.get(*index));
        first.and_then(|member| member.size) > Some(HEAD)
    });
    same.extend(refine(members, long, u64::MAX, stop));
    take_out(members, same, problems);
}

/// Splits a class by the checksums that archives promise, if each member has one.
fn by_crc(members: &[Member], class: Class) -> Vec<Class> {
    let mut split: BTreeMap<u32, Class> = BTreeMap::new();
    for index in &class {
        let Some(crc) = members.get(*index).and_then(|member| member.content.crc()) else {
            return vec![class];
        };
        split.entry(crc).or_default().push(*index);
    }
    split.into_values().filter(|class| class.len() > 1).collect()
}

/// Splits classes by the hash of the first `len` bytes of their members. Who cannot be read is like nobody.
fn refine(members: &[Member], classes: Vec<Class>, len: u64, stop: &Stop) -> Vec<Class> {
    let flat: Vec<(usize, usize)> = classes
        .iter()
        .enumerate()
        .flat_map(|(number, class)| class.iter().map(move |index| (number, *index)))
        .collect();
    let hashes: Vec<Option<Hash>> = flat
        .par_iter()
        .map(|(_, index)| hash(members.get(*index)?, len, stop))
        .collect();
    let mut split: BTreeMap<(usize, Hash), Class> = BTreeMap::new();
    for ((number, index), hash) in flat.into_iter().zip(hashes) {
        if let Some(hash) = hash {
            split.entry((number, hash)).or_default().push(index);
        }
    }
    split.into_values().filter(|class| class.len() > 1).collect()
}

fn hash(member: &Member, len: u64, stop: &Stop) -> Option<Hash> {
    let stream = member.open().ok()?.until(stop).into_stream();
    digest(stream.take(len)).ok()
}

/// Removes all but the first of each class.
fn take_out(members: &mut Vec<Member>, classes: Vec<Class>, problems: &mut Problems) {
    let mut first_of: BTreeMap<usize, usize> = BTreeMap::new();
    for class in classes {
        if let [first, others @ ..] = class.as_slice() {
            first_of.extend(others.iter().map(|other| (*other, *first)));
        }
    }
    for (other, first) in &first_of {
        let Some(path) = members.get(*other).map(|member| member.path.clone()) else {
            continue;
        };
        let Some(first) = members.get_mut(*first) else {
            continue;
        };
        let container: Arc<str> = archive_of(&path).into();
        let text = format!("the same bytes as {}: read once", first.path);
        problems.push(&container, &path, ProblemKind::Duplicate, text);
        first.duplicates.push(path);
    }
    let mut index = 0;
    members.retain(|_| {
        let kept = !first_of.contains_key(&index);
        index += 1;
        kept
    });
}
