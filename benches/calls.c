/* Prints the nanoseconds of a small call from C: calls [COUNT]. benches/calls.py builds and runs it. */

#define _POSIX_C_SOURCE 199309L

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "storeship.h"

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

int main(int argc, char **argv)
{
    const char *request = "{\"document\":{\"a\":{\"b\":1}},\"pointer\":\"/a/b\"}";
    long count = argc > 1 ? atol(argv[1]) : 1000000;
    double began = now();
    long i;

    for (i = 0; i < count; i++) {
        char *response = NULL;
        if (storeship_document_get(0, request, &response) != 0) {
            fprintf(stderr, "%s\n", response);
            return 1;
        }
        storeship_string_free(response);
    }
    printf("%.0f\n", (now() - began) / (double)count);
    return 0;
}
