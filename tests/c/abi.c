/* Checks in C99 that the library behaves as storeship.h says.
 *
 *   abi <config.json> <app id> <package> [how often to open and close a client]
 *
 * Each function below checks one promise. No check sleeps: each waits for the event that it needs.
 */
#define _POSIX_C_SOURCE 200809L

#include <dirent.h>
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storeship.h"

#if defined(__SANITIZE_ADDRESS__)
#define ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ADDRESS_SANITIZER 1
#endif
#endif

/* Longer than any test runs. */
#define FOREVER "\"pollSeconds\":100000"

static const char *config_path;
static const char *app;
static const char *package;
static char config[8192];
/* How many clients are opened and closed. The numbers of calls per thread and of forks are fractions of this number. */
static int times = 200;

#define CHECK(condition)                                                                   \
    do {                                                                                   \
        if (!(condition)) {                                                                \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);        \
            _exit(1);                                                                      \
        }                                                                                  \
    } while (0)

/* Checks a status, and that the response contains `part`; frees the response. */
#define CHECK_RESPONSE(expected, call, response, part) check_response(__LINE__, expected, call, &(response), part)

static void check_response(int line, int32_t expected, int32_t status, char **response, const char *part)
{
    if (status != expected || *response == NULL || strstr(*response, part) == NULL) {
        fprintf(stderr, "line %d: %" PRId32 ", not %" PRId32 " with %s: %s\n", line, status, expected, part,
                *response == NULL ? "NULL" : *response);
        _exit(1);
    }
    storeship_string_free(*response);
    *response = NULL;
}

static storeship_client open_client(void)
{
    storeship_client client = 0;
    char *response = NULL;

    CHECK_RESPONSE(STORESHIP_OK, storeship_client_open(config, &client, &response), response, "\"ok\":true");
    CHECK(client != 0);
    return client;
}

static void version(void)
{
    CHECK(storeship_abi_version() == 1);
    CHECK(strchr(storeship_version(), '.') != NULL);
    CHECK(storeship_version() == storeship_version());
}

static void null_arguments(storeship_client client)
{
    char *response = NULL;
    char *event = NULL;
    storeship_job job = 7;
    storeship_client other = 7;

    storeship_string_free(NULL);
    CHECK(storeship_call(0, "library.info", NULL, NULL) == STORESHIP_INVALID);
    CHECK(storeship_client_open(config, &other, NULL) == STORESHIP_INVALID);
    CHECK(storeship_client_open(NULL, NULL, NULL) == STORESHIP_INVALID);
    CHECK(storeship_job_start(client, "publish", NULL, &job, NULL) == STORESHIP_INVALID);
    CHECK(storeship_job_next(1, 0, NULL) == STORESHIP_INVALID);
    CHECK(storeship_client_next(client, 0, NULL, &event) == STORESHIP_INVALID && event == NULL);
    CHECK(storeship_client_next(client, 0, &job, NULL) == STORESHIP_INVALID && job == 0);
    CHECK(storeship_app_get(client, NULL, NULL) == STORESHIP_INVALID);
    CHECK_RESPONSE(STORESHIP_INVALID, storeship_client_open(config, NULL, &response), response, "\"argument.null\"");
    CHECK_RESPONSE(STORESHIP_INVALID, storeship_call(0, NULL, "{}", &response), response, "`operation` is NULL");
    CHECK_RESPONSE(STORESHIP_INVALID, storeship_job_start(client, NULL, "{}", &job, &response), response,
                   "\"argument.null\"");
    CHECK(job == 0);
    job = 7;
    CHECK_RESPONSE(STORESHIP_INVALID, storeship_job_start(client, "publish", "{}", NULL, &response), response,
                   "`job` is NULL");
    CHECK(storeship_job_next(0, 0, &event) == STORESHIP_UNKNOWN_ID && event == NULL);
    /* A request of NULL is {}. */
    CHECK_RESPONSE(STORESHIP_OK, storeship_library_info(0, NULL, &response), response, "\"abiVersion\":1");
    CHECK_RESPONSE(STORESHIP_INVALID, storeship_app_get(client, NULL, &response), response, "\"ok\":false");
}

static void responses_are_always_set(storeship_client client)
{
    static char old[] = "what was there before";
    char *response = old;
    storeship_client other = 7;
    storeship_job job = 7;

    CHECK_RESPONSE(STORESHIP_UNKNOWN_OPERATION, storeship_call(client, "no.such", "{}", &response), response,
                   "\"operation.unknown\"");
    response = old;
    CHECK_RESPONSE(STORESHIP_INVALID, storeship_client_open("{", &other, &response), response, "\"request.syntax\"");
    CHECK(other == 0);
    response = old;
    CHECK_RESPONSE(STORESHIP_UNKNOWN_OPERATION, storeship_job_start(client, "no.such", "{}", &job, &response),
                   response, "\"operation.unknown\"");
    CHECK(job == 0);
}

static void invalid_utf8(storeship_client client)
{
    char *response = NULL;
    storeship_client other = 0;
    storeship_job job = 0;

    CHECK_RESPONSE(STORESHIP_INVALID, storeship_call(client, "app.\xff", "{}", &response), response,
                   "`operation` is not valid UTF-8 at byte 4");
    CHECK_RESPONSE(STORESHIP_INVALID, storeship_app_get(client, "{\"appId\":\"\xc3\x28\"}", &response), response,
                   "\"argument.encoding\"");
    CHECK_RESPONSE(STORESHIP_INVALID, storeship_client_open("\xed\xa0\x80", &other, &response), response,
                   "\"argument.encoding\"");
    CHECK_RESPONSE(STORESHIP_INVALID, storeship_job_start(client, "publish", "\xf8", &job, &response), response,
                   "\"argument.encoding\"");
}

static void wrong_requests(storeship_client client)
{
    static const struct {
        const char *request;
        const char *code;
    } rows[] = {
        {"", "\"request.syntax\""},
        {"null", "\"request.invalid\""},
        {"[]", "\"request.invalid\""},
        {"{\"appId\":\"A\"", "\"request.syntax\""},
        {"{\"appId\":\"A\"} x", "\"request.syntax\""},
        {"{\"appId\":\"A\",\"colour\":1}", "\"request.unknown_field\""},
        {"{\"appId\":1}", "\"request.invalid\""},
        {"{\"appId\":\"\"}", "\"request.blank_id\""},
        {"{\"appId\":\"A\",\"timeoutSeconds\":\"1\"}", "\"request.invalid\""},
        {"{\"appId\":\"A\",\"timeoutSeconds\":-1}", "\"request.invalid\""},
    };
    char *response = NULL;
    size_t row;

    for (row = 0; row < sizeof rows / sizeof rows[0]; row++) {
        CHECK_RESPONSE(STORESHIP_INVALID, storeship_call(client, "app.get", rows[row].request, &response), response,
                       rows[row].code);
    }
    CHECK_RESPONSE(STORESHIP_INVALID, storeship_client_open("{\"colour\":1}", &client, &response), response,
                   "\"request.unknown_field\"");
}

static void offline_client(void)
{
    char *response = NULL;
    char *event = NULL;
    storeship_job job = 7;

    CHECK_RESPONSE(STORESHIP_OK,
                   storeship_document_get(0, "{\"document\":{\"a\":[1.50]},\"pointer\":\"/a/0\"}", &response),
                   response, "{\"ok\":true,\"result\":1.50}");
    CHECK_RESPONSE(STORESHIP_OK, storeship_library_operations(0, "{}", &response), response, "storeship_app_get");
    CHECK_RESPONSE(STORESHIP_OK, storeship_library_errors(0, "{}", &response), response, "\"process.forked\"");
    CHECK_RESPONSE(STORESHIP_INVALID, storeship_app_list(0, NULL, &response), response, "\"operation.needs_client\"");
    CHECK_RESPONSE(STORESHIP_INVALID, storeship_job_start(0, "publish", "{}", &job, &response), response,
                   "\"operation.needs_client\"");
    CHECK(job == 0);
    CHECK_RESPONSE(STORESHIP_FILE, storeship_package_inspect(0, "{\"path\":\"no/such.msix\"}", &response), response,
                   "\"file.not_found\"");
    CHECK(storeship_client_close(0) == STORESHIP_UNKNOWN_ID);
    CHECK(storeship_job_next(0, 0, &event) == STORESHIP_UNKNOWN_ID);
    CHECK(storeship_client_next(0, UINT32_MAX, &job, &event) == STORESHIP_UNKNOWN_ID);
}

static void closed_ids(void)
{
    storeship_client client = open_client();
    storeship_job job = 7;
    char *response = NULL;
    char *event = NULL;

    CHECK(storeship_client_close(client) == STORESHIP_OK);
    CHECK(storeship_client_close(client) == STORESHIP_UNKNOWN_ID);
    CHECK_RESPONSE(STORESHIP_UNKNOWN_ID, storeship_app_list(client, NULL, &response), response, "\"client.unknown\"");
    CHECK_RESPONSE(STORESHIP_UNKNOWN_ID, storeship_library_info(client, NULL, &response), response,
                   "\"client.unknown\"");
    CHECK_RESPONSE(STORESHIP_UNKNOWN_ID, storeship_job_start(client, "publish", "{}", &job, &response), response,
                   "\"client.unknown\"");
    CHECK(job == 0);
    CHECK_RESPONSE(STORESHIP_UNKNOWN_ID, storeship_app_list(UINT64_MAX, NULL, &response), response,
                   "\"client.unknown\"");
    CHECK(storeship_client_close(UINT64_MAX) == STORESHIP_UNKNOWN_ID);
    CHECK(storeship_job_next(UINT64_MAX, 0, &event) == STORESHIP_UNKNOWN_ID && event == NULL);
    job = 7;
    CHECK(storeship_client_next(client, UINT32_MAX, &job, &event) == STORESHIP_UNKNOWN_ID && job == 0 && event == NULL);
    CHECK(storeship_job_cancel(UINT64_MAX) == STORESHIP_OK);
    CHECK(storeship_job_close(UINT64_MAX) == STORESHIP_OK);
    CHECK(open_client() > client);
    CHECK(storeship_client_close(client + 1) == STORESHIP_OK || storeship_client_close(client + 2) == STORESHIP_OK);
}

static storeship_job start(storeship_client client, const char *operation, const char *request)
{
    storeship_job job = 0;
    char *response = NULL;

    CHECK_RESPONSE(STORESHIP_OK, storeship_job_start(client, operation, request, &job, &response), response, "\"job\":");
    CHECK(job != 0);
    return job;
}

/* Takes events of a job until one contains `part`. */
static void await_event(storeship_job job, const char *part)
{
    int found = 0;

    while (!found) {
        char *event = NULL;
        int32_t status = storeship_job_next(job, 60000, &event);

        CHECK(status == STORESHIP_OK && event != NULL);
        found = strstr(event, part) != NULL;
        if (!found && strstr(event, "\"type\":\"completed\"") != NULL) {
            fprintf(stderr, "ended before %s: %s\n", part, event);
            _exit(1);
        }
        storeship_string_free(event);
    }
}

static void await_nothing(storeship_job job)
{
    static char old[] = "what was there before";
    char *event = old;
    int32_t status = storeship_job_next(job, 10, &event);

    while (status == STORESHIP_OK) {
        CHECK(strstr(event, "\"type\":\"completed\"") == NULL);
        storeship_string_free(event);
        status = storeship_job_next(job, 10, &event);
    }
    CHECK(status == STORESHIP_NOTHING_YET && event == NULL);
}

static void publish_request(char *request, size_t size)
{
    snprintf(request, size, "{\"appId\":\"%s\",\"packages\":[\"%s\"],\"draft\":\"replace\"," FOREVER "}", app, package);
}

static void a_job_ends_once(storeship_client client)
{
    storeship_job job = start(client, "app.list", "{}");
    char *event = NULL;

    await_event(job, "{\"type\":\"completed\",\"response\":{\"ok\":true,");
    CHECK(storeship_job_next(job, 0, &event) == STORESHIP_UNKNOWN_ID && event == NULL);
    CHECK(storeship_job_cancel(job) == STORESHIP_OK);
    /* An offline operation can be a job too. A job that fails completes with the error. */
    await_event(start(client, "library.info", "{}"), "\"abiVersion\":1");
    await_event(start(client, "app.get", "{}"), "{\"type\":\"completed\",\"response\":{\"ok\":false,");
}

/* Deletes the draft of the app, if there is one. */
static void remove_draft(storeship_client client)
{
    char request[512];
    char *response = NULL;
    char *id;

    snprintf(request, sizeof request, "{\"appId\":\"%s\"}", app);
    CHECK(storeship_app_get(client, request, &response) == STORESHIP_OK);
    id = strstr(response, "\"pendingApplicationSubmission\"");
    if (id != NULL) {
        id = strstr(id, "\"id\":");
        CHECK(id != NULL);
        id = strchr(id + 5, '"') + 1;
        *strchr(id, '"') = '\0';
        snprintf(request, sizeof request, "{\"appId\":\"%s\",\"submissionId\":\"%s\"}", app, id);
        storeship_string_free(response);
        (void)storeship_submission_delete(client, request, &response);
    }
    storeship_string_free(response);
}

static void cancelled_while_waiting(storeship_client client)
{
    char request[4096];
    storeship_job job;
    char *event = NULL;

    publish_request(request, sizeof request);
    job = start(client, "publish", request);
    await_event(job, "\"type\":\"status\"");
    await_nothing(job);
    CHECK(storeship_job_cancel(job) == STORESHIP_OK);
    CHECK(storeship_job_cancel(job) == STORESHIP_OK);
    await_event(job, "{\"type\":\"completed\",\"response\":{\"ok\":false,\"error\":{\"code\":\"cancelled\"");
    CHECK(storeship_job_next(job, 0, &event) == STORESHIP_UNKNOWN_ID && event == NULL);
}

struct wait {
    storeship_client client;
    char request[512];
    int32_t status;
    char *response;
};

static void *call_wait(void *argument)
{
    struct wait *wait = argument;

    wait->status = storeship_submission_wait(wait->client, wait->request, &wait->response);
    return NULL;
}

/* Writes the id of the submission that is being processed to `id`. */
static void pending_submission_id(storeship_client client, char *id, size_t size)
{
    char request[512];
    char *response = NULL;
    char *found;

    snprintf(request, sizeof request, "{\"appId\":\"%s\"}", app);
    CHECK(storeship_app_get(client, request, &response) == STORESHIP_OK);
    found = strstr(response, "\"pendingApplicationSubmission\"");
    CHECK(found != NULL);
    found = strchr(strstr(found, "\"id\":") + 5, '"') + 1;
    *strchr(found, '"') = '\0';
    snprintf(id, size, "%s", found);
    storeship_string_free(response);
}

/* Starts a job that runs until it is cancelled, and takes its first status event. */
static storeship_job waiting_job(storeship_client client)
{
    char request[512];
    char id[128];
    storeship_job job;

    pending_submission_id(client, id, sizeof id);
    snprintf(request, sizeof request, "{\"appId\":\"%s\",\"submissionId\":\"%s\"," FOREVER "}", app, id);
    job = start(client, "submission.wait", request);
    await_event(job, "\"type\":\"status\"");
    return job;
}

/* Takes the events of a client until it is closed. */
static void *pump(void *argument)
{
    int32_t status = STORESHIP_OK;

    while (status == STORESHIP_OK) {
        storeship_job job = 7;
        char *event = NULL;

        status = storeship_client_next(*(storeship_client *)argument, UINT32_MAX, &job, &event);
        CHECK((status == STORESHIP_OK) == (event != NULL) && (event != NULL) == (job != 0));
        storeship_string_free(event);
    }
    CHECK(status == STORESHIP_UNKNOWN_ID);
    return NULL;
}

/* Closing a client ends its calls and jobs, wakes the threads that wait for their events, and frees the jobs. */
static void close_ends_what_is_under_way(void)
{
    storeship_client client = open_client();
    storeship_job job = waiting_job(client);
    struct wait wait;
    pthread_t threads[3];
    char id[128];
    char *event = NULL;
    int n;

    pending_submission_id(client, id, sizeof id);
    memset(&wait, 0, sizeof wait);
    wait.client = client;
    snprintf(wait.request, sizeof wait.request, "{\"appId\":\"%s\",\"submissionId\":\"%s\"," FOREVER "}", app, id);
    CHECK(pthread_create(&threads[0], NULL, call_wait, &wait) == 0);
    for (n = 1; n < 3; n++) {
        CHECK(pthread_create(&threads[n], NULL, pump, &client) == 0);
    }
    CHECK(storeship_client_close(client) == STORESHIP_OK);
    for (n = 0; n < 3; n++) {
        CHECK(pthread_join(threads[n], NULL) == 0);
    }
    /* UNKNOWN_ID if the thread called after the client was closed. */
    CHECK(wait.status == STORESHIP_CANCELLED || wait.status == STORESHIP_UNKNOWN_ID);
    CHECK(strstr(wait.response, "\"ok\":false") != NULL);
    storeship_string_free(wait.response);
    CHECK(storeship_job_next(job, UINT32_MAX, &event) == STORESHIP_UNKNOWN_ID && event == NULL);
}

/* A closed job is cancelled and freed; the client and its other jobs keep running. */
static void closed_jobs(storeship_client client)
{
    storeship_job job = waiting_job(client);
    storeship_job other = start(client, "app.list", "{}");
    storeship_job found = 7;
    char *event = NULL;

    CHECK(storeship_job_close(job) == STORESHIP_OK);
    CHECK(storeship_job_next(job, UINT32_MAX, &event) == STORESHIP_UNKNOWN_ID && event == NULL);
    CHECK(storeship_job_close(job) == STORESHIP_OK);
    CHECK(storeship_job_cancel(job) == STORESHIP_OK);
    CHECK(storeship_client_next(client, 60000, &found, &event) == STORESHIP_OK && found == other);
    CHECK(strstr(event, "{\"type\":\"completed\",\"response\":{\"ok\":true,") == event);
    storeship_string_free(event);
    CHECK(storeship_job_close(other) == STORESHIP_OK);
}

/* One thread takes the events of all jobs; each job ends once. */
static void one_pump(storeship_client client)
{
    storeship_job jobs[20];
    storeship_job job = 7;
    char *event = NULL;
    int ends[20] = {0};
    int ended = 0;
    int n;

    CHECK(storeship_client_next(client, 0, &job, &event) == STORESHIP_NOTHING_YET && job == 0 && event == NULL);
    for (n = 0; n < 20; n++) {
        jobs[n] = start(client, "app.list", "{}");
    }
    while (ended < 20) {
        CHECK(storeship_client_next(client, 60000, &job, &event) == STORESHIP_OK);
        if (strstr(event, "\"type\":\"completed\"") != NULL) {
            for (n = 0; n < 20 && jobs[n] != job; n++) {
            }
            CHECK(n < 20 && ends[n] == 0);
            ends[n] = 1;
            ended++;
        }
        storeship_string_free(event);
    }
    CHECK(storeship_client_next(client, 0, &job, &event) == STORESHIP_NOTHING_YET);
}

static void *call_often(void *argument)
{
    storeship_client client = *(storeship_client *)argument;
    char request[512];
    int n;

    snprintf(request, sizeof request, "{\"appId\":\"%s\"}", app);
    for (n = 0; n < times / 10; n++) {
        char *response = NULL;
        CHECK_RESPONSE(STORESHIP_OK, storeship_app_get(client, request, &response), response, app);
        await_event(start(client, "app.get", request), "\"ok\":true");
    }
    return NULL;
}

static void two_threads(storeship_client client)
{
    pthread_t threads[2];
    int n;

    for (n = 0; n < 2; n++) {
        CHECK(pthread_create(&threads[n], NULL, call_often, &client) == 0);
    }
    for (n = 0; n < 2; n++) {
        CHECK(pthread_join(threads[n], NULL) == 0);
    }
}

static void *take_last(void *argument)
{
    int32_t status = STORESHIP_OK;

    while (status == STORESHIP_OK) {
        char *event = NULL;
        status = storeship_job_next(*(storeship_job *)argument, UINT32_MAX, &event);
        storeship_string_free(event);
    }
    CHECK(status == STORESHIP_UNKNOWN_ID);
    return NULL;
}

/* Two threads take events of one job; neither waits forever. */
static void two_threads_on_a_job(storeship_client client)
{
    pthread_t threads[2];
    storeship_job job = waiting_job(client);
    int n;

    for (n = 0; n < 2; n++) {
        CHECK(pthread_create(&threads[n], NULL, take_last, &job) == 0);
    }
    CHECK(storeship_job_cancel(job) == STORESHIP_OK);
    for (n = 0; n < 2; n++) {
        CHECK(pthread_join(threads[n], NULL) == 0);
    }
}

static pthread_key_t key;

static void call_at_the_end(void *argument)
{
    char *response = NULL;
    storeship_client *client = argument;

    CHECK_RESPONSE(STORESHIP_OK, storeship_library_info(0, NULL, &response), response, "\"ok\":true");
    CHECK_RESPONSE(STORESHIP_OK, storeship_app_list(*client, NULL, &response), response, "\"ok\":true");
    await_event(start(*client, "app.list", "{}"), "\"ok\":true");
}

static void *call_and_end(void *argument)
{
    char *response = NULL;

    CHECK(pthread_setspecific(key, argument) == 0);
    CHECK_RESPONSE(STORESHIP_OK, storeship_app_list(*(storeship_client *)argument, NULL, &response), response,
                   "\"ok\":true");
    return NULL;
}

/* A thread may call the library while the thread ends, after its thread-local variables were destroyed. */
static void a_thread_that_ends(storeship_client client)
{
    pthread_t thread;

    CHECK(pthread_key_create(&key, call_at_the_end) == 0);
    CHECK(pthread_create(&thread, NULL, call_and_end, &client) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK(pthread_key_delete(key) == 0);
}

/* Checks what a child process gets after a fork. Returns the line of the check that failed, or 0. */
static int in_the_child(storeship_client client, storeship_job job)
{
    char *response = NULL;
    char *event = NULL;
    storeship_job any = 7;
    storeship_client own = 0;
    storeship_job other = 7;

    if (storeship_app_list(client, NULL, &response) != STORESHIP_FORKED) return __LINE__;
    if (response == NULL || strstr(response, "\"process.forked\"") == NULL) return __LINE__;
    storeship_string_free(response);
    if (storeship_job_start(client, "app.list", "{}", &other, &response) != STORESHIP_FORKED) return __LINE__;
    storeship_string_free(response);
    if (other != 0) return __LINE__;
    if (storeship_job_next(job, UINT32_MAX, &event) != STORESHIP_FORKED || event != NULL) return __LINE__;
    if (storeship_client_next(client, UINT32_MAX, &any, &event) != STORESHIP_FORKED || event != NULL) return __LINE__;
    if (storeship_job_cancel(job) != STORESHIP_OK) return __LINE__;
    if (storeship_job_close(job) != STORESHIP_OK) return __LINE__;
    if (storeship_client_close(client) != STORESHIP_FORKED) return __LINE__;
    if (storeship_library_info(0, NULL, &response) != STORESHIP_OK) return __LINE__;
    storeship_string_free(response);
    /* The child opens a client of its own. */
    if (storeship_client_open(config, &own, &response) != STORESHIP_OK) return __LINE__;
    storeship_string_free(response);
    if (own <= client) return __LINE__;
    if (storeship_app_list(own, NULL, &response) != STORESHIP_OK) return __LINE__;
    storeship_string_free(response);
    if (storeship_app_list(client, NULL, &response) != STORESHIP_FORKED) return __LINE__;
    storeship_string_free(response);
    if (storeship_client_close(own) != STORESHIP_OK) return __LINE__;
    if (storeship_client_close(own) != STORESHIP_UNKNOWN_ID) return __LINE__;
    return 0;
}

static void *call_until_stopped(void *argument)
{
    volatile int *told = argument;

    while (!*told) {
        char *event = NULL;
        CHECK(storeship_job_next(UINT64_MAX, 0, &event) == STORESHIP_UNKNOWN_ID);
    }
    return NULL;
}

/* A child gets STORESHIP_FORKED, even if another thread was inside the library during the fork. */
static void forks(storeship_client client)
{
    char request[512];
    char id[128];
    storeship_job job;
    pthread_t thread;
    volatile int told = 0;
    int n;

    pending_submission_id(client, id, sizeof id);
    snprintf(request, sizeof request, "{\"appId\":\"%s\",\"submissionId\":\"%s\"," FOREVER "}", app, id);
    job = start(client, "submission.wait", request);
#ifdef ADDRESS_SANITIZER
    /* A fork copies the locks of AddressSanitizer's allocator in their present state: a child of a busy process could wait
       forever for a lock. So the process is idle during the forks. */
    await_event(job, "\"type\":\"status\"");
    told = 1;
#endif
    CHECK(pthread_create(&thread, NULL, call_until_stopped, (void *)&told) == 0);
#ifdef ADDRESS_SANITIZER
    CHECK(pthread_join(thread, NULL) == 0);
#endif
    for (n = 0; n < times / 20; n++) {
        int ends[2];
        int line = -1;
        int status;
        pid_t child;

        CHECK(pipe(ends) == 0);
        child = fork();
        CHECK(child >= 0);
        if (child == 0) {
            alarm(120); /* ends a child that hangs */
            line = in_the_child(client, job);
            /* The result goes through a pipe, because valgrind replaces the exit code: it counts the memory that the parent
               allocated as leaked. */
            _exit(write(ends[1], &line, sizeof line) != (ssize_t)sizeof line);
        }
        close(ends[1]);
        if (read(ends[0], &line, sizeof line) != (ssize_t)sizeof line) {
            line = -1;
        }
        close(ends[0]);
        if (line != 0) {
            fprintf(stderr, "%s:%d: not so in the child\n", __FILE__, line);
            _exit(1);
        }
        CHECK(waitpid(child, &status, 0) == child);
    }
#ifndef ADDRESS_SANITIZER
    told = 1;
    CHECK(pthread_join(thread, NULL) == 0);
#endif
    /* The parent is not affected. */
    CHECK(storeship_job_cancel(job) == STORESHIP_OK);
    await_event(job, "\"code\":\"cancelled\"");
}

static int count(const char *folder)
{
    DIR *entries = opendir(folder);
    int n = 0;

    CHECK(entries != NULL);
    while (readdir(entries) != NULL) {
        n++;
    }
    closedir(entries);
    return n;
}

static void open_and_close_often(void)
{
    int files = count("/proc/self/fd");
    int threads = count("/proc/self/task");
    int n;

    for (n = 0; n < times; n++) {
        storeship_client client = open_client();
        char *response = NULL;

        if (n % 10 == 0) {
            CHECK_RESPONSE(STORESHIP_OK, storeship_token_check(client, NULL, &response), response, "\"ok\":true");
        }
        CHECK(storeship_client_close(client) == STORESHIP_OK);
    }
    CHECK(count("/proc/self/fd") == files);
    /* A thread may stay in the list for a moment after it was joined. */
    for (n = 0; n < 1000000 && count("/proc/self/task") != threads; n++) {
        sched_yield();
    }
    CHECK(count("/proc/self/task") == threads);
}

static storeship_client last_client;

/* Closes a client as late as the destructor of a global C++ object would. */
static void close_at_exit(void)
{
    CHECK(storeship_client_close(last_client) == STORESHIP_OK);
}

int main(int argc, char **argv)
{
    storeship_client client;
    FILE *file;

    if (argc != 4 && argc != 5) {
        fprintf(stderr, "usage: abi <config.json> <app id> <package> [times]\n");
        return 2;
    }
    config_path = argv[1];
    app = argv[2];
    package = argv[3];
    if (argc == 5) {
        times = atoi(argv[4]);
        CHECK(times >= 20);
    }
    file = fopen(config_path, "rb");
    CHECK(file != NULL);
    CHECK(fread(config, 1, sizeof config - 1, file) > 0);
    fclose(file);

    version();
    offline_client();
    closed_ids();
    open_and_close_often();
    client = open_client();
    null_arguments(client);
    responses_are_always_set(client);
    invalid_utf8(client);
    wrong_requests(client);
    a_job_ends_once(client);
    one_pump(client);
    two_threads(client);
    a_thread_that_ends(client);
    remove_draft(client);
    cancelled_while_waiting(client);
    two_threads_on_a_job(client);
    closed_jobs(client);
    forks(client);
    close_ends_what_is_under_way();
    CHECK(storeship_client_close(client) == STORESHIP_OK);

    last_client = open_client();
    CHECK(atexit(close_at_exit) == 0);
    printf("all of the ABI holds\n");
    return 0;
}
