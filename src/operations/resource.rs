//! What the ids of a request name: the app, flight, add-on or submission that an operation works on.
//!
//! A submission that an operation may leave unnamed is looked up here, as is an app by its name, so that the second job
//! of a pipeline needs to know nothing but the app.

use std::marker::PhantomData;
use std::sync::Arc;

use super::call::MetaIds;
use super::ids::{ByName, Ids, RequestIds, missing, no_target};
use crate::client::Client;
use crate::error::{Error, Result, codes};
use crate::store::{self, App, LatestSubmissions, Product, Submission, Target};

/// The part of a [`Call`](super::call::Call) that an operation works on.
pub(super) trait Resource: Sized + Send {
    /// The ids that name the resource.
    const IDS: Ids;

    /// Makes the resource from the ids of a request. What [`resolve`] looks up is not known yet: with `appName`, the app
    /// id is that name, and with `flightName` the flight id.
    ///
    /// # Errors
    /// `request.target`, `request.missing_field`.
    fn of(client: &Arc<Client>, ids: RequestIds) -> Result<Self>;

    /// The app's id, for [`resolve`] to replace; `None` when the resource has no app.
    fn app_id(&mut self) -> Option<&mut String>;

    /// The ids of the app and of its flight, for [`resolve`] to replace the latter; `None` when the resource has no flight.
    fn flight(&mut self) -> Option<(&str, &mut String)> {
        None
    }

    /// The submission, if the request does not name it, for [`resolve`] to set its id.
    fn unnamed(&mut self) -> Option<&mut Submission> {
        None
    }

    /// The ids of the resource, for `meta.ids`.
    fn meta(&self) -> MetaIds;
}

/// The resource of an operation that takes no ids.
pub(super) struct NoIds;

/// A product of one kind, or one that is named in a way of its own. `K` says which.
pub(super) struct Named<K>(pub(super) Product, PhantomData<K>);

impl<K> From<Product> for Named<K> {
    fn from(product: Product) -> Named<K> {
        Named(product, PhantomData)
    }
}

/// A kind of [`Named`] products.
pub(super) trait Kind: Send {
    /// The ids that name a product of the kind.
    const IDS: Ids;

    /// Refuses a product of another kind.
    fn check(_: &Target) -> Result<()> {
        Ok(())
    }
}

/// The kinds of products.
pub(super) struct OfFlight;
pub(super) struct OfRelease;
pub(super) struct OfAddOn;

/// A package flight.
pub(super) type Flight = Named<OfFlight>;

/// The product of a release, which a file may name.
pub(super) type Released = Named<OfRelease>;

/// An add-on.
pub(super) type AddOn = Named<OfAddOn>;

impl Kind for OfFlight {
    const IDS: Ids = Ids::Flight;

    fn check(target: &Target) -> Result<()> {
        if matches!(target, Target::Flight { .. }) { Ok(()) } else { Err(missing("flightId")) }
    }
}

impl Kind for OfRelease {
    const IDS: Ids = Ids::Release;
}

impl Kind for OfAddOn {
    const IDS: Ids = Ids::AddOn;
}

/// A submission that the request may leave unnamed. `W` says which one is meant then.
pub(super) struct Found<W>(pub(super) Submission, pub(super) PhantomData<W>);

/// Which submission is meant when the request names none.
pub(super) trait Which: Send {
    /// The kind of ids that stands for it.
    const IDS: Ids;
}

/// The pending submission, for what changes or waits: a published one in its place would be a wrong answer.
pub(super) struct Pending;

/// The pending submission, or the published one when none is pending, for what only shows.
pub(super) struct Current;

/// The published submission, the only one that can have a rollout.
pub(super) struct Published;

impl Which for Pending {
    const IDS: Ids = Ids::Pending;
}

impl Which for Current {
    const IDS: Ids = Ids::Current;
}

impl Which for Published {
    const IDS: Ids = Ids::Published;
}

impl Resource for NoIds {
    const IDS: Ids = Ids::Nothing;

    fn of(_: &Arc<Client>, _: RequestIds) -> Result<NoIds> {
        Ok(NoIds)
    }

    fn app_id(&mut self) -> Option<&mut String> {
        None
    }

    fn meta(&self) -> MetaIds {
        MetaIds::default()
    }
}

impl Resource for App {
    const IDS: Ids = Ids::App;

    fn of(client: &Arc<Client>, ids: RequestIds) -> Result<App> {
        let id = ids.app()?.ok_or_else(no_target)?;
        Ok(App::new(client.clone(), id))
    }

    fn app_id(&mut self) -> Option<&mut String> {
        Some(&mut self.id)
    }

    fn meta(&self) -> MetaIds {
        MetaIds::from(&self.target())
    }
}

impl<K: Kind> Resource for Named<K> {
    const IDS: Ids = K::IDS;

    fn of(client: &Arc<Client>, ids: RequestIds) -> Result<Named<K>> {
        let product = Product::of(client, ids)?;
        K::check(&product.target)?;
        Ok(Named(product, PhantomData))
    }

    fn app_id(&mut self) -> Option<&mut String> {
        self.0.app_id()
    }

    fn flight(&mut self) -> Option<(&str, &mut String)> {
        self.0.flight()
    }

    fn meta(&self) -> MetaIds {
        self.0.meta()
    }
}

impl Resource for Product {
    const IDS: Ids = Ids::Product;

    fn of(client: &Arc<Client>, ids: RequestIds) -> Result<Product> {
        Ok(Product::new(client.clone(), ids.target()?))
    }

    fn app_id(&mut self) -> Option<&mut String> {
        app_id_of(&mut self.target)
    }

    fn flight(&mut self) -> Option<(&str, &mut String)> {
        flight_of(&mut self.target)
    }

    fn meta(&self) -> MetaIds {
        MetaIds::from(&self.target)
    }
}

impl Resource for Submission {
    const IDS: Ids = Ids::Submission;

    fn of(client: &Arc<Client>, mut ids: RequestIds) -> Result<Submission> {
        let id = ids.submission();
        let target = ids.target()?;
        let id = id.ok_or_else(|| missing("submissionId"))?;
        Ok(Submission { client: client.clone(), target, id })
    }

    fn app_id(&mut self) -> Option<&mut String> {
        app_id_of(&mut self.target)
    }

    fn flight(&mut self) -> Option<(&str, &mut String)> {
        flight_of(&mut self.target)
    }

    fn meta(&self) -> MetaIds {
        MetaIds::from(self)
    }
}

impl<W: Which> Resource for Found<W> {
    const IDS: Ids = W::IDS;

    fn of(client: &Arc<Client>, mut ids: RequestIds) -> Result<Found<W>> {
        let id = ids.submission().unwrap_or_default();
        let target = ids.target()?;
        if W::IDS == Ids::Published {
            target.check_rollout()?;
        }
        Ok(Found(Submission { client: client.clone(), target, id }, PhantomData))
    }

    fn app_id(&mut self) -> Option<&mut String> {
        self.0.app_id()
    }

    fn flight(&mut self) -> Option<(&str, &mut String)> {
        self.0.flight()
    }

    fn unnamed(&mut self) -> Option<&mut Submission> {
        Some(&mut self.0).filter(|submission| submission.id.is_empty())
    }

    fn meta(&self) -> MetaIds {
        self.0.meta()
    }
}

fn app_id_of(target: &mut Target) -> Option<&mut String> {
    match target {
        Target::App { app_id } | Target::Flight { app_id, .. } => Some(app_id),
        Target::AddOn { .. } => None,
    }
}

fn flight_of(target: &mut Target) -> Option<(&str, &mut String)> {
    match target {
        Target::Flight { app_id, flight_id } => Some((app_id, flight_id)),
        Target::App { .. } | Target::AddOn { .. } => None,
    }
}

/// Looks up what the request leaves to the service: the id of the app when it has `appName`, that of the flight when it has
/// `flightName`, and that of the submission when it names only the app, flight or add-on.
///
/// # Errors
/// As [`store::app::id_of`], [`store::flight::id_of`] and [`Product::latest`]; `submission.not_found` when the product has no
/// such submission.
pub(super) async fn resolve<R: Resource>(resource: &mut R, by_name: ByName, client: &Arc<Client>) -> Result<()> {
    if by_name.app
        && let Some(app_id) = resource.app_id()
    {
        *app_id = store::app::id_of(client, app_id).await?;
    }
    if by_name.flight
        && let Some((app_id, flight_id)) = resource.flight()
    {
        *flight_id = store::flight::id_of(&App::new(client.clone(), app_id), flight_id).await?;
    }
    if let Some(submission) = resource.unnamed() {
        let product = Product::new(submission.client.clone(), submission.target.clone());
        let LatestSubmissions { pending, published } = product.latest().await?;
        let (found, wanted, remedy) = match R::IDS {
            Ids::Published => (published, "published", "publish a submission first, or give `submissionId`"),
            Ids::Current => (pending.or(published), "pending or published", "create one with `submission.create`"),
            _ => (
                pending,
                "pending",
                "create one with `submission.create`; `submission.status` shows whether it is published already",
            ),
        };
        let none =
            || Error::new(&codes::SUBMISSION_NOT_FOUND, format!("{} has no {wanted} submission", product.target));
        submission.id = found.ok_or_else(|| none().hint(remedy))?;
    }
    Ok(())
}
