//! The difference between two trees: where the edited tree departs from the old one, and which guards that trips.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::align::{ALL_CELLS, Alignment, Element, Origin};
use super::change::{Change, ChangeKind, Placement, Subtree};
use super::damage;
use super::guard::{Guard, Trip};
use super::hash;
use super::notes::Note;
use super::report::{Remark, RemarkKind};
use super::trail::{Side, Step, Trail};
use super::watch::{self, Finding, KindChange};
use crate::document::equal::{self, Interpretation, Shape};
use crate::document::members::{Members, duplicate};
use crate::document::pointer::{Descent, Pointer};
use crate::document::shown::shown;
use crate::document::text;
use crate::document::tree::{Id, ROOT, Tree, ValueKind};

/// What a comparison depends on besides the two trees.
pub(super) struct DiffOptions<'a> {
    /// The notes about values of the edited tree.
    pub(super) notes: HashMap<Id, Vec<Note>>,
    /// Names of members whose values identify the elements of an array, the best first.
    pub(super) keys: &'a [String],
    /// Members that the root must keep.
    pub(super) required: &'a [String],
    /// Whether guard K11 is lifted, so that the members that a PowerShell job added are kept.
    pub(super) keep_job_members: bool,
    /// Whether guards are checked. They are not checked for the changes that others made to the current document.
    pub(super) guarded: bool,
    /// Whether the changes are made in the old document itself, and not in a newer one.
    pub(super) in_place: bool,
    /// Whether a date of another spelling keeps the text of the baseline: it does unless guard K9 is lifted.
    pub(super) keep_dates: bool,
}

/// The most bytes of all pointers of a comparison: 64 MiB. In a document with very deep values, a change at each level
/// would have pointers of many gigabytes.
const MOST_POINTERS: usize = 64 << 20;
/// Objects with more members have no keys.
const MOST_MEMBERS: usize = 1000;
/// Elements that move inside as many others that move get the text of the edited document: the text of each is copied into
/// that around it.
const DEEPEST_MOVE: usize = 8;
/// The most duplicate names in new values that are looked for.
const MOST_DUPLICATES: usize = 100;

/// A comparison and its result.
pub(super) struct Diff<'a> {
    old: &'a Tree<'a>,
    edited: &'a Tree<'a>,
    options: &'a DiffOptions<'a>,
    old_hashes: Vec<u64>,
    edited_hashes: Vec<u64>,
    trail: Trail,
    /// Pairs of values that are still to be compared.
    open: Vec<Pair>,
    /// What values of the edited tree stand for, as far as the comparison found out.
    pub(super) interpretation: Interpretation,
    pub(super) subtrees: Vec<Subtree>,
    pub(super) trips: Vec<Trip>,
    pub(super) remarks: Vec<Remark>,
    /// The place of a new number that JSON can't spell; such a merge is refused.
    pub(super) not_finite: Option<Pointer>,
    /// Places of members whose name the edited object has had before, unless the baseline has them too.
    pub(super) duplicates: Vec<Pointer>,
    /// The bytes that pointers may still have.
    pointers: usize,
    alignment: Alignment,
}

/// An old value and the edited value that it is compared with.
#[derive(Clone, Copy)]
struct Pair {
    old: Id,
    edited: Id,
    /// The step of the [`Trail`] that leads to both.
    step: usize,
    /// The subtree that takes the changes.
    subtree: usize,
    /// Whether the values around these were found to differ although their hashes are the same: by a date in another
    /// spelling. Then containers are not compared as a whole again, which would cost their size at each level.
    suspect: bool,
}

impl<'a> Diff<'a> {
    /// Compares two documents. Works off a list of pairs instead of recursing, so that depth costs no stack.
    pub(super) fn of(old: &'a Tree<'a>, edited: &'a Tree<'a>, options: &'a DiffOptions<'a>) -> Diff<'a> {
        let interpretation = Interpretation { dates: dates(&options.notes), shapes: HashMap::new() };
        let dated = !interpretation.dates.is_empty();
        let mut diff = Diff {
            old,
            edited,
            options,
            old_hashes: hash::hashes(old, dated || options.keep_dates),
            edited_hashes: hash::hashes(edited, dated || options.keep_dates),
            trail: Trail::default(),
            open: vec![Pair { old: ROOT, edited: ROOT, step: 0, subtree: 0, suspect: false }],
            interpretation,
            subtrees: vec![Subtree { root: ROOT, changes: Vec::new(), depth: 0 }],
            trips: Vec::new(),
            remarks: Vec::new(),
            not_finite: None,
            duplicates: Vec::new(),
            pointers: MOST_POINTERS,
            // The changes of somebody else are followed as far as they can be; those of the user stay where they are.
            alignment: Alignment { by_content: !options.guarded, by_place: options.in_place, cells: ALL_CELLS },
        };
        while let Some(pair) = diff.open.pop().filter(|_| diff.pointers > 0) {
            diff.compare(pair);
        }
        diff
    }

    /// Whether the comparison was given up, because the pointers of the changes would be too long.
    pub(super) fn given_up(&self) -> bool {
        self.pointers == 0
    }

    /// Whether an element of an array of the old document has a key.
    pub(super) fn keyed(&self, element: Id) -> bool {
        self.element(self.old, element).keyed()
    }

    fn compare(&mut self, mut pair: Pair) {
        let Pair { old, edited, .. } = pair;
        if self.old_hashes[old as usize] == self.edited_hashes[edited as usize] && !pair.suspect {
            if equal::same(self.old, old, self.edited, edited, &self.interpretation) {
                return;
            }
            pair.suspect = true;
        }
        match (self.old.kind(old), self.edited.kind(edited)) {
            (ValueKind::Object, ValueKind::Object) => self.objects(pair),
            (ValueKind::Array, ValueKind::Array) => {
                let elements = self.edited.elements(edited).collect();
                self.arrays(pair, elements);
            }
            (before, now) if before == now => {
                if !equal::same_leaf(self.old, old, self.edited, edited, &self.interpretation) {
                    self.scalars(pair);
                }
            }
            (ValueKind::False | ValueKind::True, ValueKind::False | ValueKind::True) => self.replace(pair),
            _ => self.kinds(pair),
        }
    }

    /// Two strings or two numbers that differ.
    fn scalars(&mut self, pair: Pair) {
        let Pair { old, edited, .. } = pair;
        if self.edited.kind(edited) == ValueKind::String {
            let dated = self.interpretation.dates.contains(&edited);
            if self.options.keep_dates && watch::respelled(self.old, old, self.edited, edited) {
                self.interpretation.dates.insert(edited);
                return self.remark(pair.step, RemarkKind::DateRespelled);
            }
            for (guard, message) in watch::text_change(self.old, Some(old), self.edited, edited, dated) {
                self.trip(guard, pair.step, message, Some(old), Some(edited));
            }
        } else {
            if let Some((guard, message)) = watch::number_change(self.old.span(old), self.edited.span(edited)) {
                self.trip(guard, pair.step, message, Some(old), Some(edited));
            }
            self.check_new_value(pair.step, None, edited);
        }
        self.replace(pair);
    }

    /// Two values of different kinds.
    fn kinds(&mut self, pair: Pair) {
        let Pair { old, edited, step, .. } = pair;
        if !self.options.guarded {
            return self.replace(pair);
        }
        let autonull = self.noted(edited, &Note::AutoNull);
        match watch::kind_change(self.old, old, self.edited, edited, autonull) {
            KindChange::Wrapped => {
                self.interpretation.shapes.insert(edited, Shape::Wrapped);
                self.remark(step, RemarkKind::Wrapped);
                self.arrays(pair, vec![edited]);
            }
            KindChange::Emptied => {
                self.interpretation.shapes.insert(edited, Shape::Empty);
                self.remark(step, RemarkKind::Emptied);
                self.arrays(pair, Vec::new());
            }
            KindChange::Plain => {
                self.check_new_value(step, None, edited);
                self.replace(pair);
            }
            KindChange::Refused(guard, message) => {
                self.trip(guard, step, message, Some(old), Some(edited));
                self.replace(pair);
            }
        }
    }

    fn replace(&mut self, pair: Pair) {
        self.change(pair, ChangeKind::Replace(pair.edited));
    }

    fn objects(&mut self, pair: Pair) {
        let Pair { old, edited, step, subtree, suspect } = pair;
        let ours = Members::of(self.old, old);
        let theirs = Members::of(self.edited, edited);
        if let Some(envelope) = damage::envelope(self.edited, edited)
            && damage::envelope(self.old, old).is_none()
        {
            self.trip(Guard::Enveloped, step, format!("the object became {envelope}"), Some(old), Some(edited));
        }
        if self.options.guarded && theirs.names().len() < self.edited.count(edited) {
            self.repeated(pair);
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
            self.check_new_value(step, Some(name), name + 1);
        }
        // In reverse: the pair pushed last is compared first.
        for &(own, name) in pairs.iter().rev() {
            let step = self.trail.step(step, Step::Name(own));
            self.open.push(Pair { old: own + 1, edited: name + 1, step, subtree, suspect });
        }
        if !removed.is_empty() || !added.is_empty() {
            self.change(pair, ChangeKind::Members { removed, added });
        }
    }

    /// Finds names that the edited object has several times. The values before the last one are not compared, so they must
    /// be those of the baseline, which the service sent.
    fn repeated(&mut self, pair: Pair) {
        let named = |tree: &'a Tree<'a>, object: Id| {
            let mut values: HashMap<Cow<'a, [u8]>, Vec<Id>> = HashMap::new();
            for name in tree.names(object) {
                values.entry(text::unescape(tree, name)).or_default().push(name + 1);
            }
            values
        };
        let (before, now) = (named(self.old, pair.old), named(self.edited, pair.edited));
        let same =
            |(old, edited): (&Id, &Id)| equal::same(self.old, *old, self.edited, *edited, &Interpretation::default());
        for name in self.edited.names(pair.edited) {
            let name = text::unescape(self.edited, name);
            let values = &now[&name];
            let first = values.len() - 1;
            let known = before.get(&name).filter(|known| known.len() == values.len());
            if first > 0 && !known.is_some_and(|known| known[..first].iter().zip(values).all(same)) {
                let mut pointer = self.trail.pointer(self.old, pair.step, Side::Edited);
                pointer.push_name(&name);
                if self.duplicates.last() != Some(&pointer) {
                    self.duplicates.push(pointer);
                }
            }
        }
    }

    /// Checks the guards of the root; returns the members to add.
    fn root(&mut self, ours: &Members<'_, '_>, removed: &[Id], added: Vec<Id>) -> Vec<Id> {
        if !self.options.guarded {
            return added;
        }
        let lost: Vec<String> =
            removed.iter().map(|&name| text::readable(&text::unescape(self.old, name)).into_owned()).collect();
        let copied = self.noted(ROOT, &Note::Deserialized);
        let partial = copied || self.noted(ROOT, &Note::Selected);
        if let Some(message) = watch::root_loss(&lost, ours.names().len(), partial, self.options.required) {
            self.trip_at(Guard::MembersMissing, Pointer::default(), message, None, None);
        }
        let (from_job, mut added): (Vec<Id>, Vec<Id>) = added.into_iter().partition(|&name| {
            let name = text::unescape(self.edited, name);
            watch::JOB_MEMBERS.iter().any(|member| member.as_bytes() == name.as_ref())
        });
        if from_job.is_empty() {
            return added;
        }
        if copied && !self.options.keep_job_members {
            for &name in &from_job {
                self.interpretation.shapes.insert(name, Shape::Dropped);
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

    /// Trips K6 for new names that differ from an existing one in case only.
    fn case_twins(&mut self, step: usize, ours: &Members<'_, '_>, added: &[Id]) {
        if added.is_empty() || !self.options.guarded {
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

    /// Compares the old array of a pair with `elements` of the edited tree: those of the edited array, or the value that
    /// stands for an array with one element.
    fn arrays(&mut self, pair: Pair, elements: Vec<Id>) {
        let Pair { step, subtree, suspect, .. } = pair;
        let old: Vec<Id> = self.old.elements(pair.old).collect();
        let before: Vec<Element> = old.iter().map(|&id| self.element(self.old, id)).collect();
        let now: Vec<Element> = elements.iter().map(|&id| self.element(self.edited, id)).collect();
        let origins = self.alignment.align(&before, &now);
        let stays =
            old.len() == elements.len() && origins.iter().enumerate().all(|(at, &origin)| origin == Origin::Stays(at));
        let shaped = self.interpretation.shapes.contains_key(&pair.edited);
        let mut after = Vec::new();
        let mut pairs = Vec::new();
        for (at, (&element, &origin)) in elements.iter().zip(&origins).enumerate() {
            let placement = match origin {
                Origin::Stays(from) => {
                    pairs.push((from, at, subtree));
                    Placement::Stays(from)
                }
                Origin::Moves(from) if self.subtrees[subtree].depth < DEEPEST_MOVE => {
                    let depth = self.subtrees[subtree].depth + 1;
                    let subtree = self.subtrees.len();
                    self.subtrees.push(Subtree { root: old[from], changes: Vec::new(), depth });
                    pairs.push((from, at, subtree));
                    Placement::Moves { from, subtree }
                }
                Origin::New | Origin::Moves(_) => {
                    let edited = (!shaped).then_some(at);
                    let step = self.trail.step(step, Step::Index { old: at, edited });
                    self.check_new_value(step, None, element);
                    Placement::New
                }
            };
            after.push((element, placement));
        }
        for (from, at, subtree) in pairs.into_iter().rev() {
            let edited = (!shaped).then_some(at);
            let step = self.trail.step(step, Step::Index { old: from, edited });
            self.open.push(Pair { old: old[from], edited: elements[at], step, subtree, suspect });
        }
        if !stays {
            self.change(pair, ChangeKind::Elements(after));
        }
    }

    /// The identity of an element among its siblings: a hash of its content, and hashes of the values of its key members.
    /// Empty strings identify nothing.
    fn element(&self, tree: &Tree<'_>, element: Id) -> Element {
        let hashes = if std::ptr::eq(tree, self.old) { &self.old_hashes } else { &self.edited_hashes };
        let object = tree.kind(element) == ValueKind::Object;
        let mut keys = Vec::new();
        if object && tree.count(element) <= MOST_MEMBERS {
            keys = vec![None; self.options.keys.len()];
            for name in tree.names(element) {
                let known = text::unescape(tree, name);
                if let Some(rank) = self.options.keys.iter().position(|key| key.as_bytes() == known.as_ref()) {
                    let value = name + 1;
                    let empty = tree.kind(value) == ValueKind::String && tree.raw(value).is_empty();
                    let identifies = matches!(tree.kind(value), ValueKind::String | ValueKind::Number) && !empty;
                    keys[rank] = identifies.then_some(hashes[value as usize]);
                }
            }
        }
        Element { hash: hashes[element as usize], object, keys }
    }

    fn noted(&self, edited: Id, note: &Note) -> bool {
        self.options.notes.get(&edited).is_some_and(|notes| notes.contains(note))
    }

    fn change(&mut self, pair: Pair, kind: ChangeKind) {
        let pointer = self.trail.pointer(self.old, pair.step, Side::Old);
        self.spend(&pointer);
        self.subtrees[pair.subtree].changes.push(Change { at: pair.old, pointer, kind });
    }

    fn remark(&mut self, step: usize, kind: RemarkKind) {
        let pointer = self.trail.pointer(self.old, step, Side::Edited);
        self.spend(&pointer);
        self.remarks.push(Remark { pointer, kind });
    }

    fn spend(&mut self, pointer: &Pointer) {
        self.pointers = self.pointers.saturating_sub(pointer.len());
    }

    /// Checks the guards inside a value that is new: at the pair of `step`, or its member `name`.
    fn check_new_value(&mut self, step: usize, name: Option<Id>, value: Id) {
        if !self.options.guarded {
            return;
        }
        // The service may send a name twice, and such a value may move.
        if self.duplicates.len() < MOST_DUPLICATES
            && let Some(duplicate) = duplicate(self.edited, value)
            && !self.old.text.contains(self.edited.span(value))
        {
            let mut place = self.trail.pointer(self.old, step, Side::Edited);
            if let Some(name) = name {
                place.push_name(&text::unescape(self.edited, name));
            }
            place.append(&duplicate);
            self.duplicates.push(place);
        }
        let mut descent = Descent::from(value);
        for finding in watch::new_value(self.edited, value) {
            let id = match finding {
                Finding::Damage(id, ..) | Finding::NotFinite(id) => id,
            };
            let mut place = self.trail.pointer(self.old, step, Side::Edited);
            if let Some(name) = name {
                place.push_name(&text::unescape(self.edited, name));
            }
            descent.to(self.edited, id, &mut place);
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
        if self.options.guarded {
            self.spend(&pointer);
            let old = old.map(|id| shown(self.old, id));
            let new = new.map(|id| shown(self.edited, id));
            self.trips.push(Trip { guard, pointer, message, old, new });
        }
    }
}

fn dates(notes: &HashMap<Id, Vec<Note>>) -> HashSet<Id> {
    notes.iter().filter(|(_, notes)| notes.contains(&Note::DateTime)).map(|(&id, _)| id).collect()
}
