// Publishes a release from C++11: the same program as publish.c, with RAII classes that free strings and close the client.
//
//   publish <config.json> <app id> <package>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>

#include "storeship.h"

namespace {

struct Free {
    void operator()(char *text) const { storeship_string_free(text); }
};
using Text = std::unique_ptr<char, Free>;

// Frees the string that a function returned and returns a copy. Throws it as an exception if the function failed.
std::string checked(int32_t status, char *raw) {
    const Text text(raw);
    const std::string response(text ? text.get() : "");
    if (status != STORESHIP_OK) {
        throw std::runtime_error(response);
    }
    return response;
}

class Client {
public:
    explicit Client(const std::string &config) {
        char *response = nullptr;
        const int32_t status = storeship_client_open(config.c_str(), &id_, &response);
        checked(status, response);
    }
    ~Client() { storeship_client_close(id_); }
    Client(const Client &) = delete;
    Client &operator=(const Client &) = delete;

    std::string run(const std::string &operation, const std::string &request) const {
        storeship_job job = 0;
        char *response = nullptr;
        const int32_t status = storeship_job_start(id_, operation.c_str(), request.c_str(), &job, &response);
        checked(status, response);
        for (;;) {
            char *raw = nullptr;
            const int32_t next = storeship_job_next(job, 200, &raw);
            if (next == STORESHIP_NOTHING_YET) {
                continue;
            }
            const std::string event = checked(next, raw);
            if (event.find("\"type\":\"completed\"") != std::string::npos) {
                return event;
            }
            std::cout << event << '\n';
        }
    }

private:
    storeship_client id_ = 0;
};

std::string quoted(const std::string &text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
        }
        out += c;
    }
    return out + '"';
}

} // namespace

int main(int argc, char **argv) {
    if (argc != 4) {
        std::cerr << "usage: publish <config.json> <app id> <package>\n";
        return 2;
    }
    try {
        std::ifstream file(argv[1], std::ios::binary);
        const std::string config{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
        const Client client(config);
        const std::string receipt =
            client.run("publish", "{\"appId\":" + quoted(argv[2]) + ",\"packages\":[" + quoted(argv[3]) +
                                      "],\"releaseNotes\":{\"en-us\":\"Faster start.\",\"de-de\":\"Schnellerer "
                                      "Start.\"},\"until\":\"published\"}");
        std::cout << receipt << '\n';
        return receipt.find("\"response\":{\"ok\":true") == std::string::npos;
    } catch (const std::exception &error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
