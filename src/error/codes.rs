//! The table of all error codes: name, class, whether the same call may succeed later, meaning, remedy.
//!
//! `library.errors` returns the table and `docs/errors.md` is written from it. Codes are only added; their meaning does not
//! change.

use super::Class;
use super::code::{Code, codes};

codes! {
    ARGUMENT_NULL "argument.null" Invalid false
        "an argument that must point to something is NULL"
        "pass the address of a variable, or a string; only the request and the configuration may be NULL"
    ARGUMENT_ENCODING "argument.encoding" Invalid false
        "a string argument is not valid UTF-8"
        "pass UTF-8 bytes that end with a NUL"
    REQUEST_SYNTAX "request.syntax" Invalid false
        "the request or the configuration is not JSON"
        "send one JSON object; the message gives line and column"
    REQUEST_UNKNOWN_FIELD "request.unknown_field" Invalid false
        "the request has a field that the operation does not know"
        "correct the name; `library.operations` lists the fields of each operation"
    REQUEST_MISSING_FIELD "request.missing_field" Invalid false
        "the request lacks a field that the operation needs"
        "add the field; `library.operations` lists the fields of each operation"
    REQUEST_INVALID "request.invalid" Invalid false
        "a field of the request has the wrong type or a value that can't be used"
        "correct the value at the place that the details name"
    REQUEST_BLANK_ID "request.blank_id" Invalid false
        "an id of the request is null, empty or blank"
        "give the id, or leave the field out: without `flightId` an operation works on the app"
    REQUEST_TARGET "request.target" Invalid false
        "the request does not say which app, flight or add-on it means"
        "give `appId`, or `appId` and `flightId`, or `addOnId`"
    CONFIG_INVALID "config.invalid" Invalid false
        "the configuration of the client can't be used"
        "correct the field that the message names"
    OPERATION_UNKNOWN "operation.unknown" UnknownOperation false
        "no operation has this name"
        "`library.operations` lists all names"
    OPERATION_NEEDS_CLIENT "operation.needs_client" Invalid false
        "the operation talks to the service and was called on the offline client 0"
        "open a client with `storeship_client_open` and pass its id"
    CLIENT_UNKNOWN "client.unknown" UnknownId false
        "no open client has this id"
        "use the id that `storeship_client_open` gave, before `storeship_client_close`"
    CLIENT_CLOSED "client.closed" UnknownId false
        "the connection was closed (PowerShell only)"
        "run Connect-Store again"
    CLIENT_NOT_CONNECTED "client.not_connected" UnknownId false
        "there is no connection to the Store in this runspace (PowerShell only)"
        "run Connect-Store first, or pass -Connection"
    JOB_UNKNOWN "job.unknown" UnknownId false
        "no job has this id: its `completed` event was taken, or the job or its client was closed"
        "stop asking for events after `completed`"
    PROCESS_FORKED "process.forked" Forked false
        "the client was opened in the parent of this process"
        "open a client after the fork, in the process that uses it"
    INTERNAL_PANIC "internal.panic" Internal false
        "a fault of the library was caught; the client stays usable"
        "report it with the message and the call"
    INTERNAL_STATE "internal.state" Internal false
        "a resource of the operating system was not available"
        "free the resource that the message names, then run again"
    CONFIRMATION_UNANSWERED "confirmation.unanswered" Invalid false
        "the cmdlet asks for confirmation, and nobody can answer (PowerShell only)"
        "add -Confirm:$false to the command, or run it at a prompt"
    LIBRARY_NOT_LOADED "library.not_loaded" Internal false
        "the native library is missing or can't be loaded (PowerShell only)"
        "install the module again, for this system"
    LIBRARY_VERSION_MISMATCH "library.version_mismatch" File false
        "the native library and the assembly that calls it are of different releases (.NET and PowerShell only)"
        "start a new session, in which only one version is loaded; take both from the same release"

    AUTH_INVALID_SECRET "auth.invalid_secret" Authentication false
        "the client secret is wrong (AADSTS7000215)"
        "give the secret's value, not its id; create a new one in Entra ID under 'Certificates & secrets'"
    AUTH_EXPIRED_SECRET "auth.expired_secret" Authentication false
        "the client secret has expired (AADSTS7000222)"
        "create a new secret in Entra ID under 'Certificates & secrets'"
    AUTH_UNKNOWN_CLIENT "auth.unknown_client" Authentication false
        "the tenant has no application with this client id (AADSTS700016)"
        "check client id and tenant id: both are on the overview page of the app registration"
    AUTH_NO_SERVICE_PRINCIPAL "auth.no_service_principal" Authentication false
        "the application is registered, but has no service principal in this tenant (AADSTS7000229)"
        "create it: `az ad sp create --id` with the client id, or the link to the managed application on the overview page of the app registration"
    AUTH_UNKNOWN_TENANT "auth.unknown_tenant" Authentication false
        "there is no tenant with this id (AADSTS90002, AADSTS900023)"
        "check the tenant id: it is on the overview page of the app registration"
    AUTH_REFUSED "auth.refused" Authentication false
        "the sign-in service refused the request for a token"
        "look up the code that the message has from the sign-in service in the Entra ID documentation"
    AUTH_CONDITIONAL_ACCESS "auth.conditional_access" Authentication false
        "a Conditional Access policy of the tenant blocks the sign-in (AADSTS53003)"
        "run from a network that the policy allows, or ask an administrator to exclude the application: the sign-in logs of Entra ID name the policy"
    AUTH_NO_CREDENTIAL "auth.no_credential" Authentication false
        "no complete credential was found where the configuration says to look"
        "set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH, or name a credential"
    AUTH_NO_GITHUB "auth.no_github" Authentication false
        "the variables of GitHub Actions for id tokens are missing"
        "give the job `permissions: id-token: write`, and AZURE_TENANT_ID and AZURE_CLIENT_ID"
    AUTH_NO_PIPELINES "auth.no_pipelines" Authentication false
        "the variables of Azure Pipelines for id tokens are missing"
        "map `SYSTEM_ACCESSTOKEN: $(System.AccessToken)` into the step, and give tenant, client and service connection"
    AUTH_NO_FEDERATED_FILE "auth.no_federated_file" Authentication false
        "the variables of a federated token file are missing"
        "set AZURE_FEDERATED_TOKEN_FILE, AZURE_TENANT_ID and AZURE_CLIENT_ID; on Kubernetes, label the pod for workload identity"
    AUTH_ID_TOKEN "auth.id_token" Authentication false
        "the build system issued no id token"
        "check the job's permission for id tokens, and the service connection; the message has the answer's status"
    AUTH_ASSERTION_EXPIRED "auth.assertion_expired" Authentication false
        "the assertion or federated token has expired, or is not valid yet (AADSTS700024)"
        "pass a new one, or use a credential that fetches one for each exchange; check the clock of this machine"
    AUTH_FEDERATION_UNKNOWN "auth.federation_unknown" Authentication false
        "the application has no federated credential for this issuer, subject and audience (AADSTS70021, AADSTS700211 to 700213, AADSTS7002138)"
        "add a federated credential in Entra ID under 'Certificates & secrets' with exactly these values"
    AUTH_CERTIFICATE_UNKNOWN "auth.certificate_unknown" Authentication false
        "the certificate is not registered for the application, or has expired (AADSTS700027)"
        "upload the certificate in Entra ID under 'Certificates & secrets'"
    AUTH_CERTIFICATE_EXPIRED "auth.certificate_expired" Authentication false
        "the certificate has ended by the clock of this machine; nothing was sent"
        "make a new certificate, add it in Entra ID under 'Certificates & secrets', and sign in with it; if the date in the message is not past, set the clock of this machine"
    AUTH_CERTIFICATE_UNREADABLE "auth.certificate_unreadable" Authentication false
        "the certificate or its private key can't be read"
        "give a PFX, or a PEM with a certificate and its RSA key; the message says what is wrong"
    AUTH_CERTIFICATE_PASSWORD "auth.certificate_password" Authentication false
        "the password does not open the certificate's file or its private key"
        "give the password that the file was written with as `certificatePassword`; a file without one needs none"
    AUTH_NO_MANAGED_IDENTITY "auth.no_managed_identity" Authentication false
        "no managed identity service answered on this machine"
        "run on an Azure machine or app that has an identity, or use another credential"
    AUTH_IDENTITY_REFUSED "auth.identity_refused" Authentication false
        "the managed identity service refused the request"
        "check that the identity is assigned to this machine or app; the service's message is in the error"
    AUTH_ARC_FILE "auth.arc_file" Authentication false
        "the file that the Azure Arc agent names is not one of its keys, or can't be read"
        "add the account to the group `himds` (Linux) or `Hybrid agent extension applications` (Windows)"
    AUTH_CLI_MISSING "auth.cli_missing" Authentication false
        "the Azure CLI was not found"
        "install it, or give the program's path as `command`"
    AUTH_CLI_SIGNED_OUT "auth.cli_signed_out" Authentication false
        "nobody is signed in to the Azure CLI, or not for this tenant"
        "run `az login`"
    AUTH_CLI_FAILED "auth.cli_failed" Authentication false
        "the Azure CLI returned no token"
        "run `az account get-access-token --resource https://manage.devcenter.microsoft.com` to see why"
    AUTH_TOKEN_EXPIRED "auth.token_expired" Authentication false
        "the access token of the configuration has expired, and the library can't renew it"
        "pass a new token, or use a credential that the library can renew"
    AUTH_NOT_ALLOWED "auth.not_allowed" Authentication false
        "the service does not accept this account or token (401)"
        "associate the Entra application with the Partner Center account and give it the Manager role"
    AUTH_WRONG_AUDIENCE "auth.wrong_audience" Authentication false
        "the token is for another service"
        "get one for https://manage.devcenter.microsoft.com, without a slash at its end"
    AUTH_TENANT_NOT_ASSOCIATED "auth.tenant_not_associated" Authentication false
        "the Store's service is not known in this tenant (AADSTS500011)"
        "associate the tenant with the Partner Center account, or use the id of the tenant that is associated"
    AUTH_NO_ROLE "auth.no_role" Authentication false
        "the application may sign in, but may not see the apps of the account (403)"
        "in Partner Center under Account settings, check that the Entra tenant is associated with this account (Tenants), and \
         give the application the Manager role (User management, Microsoft Entra applications)"
    AUTH_CLOCK "auth.clock" Authentication false
        "the clock of this machine is more than five minutes off"
        "synchronize it with a time server: sign-in and uploads depend on the time"
    AUTH_FORBIDDEN "auth.forbidden" Authentication false
        "the product is not visible to this account (403)"
        "check the id; if it is right, check in Partner Center that the Entra tenant is associated with the account that has \
         the product, and that the application has the Manager role"
    AUTH_ACCOUNT_SERVICE "auth.account_service" Authentication true
        "the service could not look up the account of the application (503)"
        "associate the Entra application with the Partner Center account; if it is associated, run again later"

    NETWORK_UNREACHABLE "network.unreachable" Network true
        "no connection could be made"
        "check the host, DNS, the proxy and the firewall, then run again"
    NETWORK_TIMEOUT "network.timeout" Network true
        "no answer arrived in time"
        "run again; the service may have carried out the request"
    NETWORK_INTERRUPTED "network.interrupted" Network true
        "the connection broke before the answer was complete"
        "run again; the service may have carried out the request"
    NETWORK_TLS "network.tls" Network false
        "the server's certificate was not accepted"
        "if your network has a certificate authority of its own, pass its file as `caFile`"
    NETWORK_PROXY "network.proxy" Network false
        "the proxy asks for a user name and a password (407), or made no connection; the message has its status and its words"
        "put user name and password into `proxy` (Basic authentication), and let the proxy allow the host in the message"
    NETWORK_BAD_ANSWER "network.bad_answer" Network true
        "the answer does not look like one of the service: not JSON, cut short, or too large"
        "run again; if the error persists, look for a proxy that answers instead of the service"
    DEADLINE_EXCEEDED "deadline.exceeded" Cancelled true
        "the time limit of the call was reached"
        "raise `timeoutSeconds`, or run again; the details list what was done and what failed last"
    CANCELLED "cancelled" Cancelled true
        "the caller cancelled the call"
        "run again to continue; a commit that was sent is not undone"

    SERVICE_BAD_REQUEST "service.bad_request" Service false
        "the service rejected the request as not valid (400)"
        "correct the field that the service's message names"
    SERVICE_INVALID_VALUE "service.invalid_value" Service false
        "the service refused a value (400 InvalidParameterValue)"
        "correct the value that the service names; values of enumerations are case-sensitive"
    SERVICE_MEDIA_TYPE "service.media_type" Service false
        "the service accepts JSON only"
        "the library sends `application/json`: look for a proxy that changes the header `Content-Type`"
    SUBMISSION_PACKAGES "submission.packages" Service false
        "the service refused the list of packages (400)"
        "list every present package, with `fileStatus` `PendingDelete` to remove it, and new ones with `PendingUpload`"
    SUBMISSION_NO_LISTING "submission.no_listing" Service false
        "the submission has no listing (400)"
        "give `listings` at least one language with its `baseListing`"
    SUBMISSION_DEVICE_FAMILIES "submission.device_families" Service false
        "`allowTargetFutureDeviceFamilies` lacks a device family (400)"
        "give Desktop, Mobile, Xbox and Holographic, each as true or false"
    PRICE_REFUSED "price.refused" Service false
        "the service refused the pricing (400)"
        "set /pricing/priceId to `Free`, `NotAvailable` or a tier of the product; `Base` can be read but not written"
    SERVICE_NOT_FOUND "service.not_found" Service false
        "the service has nothing with this id (404)"
        "check the ids: `appId` is a Store id (9N…); `appName` takes a package identity name or an app name"
    APP_NOT_FOUND "app.not_found" Service false
        "no app of the account has this id (404) or name"
        "`app.list` shows the ids of your apps"
    APP_AMBIGUOUS "app.ambiguous" Service false
        "several apps of the account have this name"
        "name the app by its Store id or package identity name, which `app.list` shows"
    APP_NOT_STORE_ID "app.not_store_id" Invalid false
        "`appId` is not a Store id, which has only letters and digits"
        "give the Store id, such as 9NBLGGH4R315, which `app.list` shows, or pass the name as `appName`"
    FLIGHT_NOT_FOUND "flight.not_found" Service false
        "the app has no flight with this id (404) or name"
        "`app.flights` shows the flights of an app"
    FLIGHT_AMBIGUOUS "flight.ambiguous" Service false
        "several flights of the app have this name"
        "name the flight by its id, which `app.flights` shows"
    FLIGHT_EXISTS "flight.exists" Service false
        "the app has a flight of this name (409)"
        "use that flight, which `app.flights` shows, or another name"
    FLIGHT_NOT_DELETABLE "flight.not_deletable" Service false
        "the flight can't be deleted while a submission of it is being processed (409)"
        "wait until the submission is published, or cancel it in Partner Center"
    FLIGHT_FIRST_DRAFT "flight.first_draft" Service false
        "the pending draft of the flight is its first one: it came with the flight, and waiting for its end would not end"
        "publish with `draft` set to `adopt`, which adds the release to it"
    FLIGHT_NO_SUBMISSION "flight.no_submission" Service true
        "the flight exists, but the service creates no submission for it (404)"
        "a new flight may need a minute; if its only draft was deleted, delete the flight and create it again, which makes a draft too: publish with `draft` set to `adopt`"
    ADD_ON_NOT_FOUND "add_on.not_found" Service false
        "no add-on of the account has this id (404)"
        "`add_on.list` shows the ids of your add-ons"
    ADD_ON_EXISTS "add_on.exists" Service false
        "there is an add-on with this product id (409)"
        "use that add-on, which `add_on.list` shows, or another product id"
    ADD_ON_NOT_DELETABLE "add_on.not_deletable" Service false
        "the add-on is published or being processed, so it can't be deleted (409)"
        "make it unavailable in Partner Center instead"
    PRODUCT_UNSUPPORTED "product.unsupported" Service false
        "the product uses a feature that the API does not support (409)"
        "manage it in Partner Center: the API supports neither mandatory updates nor Store-managed consumables"
    SUBMISSION_NOT_FOUND "submission.not_found" Service false
        "there is no submission with this id (404), or none is pending or published where the request names none"
        "`app.get` shows the ids of the pending and the published submission"
    SUBMISSION_OTHER_PRODUCT "submission.other_product" Service false
        "the submission belongs to another app, flight or add-on (409)"
        "pass ids that belong together; `app.get` shows those of an app"
    SERVICE_CONFLICT "service.conflict" Service false
        "the present state of the product or submission does not allow the call (409)"
        "check the state with `submission.status`; products with features that the API does not know can't be changed"
    SUBMISSION_PENDING_EXISTS "submission.pending_exists" Service false
        "another submission is pending, and a product has at most one (409 InvalidState)"
        "finish or delete it; or publish with `draft` set to `adopt`, which adds the release to it, or to `replace`, which deletes it; or with `busy` set to `wait`"
    SUBMISSION_NONE_PUBLISHED "submission.none_published" Service false
        "the app was never published, so there is nothing to start from (409)"
        "make the first submission in Partner Center, with the age ratings, and publish it"
    SUBMISSION_NOT_READY "submission.not_ready" Service true
        "the service makes no new submission now: it refuses the create as if the listings were missing (400), as while the app is being republished"
        "run again later: the service has been seen to need 40 minutes after the end of a rollout"
    SUBMISSION_NOT_EDITABLE "submission.not_editable" Service false
        "the submission is not a draft any more, so it can't be changed"
        "wait until it is published, or delete it if it has failed; then create a new one"
    SUBMISSION_NOT_BY_API "submission.not_by_api" Service false
        "the submission was created or edited in Partner Center, so the API can't change it"
        "finish or delete it in Partner Center, then create one through the API"
    SUBMISSION_NOT_DELETABLE "submission.not_deletable" Service false
        "the submission can't be deleted in its present state (409)"
        "cancel it in Partner Center, or wait until it is published; then create a new one, which replaces it"
    SUBMISSION_FAILED "submission.failed" Service false
        "the Store refused the submission; the details say why"
        "correct what the details name, delete the submission and publish again"
    SUBMISSION_FAILED_CHANGE "submission.failed_change" Protected false
        "the last change of the draft failed, so a commit would publish the draft without it (PowerShell only)"
        "make the change again and commit after it has succeeded, or use -IgnoreFailedChange to commit the draft as it is"
    SUBMISSION_UPDATE_LOST "submission.update_lost" Service false
        "the service accepted the changes but did not keep all of them; nothing was committed"
        "correct the names and values that the details show, and leave out read-only and obsolete members; if all changes are lost, the draft is broken: publish again, with `draft` set to `replace` if it is still pending"
    SUBMISSION_NOT_COMMITTED "submission.not_committed" Service false
        "the submission is a draft that was never committed, so a wait for it would not end"
        "commit it with `submission.commit`, then wait"
    SUBMISSION_BUSY "submission.busy" Service true
        "another run of a release works on the pending draft"
        "publish again when it has ended, or with `busy` set to `wait`; a run that has not been seen for five minutes counts as ended"
    SUBMISSION_LEFT_FOR_REVIEW "submission.left_for_review" Service false
        "the pending draft was left for a person or another job to look at, so it is neither changed nor deleted"
        "commit it, or name it with `submissionId` to add the release to it; or publish with `draft` set to `replace`, which deletes it"
    SUBMISSION_CHANGED_BY_OTHERS "submission.changed_by_others" Protected false
        "the draft has changes that are not of this release; nothing was committed"
        "look at the differences in the details; then publish with `submissionId` to keep them, or with `draft` set to `replace` to drop them"
    DRAFT_UNREADABLE "draft.unreadable" Service false
        "it can't be told whose the pending draft is: its upload address can't be read, as after about a day"
        "finish it in Partner Center, or publish with `draft` set to `replace`, which deletes it"
    DRAFT_CHANGED "draft.changed" Protected false
        "the draft is not the one that was looked at; nothing was committed"
        "look at the draft as it is now (`submission.get`); then commit with the `draftHash` of the details, or without one"
    PLAN_CHANGED "plan.changed" Protected false
        "the plan of the release is not the one that was approved"
        "look at the new plan (`publish.plan`); then publish with its `planHash`"
    SUBMISSION_COMMIT_LOST "submission.commit_lost" Service true
        "the submission went back to PendingCommit: the service lost the commit"
        "commit again"
    SUBMISSION_COMMIT_HANGS "submission.commit_hangs" Service true
        "the submission stays in CommitStarted: the service has taken the commit and does not carry it out"
        "wait again, since some commits took hours; if it goes on, look at the submission in Partner Center: submit it there if it is complete, or delete it there and publish again"
    SUBMISSION_NO_UPLOAD_URL "submission.no_upload_url" Service false
        "the submission has no upload address, because it was created in Partner Center"
        "delete it there and create one through the API"
    CREATE_UNCONFIRMED "create.unconfirmed" Service true
        "the answer to the creation was lost, and nothing new has appeared"
        "look again in a few minutes: it may appear late; publish again, which takes a draft that has appeared"
    COMMIT_UNCONFIRMED "commit.unconfirmed" Service true
        "the answer to the commit was lost, and the state could not be read"
        "check the state with `submission.status`; commit again when it is PendingCommit"
    ROLLOUT_STATE "rollout.state" Service false
        "the package rollout is not in progress, so it can't be changed (409)"
        "`rollout.get` shows its state: a rollout starts when a submission with `isPackageRollout` true is published, and ends when it is halted or finalized; a new submission starts another one"
    ROLLOUT_OPEN "rollout.open" Service false
        "the rollout of the published submission is in progress, which blocks a new one (409)"
        "end it with `rollout.finalize` or `rollout.halt`, then create the submission"
    SERVICE_THROTTLED "service.throttled" Service true
        "too many calls (429); the service allows about 20 a minute for a tenant"
        "run again later, or with fewer calls at the same time"
    SERVICE_UNAVAILABLE "service.unavailable" Service true
        "the service failed or was not available (5xx), also when the request was repeated"
        "run again later; if the error persists, give Microsoft's support the correlation id"
    SERVICE_REPEATED_LINK "service.repeated_link" Service false
        "the service linked to a page of the list that it had sent before"
        "run again; if the error persists, give Microsoft's support the correlation id"
    SERVICE_REFUSED "service.refused" Service false
        "the service answered with a status that this library does not know"
        "read the service's message in the error"

    UPLOAD_EXPIRED "upload.expired" Service false
        "the upload address has expired: it is valid for about a day"
        "delete the draft and create a new one, which has a new address; or publish with `draft` set to `replace`"
    UPLOAD_REVOKED "upload.revoked" Service false
        "the storage service no longer accepts the upload address, which has not expired"
        "delete the draft and create a new one, which has a new address; or publish with `draft` set to `replace`"
    UPLOAD_NOT_YET_VALID "upload.not_yet_valid" Service true
        "the upload address becomes valid only later, by the clock of the storage service"
        "run again after the time in the message"
    UPLOAD_NOT_WRITABLE "upload.not_writable" Service false
        "the upload address does not allow writing"
        "delete the draft and create a new one, which has a new address; or publish with `draft` set to `replace`"
    UPLOAD_NOT_READABLE "upload.not_readable" Service false
        "the upload address does not allow reading"
        "publish with `draft` set to `adopt` or `replace`, since whose draft it is can't be read; `package.upload` needs no reading"
    UPLOAD_MOVED "upload.moved" Service true
        "the upload address of the submission leads to another place since it was read again"
        "run again with all files that the submission waits for: what was sent to the old place is not at the new one"
    UPLOAD_REFUSED "upload.refused" Service false
        "the storage service refused the upload"
        "look up the storage service's code in the error"
    UPLOAD_INTERCEPTED "upload.intercepted" Network true
        "something between this machine and the storage service answers in its place: a proxy, a filter or a front end"
        "read its words in the error; let it pass PUT requests to the host, or upload from another network; then run again, which sends only what is missing"
    UPLOAD_BLOCKED "upload.blocked" Network true
        "the connection breaks each time a certain part of a file is sent, while other parts pass"
        "let the content filter of the network pass the file in the message, or upload from another network; then run again, which sends only what is missing"
    UPLOAD_HOST "upload.host_not_allowed" Protected false
        "the upload address has a host that is not allowed"
        "add the host to `blobHosts` if it belongs to the Store"
    UPLOAD_INCOMPLETE "upload.incomplete" Network true
        "the uploaded file differs from what was sent"
        "run again: nothing was committed"
    UPLOAD_DAMAGED "upload.damaged" Network true
        "bytes are altered on the way to the storage: the checksum that it names is not that of what was sent"
        "run again, without the proxy that opens TLS or the network device on the way, or from another machine: the file and the place are in the message; nothing was committed"
    UPLOAD_FILES "upload.files_do_not_match" Protected false
        "the files of the ZIP are not those that the submission names with `fileStatus` `PendingUpload`"
        "give a file for each name, under exactly that name; give each file an entry with its `fileName` and `fileStatus` `PendingUpload` (`submission.update`) before it is uploaded; leave out the others"
    UPLOAD_WOULD_LOSE "upload.would_lose_files" Protected false
        "the upload would replace a ZIP of another tool, with files that the submission still waits for"
        "give all files of the submission in one call"
    SOURCE_CHANGED "upload.source_changed" File false
        "a file changed while it was uploaded; nothing was committed"
        "let the build finish before the upload, and run again"
    UPLOAD_TOO_LARGE "upload.too_large" File false
        "the files do not fit into one upload"
        "upload fewer or smaller files, or with smaller blocks (`blockBytes`); the limit is in the message"

    FILE_NOT_FOUND "file.not_found" File false
        "there is no file at this path"
        "check the path; it is relative to the current folder of the process"
    FILE_UNREADABLE "file.unreadable" File false
        "the file can't be read"
        "check the permissions, and that it is a file"
    FILE_UNWRITABLE "file.unwritable" File false
        "the file can't be written"
        "check the folder, the permissions and the free space"
    FILE_EMPTY "file.empty" File false
        "the file is empty"
        "check the build that makes it"
    FILE_ENCODING "file.encoding" File false
        "a file that should hold text is in an encoding that the library does not read"
        "save it as UTF-8, with or without a byte order mark, or as UTF-16 with one"
    FILE_NAME "file.name" File false
        "a path is not that of a file, or a name can't be used in the ZIP: it is absolute, has `..` in it, is there twice, or Windows can't unpack it"
        "give the path of a file; give each file of the ZIP a unique relative name that Windows allows, such as `App.msix`"
    FILE_EXISTS "file.exists" File false
        "there is a file at the path that should be written (PowerShell only)"
        "give another path, or -Force to replace the file"
    FILE_NO_MATCH "file.no_match" File false
        "a wildcard or a folder leads to no app package, a folder to no release notes, or a changelog to no section of the version"
        "check the path: `*` and `?` stand for parts of one name, and a package is an .msixupload, .msixbundle, .msix or one of their older forms"
    FILE_SEVERAL "file.several" File false
        "a wildcard or a folder leads to several versions of one package"
        "name the file, or empty the folder before the build"
    LISTING_INVALID "listing.invalid" File false
        "a folder of listings has faults; nothing was sent"
        "the details name each file and what is wrong with it"
    LISTING_IMAGES_UNLINKED "listing.images_unlinked" Protected false
        "a folder has pictures that the submission does not have, and the submission has images that somebody else uploaded; whether they are the same pictures can't be told, so that the listing could get every picture twice"
        "if they are the same pictures, set `images` to `adopt`; to add the pictures to the images, set it to `keep`; to replace the images by the pictures, to `exact`"
    LISTING_IMAGES_REMOVED "listing.images_removed" Protected false
        "most images of a type would be removed, because their files are not in the folder"
        "restore the files; or, for images that somebody else has added, pull first: the pull writes a placeholder for each of them, which keeps it; or allow it with `allowImageRemoval`"
    LISTING_OTHER_PRODUCT "listing.other_product" Protected false
        "the folder of listings is of another product, as its storeship.json says"
        "give the folder of this product, or correct storeship.json"
    LISTING_CONFLICT "listing.conflict" Protected false
        "the folder of listings and somebody else have changed the same field since the base"
        "the details have both values: take the other one over into the folder, or name the field in `overwrite`"
    PACKAGE_INVALID "package.invalid" File false
        "the file is not an app package that the Store reads"
        "check the build that makes it; the message names the part"

    DOCUMENT_INVALID "document.invalid" Invalid false
        "the document is not valid JSON"
        "correct it at the line and column that the message names"
    DOCUMENT_TOO_LARGE "document.too_large" Invalid false
        "the document is larger than 64 MiB"
        "check what was passed: no submission is that large"
    DOCUMENT_DUPLICATE_NAME "document.duplicate_name" Invalid false
        "an object has two members with the same name, of which a reader drops one"
        "remove one of them; the details name the places"
    DOCUMENT_POINTER "document.pointer" Invalid false
        "the pointer leads to nothing in the document, or is not a JSON Pointer"
        "a pointer looks like /listings/en-us/baseListing/title; `~1` stands for `/`, `~0` for `~`"
    DOCUMENT_DAMAGED "document.damaged" Protected false
        "the edited document has changes that look like known damage by PowerShell"
        "the details name each place and its remedy; if the edit is intended, lift the guard by its name"
    DOCUMENT_CASE_TWIN "document.case_twin" Protected false
        "the submission has a member whose name differs from one of the service in letter case only; the service would read it, and nobody else"
        "write the name as the service does, which the details name, and leave the other spelling out"
    DOCUMENT_CONFLICT "document.conflict" Protected false
        "the submission was changed on the service at a place that was edited too"
        "get the submission again and repeat the edit"
    DOCUMENT_UNSUPPORTED_VALUE "document.unsupported_value" Invalid false
        "an object has a value that has no JSON form (PowerShell only)"
        "replace the value at the place that the message names"
    DOCUMENT_PATCH "document.patch" Invalid false
        "a patch operation can't be applied"
        "the message names the operation and why"
    PRICE_WOULD_BECOME_FREE "price.would_become_free" Protected false
        "the submission has no price, which the service treats as free"
        "set /pricing/priceId to the product's tier, as Partner Center shows it: in the submission, or with `priceId` of `publish`, such as Tier2; if it is meant to be free, set `Free`, or allow it with `allowFree`"
    PRICE_BASE "price.base_not_writable" Protected false
        "the price reads `Base`, which the service shows but does not accept"
        "set /pricing/priceId to the product's tier, as Partner Center shows it: in the submission, or with `priceId` of `publish`, such as Tier2; it replaces the prices of all markets that were set in Partner Center; or publish with `priceLeftToPartnerCenter`, which makes a draft without a price for a person to submit there"
    PRICE_LEFT "price.left_to_partner_center" Protected false
        "the draft has no price, since it was made for a person to submit in Partner Center; a commit from here could make the product free"
        "submit it in Partner Center; or publish with `priceId` and with `draft` set to `replace`, which deletes it; the tier replaces the prices of all markets that were set in Partner Center"

    PACKAGE_NOT_OF_FLIGHT "package.not_of_flight" Protected false
        "the packages are not those of the flight that is promoted; nothing was changed"
        "give the files with which the flight was published, or publish them to the flight first"

    CHECK_FAILED "check.failed" Protected false
        "a rule refuses what would be sent; nothing was changed"
        "the details name each finding with its rule; correct it, or allow the rule by its id with `allow`"

    EMULATOR_NOT_STARTED "emulator.not_started" File false
        "the emulator could not be started (PowerShell only)"
        "the message has the reason; check the arguments, and that the file may be run"
}
