//! `add_on.publish` and `add_on.pull`: the add-ons of an app as a tree of folders of listings.
//!
//! The list of add-ons is read once. What fails for one add-on does not end the work on the others.

use std::path::Path;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use serde_json::value::RawValue;

use super::add_on_summary::{Done, Summed, What};
use super::call::{Call, MetaIds, Output};
use super::listing::{Files, files_of};
use super::resource::Released;
use super::wait::response;
use crate::blocking;
use crate::client::{Client, SUBMISSION_API};
use crate::error::{Error, Result, codes};
use crate::events::{Reporter, Response};
use crate::listing::layout::ADD_ONS;
use crate::listing::schema::PRODUCT_TYPES;
use crate::listing::tree::{self, AddOnFolder};
use crate::listing::{self, Writing};
use crate::publish::listing::Listing;
use crate::publish::release::{Busy, DraftPolicy, Release};
use crate::publish::wait::Until;
use crate::publish::{Preview, Summary};
use crate::store::{self, App, Creation, LatestSubmissions, Product, Target, add_on};

/// `add_on.publish`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Publish {
    /// The path of the folder that has `add-ons` in it: a folder of listings for each add-on, named after its product id.
    path: String,
    /// The product ids of the add-ons to publish. By default all of the tree.
    #[serde(default)]
    product_ids: Vec<String>,
    /// Say what would be done, and change nothing: the responses are those of `publish.plan`.
    #[serde(default)]
    preview: bool,
    /// Publish add-ons that have no price, which makes them free.
    #[serde(default)]
    allow_free: bool,
    /// Rules whose errors are warnings, by id.
    #[serde(default)]
    allow: Vec<String>,
    /// Which drafts may be used, as in `publish`.
    #[serde(default)]
    draft: DraftPolicy,
    /// What happens while a submission is pending that may not be used, as in `publish`.
    #[serde(default)]
    busy: Busy,
    /// True by default: the drafts are committed. False leaves them uncommitted, for review.
    #[serde(default = "yes")]
    commit: bool,
    /// How far to wait after the commit of an add-on before the next one begins, as in `publish`. `submission.wait_all` waits
    /// for all of them together.
    #[serde(default = "committed")]
    until: Until,
    /// The pause between two requests for the status, in seconds.
    #[serde(default)]
    #[schemars(range(min = 0))]
    poll_seconds: Option<f64>,
    /// The path of the tree of an earlier release, such as a worktree of the last tag: a folder that has `add-ons` in it. What
    /// others have changed in an add-on since stays if its folder did not change it, and is a conflict otherwise. An add-on that
    /// the base does not have is compared without one.
    #[serde(default)]
    base_path: Option<String>,
    /// The fields that are overwritten although somebody else has changed them since the base, as JSON Pointers in the
    /// submissions: `/listings/en-us/title`. A pointer to a language, and `*` for all, decide the conflicts there for the folders;
    /// what a folder did not change stays.
    #[serde(default)]
    overwrite: Vec<String>,
    /// A file to which the results are appended as Markdown, for the summary of a job: the receipt, the plan or the error of
    /// each add-on that has something to say as soon as it is done, and at the end each add-on with its result. It is made if it
    /// is not there. An empty path is none.
    #[serde(default)]
    summary_path: Option<String>,
}

fn yes() -> bool {
    true
}

fn committed() -> Until {
    Until::Committed
}

/// What became of the add-ons of a tree.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PublishedAddOns")]
pub(super) struct Published {
    /// The add-ons, in the order of the names of their folders.
    add_ons: Vec<OfAddOn>,
    /// How many of them failed.
    failed: usize,
}

/// What was written of the add-ons of an app.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PulledAddOns")]
pub(super) struct Pulled {
    /// The add-ons, in the order of the service.
    add_ons: Vec<OfAddOn>,
    /// How many of them failed.
    failed: usize,
}

/// What became of one add-on.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "OfAddOn")]
struct OfAddOn {
    /// Its product id.
    product_id: String,
    /// Its folder, from the folder of the request.
    folder: String,
    /// Whether it was created.
    created: bool,
    /// The response for it: that of `publish`, `publish.plan` or `listing.pull`.
    response: Response,
}

pub(super) async fn publish(call: Call<App, Publish>) -> Result<Output> {
    let Call { client, resource: app, request, reporter } = call;
    let summary = Summary::open(request.summary_path.as_deref()).await?;
    let path = request.path.clone();
    let mut folders = blocking::run(move || tree::add_ons(Path::new(&path))).await?;
    keep_named(&mut folders, &request.product_ids)?;
    let base = match request.base_path.clone() {
        Some(path) => {
            let read = blocking::run(move || tree::checked(Path::new(&path))).await;
            read.map_err(|error| error.while_doing("the base"))?
        }
        None => Vec::new(),
    };
    // A sign-in that fails does so for all of them.
    client.token(&SUBMISSION_API).await?;
    let account = Account::read(&client).await?;
    let mut items = Items::new(&client, &reporter, folders.len());
    let mut summed = Summed::new(summary, &client, &reporter);
    for folder in &folders {
        reporter.begin_item();
        let (client, app, request, reporter) = (&client, &app, &request, &reporter);
        let mut work = Work { client, app, request, base: &base, reporter, created: false };
        let end = work.publish(folder, &account).await;
        let end = end.map_err(|error| error.while_doing(&folder.shown()));
        summed.ended(folder.shown(), work.created, &end).await;
        items.ended(folder.product_id(), folder.shown(), work.created, end.map(|done| done.output))?;
    }
    summed.close(&Target::App { app_id: app.id.clone() }.to_string()).await;
    Output::of(&Published { failed: items.failed, add_ons: items.all })
}

/// Leaves the folders of these add-ons, if some are named.
fn keep_named(folders: &mut Vec<AddOnFolder>, product_ids: &[String]) -> Result<()> {
    let missing = product_ids.iter().find(|id| folders.iter().all(|folder| folder.product_id() != id.as_str()));
    if let Some(id) = missing {
        let known = folders.iter().take(20).map(AddOnFolder::product_id).collect::<Vec<_>>().join(", ");
        let message = format!("the tree has no add-on {id}; it has {known}");
        return Err(Error::new(&codes::REQUEST_INVALID, message).hint("name add-ons of the tree in `productIds`"));
    }
    folders.retain(|folder| product_ids.is_empty() || product_ids.iter().any(|id| id == folder.product_id()));
    Ok(())
}

/// The work on one add-on.
struct Work<'a> {
    client: &'a Arc<Client>,
    app: &'a App,
    request: &'a Publish,
    /// The folders of the tree of an earlier release.
    base: &'a [AddOnFolder],
    reporter: &'a Reporter,
    /// Whether the add-on was created.
    created: bool,
}

impl Work<'_> {
    async fn publish(&mut self, folder: &AddOnFolder, account: &Account) -> Result<Done> {
        folder.check()?;
        let found = account.find(folder, &self.app.id)?;
        let mut base = self.base_of(folder, found.as_deref())?;
        let product = match found {
            Some(id) => {
                if let (Some(path), None) = (&self.request.base_path, base) {
                    let (shown, id) = (folder.shown(), folder.product_id());
                    let message =
                        format!("{shown}: the base {path} has no add-on {id}, so that it is compared without one");
                    self.reporter.warning(message);
                }
                Product::new(self.client.clone(), Target::AddOn { add_on_id: id })
            }
            None => {
                // A folder that would be refused later creates no add-on.
                let product_type = product_type(folder)?;
                // Nobody can have changed it.
                base = None;
                let plan = Preview::of_new(&self.release(folder, base), self.client).await?;
                match self.request.preview {
                    true => {
                        let output = Output::of(&plan)?;
                        return Ok(Done { output, target: None, what: What::Planned(Box::new(plan)) });
                    }
                    false => self.create(folder, product_type, account).await?,
                }
            }
        };
        let ids = MetaIds::from(&product.target);
        let target = product.target.clone();
        let call = Call {
            client: self.client.clone(),
            resource: Released::from(product),
            request: self.release(folder, base),
            reporter: self.reporter.clone(),
        };
        let end = match self.request.preview {
            true => {
                let planned = super::publish::planned(&call).await;
                planned.map(|(plan, output)| (What::Planned(Box::new(plan)), output.about(ids.clone())))
            }
            false => {
                let released = super::publish::released(&call).await;
                released.map(|(receipt, output)| (What::Released(Box::new(receipt)), output))
            }
        };
        let (what, output) = end.map_err(|error| error.about(ids))?;
        Ok(Done { output, target: Some(target), what })
    }

    /// The folder of an add-on in the base: the one with its id or its product id.
    ///
    /// # Errors
    /// `listing.invalid` if there are two.
    fn base_of(&self, folder: &AddOnFolder, id: Option<&str>) -> Result<Option<&AddOnFolder>> {
        let is_it = |base: &&AddOnFolder| {
            let own = base.settings.add_on_id.as_deref();
            base.product_id() == folder.product_id()
                || own.zip(id).is_some_and(|(own, id)| own.eq_ignore_ascii_case(id))
        };
        let mut found = self.base.iter().filter(is_it);
        match (found.next(), found.next()) {
            (Some(first), Some(second)) => {
                let (first, second, id) = (first.shown(), second.shown(), folder.product_id());
                let message = format!("the base: {first} and {second} are both of the add-on {id}");
                let remedy = "remove one of the two folders from the base";
                Err(Error::new(&codes::LISTING_INVALID, message).hint(remedy))
            }
            (found, _) => Ok(found),
        }
    }

    async fn create(&mut self, folder: &AddOnFolder, product_type: &str, account: &Account) -> Result<Product> {
        let product_id = folder.product_id().to_owned();
        let request = json!({
            "applicationIds": [self.app.id],
            "productId": product_id,
            "productType": product_type,
        });
        let before = account.ids_of(&product_id);
        let Creation { product, .. } =
            add_on::create_beside(self.client, &product_id, request.to_string(), before).await?;
        let product =
            product.ok_or_else(|| Error::new(&codes::NETWORK_BAD_ANSWER, "the answer to the create has no id"))?;
        self.created = true;
        self.reporter.fact("Created", format!("{} was created", product.target));
        Ok(product)
    }

    fn release(&self, folder: &AddOnFolder, base: Option<&AddOnFolder>) -> Release {
        let path = |folder: &AddOnFolder| folder.path.to_string_lossy().into_owned();
        let overwrite = self.request.overwrite.clone();
        Release {
            listing: Some(Listing::at(path(folder)).since(base.map(path), overwrite)),
            allow_free: self.request.allow_free,
            allow: self.request.allow.clone(),
            draft: self.request.draft,
            busy: self.request.busy,
            commit: self.request.commit,
            until: self.request.until,
            poll_seconds: self.request.poll_seconds,
            ..Release::default()
        }
    }
}

/// The product type with which an add-on is created. A folder that was pulled may have another one.
fn product_type(folder: &AddOnFolder) -> Result<&str> {
    let lack = match folder.settings.product_type.as_deref() {
        Some(of_type) if PRODUCT_TYPES.contains(&of_type) => return Ok(of_type),
        Some(other) => format!("`{other}` in storeship.json is no `productType` with which it could be created"),
        None => "storeship.json has no `productType` with which it could be created".to_owned(),
    };
    let message = format!("the app has no add-on {}, and {lack}", folder.product_id());
    let remedy =
        r#"write {"format":1,"productType":"Durable"} or "Consumable" to storeship.json in the folder of the add-on"#;
    Err(Error::new(&codes::LISTING_INVALID, message).hint(remedy))
}

/// The add-ons of the account, as the list had them.
struct Account(Vec<Known>);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Known {
    #[serde(default)]
    id: String,
    #[serde(default)]
    product_id: String,
    #[serde(default)]
    product_type: String,
    #[serde(default)]
    applications: Option<Applications>,
    /// The whole item.
    #[serde(skip)]
    text: String,
}

#[derive(Deserialize)]
struct Applications {
    #[serde(default)]
    value: Vec<Application>,
}

#[derive(Deserialize)]
struct Application {
    #[serde(default)]
    id: String,
}

/// What the ids are from, for errors.
const LIST: &str = "the list of add-ons";

impl Known {
    fn is_of(&self, app_id: &str) -> bool {
        let mut apps = self.applications.iter().flat_map(|apps| &apps.value);
        apps.any(|app| app.id.eq_ignore_ascii_case(app_id))
    }
}

impl Account {
    async fn read(client: &Client) -> Result<Account> {
        let list = store::list_to_release(client).await?;
        let known = |item: &RawValue| {
            let known = serde_json::from_str::<Known>(item.get()).ok().filter(|known| !known.id.is_empty())?;
            Some(Known { text: item.get().to_owned(), ..known })
        };
        Ok(Account(list.value.iter().filter_map(|item| known(item)).collect()))
    }

    /// The add-ons of an app.
    fn of<'k>(&'k self, app_id: &'k str) -> impl Iterator<Item = &'k Known> {
        self.0.iter().filter(move |known| known.is_of(app_id))
    }

    /// The id of the add-on that a folder is of: the one that its settings name, or the one of the app with its product id.
    ///
    /// # Errors
    /// `listing.other_product` if the settings name an add-on that is not of the app, or that has another product id or type.
    fn find(&self, folder: &AddOnFolder, app_id: &str) -> Result<Option<String>> {
        let known = match &folder.settings.add_on_id {
            Some(id) => Some(self.named(id, folder, app_id)?),
            None => self.of(app_id).find(|known| known.product_id == folder.product_id()),
        };
        if let Some((known, of_type)) = known.zip(folder.settings.product_type.as_deref())
            && !known.product_type.is_empty()
            && !known.product_type.eq_ignore_ascii_case(of_type)
        {
            let (id, is) = (folder.product_id(), &known.product_type);
            let message = format!("storeship.json has the `productType` {of_type}, and the add-on {id} is {is}");
            return Err(Error::new(&codes::LISTING_OTHER_PRODUCT, message)
                .hint(format!("write \"productType\":\"{is}\", which can't be changed; or create another add-on")));
        }
        known.map(|known| store::checked_id(known.id.clone(), LIST)).transpose()
    }

    /// The add-on that the settings of a folder name.
    fn named(&self, id: &str, folder: &AddOnFolder, app_id: &str) -> Result<&Known> {
        let other = |message: String| Err(Error::new(&codes::LISTING_OTHER_PRODUCT, message));
        let known = self.0.iter().find(|known| known.id.eq_ignore_ascii_case(id));
        let Some(known) = known.filter(|known| known.is_of(app_id)) else {
            return other(format!("the folder is of the add-on {id}, which the app {app_id} does not have"));
        };
        match &folder.settings.product_id {
            Some(product_id) if *product_id != known.product_id => other(format!(
                "the folder is of the add-on {id} with the product id {product_id}; the product id of {id} is {}",
                known.product_id
            )),
            _ => Ok(known),
        }
    }

    /// The ids of all add-ons with a product id, also those of other apps.
    fn ids_of(&self, product_id: &str) -> Vec<String> {
        let alike = self.0.iter().filter(|known| known.product_id == product_id);
        alike.map(|known| known.id.clone()).collect()
    }
}

/// What became of the add-ons so far.
struct Items<'a> {
    client: &'a Client,
    reporter: &'a Reporter,
    total: usize,
    all: Vec<OfAddOn>,
    failed: usize,
}

impl<'a> Items<'a> {
    fn new(client: &'a Client, reporter: &'a Reporter, total: usize) -> Items<'a> {
        reporter.progress("add-ons", 0, total as u64, "add-ons");
        Items { client, reporter, total, all: Vec::new(), failed: 0 }
    }

    fn ended(&mut self, product_id: &str, folder: String, created: bool, end: Result<Output>) -> Result<()> {
        self.failed += usize::from(end.is_err());
        self.reporter.end_item(&folder, end.as_ref().err());
        let response = response(end, self.client)?;
        self.reporter.item(self.all.len(), response.clone());
        self.all.push(OfAddOn { product_id: product_id.to_owned(), folder, created, response });
        self.reporter.progress("add-ons", self.all.len() as u64, self.total as u64, "add-ons");
        Ok(())
    }
}

/// `add_on.pull`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Pull {
    /// The path of the folder that gets `add-ons`, with a folder for each add-on. It is made if it is not there.
    path: String,
}

pub(super) async fn pull(call: Call<App, Pull>) -> Result<Output> {
    let Call { client, resource: app, request, reporter } = call;
    client.token(&SUBMISSION_API).await?;
    let path = request.path.clone();
    let mut there = blocking::run(move || match crate::files::is_folder(&Path::new(&path).join(ADD_ONS)) {
        Some(true) => tree::add_ons(Path::new(&path)),
        _ => Ok(Vec::new()),
    })
    .await?;
    let account = Account::read(&client).await?;
    let add_ons: Vec<&Known> = account.of(&app.id).collect();
    let mut items = Items::new(&client, &reporter, add_ons.len());
    for known in add_ons {
        let folder = store::checked_id(known.id.clone(), LIST)
            .and_then(|id| tree::folder_of(Path::new(&request.path), &mut there, &known.product_id, &id));
        let (shown, end) = match folder {
            Ok(folder) => (folder.shown(), pull_one(&client, known, &folder).await),
            Err(error) => (ADD_ONS.to_owned(), Err(error)),
        };
        let end = end.map_err(|error| error.while_doing(&shown));
        items.ended(&known.product_id, shown, false, end)?;
    }
    Output::of(&Pulled { failed: items.failed, add_ons: items.all })
}

async fn pull_one(client: &Arc<Client>, known: &Known, folder: &AddOnFolder) -> Result<Output> {
    folder.check()?;
    let product = Product::new(client.clone(), Target::AddOn { add_on_id: known.id.clone() });
    let LatestSubmissions { pending, published } = product.latest_in(&known.text)?;
    let about = |error: Error| error.about(MetaIds::from(&product.target));
    let id = published.or(pending).ok_or_else(|| {
        let message = format!("{} has no submission", product.target);
        about(Error::new(&codes::SUBMISSION_NOT_FOUND, message).hint("create one with `submission.create`"))
    })?;
    let submission = product.submission(id);
    let document = submission.get().await.map_err(about)?.text;
    let (known_id, in_tree) = (known.id.clone(), (known.product_id.clone(), known.product_type.clone()));
    let written = files_of(&folder.path, document, move |document, path, stop| {
        let product = listing::Product {
            add_on_id: Some(&known_id),
            in_tree: Some((&in_tree.0, &in_tree.1)),
            ..listing::Product::default()
        };
        listing::write(path, document, Writing { product, images: None, stop })
    });
    let (written, state) = written.await.map_err(about)?;
    let ids = MetaIds::from(&submission);
    Ok(Output::of(&Files { submission_id: submission.id, written, state })?.about(ids))
}
