//! Aligns arrays: finds for each element of an edited array the element of the old array that it comes from.

use std::collections::HashMap;

/// The largest table for the longest common subsequence: 16 MB. Without a table, equal elements are paired in the order of
/// their occurrence.
const TABLE_CELLS: usize = 4_000_000;

/// Where an element of the edited array comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// The old element with this index, in its place: the indices of all elements that stay ascend.
    Stays(usize),
    /// The old element with this index, in another place.
    Moves(usize),
    /// The element is not in the old array.
    New,
}

/// What the alignment needs to know of an element.
#[derive(Clone, Copy)]
pub(super) struct Element {
    /// The same for equal values.
    pub(super) hash: u64,
    /// The same for objects whose identifying member, such as `id`, has the same value; `None` without one.
    pub(super) key: Option<u64>,
}

/// Aligns two arrays: the common start and the common end first. What is left in the middle is aligned by position when
/// it has the same length on both sides and its keys do not say that elements moved, else by the longest common
/// subsequence and then by key.
pub(super) fn align(old: &[Element], new: &[Element]) -> Vec<Origin> {
    let limit = old.len().min(new.len());
    let start = (0..limit).take_while(|&at| old[at].hash == new[at].hash).count();
    let end =
        (0..limit - start).take_while(|&back| old[old.len() - 1 - back].hash == new[new.len() - 1 - back].hash).count();
    let old_middle = &old[start..old.len() - end];
    let new_middle = &new[start..new.len() - end];
    let mut origins: Vec<Origin> = (0..start).map(Origin::Stays).collect();
    if old_middle.len() == new_middle.len() && !keys_moved(old_middle, new_middle) {
        origins.extend((start..start + old_middle.len()).map(Origin::Stays));
    } else {
        origins.extend(middle(old_middle, new_middle).into_iter().map(|origin| match origin {
            Origin::Stays(at) => Origin::Stays(at + start),
            Origin::Moves(at) => Origin::Moves(at + start),
            Origin::New => Origin::New,
        }));
    }
    origins.extend((old.len() - end..old.len()).map(Origin::Stays));
    origins
}

/// Whether a new element has the key of an old element at another position.
fn keys_moved(old: &[Element], new: &[Element]) -> bool {
    let moved = |(old_one, new_one): (&Element, &Element)| {
        new_one.key.is_some() && old_one.key != new_one.key && old.iter().any(|other| other.key == new_one.key)
    };
    old.iter().zip(new).any(moved)
}

fn middle(old: &[Element], new: &[Element]) -> Vec<Origin> {
    let mut from: Vec<Option<usize>> = if old.len().saturating_mul(new.len()) <= TABLE_CELLS {
        longest_common(old, new)
    } else {
        vec![None; new.len()]
    };
    let mut taken = vec![false; old.len()];
    for &index in from.iter().flatten() {
        taken[index] = true;
    }
    // First the elements that moved without a change, then those that changed and have a key.
    pair(old, new, &mut from, &mut taken, |element| Some(element.hash));
    pair(old, new, &mut from, &mut taken, |element| element.key);
    let in_place = ascending(&from);
    from.iter()
        .zip(in_place)
        .map(|(from, in_place)| match from {
            Some(index) if in_place => Origin::Stays(*index),
            Some(index) => Origin::Moves(*index),
            None => Origin::New,
        })
        .collect()
}

/// Pairs elements that have no partner yet and the same mark, in the order of their occurrence.
fn pair(
    old: &[Element],
    new: &[Element],
    from: &mut [Option<usize>],
    taken: &mut [bool],
    mark: impl Fn(&Element) -> Option<u64>,
) {
    let mut free: HashMap<u64, Vec<usize>> = HashMap::new();
    for (index, element) in old.iter().enumerate().rev() {
        if !taken[index]
            && let Some(mark) = mark(element)
        {
            free.entry(mark).or_default().push(index);
        }
    }
    for (at, element) in new.iter().enumerate() {
        if from[at].is_none()
            && let Some(mark) = mark(element)
            && let Some(index) = free.get_mut(&mark).and_then(Vec::pop)
        {
            from[at] = Some(index);
            taken[index] = true;
        }
    }
}

/// For each new element its partner in a longest common subsequence of both arrays.
fn longest_common(old: &[Element], new: &[Element]) -> Vec<Option<usize>> {
    let width = new.len() + 1;
    // lengths[i * width + j]: the length of a longest common subsequence of old[i..] and new[j..].
    let mut lengths = vec![0u32; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            lengths[i * width + j] = if old[i].hash == new[j].hash {
                lengths[(i + 1) * width + j + 1] + 1
            } else {
                lengths[(i + 1) * width + j].max(lengths[i * width + j + 1])
            };
        }
    }
    let mut from = vec![None; new.len()];
    let (mut i, mut j) = (0, 0);
    while i < old.len() && j < new.len() {
        if old[i].hash == new[j].hash {
            from[j] = Some(i);
            i += 1;
            j += 1;
        } else if lengths[(i + 1) * width + j] >= lengths[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    from
}

/// Marks the elements of a longest ascending subsequence of the origins. These stay in place, the others move.
fn ascending(from: &[Option<usize>]) -> Vec<bool> {
    // tails[n]: the position of the smallest origin that ends an ascending subsequence of length n + 1.
    let mut tails: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; from.len()];
    for (at, origin) in from.iter().enumerate() {
        let Some(origin) = origin else {
            continue;
        };
        let length = tails.partition_point(|&tail| from[tail] < Some(*origin));
        before[at] = length.checked_sub(1).map(|shorter| tails[shorter]);
        if length == tails.len() {
            tails.push(at);
        } else {
            tails[length] = at;
        }
    }
    let mut marks = vec![false; from.len()];
    let mut at = tails.last().copied();
    while let Some(position) = at {
        marks[position] = true;
        at = before[position];
    }
    marks
}
