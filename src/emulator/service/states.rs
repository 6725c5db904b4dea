//! The states of a submission: one table that is code and documentation (`docs/emulator.md` shows the same rows, a
//! test compares them).

/// What the emulator does with a submission that is in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// PUT, commit and DELETE are accepted.
    Editable,
    /// The service works; nothing is accepted but reading.
    Transient,
    /// Goes on by itself only in publish mode Immediate, or when the date of SpecificDate has come.
    Resting,
    /// DELETE is accepted; blocks the next submission until then.
    Failed,
    /// No longer pending.
    Final,
}

/// One row of the table.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// The state after a step.
    pub(crate) next: Option<&'static str>,
    /// The state after a step that fails.
    pub(crate) failure: Option<&'static str>,
    /// Virtual seconds until the step with `clock` stepping.
    pub(crate) seconds: i64,
    /// What the step to `next` does.
    pub(crate) step: &'static str,
}

const fn row(
    name: &'static str,
    kind: Kind,
    next: Option<&'static str>,
    failure: Option<&'static str>,
    seconds: i64,
    step: &'static str,
) -> State {
    State { name, kind, next, failure, seconds, step }
}

/// Every state of `SubmissionStatus`, in the order of a release.
#[rustfmt::skip]
pub(crate) static STATES: [State; 15] = [
    row("PendingCommit", Kind::Editable, None, None, 0, "waits for commit"),
    row("CommitStarted", Kind::Transient, Some("PreProcessing"), Some("CommitFailed"), 60, "reads the ZIP: every PendingUpload file must be in it"),
    row("CommitFailed", Kind::Failed, None, None, 0, ""),
    row("PreProcessing", Kind::Transient, Some("Certification"), Some("PreProcessingFailed"), 300, "PendingUpload becomes Uploaded with id and version, PendingDelete disappears"),
    row("PreProcessingFailed", Kind::Failed, None, None, 0, ""),
    row("Certification", Kind::Transient, Some("Release"), Some("CertificationFailed"), 3600, ""),
    row("CertificationFailed", Kind::Failed, None, None, 0, ""),
    row("Release", Kind::Resting, Some("PendingPublication"), Some("ReleaseFailed"), 60, "Immediate goes on, SpecificDate when its date has come, Manual rests"),
    row("ReleaseFailed", Kind::Failed, None, None, 0, ""),
    row("PendingPublication", Kind::Transient, Some("Publishing"), None, 60, ""),
    row("Publishing", Kind::Transient, Some("Published"), Some("PublishFailed"), 600, "becomes the last published submission; a rollout starts"),
    row("PublishFailed", Kind::Failed, None, None, 0, ""),
    row("Published", Kind::Final, None, None, 0, ""),
    row("Canceled", Kind::Final, None, None, 0, ""),
    row("None", Kind::Transient, None, None, 0, ""),
];

/// The row of a state; an unknown name is `None`.
pub(crate) fn find(name: &str) -> Option<&'static State> {
    STATES.iter().find(|state| state.name == name)
}
