//! What a refusal means for a product or a submission: general codes of the service become codes that name the noun.

use std::fmt::Display;

use super::target::Target;
use crate::error::{Code, Detail, Error, codes};

/// Replaces the code `from` of an error by `to`, which says more. Other errors stay.
pub(super) fn recoded(error: Error, from: &Code, to: &'static Code) -> Error {
    if error.code() == from { error.recode(to) } else { error }
}

/// Replaces the code of a conflict by the code of its cause. A 409 without a code is not from the service but from a proxy or
/// a gateway, so it says nothing about the product.
fn conflict(error: Error, cause: &'static Code) -> Error {
    let is_of_service = error.service_error().is_some_and(|said| said.code.is_some());
    if is_of_service { recoded(error, &codes::SERVICE_CONFLICT, cause) } else { error }
}

/// The error of a request for a product itself: 409 is a product that the API can't manage, 404 an unknown id.
pub(super) fn refused_product(target: &Target, error: Error) -> Error {
    let not_found = match target {
        Target::App { .. } => &codes::APP_NOT_FOUND,
        Target::Flight { .. } => &codes::FLIGHT_NOT_FOUND,
        Target::AddOn { .. } => &codes::ADD_ON_NOT_FOUND,
    };
    recoded(conflict(error, &codes::PRODUCT_UNSUPPORTED), &codes::SERVICE_NOT_FOUND, not_found)
}

/// The error of a GET of a submission or a part of it. The service answers 409 with target `submissionId` when the id
/// belongs to another product; any other 409 gets the code `conflict`.
pub(super) fn refused_read(submission: &impl Display, conflict: &'static Code, error: Error) -> Error {
    let of_id = error.service_error().is_some_and(|said| said.target.as_deref() == Some("submissionId"));
    let code = if of_id { &codes::SUBMISSION_OTHER_PRODUCT } else { conflict };
    submission_not_found(submission, self::conflict(error, code))
}

/// Names the submission in the error of an unknown id. Other errors stay.
pub(super) fn submission_not_found(submission: &impl Display, error: Error) -> Error {
    if [&codes::SERVICE_NOT_FOUND, &codes::SUBMISSION_NOT_FOUND].contains(&error.code()) {
        return error.while_doing(&format!("there is no {submission}")).recode(&codes::SUBMISSION_NOT_FOUND);
    }
    error
}

/// The error of a create or a commit whose answer was lost and whose outcome could not be found.
pub(super) fn unconfirmed(code: &'static Code, lost: Option<Error>) -> Error {
    match lost {
        Some(error) => error.recode(code),
        None => Error::new(code, code.meaning),
    }
}

/// As [`unconfirmed`], when the request that reads the state failed; its error becomes a detail.
pub(super) fn unseen(code: &'static Code, lost: Option<Error>, read: &Error) -> Error {
    let reason = format!("the state could not be read: {read}");
    unconfirmed(code, lost).detail(Detail::coded(read.code().name, reason))
}
