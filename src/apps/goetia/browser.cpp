#include "apps/goetia/browser.h"

#include <cstdlib>
#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

namespace goetia::cli {
namespace {

bool names_screen(const char* variable) {
    const char* value = std::getenv(variable);
    return value != nullptr && *value != '\0';
}

}  // namespace

bool open_in_browser(const std::string& address) {
    if (!names_screen("DISPLAY") && !names_screen("WAYLAND_DISPLAY")) return false;
    posix_spawn_file_actions_t silence;
    posix_spawnattr_t apart;
    if (::posix_spawn_file_actions_init(&silence) != 0) return false;
    if (::posix_spawnattr_init(&apart) != 0) return ::posix_spawn_file_actions_destroy(&silence), false;
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        ::posix_spawn_file_actions_addopen(&silence, stream, "/dev/null", O_RDWR, 0);
    ::posix_spawnattr_setflags(&apart, POSIX_SPAWN_SETSID);  // the terminal's Ctrl-C is not for it
    std::string program = "xdg-open", named = address;
    char* words[] = {program.data(), named.data(), nullptr};
    pid_t child = -1;
    const int fault = ::posix_spawnp(&child, program.c_str(), &silence, &apart, words, environ);
    ::posix_spawn_file_actions_destroy(&silence);
    ::posix_spawnattr_destroy(&apart);
    return fault == 0;
}

}  // namespace goetia::cli
