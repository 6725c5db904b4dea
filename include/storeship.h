/* StoreShip: Microsoft Store submissions from build agents. C ABI, version 1.
 *
 * Everything is JSON: a request goes in as a string, a response comes back as a string, always one object:
 *   {"ok":true,"result":...}    or    {"ok":false,"error":{"code","message","retryable","hint",...}}
 * The return value is the coarse class of the outcome (the STORESHIP_ constants): 0 is success. Switch on `error.code`
 * in programs, show `error.message` and `error.hint` to people.
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
 * Encoding   Strings are UTF-8 and end with a NUL. A request of NULL is {}.
 * Ownership  Strings that you pass are borrowed for the call. Strings that you get are yours; give them back with
 *            storeship_string_free, and to nothing else. *response is always set, also when the call failed; it is
 *            NULL only when memory ran out, or `response` itself was NULL.
 * Ids        Clients and jobs are numbers. A closed one is an error (STORESHIP_UNKNOWN_ID), never undefined. Client 0
 *            is the offline client: document, package and library operations need no other.
 * Threads    Any function from any thread at any time. Nothing calls you back: the events of a job are pulled.
 * Jobs       Long operations (package.upload, submission.wait, publish) can be started with storeship_job_start. Then
 *            take events with storeship_job_next until one of type "completed", which holds the response.
 * Forks      A child process must open clients of its own (STORESHIP_FORKED).
 * Unloading  Never unload the library: close the last client instead, which ends its threads.
 *
 * Within a version of the ABI functions, numbers, codes and fields are only added.
 */


#ifndef STORESHIP_H
#define STORESHIP_H

#include <stdint.h>

/**
 * Success.
 */
#define STORESHIP_OK 0

/**
 * storeship_job_next: nothing has happened in that time.
 */
#define STORESHIP_NOTHING_YET 1

/**
 * An argument or a request that can't be used.
 */
#define STORESHIP_INVALID 2

/**
 * A fault of the library was caught; the client stays usable.
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
 * Called in a child of the process that opened the client.
 */
#define STORESHIP_FORKED 6

/**
 * Sign-in failed or was refused.
 */
#define STORESHIP_AUTHENTICATION 10

/**
 * The other side was not reached, or the answer did not come whole.
 */
#define STORESHIP_NETWORK 11

/**
 * The service refused, or the submission failed there.
 */
#define STORESHIP_SERVICE 12

/**
 * Cancelled by the caller, or its time ran out.
 */
#define STORESHIP_CANCELLED 13

/**
 * A file of this machine is missing, unreadable or unfit.
 */
#define STORESHIP_FILE 14

/**
 * Refused before anything was sent, because it would damage data.
 */
#define STORESHIP_PROTECTED 15

/**
 * A client's id. 0 is the offline client, which is always there.
 */
typedef uint64_t storeship_client;

/**
 * A job's id.
 */
typedef uint64_t storeship_job;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The version of this interface: 1. Within a version things are only added.
 */
uint32_t storeship_abi_version(void);

/**
 * The version of the library, "0.1.0". Static: never freed.
 */
const char *storeship_version(void);

/**
 * Opens a client for one account. `config` is a JSON object: the credential, and what differs from the defaults.
 * Nothing is sent yet. `*client` is set on success, to 0 otherwise; `*response` always.
 * `config` is NULL or a NUL-terminated string; `client` and `response` point to variables of the caller.
 */
int32_t storeship_client_open(const char *config,
                              storeship_client *client,
                              char **response);

/**
 * Closes a client: cancels its jobs and waits briefly for them. Using its id afterwards is an error, not undefined.
 */
int32_t storeship_client_close(storeship_client client);

/**
 * Runs an operation and waits for its end. `request` is a JSON object; NULL is an empty one. `*response` is always
 * set.
 * `operation` and `request` are NULL or NUL-terminated strings; `response` points to a variable of the caller.
 */
int32_t storeship_call(storeship_client client,
                       const char *operation,
                       const char *request,
                       char **response);

/**
 * Starts an operation in the background. `*job` is set on success, to 0 otherwise; `*response` always. The events
 * are taken with storeship_job_next until `completed`.
 * `operation` and `request` are NULL or NUL-terminated strings; `job` and `response` point to variables of the
 * caller.
 */
int32_t storeship_job_start(storeship_client client,
                            const char *operation,
                            const char *request,
                            storeship_job *job,
                            char **response);

/**
 * Takes the next event of a job, waiting for it at most `timeout_ms`. 0 with an event, 1 with `*event` NULL when
 * nothing has happened. `completed` is the last event; after it the id is unknown.
 * `event` points to a variable of the caller.
 */
int32_t storeship_job_next(storeship_job job,
                           uint32_t timeout_ms,
                           char **event);

/**
 * Cancels a job. Its last event is `completed` with code `cancelled`, unless it ended before. Harmless for a job that
 * has ended or was never there.
 */
int32_t storeship_job_cancel(storeship_job job);

/**
 * Frees a string that this library gave. NULL is fine.
 * `string` is NULL, or came from this library and was not freed.
 */
void storeship_string_free(char *string);

/**
 * `library.info`: version, ABI version and features of the library.
 * As storeship_call.
 */
int32_t storeship_library_info(storeship_client client, const char *request, char **response);

/**
 * `library.operations`: all operations with their fields.
 * As storeship_call.
 */
int32_t storeship_library_operations(storeship_client client, const char *request, char **response);

/**
 * `library.errors`: all error codes with meaning and remedy.
 * As storeship_call.
 */
int32_t storeship_library_errors(storeship_client client, const char *request, char **response);

/**
 * `library.guards`: all guards of a merge with meaning and remedy.
 * As storeship_call.
 */
int32_t storeship_library_guards(storeship_client client, const char *request, char **response);

/**
 * `token.check`: sign in and tell how long the token lives.
 * As storeship_call.
 */
int32_t storeship_token_check(storeship_client client, const char *request, char **response);

/**
 * `app.list`: all apps of the account.
 * As storeship_call.
 */
int32_t storeship_app_list(storeship_client client, const char *request, char **response);

/**
 * `app.get`: one app.
 * As storeship_call.
 */
int32_t storeship_app_get(storeship_client client, const char *request, char **response);

/**
 * `app.flights`: the package flights of an app.
 * As storeship_call.
 */
int32_t storeship_app_flights(storeship_client client, const char *request, char **response);

/**
 * `app.add_ons`: the ids of the add-ons of an app.
 * As storeship_call.
 */
int32_t storeship_app_add_ons(storeship_client client, const char *request, char **response);

/**
 * `flight.get`: one package flight.
 * As storeship_call.
 */
int32_t storeship_flight_get(storeship_client client, const char *request, char **response);

/**
 * `flight.create`: create a package flight.
 * As storeship_call.
 */
int32_t storeship_flight_create(storeship_client client, const char *request, char **response);

/**
 * `flight.delete`: delete a package flight.
 * As storeship_call.
 */
int32_t storeship_flight_delete(storeship_client client, const char *request, char **response);

/**
 * `add_on.list`: all add-ons of the account.
 * As storeship_call.
 */
int32_t storeship_add_on_list(storeship_client client, const char *request, char **response);

/**
 * `add_on.get`: one add-on.
 * As storeship_call.
 */
int32_t storeship_add_on_get(storeship_client client, const char *request, char **response);

/**
 * `add_on.create`: create an add-on.
 * As storeship_call.
 */
int32_t storeship_add_on_create(storeship_client client, const char *request, char **response);

/**
 * `add_on.delete`: delete an add-on.
 * As storeship_call.
 */
int32_t storeship_add_on_delete(storeship_client client, const char *request, char **response);

/**
 * `submission.create`: start a draft: a copy of what is published.
 * As storeship_call.
 */
int32_t storeship_submission_create(storeship_client client, const char *request, char **response);

/**
 * `submission.get`: the whole submission, as the service sent it.
 * As storeship_call.
 */
int32_t storeship_submission_get(storeship_client client, const char *request, char **response);

/**
 * `submission.update`: replace the content of a draft.
 * As storeship_call.
 */
int32_t storeship_submission_update(storeship_client client, const char *request, char **response);

/**
 * `submission.commit`: submit a draft to the Store.
 * As storeship_call.
 */
int32_t storeship_submission_commit(storeship_client client, const char *request, char **response);

/**
 * `submission.status`: the state and its errors and warnings.
 * As storeship_call.
 */
int32_t storeship_submission_status(storeship_client client, const char *request, char **response);

/**
 * `submission.delete`: delete a draft or a failed submission.
 * As storeship_call.
 */
int32_t storeship_submission_delete(storeship_client client, const char *request, char **response);

/**
 * `submission.wait`: wait until it is processed or published.
 * As storeship_call.
 */
int32_t storeship_submission_wait(storeship_client client, const char *request, char **response);

/**
 * `rollout.get`: the gradual rollout of a submission.
 * As storeship_call.
 */
int32_t storeship_rollout_get(storeship_client client, const char *request, char **response);

/**
 * `rollout.set`: change the share of users who get the packages.
 * As storeship_call.
 */
int32_t storeship_rollout_set(storeship_client client, const char *request, char **response);

/**
 * `rollout.halt`: stop the rollout.
 * As storeship_call.
 */
int32_t storeship_rollout_halt(storeship_client client, const char *request, char **response);

/**
 * `rollout.finalize`: give the packages to everybody.
 * As storeship_call.
 */
int32_t storeship_rollout_finalize(storeship_client client, const char *request, char **response);

/**
 * `package.inspect`: what is inside an app package or bundle.
 * As storeship_call.
 */
int32_t storeship_package_inspect(storeship_client client, const char *request, char **response);

/**
 * `package.upload`: send files to a draft as one ZIP.
 * As storeship_call.
 */
int32_t storeship_package_upload(storeship_client client, const char *request, char **response);

/**
 * `package.write`: write the ZIP that an upload would send.
 * As storeship_call.
 */
int32_t storeship_package_write(storeship_client client, const char *request, char **response);

/**
 * `publish`: a release from start to end.
 * As storeship_call.
 */
int32_t storeship_publish(storeship_client client, const char *request, char **response);

/**
 * `publish.plan`: what publish would do, without doing it.
 * As storeship_call.
 */
int32_t storeship_publish_plan(storeship_client client, const char *request, char **response);

/**
 * `document.get`: the value at a pointer, as it stands in the document.
 * As storeship_call.
 */
int32_t storeship_document_get(storeship_client client, const char *request, char **response);

/**
 * `document.set`: the document with another value at a pointer.
 * As storeship_call.
 */
int32_t storeship_document_set(storeship_client client, const char *request, char **response);

/**
 * `document.remove`: the document without the value at a pointer.
 * As storeship_call.
 */
int32_t storeship_document_remove(storeship_client client, const char *request, char **response);

/**
 * `document.format`: the document with other white space.
 * As storeship_call.
 */
int32_t storeship_document_format(storeship_client client, const char *request, char **response);

/**
 * `document.inspect`: depth, duplicate keys and other oddities.
 * As storeship_call.
 */
int32_t storeship_document_inspect(storeship_client client, const char *request, char **response);

/**
 * `document.merge`: the baseline with the edits of an edited copy cut in.
 * As storeship_call.
 */
int32_t storeship_document_merge(storeship_client client, const char *request, char **response);

/**
 * `document.patch`: the document with the operations of a JSON Patch.
 * As storeship_call.
 */
int32_t storeship_document_patch(storeship_client client, const char *request, char **response);

/**
 * `service.check`: whether everything is in place, and what to do about the rest.
 * As storeship_call.
 */
int32_t storeship_service_check(storeship_client client, const char *request, char **response);

/**
 * `service.call`: any call of the service, signed and repeated.
 * As storeship_call.
 */
int32_t storeship_service_call(storeship_client client, const char *request, char **response);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* STORESHIP_H */
