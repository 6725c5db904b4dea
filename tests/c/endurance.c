/* Many calls, jobs and clients: what the process holds at the end is what it held after the first tenth.
 *
 *   endurance <config.json> <app id> <calls> <jobs> <clients>
 *
 * Of the jobs some are followed to their end, some are cancelled, some are closed with events that nobody took, and some
 * are left to the closing of their client.
 */
#define _POSIX_C_SOURCE 200809L

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "storeship.h"

#define ROUNDS 10
/* What the memory may grow by, in KiB: the allocator of the system keeps some of what was freed. */
#define ALLOWED 8192

struct held {
    long memory; /* in KiB */
    int files;
    int threads;
};

static char config[8192];
static char request[256];

static void fail(const char *what, const char *detail)
{
    fprintf(stderr, "%s: %s\n", what, detail ? detail : "");
    exit(1);
}

static int entries(const char *path)
{
    DIR *folder = opendir(path);
    int count = 0;

    if (!folder) {
        fail("can't list", path);
    }
    while (readdir(folder)) {
        count++;
    }
    closedir(folder);
    return count;
}

static struct held held(void)
{
    struct held now = {0, 0, 0};
    char line[256];
    FILE *status = fopen("/proc/self/status", "r");

    while (status && fgets(line, sizeof line, status)) {
        sscanf(line, "VmRSS: %ld", &now.memory);
    }
    if (status) {
        fclose(status);
    }
    now.files = entries("/proc/self/fd");
    now.threads = entries("/proc/self/task");
    return now;
}

static void check(int32_t status, char **response)
{
    if (status != STORESHIP_OK) {
        fail("a call failed", *response);
    }
    storeship_string_free(*response);
    *response = NULL;
}

static storeship_client open_client(void)
{
    storeship_client client = 0;
    char *response = NULL;

    check(storeship_client_open(config, &client, &response), &response);
    return client;
}

/* One in ten goes to the service. */
static void calls(storeship_client client, int count)
{
    char *response = NULL;
    int n;

    for (n = 0; n < count; n++) {
        if (n % 10 == 0) {
            check(storeship_app_get(client, request, &response), &response);
        } else if (n % 10 == 1) {
            /* On a thread of its own, since it has a limit. */
            check(storeship_document_get(client, "{\"document\":[1,2],\"pointer\":\"/1\",\"timeoutSeconds\":60}", &response),
                  &response);
        } else {
            check(storeship_document_get(n % 2 ? client : 0, "{\"document\":[1,2],\"pointer\":\"/1\"}", &response),
                  &response);
        }
    }
}

static storeship_job start(storeship_client client, int n)
{
    storeship_job job = 0;
    char *response = NULL;

    if (n % 3 == 0) {
        check(storeship_job_start(client, "app.get", request, &job, &response), &response);
    } else {
        check(storeship_job_start(client, "library.errors", NULL, &job, &response), &response);
    }
    return job;
}

static void follow(storeship_job job)
{
    int completed = 0;

    while (!completed) {
        char *event = NULL;
        int32_t status = storeship_job_next(job, 1000, &event);

        if (status == STORESHIP_OK) {
            completed = strstr(event, "\"type\":\"completed\"") != NULL;
            storeship_string_free(event);
        } else if (status != STORESHIP_NOTHING_YET) {
            fail("a job is gone", NULL);
        }
    }
}

static void jobs(int count)
{
    storeship_client client = open_client();
    int n;

    for (n = 0; n < count; n++) {
        storeship_job job = start(client, n);

        switch (n % 4) {
        case 0:
            follow(job);
            break;
        case 1:
            storeship_job_cancel(job);
            follow(job);
            break;
        case 2:
            storeship_job_close(job);
            break;
        default:
            break; /* freed with the client */
        }
    }
    storeship_client_close(client);
}

static void clients(int count)
{
    int n;

    for (n = 0; n < count; n++) {
        storeship_client client = open_client();

        if (n % 4 == 0) {
            calls(client, 1);
        }
        start(client, n);
        storeship_client_close(client);
    }
}

static void show(const char *when, struct held now)
{
    printf("%s: %ld KiB, %d files, %d threads\n", when, now.memory, now.files, now.threads);
}

int main(int argc, char **argv)
{
    struct held first = {0, 0, 0}, last;
    FILE *file;
    int round, call_count, job_count, client_count;

    if (argc != 6) {
        fputs("usage: endurance CONFIG APP CALLS JOBS CLIENTS\n", stderr);
        return 2;
    }
    file = fopen(argv[1], "rb");
    if (!file) {
        fail("can't open", argv[1]);
    }
    config[fread(config, 1, sizeof config - 1, file)] = '\0';
    fclose(file);
    snprintf(request, sizeof request, "{\"appId\":\"%s\"}", argv[2]);
    call_count = atoi(argv[3]) / ROUNDS;
    job_count = atoi(argv[4]) / ROUNDS;
    client_count = atoi(argv[5]) / ROUNDS;

    for (round = 1; round <= ROUNDS; round++) {
        storeship_client client = open_client();

        calls(client, call_count);
        storeship_client_close(client);
        jobs(job_count);
        clients(client_count);
        if (round == 1) {
            first = held();
        }
    }
    last = held();
    show("after the first tenth", first);
    show("at the end", last);
    if (last.files > first.files || last.threads > first.threads) {
        fail("files or threads were left open", NULL);
    }
    if (last.memory > first.memory + ALLOWED) {
        fail("the memory grew", NULL);
    }
    puts("nothing was left behind");
    return 0;
}
