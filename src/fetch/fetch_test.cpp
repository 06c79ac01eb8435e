#include "fetch/fetch.h"

#include <gmock/gmock.h>

#include "base/hash.h"
#include "fetch/backoff.h"
#include "testkit/images.h"
#include "testkit/server.h"

namespace goetia {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using namespace testkit;
using namespace testkit;

std::string some_bytes(std::size_t count, std::uint64_t seed = 1) {
    Random random({.seed = seed});
    std::string bytes(count, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    return bytes;
}

Fetched must(Result<Fetched> done) {
    if (!done) throw std::runtime_error(to_string(done.error()));
    return *std::move(done);
}

// One file to fetch; waits are only recorded.
class Fetching : public testing::Test {
  protected:
    FetchPlan plan(std::vector<std::string> urls) {
        FetchPlan made{.urls = std::move(urls), .target = folder_ / "down/file.bin", .named_by_user = true};
        made.stall_seconds = 0.3;
        made.parallel_from = 1 << 20;
        made.piece = 64 << 10;
        return made;
    }
    FetchCallbacks callbacks() {
        FetchCallbacks made;
        made.wait = [this](double seconds) { waits_.push_back(seconds); };
        made.on_message = [this](const std::string& line) { lines_.push_back(line); };
        return made;
    }
    [[nodiscard]] std::string fetched() const { return read_file(folder_ / "down/file.bin").value(); }
    [[nodiscard]] bool anything_there() const { return fs::exists(folder_ / "down/file.bin"); }

    TempFolder folder_;
    std::vector<double> waits_;
    std::vector<std::string> lines_;
};

TEST_F(Fetching, a_small_file_takes_one_request_and_is_checked) {
    const std::string file = some_bytes(5000);
    Server server([&](const Request& request, Client& client) { client.serve(request, file); });
    const Fetched done = must(fetch(plan({server.url()}), callbacks()));
    EXPECT_EQ(fetched(), file);
    EXPECT_EQ(done.sums.sha256, sha256_hex(file));
    EXPECT_EQ(done.sums.bytes, 5000);
    EXPECT_EQ(server.requests().size(), 1U);
    EXPECT_FALSE(fs::exists(folder_ / "down/file.bin.part"));
    EXPECT_FALSE(fs::exists(folder_ / "down/file.bin.part.json"));
}

TEST_F(Fetching, a_large_file_comes_in_parallel_pieces) {
    const std::string file = some_bytes(1 << 20);
    Server server([&](const Request& request, Client& client) { client.serve(request, file); });
    std::int64_t last = 0;
    FetchCallbacks with = callbacks();
    with.on_progress = [&](const FetchProgress& progress) { last = std::max(last, progress.done); };
    ASSERT_TRUE(fetch(plan({server.url()}), with));
    EXPECT_EQ(fetched(), file);
    EXPECT_EQ(server.requests().size(), 16U);
    EXPECT_EQ(last, 1 << 20);
    for (std::size_t i = 1; i < 16; ++i) EXPECT_EQ(server.requests()[i].fields.at("if-range"), "\"one\"");
}

TEST_F(Fetching, a_server_without_ranges_sends_the_whole_file) {
    const std::string file = some_bytes(300'000);
    Server server([&](const Request&, Client& client) { client.answer(200, "", file); });
    ASSERT_TRUE(fetch(plan({server.url()}), callbacks()));
    EXPECT_EQ(fetched(), file);
}

TEST_F(Fetching, an_interrupted_download_is_resumed) {
    const std::string file = some_bytes(200'000);
    std::atomic<int> times{0};
    Server server([&](const Request& request, Client& client) {
        if (++times > 2) return client.serve(request, file);
        const auto [begin, end] = request.range(file.size());
        client.send(fmt::format(
            "HTTP/1.1 206 x\r\nETag: \"one\"\r\nContent-Length: {}\r\nContent-Range: bytes {}-{}/{}\r\n\r\n",
            end - begin, begin, end - 1, file.size()));
        client.send(std::string_view(file).substr(begin, 20'000));
    });
    const Fetched done = must(fetch(plan({server.url()}), callbacks()));
    EXPECT_EQ(fetched(), file);
    EXPECT_EQ(done.retries, 2);
    const auto requests = server.requests();
    EXPECT_EQ(requests[0].fields.at("range"), "bytes=0-65535");
    EXPECT_EQ(requests[1].fields.at("range"), "bytes=20000-85535");
    EXPECT_EQ(requests[2].fields.at("range"), "bytes=40000-105535");
    ASSERT_EQ(waits_.size(), 2U);
    EXPECT_GE(waits_[0], 0.5);
    EXPECT_LE(waits_[0], 1.0);
    EXPECT_GE(waits_[1], 1.0);
    EXPECT_LE(waits_[1], 2.0);
    EXPECT_THAT(lines_[0], AllOf(HasSubstr("trying again in"), HasSubstr("(1 of 3)")));
}

TEST_F(Fetching, three_retries_then_the_next_mirror) {
    const std::string file = some_bytes(1000);
    Server bad([&](const Request&, Client& client) { client.answer(503, "", "busy"); });
    Server good([&](const Request& request, Client& client) { client.serve(request, file); });
    const Fetched done = must(fetch(plan({bad.url(), good.url()}), callbacks()));
    EXPECT_EQ(bad.requests().size(), 4U);
    EXPECT_EQ(done.retries, 3);
    EXPECT_EQ(done.url, good.url());
    EXPECT_EQ(fetched(), file);
}

TEST_F(Fetching, honours_retry_after) {
    std::atomic<int> times{0};
    Server server([&](const Request& request, Client& client) {
        ++times == 1 ? client.answer(429, "Retry-After: 7\r\n", "") : client.serve(request, "abc");
    });
    ASSERT_TRUE(fetch(plan({server.url()}), callbacks()));
    EXPECT_THAT(waits_, ElementsAre(7.0));
}

TEST_F(Fetching, a_missing_file_is_not_tried_again_and_all_mirrors_are_named) {
    Server one([&](const Request&, Client& client) { client.answer(404, "", ""); });
    Server two([&](const Request&, Client& client) { client.answer(403, "", ""); });
    const auto done = fetch(plan({one.url(), two.url("/other")}), callbacks());
    ASSERT_FALSE(done);
    EXPECT_EQ(one.requests().size(), 1U);
    EXPECT_THAT(to_string(done.error()), AllOf(HasSubstr("'file.bin' could not be fetched from any of 2 mirrors"),
                                               HasSubstr(fmt::format("'{}' answered with status 404", one.url())),
                                               HasSubstr("answered with status 403")));
    EXPECT_TRUE(waits_.empty());
}

TEST_F(Fetching, a_stalled_transfer_is_abandoned) {
    const std::string file = some_bytes(1000);
    Server slow([&](const Request&, Client& client) {
        client.send("HTTP/1.1 200 x\r\nContent-Length: 1000\r\n\r\nabc");
        client.stall();
    });
    FetchPlan request = plan({slow.url()});
    request.retries = 0;
    request.stall_seconds = 0.15;
    const auto done = fetch(request, callbacks());
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Code::kUnavailable);
    EXPECT_THAT(done.error().message, HasSubstr("bytes in 0.15 seconds"));
}

TEST_F(Fetching, a_file_with_a_wrong_checksum_is_discarded_and_the_next_mirror_tried) {
    const std::string file = some_bytes(1000), other = some_bytes(1000, 2);
    Server liar([&](const Request& request, Client& client) { client.serve(request, other); });
    Server honest([&](const Request& request, Client& client) { client.serve(request, file); });
    FetchPlan request = plan({liar.url(), honest.url()});
    request.expected.sha256 = sha256_hex(file);
    EXPECT_EQ(must(fetch(request, callbacks())).url, honest.url());
    EXPECT_EQ(fetched(), file);
    fs::remove(request.target);
    request.urls.pop_back();
    const auto alone = fetch(request, callbacks());
    ASSERT_FALSE(alone);
    EXPECT_EQ(alone.error().message, fmt::format("'{}' sent another file: its SHA-256 is {}, {} is published",
                                                 liar.url(), sha256_hex(other), sha256_hex(file)));
    EXPECT_FALSE(anything_there());
}

TEST_F(Fetching, md5_is_checked_where_nothing_better_is_published) {
    Server server([&](const Request& request, Client& client) { client.serve(request, "hello\n"); });
    FetchPlan request = plan({server.url()});
    request.expected.md5 = "B1946AC92492D2347C6235B4D2611184";
    ASSERT_TRUE(fetch(request, callbacks()));
    fs::remove(request.target);
    request.expected.md5[0] = '0';
    EXPECT_THAT(fetch(request, callbacks()).error().message,
                HasSubstr("its MD5 is b1946ac92492d2347c6235b4d2611184, 01946"));
}

TEST_F(Fetching, false_sizes_are_detected) {
    const std::string file = some_bytes(1000);
    FetchPlan request = plan({});
    request.retries = 0;
    const auto error_with = [&](const Server::Handler& handler) {
        Server server(handler);
        request.urls = {server.url()};
        const auto done = fetch(request, callbacks());
        EXPECT_FALSE(anything_there());
        return done ? "" : done.error().message;
    };
    // Sends less than promised.
    EXPECT_THAT(error_with([&](const Request&, Client& client) {
                    client.send("HTTP/1.1 200 x\r\nContent-Length: 2000\r\n\r\n" + file);
                }),
                HasSubstr("http://127.0.0.1"));
    // Another size than published, and more than allowed.
    request.expected.bytes = 999;
    EXPECT_THAT(error_with([&](const Request& request, Client& client) { client.serve(request, file); }),
                HasSubstr("has 1000 bytes, 999 are published"));
    request.expected.bytes.reset();
    request.max_bytes = 500;
    EXPECT_THAT(error_with([&](const Request& request, Client& client) { client.serve(request, file); }),
                HasSubstr("has 1000 bytes, more than the allowed 500"));
    // An unknown size without an end.
    EXPECT_THAT(error_with([&](const Request&, Client& client) {
                    client.send("HTTP/1.1 200 x\r\n\r\n");
                    for (int i = 0; i < 20; ++i) client.send(file);
                }),
                HasSubstr("sends more than the expected 500 bytes"));
    // Another part than requested.
    EXPECT_THAT(error_with([&](const Request&, Client& client) {
                    client.answer(206, "Content-Range: bytes 100-199/300\r\n", std::string(100, 'x'));
                }),
                HasSubstr("answered with another part than requested"));
    EXPECT_THAT(error_with([&](const Request&, Client& client) {
                    client.answer(206, "Content-Range: bytes 0-99/300\r\n", std::string(200, 'x'));
                }),
                HasSubstr("sends more than the expected 100 bytes"));
}

TEST_F(Fetching, a_stopped_download_is_resumed_by_the_next_call) {
    const std::string file = some_bytes(400'000);
    Server server([&](const Request& request, Client& client) { client.serve(request, file); });
    FetchCallbacks stopping = callbacks();
    stopping.on_progress = [&](const FetchProgress& progress) {
        if (progress.done >= 100'000) stopping.stop.request_stop();
    };
    const auto first = fetch(plan({server.url()}), stopping);
    ASSERT_FALSE(first);
    EXPECT_EQ(first.error().code, Code::kCancelled);
    EXPECT_THAT(first.error().message, HasSubstr("the next call resumes there"));
    EXPECT_FALSE(anything_there());
    const Fetched second = must(fetch(plan({server.url()}), callbacks()));
    EXPECT_GE(second.resumed, 100'000);
    EXPECT_EQ(fetched(), file);
    EXPECT_TRUE(server.requests().back().has("if-range"));
}

TEST_F(Fetching, a_file_that_changed_meanwhile_is_fetched_again) {
    const std::string before = some_bytes(300'000), after = some_bytes(300'000, 2);
    std::atomic<bool> changed{false};
    Server server([&](const Request& request, Client& client) {
        changed ? client.serve(request, after, "\"two\"") : client.serve(request, before, "\"one\"");
    });
    FetchCallbacks stopping = callbacks();
    stopping.on_progress = [&](const FetchProgress& progress) {
        if (progress.done >= 65'536) stopping.stop.request_stop();
    };
    ASSERT_FALSE(fetch(plan({server.url()}), stopping));
    changed = true;
    ASSERT_TRUE(fetch(plan({server.url()}), callbacks()));
    EXPECT_EQ(fetched(), after);
}

TEST_F(Fetching, another_mirror_resumes_only_when_a_checksum_is_published) {
    const std::string file = some_bytes(200'000);
    Server breaks([&](const Request& request, Client& client) {
        const auto [begin, end] = request.range(file.size());
        if (begin > 0) return client.answer(404, "", "");
        client.serve(request, file);
    });
    Server good([&](const Request& request, Client& client) { client.serve(request, file, "\"elsewhere\""); });
    FetchPlan request = plan({breaks.url(), good.url()});
    ASSERT_TRUE(fetch(request, callbacks()));
    EXPECT_EQ(good.requests()[0].fields.at("range"), "bytes=0-65535");
    fs::remove(request.target);
    request.expected.sha256 = sha256_hex(file);
    ASSERT_TRUE(fetch(request, callbacks()));
    EXPECT_EQ(good.requests()[2].fields.at("range"), "bytes=65536-131071");
    EXPECT_FALSE(good.requests()[2].has("if-range"));
    EXPECT_EQ(fetched(), file);
}

TEST_F(Fetching, redirects_are_followed_within_what_was_named) {
    const std::string file = some_bytes(1000);
    Server server([&](const Request& request, Client& client) {
        request.path == "/a" ? client.redirect("/b?x=1") : client.serve(request, file);
    });
    ASSERT_TRUE(fetch(plan({server.url("/a")}), callbacks()));
    EXPECT_EQ(server.requests()[1].path, "/b?x=1");
    EXPECT_EQ(fetched(), file);
}

TEST_F(Fetching, a_redirect_into_the_local_network_is_refused_before_connecting) {
    Server secret([&](const Request& request, Client& client) { client.serve(request, "secret"); });
    const std::string port = secret.url("").substr(secret.url("").rfind(':'));
    for (const std::string& to :
         {secret.url(), "http://localhost" + port + "/x", "http://[::ffff:127.0.0.1]" + port + "/",
          "http://0.0.0.0" + port + "/", std::string("http://2130706433") + port + "/",
          std::string("http://169.254.169.254/latest/meta-data"), std::string("http://10.0.0.1/")}) {
        Server outside([&](const Request&, Client& client) { client.redirect(to); });
        const auto done = fetch(plan({outside.url()}), callbacks());
        ASSERT_FALSE(done) << to;
        EXPECT_EQ(done.error().code, Code::kDenied) << to;
        EXPECT_THAT(done.error().message, HasSubstr("a local address that was not named"));
    }
    EXPECT_TRUE(secret.requests().empty());
    EXPECT_TRUE(waits_.empty());
}

TEST_F(Fetching, an_address_that_was_not_named_is_refused_too) {
    Server server([&](const Request& request, Client& client) { client.serve(request, "x"); });
    FetchPlan request = plan({server.url()});
    request.named_by_user = false;
    EXPECT_EQ(fetch(request, callbacks()).error().code, Code::kDenied);
    EXPECT_TRUE(server.requests().empty());
}

TEST_F(Fetching, redirects_to_files_and_in_circles_are_refused) {
    Server server([&](const Request& request, Client& client) {
        client.redirect(request.path == "/file"  ? "file:///etc/passwd"
                        : request.path == "/ftp" ? "ftp://x/y"
                                                 : "/again");
    });
    EXPECT_THAT(fetch(plan({server.url("/file")}), callbacks()).error().message, HasSubstr("which is less secure"));
    EXPECT_THAT(fetch(plan({server.url("/ftp")}), callbacks()).error().message,
                HasSubstr("begins with 'ftp:'; only http, https and file are fetched"));
    EXPECT_THAT(fetch(plan({server.url("/again")}), callbacks()).error().message,
                HasSubstr("redirects more than 5 times"));
}

// A server that names the file itself is not heard: the name is ours, and nothing else is written.
TEST_F(Fetching, A30_no_name_that_the_server_gives_is_used) {
    for (const char* name :
         {"../../canary", "/etc/canary", "..\\..\\canary", "canary\0.bin", "UTF-8''..%2f..%2fcanary"}) {
        Server server([&](const Request& request, Client& client) {
            if (request.path == "/first")
                return client.redirect("/..%2f..%2fcanary/../%2e%2e/file?filename=../../canary");
            client.answer(200,
                          fmt::format("Content-Disposition: attachment; filename=\"{0}\"; filename*={0}\r\n"
                                      "Content-Location: {0}\r\nContent-Type: application/x-msdownload\r\n",
                                      name),
                          "content");
        });
        fs::remove_all(folder_ / "down");
        must(fetch(plan({server.url("/first")}), callbacks()));
        EXPECT_EQ(fetched(), "content");
        for (const auto& entry : fs::recursive_directory_iterator(folder_.path())) {
            EXPECT_TRUE(entry.path() == folder_ / "down" || entry.path() == folder_ / "down/file.bin") << entry.path();
        }
        EXPECT_FALSE(fs::exists(folder_.path().parent_path() / "canary"));
    }
}

TEST_F(Fetching, a_named_file_is_copied) {
    write_text(folder_ / "源 1.bin", "content");
    const Fetched done = must(fetch(plan({"file://" + (folder_ / "源 1.bin").native()}), callbacks()));
    EXPECT_EQ(done.sums.bytes, 7);
    EXPECT_EQ(fetched(), "content");
    EXPECT_THAT(fetch({.urls = {"file:///no/such"}, .target = folder_ / "x"}, callbacks()).error().message,
                HasSubstr("cannot open '/no/such'"));
}

TEST_F(Fetching, an_existing_file_is_kept_when_it_matches_and_replaced_when_not) {
    const std::string file = "right";
    Server server([&](const Request& request, Client& client) { client.serve(request, file); });
    FetchPlan request = plan({server.url()});
    write_text(request.target, "right");
    EXPECT_THAT(fetch(request, callbacks()).error().message,
                HasSubstr("exists already and there is no checksum to check it against"));
    request.expected.sha256 = sha256_hex(file);
    EXPECT_EQ(must(fetch(request, callbacks())).url, "");
    EXPECT_TRUE(server.requests().empty());
    write_text(request.target, "wrong");
    EXPECT_EQ(must(fetch(request, callbacks())).url, server.url());
    EXPECT_EQ(fetched(), "right");
}

TEST_F(Fetching, an_unreachable_server_is_retried_and_reported) {
    std::string gone;
    {
        Server server([](const Request&, Client&) {});
        gone = server.url();
    }
    const auto done = fetch(plan({gone}), callbacks());
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Code::kUnavailable);
    EXPECT_EQ(waits_.size(), 3U);
}

TEST_F(Fetching, an_implausible_state_file_is_ignored) {
    const std::string file = some_bytes(1000);
    Server server([&](const Request& request, Client& client) { client.serve(request, file); });
    FetchPlan request = plan({server.url()});
    write_text(request.target.native() + ".part", std::string(10, 'x'));
    for (const char* notes : {"{", R"({"size":1000,"url":"u","validator":"","done":[[0,500]]})",
                              R"({"size":1000,"url":"u","validator":"","done":[[5,"x"]]})", "[]"}) {
        write_text(request.target.native() + ".part.json", notes);
        EXPECT_EQ(must(fetch(request, callbacks())).resumed, 0) << notes;
        EXPECT_EQ(fetched(), file);
        fs::remove(request.target);
        write_text(request.target.native() + ".part", std::string(10, 'x'));
    }
}

TEST(Backoff, doubles_with_jitter_and_stays_below_half_a_minute) {
    Random random({.seed = 1});
    for (int retry = 0; retry < 12; ++retry) {
        const double upper = std::min(30.0, std::ldexp(1.0, retry)), wait = retry_seconds(retry, {}, random);
        EXPECT_GE(wait, upper / 2);
        EXPECT_LE(wait, upper);
    }
    EXPECT_EQ(retry_seconds(0, 3600, random), 120);
}

}  // namespace
}  // namespace goetia
