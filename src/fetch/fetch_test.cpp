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

// One file to fetch, with waits that are only written down.
class Fetching : public testing::Test {
  protected:
    FetchPlan plan(std::vector<std::string> urls) {
        FetchPlan made{.urls = std::move(urls), .target = folder_ / "down/file.bin", .named_by_user = true};
        made.stall_seconds = 0.3;
        made.parallel_from = 1 << 20;
        made.piece = 64 << 10;
        return made;
    }
    FetchEdges edges() {
        FetchEdges made;
        made.wait = [this](double seconds) { waits_.push_back(seconds); };
        made.say = [this](const std::string& line) { lines_.push_back(line); };
        return made;
    }
    [[nodiscard]] std::string fetched() const { return read_file(folder_ / "down/file.bin").value(); }
    [[nodiscard]] bool anything_there() const { return fs::exists(folder_ / "down/file.bin"); }

    TempFolder folder_;
    std::vector<double> waits_;
    std::vector<std::string> lines_;
};

TEST_F(Fetching, a_small_file_comes_in_one_request_with_its_sum) {
    const std::string file = some_bytes(5000);
    Server server([&](const Request& request, Client& client) { client.serve(request, file); });
    const Fetched done = must(fetch(plan({server.url()}), edges()));
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
    FetchEdges with = edges();
    with.told = [&](const FetchProgress& progress) { last = std::max(last, progress.done); };
    ASSERT_TRUE(fetch(plan({server.url()}), with));
    EXPECT_EQ(fetched(), file);
    EXPECT_EQ(server.requests().size(), 16U);
    EXPECT_EQ(last, 1 << 20);
    for (std::size_t i = 1; i < 16; ++i) EXPECT_EQ(server.requests()[i].fields.at("if-range"), "\"one\"");
}

TEST_F(Fetching, a_server_without_ranges_sends_the_whole) {
    const std::string file = some_bytes(300'000);
    Server server([&](const Request&, Client& client) { client.answer(200, "", file); });
    ASSERT_TRUE(fetch(plan({server.url()}), edges()));
    EXPECT_EQ(fetched(), file);
}

TEST_F(Fetching, a_broken_connection_is_taken_up_where_it_broke) {
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
    const Fetched done = must(fetch(plan({server.url()}), edges()));
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
    const Fetched done = must(fetch(plan({bad.url(), good.url()}), edges()));
    EXPECT_EQ(bad.requests().size(), 4U);
    EXPECT_EQ(done.retries, 3);
    EXPECT_EQ(done.url, good.url());
    EXPECT_EQ(fetched(), file);
}

TEST_F(Fetching, what_the_server_asks_to_wait_is_waited) {
    std::atomic<int> times{0};
    Server server([&](const Request& request, Client& client) {
        ++times == 1 ? client.answer(429, "Retry-After: 7\r\n", "") : client.serve(request, "abc");
    });
    ASSERT_TRUE(fetch(plan({server.url()}), edges()));
    EXPECT_THAT(waits_, ElementsAre(7.0));
}

TEST_F(Fetching, a_missing_file_is_not_tried_again_and_all_mirrors_are_named) {
    Server one([&](const Request&, Client& client) { client.answer(404, "", ""); });
    Server two([&](const Request&, Client& client) { client.answer(403, "", ""); });
    const auto done = fetch(plan({one.url(), two.url("/other")}), edges());
    ASSERT_FALSE(done);
    EXPECT_EQ(one.requests().size(), 1U);
    EXPECT_THAT(to_string(done.error()),
                AllOf(HasSubstr("'file.bin' could not be fetched from any of 2 mirrors"),
                      HasSubstr(fmt::format("'{}' answered 404", one.url())), HasSubstr("answered 403")));
    EXPECT_TRUE(waits_.empty());
}

TEST_F(Fetching, a_stalling_server_is_left) {
    const std::string file = some_bytes(1000);
    Server slow([&](const Request&, Client& client) {
        client.send("HTTP/1.1 200 x\r\nContent-Length: 1000\r\n\r\nabc");
        client.stall();
    });
    FetchPlan wish = plan({slow.url()});
    wish.retries = 0;
    wish.stall_seconds = 0.15;
    const auto done = fetch(wish, edges());
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Code::kUnavailable);
    EXPECT_THAT(done.error().message, HasSubstr("bytes in 0.15 seconds"));
}

TEST_F(Fetching, a_wrong_sum_is_thrown_away_and_the_next_mirror_asked) {
    const std::string file = some_bytes(1000), other = some_bytes(1000, 2);
    Server liar([&](const Request& request, Client& client) { client.serve(request, other); });
    Server honest([&](const Request& request, Client& client) { client.serve(request, file); });
    FetchPlan wish = plan({liar.url(), honest.url()});
    wish.expected.sha256 = sha256_hex(file);
    EXPECT_EQ(must(fetch(wish, edges())).url, honest.url());
    EXPECT_EQ(fetched(), file);
    fs::remove(wish.target);
    wish.urls.pop_back();
    const auto alone = fetch(wish, edges());
    ASSERT_FALSE(alone);
    EXPECT_EQ(alone.error().message, fmt::format("what '{}' sent is not the file: its SHA-256 is {}, {} is published",
                                                 liar.url(), sha256_hex(other), sha256_hex(file)));
    EXPECT_FALSE(anything_there());
}

TEST_F(Fetching, an_md5_is_taken_where_nothing_better_is_published) {
    Server server([&](const Request& request, Client& client) { client.serve(request, "hello\n"); });
    FetchPlan wish = plan({server.url()});
    wish.expected.md5 = "B1946AC92492D2347C6235B4D2611184";
    ASSERT_TRUE(fetch(wish, edges()));
    fs::remove(wish.target);
    wish.expected.md5[0] = '0';
    EXPECT_THAT(fetch(wish, edges()).error().message, HasSubstr("its MD5 is b1946ac92492d2347c6235b4d2611184, 01946"));
}

TEST_F(Fetching, lies_about_sizes_are_caught) {
    const std::string file = some_bytes(1000);
    FetchPlan wish = plan({});
    wish.retries = 0;
    const auto error_with = [&](const Server::Handler& handler) {
        Server server(handler);
        wish.urls = {server.url()};
        const auto done = fetch(wish, edges());
        EXPECT_FALSE(anything_there());
        return done ? "" : done.error().message;
    };
    // More promised than sent.
    EXPECT_THAT(error_with([&](const Request&, Client& client) {
                    client.send("HTTP/1.1 200 x\r\nContent-Length: 2000\r\n\r\n" + file);
                }),
                HasSubstr("http://127.0.0.1"));
    // Another size than published, and more than may be.
    wish.expected.bytes = 999;
    EXPECT_THAT(error_with([&](const Request& request, Client& client) { client.serve(request, file); }),
                HasSubstr("has 1000 bytes, 999 are published"));
    wish.expected.bytes.reset();
    wish.most_bytes = 500;
    EXPECT_THAT(error_with([&](const Request& request, Client& client) { client.serve(request, file); }),
                HasSubstr("has 1000 bytes, more than the 500 that are taken"));
    // A size not told, and no end.
    EXPECT_THAT(error_with([&](const Request&, Client& client) {
                    client.send("HTTP/1.1 200 x\r\n\r\n");
                    for (int i = 0; i < 20; ++i) client.send(file);
                }),
                HasSubstr("sends more than the 500 bytes it may"));
    // Another part than asked for.
    EXPECT_THAT(error_with([&](const Request&, Client& client) {
                    client.answer(206, "Content-Range: bytes 100-199/300\r\n", std::string(100, 'x'));
                }),
                HasSubstr("answered with another part than was asked for"));
    EXPECT_THAT(error_with([&](const Request&, Client& client) {
                    client.answer(206, "Content-Range: bytes 0-99/300\r\n", std::string(200, 'x'));
                }),
                HasSubstr("sends more than the 100 bytes it may"));
}

TEST_F(Fetching, a_stopped_download_goes_on_in_the_next_call) {
    const std::string file = some_bytes(400'000);
    Server server([&](const Request& request, Client& client) { client.serve(request, file); });
    FetchEdges stopping = edges();
    stopping.told = [&](const FetchProgress& progress) {
        if (progress.done >= 100'000) stopping.stop.request_stop();
    };
    const auto first = fetch(plan({server.url()}), stopping);
    ASSERT_FALSE(first);
    EXPECT_EQ(first.error().code, Code::kCancelled);
    EXPECT_THAT(first.error().message, HasSubstr("the next call goes on with them"));
    EXPECT_FALSE(anything_there());
    const Fetched second = must(fetch(plan({server.url()}), edges()));
    EXPECT_GE(second.resumed, 100'000);
    EXPECT_EQ(fetched(), file);
    EXPECT_TRUE(server.requests().back().has("if-range"));
}

TEST_F(Fetching, a_file_that_changed_meanwhile_is_fetched_anew) {
    const std::string before = some_bytes(300'000), after = some_bytes(300'000, 2);
    std::atomic<bool> changed{false};
    Server server([&](const Request& request, Client& client) {
        changed ? client.serve(request, after, "\"two\"") : client.serve(request, before, "\"one\"");
    });
    FetchEdges stopping = edges();
    stopping.told = [&](const FetchProgress& progress) {
        if (progress.done >= 65'536) stopping.stop.request_stop();
    };
    ASSERT_FALSE(fetch(plan({server.url()}), stopping));
    changed = true;
    ASSERT_TRUE(fetch(plan({server.url()}), edges()));
    EXPECT_EQ(fetched(), after);
}

TEST_F(Fetching, another_mirror_goes_on_only_where_a_sum_will_tell) {
    const std::string file = some_bytes(200'000);
    Server breaks([&](const Request& request, Client& client) {
        const auto [begin, end] = request.range(file.size());
        if (begin > 0) return client.answer(404, "", "");
        client.serve(request, file);
    });
    Server good([&](const Request& request, Client& client) { client.serve(request, file, "\"elsewhere\""); });
    FetchPlan wish = plan({breaks.url(), good.url()});
    ASSERT_TRUE(fetch(wish, edges()));
    EXPECT_EQ(good.requests()[0].fields.at("range"), "bytes=0-65535");
    fs::remove(wish.target);
    wish.expected.sha256 = sha256_hex(file);
    ASSERT_TRUE(fetch(wish, edges()));
    EXPECT_EQ(good.requests()[2].fields.at("range"), "bytes=65536-131071");
    EXPECT_FALSE(good.requests()[2].has("if-range"));
    EXPECT_EQ(fetched(), file);
}

TEST_F(Fetching, redirects_are_followed_within_what_was_named) {
    const std::string file = some_bytes(1000);
    Server server([&](const Request& request, Client& client) {
        request.path == "/a" ? client.redirect("/b?x=1") : client.serve(request, file);
    });
    ASSERT_TRUE(fetch(plan({server.url("/a")}), edges()));
    EXPECT_EQ(server.requests()[1].path, "/b?x=1");
    EXPECT_EQ(fetched(), file);
}

TEST_F(Fetching, a_redirect_into_the_own_network_is_refused_before_anybody_is_asked) {
    Server secret([&](const Request& request, Client& client) { client.serve(request, "secret"); });
    const std::string port = secret.url("").substr(secret.url("").rfind(':'));
    for (const std::string& to :
         {secret.url(), "http://localhost" + port + "/x", "http://[::ffff:127.0.0.1]" + port + "/",
          "http://0.0.0.0" + port + "/", std::string("http://2130706433") + port + "/",
          std::string("http://169.254.169.254/latest/meta-data"), std::string("http://10.0.0.1/")}) {
        Server outside([&](const Request&, Client& client) { client.redirect(to); });
        const auto done = fetch(plan({outside.url()}), edges());
        ASSERT_FALSE(done) << to;
        EXPECT_EQ(done.error().code, Code::kDenied) << to;
        EXPECT_THAT(done.error().message, HasSubstr("an address of this machine or its network that was not named"));
    }
    EXPECT_TRUE(secret.requests().empty());
    EXPECT_TRUE(waits_.empty());
}

TEST_F(Fetching, an_address_nobody_named_is_refused_too) {
    Server server([&](const Request& request, Client& client) { client.serve(request, "x"); });
    FetchPlan wish = plan({server.url()});
    wish.named_by_user = false;
    EXPECT_EQ(fetch(wish, edges()).error().code, Code::kDenied);
    EXPECT_TRUE(server.requests().empty());
}

TEST_F(Fetching, redirects_to_files_and_in_circles_are_refused) {
    Server server([&](const Request& request, Client& client) {
        client.redirect(request.path == "/file"  ? "file:///etc/passwd"
                        : request.path == "/ftp" ? "ftp://x/y"
                                                 : "/again");
    });
    EXPECT_THAT(fetch(plan({server.url("/file")}), edges()).error().message, HasSubstr("which is less safe"));
    EXPECT_THAT(fetch(plan({server.url("/ftp")}), edges()).error().message,
                HasSubstr("begins with 'ftp:'; only http, https and file are fetched"));
    EXPECT_THAT(fetch(plan({server.url("/again")}), edges()).error().message, HasSubstr("leads on more than 5 times"));
}

TEST_F(Fetching, a_named_file_is_copied) {
    write_text(folder_ / "源 1.bin", "content");
    const Fetched done = must(fetch(plan({"file://" + (folder_ / "源 1.bin").native()}), edges()));
    EXPECT_EQ(done.sums.bytes, 7);
    EXPECT_EQ(fetched(), "content");
    EXPECT_THAT(fetch({.urls = {"file:///no/such"}, .target = folder_ / "x"}, edges()).error().message,
                HasSubstr("cannot open '/no/such'"));
}

TEST_F(Fetching, what_is_there_already_is_left_when_it_is_right_and_replaced_when_not) {
    const std::string file = "right";
    Server server([&](const Request& request, Client& client) { client.serve(request, file); });
    FetchPlan wish = plan({server.url()});
    write_text(wish.target, "right");
    EXPECT_THAT(fetch(wish, edges()).error().message, HasSubstr("is there already and nothing says whether it is"));
    wish.expected.sha256 = sha256_hex(file);
    EXPECT_EQ(must(fetch(wish, edges())).url, "");
    EXPECT_TRUE(server.requests().empty());
    write_text(wish.target, "wrong");
    EXPECT_EQ(must(fetch(wish, edges())).url, server.url());
    EXPECT_EQ(fetched(), "right");
}

TEST_F(Fetching, nobody_there_is_tried_again_and_said) {
    std::string gone;
    {
        Server server([](const Request&, Client&) {});
        gone = server.url();
    }
    const auto done = fetch(plan({gone}), edges());
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Code::kUnavailable);
    EXPECT_EQ(waits_.size(), 3U);
}

TEST_F(Fetching, notes_that_cannot_be_believed_are_as_none) {
    const std::string file = some_bytes(1000);
    Server server([&](const Request& request, Client& client) { client.serve(request, file); });
    FetchPlan wish = plan({server.url()});
    write_text(wish.target.native() + ".part", std::string(10, 'x'));
    for (const char* notes : {"{", R"({"size":1000,"url":"u","validator":"","done":[[0,500]]})",
                              R"({"size":1000,"url":"u","validator":"","done":[[5,"x"]]})", "[]"}) {
        write_text(wish.target.native() + ".part.json", notes);
        EXPECT_EQ(must(fetch(wish, edges())).resumed, 0) << notes;
        EXPECT_EQ(fetched(), file);
        fs::remove(wish.target);
        write_text(wish.target.native() + ".part", std::string(10, 'x'));
    }
}

TEST(Backoff, doubles_with_jitter_and_stays_below_half_a_minute) {
    Random random({.seed = 1});
    for (int retry = 0; retry < 12; ++retry) {
        const double whole = std::min(30.0, std::ldexp(1.0, retry)), wait = retry_seconds(retry, {}, random);
        EXPECT_GE(wait, whole / 2);
        EXPECT_LE(wait, whole);
    }
    EXPECT_EQ(retry_seconds(0, 3600, random), 120);
}

}  // namespace
}  // namespace goetia
