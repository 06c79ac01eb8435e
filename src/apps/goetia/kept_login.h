// What 'goetia login' keeps for the commands that ask a master: its address, its pin and a token, in a file that only
// its user can read.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"
#include "master/daemon/master_daemon.h"

namespace goetia::cli {

struct KeptLogin {
    MasterAccess access;
    std::string token_id;  // by which it is revoked
    std::string user;      // for people
};

std::filesystem::path login_file();             // $XDG_CONFIG_HOME/goetia/login.json
Result<std::optional<KeptLogin>> kept_login();  // none: nobody has signed in
Status keep_login(const KeptLogin& login);      // mode 0600
Status forget_login();

// Asks for one line on the terminal; not shown when it is secret. Without a terminal it is a line of standard input.
Result<std::string> ask_line(const std::string& question, bool is_secret);
// Asked twice on a terminal.
Result<std::string> ask_new_password();

}  // namespace goetia::cli
