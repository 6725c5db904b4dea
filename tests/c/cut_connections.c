/* Uploads to a storage that cuts the connections, in a program that leaves SIGPIPE at its default: to end the process.
 *
 *   cut_connections <config.json> <request.json> <how often>
 *
 * The library must report each failure, and must leave the disposition and the mask of this program as they were.
 */
#define _POSIX_C_SOURCE 200809L

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storeship.h"

static char config[8192];
static char request[8192];

static void fail(const char *what, const char *detail)
{
    fprintf(stderr, "%s: %s\n", what, detail ? detail : "");
    exit(1);
}

static void read_file(const char *path, char *text, size_t size)
{
    FILE *file = fopen(path, "rb");
    size_t length;

    if (!file) {
        fail("can't open", path);
    }
    length = fread(text, 1, size - 1, file);
    text[length] = '\0';
    fclose(file);
}

static void check_signals(void)
{
    struct sigaction action;
    sigset_t mask;

    if (sigaction(SIGPIPE, NULL, &action) != 0 || action.sa_handler != SIG_DFL) {
        fail("the disposition of SIGPIPE changed", NULL);
    }
    if (sigprocmask(SIG_SETMASK, NULL, &mask) != 0 || sigismember(&mask, SIGPIPE)) {
        fail("SIGPIPE is blocked on a thread of the program", NULL);
    }
}

static void check_failure(const char *response)
{
    if (!strstr(response, "\"ok\":false") || !strstr(response, "\"network.")) {
        fail("not the error of a network", response);
    }
}

int main(int argc, char **argv)
{
    storeship_client client;
    char *response = NULL;
    int times, round;

    if (argc != 4) {
        fputs("usage: cut_connections CONFIG REQUEST TIMES\n", stderr);
        return 2;
    }
    read_file(argv[1], config, sizeof config);
    read_file(argv[2], request, sizeof request);
    times = atoi(argv[3]);
    signal(SIGPIPE, SIG_DFL);

    if (storeship_client_open(config, &client, &response) != STORESHIP_OK) {
        fail("no client", response);
    }
    storeship_string_free(response);
    for (round = 0; round < times; round++) {
        storeship_job job;

        storeship_package_upload(client, request, &response);
        check_failure(response);
        storeship_string_free(response);

        if (storeship_job_start(client, "package.upload", request, &job, &response) != STORESHIP_OK) {
            fail("no job", response);
        }
        storeship_string_free(response);
        for (;;) {
            int completed;
            char *event = NULL;

            if (storeship_job_next(job, 1000, &event) != STORESHIP_OK) {
                continue;
            }
            completed = strstr(event, "\"type\":\"completed\"") != NULL;
            if (completed) {
                check_failure(event);
            }
            storeship_string_free(event);
            if (completed) {
                break;
            }
        }
        check_signals();
    }
    storeship_client_close(client);
    check_signals();
    puts("no signal came");
    return 0;
}
