// Database servers for tests: each with a temporary folder and a Unix socket of its own, no network, stopped with the
// test program. Started once per program, by the first test that asks.
#pragma once

#include <csignal>
#include <cstdio>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/process.h"
#include "testkit/temporary_folder.h"

namespace goetia::testkit {

// A program of a server's package, which need not be in PATH; a missing one is a failure, not a skipped test.
inline std::string server_program(const std::string& name) {
    if (const auto found = find_program(name); !found.empty()) return found;
    for (const std::string folder : {"/usr/sbin", "/usr/local/sbin", "/usr/libexec"}) {
        if (std::filesystem::exists(folder + "/" + name)) return folder + "/" + name;
    }
    std::string newest;
    std::error_code code;
    for (const auto& version : std::filesystem::directory_iterator("/usr/lib/postgresql", code)) {
        if (const auto file = version.path() / "bin" / name; std::filesystem::exists(file))
            newest = std::max(newest, file.string());
    }
    if (newest.empty()) throw std::runtime_error("'" + name + "' is not installed; './goetia test' installs it");
    return newest;
}

// These servers refuse to run as root: then they run as 'nobody', who is given the folder.
class PrivateServer {
  public:
    explicit PrivateServer(std::string socket) : socket_(std::move(socket)) {
        if (::geteuid() == 0) {
            const passwd* nobody = ::getpwnam("nobody");
            user_ = nobody->pw_uid, group_ = nobody->pw_gid;
            if (::chown(folder_.path().c_str(), user_, group_) != 0)
                throw std::runtime_error("cannot give away a folder");
        }
    }
    ~PrivateServer() { stop(SIGINT); }
    PrivateServer(const PrivateServer&) = delete;
    PrivateServer& operator=(const PrivateServer&) = delete;

    // Runs a program to its end.
    void run(const std::vector<std::string>& words) {
        const pid_t child = spawn(words);
        int status = 0;
        ::waitpid(child, &status, 0);
        if (status != 0) throw std::runtime_error("'" + words[0] + "' failed:\n" + log());
    }

    // Starts the server and waits until its socket answers. One that was killed may have processes that still end,
    // beside which a new one refuses to start: then it is tried again.
    void start(const std::vector<std::string>& words) {
        server_ = spawn(words);
        const double until = steady_seconds() + 60;
        while (!answers()) {
            if (steady_seconds() > until) throw std::runtime_error("'" + words[0] + "' does not answer:\n" + log());
            if (::waitpid(server_, nullptr, WNOHANG) == server_) server_ = spawn(words);
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
    }

    void stop(int signal) {
        if (server_ <= 0) return;
        ::kill(server_, signal);
        ::waitpid(server_, nullptr, 0);
        server_ = 0;
    }

    [[nodiscard]] std::string folder() const { return folder_.path().string(); }
    [[nodiscard]] std::string socket() const { return folder() + "/" + socket_; }

  private:
    pid_t spawn(const std::vector<std::string>& words) {
        std::vector<std::string> texts = words;
        std::vector<char*> arguments = pointers(texts);
        const pid_t child = ::fork();
        if (child != 0) return child;
        const int out = ::open((folder() + "/log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
        ::dup2(out, 1), ::dup2(out, 2);
        ::close(0), ::open("/dev/null", O_RDONLY);
        if (user_ != 0 && (::setgid(group_) != 0 || ::setuid(user_) != 0)) ::_exit(126);
        ::prctl(PR_SET_PDEATHSIG, SIGINT);
        if (::chdir(folder().c_str()) != 0) ::_exit(126);
        ::execv(arguments[0], arguments.data());
        ::_exit(127);
    }

    [[nodiscard]] bool answers() const {
        const int handle = ::socket(AF_UNIX, SOCK_STREAM, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        socket().copy(address.sun_path, sizeof address.sun_path - 1);
        const bool connected = ::connect(handle, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
        ::close(handle);
        return connected;
    }

    [[nodiscard]] std::string log() const {
        std::ifstream file(folder() + "/log");
        return {std::istreambuf_iterator<char>(file), {}};
    }

    TemporaryFolder folder_;
    std::string socket_;
    uid_t user_ = 0;
    gid_t group_ = 0;
    pid_t server_ = 0;
};

class PrivatePostgres {
  public:
    static PrivatePostgres& instance() {
        static PrivatePostgres server;
        return server;
    }

    // An empty database of this name; its URL.
    std::string database(const std::string& name) {
        if (const std::string fault = ask({"DROP DATABASE IF EXISTS " + name, "CREATE DATABASE " + name});
            !fault.empty())
            throw std::runtime_error(fault);
        return "postgresql:///" + name + "?host=" + server_.folder() + "&user=goetia";
    }

    void kill() { server_.stop(SIGKILL); }
    void stop() { server_.stop(SIGINT); }
    void start() {
        server_.start({server_program("postgres"), "-D", server_.folder() + "/data", "-k", server_.folder(), "-c",
                       "listen_addresses=", "-c", "fsync=off", "-c", "shared_buffers=16MB"});
        // It takes connections before it can use them.
        const double until = steady_seconds() + 60;
        for (std::string fault = ask({"SELECT 1"}); !fault.empty(); fault = ask({"SELECT 1"})) {
            if (steady_seconds() > until) throw std::runtime_error(fault);
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
    }

  private:
    // What went wrong with the statements; empty: nothing.
    std::string ask(const std::vector<std::string>& statements) {
        std::vector<std::string> words{
            server_program("psql"), "-qX", "-h", server_.folder(), "-U", "goetia", "-d", "postgres"};
        for (const std::string& one : statements) words.insert(words.end(), {"-c", one});
        const auto made = run_process({.words = words});
        if (!made) return made.error().message;
        return made->exit_code == 0 ? "" : made->errors + " ";
    }

    PrivatePostgres() : server_(".s.PGSQL.5432") {
        server_.run({server_program("initdb"), "-D", server_.folder() + "/data", "-U", "goetia", "-A", "trust", "-E",
                     "UTF8", "--locale=C", "--no-sync"});
        start();
    }
    PrivateServer server_;
};

class PrivateMariadb {
  public:
    static PrivateMariadb& instance() {
        static PrivateMariadb server;
        return server;
    }

    // The URL of a database of this name, which does not exist yet or is removed.
    std::string database(const std::string& name) {
        const auto made =
            run_process({.words = {server_program("mariadb"), "--no-defaults", "--socket=" + server_.socket(), "-u",
                                   "root", "-e", "DROP DATABASE IF EXISTS " + name + "; CREATE DATABASE " + name}});
        if (!made || made->exit_code != 0) throw std::runtime_error(made ? made->errors : made.error().message);
        return "mysql://root@localhost/" + name + "?socket=" + server_.socket();
    }
    // What a statement prints, tab-separated.
    std::string ask(const std::string& database, const std::string& statement) {
        const auto made =
            run_process({.words = {server_program("mariadb"), "--no-defaults", "--socket=" + server_.socket(), "-u",
                                   "root", "-N", "-B", database, "-e", statement}});
        if (!made || made->exit_code != 0) throw std::runtime_error(made ? made->errors : made.error().message);
        return made->output;
    }

    // Killed, not asked to stop: it may wait for ever for what it was told while it started.
    ~PrivateMariadb() { kill(); }
    PrivateMariadb(const PrivateMariadb&) = delete;
    PrivateMariadb& operator=(const PrivateMariadb&) = delete;
    void kill() { server_.stop(SIGKILL); }
    void start() {
        server_.start({server_program("mariadbd"), "--no-defaults", "--datadir=" + server_.folder() + "/data",
                       "--socket=" + server_.socket(), "--skip-networking", "--skip-log-bin",
                       "--pid-file=" + server_.folder() + "/pid", "--innodb-buffer-pool-size=32M",
                       "--innodb-flush-log-at-trx-commit=0"});
    }

  private:
    PrivateMariadb() : server_("s") {
        server_.run({server_program("mariadb-install-db"), "--no-defaults", "--datadir=" + server_.folder() + "/data",
                     "--auth-root-authentication-method=normal", "--skip-test-db"});
        start();
    }
    PrivateServer server_;
};

}  // namespace goetia::testkit
