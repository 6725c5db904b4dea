//! Aligns arrays: finds for each element of an edited array the element of the old array that it comes from.

use std::collections::HashMap;

use crate::document::steps;

/// The largest table for the longest common subsequence: 16 MB. Without a table, equal elements are paired in the order of
/// their occurrence.
const TABLE_CELLS: usize = 4_000_000;
/// The most cells of all tables of a comparison. Many arrays of some thousand elements would else cost a thousand times
/// as much as their text.
pub(super) const ALL_CELLS: usize = 16_000_000;

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
pub(super) struct Element {
    /// The same for equal values.
    pub(super) hash: u64,
    pub(super) object: bool,
    /// For each member that may identify an object, the best first, a hash of its value; `None` where the object has no
    /// such member. Empty for other values.
    pub(super) keys: Vec<Option<u64>>,
}

impl Element {
    /// Whether the element has anything that identifies it besides its content.
    pub(super) fn keyed(&self) -> bool {
        self.keys.iter().any(Option::is_some)
    }

    /// Whether both may be the same item: two objects are not if the best key that both have differs, or if only one of
    /// them has keys, or each has others.
    fn may_be(&self, other: &Element) -> bool {
        if !self.object || !other.object {
            return true;
        }
        match self.keys.iter().zip(&other.keys).find_map(|(own, other)| own.zip(*other)) {
            Some((own, other)) => own == other,
            None => !self.keyed() && !other.keyed(),
        }
    }

    /// Of the keys before `rank`, those that the element has, as bits.
    fn better_keys(&self, rank: usize) -> u64 {
        self.keys.iter().take(rank.min(64)).enumerate().fold(0, |bits, (at, key)| bits | u64::from(key.is_some()) << at)
    }
}

/// How arrays are aligned.
pub(super) struct Alignment {
    /// Whether an element that is equal to one at another position came from there, also in arrays of the same length.
    pub(super) by_content: bool,
    /// Whether objects at the same place are aligned though their keys differ. The edits of the members are then smaller
    /// than a new object, but they belong to the place and can't follow an item into another document.
    pub(super) by_place: bool,
    /// The cells that tables may still have.
    pub(super) cells: usize,
}

impl Alignment {
    /// Aligns two arrays: the common start and the common end first. What is left in the middle is aligned by position
    /// when it has the same length on both sides and no element moved, else by the longest common subsequence and then by
    /// key. Objects with different keys are not aligned, except by place.
    pub(super) fn align(&mut self, old: &[Element], new: &[Element]) -> Vec<Origin> {
        let limit = old.len().min(new.len());
        let start = (0..limit).take_while(|&at| old[at].hash == new[at].hash).count();
        let end = (0..limit - start)
            .take_while(|&back| old[old.len() - 1 - back].hash == new[new.len() - 1 - back].hash)
            .count();
        let old_middle = &old[start..old.len() - end];
        let new_middle = &new[start..new.len() - end];
        let mut origins: Vec<Origin> = (0..start).map(Origin::Stays).collect();
        let middle = if old_middle.len() == new_middle.len() && !self.moved(old_middle, new_middle) {
            let pairs = old_middle.iter().zip(new_middle).enumerate();
            pairs
                .map(|(at, (old, new))| if self.by_place || old.may_be(new) { Origin::Stays(at) } else { Origin::New })
                .collect()
        } else {
            self.middle(old_middle, new_middle)
        };
        origins.extend(middle.into_iter().map(|origin| match origin {
            Origin::Stays(at) => Origin::Stays(at + start),
            Origin::Moves(at) => Origin::Moves(at + start),
            Origin::New => Origin::New,
        }));
        origins.extend((old.len() - end..old.len()).map(Origin::Stays));
        origins
    }

    /// Whether an element of two arrays of the same length is at another position than before.
    fn moved(&self, old: &[Element], new: &[Element]) -> bool {
        let mut pairs = Pairs::of(old, new);
        pairs.by_keys();
        if pairs.from.iter().enumerate().any(|(at, from)| from.is_some_and(|from| from != at)) {
            return true;
        }
        if !self.by_content {
            return false;
        }
        let mut pairs = Pairs::of(old, new);
        for at in 0..old.len() {
            if old[at].hash == new[at].hash {
                pairs.add(at, at);
            }
        }
        pairs.by_hash();
        pairs.from.iter().enumerate().any(|(at, from)| from.is_some_and(|from| from != at))
    }

    fn middle(&mut self, old: &[Element], new: &[Element]) -> Vec<Origin> {
        let mut pairs = Pairs::of(old, new);
        let cells = old.len().saturating_mul(new.len());
        if cells <= TABLE_CELLS.min(self.cells) {
            self.cells -= cells;
            for (at, index) in longest_common(old, new).into_iter().enumerate() {
                if let Some(index) = index {
                    pairs.add(at, index);
                }
            }
        }
        // First the elements that moved without a change, then those that changed and have a key.
        pairs.by_hash();
        pairs.by_keys();
        let in_place = ascending(&pairs.from);
        let origins = pairs.from.iter().zip(in_place).map(|(from, in_place)| match from {
            Some(index) if in_place => Origin::Stays(*index),
            Some(index) => Origin::Moves(*index),
            None => Origin::New,
        });
        origins.collect()
    }
}

/// The elements that have found each other.
struct Pairs<'a> {
    old: &'a [Element],
    new: &'a [Element],
    /// The old element of each new one.
    from: Vec<Option<usize>>,
    /// Whether an old element has its new one.
    taken: Vec<bool>,
}

impl<'a> Pairs<'a> {
    fn of(old: &'a [Element], new: &'a [Element]) -> Pairs<'a> {
        Pairs { old, new, from: vec![None; new.len()], taken: vec![false; old.len()] }
    }

    fn add(&mut self, at: usize, index: usize) {
        self.from[at] = Some(index);
        self.taken[index] = true;
    }

    /// Pairs equal elements in the order of their occurrence.
    fn by_hash(&mut self) {
        let mut free: HashMap<u64, Vec<usize>> = HashMap::new();
        for (index, element) in self.old.iter().enumerate().rev() {
            steps::count();
            if !self.taken[index] {
                free.entry(element.hash).or_default().push(index);
            }
        }
        for (at, element) in self.new.iter().enumerate() {
            steps::count();
            if self.from[at].is_none()
                && let Some(index) = free.get_mut(&element.hash).and_then(Vec::pop)
            {
                self.add(at, index);
            }
        }
    }

    /// Pairs objects by the best key that both have, in the order of their occurrence.
    fn by_keys(&mut self) {
        let ranks = self.old.iter().map(|element| element.keys.len()).max().unwrap_or_default();
        for rank in 0..ranks {
            let mut free: HashMap<(u64, u64), Vec<usize>> = HashMap::new();
            // The sets of better keys that old elements have. Two objects that share a better key were paired by it.
            let mut better: Vec<u64> = Vec::new();
            for (index, element) in self.old.iter().enumerate().rev() {
                steps::count();
                if let (false, Some(&Some(key))) = (self.taken[index], element.keys.get(rank)) {
                    let keys = element.better_keys(rank);
                    if !better.contains(&keys) {
                        better.push(keys);
                    }
                    free.entry((key, keys)).or_default().push(index);
                }
            }
            for (at, element) in self.new.iter().enumerate() {
                steps::count();
                if let (None, Some(&Some(key))) = (self.from[at], element.keys.get(rank)) {
                    let own = element.better_keys(rank);
                    let apart = better.iter().filter(|&&keys| keys & own == 0);
                    let index = apart.filter_map(|&keys| free.get_mut(&(key, keys))?.pop()).next();
                    if let Some(index) = index {
                        self.add(at, index);
                    }
                }
            }
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
            steps::count();
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
