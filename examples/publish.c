/* Publishes a release from C.
 *
 *   publish <config.json> <app id> <package>
 *
 * config.json holds the configuration for storeship_client_open, at most 64 KiB; docs/configuration.md describes it. The
 * program creates a draft, changes the release notes of two languages, uploads the package, commits the submission and
 * waits until it is published. It prints the events of the job. The last line is the event "completed" with the result.
 * Its member "upload" says how fast the upload was, what was there already and what was sent again, and has the SHA-256 of
 * each file.
 *
 * The program suits the emulator, which publishes at once. For the Store, set "until" to "processing" unless the program
 * may wait for days.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef _WIN32
#include <windows.h>
#include <shellapi.h>
#ifdef _MSC_VER
#pragma comment(lib, "shell32.lib")
#endif
#endif

#include "storeship.h"

#ifdef _WIN32
/* The arguments of the program in UTF-8. Those of `main` are in the code page of the system, which does not have every
 * letter of a path. */
static char **utf8_arguments(int *count)
{
    wchar_t **wide = CommandLineToArgvW(GetCommandLineW(), count);
    char **arguments = wide == NULL ? NULL : (char **)calloc((size_t)*count + 1, sizeof *arguments);
    int i;

    for (i = 0; arguments != NULL && i < *count; i++) {
        int size = WideCharToMultiByte(CP_UTF8, 0, wide[i], -1, NULL, 0, NULL, NULL);
        arguments[i] = (char *)malloc((size_t)size);
        if (arguments[i] == NULL) {
            return NULL;
        }
        WideCharToMultiByte(CP_UTF8, 0, wide[i], -1, arguments[i], size, NULL, NULL);
    }
    return arguments;
}
#endif

/* Opens a file whose path is in UTF-8, for reading. */
static FILE *open_file(const char *path)
{
#ifdef _WIN32
    wchar_t wide[4096];

    return MultiByteToWideChar(CP_UTF8, 0, path, -1, wide, 4096) == 0 ? NULL : _wfopen(wide, L"rb");
#else
    return fopen(path, "rb");
#endif
}

/* Returns the first 65,535 bytes of a file; NULL if the file is empty or can't be read. The caller frees the text. */
static char *read_file(const char *path)
{
    FILE *file = open_file(path);
    char *text;
    size_t length;

    if (file == NULL) {
        return NULL;
    }
    text = (char *)calloc(1, 65536);
    length = text == NULL ? 0 : fread(text, 1, 65535, file);
    fclose(file);
    if (length == 0) {
        free(text);
        return NULL;
    }
    return text;
}

/* Writes `text` as a JSON string, cut to `size`. Backslashes, as in paths on Windows, are escaped. */
static void quote(char *out, size_t size, const char *text)
{
    size_t used = 0;

    out[used++] = '"';
    for (; *text != '\0' && used + 4 < size; text++) {
        if (*text == '"' || *text == '\\') {
            out[used++] = '\\';
        }
        out[used++] = *text;
    }
    out[used++] = '"';
    out[used] = '\0';
}

static volatile sig_atomic_t interrupted = 0;

static void on_interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

/* Prints the events of a job until it has ended. Ctrl+C cancels the job, whose last event then tells what was done. Returns 0
 * if it succeeded. */
static int follow(storeship_job job)
{
    signal(SIGINT, on_interrupt);
    for (;;) {
        char *event = NULL;
        int32_t status = storeship_job_next(job, 200, &event);
        int last;

        if (interrupted) {
            interrupted = 0;
            storeship_job_cancel(job);
        }
        if (status == STORESHIP_NOTHING_YET) {
            continue;
        }
        if (status != STORESHIP_OK) {
            fprintf(stderr, "no more events: %" PRId32 "\n", status);
            return 1;
        }
        printf("%s\n", event);
        fflush(stdout);
        last = strstr(event, "\"type\":\"completed\"") != NULL;
        if (last) {
            int failed = strstr(event, "\"response\":{\"ok\":true") == NULL;
            storeship_string_free(event);
            return failed;
        }
        storeship_string_free(event);
    }
}

int main(int argc, char **argv)
{
    storeship_client client = 0;
    storeship_job job = 0;
    char *response = NULL;
    char *config;
    char request[4096];
    char app[512];
    char package[2048];
    int failed;

#ifdef _WIN32
    /* The library takes and gives UTF-8, and so does the console from here on. */
    SetConsoleOutputCP(CP_UTF8);
    argv = utf8_arguments(&argc);
    if (argv == NULL) {
        return 2;
    }
#endif
    if (argc != 4) {
        fprintf(stderr, "usage: publish <config.json> <app id> <package>\n");
        return 2;
    }
    config = read_file(argv[1]);
    if (config == NULL) {
        fprintf(stderr, "%s can't be read\n", argv[1]);
        return 2;
    }
    failed = storeship_client_open(config, &client, &response) != STORESHIP_OK;
    free(config);
    if (failed) {
        fprintf(stderr, "%s\n", response);
        storeship_string_free(response);
        return 1;
    }
    storeship_string_free(response);

    quote(app, sizeof app, argv[2]);
    quote(package, sizeof package, argv[3]);
    snprintf(request, sizeof request,
             "{\"appId\":%s,\"packages\":[%s],"
             "\"releaseNotes\":{\"en-us\":\"Faster start.\",\"de-de\":\"Schnellerer Start.\"},"
             "\"until\":\"published\"}",
             app, package);
    failed = storeship_job_start(client, "publish", request, &job, &response) != STORESHIP_OK;
    if (failed) {
        fprintf(stderr, "%s\n", response);
    }
    storeship_string_free(response);
    if (!failed) {
        failed = follow(job);
    }
    storeship_client_close(client);
    return failed;
}
