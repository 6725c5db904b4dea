//! The states of a submission, as a table that code and documentation share: a test compares it with
//! `docs/emulator.md`.

/// What a state allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StateKind {
    /// PUT, commit and DELETE.
    Editable,
    /// Only reading: the service is at work.
    Transient,
    /// Only reading. The submission leaves the state at once in publish mode Immediate, on its date in SpecificDate,
    /// and never in Manual.
    Resting,
    /// DELETE. The product can have no other submission until then.
    Failed,
    /// Only reading: the submission is no longer pending.
    Final,
}

/// A row of the table.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) name: &'static str,
    pub(crate) kind: StateKind,
    /// The state after the next step; `None` if no step leaves the state.
    pub(crate) next: Option<&'static str>,
    /// The state if that step fails.
    pub(crate) failure: Option<&'static str>,
    /// Seconds until the next step, with `clock` stepping.
    pub(crate) seconds: i64,
    /// What the step does, for the documentation.
    pub(crate) step: &'static str,
}

const fn row(
    name: &'static str,
    kind: StateKind,
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
    row("PendingCommit", StateKind::Editable, None, None, 0, "waits for commit"),
    row("CommitStarted", StateKind::Transient, Some("PreProcessing"), Some("CommitFailed"), 60, "reads the ZIP: every PendingUpload file must be in it"),
    row("CommitFailed", StateKind::Failed, None, None, 0, ""),
    row("PreProcessing", StateKind::Transient, Some("Certification"), Some("PreProcessingFailed"), 300, "PendingUpload becomes Uploaded with id and version, PendingDelete disappears"),
    row("PreProcessingFailed", StateKind::Failed, None, None, 0, ""),
    row("Certification", StateKind::Transient, Some("Release"), Some("CertificationFailed"), 3600, ""),
    row("CertificationFailed", StateKind::Failed, None, None, 0, ""),
    row("Release", StateKind::Resting, Some("PendingPublication"), Some("ReleaseFailed"), 60, "Immediate goes on, SpecificDate when its date has come, Manual rests"),
    row("ReleaseFailed", StateKind::Failed, None, None, 0, ""),
    row("PendingPublication", StateKind::Transient, Some("Publishing"), None, 60, ""),
    row("Publishing", StateKind::Transient, Some("Published"), Some("PublishFailed"), 600, "becomes the last published submission; a rollout starts"),
    row("PublishFailed", StateKind::Failed, None, None, 0, ""),
    row("Published", StateKind::Final, None, None, 0, ""),
    row("Canceled", StateKind::Final, None, None, 0, ""),
    row("None", StateKind::Transient, None, None, 0, ""),
];

/// The row of a state, by its name.
pub(crate) fn find(name: &str) -> Option<&'static State> {
    STATES.iter().find(|state| state.name == name)
}
