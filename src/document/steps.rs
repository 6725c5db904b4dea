//! Counts the steps of the loops whose number decides what a function costs, in the unit tests only. A test compares the
//! steps for an input with those for one of twice the size: unlike the time, they are the same in every run.

#[cfg(test)]
thread_local! {
    static STEPS: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// Counts one step.
#[inline(always)]
pub(crate) fn count() {
    #[cfg(test)]
    STEPS.with(|steps| steps.set(steps.get() + 1));
}

/// The steps that `work` takes on this thread.
#[cfg(test)]
pub(crate) fn of<T>(work: impl FnOnce() -> T) -> u64 {
    let before = STEPS.with(std::cell::Cell::get);
    drop(work());
    STEPS.with(std::cell::Cell::get) - before
}

/// Fails if twice the size takes more than three times the steps. Linear work takes twice as many, quadratic work four
/// times; a balanced tree has random shapes, so its steps vary a little.
#[cfg(test)]
pub(crate) fn assert_linear<T>(size: usize, work: impl Fn(usize) -> T) {
    let (once, twice) = (of(|| work(size)), of(|| work(2 * size)));
    assert!(once >= size as u64 / 2, "only {once} steps for {size} are counted");
    assert!(twice <= once * 3, "{once} steps for {size}, {twice} for twice as much");
}
