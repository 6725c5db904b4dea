//! The difference between two trees: where the edited one departs from the old one, and which guards that trips.

use std::collections::{HashMap, HashSet};

use super::align::{self, Element, Origin};
use super::damage;
use super::guard::{Guard, Trip, shown};
use super::hash;
use super::notes::Note;
use super::report::{Remark, RemarkKind};
use super::trail::{self, Part, Side, Trail};
use super::watch::{self, Finding};
use crate::document::equal::{self, Reading, Shape};
use crate::document::members::Members;
use crate::document::pointer::{self, Pointer};
use crate::document::text;
use crate::document::tree::{Id, Kind, ROOT, Tree};

/// A change at one value of the old tree.
pub(super) struct Group {
    pub(super) at: Id,
    /// Of `at`, in the old document.
    pub(super) pointer: Pointer,
    pub(super) change: Change,
}

pub(super) enum Change {
    /// This value instead.
    Replace(Id),
    /// Members (ids of names, of the old and the edited tree).
    Members { removed: Vec<Id>, added: Vec<Id> },
    /// All elements of the array afterwards.
    Elements(Vec<(Id, Slot)>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    /// The old element with this index, in place; what changed in it are groups of its own.
    Stays(usize),
    /// The old element `from` at another place, with the changes of a job of its own.
    Moves {
        from: usize,
        job: usize,
    },
    New,
}

/// The groups below one value of the old tree: job 0 below the root, others below elements that moved.
pub(super) struct Job {
    pub(super) root: Id,
    pub(super) groups: Vec<Group>,
}

/// What a comparison looks at besides the trees.
pub(super) struct Lens<'a> {
    pub(super) notes: HashMap<Id, Vec<Note>>,
    /// Names whose values tell elements of arrays apart, the first that an element has.
    pub(super) keys: &'a [String],
    /// Members that the root must keep.
    pub(super) required: &'a [String],
    /// Whether guard K11 is lifted, so that the members stay.
    pub(super) keep_job_members: bool,
    /// Whether guards look at all.
    pub(super) guarded: bool,
}

pub(super) struct Diff<'a> {
    old: &'a Tree<'a>,
    edited: &'a Tree<'a>,
    lens: &'a Lens<'a>,
    old_hashes: Vec<u64>,
    edited_hashes: Vec<u64>,
    trail: Trail,
    open: Vec<Pair>,
    pub(super) reading: Reading,
    pub(super) jobs: Vec<Job>,
    pub(super) trips: Vec<Trip>,
    pub(super) remarks: Vec<Remark>,
    pub(super) not_finite: Option<Pointer>,
}

#[derive(Clone, Copy)]
struct Pair {
    b: Id,
    e: Id,
    step: usize,
    job: usize,
}

impl<'a> Diff<'a> {
    /// Compares two documents. Without recursion: what is still to be compared waits in a list.
    pub(super) fn of(old: &'a Tree<'a>, edited: &'a Tree<'a>, lens: &'a Lens<'a>) -> Diff<'a> {
        let reading = Reading { dates: dates(&lens.notes), shapes: HashMap::new() };
        let dated = !reading.dates.is_empty();
        let mut diff = Diff {
            old,
            edited,
            lens,
            old_hashes: hash::hashes(old, dated),
            edited_hashes: hash::hashes(edited, dated),
            trail: Trail::default(),
            open: vec![Pair { b: ROOT, e: ROOT, step: 0, job: 0 }],
            reading,
            jobs: vec![Job { root: ROOT, groups: Vec::new() }],
            trips: Vec::new(),
            remarks: Vec::new(),
            not_finite: None,
        };
        while let Some(pair) = diff.open.pop() {
            diff.compare(pair);
        }
        diff
    }

    fn compare(&mut self, pair: Pair) {
        let Pair { b, e, .. } = pair;
        if self.old_hashes[b as usize] == self.edited_hashes[e as usize]
            && equal::same(self.old, b, self.edited, e, &self.reading)
        {
            return;
        }
        match (self.old.kind(b), self.edited.kind(e)) {
            (Kind::Object, Kind::Object) => self.objects(pair),
            (Kind::Array, Kind::Array) => {
                let elements = self.edited.elements(e).collect();
                self.arrays(pair, elements);
            }
            (before, now) if before == now => {
                if !equal::same_leaf(self.old, b, self.edited, e, &self.reading) {
                    self.scalars(pair);
                }
            }
            (Kind::False | Kind::True, Kind::False | Kind::True) => self.replace(pair),
            _ => self.kinds(pair),
        }
    }

    fn scalars(&mut self, pair: Pair) {
        let Pair { b, e, .. } = pair;
        if self.edited.kind(e) == Kind::String {
            let dated = self.reading.dates.contains(&e);
            for (guard, message) in watch::text_change(self.old, Some(b), self.edited, e, dated) {
                self.trip(guard, pair.step, message, Some(b), Some(e));
            }
        } else {
            self.look_through(pair.step, None, e);
        }
        self.replace(pair);
    }

    fn kinds(&mut self, pair: Pair) {
        let Pair { b, e, step, .. } = pair;
        if !self.lens.guarded {
            return self.replace(pair);
        }
        let autonull = self.noted(e, &Note::AutoNull);
        match watch::kind_change(self.old, b, self.edited, e, autonull) {
            watch::Change::Wrapped => {
                self.reading.shapes.insert(e, Shape::Wrapped);
                self.remark(step, RemarkKind::Wrapped);
                self.arrays(pair, vec![e]);
            }
            watch::Change::Emptied => {
                self.reading.shapes.insert(e, Shape::Empty);
                self.remark(step, RemarkKind::Emptied);
                self.arrays(pair, Vec::new());
            }
            watch::Change::Plain => {
                self.look_through(step, None, e);
                self.replace(pair);
            }
            watch::Change::Refused(guard, message) => {
                self.trip(guard, step, message, Some(b), Some(e));
                self.replace(pair);
            }
        }
    }

    fn replace(&mut self, pair: Pair) {
        self.group(pair, Change::Replace(pair.e));
    }

    fn objects(&mut self, pair: Pair) {
        let Pair { b, e, step, job } = pair;
        let ours = Members::of(self.old, b);
        let theirs = Members::of(self.edited, e);
        if let Some(envelope) = damage::envelope(self.edited, e)
            && damage::envelope(self.old, b).is_none()
        {
            self.trip(Guard::Enveloped, step, format!("the object became {envelope}"), Some(b), Some(e));
        }
        let mut kept = HashSet::new();
        let mut added = Vec::new();
        let mut pairs = Vec::new();
        for &name in theirs.names() {
            match ours.find(self.edited, name) {
                Some(own) => {
                    kept.insert(own);
                    pairs.push((own, name));
                }
                None => added.push(name),
            }
        }
        let removed: Vec<Id> = ours.names().iter().copied().filter(|name| !kept.contains(name)).collect();
        if step == 0 {
            added = self.root(&ours, &removed, added);
        }
        self.case_twins(step, &ours, &added);
        for &name in &added {
            self.look_through(step, Some(name), name + 1);
        }
        // In reverse, because the last pair pushed is compared first.
        for &(own, name) in pairs.iter().rev() {
            let step = self.trail.step(step, Part::Name(own));
            self.open.push(Pair { b: own + 1, e: name + 1, step, job });
        }
        if !removed.is_empty() || !added.is_empty() {
            self.group(pair, Change::Members { removed, added });
        }
    }

    /// The guards of the root; gives back the members to add.
    fn root(&mut self, ours: &Members<'_, '_>, removed: &[Id], added: Vec<Id>) -> Vec<Id> {
        if !self.lens.guarded {
            return added;
        }
        let lost: Vec<String> =
            removed.iter().map(|&name| text::readable(&text::unescape(self.old, name)).into_owned()).collect();
        let copied = self.noted(ROOT, &Note::Deserialized);
        let partial = copied || self.noted(ROOT, &Note::Selected);
        if let Some(message) = watch::root_loss(&lost, ours.names().len(), partial, self.lens.required) {
            self.trip_at(Guard::MembersMissing, Pointer::default(), message, None, None);
        }
        let (from_job, mut added): (Vec<Id>, Vec<Id>) = added.into_iter().partition(|&name| {
            let name = text::unescape(self.edited, name);
            watch::JOB_MEMBERS.iter().any(|member| member.as_bytes() == name.as_ref())
        });
        if from_job.is_empty() {
            return added;
        }
        if copied && !self.lens.keep_job_members {
            for &name in &from_job {
                self.reading.shapes.insert(name, Shape::Dropped);
                let mut pointer = Pointer::default();
                pointer.push_name(&text::unescape(self.edited, name));
                self.remarks.push(Remark { pointer, kind: RemarkKind::JobMemberDropped });
            }
            return added;
        }
        let names: Vec<String> =
            from_job.iter().map(|&name| text::readable(&text::unescape(self.edited, name)).into_owned()).collect();
        let message = format!("the document has members that a PowerShell job added: {}", names.join(", "));
        self.trip_at(Guard::JobMembers, Pointer::default(), message, None, None);
        added.extend(from_job);
        added.sort_unstable();
        added
    }

    fn case_twins(&mut self, step: usize, ours: &Members<'_, '_>, added: &[Id]) {
        if added.is_empty() || !self.lens.guarded {
            return;
        }
        let mut known: HashMap<Vec<u8>, Id> = HashMap::new();
        for &name in ours.names() {
            known.entry(text::fold(&text::unescape(self.old, name))).or_insert(name);
        }
        for &name in added {
            let own = text::unescape(self.edited, name);
            if let Some(&twin) = known.get(&text::fold(&own)) {
                let spelled = text::unescape(self.old, twin);
                let message =
                    format!("the new name '{}' exists as '{}'", text::readable(&own), text::readable(&spelled));
                let mut pointer = self.trail.pointer(self.old, step, Side::Edited);
                pointer.push_name(&own);
                self.trip_at(Guard::CaseTwin, pointer, message, Some(twin + 1), Some(name + 1));
            }
        }
    }

    fn arrays(&mut self, pair: Pair, elements: Vec<Id>) {
        let Pair { b, step, job, .. } = pair;
        let old: Vec<Id> = self.old.elements(b).collect();
        let before: Vec<Element> =
            old.iter().map(|&id| Element { hash: self.old_hashes[id as usize], key: self.key(self.old, id) }).collect();
        let now: Vec<Element> = elements
            .iter()
            .map(|&id| Element { hash: self.edited_hashes[id as usize], key: self.key(self.edited, id) })
            .collect();
        let origins = align::align(&before, &now);
        let stays =
            old.len() == elements.len() && origins.iter().enumerate().all(|(at, &origin)| origin == Origin::Stays(at));
        let shaped = self.reading.shapes.contains_key(&pair.e);
        let mut after = Vec::new();
        let mut pairs = Vec::new();
        for (at, (&element, &origin)) in elements.iter().zip(&origins).enumerate() {
            let slot = match origin {
                Origin::Stays(from) => {
                    pairs.push((from, at, job));
                    Slot::Stays(from)
                }
                Origin::Moves(from) => {
                    let job = self.jobs.len();
                    self.jobs.push(Job { root: old[from], groups: Vec::new() });
                    pairs.push((from, at, job));
                    Slot::Moves { from, job }
                }
                Origin::New => {
                    let edited = (!shaped).then_some(at);
                    let step = self.trail.step(step, Part::Index { old: at, edited });
                    self.look_through(step, None, element);
                    Slot::New
                }
            };
            after.push((element, slot));
        }
        for (from, at, job) in pairs.into_iter().rev() {
            let edited = (!shaped).then_some(at);
            let step = self.trail.step(step, Part::Index { old: from, edited });
            self.open.push(Pair { b: old[from], e: elements[at], step, job });
        }
        if !stays {
            self.group(pair, Change::Elements(after));
        }
    }

    /// What tells an object from its siblings: the value of the first hint that it has.
    fn key(&self, tree: &Tree<'_>, element: Id) -> Option<u64> {
        if tree.kind(element) != Kind::Object || tree.count(element) > 1000 {
            return None;
        }
        let hashes = if std::ptr::eq(tree, self.old) { &self.old_hashes } else { &self.edited_hashes };
        for (rank, hint) in self.lens.keys.iter().enumerate() {
            let Some(name) = pointer::member(tree, element, hint.as_bytes()) else {
                continue;
            };
            let value = name + 1;
            let empty = tree.kind(value) == Kind::String && tree.raw(value).is_empty();
            if matches!(tree.kind(value), Kind::String | Kind::Number) && !empty {
                return Some(hashes[value as usize].rotate_left(rank as u32));
            }
        }
        None
    }

    fn noted(&self, e: Id, note: &Note) -> bool {
        self.lens.notes.get(&e).is_some_and(|notes| notes.contains(note))
    }

    fn group(&mut self, pair: Pair, change: Change) {
        let pointer = self.trail.pointer(self.old, pair.step, Side::Old);
        self.jobs[pair.job].groups.push(Group { at: pair.b, pointer, change });
    }

    fn remark(&mut self, step: usize, kind: RemarkKind) {
        let pointer = self.trail.pointer(self.old, step, Side::Edited);
        self.remarks.push(Remark { pointer, kind });
    }

    /// Guards inside a value that is new: at the pair of `step`, or there as the member `name`.
    fn look_through(&mut self, step: usize, name: Option<Id>, value: Id) {
        if !self.lens.guarded {
            return;
        }
        for finding in watch::new_value(self.edited, value) {
            let id = match finding {
                Finding::Damage(id, ..) | Finding::NotFinite(id) => id,
            };
            let mut place = self.trail.pointer(self.old, step, Side::Edited);
            if let Some(name) = name {
                place.push_name(&text::unescape(self.edited, name));
            }
            trail::below(self.edited, value, id, &mut place);
            match finding {
                Finding::Damage(id, guard, message) => self.trip_at(guard, place, message, None, Some(id)),
                Finding::NotFinite(_) => self.not_finite = Some(place),
            }
        }
    }

    fn trip(&mut self, guard: Guard, step: usize, message: String, old: Option<Id>, new: Option<Id>) {
        let pointer = self.trail.pointer(self.old, step, Side::Edited);
        self.trip_at(guard, pointer, message, old, new);
    }

    fn trip_at(&mut self, guard: Guard, pointer: Pointer, message: String, old: Option<Id>, new: Option<Id>) {
        if self.lens.guarded {
            let old = old.map(|id| shown(self.old, id));
            let new = new.map(|id| shown(self.edited, id));
            self.trips.push(Trip { guard, pointer, message, old, new });
        }
    }
}

fn dates(notes: &HashMap<Id, Vec<Note>>) -> HashSet<Id> {
    notes.iter().filter(|(_, notes)| notes.contains(&Note::DateTime)).map(|(&id, _)| id).collect()
}
