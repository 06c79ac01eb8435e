// A master that copies to a private MariaDB while it runs.
#include <thread>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/json.h"
#include "base/json_text.h"
#include "experiment/journal_records.h"
#include "master/daemon/master_daemon.h"
#include "net/client.h"
#include "testkit/private_server.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

Json copy_state(const MasterAccess& access) {
    auto client = std::move(*HttpClient::create({.server = *ServerAddress::parse(access.url)}));
    HttpRequest request{.target = "/api/storage/copy"};
    request.headers.set("Authorization", "Bearer " + access.token);
    const auto response = client->send(request);
    return response ? *parse_json(response->body, "answer") : Json{{"error", response.error().message}};
}

TEST(BackgroundCopy, of_a_running_master_tells_how_far_it_came) {
    testkit::PrivateMariadb& server = testkit::PrivateMariadb::instance();
    const testkit::TemporaryFolder data;
    const ExperimentFolder folder = *ExperimentFolder::create(data / "experiments", "exp_20250627_143052_a3b8c9d2");
    ASSERT_TRUE(write_file_atomic(folder.config(), "experiment:\n  name: one\n"));
    auto writer = std::move(*JournalWriter::create(folder.journal(1), to_json(AttemptRecord{.attempt = 1})));
    for (int step = 0; step < 100; ++step) writer->log(writer->metric("loss"), step, 1, step);
    ASSERT_TRUE(writer->flush());
    const auto master =
        MasterDaemon::start({.data = data.path(), .port = 0, .copy_to = server.database("followed"), .version = "0"});
    ASSERT_TRUE(master) << to_string(master.error());
    const auto access = access_from(data.path());
    ASSERT_TRUE(access) << to_string(access.error());
    Json state = copy_state(*access);
    for (const double until = steady_seconds() + 30; state["complete"] != true && steady_seconds() < until;) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        state = copy_state(*access);
    }
    EXPECT_EQ(state["complete"], true) << state;
    EXPECT_EQ(state["copied"], 1) << state;
    EXPECT_EQ(state["error"], nullptr) << state;
    EXPECT_EQ(server.ask("followed", "SELECT COUNT(*), SUM(value) FROM goetia_metrics"), "100\t4950\n");
    (*master)->stop(1);
}

}  // namespace
}  // namespace goetia
