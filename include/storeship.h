/* StoreShip: Microsoft Store submissions from build agents. C ABI, version 1.
 *
 * Requests and responses are JSON. A response is always one object:
 *   {"ok":true,"result":...,"meta":{...}}    or    {"ok":false,"error":{"code","message","retryable","hint",...}}
 * The functions return the class of the outcome, one of the STORESHIP_ constants: 0 is success. `error.code` is stable,
 * for programs; `error.message` and `error.hint` are for people and may change.
 *
 *   storeship_client client = 0;
 *   char *response = NULL;
 *   int32_t status = storeship_client_open(config, &client, &response);
 *   storeship_string_free(response);
 *   if (status == STORESHIP_OK) {
 *       status = storeship_app_get(client, "{\"appId\":\"9NBLGGH4R315\"}", &response);
 *       puts(response);
 *       storeship_string_free(response);
 *       storeship_client_close(client);
 *   }
 *
 * Linking    A program that is linked on Linux loads the library as libstoreship.so.1, the name with the ABI version.
 * Comments   The comment of a function lists the fields of its request and its result: `name?` is an optional field,
 *            `name: [type]` an array. Every request may also have timeoutSeconds, the time limit of the call in seconds.
 *            docs/operations.md describes the fields. The other parameters are those of storeship_call.
 * Encoding   Strings are UTF-8 and end with a NUL. A request of NULL means {}.
 * Ownership  The library does not keep the strings that you pass; you may free them after the call. Strings that it
 *            returns are yours: free them with storeship_string_free, and with nothing else. *response is always set,
 *            also when the call failed. It is NULL only if memory ran out, or if `response` itself was NULL.
 * Ids        Clients and jobs are numbers, which are never reused. Using the id of a closed client or job is an error
 *            (STORESHIP_UNKNOWN_ID), never undefined behaviour. Client 0 is the offline client, which always exists:
 *            use it for document.*, library.*, listing.read, listing.write, package.inspect and package.write.
 * Threads    You may call any function from any thread at any time. The library never calls you back.
 * Signals    The library changes no disposition of a signal. SIGPIPE is blocked on its own threads, so that a connection
 *            which a server closes is an error and does not end your program.
 * Time       Every operation ends soon after its timeoutSeconds, a job also when it is cancelled, even if a file or a
 *            computation takes longer. The error says how far it came and what failed last.
 * Jobs       An operation that takes long (publish, package.upload, submission.wait) can be started as a job with
 *            storeship_job_start. A job reports events: take them with storeship_job_next, job by job, or with
 *            storeship_client_next, for all jobs of a client in one thread. The last event is of the type
 *            "completed" and holds the response; taking it frees the job. While nobody takes the events, a job goes
 *            on: a new progress event replaces the waiting one, and old log lines are dropped, so that the memory
 *            stays bounded. To free a job without taking its events, call storeship_job_close, which also cancels it.
 * Closing    storeship_client_close cancels the calls and jobs of the client and frees all its jobs. To learn how a job
 *            ended, cancel it and take its events before you close the client.
 * Forks      A child process can't use the clients of its parent (STORESHIP_FORKED); it opens its own.
 * Unloading  Do not unload the library. Closing the last client ends its threads.
 *
 * Within a version of the ABI, functions, numbers, codes and fields are only added.
 */


#ifndef STORESHIP_H
#define STORESHIP_H

#include <stdint.h>

/**
 * Success.
 */
#define STORESHIP_OK 0

/**
 * storeship_job_next and storeship_client_next: no event arrived within the timeout.
 */
#define STORESHIP_NOTHING_YET 1

/**
 * An argument, the configuration or the request is invalid.
 */
#define STORESHIP_INVALID 2

/**
 * The library failed internally. The client stays usable.
 */
#define STORESHIP_INTERNAL 3

/**
 * No operation has this name.
 */
#define STORESHIP_UNKNOWN_OPERATION 4

/**
 * No open client or job has this id.
 */
#define STORESHIP_UNKNOWN_ID 5

/**
 * The client was opened in the parent of this process.
 */
#define STORESHIP_FORKED 6

/**
 * Signing in failed, or the service rejected the credential.
 */
#define STORESHIP_AUTHENTICATION 10

/**
 * The server could not be reached, or its response was incomplete.
 */
#define STORESHIP_NETWORK 11

/**
 * The service refused the request, or the submission failed.
 */
#define STORESHIP_SERVICE 12

/**
 * The caller cancelled the operation, or its timeout expired.
 */
#define STORESHIP_CANCELLED 13

/**
 * A local file is missing, unreadable or invalid.
 */
#define STORESHIP_FILE 14

/**
 * The library refused the request because it would damage data. Nothing was sent.
 */
#define STORESHIP_PROTECTED 15

/**
 * The id of a client. 0 is the offline client, which always exists.
 */
typedef uint64_t storeship_client;

/**
 * The id of a job.
 */
typedef uint64_t storeship_job;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The version of the ABI: 1. Within a version, functions, numbers, codes and fields are only added.
 */
uint32_t storeship_abi_version(void);

/**
 * The version of the library, such as "0.1.0". The string is static and must not be freed.
 */
const char *storeship_version(void);

/**
 * Opens a client for one account. `config` is a JSON object with the credential and any settings that differ from the
 * defaults. Nothing is sent yet. On success `*client` is the id of the client, otherwise 0. `*response` is always set.
 * `config` is NULL or a NUL-terminated string; `client` and `response` point to variables of the caller.
 */
int32_t storeship_client_open(const char *config,
                              storeship_client *client,
                              char **response);

/**
 * Closes a client: cancels its calls and jobs, waits up to two seconds until they have stopped, and frees its jobs with
 * every event and result that was not taken. Afterwards the ids of the client and of its jobs are unknown. A thread that
 * waits in storeship_call, storeship_job_next or storeship_client_next returns.
 */
int32_t storeship_client_close(storeship_client client);

/**
 * Runs an operation and returns when it has ended. `request` is a JSON object; NULL means `{}`. `*response` is
 * always set.
 * `operation` and `request` are NULL or NUL-terminated strings; `response` points to a variable of the caller.
 */
int32_t storeship_call(storeship_client client,
                       const char *operation,
                       const char *request,
                       char **response);

/**
 * Starts an operation in the background. On success `*job` is the id of the job, otherwise 0. `*response` is always
 * set; it tells whether the job was started, not how it ended. Take the events of the job with storeship_job_next or
 * storeship_client_next until one has the type `completed`, or free the job with storeship_job_close. When another
 * thread is in storeship_client_next, it may get the first event before this function has returned.
 * `operation` and `request` are NULL or NUL-terminated strings; `job` and `response` point to variables of the
 * caller.
 */
int32_t storeship_job_start(storeship_client client,
                            const char *operation,
                            const char *request,
                            storeship_job *job,
                            char **response);

/**
 * Takes the next event of a job, and waits for it up to `timeout_ms` milliseconds. Returns STORESHIP_OK with `*event`
 * set, or STORESHIP_NOTHING_YET with `*event` NULL. `completed` is the last event of every job; once it has been taken, the
 * job is freed and its id is unknown (STORESHIP_UNKNOWN_ID). Each event is given once, to one thread. Free `*event` with
 * storeship_string_free.
 * `event` points to a variable of the caller.
 */
int32_t storeship_job_next(storeship_job job,
                           uint32_t timeout_ms,
                           char **event);

/**
 * Takes the next event of any job of a client, and waits for it up to `timeout_ms` milliseconds, so that one thread
 * can serve any number of jobs. Returns STORESHIP_OK with `*job` and `*event` set, or STORESHIP_NOTHING_YET with
 * `*job` 0 and `*event` NULL. The events of one job come in order; jobs with waiting events take turns. Once the
 * `completed` event of a job has been taken, the job is freed. Several threads may call this function, and
 * storeship_job_next at the same time: each event is given once, to one of them. When the client is closed, the function
 * returns STORESHIP_UNKNOWN_ID. Free `*event` with storeship_string_free.
 * `job` and `event` point to variables of the caller.
 */
int32_t storeship_client_next(storeship_client client,
                              uint32_t timeout_ms,
                              storeship_job *job,
                              char **event);

/**
 * Asks a job to stop, and returns at once. The job still ends with a `completed` event, whose response has the code
 * `cancelled` unless the job had ended before. Cancelling a job twice, or one that has ended or never existed, does
 * nothing and returns STORESHIP_OK.
 */
int32_t storeship_job_cancel(storeship_job job);

/**
 * Frees a job whose events you do not need. A running job is cancelled; the function does not wait until it has
 * stopped. Afterwards the id is unknown, and a thread that waits in storeship_job_next for this job returns. Closing a
 * job twice, or one that was freed or never existed, does nothing and returns STORESHIP_OK.
 */
int32_t storeship_job_close(storeship_job job);

/**
 * Frees a string that this library returned. NULL is allowed.
 * `string` is NULL, or was returned by this library and not freed yet.
 */
void storeship_string_free(char *string);

/**
 * `library.info`: version, ABI version and features of the library.
 * Request: {}
 * Result: {abiVersion, architecture, features: [string], name, system, version}
 * Parameters and status as in storeship_call.
 */
int32_t storeship_library_info(storeship_client client, const char *request, char **response);

/**
 * `library.operations`: all operations with their fields.
 * Request: {}
 * Result: {operations: [{fields: [{name, required, summary, type, default?, documents?: [string],
 *   fields?: [{...}], maximum?, minimum?}], function, long, name, result: {name, required,
 *   summary, type, default?, documents?: [string], fields?: [{...}], maximum?, minimum?},
 *   summary}]}
 * Parameters and status as in storeship_call.
 */
int32_t storeship_library_operations(storeship_client client, const char *request, char **response);

/**
 * `library.errors`: all error codes with meaning and remedy.
 * Request: {}
 * Result: {errors: [{class, code, meaning, remedy, retryable}]}
 * Parameters and status as in storeship_call.
 */
int32_t storeship_library_errors(storeship_client client, const char *request, char **response);

/**
 * `library.guards`: all guards of a merge with meaning and remedy.
 * Request: {}
 * Result: {guards: [{id, meaning, name, remedy}]}
 * Parameters and status as in storeship_call.
 */
int32_t storeship_library_guards(storeship_client client, const char *request, char **response);

/**
 * `library.checks`: all rules that a release is checked against, with meaning and remedy.
 * Request: {}
 * Result: {checks: [{id, meaning, remedy, severity, source?}]}
 * Parameters and status as in storeship_call.
 */
int32_t storeship_library_checks(storeship_client client, const char *request, char **response);

/**
 * `library.schema`: the contract as JSON Schema.
 * Request: {}
 * Result: any JSON value
 * Parameters and status as in storeship_call.
 */
int32_t storeship_library_schema(storeship_client client, const char *request, char **response);

/**
 * `token.check`: sign in, and return when the token expires.
 * Request: {retryTimeoutSeconds?}
 * Result: {credential, expiresAt, clientId?, tenantId?, warnings?: [string]}
 * Parameters and status as in storeship_call.
 */
int32_t storeship_token_check(storeship_client client, const char *request, char **response);

/**
 * `app.list`: all apps of the account.
 * Request: {next?, retryTimeoutSeconds?, top?}
 * Result: {totalCount, value: [Application], next?}
 * Parameters and status as in storeship_call.
 */
int32_t storeship_app_list(storeship_client client, const char *request, char **response);

/**
 * `app.get`: one app.
 * Request: {appId?, appName?, retryTimeoutSeconds?}
 * Result: Application
 * Parameters and status as in storeship_call.
 */
int32_t storeship_app_get(storeship_client client, const char *request, char **response);

/**
 * `app.flights`: the package flights of an app.
 * Request: {appId?, appName?, next?, retryTimeoutSeconds?, top?}
 * Result: {totalCount, value: [Flight], next?}
 * Parameters and status as in storeship_call.
 */
int32_t storeship_app_flights(storeship_client client, const char *request, char **response);

/**
 * `app.add_ons`: the ids of the add-ons of an app.
 * Request: {appId?, appName?, next?, retryTimeoutSeconds?, top?}
 * Result: {totalCount, value: [InAppProductReference], next?}
 * Parameters and status as in storeship_call.
 */
int32_t storeship_app_add_ons(storeship_client client, const char *request, char **response);

/**
 * `flight.get`: one package flight.
 * Request: {appId?, appName?, flightId?, flightName?, retryTimeoutSeconds?}
 * Result: Flight
 * Parameters and status as in storeship_call.
 */
int32_t storeship_flight_get(storeship_client client, const char *request, char **response);

/**
 * `flight.create`: create a package flight.
 * Request: {appId?, appName?, friendlyName, groupIds?: [string], rankHigherThan?,
 *   retryTimeoutSeconds?}
 * Result: Flight
 * Parameters and status as in storeship_call.
 */
int32_t storeship_flight_create(storeship_client client, const char *request, char **response);

/**
 * `flight.delete`: delete a package flight.
 * Request: {appId?, appName?, flightId?, flightName?, retryTimeoutSeconds?}
 * Result: {deleted}
 * Parameters and status as in storeship_call.
 */
int32_t storeship_flight_delete(storeship_client client, const char *request, char **response);

/**
 * `add_on.list`: all add-ons of the account.
 * Request: {next?, retryTimeoutSeconds?, top?}
 * Result: {totalCount, value: [InAppProduct], next?}
 * Parameters and status as in storeship_call.
 */
int32_t storeship_add_on_list(storeship_client client, const char *request, char **response);

/**
 * `add_on.get`: one add-on.
 * Request: {addOnId, retryTimeoutSeconds?}
 * Result: InAppProduct
 * Parameters and status as in storeship_call.
 */
int32_t storeship_add_on_get(storeship_client client, const char *request, char **response);

/**
 * `add_on.create`: create an add-on.
 * Request: {applicationIds: [string], productId, productType, retryTimeoutSeconds?}
 * Result: InAppProduct
 * Parameters and status as in storeship_call.
 */
int32_t storeship_add_on_create(storeship_client client, const char *request, char **response);

/**
 * `add_on.delete`: delete an add-on.
 * Request: {addOnId, retryTimeoutSeconds?}
 * Result: {deleted}
 * Parameters and status as in storeship_call.
 */
int32_t storeship_add_on_delete(storeship_client client, const char *request, char **response);

/**
 * `add_on.publish`: publish a tree of add-ons, one after another. Long: run it as a job.
 * Request: {appId?, appName?, path, allow?: [string], allowFree?, basePath?, busy?, commit?,
 *   draft?, overwrite?: [string], pollSeconds?, preview?, productIds?: [string],
 *   retryTimeoutSeconds?, summaryPath?, until?}
 * Result: {addOns: [{created, folder, productId, response: {ok, error?, meta?, result?}}], failed}
 * Parameters and status as in storeship_call.
 */
int32_t storeship_add_on_publish(storeship_client client, const char *request, char **response);

/**
 * `add_on.pull`: write the add-ons of an app into a tree of folders. Long: run it as a job.
 * Request: {appId?, appName?, path, retryTimeoutSeconds?}
 * Result: {addOns: [{created, folder, productId, response: {ok, error?, meta?, result?}}], failed}
 * Parameters and status as in storeship_call.
 */
int32_t storeship_add_on_pull(storeship_client client, const char *request, char **response);

/**
 * `submission.create`: create a draft, a copy of the published submission.
 * Request: {addOnId?, appId?, appName?, flightId?, flightName?, retryTimeoutSeconds?}
 * Result: ApplicationSubmission or FlightSubmission or InAppProductSubmission
 * Parameters and status as in storeship_call.
 */
int32_t storeship_submission_create(storeship_client client, const char *request, char **response);

/**
 * `submission.get`: the whole submission, as the service sent it.
 * Request: {addOnId?, appId?, appName?, flightId?, flightName?, submissionId?,
 *   retryTimeoutSeconds?}
 * Result: ApplicationSubmission or FlightSubmission or InAppProductSubmission
 * Parameters and status as in storeship_call.
 */
int32_t storeship_submission_get(storeship_client client, const char *request, char **response);

/**
 * `submission.update`: replace the content of a draft.
 * Request: {addOnId?, appId?, appName?, flightId?, flightName?, submissionId, allowFree?,
 *   baseline?, edited?, force?: [string], notes?, preview?, retryTimeoutSeconds?, submission?}
 * Result: ApplicationSubmission or FlightSubmission or InAppProductSubmission
 * Parameters and status as in storeship_call.
 */
int32_t storeship_submission_update(storeship_client client, const char *request, char **response);

/**
 * `submission.commit`: submit a draft to the Store.
 * Request: {addOnId?, appId?, appName?, flightId?, flightName?, submissionId?, draftHash?,
 *   preview?, retryTimeoutSeconds?}
 * Result: CommitResponse
 * Parameters and status as in storeship_call.
 */
int32_t storeship_submission_commit(storeship_client client, const char *request, char **response);

/**
 * `submission.status`: the state of a submission, with its errors and warnings.
 * Request: {addOnId?, appId?, appName?, flightId?, flightName?, submissionId?,
 *   retryTimeoutSeconds?}
 * Result: SubmissionStatusResponse
 * Parameters and status as in storeship_call.
 */
int32_t storeship_submission_status(storeship_client client, const char *request, char **response);

/**
 * `submission.delete`: delete a draft or a failed submission.
 * Request: {addOnId?, appId?, appName?, flightId?, flightName?, submissionId?, allowBusy?,
 *   preview?, retryTimeoutSeconds?}
 * Result: {deleted}
 * Parameters and status as in storeship_call.
 */
int32_t storeship_submission_delete(storeship_client client, const char *request, char **response);

/**
 * `submission.wait`: wait until a submission is processed or published. Long: run it as a job.
 * Request: {addOnId?, appId?, appName?, flightId?, flightName?, submissionId?,
 *   commitTimeoutSeconds?, pollSeconds?, retryTimeoutSeconds?, until?}
 * Result: {status, statusDetails: StatusDetails, knownWarnings?: [string], publishMode?, resting?}
 * Parameters and status as in storeship_call.
 */
int32_t storeship_submission_wait(storeship_client client, const char *request, char **response);

/**
 * `submission.wait_all`: wait for many submissions at once, within half of the rate limit. Long: run it as a job.
 * Request: {submissions: [{addOnId?, appId?, appName?, flightId?, flightName?, submissionId?}],
 *   commitTimeoutSeconds?, pollSeconds?, retryTimeoutSeconds?, until?}
 * Result: {failed, submissions: [{ok, error?, meta?, result?}]}
 * Parameters and status as in storeship_call.
 */
int32_t storeship_submission_wait_all(storeship_client client,
                                      const char *request,
                                      char **response);

/**
 * `submission.check`: what the Store would refuse in a submission, a listing folder, a release and packages, without an account.
 * Request: {allow?: [string], annotations?, base?, basePath?, document?, documentPath?, files?:
 *   [{path, name?}], full?, listingPath?, now?, packages?: [string], releaseNotesVersion?,
 *   releasePath?, reservedNames?: [string], rootPath?, sarifPath?, wordsPath?}
 * Result: {annotations: [string], counts: {error, information, packages, pictures, suppressed,
 *   warning}, findings: [{id, message, remedy, severity, allowed?, column?, file?, found?,
 *   language?, line?, pointer?, productId?, source?}], suppressed: [{finding: {id, message,
 *   remedy, severity, allowed?, column?, file?, found?, language?, line?, pointer?, productId?,
 *   source?}, reason?}], sarifPath?}
 * Parameters and status as in storeship_call.
 */
int32_t storeship_submission_check(storeship_client client,
                                   const char *request,
                                   char **response);

/**
 * `submission.preview`: a page that shows a submission to people, beside the one before.
 * Request: {document, base?, files?: [{path, name?}], listing?: {path, allowImageRemoval?,
 *   basePath?, images?, overwrite?: [string], removeLanguages?: [string], removeTrailers?},
 *   output?, packages?: [string], product?, releasePath?}
 * Result: {counts: {changedLanguages, changedPictures, changedProperties, changedTexts, languages,
 *   shownPictures}, html?, output?, planHash?}
 * Parameters and status as in storeship_call.
 */
int32_t storeship_submission_preview(storeship_client client, const char *request, char **response);

/**
 * `rollout.get`: the gradual rollout of a submission.
 * Request: {addOnId?, appId?, appName?, flightId?, flightName?, submissionId?,
 *   retryTimeoutSeconds?}
 * Result: PackageRollout
 * Parameters and status as in storeship_call.
 */
int32_t storeship_rollout_get(storeship_client client, const char *request, char **response);

/**
 * `rollout.set`: change the share of users who get the packages.
 * Request: {addOnId?, appId?, appName?, flightId?, flightName?, submissionId?, percentage,
 *   retryTimeoutSeconds?}
 * Result: PackageRollout
 * Parameters and status as in storeship_call.
 */
int32_t storeship_rollout_set(storeship_client client, const char *request, char **response);

/**
 * `rollout.ramp`: raise the share step by step, and finalize the rollout. Long: run it as a job.
 * Request: {addOnId?, appId?, appName?, flightId?, flightName?, submissionId?, steps:
 *   [{percentage, pauseSeconds?}], beganAt?, finalize?, retryTimeoutSeconds?}
 * Result: {packageRolloutPercentage, packageRolloutStatus, steps: [{beganAt, percentage}]}
 * Parameters and status as in storeship_call.
 */
int32_t storeship_rollout_ramp(storeship_client client, const char *request, char **response);

/**
 * `rollout.halt`: stop the rollout.
 * Request: {addOnId?, appId?, appName?, flightId?, flightName?, submissionId?,
 *   retryTimeoutSeconds?}
 * Result: PackageRollout
 * Parameters and status as in storeship_call.
 */
int32_t storeship_rollout_halt(storeship_client client, const char *request, char **response);

/**
 * `rollout.finalize`: give the packages to everybody.
 * Request: {addOnId?, appId?, appName?, flightId?, flightName?, submissionId?,
 *   retryTimeoutSeconds?}
 * Result: PackageRollout
 * Parameters and status as in storeship_call.
 */
int32_t storeship_rollout_finalize(storeship_client client, const char *request, char **response);

/**
 * `package.inspect`: what is inside an app package or bundle.
 * Request: {path}
 * Result: {architectures: [string], capabilities: [{kind, name}], dependencies: [{kind, name,
 *   minVersion?}], deviceFamilies: [{minVersion, name, maxVersionTested?}], dxFeatureLevels:
 *   [string], external, fileName, identityName, kind, languages: [string], packages: [{...}],
 *   publisher, scales: [string], signed, size, targetDeviceFamilies: [string], version,
 *   architecture?, displayName?, minOsVersion?, publisherDisplayName?, resourceId?, role?}
 * Parameters and status as in storeship_call.
 */
int32_t storeship_package_inspect(storeship_client client, const char *request, char **response);

/**
 * `package.upload`: send files to a draft as one ZIP. Long: run it as a job.
 * Request: {addOnId?, appId?, appName?, flightId?, flightName?, submissionId?, files: [{path,
 *   name?}], blockBytes?, maxConcurrency?, memoryLimitBytes?, retryTimeoutSeconds?}
 * Result: {blockBytes, blocks, bytes, bytesPerSecond, concurrency, elapsedMs, entries: [{bytes,
 *   name, carriedOver?, sha256?}], repeatedBytes, resumedBytes, retries, verifiedBytes}
 * Parameters and status as in storeship_call.
 */
int32_t storeship_package_upload(storeship_client client, const char *request, char **response);

/**
 * `package.write`: write the ZIP that an upload would send.
 * Request: {files: [{path, name?}], output?}
 * Result: {bytes, entries: [string], output?}
 * Parameters and status as in storeship_call.
 */
int32_t storeship_package_write(storeship_client client, const char *request, char **response);

/**
 * `publish`: a release from start to end. Long: run it as a job.
 * Request: {addOnId?, appId?, appName?, flightId?, flightName?, releasePath?, addLanguages?:
 *   [string], allow?: [string], allowFree?, busy?, commit?, draft?, edits?: [{op, path, old?,
 *   value?}], files?: [{path, name?}], fromFlight?, fromReceiptPath?, keepPackages?, listing?:
 *   {path, allowImageRemoval?, basePath?, images?, overwrite?: [string], removeLanguages?:
 *   [string], removeTrailers?}, mandatoryUpdate?, missingLanguages?, notesForCertification?,
 *   oldPackages?, openRollout?, packages?: [string], planHash?, pollSeconds?, priceId?,
 *   priceLeftToPartnerCenter?, publishDate?, publishMode?, releaseNotes?: [string],
 *   releaseNotesPath?, releaseNotesVersion?, retryTimeoutSeconds?, rollout?, submissionId?,
 *   summaryPath?, templateLanguage?, until?, visibility?}
 * Result: {adoptedDraft, audience, began, changed, draft, ended, findings: [{id, message, remedy,
 *   severity, allowed?, column?, file?, found?, language?, line?, pointer?, productId?, source?}],
 *   libraryVersion, packages: [{architectures: [string], bytes, fileName, identityName, version,
 *   sha256?}], status, steps: [{elapsedMs, name}], submissionId, warnings: [string], addOnId?,
 *   appId?, contentHashes?, draftHash?, flightId?, listingsLeftAlone?: [string], mandatoryUpdate?,
 *   oldPackages?: [{fileName, reason, stays, architecture?, version?}], openRollout?, priceId?,
 *   priceIdBefore?, priceLeftToPartnerCenter?, reached?: {status, statusDetails: StatusDetails,
 *   knownWarnings?: [string], publishMode?, resting?}, replacedHashes?, rollout?, skipped?,
 *   upload?: {blockBytes, blocks, bytes, bytesPerSecond, concurrency, elapsedMs, entries: [{bytes,
 *   name, carriedOver?, sha256?}], repeatedBytes, resumedBytes, retries, verifiedBytes}, url?}
 * Parameters and status as in storeship_call.
 */
int32_t storeship_publish(storeship_client client, const char *request, char **response);

/**
 * `publish.plan`: what publish would do, without doing it.
 * Request: {addOnId?, appId?, appName?, flightId?, flightName?, releasePath?, addLanguages?:
 *   [string], allow?: [string], allowFree?, busy?, commit?, draft?, edits?: [{op, path, old?,
 *   value?}], files?: [{path, name?}], fromFlight?, fromReceiptPath?, keepPackages?, listing?:
 *   {path, allowImageRemoval?, basePath?, images?, overwrite?: [string], removeLanguages?:
 *   [string], removeTrailers?}, mandatoryUpdate?, missingLanguages?, notesForCertification?,
 *   oldPackages?, openRollout?, packages?: [string], planHash?, pollSeconds?, priceId?,
 *   priceLeftToPartnerCenter?, publishDate?, publishMode?, releaseNotes?: [string],
 *   releaseNotesPath?, releaseNotesVersion?, retryTimeoutSeconds?, rollout?, submissionId?,
 *   summaryPath?, templateLanguage?, until?, visibility?}
 * Result: {audience, basedOn, commit, draft, files: [{bytes, name}], findings: [{id, message,
 *   remedy, severity, allowed?, column?, file?, found?, language?, line?, pointer?, productId?,
 *   source?}], leftOut: [{path, reason}], packages: [{architectures: [string], bytes, fileName,
 *   identityName, version, sha256?}], pendingSubmissionId, uploadBytes, warnings: [string],
 *   addOnId?, appId?, flightId?, listingsLeftAlone?: [string], mandatoryUpdate?, oldPackages?:
 *   [{fileName, reason, stays, architecture?, version?}], openRollout?, planHash?, priceId?,
 *   priceIdBefore?, priceLeftToPartnerCenter?, rollout?}
 * Parameters and status as in storeship_call.
 */
int32_t storeship_publish_plan(storeship_client client, const char *request, char **response);

/**
 * `listing.pull`: write the listings of the published submission into a folder.
 * Request: {addOnId?, appId?, appName?, flightId?, flightName?, path, images?,
 *   retryTimeoutSeconds?, submissionId?}
 * Result: {notes: [{kind, message, file?, pointer?}], removed: [string], submissionId, unchanged,
 *   written: [string], contentHashes?, replacedHashes?}
 * Parameters and status as in storeship_call.
 */
int32_t storeship_listing_pull(storeship_client client, const char *request, char **response);

/**
 * `listing.push`: make a draft that has what a folder of listings says. Long: run it as a job.
 * Request: {addOnId?, appId?, appName?, flightId?, flightName?, listing: {path,
 *   allowImageRemoval?, basePath?, images?, overwrite?: [string], removeLanguages?: [string],
 *   removeTrailers?}, allow?: [string], allowFree?, busy?, commit?, draft?, openRollout?,
 *   planHash?, pollSeconds?, priceId?, priceLeftToPartnerCenter?, releaseNotesVersion?,
 *   retryTimeoutSeconds?, submissionId?, summaryPath?, until?}
 * Result: {adoptedDraft, audience, began, changed, draft, ended, findings: [{id, message, remedy,
 *   severity, allowed?, column?, file?, found?, language?, line?, pointer?, productId?, source?}],
 *   libraryVersion, packages: [{architectures: [string], bytes, fileName, identityName, version,
 *   sha256?}], status, steps: [{elapsedMs, name}], submissionId, warnings: [string], addOnId?,
 *   appId?, contentHashes?, draftHash?, flightId?, listingsLeftAlone?: [string], mandatoryUpdate?,
 *   oldPackages?: [{fileName, reason, stays, architecture?, version?}], openRollout?, priceId?,
 *   priceIdBefore?, priceLeftToPartnerCenter?, reached?: {status, statusDetails: StatusDetails,
 *   knownWarnings?: [string], publishMode?, resting?}, replacedHashes?, rollout?, skipped?,
 *   upload?: {blockBytes, blocks, bytes, bytesPerSecond, concurrency, elapsedMs, entries: [{bytes,
 *   name, carriedOver?, sha256?}], repeatedBytes, resumedBytes, retries, verifiedBytes}, url?}
 * Parameters and status as in storeship_call.
 */
int32_t storeship_listing_push(storeship_client client, const char *request, char **response);

/**
 * `listing.plan`: what listing.push would do, without doing it.
 * Request: {addOnId?, appId?, appName?, flightId?, flightName?, listing: {path,
 *   allowImageRemoval?, basePath?, images?, overwrite?: [string], removeLanguages?: [string],
 *   removeTrailers?}, allow?: [string], allowFree?, busy?, commit?, draft?, openRollout?,
 *   planHash?, pollSeconds?, priceId?, priceLeftToPartnerCenter?, releaseNotesVersion?,
 *   retryTimeoutSeconds?, submissionId?, summaryPath?, until?}
 * Result: {audience, basedOn, commit, draft, files: [{bytes, name}], findings: [{id, message,
 *   remedy, severity, allowed?, column?, file?, found?, language?, line?, pointer?, productId?,
 *   source?}], leftOut: [{path, reason}], packages: [{architectures: [string], bytes, fileName,
 *   identityName, version, sha256?}], pendingSubmissionId, uploadBytes, warnings: [string],
 *   addOnId?, appId?, flightId?, listingsLeftAlone?: [string], mandatoryUpdate?, oldPackages?:
 *   [{fileName, reason, stays, architecture?, version?}], openRollout?, planHash?, priceId?,
 *   priceIdBefore?, priceLeftToPartnerCenter?, rollout?}
 * Parameters and status as in storeship_call.
 */
int32_t storeship_listing_plan(storeship_client client, const char *request, char **response);

/**
 * `listing.write`: write the listings of a submission into a folder.
 * Request: {document, path, images?}
 * Result: {notes: [{kind, message, file?, pointer?}], removed: [string], unchanged, written:
 *   [string]}
 * Parameters and status as in storeship_call.
 */
int32_t storeship_listing_write(storeship_client client, const char *request, char **response);

/**
 * `listing.convert`: write the listings of another tool into a folder.
 * Request: {format, from, path, mediaLanguage?, mediaPath?, replace?}
 * Result: {notes: [{kind, message, file?, pointer?}], unchanged, written: [string]}
 * Parameters and status as in storeship_call.
 */
int32_t storeship_listing_convert(storeship_client client, const char *request, char **response);

/**
 * `listing.read`: what a folder of listings changes in a submission.
 * Request: {document, path, allowImageRemoval?, basePath?, images?, overwrite?: [string],
 *   removeLanguages?: [string], removeTrailers?}
 * Result: {edits: [{op, path, old?, value?}], leftAlone: [string], notes: [{kind, message, file?,
 *   pointer?}], uploads: [{bytes, file, name, sha256}]}
 * Parameters and status as in storeship_call.
 */
int32_t storeship_listing_read(storeship_client client, const char *request, char **response);

/**
 * `document.get`: the value at a pointer, as it stands in the document.
 * Request: {document, pointer}
 * Result: any JSON value
 * Parameters and status as in storeship_call.
 */
int32_t storeship_document_get(storeship_client client, const char *request, char **response);

/**
 * `document.set`: the document with another value at a pointer.
 * Request: {document, pointer, value}
 * Result: any JSON value
 * Parameters and status as in storeship_call.
 */
int32_t storeship_document_set(storeship_client client, const char *request, char **response);

/**
 * `document.remove`: the document without the value at a pointer.
 * Request: {document, pointer}
 * Result: any JSON value
 * Parameters and status as in storeship_call.
 */
int32_t storeship_document_remove(storeship_client client, const char *request, char **response);

/**
 * `document.format`: the document with other white space.
 * Request: {document, style}
 * Result: any JSON value
 * Parameters and status as in storeship_call.
 */
int32_t storeship_document_format(storeship_client client, const char *request, char **response);

/**
 * `document.inspect`: depth, duplicate keys and other oddities.
 * Request: {document}
 * Result: {arrays, bytes, caseTwins: {count, pointers: [string]}, depth, duplicateNames: {count,
 *   pointers: [string]}, loneSurrogates: {count, pointers: [string]}, members, objects}
 * Parameters and status as in storeship_call.
 */
int32_t storeship_document_inspect(storeship_client client, const char *request, char **response);

/**
 * `document.merge`: the baseline with the edits of an edited copy applied to its text.
 * Request: {baseline, edited, current?, force?: [string], notes?}
 * Result: any JSON value
 * Parameters and status as in storeship_call.
 */
int32_t storeship_document_merge(storeship_client client, const char *request, char **response);

/**
 * `document.patch`: the document after the operations of a JSON Patch.
 * Request: {document, operations: [{op, path, from?, old?, value?}]}
 * Result: any JSON value
 * Parameters and status as in storeship_call.
 */
int32_t storeship_document_patch(storeship_client client, const char *request, char **response);

/**
 * `service.check`: whether everything is in place: the response is ok in either case, and the result has the findings.
 * Request: {appIds?: [string], retryTimeoutSeconds?}
 * Result: {findings: [{message, name, ok, appId?, clientId?, credential?, error?: an error,
 *   expiresAt?, remedy?, tenantId?, warnings?: [string]}], ok, proxies: [{host, source, proxy?}]}
 * Parameters and status as in storeship_call.
 */
int32_t storeship_service_check(storeship_client client,
                                const char *request,
                                char **response);

/**
 * `service.call`: send any request to the service, with a token and retries.
 * Request: {method, path, allowFree?, body?, retryTimeoutSeconds?}
 * Result: {body, status}
 * Parameters and status as in storeship_call.
 */
int32_t storeship_service_call(storeship_client client, const char *request, char **response);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* STORESHIP_H */
