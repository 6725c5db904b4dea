/* A library with the functions that the .NET client needs to load one, of a release that does not exist. Each call
 * answers with the version, so that a test sees which library was called. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define VERSION "99.1.2"

uint32_t storeship_abi_version(void);
const char *storeship_version(void);
int32_t storeship_call(uint64_t client, const char *operation, const char *request, char **response);
void storeship_string_free(char *string);

uint32_t storeship_abi_version(void)
{
    return 1;
}

const char *storeship_version(void)
{
    return VERSION;
}

int32_t storeship_call(uint64_t client, const char *operation, const char *request, char **response)
{
    static const char answer[] = "{\"ok\":true,\"result\":{\"version\":\"" VERSION "\"}}";
    (void)client;
    (void)operation;
    (void)request;
    *response = malloc(sizeof answer);
    if (!*response) {
        return 3;
    }
    memcpy(*response, answer, sizeof answer);
    return 0;
}

void storeship_string_free(char *string)
{
    free(string);
}
