/* Preloaded into a program, it lets the first read at a place of any file fail: FAILING_READ=<offset>:<errno>. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>

typedef ssize_t (*reader)(int, void *, size_t, off64_t);

ssize_t pread64(int file, void *buffer, size_t length, off64_t offset)
{
    static int failed;
    const char *what = getenv("FAILING_READ");
    long long place;
    int code;
    reader real;

    if (what != NULL && !failed && sscanf(what, "%lld:%d", &place, &code) == 2 && place == (long long)offset) {
        failed = 1;
        errno = code;
        return -1;
    }
    *(void **)&real = dlsym(RTLD_NEXT, "pread64");
    return real(file, buffer, length, offset);
}
