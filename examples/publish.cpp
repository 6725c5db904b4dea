// Publishes a release from C++11: the same program as publish.c, with RAII classes that free strings and close the client.
//
//   publish <config.json> <app id> <package>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>
#ifdef _WIN32
#include <windows.h>
#include <shellapi.h>
#ifdef _MSC_VER
#pragma comment(lib, "shell32.lib")
#endif
#endif

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

volatile std::sig_atomic_t interrupted = 0;

void on_interrupt(int) { interrupted = 1; }

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
        // Ctrl+C cancels the job, whose last event then tells what was done.
        std::signal(SIGINT, on_interrupt);
        for (;;) {
            char *raw = nullptr;
            const int32_t next = storeship_job_next(job, 200, &raw);
            if (interrupted) {
                interrupted = 0;
                storeship_job_cancel(job);
            }
            if (next == STORESHIP_NOTHING_YET) {
                continue;
            }
            const std::string event = checked(next, raw);
            if (event.find("\"type\":\"completed\"") != std::string::npos) {
                return event;
            }
            std::cout << event << '\n' << std::flush;
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

// The arguments in UTF-8. Those of `main` on Windows are in the code page of the system, which does not have every letter
// of a path.
#ifdef _WIN32
std::vector<std::string> arguments(int, char **) {
    int count = 0;
    wchar_t **wide = CommandLineToArgvW(GetCommandLineW(), &count);
    std::vector<std::string> all;
    for (int i = 0; wide != nullptr && i < count; i++) {
        const int size = WideCharToMultiByte(CP_UTF8, 0, wide[i], -1, nullptr, 0, nullptr, nullptr);
        std::string text(static_cast<std::size_t>(size), '\0');
        WideCharToMultiByte(CP_UTF8, 0, wide[i], -1, &text[0], size, nullptr, nullptr);
        all.push_back(text.c_str());
    }
    LocalFree(wide);
    return all;
}
#else
std::vector<std::string> arguments(int count, char **values) { return {values, values + count}; }
#endif

// Reads a file whose path is in UTF-8.
std::string read(const std::string &path) {
#ifdef _WIN32
    std::vector<wchar_t> wide(path.size() + 1);
    MultiByteToWideChar(CP_UTF8, 0, path.c_str(), -1, wide.data(), static_cast<int>(wide.size()));
    std::unique_ptr<std::FILE, int (*)(std::FILE *)> file(_wfopen(wide.data(), L"rb"), std::fclose);
#else
    std::unique_ptr<std::FILE, int (*)(std::FILE *)> file(std::fopen(path.c_str(), "rb"), std::fclose);
#endif
    if (!file) {
        throw std::runtime_error(path + " can't be read");
    }
    std::string text(65536, '\0');
    text.resize(std::fread(&text[0], 1, text.size(), file.get()));
    return text;
}

} // namespace

int main(int argc, char **argv) {
#ifdef _WIN32
    // The library takes and gives UTF-8, and so does the console from here on.
    SetConsoleOutputCP(CP_UTF8);
#endif
    const std::vector<std::string> words = arguments(argc, argv);
    if (words.size() != 4) {
        std::cerr << "usage: publish <config.json> <app id> <package>\n";
        return 2;
    }
    try {
        const Client client(read(words[1]));
        const std::string receipt =
            client.run("publish", "{\"appId\":" + quoted(words[2]) + ",\"packages\":[" + quoted(words[3]) +
                                      "],\"releaseNotes\":{\"en-us\":\"Faster start.\",\"de-de\":\"Schnellerer "
                                      "Start.\"},\"until\":\"published\"}");
        std::cout << receipt << '\n';
        return receipt.find("\"response\":{\"ok\":true") == std::string::npos;
    } catch (const std::exception &error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
