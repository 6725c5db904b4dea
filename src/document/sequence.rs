//! A list with fast access, insertion and removal at any index.
//!
//! It is a binary tree whose nodes know the size of their subtree. Which of two subtrees becomes the root of both is drawn
//! at random, in proportion to their sizes, so the height stays logarithmic whatever the order of the changes. The
//! recursion of `split` and `merge` is as deep as the tree.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

use super::steps;

/// In place of an index: no node.
const NONE: u32 = u32::MAX;

struct Node<T> {
    left: u32,
    right: u32,
    size: u32,
    item: T,
}

/// The list.
pub(super) struct Sequence<T> {
    nodes: Vec<Node<T>>,
    root: u32,
    /// The state of the random numbers.
    state: u64,
}

impl<T> Sequence<T> {
    pub(super) fn of(items: impl Iterator<Item = T>) -> Sequence<T> {
        let nodes: Vec<Node<T>> = items.map(|item| Node { left: NONE, right: NONE, size: 1, item }).collect();
        let count = nodes.len() as u32;
        let mut list = Sequence { nodes, root: NONE, state: RandomState::new().build_hasher().finish() | 1 };
        list.root = list.balance(0, count);
        list
    }

    /// Makes a balanced tree of the nodes `from..to`, which lie in the order of the list.
    fn balance(&mut self, from: u32, to: u32) -> u32 {
        if from >= to {
            return NONE;
        }
        let middle = from + (to - from) / 2;
        let (left, right) = (self.balance(from, middle), self.balance(middle + 1, to));
        self.join(middle, left, right)
    }

    pub(super) fn len(&self) -> usize {
        self.size(self.root) as usize
    }

    pub(super) fn get(&self, index: usize) -> Option<&T> {
        self.find(index).map(|node| &self.nodes[node].item)
    }

    pub(super) fn get_mut(&mut self, index: usize) -> Option<&mut T> {
        self.find(index).map(|node| &mut self.nodes[node].item)
    }

    /// Inserts an item before the one at `index`, or at the end.
    pub(super) fn insert(&mut self, index: usize, item: T) {
        let node = self.nodes.len() as u32;
        self.nodes.push(Node { left: NONE, right: NONE, size: 1, item });
        let (left, right) = self.split(self.root, index as u32);
        let left = self.merge(left, node);
        self.root = self.merge(left, right);
    }

    /// Takes the item at `index` out of the list.
    pub(super) fn remove(&mut self, index: usize) {
        let (left, rest) = self.split(self.root, index as u32);
        let (_, right) = self.split(rest, 1);
        self.root = self.merge(left, right);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        let mut open = Vec::new();
        let mut at = self.root;
        std::iter::from_fn(move || {
            while at != NONE {
                open.push(at);
                at = self.nodes[at as usize].left;
            }
            let node = &self.nodes[open.pop()? as usize];
            at = node.right;
            Some(&node.item)
        })
    }

    fn find(&self, index: usize) -> Option<usize> {
        let (mut at, mut index) = (self.root, index as u32);
        while at != NONE {
            steps::count();
            let node = &self.nodes[at as usize];
            let left = self.size(node.left);
            match index.cmp(&left) {
                std::cmp::Ordering::Less => at = node.left,
                std::cmp::Ordering::Equal => return Some(at as usize),
                std::cmp::Ordering::Greater => {
                    index -= left + 1;
                    at = node.right;
                }
            }
        }
        None
    }

    fn size(&self, node: u32) -> u32 {
        self.nodes.get(node as usize).map_or(0, |node| node.size)
    }

    fn join(&mut self, root: u32, left: u32, right: u32) -> u32 {
        let size = self.size(left) + self.size(right) + 1;
        let node = &mut self.nodes[root as usize];
        (node.left, node.right, node.size) = (left, right, size);
        root
    }

    /// The first `count` items of a subtree, and the others.
    fn split(&mut self, node: u32, count: u32) -> (u32, u32) {
        steps::count();
        if node == NONE {
            return (NONE, NONE);
        }
        let Node { left, right, .. } = self.nodes[node as usize];
        let before = self.size(left) + 1;
        if count < before {
            let (first, rest) = self.split(left, count);
            (first, self.join(node, rest, right))
        } else {
            let (first, rest) = self.split(right, count - before);
            (self.join(node, left, first), rest)
        }
    }

    fn merge(&mut self, first: u32, second: u32) -> u32 {
        steps::count();
        if first == NONE || second == NONE {
            return if first == NONE { second } else { first };
        }
        let (here, there) = (self.size(first), self.size(second));
        if self.random(here + there) < here {
            let Node { left, right, .. } = self.nodes[first as usize];
            let right = self.merge(right, second);
            self.join(first, left, right)
        } else {
            let Node { left, right, .. } = self.nodes[second as usize];
            let left = self.merge(first, left);
            self.join(second, left, right)
        }
    }

    /// A random number below `limit`, by Marsaglia's xorshift.
    fn random(&mut self, limit: u32) -> u32 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (((self.state >> 32) * u64::from(limit)) >> 32) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::Sequence;

    #[test]
    fn a_sequence_is_a_list() {
        let mut list: Vec<u32> = (0..100).collect();
        let mut sequence = Sequence::of(list.iter().copied());
        for step in 0..2_000_usize {
            let at = step * 7_919 % (list.len() + 1);
            if step % 3 == 2 && at < list.len() {
                list.remove(at);
                sequence.remove(at);
            } else {
                list.insert(at, step as u32);
                sequence.insert(at, step as u32);
            }
        }
        assert_eq!(sequence.iter().copied().collect::<Vec<_>>(), list);
        assert_eq!((sequence.len(), sequence.get(17), sequence.get(list.len())), (list.len(), list.get(17), None));
        *sequence.get_mut(3).unwrap() = 9_999;
        assert_eq!(sequence.iter().nth(3), Some(&9_999));
        assert_eq!(Sequence::<u32>::of([].into_iter()).len(), 0);
    }
}
