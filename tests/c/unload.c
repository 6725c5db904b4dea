/* Loads and unloads the library more often than a process has keys for thread-local storage. The argument is its path. */

#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int32_t (*call_function)(uint64_t client, const char *operation, const char *request, char **response);
typedef void (*free_function)(char *string);

static void fail(const char *what, int cycle)
{
    const char *reason = dlerror();
    fprintf(stderr, "%s in cycle %d: %s\n", what, cycle, reason ? reason : "no reason");
    exit(1);
}

int main(int argc, char **argv)
{
    const int cycles = 2000;
    int cycle;
    if (argc != 2) {
        fputs("usage: unload LIBRARY\n", stderr);
        return 2;
    }
    for (cycle = 0; cycle < cycles; cycle++) {
        call_function call;
        free_function string_free;
        void *symbol;
        char *response = NULL;
        void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
        if (!library) {
            fail("dlopen failed", cycle);
        }
        /* POSIX lets a pointer of dlsym be used as a function; ISO C has no cast for it. */
        symbol = dlsym(library, "storeship_call");
        memcpy(&call, &symbol, sizeof call);
        symbol = dlsym(library, "storeship_string_free");
        memcpy(&string_free, &symbol, sizeof string_free);
        if (call(0, "library.info", NULL, &response) != 0 || !strstr(response, "abiVersion")) {
            fail("library.info failed", cycle);
        }
        string_free(response);
        if (dlclose(library) != 0) {
            fail("dlclose failed", cycle);
        }
    }
    if (!dlopen(argv[1], RTLD_NOW | RTLD_NOLOAD)) {
        fail("the library was unloaded", cycle);
    }
    puts("the library stays loaded");
    return 0;
}
